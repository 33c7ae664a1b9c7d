"""Covers: session_tui.model.fixed_end, session_tui.model.timebox.

A fixed end stays where it is: no pause, no gap and no next part moves it; an extension and an undo
move it by what they say. The parts share what is left, and no share is below a floor unless the
words say so.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from model.test_timebox_examples import PARTS, START, STEPS, after, at, session
from profiles import examples
from session_tui.model import clock_commands, edits, fixed_end, session_commands, timebox
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import FixEnd, Mark
from session_tui.model.session import Part, Session
from session_tui.tui.live import screen_text
from strategies import parts as some_parts


def clock_time(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"


def began(minutes: float = 20, parts: tuple[Part, ...] = PARTS) -> Session:
    value = replace(session(parts), ends_at=at(minutes=minutes))
    return after(value, clock_commands.start(value, START))


def applied(value: Session, edit: edits.Edit | None) -> Session:
    assert edit is not None
    result = edits.apply(value, edit)
    assert isinstance(result, Session), result
    return result


@given(
    some_parts,
    st.integers(1, 90),
    st.lists(st.tuples(st.sampled_from(["crash", "until", "undo", *STEPS]), st.integers(0, 400)), max_size=25),
)
@examples(300)
def test_what_is_left_is_the_end_minus_now_after_any_sequence(
    parts: tuple[Part, ...], minutes: int, walk: list[tuple[str, int]]
) -> None:
    value, now, alive, ends = began(minutes, parts), START, START, at(minutes=minutes)
    fixes: list[FixEnd] = []
    for step, seconds in walk:
        now += timedelta(seconds=seconds)
        if step == "crash":
            edit: object = clock_commands.gap(value, alive, now)
        elif step == "until":
            edit = FixEnd(now, value.ends_at, now.replace(microsecond=0) + timedelta(seconds=2 * seconds))
            fixes.append(edit)
            ends = edit.new or ends
        elif step == "undo":
            edit = edits.inverse(fixes.pop()) if fixes else None
            ends = edit.new or ends if isinstance(edit, FixEnd) else ends
        else:
            edit = STEPS[step](value, now)
        alive = alive if step == "crash" else now
        if isinstance(edit, Mark | FixEnd):
            value = applied(value, edit)
        if step == "extend" and isinstance(edit, Mark):
            ends += timedelta(minutes=3)
            fixes.clear()  # what was set before the extension is no longer there to be taken back
        box = timebox.of(value, now)
        assert box.fixed
        assert box.end == ends == value.ends_at
        assert box.left == pytest.approx(max(0.0, (ends - now).total_seconds()))
        assert box.late == pytest.approx(max(0.0, (now - ends).total_seconds()))
        shares = [each.left for each in box.parts]
        assert all(each >= 0 for each in shares)
        assert sum(shares) <= box.left + 1e-6


@given(st.lists(st.tuples(st.sampled_from(["next", "pause", "crash"]), st.integers(0, 900)), max_size=8))
@examples(200)
def test_the_parts_keep_their_floors_as_long_as_the_time_covers_them(walk: list[tuple[str, int]]) -> None:
    value, now, alive = began(25), START, START
    for step, seconds in walk:
        now += timedelta(seconds=seconds)
        edit = clock_commands.gap(value, alive, now) if step == "crash" else STEPS[step](value, now)
        alive = alive if step == "crash" else now
        if not isinstance(edit, Mark):
            continue
        value = after(value, edit)
        box = timebox.of(value, now)
        short = box.below_floors > 0
        for part, each in list(zip(PARTS, box.parts, strict=True))[box.running :]:
            wanted = min(part.floor_minutes * 60 - each.spent, each.planned - each.spent)
            assert short or each.left >= wanted - 1e-6
        said = "".join(words for words, _ in screen_text.pace(replace(box, state="running")))
        assert (box.below_floors >= 1 and not box.late and box.remaining >= 0) <= ("below the floors" in said)


def test_a_pause_takes_its_time_from_the_parts_and_not_from_the_end() -> None:
    value = after(began(), clock_commands.pause(began(), at(minutes=2)))
    paused = timebox.of(value, at(minutes=6))
    assert (paused.end, paused.left) == (at(minutes=20), 14 * 60)
    assert sum(each.left for each in paused.parts) == pytest.approx(14 * 60)
    still = f"the end stays {clock_time(at(minutes=20))}"
    assert screen_text.pace(paused) == (("paused", "warn"), (f", {still}", "muted"))
    assert session_commands.confirmation(value, Mark(value.clock[-1]), value, at(minutes=6)) == f"Paused; {still}."
    value = after(value, clock_commands.go_on(value, at(minutes=6)))
    assert sum(each.left for each in timebox.of(value, at(minutes=6)).parts) == pytest.approx(14 * 60)


def test_after_a_long_pause_the_running_part_shares_so_that_the_others_keep_their_floors() -> None:
    value = began(30)
    value = after(value, clock_commands.pause(value, at(minutes=2)))
    value = after(value, clock_commands.go_on(value, at(minutes=14)))
    box = timebox.of(value, at(minutes=14))
    assert box.left == 16 * 60
    assert [round(each.left) for each in box.parts] == [226, 268, 251, 215]
    assert box.below_floors == 0


def test_a_gap_that_does_not_count_leaves_the_end_and_says_so() -> None:
    value = began()
    value = after(value, clock_commands.gap(value, at(minutes=3), at(minutes=8)))
    box = timebox.of(value, at(minutes=8))
    assert box.left == 12 * 60
    words = screen_text.finding(value, box, "", None, None)[0][0]
    assert f"not counted; the end stays {clock_time(at(minutes=20))}" in words


def test_a_shorter_session_shares_its_time_and_says_how_much_is_missing() -> None:
    value = session()
    edit = fixed_end.edit_of(clock_time(at(minutes=20)), value, START)
    assert isinstance(edit, FixEnd)
    value = applied(value, edit)
    assert session_commands.confirmation(session(), edit, value, START) == (
        f"The session ends {clock_time(at(minutes=20))}; pauses do not move it."
        " The parts share 20:00, 10:00 less than planned."
    )
    box = timebox.of(value, START)
    assert sum(each.left for each in box.parts) == pytest.approx(20 * 60)
    assert all(each.left >= part.floor_minutes * 60 for part, each in zip(PARTS, box.parts, strict=True))
    assert screen_text.hours(box, START)[0] == f"until {clock_time(at(minutes=20))}"


def test_it_is_set_while_the_clock_runs_and_taken_back_by_one_undo() -> None:
    value = after(session(), clock_commands.start(session(), START))
    edit = fixed_end.edit_of(clock_time(at(minutes=20)), value, at(minutes=8))
    assert isinstance(edit, FixEnd)
    fixed = applied(value, edit)
    assert timebox.of(fixed, at(minutes=8)).left == 12 * 60
    assert timebox.of(fixed, at(minutes=8)).remaining > 0, "the running part has a share of what is left"
    back = applied(fixed, edits.inverse(edit))
    assert back.ends_at is None
    assert timebox.of(back, at(minutes=9)).end == at(minutes=30)
    assert timebox.of(back, at(minutes=9)).remaining == pytest.approx(60)


@pytest.mark.parametrize(
    ("typed", "what", "do"),
    [
        ("", "until when", "/until 13:00"),
        ("noon", "is not a time of day", "/until 13:00"),
        ("25:00", "is not a time of day", "/until 13:00"),
        (clock_time(at(minutes=-5)), "is past", "/until 13:00"),
        (clock_time(at(minutes=8)), "leaves 3:00, and the parts need 9:00", "is the earliest end. /next passes"),
        ("none", "no time of end is set", "/until"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(typed: str, what: str, do: str) -> None:
    value = after(session(), clock_commands.start(session(), START))
    refusal = fixed_end.edit_of(typed, value, at(minutes=5))
    assert isinstance(refusal, Refusal)
    assert what in refusal.what
    assert do in refusal.do


def test_the_earliest_end_that_a_refusal_names_is_taken() -> None:
    value = after(session(), clock_commands.start(session(), START))
    refusal = fixed_end.edit_of(clock_time(at(minutes=8)), value, at(minutes=5, seconds=10))
    assert isinstance(refusal, Refusal)
    earliest = refusal.do.split()[0]
    assert isinstance(fixed_end.edit_of(earliest, value, at(minutes=5, seconds=10)), FixEnd)


def test_a_later_end_is_taken_even_below_the_floors() -> None:
    value = after(session(), clock_commands.start(session(), START))
    edit = fixed_end.edit_of(clock_time(at(minutes=32)), value, at(minutes=29))
    assert isinstance(edit, FixEnd)
    assert "less than the parts' floors" in session_commands.confirmation(
        value, edit, applied(value, edit), at(minutes=29)
    )


def test_a_clock_that_was_set_still_ends_at_the_time_on_the_wall() -> None:
    ahead = timedelta(hours=2)
    value = after(session(), clock_commands.start(session(), START))
    edit = fixed_end.edit_of(clock_time(START + ahead + timedelta(minutes=20)), value, START, ahead)
    assert isinstance(edit, FixEnd)
    assert edit.new == at(minutes=20)


def test_a_session_whose_end_is_past_does_not_start_until_it_has_another() -> None:
    value = replace(session(), ends_at=at(minutes=-1))
    assert "is past" in str(clock_commands.start(value, START))
    assert isinstance(clock_commands.start(replace(value, ends_at=None), START), Mark)


@pytest.mark.parametrize(("minutes", "warning"), [(10, 60), (5, 60), (4, 45), (3, 35), (2, 20), (1, 10)])
def test_a_short_part_warns_in_its_last_fifth(minutes: int, warning: int) -> None:
    value = session((Part(kind="notes", minutes=minutes), Part(kind="notes", minutes=5)))
    value = after(value, clock_commands.start(value, START))
    before, there = (timebox.of(value, at(minutes=minutes, seconds=-warning - more)) for more in (1, 0))
    assert timebox.sign(before, there) == "near"
    last = "Last minute" if warning == 60 else f"Last {warning} seconds"
    assert last in screen_text.finding(value, there, "", None, None)[0][0]
    assert screen_text.digits(before)[1] == "digits"
    assert screen_text.digits(there)[1] == "warn"


def test_the_moment_of_the_end_is_in_whole_seconds() -> None:
    now = datetime(2026, 11, 23, 9, 0, 0, 500, tzinfo=UTC)
    edit = fixed_end.edit_of(clock_time(at(minutes=30)), session(), now)
    assert isinstance(edit, FixEnd)
    assert edit.new is not None and edit.new.microsecond == 0
