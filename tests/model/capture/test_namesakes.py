"""Covers: session_tui.model.capture.namesakes, and the changes by a part of a name.

A person who is on the map already is offered before they stand there twice; `*ruth ++` and
`@-kim` change what was entered.
"""

from datetime import UTC, date, datetime

import pytest

from session_tui.model import capture, edits
from session_tui.model.capture import Context, Refusal
from session_tui.model.edits import Put
from session_tui.model.session import ActionItem, Assumption, Attendee, Session, Stakeholder
from session_tui.model.vocabulary import PartKind

RUTH = Stakeholder(id="s3", name="Ruth Vale", title="CFO", covered_by=("Ben Okafor", "Kim Lee"))
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Ben Okafor"), Attendee(name="Kim Lee"), Attendee(name="Ada Vane")),
    stakeholders=(Stakeholder(id="s1", name="Tom Reed"), RUTH, Stakeholder(id="s4", name="R", title="CEO")),
    assumptions=(Assumption(id="a1", text="Budget holds", tested_by="Kim Lee"),),
    action_items=(ActionItem(id="t1", text="Call", owner="Kim Lee"), ActionItem(id="t2", text="Go", owner="-kim")),
)
TODAY = date(2026, 11, 23)


def context(part: PartKind = "stakeholder_map", editing: str = "") -> Context:
    return Context(SESSION, part, datetime(2026, 11, 23, 9, tzinfo=UTC), TODAY, "", editing)


def notes(line: str) -> tuple[str, ...]:
    reading = capture.read(line, context())
    return capture.preview(reading, SESSION, TODAY).notes


def read(line: str, editing: str = "") -> Put:
    reading = capture.read(line, context(editing=editing))
    assert isinstance(reading, Put), str(reading)
    return reading


def refused(line: str, editing: str = "") -> str:
    reading = capture.read(line, context(editing=editing))
    assert isinstance(reading, Refusal), reading
    return str(reading)


def tab(line: str) -> str:
    found = capture.complete(line, len(line), context())
    return found[0].text if found else ""


@pytest.mark.parametrize("line", ["Ruth Vale", "ruth  vale, CFO role:app !5 - @ben", "Ruth Vale, COO"])
def test_a_person_who_is_there_is_offered_before_they_stand_there_twice(line: str) -> None:
    assert notes(line)[0] == "is s3 already: tab changes s3, enter adds another"


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("Ruth Vael", "nearly s3 Ruth Vale"),
        ("Ruth", "nearly s3 Ruth Vale"),
        ("Ada Vane", "Ada Vane is one of ours"),
    ],
)
def test_a_person_who_is_nearly_there_or_one_of_ours_is_named(line: str, note: str) -> None:
    assert notes(line) == (note,)


@pytest.mark.parametrize("line", ["Ru", "?, CFO", "Zoe Black", "X"])
def test_a_new_person_and_one_without_a_name_are_nobodys_namesake(line: str) -> None:
    assert notes(line) == ()


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("Ruth Vale, CFO role:app !5 - @ben", '*s3 role:approver !5 - @"Ben Okafor" '),
        ("Ruth Vale, Head of IT", "*s3 , Head of IT "),
        ("Ruth Vale", "*s3 "),
        ("Ruth Vael !4", "*s3 !4 "),
    ],
)
def test_tab_makes_a_change_of_the_person_of_what_was_typed(line: str, change: str) -> None:
    assert tab(line) == change
    if change != "*s3 ":
        put, typed = read(change), read(line)
        assert (put.id, put.old) == ("s3", RUTH)
        assert put.new.power == typed.new.power
        assert set(typed.new.covered_by) <= set(put.new.covered_by)
        assert put.new.title == typed.new.title or not typed.new.title


def test_the_sentence_after_the_entry_says_how_to_make_one_of_the_two() -> None:
    shown = capture.preview(read("Ruth Vale, CFO"), SESSION, TODAY, entered=True)
    assert shown.notes == ("s3 is Ruth Vale already: /same s3 s5 makes one of the two",)
    assert isinstance(edits.apply(SESSION, read("Ruth Vale, CFO")), Session)


@pytest.mark.parametrize(
    ("line", "id_"),
    [("*ruth ++", "s3"), ('*"Ruth Vale" @ada', "s3"), ("*reed !4", "s1"), ("*r !4", "s4"), ("*ruth @-kim !4", "s3")],
)
def test_a_unique_part_of_a_name_stands_for_the_id(line: str, id_: str) -> None:
    assert read(line).id == id_


def test_a_person_is_removed_by_a_part_of_the_name() -> None:
    assert read("*ruth remove") == Put("stakeholders", "s3", RUTH, None, 1)


@pytest.mark.parametrize(
    "line", ["*ruth", "*ruth is the one", "*important: call !5 them", "* ruth ++", "**", '*"Ruth', "*ruth remove it"]
)
def test_anything_else_that_begins_with_a_star_is_text(line: str) -> None:
    assert read(line).old is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("*e !4", "Nobody called e is on the map. There is Tom Reed, Ruth Vale, R. \\* at the begin"),
        ("*bob remove", "Nobody called bob is on the map. There is Tom Reed, Ruth Vale, R. "),
        ("*ruth due:fri", "A stakeholder has no place for due:"),
        ("*s9 !4", "There is no s9"),
    ],
)
def test_a_name_that_fits_nobody_is_refused_with_the_names(line: str, sentence: str) -> None:
    assert refused(line).startswith(sentence)


def test_a_name_that_fits_two_is_refused_with_both() -> None:
    two = (RUTH, Stakeholder(id="s5", name="Ruth Black"))
    session = Session(id="x", status="live", agenda="a", account="A", stakeholders=two)
    reading = capture.read("*ruth ++", Context(session, "notes", datetime(2026, 11, 23, tzinfo=UTC), TODAY))
    assert str(reading) == "ruth fits Ruth Vale, Ruth Black. Write more of the name."


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("*s3 @-kim", "covered_by", ("Ben Okafor",)),
        ('*s3 @-"Kim Lee" @ada', "covered_by", ("Ben Okafor", "Ada Vane")),
        ("*s3 @-kim @-ben", "covered_by", ()),
        ("*t1 @-kim", "owner", ""),
        ("*t1 @-kim @ben", "owner", "Ben Okafor"),
        ("*a1 @-lee", "tested_by", ""),
        ('*s3 @"-kim"', "covered_by", ("Ben Okafor", "Kim Lee", "-kim")),
        ("*s3 @\\-kim", "covered_by", ("Ben Okafor", "Kim Lee", "-kim")),
        ('*t2 @-"-kim"', "owner", ""),
    ],
)
def test_a_hyphen_takes_a_person_away(line: str, field: str, value: object) -> None:
    assert getattr(read(line).new, field) == value


@pytest.mark.parametrize(
    ("line", "editing", "sentence"),
    [
        ("*s3 @-bob", "", "Nobody called bob is named here. There is Ben Okafor, Kim Lee."),
        ("*s1 @-ben", "", "Nobody called ben is named here"),
        ("*t1 @-ben @ada", "", "Nobody called ben is named here. There is Kim Lee."),
        ("s> Ruth Vale @ben @-kim", "s3", "Nobody called kim is named here. There is Ben Okafor."),
    ],
)
def test_nobody_of_that_name_is_refused_with_those_there_are(line: str, editing: str, sentence: str) -> None:
    assert refused(line, editing) == sentence


def test_an_edit_takes_a_person_out_of_its_own_line() -> None:
    assert read("s> Ruth Vale, CFO @ben @kim @-kim", "s3").new.covered_by == ("Ben Okafor",)
    assert read("t> Call @kim @-kim", "t1").new.owner == ""


def test_a_new_line_takes_the_hyphen_as_part_of_the_name() -> None:
    assert read("Zoe Black @-kim").new.covered_by == ("-kim",)


def test_a_name_that_begins_with_a_hyphen_is_written_so_that_it_reads_back() -> None:
    entry = SESSION.action_items[1]
    assert capture.write(entry) == 't> Go @"-kim"'
    assert read(capture.write(entry), "t2").new == entry
