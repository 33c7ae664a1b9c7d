"""Covers: session_tui.model.stakeholder_map.layout.

The organisation chart: no card covers another, and each stands below its manager, for any
reporting lines.
"""

import sys
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from profiles import examples
from session_tui.model.session import Stakeholder
from session_tui.model.stakeholder_map.layout import Layout, elbows, hierarchy, lay_out

GAP = (2, 1)
Shape = list[tuple[int | None, int, int]]  # for everybody: whose number they report to, width, height

shapes = st.integers(1, 24).flatmap(
    lambda many: st.lists(
        st.tuples(st.none() | st.integers(0, many), st.integers(1, 15), st.integers(1, 4)), min_size=many, max_size=many
    )
)


def people_of(shape: Shape) -> list[Stakeholder]:
    return [
        Stakeholder(id=f"s{number}", name=f"Person {number}", reports_to="" if boss is None else f"s{boss}")
        for number, (boss, _, _) in enumerate(shape)
    ]


def laid_out(shape: Shape, wrap: int = 0) -> Layout:
    sizes = {f"s{number}": (width, height) for number, (_, width, height) in enumerate(shape)}
    return lay_out(people_of(shape), sizes, GAP, wrap)


@given(shapes, st.sampled_from([0, 20, 60]))
@examples(300)
def test_nobody_covers_anybody_and_everybody_has_exactly_one_place(shape: Shape, wrap: int) -> None:
    layout = laid_out(shape, wrap)
    assert set(layout.boxes) == {f"s{number}" for number in range(len(shape))}
    boxes = list(layout.boxes.values())
    for at, one in enumerate(boxes):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= layout.width
        assert one.bottom <= layout.height
        for other in boxes[at + 1 :]:
            beside = one.x + one.width + GAP[0] <= other.x or other.x + other.width + GAP[0] <= one.x
            assert beside or one.bottom <= other.y or other.bottom <= one.y


@given(shapes)
@examples(200)
def test_everybody_stands_below_the_manager_and_each_level_is_one_line(shape: Shape) -> None:
    layout = laid_out(shape)
    forest = layout.hierarchy
    for boss, below in forest.reports.items():
        tops = {layout.boxes[each].y for each in below}
        assert len(tops) == 1
        assert layout.boxes[boss].bottom < tops.pop()
    trees = [root for root in forest.roots if root in forest.reports]
    levels = defaultdict(set)
    for depth, each in forest.walk(trees):
        levels[depth].add(layout.boxes[each].y)
    assert all(len(tops) == 1 for tops in levels.values())


@given(shapes)
@examples(100)
def test_reporting_lines_of_two_managers_never_meet(shape: Shape) -> None:
    spans = defaultdict(list)
    for elbow in elbows(laid_out(shape)):
        spans[elbow.bus].append((min(elbow.stem, *elbow.drops), max(elbow.stem, *elbow.drops)))
    for found in spans.values():
        assert all(left[1] < right[0] for left, right in pairwise(sorted(found)))


@given(shapes)
@examples(60)
def test_the_same_people_give_the_same_picture(shape: Shape) -> None:
    assert laid_out(shape) == laid_out(list(shape))


@given(shapes, st.integers(1, 15))
@examples(100)
def test_somebody_who_comes_last_moves_no_tree_that_stands_before_theirs(shape: Shape, width: int) -> None:
    # No line may refer to the person who is added.
    shape = [(boss if boss is not None and boss < len(shape) else None, wide, high) for boss, wide, high in shape]
    before = laid_out(shape)
    forest = before.hierarchy
    trees = [root for root in forest.roots if root in forest.reports]
    if not trees:
        return
    last = int(trees[-1][1:])
    after = laid_out([*shape, (last, width, 1)])
    for root in trees[:-1]:
        for _, each in forest.walk([root]):
            assert after.boxes[each].x == before.boxes[each].x


@pytest.mark.parametrize(
    ("bosses", "still"),
    [
        ((None, None, 1, 2, 2, 4, 2, 0, 2), ("s0", "s7")),  # the second tree grows to the left, below the first
        ((None, 0, None, None, None, 2, 1, 1, 3, 8, 1, 8), ("s2", "s5")),  # a small tree between two large ones
        ((None, 0, None, 2, 3, 3, 3, 3), ("s0", "s1")),
    ],
)
def test_a_tree_that_grows_below_its_neighbours_moves_none_before_it(
    bosses: tuple[int | None, ...], still: tuple[str, ...]
) -> None:
    shape: Shape = [(boss, 11, 3) for boss in bosses]
    before, after = laid_out(shape[:-1]), laid_out(shape)
    assert [after.boxes[each] for each in still] == [before.boxes[each] for each in still]
    assert min(box.x for box in after.boxes.values()) == 0


def test_a_manager_stands_over_the_middle_of_those_below() -> None:
    layout = laid_out([(None, 10, 3), (0, 10, 3), (0, 10, 3), (0, 10, 3)])
    assert [layout.boxes[f"s{number}"].x for number in range(4)] == [12, 0, 12, 24]
    assert layout.boxes["s0"].middle == layout.boxes["s2"].middle


def test_small_subtrees_between_large_ones_share_the_room() -> None:
    """What Walker asked for: not all of the free room on one side."""
    shape: Shape = [(None, 4, 1), (0, 4, 1), (0, 4, 1), (0, 4, 1), *[(1, 4, 1)] * 4, *[(3, 4, 1)] * 4]
    layout = laid_out(shape)
    left, middle, right = (layout.boxes[f"s{number}"].middle for number in (1, 2, 3))
    assert middle - left == right - middle


def test_circles_of_any_length_are_cut_at_the_first_on_the_list_and_named() -> None:
    ring = [
        Stakeholder(id="a", name="A", reports_to="b"),
        Stakeholder(id="b", name="B", reports_to="c"),
        Stakeholder(id="c", name="C", reports_to="a"),
        Stakeholder(id="d", name="D", reports_to="a"),
        Stakeholder(id="self", name="E", reports_to="self"),
    ]
    forest = hierarchy(ring)
    assert forest.circles == (("a", "b", "c"), ("self",))
    assert forest.roots == ("a", "self")
    assert [each for _, each in forest.walk(forest.roots)] == ["a", "c", "b", "d", "self"]


def test_lines_to_nowhere_and_ids_given_twice_are_told_and_drawn_around() -> None:
    forest = hierarchy(
        [
            Stakeholder(id="s1", name="A", reports_to="s9", influences=("s8", "s2")),
            Stakeholder(id="s2", name="B"),
            Stakeholder(id="s2", name="Another"),
        ]
    )
    assert forest.astray == (("s1", "reports_to", "s9"), ("s1", "influences", "s8"))
    assert forest.people["s2"].name == "B"


def test_an_influence_is_drawn_once_and_none_upon_oneself() -> None:
    one = Stakeholder(id="s1", name="A", influences=("s2", "s9", "s2", "s1", "s9"))
    forest = hierarchy([one, Stakeholder(id="s2", name="B")])
    assert forest.influences == (("s1", "s2"),)
    assert forest.astray == (("s1", "influences", "s9"),)


def test_a_chain_a_star_and_a_crowd_of_thousands_are_no_deeper_than_python() -> None:
    shapes: tuple[Shape, ...] = (
        [(number - 1 if number else None, 5, 1) for number in range(3000)],
        [(0 if number else None, 5, 1) for number in range(3000)],
        [(None, 5, 1)] * 3000,
        [((number + 1) % 3000, 5, 1) for number in range(3000)],
    )
    for shape in shapes:
        assert len(laid_out(shape, 200).boxes) == 3000


def steps(shape: Shape) -> int:
    """Lines executed while the chart is laid out: a measure of time that a busy machine does not
    change.
    """
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        elbows(laid_out(shape))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "boss",
    [
        lambda number: number - 1 if number else None,
        lambda number: number + 1,
        lambda number: 0 if number else None,
        lambda number: (number - 1) // 2 if number else None,
        lambda number: number * 7919 % number if number else None,
        lambda number: number - 1 - number % 2 if number > 1 else None,
        lambda number: number - number % 4 if number % 4 else None,
        lambda number: None,
    ],
    ids=["chain", "upwards", "star", "halves", "scattered", "comb", "many trees", "alone"],
)
def test_twice_the_people_take_about_twice_the_steps(boss: Callable[[int], int | None]) -> None:
    few, many = ([(boss(number), 11, 3) for number in range(count)] for count in (400, 800))
    assert steps(many) < 2.3 * steps(few)
