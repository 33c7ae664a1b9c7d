"""Covers: session_tui.model.session_end.

What is typed after `/end`: the words that the screens show are accepted, and nothing is guessed.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model import edits, session_end
from session_tui.model.capture import Refusal
from session_tui.model.edits import Close
from session_tui.model.session import ActionItem, Clock, Session
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
        ("go", "go is no outcome"),
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


@given(st.text(max_size=40), st.sampled_from([*OUTCOME_WORDS.values(), *OUTCOMES, ""]))
def test_any_text_is_read_or_refused_and_a_headline_is_one_line(text: str, word: str) -> None:
    read = session_end.read(f"{word} {text}")
    assert isinstance(read, Refusal) or "\n" not in read.headline
