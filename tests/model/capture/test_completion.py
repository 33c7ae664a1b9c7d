"""Covers: session_tui.model.capture.completion.

Tab offers only words that the line accepts, and never raises.
"""

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import capture
from session_tui.model.capture import Completion, Context, Refusal
from session_tui.model.session import ActionItem, Assumption, Attendee, Session, Stakeholder
from session_tui.model.vocabulary import PartKind
from strategies import PIECES

NOW = datetime(2026, 11, 23, 9, 14, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Ben Okafor"), Attendee(name="Mei Tan")),
    stakeholders=(Stakeholder(id="s1", name="Ruth Vale"), Stakeholder(id="s2", name="Mia Tran")),
    assumptions=(Assumption(id="a1", text="The budget is approved"),),
    action_items=(ActionItem(id="t1", text="Call"),),
)


def offers(line: str, part: PartKind, cursor: int | None = None, **more: Any) -> tuple[Completion, ...]:
    return capture.complete(line, len(line) if cursor is None else cursor, Context(SESSION, part, NOW, TODAY, **more))


@pytest.mark.parametrize(
    ("line", "part", "words"),
    [
        ("Call @me", "action_items", ["Mei Tan"]),
        ("Call @m", "action_items", ["Mei Tan", "Mia Tran"]),
        ("It @m", "assumptions", ["Mei Tan"]),
        ('Call @"Ben O', "action_items", ["Ben Okafor"]),
        ("Ada to:ru", "stakeholder_map", ["Ruth Vale"]),
        ("Ada inf:", "stakeholder_map", ["Ruth Vale", "Mia Tran"]),
        ("Call for:", "action_items", ["Ruth Vale", "Mia Tran", "The budget"]),
        ("Call for:a", "action_items", ["The budget"]),
        ("Ada role:", "stakeholder_map", ["approver", "gatekeeper"]),
        ("Ada cov:m", "stakeholder_map", ["multiple"]),
        ("Call due:", "action_items", ["Mon 30 Nov", "Tue 24 Nov"]),
        ("It due:to", "assumptions", ["today", "tomorrow"]),
        ("It ev:", "assumptions", ["a guess", "proven"]),
        ("Ada pa", "stakeholder_map", ["pain:"]),
        ("/ne", "notes", ["/next"]),
        ("/", "notes", ["/next", "/back"]),
    ],
)
def test_a_word_is_offered_what_it_may_become(line: str, part: PartKind, words: list[str]) -> None:
    shown = " | ".join(each.shows for each in offers(line, part))
    assert all(word in shown for word in words), shown


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Call role:", "action_items"),
        ("Ada due:", "stakeholder_map"),
        ("It for:", "assumptions"),
        ("Call ", "action_items"),
        ("", "notes"),
    ],
)
def test_nothing_is_offered_that_the_line_would_refuse(line: str, part: PartKind) -> None:
    assert offers(line, part) == ()


@pytest.mark.parametrize(
    "line", ["Call @be", "Call @me", "Call for:ru", "Call for:a", "Call due:to", "Call @vale", "s> Ada to:mi"]
)
def test_whatever_is_taken_reads_without_a_refusal(line: str) -> None:
    context = Context(SESSION, "action_items", NOW, TODAY)
    found = capture.complete(line, len(line), context)
    assert found
    for each in found:
        assert not isinstance(capture.read(each.text, context), Refusal), each.text


def test_the_rest_of_the_line_stays_and_inside_a_word_nothing_is_offered() -> None:
    line = "Call @be due:fri"
    taken = offers(line, "action_items", cursor=8)[0]
    assert taken.text == 'Call @"Ben Okafor" due:fri'
    assert taken.text[: taken.cursor] == 'Call @"Ben Okafor" '
    assert offers(line, "action_items", cursor=7) == ()


@given(
    st.lists(st.sampled_from([*PIECES, " ", "/", "/end ", "/remove ", "@", "*t1 "]), max_size=8).map("".join)
    | st.text(max_size=20),
    st.integers(-3, 60),
    st.sampled_from(["", "s1", "t1", "a1", "zz"]),
    st.sampled_from(["", "s1", "t1", "zz"]),
)
@examples(400)
def test_any_line_with_the_cursor_anywhere_raises_nothing(line: str, cursor: int, lit: str, editing: str) -> None:
    for part in get_args(PartKind):
        found = offers(line, part, cursor=cursor, highlighted=lit, editing=editing)
        assert len(found) <= 8
        assert all(0 <= each.cursor <= len(each.text) for each in found)
