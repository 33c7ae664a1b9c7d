"""Covers: session_tui.model.capture.paste.

Bullets of a pasted list are removed, its text is kept, and all lines become one edit.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import capture, edits
from session_tui.model.capture import Context, Refusal
from session_tui.model.edits import Several
from session_tui.model.session import ActionItem, Attendee, Session, Stakeholder
from session_tui.model.vocabulary import PartKind
from strategies import PIECES

NOW = datetime(2026, 11, 23, 9, 14, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Ben Okafor"),),
    action_items=(ActionItem(id="t1", text="Call"),),
)


def context(part: PartKind = "action_items", **more: Any) -> Context:
    return Context(SESSION, part, NOW, TODAY, **more)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("- one", "one"),
        ("  - one", "one"),
        ("* one", "one"),
        ("• one", "one"),
        ("– one", "one"),
        ("1. one", "one"),
        ("12) one", "one"),
        ("[ ] one", "one"),
        ("[x] one", "one"),
        ("- [ ] one", "one"),
        ("* [X] one", "one"),
        ("\t-\tone", "one"),
        ("one\x00\x1b[1m two\x1b[0m", "one two"),
        ("*t1 done", "*t1 done"),
        ("- *t1 done", "*t1 done"),
        ("=> decided", "=> decided"),
        ("?> parked", "?> parked"),
        ("s> Ruth", "s> Ruth"),
        ("-5 % margin", "-5 % margin"),
        ("-- Ruth", "-- Ruth"),
        ("1.5 million", "1.5 million"),
        ("2026 is the year", "2026 is the year"),
        ("[red] x", "[red] x"),
        ("@ben - later", "@ben - later"),
    ],
)
def test_bullets_numbers_and_boxes_go_and_text_stays(line: str, left: str) -> None:
    assert capture.list_of(line) == (left,)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\n \t \n", "\u2028"])
def test_each_line_is_one_and_empty_ones_are_none(end: str) -> None:
    assert capture.list_of(f"{end}one{end}two{end}") == ("one", "two")


def test_each_line_sees_what_those_before_it_left() -> None:
    lines = ("s> Ruth Vale, CFO", "s> Mia Tran to:ruth", "Call them for:mia", "Write @zoe", "*t2 yes @", "*t1 done")
    refused = capture.read_list(lines, context())
    assert isinstance(refused, Refusal)
    assert refused.what.startswith("line 5: ")
    done = capture.read_list((*lines[:4], "*t3 yes", "*t1 done they agreed"), context())
    assert isinstance(done, Several)
    after = edits.apply(SESSION, done)
    assert isinstance(after, Session)
    assert [person.id for person in after.stakeholders] == ["s1", "s2"]
    assert after.stakeholders[1].reports_to == "s1"
    assert [action.id for action in after.action_items] == ["t1", "t2", "t3"]
    assert after.action_items[1].about == ("s2",)
    assert after.action_items[2].accepted_at == NOW
    assert after.action_items[0].result == "they agreed"
    back = edits.inverse(done)
    assert back is not None
    undone = edits.apply(after, back)
    assert isinstance(undone, Session)
    assert (undone.stakeholders, undone.action_items) == ((), SESSION.action_items)


@pytest.mark.parametrize("line", ["/end pursue", "/", "/leave", "/remove t1"])
def test_a_pasted_text_never_acts(line: str) -> None:
    refused = capture.read_list(("one", line), context())
    assert isinstance(refused, Refusal)
    assert refused.what.startswith("line 2: ")


def test_a_novel_and_nothing_at_all_are_refused_with_a_sentence() -> None:
    assert "201" in str(capture.read_list(("x",) * 201, context()))
    assert isinstance(capture.read_list(("x",) * 200, context()), Several)
    assert isinstance(capture.read_list((), context()), Refusal)
    assert isinstance(capture.read_list(("x" * 5000,), context()), Refusal)


def test_a_paste_while_an_entry_is_edited_adds_and_changes_no_edit() -> None:
    reading = capture.read_list(("one", "two"), context(editing="t1"))
    assert not isinstance(reading, Refusal)
    assert edits.touched(reading) == ("t2", "t3")


@given(st.lists(st.sampled_from([*PIECES, "\n", "- ", "1. ", "[ ] ", "/end"]), max_size=20).map("".join))
@examples(200)
def test_any_paste_is_an_edit_that_can_be_made_or_a_sentence(text: str) -> None:
    lines = capture.list_of(text)
    assert all(line == line.strip() and line for line in lines)
    session = edits.apply(SESSION, edits.add(Stakeholder(id="s1", name="Ruth")))
    assert isinstance(session, Session)
    reading = capture.read_list(lines, Context(session, "owners", NOW, TODAY, "s1"))
    if isinstance(reading, Refusal):
        assert reading.what
    else:
        assert isinstance(edits.apply(session, reading), Session)
