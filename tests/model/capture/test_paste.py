"""Covers: session_tui.model.capture.paste and session_tui.model.capture.mail_parts.

Bullets of a pasted list are removed, its text is kept, and the lines that can be read become one
edit; each other line has its reason and its number in the pasted text.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import capture, edits
from session_tui.model.capture import Context, PastedList, Refusal
from session_tui.model.edits import Several
from session_tui.model.session import ActionItem, Attendee, Session, Stakeholder, find
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


def read(text: str, reading: Context | None = None, **choices: Any) -> PastedList:
    return capture.read_list(capture.pasted_lines(text), reading or context(), **choices)


def texts(text: str) -> tuple[str, ...]:
    return tuple(line.text for line in capture.pasted_lines(text))


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
    assert texts(line) == (left,)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\n \t \n", "\u2028"])
def test_each_line_is_one_and_empty_ones_are_none(end: str) -> None:
    assert texts(f"{end}one{end}two{end}") == ("one", "two")


def test_each_line_sees_what_those_before_it_left() -> None:
    done = read(
        "s> Ruth Vale, CFO\ns> Mia Tran to:ruth\nCall them for:mia\nWrite @zoe\n*t3 yes\n*t1 done they agreed"
    ).edit
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


ONE_BAD = "Ada Brook, CFO\nTom Reyes, COO\n\nNina Cole, Buyer\nShe is tied up until due:friday\n"


def test_a_line_that_cannot_be_read_has_its_reason_and_its_number_and_the_others_are_read() -> None:
    found = read(ONE_BAD, context("stakeholder_map"))
    (unread,) = found.unread
    assert (unread.line.number, unread.line.text) == (5, "She is tied up until due:friday")
    assert "due:" in str(unread.reading)
    assert found.edit is not None and edits.touched(found.edit) == ("s1", "s2", "s3")


@pytest.mark.parametrize(
    ("part", "kind"), [("stakeholder_map", "n"), ("assumptions", "a"), ("action_items", "t"), ("notes", "n")]
)
def test_a_line_taken_as_text_is_an_entry_with_the_whole_line(part: PartKind, kind: str) -> None:
    for line in ("tied up until due:friday at %9", "/end pursue", "*t9 done", "\\@ben @ben @mia"):
        found = read(f"\n{line}", context(part), as_text={2})
        assert found.edit is not None
        after = edits.apply(SESSION, found.edit)
        assert isinstance(after, Session)
        (new,) = edits.touched(found.edit)
        entry = find(after, new)
        assert entry is not None and getattr(entry, "text", "") == line
        assert new[0] == (kind if line[0] != "*" else "t")


@pytest.mark.parametrize("line", ["/end pursue", "/", "/leave", "/remove t1"])
def test_a_pasted_text_never_acts(line: str) -> None:
    (refused,) = read(f"one\n{line}").unread
    assert refused.line.number == 2


def test_a_novel_and_nothing_at_all_are_refused_with_a_sentence() -> None:
    assert "201" in str(read("x\n" * 201).refused)
    assert len(read("x\n" * 200).entries) == 200
    assert read(" \n\n").refused is not None
    assert "5,000" in str(read("x" * 5000).unread[0].reading)
    assert "5,000" in str(read("x" * 5000, as_text={1}).unread[0].reading)
    assert read("It was a dark night; > she said: no.\n" * 100_000).refused is not None


def test_a_paste_while_an_entry_is_edited_adds_and_changes_no_edit() -> None:
    edit = read("one\ntwo", context(editing="t1")).edit
    assert edit is not None
    assert edits.touched(edit) == ("t2", "t3")


MAIL = """From: Ana Ruiz <ana@example.com>
Sent: Monday
To: Ben Okafor
 and others
Subject: the list

- Call Ruth
To: decide who calls
> Send the model
>> - Book the room
On Monday 23 November 2026, Ana Ruiz wrote:
> Old

Write to Mia
--\x20
Ana Ruiz
Acme Freight
"""


def test_headers_quotations_and_the_signature_of_a_mail_are_left_out_unless_wanted() -> None:
    found = read(MAIL)
    assert [(each.line.number, each.line.text) for each in found.entries] == [
        (7, "Call Ruth"),
        (8, "To: decide who calls"),
        (14, "Write to Mia"),
    ]
    assert {line.number: line.part for line in found.left_out} == {
        **dict.fromkeys(range(1, 6), "header"),
        **dict.fromkeys((9, 10, 11, 12), "quotation"),
        **dict.fromkeys((15, 16, 17), "signature"),
    }
    wanted = read(MAIL, mail=True)
    assert wanted.left_out == ()
    lines = {each.line.number: each.line.text for each in wanted.entries}
    assert (lines[9], lines[10]) == ("Send the model", "Book the room")


@pytest.mark.parametrize(
    "text",
    [
        "To: decide who calls",
        "Subject: prices\nCall Ruth",
        "Call -- Ruth",
        "--\n" + "Call\n" * 13,
        "On Monday Ana wrote:\nCall Ruth",
        "From here: on\nTo there: off",
        "=> We go\n?> Later\ns> Ruth",
    ],
)
def test_what_only_looks_like_a_part_of_a_mail_is_kept(text: str) -> None:
    assert not any(line.part for line in capture.pasted_lines(text))


MAIL_PIECES = ["\n", "> ", "From: x", "To: y", "-- ", "--", "-----Original Message-----", "On Monday, x wrote:", " "]


@given(st.lists(st.sampled_from(MAIL_PIECES), max_size=30).map("".join))
@examples(200)
def test_every_line_with_text_is_read_or_left_out_and_wanted_none_is_missing(text: str) -> None:
    left, wanted = read(text), read(text, mail=True)
    if left.refused is None:
        assert len(left.entries) + len(left.left_out) == len(wanted.entries)
        assert [each.line.number for each in wanted.entries] == sorted({each.line.number for each in wanted.entries})


@given(st.lists(st.sampled_from([*PIECES, "\n", "- ", "1. ", "[ ] ", "/end"]), max_size=20).map("".join))
@examples(200)
def test_any_paste_is_an_edit_that_can_be_made_or_a_sentence(text: str) -> None:
    lines = capture.pasted_lines(text)
    assert all(line.text == line.text.strip() and line.text for line in lines)
    session = edits.apply(SESSION, edits.add(Stakeholder(id="s1", name="Ruth")))
    assert isinstance(session, Session)
    here = Context(session, "owners", NOW, TODAY, "s1")
    for reading in (capture.read_list(lines, here), capture.read_list(lines, here, as_text=range(100))):
        assert reading.refused is None or not reading.entries
        assert all(each.reading.what for each in reading.entries if isinstance(each.reading, Refusal))
        if reading.edit is not None:
            assert isinstance(edits.apply(session, reading.edit), Session)
