"""Covers: session_tui.model.capture.

Any text gives an edit, a command or a refusal; a written entry is read back as the same entry.
"""

from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import capture, edits
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.edits import Put, Several
from session_tui.model.session import Attendee, Entry, Session, Stakeholder
from session_tui.model.vocabulary import PartKind
from strategies import PIECES, entries

NOW = datetime(2026, 11, 23, 9, 14, 3, 400_000, tzinfo=UTC)
TODAY = date(2026, 11, 23)
KINDS = get_args(PartKind)
OTHERS = (Stakeholder(id="s2", name="Mia Tran"), Stakeholder(id="s3", name="Ruth Vale"))
lines = st.lists(st.sampled_from([*PIECES, " ", " ", "/end", "/next", "done", "remove"]), max_size=12).map("".join)


def session_with(entry: Entry | None) -> Session:
    session = Session(
        id="2026-11-23-acme-freight-7k3q",
        status="live",
        agenda="strategy-30",
        account="Acme",
        attendees=(Attendee(name="Ben Okafor"), Attendee(name="Mei Tan")),
        stakeholders=OTHERS,
    )
    after = edits.apply(session, edits.add(entry)) if entry else session
    assert isinstance(after, Session)
    return after


@given(lines, st.sampled_from(KINDS), st.sampled_from(["", "s2", "a1"]), st.sampled_from(["", "s2"]))
@examples(600)
def test_any_text_gives_an_edit_an_action_or_a_refusal(line: str, part: PartKind, lit: str, editing: str) -> None:
    session = session_with(None)
    context = Context(session, part, NOW, TODAY, lit, editing)
    reading = capture.read(line, context)
    assert isinstance(reading, Put | Several | Command | Refusal)
    if isinstance(reading, Put | Several):
        assert isinstance(edits.apply(session, reading), Session)
    str(capture.preview(reading, session, TODAY))
    for cursor in range(len(line) + 1):
        capture.complete(line, cursor, context)


@given(st.text(max_size=60), st.sampled_from(KINDS))
@examples(300)
def test_any_unicode_at_all_is_read_without_an_exception(line: str, part: PartKind) -> None:
    capture.read(line, Context(session_with(None), part, NOW, TODAY))


@given(entries, st.sampled_from(KINDS))
@examples(800)
def test_reading_the_written_line_back_gives_the_same_entry(entry: Entry, part: PartKind) -> None:
    session = session_with(entry)
    line = capture.write(entry)
    assert line.isprintable() or "\u00a0" in line or any(not c.isascii() for c in line)
    reading = capture.read(line, Context(session, part, NOW, TODAY, "", entry.id))
    assert isinstance(reading, Put), f"{line!r}: {reading}"
    assert reading.new == entry, line


@given(entries)
@examples(300)
def test_a_line_written_for_an_entry_leaves_it_as_it_is_when_undone(entry: Entry) -> None:
    session = session_with(entry)
    reading = capture.read("*" + entry.id + " remove", Context(session, "notes", NOW, TODAY))
    assert not isinstance(reading, Command | Refusal)
    gone = edits.apply(session, reading)
    back = edits.inverse(reading)
    assert isinstance(gone, Session)
    assert back is not None
    again = edits.apply(gone, back)
    assert isinstance(again, Session)
    assert again == session


@pytest.mark.parametrize("text", ["x" * 2001, "x" * 100_000])
def test_a_novel_is_refused_with_a_sentence(text: str) -> None:
    reading = capture.read(text, Context(session_with(None), "notes", NOW, TODAY))
    assert isinstance(reading, Refusal)
    assert "characters" in reading.what
