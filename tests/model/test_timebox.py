"""Covers: session_tui.model.timebox.

The clock's arithmetic: tested with examples, with exact fractions, and with any clock of a file.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import EXAMPLE
from profiles import examples
from session_tui.model import clock_commands, edits, timebox
from session_tui.model.edits import Mark
from session_tui.model.session import Clock, Part, Session, Stakeholder
from session_tui.model.timebox import Timebox, clock_text
from session_tui.model.vocabulary import ClockEvent
from session_tui.store import session_file
from strategies import parts as some_parts

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PARTS = tuple(Part(kind="notes", minutes=m, floor_minutes=f) for m, f in ((10, 4), (8, 3), (7, 3), (5, 3)))
DUST = 1e-6  # seconds; what sums of floats may be apart

# What happened, as "minute:second event value": `part 2`, `minutes -1`, `extend 5`, `away 8:00
# counts`.
Example = tuple[tuple[str, ...], str, list[str], str]
EXAMPLES: dict[str, Example] = {
    "at the start each part has its minutes": ((), "0:00", ["10:00", "8:00", "7:00", "5:00"], ""),
    "the running part alone grows shorter": ((), "4:10", ["5:50", "8:00", "7:00", "5:00"], ""),
    "the sketch": (("10:55 part 2",), "14:21", ["0:00", "4:09", "6:40", "4:50"], "0:55 behind"),
    "the sketch as the second part began": (
        ("10:55 part 2",),
        "10:55",
        ["0:00", "7:35", "6:40", "4:50"],
        "0:55 behind",
    ),
    "an overrun is shared before anybody goes on": ((), "10:55", ["0:00", "7:35", "6:40", "4:50"], "0:55 behind"),
    "time saved is spare and given to nobody": (
        ("6:00 part 2",),
        "7:00",
        ["0:00", "7:00", "7:00", "5:00"],
        "4:00 ahead",
    ),
    "just the floors": ((), "21:00", ["0:00", "3:00", "3:00", "3:00"], "11:00 behind"),
    "less than the floors, in proportion to them": ((), "27:00", ["0:00", "1:00", "1:00", "1:00"], "17:00 behind"),
    "nothing left": ((), "45:00", ["0:00", "0:00", "0:00", "0:00"], "35:00 behind"),
    "a pause takes from nobody": (("4:00 pause", "9:00 go_on"), "10:00", ["5:00", "8:00", "7:00", "5:00"], ""),
    "while it is paused nothing runs": (("4:00 pause",), "59:00", ["6:00", "8:00", "7:00", "5:00"], ""),
    "a gap takes from nobody": (("4:00 away 9:00 skip",), "10:00", ["5:00", "8:00", "7:00", "5:00"], ""),
    "a gap that counts is session time": (("4:00 away 9:00 counts",), "10:00", ["0:00", "8:00", "7:00", "5:00"], ""),
    "a part returned to goes on": (
        ("6:00 part 2", "8:00 part 1"),
        "9:00",
        ["3:00", "6:00", "7:00", "5:00"],
        "",
    ),
    "and next is the following part": (
        ("6:00 part 2", "8:00 part 1", "10:00 part 2"),
        "11:00",
        ["0:00", "5:00", "7:00", "5:00"],
        "2:00 ahead",
    ),
    "a part left out leaves its time": (("5:00 part 3",), "5:00", ["0:00", "0:00", "7:00", "5:00"], "13:00 ahead"),
    "a minute more, from what is above the floors": (
        ("1:00 minutes 1",),
        "1:00",
        ["10:00", "7:33", "6:38", "4:49"],
        "",
    ),
    "a minute less, by planned minutes": (("1:00 minutes -1",), "1:00", ["8:00", "8:24", "7:21", "5:15"], ""),
    "late in a session a minute gives less than a minute": (
        ("10:55 part 2", "10:55 minutes 1"),
        "10:55",
        ["0:00", "8:30", "6:03", "4:32"],
        "0:55 behind",
    ),
    "five minutes longer, for the running part": (
        ("9:00 extend 5",),
        "9:00",
        ["6:00", "8:00", "7:00", "5:00"],
        "",
    ),
    "longer, when it was late already": (("15:00 extend 5",), "15:00", ["0:00", "8:00", "7:00", "5:00"], ""),
}


def at(time: str) -> datetime:
    minutes, seconds = time.split(":")
    return START + timedelta(minutes=int(minutes), seconds=float(seconds))


def event(line: str) -> Clock:
    when, name, *rest = line.split()
    match name:
        case "part":
            return Clock(at=at(when), event="part", part=int(rest[0]))
        case "minutes":
            return Clock(at=at(when), event="minutes", minutes=int(rest[0]))
        case "extend":
            return Clock(at=at(when), event="extend", minutes=int(rest[0]))
        case "away":
            return Clock(at=at(when), event="away", until=at(rest[0]), counts=rest[1] == "counts")
        case "pause":
            return Clock(at=at(when), event="pause")
        case _:
            return Clock(at=at(when), event="go_on")


def began(*lines: str) -> tuple[Clock, ...]:
    return (Clock(at=START, event="start", part=1), *map(event, lines))


def pace(box: Timebox) -> str:
    """Ahead or behind, in whole seconds."""
    if box.behind >= 0.5:
        return f"{clock_text(box.behind)} behind"
    return f"{clock_text(box.spare)} ahead" if box.spare >= 0.5 else ""


@pytest.mark.parametrize(("lines", "now", "left", "said"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples(lines: tuple[str, ...], now: str, left: list[str], said: str) -> None:
    box = timebox.read(PARTS, began(*lines), at(now))
    assert [clock_text(each.left) for each in box.parts] == left
    assert pace(box) == said


def test_the_example_files_clock_gives_the_seconds_that_stand_in_it() -> None:
    session = session_file.read(EXAMPLE.read_bytes()).session
    spent = timebox.spent_seconds(session.parts, session.clock, START + timedelta(days=9))
    assert spent == tuple(part.spent_seconds for part in session.parts) == (655, 430, 402, 265)
    assert timebox.read(session.parts, session.clock, START + timedelta(days=9)).end == session.ended_at


def test_before_the_start_each_part_has_its_minutes_and_there_is_no_end() -> None:
    box = timebox.read(PARTS, (), START)
    assert (box.state, box.running, box.end, box.remaining) == ("waiting", -1, None, 600)
    assert [each.left for each in box.parts] == [600, 480, 420, 300]


def test_a_session_without_parts_waits() -> None:
    assert timebox.read((), began(), START).state == "waiting"
    assert timebox.spent_seconds((), began(), START) == ()


def test_only_the_display_rounds() -> None:
    box = timebox.read(PARTS, began("10:55.5 part 2"), at("10:56.25"))
    assert box.parts[0].spent == 655.5
    assert box.parts[1].spent == 0.75
    assert sum(each.left for each in box.parts) == pytest.approx(1800 - 656.25, abs=DUST)


def test_a_night_in_a_pause_moves_the_end_by_a_night() -> None:
    box = timebox.read(PARTS, began("4:00 pause", "604:00 go_on"), at("605:00"))
    assert (box.parts[0].spent, box.end) == (300, START + timedelta(hours=10, minutes=30))


def test_a_gap_without_an_answer_does_not_count() -> None:
    clock = (*began(), Clock(at=at("3:00"), event="away", until=at("8:00")))
    assert timebox.read(PARTS, clock, at("9:00")).parts[0].spent == 240


def test_a_gap_inside_a_pause_is_pause() -> None:
    clock = began("2:00 pause", "3:00 away 8:00 counts", "9:00 go_on")
    assert timebox.read(PARTS, clock, at("10:00")).parts[0].spent == 180
    assert timebox.accounted(PARTS, clock, at("10:00")) == (180, 420, 0)


def test_a_minute_more_leaves_a_part_what_it_spent_already() -> None:
    # The second part spent 5 of its 8 minutes, more than its floor: it can give 3, the others 4
    # and 2, nine in all.
    box = timebox.read(PARTS, began("1:00 part 2", "6:00 part 1", "6:00 minutes 1"), at("6:00"))
    assert [each.planned for each in box.parts] == pytest.approx([660, 480 - 20, 420 - 60 * 4 / 9, 300 - 60 * 2 / 9])


def test_a_floor_above_a_parts_minutes_holds_no_more_than_those() -> None:
    parts = tuple(Part(kind="notes", minutes=m, floor_minutes=f) for m, f in ((10, 1), (2, 5), (10, 1)))
    box = timebox.read(parts, began("15:00 part 2"), at("15:00"))
    assert [each.left for each in box.parts] == pytest.approx([0, 120, 300])


def test_a_part_begun_after_the_end_has_nothing_and_owes_nothing() -> None:
    box = timebox.read(PARTS, began("40:00 part 2"), at("40:00"))
    assert (box.left, box.remaining, box.parts[1].allotted) == (0, 0, 0)


def test_moments_out_of_order_turn_nothing_back() -> None:
    clock = began("5:00 part 2", "3:00 part 3", "2:00 away 4:00 skip")
    assert [each.spent for each in timebox.read(PARTS, clock, at("6:00")).parts] == [300, 0, 60, 0]
    assert timebox.read(PARTS, clock, at("1:00")) == timebox.read(PARTS, clock, at("5:00"))


def test_a_second_not_full_is_not_in_the_file_yet() -> None:
    assert timebox.spent_seconds(PARTS, began(), START + timedelta(seconds=59.9)) == (59, 0, 0, 0)


def test_what_ran_over_is_told_and_not_taken_back() -> None:
    box = timebox.read(PARTS, began("10:55 part 2"), at("12:00"))
    assert (box.parts[0].over, box.parts[0].done, box.parts[1].over) == (55, True, 0)


def test_a_running_part_that_is_over_says_by_how_much() -> None:
    assert timebox.read(PARTS, began(), at("10:55")).remaining == -55


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.4, "0:00"), (0.5, "0:01"), (59.6, "1:00"), (206, "3:26"), (-55, "0:55"), (4325, "72:05")],
)
def test_seconds_as_on_a_stopwatch(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


@pytest.mark.parametrize("tick", [1, 7, 30, 59])
def test_each_sign_comes_once_however_often_one_looks(tick: int) -> None:
    boxes = [timebox.read(PARTS, began(), START + timedelta(seconds=s)) for s in range(0, 720, tick)]
    signs = [sign for one, other in pairwise(boxes) if (sign := timebox.sign(one, other))]
    assert signs == ["near", "over"]


@pytest.mark.parametrize(("when", "sign"), [("9:00", "near"), ("10:00", "over")])
def test_a_sign_comes_at_the_second_itself_and_not_at_the_next(when: str, sign: str) -> None:
    moments = [at(when) + timedelta(seconds=s) for s in (-0.25, 0, 0.25)]
    before, then, after = (timebox.read(PARTS, began(), moment) for moment in moments)
    assert (timebox.sign(before, then), timebox.sign(then, after)) == (sign, None)


def test_a_look_that_comes_too_late_for_the_minute_tells_the_end_alone() -> None:
    early, late = (timebox.read(PARTS, began(), at(when)) for when in ("8:00", "10:01"))
    assert timebox.sign(early, late) == "over"


def test_there_is_no_sign_in_a_pause_nor_for_a_part_that_has_just_begun() -> None:
    clock = began("8:59 pause")
    assert timebox.sign(timebox.read(PARTS, began(), at("8:59")), timebox.read(PARTS, clock, at("9:30"))) is None
    late = began("29:30 part 4")
    assert timebox.sign(timebox.read(PARTS, began(), at("29:30")), timebox.read(PARTS, late, at("29:30"))) is None


def test_a_clock_at_the_end_of_all_calendars_is_read() -> None:
    last = datetime.max.replace(tzinfo=UTC, microsecond=0)
    assert timebox.read(PARTS, (Clock(at=last, event="start", part=1),), START).end == last


# ---- the law, in exact fractions ----------------------------------------------------------------

seconds = st.integers(0, 3600)


def exact(left: Fraction, needs: list[Fraction], floors: list[Fraction]) -> list[Fraction]:
    """The three lines of the law as they are written."""
    needed, floor = sum(needs), sum(floors)
    if left >= needed:
        return needs
    if floor <= left:
        return [w - (needed - left) * (w - f) / (needed - floor) for w, f in zip(needs, floors, strict=True)]
    return [f * left / floor for f in floors]


@given(st.lists(st.tuples(seconds, st.integers(0, 100)), min_size=1, max_size=6), st.integers(0, 25_000))
@example([(0, 0)], 0)
@example([(600, 100), (480, 100)], 1079)
@examples(300)
def test_shares_are_those_of_the_law(wanted: list[tuple[int, int]], left: int) -> None:
    needs = [Fraction(needed) for needed, _ in wanted]
    floors = [Fraction(needed * percent, 100) for needed, percent in wanted]
    found = timebox.shares(float(left), [float(w) for w in needs], [float(f) for f in floors])
    assert found == pytest.approx([float(each) for each in exact(Fraction(left), needs, floors)], abs=DUST)
    assert all(each >= 0 for each in found)


# ---- any walk through a session -----------------------------------------------------------------

MOVES = ("next", "back", "pause", "more", "less", "extend", "away", "away that counts", "wait")
walks = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 500)), max_size=20)


def walked(parts: tuple[Part, ...], walk: list[tuple[str, int]]) -> list[tuple[Session, datetime]]:
    """A session and its moments, one for each move that was allowed, and one half a second after
    it.
    """
    value = Session(id="2026-11-23-a-0000", status="prepared", agenda="x", account="A", parts=parts)
    value, now = _after(value, clock_commands.start(value, START)), START
    seen = [(value, now)]
    for move, passing in walk:
        since, now = now, now + timedelta(seconds=passing)
        seen.append((value, now))
        match move:
            case "away" | "away that counts":
                mark = clock_commands.gap(value, since, now)
                if mark is not None:
                    mark = Mark(replace(mark.event, counts=move == "away that counts"))
            case "extend":
                mark = _allowed(clock_commands.extend(value, now, 4))
            case "wait":
                mark = None
            case _:
                does = {"next": clock_commands.next_part, "back": clock_commands.back, "pause": clock_commands.pause}
                mark = _allowed((does | {"more": clock_commands.more, "less": clock_commands.less})[move](value, now))
        if mark is not None:
            value = _after(value, mark)
        seen += [(value, now), (value, now + timedelta(seconds=0.5))]
    return seen


def _allowed(mark: object) -> Mark | None:
    return mark if isinstance(mark, Mark) else None


def _after(value: Session, mark: object) -> Session:
    assert isinstance(mark, Mark)
    result = edits.apply(value, mark)
    assert isinstance(result, Session)
    return result


@given(some_parts, walks)
@examples(120)
def test_at_every_moment_what_is_left_adds_up_is_not_negative_and_keeps_floors(
    parts: tuple[Part, ...], walk: list[tuple[str, int]]
) -> None:
    for value, now in walked(parts, walk):
        box = timebox.read(value.parts, value.clock, now)
        rest = list(zip(parts, box.parts, strict=True))[box.running :]
        assert sum(each.left for each in box.parts) == pytest.approx(min(box.left, box.needed), abs=DUST)
        assert all(each.left >= 0 and each.planned >= 0 and each.spent >= 0 for each in box.parts)
        floors = [
            min(max(0.0, part.floor_minutes * 60 - each.spent), max(0.0, each.planned - each.spent))
            for part, each in rest
        ]
        if sum(floors) <= box.left:
            assert all(each.left >= floor - DUST for (_, each), floor in zip(rest, floors, strict=True))


@given(some_parts, walks)
@examples(120)
def test_every_second_is_in_one_place_and_every_minute_with_one_part(
    parts: tuple[Part, ...], walk: list[tuple[str, int]]
) -> None:
    for value, now in walked(parts, walk):
        spent, paused, away = timebox.accounted(value.parts, value.clock, now)
        assert spent + paused + away == pytest.approx((now - START).total_seconds(), abs=DUST)
        box = timebox.read(value.parts, value.clock, now)
        longer = sum(each.minutes or 0 for each in value.clock if each.event == "extend")
        minutes = sum(part.minutes for part in parts) + longer
        assert sum(each.planned for each in box.parts) == pytest.approx(60 * minutes, abs=DUST)
        assert box.end is not None
        end = START + timedelta(minutes=minutes, seconds=paused + away)
        assert abs((box.end - end).total_seconds()) < DUST


@given(some_parts, walks)
@examples(60)
def test_the_file_and_an_entry_taken_back_give_the_same_timebox(
    parts: tuple[Part, ...], walk: list[tuple[str, int]]
) -> None:
    value, now = walked(parts, walk)[-1]
    added = edits.add(Stakeholder(id="s1", name="Ruth Vale"))
    taken_back = edits.inverse(added)
    assert taken_back is not None
    there = edits.apply(value, added)
    assert isinstance(there, Session)
    gone = edits.apply(there, taken_back)
    assert isinstance(gone, Session)
    again = session_file.read(session_file.new(gone).content()).session
    assert again.clock == value.clock
    assert timebox.read(again.parts, again.clock, now) == timebox.read(value.parts, value.clock, now)


# ---- any clock a file may hold ------------------------------------------------------------------

some_moments = st.integers(-7200, 7200).map(lambda s: START + timedelta(seconds=s))
names: tuple[ClockEvent, ...] = ("start", "part", "pause", "go_on", "minutes", "extend", "away", "end")
some_events = st.builds(
    Clock,
    at=some_moments,
    event=st.sampled_from(names),
    part=st.none() | st.integers(1, 9),
    minutes=st.none() | st.integers(-600, 600),
    until=st.none() | some_moments,
    counts=st.none() | st.booleans(),
)


# Most clocks of a file do start; one that does not is soon read.
some_clocks = st.tuples(st.sampled_from([(), began(), began()]), st.lists(some_events, max_size=12)).map(
    lambda found: (*found[0], *found[1])
)


@given(st.just(()) | some_parts, some_clocks, some_moments)
@examples(400)
def test_no_clock_however_wrong_is_more_than_read(
    parts: tuple[Part, ...], clock: tuple[Clock, ...], now: datetime
) -> None:
    box = timebox.read(parts, clock, now)
    assert all(each.left >= 0 and each.spent >= 0 and each.planned >= -DUST for each in box.parts)
    assert len(timebox.spent_seconds(parts, clock, now)) == len(parts)
    assert box.running < len(parts)
    moments = [now, *(moment for each in clock for moment in (each.at, each.until) if moment)]
    assert sum(timebox.accounted(parts, clock, now)) <= (max(moments) - min(moments)).total_seconds() + DUST
    if box.state == "waiting":
        assert timebox.accounted(parts, clock, now) == (0, 0, 0)
    elif box.state != "ended":
        assert sum(each.left for each in box.parts) == pytest.approx(min(box.left, box.needed), abs=1e-5)
