"""Covers: session_tui.model.session_end.

What is typed after `/end`: the words that the screens show are accepted, and nothing is guessed.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from session_tui.model import clock_commands, edits, session_end, timebox
from session_tui.model.capture import Refusal
from session_tui.model.edits import Close, Mark, Reopen
from session_tui.model.merge.merge import compare
from session_tui.model.session import ActionItem, Clock, Part, Session
from session_tui.model.vocabulary import OUTCOME_WORDS, OUTCOMES, Outcome

NOW = datetime(2026, 12, 1, 9, 20, tzinfo=UTC)
LIVE = Session(
    id="2026-12-01-acme-0000",
    status="live",
    agenda="strategy-30",
    account="Acme",
    clock=(Clock(at=NOW, event="start", part=1),),
    action_items=(ActionItem(id="t1", text="Call the CFO"),),
)
GOING = replace(
    LIVE,
    parts=tuple(Part(kind="notes", minutes=each, floor_minutes=3) for each in (10, 8, 7, 5)),
    clock=(*LIVE.clock, Clock(at=NOW + timedelta(minutes=9), event="part", part=2)),
)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_word_of_an_outcome_that_is_shown_or_stored_is_accepted(outcome: Outcome) -> None:
    for spelling in (outcome, OUTCOME_WORDS[outcome], OUTCOME_WORDS[outcome].upper()):
        assert session_end.read(spelling) == session_end.EndLine(outcome)
        assert session_end.read(f'{spelling} "We go"') == session_end.EndLine(outcome, "We go")
        assert session_end.read(f"{spelling} We go") == session_end.EndLine(outcome, "We go")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("p", "p fits pursue and pursue on a condition"),
        ("go", "go is not an outcome"),
        ('hold "Later" "they call"', "a condition belongs to pursue on a condition"),
        ("pursue on a cond", "“on a cond” is not whole"),
    ],
)
def test_a_word_that_is_no_outcome_or_fits_two_is_refused(typed: str, says: str) -> None:
    refusal = session_end.read(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.what == says


@pytest.mark.parametrize(("typed", "missing"), [("", "an outcome"), ("hold", "a headline"), ('hold ""', "a headline")])
def test_an_end_that_lacks_a_word_is_refused_and_names_what_has_no_owner(typed: str, missing: str) -> None:
    refusal = session_end.close(typed, LIVE, NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.what == f"{missing} is missing"
    assert "Without a name: t1." in refusal.do


def test_an_outcome_and_a_headline_end_the_session() -> None:
    assert session_end.close('h "not \\"now\\""', LIVE, NOW) == Close(NOW, "hold", 'not "now"')


def test_a_second_quoted_text_is_the_condition() -> None:
    ended = session_end.close('pursue on a condition "We go" "the CFO signs"', LIVE, NOW)
    assert isinstance(ended, Close)
    assert (ended.headline, ended.condition) == ("We go", "the CFO signs")
    after = edits.apply(LIVE, ended)
    assert isinstance(after, Session)
    assert after.condition == "the CFO signs"
    other = edits.apply(LIVE, Close(NOW, "hold", "Later", condition="the CFO signs"))
    assert isinstance(other, Session)
    assert other.condition == "", "a condition belongs to one outcome alone"


def held(minutes: float = 20) -> Session:
    ended = edits.apply(GOING, Close(NOW + timedelta(minutes=minutes), "pursue_if", "We go", 8, "the CFO signs"))
    assert isinstance(ended, Session)
    return ended


@pytest.mark.parametrize("away", [0, 1, 90, 600])
def test_a_session_ended_by_mistake_goes_on_where_it_ended(away: int) -> None:
    ended = held()
    at = NOW + timedelta(minutes=20, seconds=away)
    edit = session_end.reopen(ended, at)
    assert isinstance(edit, Reopen)
    again = edits.apply(ended, edit)
    assert isinstance(again, Session)
    assert (again.status, again.ended_at, again.outcome) == ("live", None, None)
    assert (again.headline, again.condition) == ("We go", "the CFO signs"), "what was typed is offered again"
    assert [each.event for each in again.clock[-3:]] == ["end", "part", "away"]
    box, before = timebox.read(again.parts, again.clock, at), timebox.read(GOING.parts, GOING.clock, ended.clock[-1].at)
    assert (box.state, box.running) == ("running", before.running)
    assert box.left == before.left, "the time between is no session time"
    assert [each.spent for each in box.parts] == [each.spent for each in before.parts]
    assert sum(timebox.accounted(again.parts, again.clock, at)) == (at - NOW).total_seconds()
    counted = clock_commands.answer_gap(again, counts=True)
    assert isinstance(counted, Mark), "/count makes it session time"
    assert edits.inverse(edit) is None


def test_the_time_between_is_away_also_where_the_part_begins_later() -> None:
    at = NOW + timedelta(minutes=25)
    clock = (*held().clock, Clock(at=at, event="part", part=2))
    assert timebox.accounted(GOING.parts, clock, at) == (20 * 60, 0, 5 * 60)


@pytest.mark.parametrize(
    ("session", "later", "says"),
    [
        (held(), 31, "the session ended more than 10 minutes ago"),
        (GOING, 21, "this session is live"),
        (replace(GOING, status="held"), 21, "this session is held"),
    ],
)
def test_only_a_session_that_was_just_held_is_opened_again(session: Session, later: int, says: str) -> None:
    refusal = session_end.reopen(session, NOW + timedelta(minutes=later))
    assert isinstance(refusal, Refusal)
    assert refusal.what.startswith(says)


def test_of_two_versions_the_one_that_was_continued_after_its_end_is_live() -> None:
    ended = held()
    again = edits.apply(ended, Reopen(NOW + timedelta(minutes=22)))
    assert isinstance(again, Session)
    for ours, theirs, wins in ((again, ended, "ours"), (ended, again, "theirs")):
        defaults = compare(ours, theirs).defaults
        assert {defaults[key] for key in ("status", "ended_at", "outcome")} == {wins}


@given(st.text(max_size=40), st.sampled_from([*OUTCOME_WORDS.values(), *OUTCOMES, ""]))
def test_any_text_is_read_or_refused_and_a_headline_is_one_line(text: str, word: str) -> None:
    read = session_end.read(f"{word} {text}")
    assert isinstance(read, Refusal) or "\n" not in read.headline
