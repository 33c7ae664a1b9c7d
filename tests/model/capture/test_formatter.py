"""Covers: session_tui.model.capture.formatter.

`ctrl+o` writes a line in the standard form; marks can be removed and the rest stays the same.
"""

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from profiles import examples
from session_tui.model import capture, edits
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.edits import Put, Several
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Attendee,
    Decision,
    Entry,
    Note,
    Parked,
    Session,
    Stakeholder,
)
from session_tui.model.vocabulary import PartKind
from strategies import PIECES, entries

NOW = datetime(2026, 11, 23, 9, 14, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
KINDS = get_args(PartKind)
EMPTY = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Ben Okafor"), Attendee(name="Ben"), Attendee(name="Benno Roth")),
    stakeholders=(Stakeholder(id="s2", name="Mia Tran"), Stakeholder(id="s3", name="Mia Tran", title="the other")),
)
PERSON = Stakeholder(
    id="s1",
    name="Ruth Vale",
    title="CFO",
    buying_role="approver",
    power=5,
    support=-1,
    coverage="brief",
    covered_by=("Ben Okafor", "Ben"),
    reports_to="s2",
    influences=("s3",),
    pain="costs",
    note="short",
    first_raised_in="2026-11-09-acme-freight-2m9x",
)
BELIEF = Assumption(
    id="a1",
    text="The budget is approved",
    importance=5,
    evidence=2,
    status="invalidated",
    result="it was cut",
    tested_by="Ben",
    due=date(2026, 11, 27),
    note="ask again",
    first_raised_in="2026-11-09-acme-freight-2m9x",
)
ACTION = ActionItem(
    id="t1",
    text="Get 30 minutes with the CFO",
    owner="Ben Okafor",
    due=date(2026, 11, 27),
    status="done",
    result="done on the phone",
    accepted_at=NOW,
    about=("s2", "a1"),
    done_on=TODAY,
    note="bring the model",
    first_raised_in="2026-11-09-acme-freight-2m9x",
)


def session_with(*added: Entry) -> Session:
    session: Any = EMPTY
    for entry in added:
        session = edits.apply(session, edits.add(entry))
        assert isinstance(session, Session)
    assert isinstance(session, Session)
    return session


def edited(line: str, entry: Entry, part: PartKind = "notes") -> Any:
    reading = capture.read(line, Context(session_with(entry), part, NOW, TODAY, editing=entry.id))
    assert isinstance(reading, Put), f"{line!r}: {reading}"
    return reading.new


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            PERSON,
            's> Ruth Vale, CFO role:approver !5 - cov:brief @"Ben Okafor" @Ben to:s2 inf:s3 pain:costs note:short',
        ),
        (BELIEF, 'a> The budget is approved !5 %2 @Ben due:2026-11-27 note:"ask again"'),
        (ACTION, 't> Get 30 minutes with the CFO @"Ben Okafor" due:2026-11-27 for:s2 for:a1 note:"bring the model"'),
        (Stakeholder(id="s1", name="?"), "s> ?"),
        (Decision(id="d1", text="No pilot @ben !5"), "=> No pilot @ben !5"),
        (Parked(id="p1", text="Renewal"), "?> Renewal"),
        (Note(id="n1", text="due:fri is text here"), "n> due:fri is text here"),
    ],
)
def test_the_line_has_ids_and_leaves_out_what_stands_at_its_default(entry: Entry, line: str) -> None:
    assert capture.write(entry) == line
    assert edited(line, entry) == entry


@pytest.mark.parametrize(
    ("mark", "field", "default"),
    [
        (", CFO", "title", ""),
        (" role:approver", "buying_role", "unknown"),
        (" !5", "power", None),
        (" -", "support", None),
        (" cov:brief", "coverage", "unknown"),
        (' @"Ben Okafor"', "covered_by", ("Ben",)),
        (" to:s2", "reports_to", ""),
        (" inf:s3", "influences", ()),
        (" pain:costs", "pain", ""),
        (" note:short", "note", ""),
    ],
)
def test_a_mark_taken_out_of_a_stakeholder_gives_its_default(mark: str, field: str, default: Any) -> None:
    assert edited(capture.write(PERSON).replace(mark, "", 1), PERSON) == replace(PERSON, **{field: default})


@pytest.mark.parametrize(
    ("mark", "field", "default"),
    [
        (" !5", "importance", 3),
        (" %2", "evidence", 1),
        (" @Ben", "tested_by", ""),
        (" due:2026-11-27", "due", None),
        (' note:"ask again"', "note", ""),
    ],
)
def test_a_mark_taken_out_of_an_assumption_gives_its_default(mark: str, field: str, default: Any) -> None:
    assert edited(capture.write(BELIEF).replace(mark, "", 1), BELIEF) == replace(BELIEF, **{field: default})


@pytest.mark.parametrize(
    ("mark", "field", "default"),
    [
        (" due:2026-11-27", "due", None),
        (" for:a1", "about", ("s2",)),
        (' note:"bring the model"', "note", ""),
    ],
)
def test_a_mark_taken_out_of_an_action_gives_its_default_and_its_state_stays(
    mark: str, field: str, default: Any
) -> None:
    assert edited(capture.write(ACTION).replace(mark, "", 1), ACTION) == replace(ACTION, **{field: default})


def test_an_action_given_to_another_owner_keeps_its_state_but_not_the_yes_of_the_first() -> None:
    after = edited(capture.write(ACTION).replace('@"Ben Okafor"', "@Benno"), ACTION)
    assert (after.owner, after.accepted_at) == ("Benno Roth", None)
    assert (after.status, after.result, after.done_on) == (ACTION.status, ACTION.result, ACTION.done_on)


@pytest.mark.parametrize("entry", [PERSON, BELIEF, ACTION, Decision(id="d1", text="No pilot", at=NOW, part="owners")])
@pytest.mark.parametrize("part", KINDS)
def test_the_kind_stays_with_or_without_its_prefix_and_another_is_refused(entry: Entry, part: PartKind) -> None:
    line = capture.write(entry)
    prefix, body = line.split(" ", 1)
    assert edited(body, entry, part) == entry
    other = "n>" if prefix != "n>" else "=>"
    session = session_with(entry)
    assert isinstance(capture.read(f"{other} {body}", Context(session, part, NOW, TODAY, editing=entry.id)), Refusal)


@pytest.mark.parametrize("entry", [PERSON, BELIEF, ACTION, Note(id="n1", text="x")])
def test_an_emptied_line_removes_and_an_action_is_still_an_action(entry: Entry) -> None:
    context = Context(session_with(entry), "owners", NOW, TODAY, editing=entry.id)
    for line in ("", "   "):
        reading = capture.read(line, context)
        assert not isinstance(reading, Command | Refusal)
        assert entry.id in edits.touched(reading)
        after = edits.apply(context.session, reading)
        assert isinstance(after, Session)
        assert isinstance(capture.read(capture.write(entry), replace(context, session=after)), Refusal)
    assert capture.read("/undo", context) == Command("undo")


def test_what_a_line_cannot_hold_stays_as_the_file_had_it() -> None:
    """Outer line ends, tabs and spaces come from files; an edit of another field leaves them."""
    entry = ActionItem(id="t1", text=" two\nlines ", note="\ttab", owner="Ben\u2028Okafor", about=("s99", "s2"))
    assert edited(capture.write(entry), entry) == entry
    assert edited(capture.write(entry) + " due:fri", entry) == replace(entry, due=date(2026, 11, 27))


def test_names_that_another_name_begins_with_read_back_as_themselves() -> None:
    for owner in (
        "Ben",
        "ben",
        "Benno",
        "Ben Okafor",
        "ben okafor",
        "Ok",
        "Mia Tran",
        "B.",
        "a,",
        '"',
        "\\",
        "@x",
        "?",
    ):
        entry = ActionItem(id="t1", text="Call", owner=owner)
        assert edited(capture.write(entry), entry).owner == owner


def test_a_circle_or_a_lost_id_in_a_file_does_not_keep_its_entry_from_being_edited() -> None:
    first = Stakeholder(id="s1", name="A", reports_to="s4", influences=("s1", "s77"))
    second = Stakeholder(id="s4", name="B", reports_to="s1")
    session = session_with(first, second)
    for entry in (first, second):
        context = Context(session, "notes", NOW, TODAY, editing=entry.id)
        reading = capture.read(capture.write(entry) + " !4", context)
        assert isinstance(reading, Put), str(reading)
        assert reading.new == replace(entry, power=4)


@given(entries, st.sampled_from(KINDS), st.data())
@examples(200)
def test_any_beginning_of_a_written_line_is_an_edit_or_a_sentence(
    entry: Entry, part: PartKind, data: st.DataObject
) -> None:
    session = session_with(entry)
    line = capture.write(entry)
    cut = line[: data.draw(st.integers(0, len(line)))]
    for editing in ("", entry.id):
        context = Context(session, part, NOW, TODAY, editing=editing)
        reading = capture.read(cut, context)
        assert isinstance(reading, Put | Several | Command | Refusal)
        if isinstance(reading, Put | Several):
            assert isinstance(edits.apply(session, reading), Session)
        str(capture.preview(reading, session, TODAY))
        capture.complete(cut, len(cut), context)


@given(
    st.lists(st.sampled_from([*PIECES, " ", "*t1", "*s2", "/end", "\\", "yes"]), max_size=10).map("".join),
    st.sampled_from(KINDS),
)
@examples(300)
def test_what_a_line_becomes_is_written_so_that_it_reads_back(line: str, part: PartKind) -> None:
    session = session_with(PERSON, BELIEF, ACTION)
    reading = capture.read(line, Context(session, part, NOW, TODAY, highlighted="t1"))
    if not isinstance(reading, Put) or reading.new is None:
        return
    after = edits.apply(session, reading)
    assert isinstance(after, Session)
    context = Context(after, part, NOW, TODAY, editing=reading.id)
    again = capture.read(capture.write(reading.new), context)
    assert isinstance(again, Put), f"{line!r}: {again}"
    assert again.new == reading.new
