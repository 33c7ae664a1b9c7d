"""Covers: session_tui.model.timebox.

Allotments add up, minimums hold, and every second is counted exactly once.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import clock_commands, edits, timebox
from session_tui.model.edits import Mark
from session_tui.model.fault import Fault
from session_tui.model.session import Clock, Part, Session
from session_tui.model.timebox import clock_text
from strategies import parts as some_parts

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PARTS = tuple(Part(kind="notes", minutes=m, floor_minutes=f) for m, f in ((10, 4), (8, 3), (7, 3), (5, 3)))
Step = Callable[[Session, datetime], Mark | Fault | None]
STEPS: dict[str, Step] = {
    "next": clock_commands.next_part,
    "back": clock_commands.back,
    "pause": clock_commands.pause,
    "go_on": clock_commands.go_on,
    "more": clock_commands.more,
    "less": clock_commands.less,
    "extend": lambda value, now: clock_commands.extend(value, now, 3),
    "count": lambda value, _: clock_commands.answer_gap(value, True),
    "skip": lambda value, _: clock_commands.answer_gap(value, False),
    "wait": lambda _value, _now: None,
}


def at(**time: float) -> datetime:
    return START + timedelta(**time)


def session(parts: tuple[Part, ...] = PARTS) -> Session:
    return Session(id="2026-11-23-a-0000", status="live", agenda="x", account="A", parts=parts)


def after(value: Session, mark: Mark | Fault | None) -> Session:
    assert isinstance(mark, Mark), mark
    result = edits.apply(value, mark)
    assert isinstance(result, Session), result
    return result


def texts(value: Session, now: datetime) -> list[str]:
    return [clock_text(each.left) for each in timebox.read(value.parts, value.clock, now).parts]


def test_the_sketchs_figures_follow_from_the_arithmetic() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.next_part(value, at(seconds=655)))
    box = timebox.read(value.parts, value.clock, at(minutes=14, seconds=21))
    assert [clock_text(each.allotted) for each in box.parts] == ["10:55", "7:35", "6:40", "4:50"]
    assert clock_text(box.remaining) == "4:09"
    assert clock_text(box.behind) == "0:55"
    assert box.end == at(minutes=30)


def test_an_overrun_is_shared_at_once_and_the_last_part_keeps_its_floor() -> None:
    value = after(session(), clock_commands.start(session(), START))
    assert texts(value, at(minutes=10)) == ["0:00", "8:00", "7:00", "5:00"]
    late = timebox.read(value.parts, value.clock, at(minutes=20))
    assert sum(each.left for each in late.parts) == pytest.approx(600)
    assert late.parts[3].left >= 180
    assert texts(value, at(minutes=21))[1:] == ["3:00", "3:00", "3:00"]
    assert texts(value, at(minutes=25, seconds=30))[1:] == ["1:30", "1:30", "1:30"]
    assert texts(value, at(minutes=31))[1:] == ["0:00", "0:00", "0:00"]


def test_time_gained_is_spare_and_shown_as_ahead() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.next_part(value, at(minutes=4)))
    box = timebox.read(value.parts, value.clock, at(minutes=4))
    assert box.spare == 360
    assert clock_text(box.remaining) == "8:00"


def test_a_pause_moves_the_end_and_spends_nothing() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.pause(value, at(minutes=2)))
    paused = timebox.read(value.parts, value.clock, at(minutes=5))
    assert paused.state == "paused"
    assert paused.end == at(minutes=33)
    value = after(value, clock_commands.go_on(value, at(minutes=7)))
    assert timebox.read(value.parts, value.clock, at(minutes=9)).parts[0].spent == 240
    assert timebox.read(value.parts, value.clock, at(minutes=9)).end == at(minutes=35)


def test_a_returned_to_part_goes_on_where_it_stopped() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.next_part(value, at(minutes=6)))
    value = after(value, clock_commands.back(value, at(minutes=8)))
    box = timebox.read(value.parts, value.clock, at(minutes=9))
    assert (box.running, box.parts[0].spent, box.parts[1].spent) == (0, 420, 120)
    value = after(value, clock_commands.next_part(value, at(minutes=10)))
    assert timebox.read(value.parts, value.clock, at(minutes=10)).running == 1


def test_a_moved_minute_comes_from_those_after_in_proportion_to_what_they_can_give() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.more(value, at(minutes=1)))
    box = timebox.read(value.parts, value.clock, at(minutes=1))
    assert sum(each.planned for each in box.parts) == pytest.approx(1800)
    assert box.parts[0].planned == 660
    given_up = [480 - box.parts[1].planned, 420 - box.parts[2].planned, 300 - box.parts[3].planned]
    assert given_up == pytest.approx([60 * 5 / 11, 60 * 4 / 11, 60 * 2 / 11])
    assert box.end == at(minutes=30)


def test_a_minute_is_not_taken_where_the_others_have_less_than_one_to_give() -> None:
    parts = (Part(kind="notes", minutes=10), Part(kind="notes", minutes=3, floor_minutes=3))
    value = after(session(parts), clock_commands.start(session(parts), START))
    refused = clock_commands.more(value, at(minutes=1))
    assert isinstance(refused, Fault)
    assert "/extend" in refused.do


def test_a_minute_given_away_is_shared_by_planned_minutes() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.less(value, at(minutes=1)))
    box = timebox.read(value.parts, value.clock, at(minutes=1))
    assert [each.planned for each in box.parts] == pytest.approx([540, 504, 441, 315])
    assert isinstance(clock_commands.less(value, at(minutes=8, seconds=30)), Fault)


def test_an_extension_goes_to_the_running_part_and_moves_the_end() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.extend(value, at(minutes=9), 5))
    box = timebox.read(value.parts, value.clock, at(minutes=9))
    assert clock_text(box.remaining) == "6:00"
    assert box.end == at(minutes=35)


def test_a_gap_is_not_counted_until_somebody_says_so_and_is_never_asked_about_again() -> None:
    value = after(session(), clock_commands.start(session(), START))
    gap = clock_commands.gap(value, at(minutes=3), at(minutes=8))
    value = after(value, gap)
    assert timebox.read(value.parts, value.clock, at(minutes=9)).parts[0].spent == 240
    assert timebox.read(value.parts, value.clock, at(minutes=9)).end == at(minutes=35)
    for counts in (True, False):
        answered = after(value, clock_commands.answer_gap(value, counts))
        spent = timebox.read(answered.parts, answered.clock, at(minutes=9)).parts[0].spent
        assert spent == (540 if counts else 240)
        assert clock_commands.gap(answered, at(minutes=3), at(minutes=8, seconds=30)) is None


@pytest.mark.parametrize("seconds", [1, 59])
def test_a_gap_under_a_minute_counts_and_leaves_no_record(seconds: int) -> None:
    value = after(session(), clock_commands.start(session(), START))
    assert clock_commands.gap(value, at(minutes=3), at(minutes=3, seconds=seconds)) is None


def test_a_gap_is_never_looked_for_inside_a_pause() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.pause(value, at(minutes=2)))
    assert clock_commands.gap(value, at(minutes=2), at(hours=9)) is None


def test_a_clock_set_back_is_written_as_the_moment_before() -> None:
    value = after(session(), clock_commands.start(session(), START))
    value = after(value, clock_commands.next_part(value, at(minutes=5)))
    value = after(value, clock_commands.next_part(value, at(minutes=3)))
    assert value.clock[-1].at == at(minutes=5)
    assert timebox.read(value.parts, value.clock, at(minutes=1)).parts[0].spent == 300


def test_signs_come_once_a_minute_before_the_end_and_at_it() -> None:
    value = after(session(), clock_commands.start(session(), START))
    boxes = [timebox.read(value.parts, value.clock, at(seconds=s)) for s in range(530, 611, 10)]
    signs = [timebox.sign(one, other) for one, other in pairwise(boxes)]
    assert [each for each in signs if each] == ["near", "over"]


def test_nonsense_in_a_clock_is_passed_over() -> None:
    clock = (
        Clock(at=START, event="pause"),
        Clock(at=START, event="start", part=9),
        Clock(at=START, event="start", part=1),
        Clock(at=at(minutes=1), event="part", part=77),
        Clock(at=at(minutes=2), event="away"),
        Clock(at=at(minutes=3), event="minutes"),
        Clock(at=at(minutes=4), event="end"),
        Clock(at=at(minutes=9), event="part", part=77),
    )
    box = timebox.read(PARTS, clock, at(hours=1))
    assert box.state == "ended"
    assert [each.spent for each in box.parts] == [240, 0, 0, 0]


@given(
    st.lists(st.floats(0, 3600), min_size=1, max_size=6),
    st.lists(st.floats(0, 1), min_size=6, max_size=6),
    st.floats(0, 30_000),
)
@examples(500)
def test_allotments_add_up_are_never_negative_and_keep_their_floors(
    needs: list[float], fractions: list[float], left: float
) -> None:
    floors = [need * fraction for need, fraction in zip(needs, fractions, strict=False)]
    found = timebox.shares(left, needs, floors)
    assert sum(found) == pytest.approx(min(left, sum(needs)), abs=1e-6)
    assert all(share >= -1e-9 for share in found)
    if left >= sum(floors):
        assert all(share >= floor - 1e-6 for share, floor in zip(found, floors, strict=True))


@given(some_parts, st.lists(st.tuples(st.sampled_from(["crash", *STEPS]), st.integers(0, 400)), max_size=25))
@examples(300)
def test_any_interleaving_of_events_and_crashes_accounts_for_every_second_once(
    parts: tuple[Part, ...], walk: list[tuple[str, int]]
) -> None:
    value, now = after(session(parts), clock_commands.start(session(parts), START)), START
    alive = START
    for step, seconds in walk:
        now += timedelta(seconds=seconds)
        if step == "crash":
            mark: Mark | Fault | None = clock_commands.gap(value, alive, now)
        else:
            alive = now
            mark = STEPS[step](value, now)
        if isinstance(mark, Mark):
            value = after(value, mark)
        spent, paused, away = timebox.accounted(value.parts, value.clock, now)
        assert spent + paused + away == pytest.approx((now - START).total_seconds())
        box = timebox.read(value.parts, value.clock, now)
        left = [each.left for each in box.parts]
        assert all(each >= 0 for each in left)
        assert sum(left) <= box.left + 1e-6
        assert sum(part.spent_seconds for part in value.parts) <= (now - START).total_seconds()


@given(
    some_parts, st.lists(st.tuples(st.sampled_from(("next", "back", "more", "less", "extend")), st.integers(0, 300)))
)
@examples(200)
def test_what_is_left_adds_up_to_the_smaller_of_time_and_wish(
    parts: tuple[Part, ...], walk: list[tuple[str, int]]
) -> None:
    value, now = after(session(parts), clock_commands.start(session(parts), START)), START
    for step, seconds in walk:
        now += timedelta(seconds=seconds)
        does = {
            "next": clock_commands.next_part,
            "back": clock_commands.back,
            "more": clock_commands.more,
            "less": clock_commands.less,
        }
        mark = does[step](value, now) if step in does else clock_commands.extend(value, now, 2)
        if isinstance(mark, Mark):
            value = after(value, mark)
            box = timebox.read(value.parts, value.clock, now)
            assert sum(each.left for each in box.parts) == pytest.approx(min(box.left, box.needed), abs=1e-6)
