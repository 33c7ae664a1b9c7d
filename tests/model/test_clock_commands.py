"""Covers: session_tui.model.clock_commands.

The commands of the clock: each records the right event, or is refused with a helpful sentence.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from profiles import examples
from session_tui.model import clock_commands, edits, timebox
from session_tui.model.edits import Close, Mark
from session_tui.model.fault import Fault
from session_tui.model.session import Clock, Part, Session

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PARTS = tuple(Part(kind="notes", minutes=m, floor_minutes=f) for m, f in ((10, 4), (8, 3), (7, 3), (5, 3)))
NEW = Session(id="2026-11-23-a-0000", status="prepared", agenda="x", account="A", parts=PARTS)

Step = Callable[[Session, datetime], Mark | Fault]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def recorded(value: Session, *edits_: edits.Edit | Fault | None) -> Session:
    for edit in edits_:
        assert isinstance(edit, Mark | Close), edit
        result = edits.apply(value, edit)
        assert isinstance(result, Session), result
        value = result
    return value


def going(*walk: tuple[Step, float]) -> Session:
    """A session that started at nine, and what was done in it at which minute."""
    value = recorded(NEW, clock_commands.start(NEW, START))
    for step, minute in walk:
        value = recorded(value, step(value, at(minute)))
    return value


def by(minutes: int) -> Step:
    return lambda value, now: clock_commands.extend(value, now, minutes)


def ended() -> Session:
    return recorded(going(), Close(at(5), "hold"))


LAST = going((clock_commands.next_part, 1), (clock_commands.next_part, 2), (clock_commands.next_part, 3))
ALL: dict[str, Step] = {
    "next": clock_commands.next_part,
    "back": clock_commands.back,
    "pause": clock_commands.pause,
    "go_on": clock_commands.go_on,
    "more": clock_commands.more,
    "less": clock_commands.less,
    "extend": by(5),
}
REFUSED: list[tuple[str, Session, float, Step, str, str]] = [
    ("next in the last part", LAST, 4, clock_commands.next_part, "this is the last part", "/end"),
    ("back in the first part", going(), 4, clock_commands.back, "this is the first part", ""),
    ("less in the last part", LAST, 4, clock_commands.less, "this is the last part", ""),
    ("less with half a minute left", going(), 9.5, clock_commands.less, "this part has less than a minute left", ""),
    ("less when it is over", going(), 12, clock_commands.less, "this part has less than a minute left", ""),
    (
        "more in the last part",
        LAST,
        4,
        clock_commands.more,
        "this is the last part",
        "/extend",
    ),
    ("going on while it runs", going(), 1, clock_commands.go_on, "the clock is running", ""),
    ("starting twice", going(), 1, clock_commands.start, "the clock has started already", ""),
    ("no minutes longer", going(), 1, by(0), "0 is not between 1 and 120 minutes", ""),
    ("a day longer", going(), 1, by(1440), "1440 is not between 1 and 120 minutes", ""),
    ("shorter", going(), 1, by(-5), "-5 is not between 1 and 120 minutes", ""),
    ("starting without parts", replace(NEW, parts=()), 0, clock_commands.start, "the session has no parts", "agenda"),
]


@pytest.mark.parametrize(
    ("value", "minute", "step", "what", "do"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_step_that_cannot_be_says_why(value: Session, minute: float, step: Step, what: str, do: str) -> None:
    refused = step(value, at(minute))
    assert isinstance(refused, Fault)
    assert refused.what.startswith(what)
    assert do in refused.do
    assert not refused.what.endswith(".")


@pytest.mark.parametrize("name", ["next", "back", "more", "less", "extend"])
def test_before_the_start_a_step_names_what_starts_it(name: str) -> None:
    refused = ALL[name](NEW, START)
    assert refused == Fault("", "the clock has not started", "/go_on starts it.")


@pytest.mark.parametrize("name", ALL)
def test_after_the_end_nothing_moves_the_clock(name: str) -> None:
    assert ALL[name](ended(), at(6)) == Fault("", "the session has ended")


@pytest.mark.parametrize("name", ["pause", "go_on"])
def test_one_key_starts_a_waiting_session(name: str) -> None:
    value = recorded(NEW, ALL[name](NEW, START))
    assert (value.status, value.started_at, value.clock) == (
        "live",
        START,
        (Clock(at=START, event="start", part=1),),
    )


@pytest.mark.parametrize("event", [Clock(at=at(5), event="pause"), Clock(at=at(5), event="start", part=9)])
@pytest.mark.parametrize("name", ["pause", "go_on"])
def test_a_clock_that_holds_no_start_can_be_started(name: str, event: Clock) -> None:
    broken = replace(NEW, clock=(event,))
    value = recorded(broken, ALL[name](broken, at(3)))
    assert timebox.read(value.parts, value.clock, at(6)).state == "running"
    assert value.started_at == value.clock[-1].at == at(5)


def test_a_session_does_not_start_with_a_part_it_has_not() -> None:
    assert clock_commands.start(NEW, START, part=9) == Fault("", "there is no part 9")


@pytest.mark.parametrize("minutes", [(1, 3, 5), (2, 7, 8), (3, 5, 1)])
def test_the_others_give_their_last_minute_too(minutes: tuple[int, ...]) -> None:
    """Minutes given in fractions leave 59.99999999999999 seconds of the last one."""
    parts = tuple(Part(kind="notes", minutes=m) for m in (10, *minutes))
    value = recorded(replace(NEW, parts=parts), clock_commands.start(replace(NEW, parts=parts), START))
    for _ in range(sum(minutes)):
        value = recorded(value, clock_commands.more(value, START))
    assert isinstance(clock_commands.more(value, START), Fault)


def test_one_key_pauses_and_goes_on() -> None:
    value = going(
        (clock_commands.pause, 2), (clock_commands.pause, 3), (clock_commands.pause, 4), (clock_commands.go_on, 5)
    )
    assert [each.event for each in value.clock] == ["start", "pause", "go_on", "pause", "go_on"]


def test_next_and_back_name_the_part_counted_from_one() -> None:
    value = going(
        (clock_commands.next_part, 1),
        (clock_commands.next_part, 2),
        (clock_commands.back, 3),
        (clock_commands.next_part, 4),
    )
    assert [each.part for each in value.clock] == [1, 2, 3, 2, 3]


def test_a_part_gone_to_in_a_pause_waits_for_the_clock() -> None:
    value = going((clock_commands.pause, 2), (clock_commands.next_part, 3), (clock_commands.go_on, 5))
    box = timebox.read(value.parts, value.clock, at(6))
    assert (box.running, box.parts[0].spent, box.parts[1].spent) == (1, 120, 60)


@pytest.mark.parametrize(("name", "minutes", "left"), [("more", 1, 600), ("less", -1, 480), ("extend", 5, 840)])
def test_minutes_go_the_way_their_name_says(name: str, minutes: int, left: float) -> None:
    value = going((ALL[name], 1))
    assert value.clock[-1].minutes == minutes
    assert timebox.read(value.parts, value.clock, at(1)).remaining == pytest.approx(left)


def test_a_session_may_start_with_another_part() -> None:
    value = recorded(NEW, clock_commands.start(NEW, START, part=3))
    assert timebox.read(value.parts, value.clock, START).running == 2


@pytest.mark.parametrize("name", ["next", "pause", "more", "less", "extend"])
def test_moments_are_recorded_in_whole_seconds(name: str) -> None:
    mark = ALL[name](going(), START + timedelta(seconds=61.75))
    assert isinstance(mark, Mark)
    assert mark.event.at == START + timedelta(seconds=61)


def test_a_mark_is_utc_wherever_the_facilitator_is() -> None:
    mark = clock_commands.start(NEW, datetime.fromisoformat("2026-11-23T11:00:00+02:00"))
    assert isinstance(mark, Mark)
    assert mark.event.at.isoformat() == "2026-11-23T09:00:00+00:00"


def test_what_is_on_record_is_utc_in_whole_seconds_whatever_the_moment_was() -> None:
    here = (START + timedelta(seconds=0.75)).astimezone(datetime.fromisoformat("2026-11-23T11:00:00+02:00").tzinfo)
    value = recorded(NEW, clock_commands.start(NEW, here), Close(here + timedelta(seconds=5.5), "hold"))
    assert [each.at.isoformat() for each in value.clock] == [
        "2026-11-23T09:00:00+00:00",
        "2026-11-23T09:00:06+00:00",
    ]
    assert (value.started_at, value.ended_at) == (value.clock[0].at, value.clock[1].at)


def test_a_start_is_the_same_moment_in_the_clock_and_in_the_session() -> None:
    value = recorded(NEW, Mark(Clock(at=START + timedelta(seconds=0.75), event="start", part=1)))
    assert value.started_at == value.clock[0].at == START


def test_the_file_has_whole_seconds_of_each_part_at_the_last_event() -> None:
    value = going((clock_commands.next_part, 6.5), (clock_commands.back, 8))
    assert [part.spent_seconds for part in value.parts] == [390, 90, 0, 0]
    value = recorded(value, Close(at(9.25), "hold"))
    assert [part.spent_seconds for part in value.parts] == [465, 90, 0, 0]


# ---- gaps ---------------------------------------------------------------------------------------


def test_a_gap_runs_from_the_last_sign_of_life_to_the_return_and_does_not_count() -> None:
    assert clock_commands.gap(going(), at(3), at(8)) == Mark(Clock(at=at(3), event="away", until=at(8), counts=False))


@pytest.mark.parametrize(("seconds", "found"), [(0, False), (59, False), (59.9, False), (60, True), (61, True)])
def test_a_gap_is_a_minute_or_more(seconds: float, found: bool) -> None:
    assert (clock_commands.gap(going(), at(3), at(3) + timedelta(seconds=seconds)) is not None) is found


@pytest.mark.parametrize("part_of_a_second", [0.0, 0.25, 0.9])
def test_a_recorded_gap_is_never_shorter_than_a_minute(part_of_a_second: float) -> None:
    since = at(3) + timedelta(seconds=part_of_a_second)
    mark = clock_commands.gap(going(), since, since + timedelta(seconds=60))
    assert mark is not None
    assert mark.event.until is not None
    assert mark.event.until - mark.event.at >= timedelta(seconds=60)


def test_without_a_sign_of_life_a_gap_runs_from_the_last_event() -> None:
    mark = clock_commands.gap(going((clock_commands.next_part, 2)), None, at(8))
    assert mark is not None
    assert mark.event.at == at(2)


def test_a_sign_of_life_older_than_the_last_event_is_not_gone_back_to() -> None:
    mark = clock_commands.gap(going((clock_commands.next_part, 5)), at(3), at(8))
    assert mark is not None
    assert mark.event.at == at(5)


@pytest.mark.parametrize(
    "value", [NEW, going((clock_commands.pause, 2)), ended()], ids=["before the start", "in a pause", "after the end"]
)
def test_a_gap_is_looked_for_only_while_the_clock_runs(value: Session) -> None:
    assert clock_commands.gap(value, at(1), at(600)) is None


def test_a_clock_set_back_while_nobody_was_there_is_no_gap() -> None:
    assert clock_commands.gap(going(), at(30), at(8)) is None


@pytest.mark.parametrize("answer", [True, False, None])
@pytest.mark.parametrize("later", [0, 0.5])
def test_a_gap_is_not_asked_about_again_whatever_the_answer(answer: bool | None, later: float) -> None:
    value = recorded(going(), clock_commands.gap(going(), at(3), at(8)))
    if answer is not None:
        value = recorded(value, clock_commands.answer_gap(value, answer))
    assert clock_commands.gap(value, at(3), at(8 + later)) is None
    assert [each.event for each in value.clock] == ["start", "away"]


def test_an_answer_may_be_taken_back_by_the_other_until_the_next_part() -> None:
    value = recorded(going(), clock_commands.gap(going(), at(3), at(8)))
    for counts, spent in ((True, 540), (False, 240), (True, 540)):
        value = recorded(value, clock_commands.answer_gap(value, counts))
        assert timebox.read(value.parts, value.clock, at(9)).parts[0].spent == spent
    value = recorded(value, clock_commands.next_part(value, at(9)))
    assert clock_commands.open_gap(value) is None
    assert clock_commands.answer_gap(value, False) == Fault("", "nobody was away in this part")


def test_an_answer_goes_to_the_last_gap_and_holds_after_what_came_since() -> None:
    value = recorded(going(), clock_commands.gap(going(), at(1), at(3)))
    value = recorded(value, clock_commands.gap(value, at(4), at(6)))
    value = recorded(value, clock_commands.pause(value, at(7)), clock_commands.answer_gap(value, True))
    assert [each.counts for each in value.clock if each.event == "away"] == [False, True]
    assert timebox.accounted(value.parts, value.clock, at(9)) == (300, 120, 120)


def test_a_session_that_has_ended_keeps_its_gaps_as_they_are() -> None:
    value = recorded(going(), clock_commands.gap(going(), at(3), at(8)))
    answer = clock_commands.answer_gap(value, True)
    assert isinstance(answer, Mark)
    held = recorded(value, Close(at(9), "hold"))
    assert isinstance(clock_commands.answer_gap(held, True), Fault)
    assert isinstance(edits.apply(held, answer), Fault)


# ---- the computer's clock is set ----------------------------------------------------------------


def test_a_step_of_the_computers_clock_stands_at_the_last_moment_and_takes_no_second() -> None:
    value = going((clock_commands.next_part, 5))
    value = recorded(value, clock_commands.stepped(value, -3300))
    value = recorded(value, clock_commands.stepped(value, 200), clock_commands.pause(value, at(7)))
    assert [each.wall_step for each in value.clock] == [None, -3100, None]
    assert timebox.accounted(value.parts, value.clock, at(9)) == (420, 120, 0)
    assert clock_commands.stepped(NEW, 200) is None


def test_a_step_that_is_taken_back_leaves_no_trace_and_a_year_is_a_step_too() -> None:
    value = going()
    assert recorded(value, clock_commands.stepped(value, 31536000)).clock[-1].wall_step == 31536000
    there = recorded(value, clock_commands.stepped(value, 90))
    assert recorded(there, clock_commands.stepped(there, -90)) == value


def test_a_step_after_two_events_alike_stands_at_one_of_them() -> None:
    value = going((clock_commands.more, 5), (clock_commands.more, 5))
    value = recorded(value, clock_commands.stepped(value, 90))
    assert [each.wall_step for each in value.clock] == [None, None, 90]


def test_an_answered_gap_keeps_the_step_behind_it() -> None:
    value = recorded(going(), clock_commands.gap(going(), at(3), at(8)))
    value = recorded(value, clock_commands.stepped(value, 90))
    assert recorded(value, clock_commands.answer_gap(value, True)).clock[-1].wall_step == 90


# ---- what is on record stays in order -----------------------------------------------------------


def test_a_moment_before_a_gaps_end_is_written_as_its_end() -> None:
    value = recorded(going(), clock_commands.gap(going(), at(3), at(8)))
    value = recorded(value, clock_commands.pause(value, at(5)))
    assert value.clock[-1].at == at(8)


def test_a_gap_in_a_file_that_ends_before_it_begins_turns_nothing_back() -> None:
    broken = replace(going(), clock=(*going().clock, Clock(at=at(5), event="away", until=at(1))))
    value = recorded(broken, clock_commands.next_part(broken, at(2)))
    assert value.clock[-1].at == at(5)


walks = st.lists(st.tuples(st.sampled_from([*ALL, "gap", "count", "skip"]), st.integers(-90, 300)), max_size=20)


@given(walks)
@examples(150)
def test_any_step_at_any_moment_is_refused_in_words_or_recorded_in_order(walk: list[tuple[str, int]]) -> None:
    value, now, alive = NEW, START, START
    for name, seconds in walk:
        now += timedelta(seconds=seconds)
        match name:
            case "gap":
                mark: Mark | Fault | None = clock_commands.gap(value, alive, now)
            case "count" | "skip":
                mark = clock_commands.answer_gap(value, name == "count")
            case _:
                mark = ALL[name](value, now)
        alive = now
        if isinstance(mark, Fault):
            assert mark.what
        elif mark is not None:
            value = recorded(value, mark)
        moments = [moment for each in value.clock for moment in (each.at, each.until) if moment]
        assert moments == sorted(moments)
        assert all(each.microsecond == 0 for each in moments)
