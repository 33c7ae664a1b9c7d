"""Covers: session_tui.model.capture.command_names.

A beginning of a `/name` keeps the meaning that people have learnt; a mistyped name never leads to
one that removes.
"""

from datetime import UTC, date, datetime

import pytest

from session_tui.model import capture
from session_tui.model.capture import Command, Context, Refusal, command_names
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.model.edits import Put
from session_tui.model.session import Note, Session, Stakeholder

# Each name with its shortest beginning before a name was added that begins alike.
LEARNT = {
    "next": "n", "back": "b", "pause": "pau", "go_on": "g", "less": "les", "more": "mor", "extend": "ex",
    "count": "cou", "skip": "sk", "undo": "u", "redo": "red", "edit": "ed", "remove": "rem", "map": "ma",
    "zoom": "z", "move": "mov", "health": "hea", "since": "si", "panel": "pan", "curtain": "cu", "coverage": "cov",
    "promises": "pr", "park": "par", "comments": "com", "enemies": "ene", "import": "i", "attendee": "a",
    "credit": "cr", "saved": "sa", "end": "end", "leave": "lea", "elsewhere": "el", "conflict": "con",
    "help": "hel", "palette": "pal",
}  # fmt: skip
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    stakeholders=(Stakeholder(id="s3", name="Ruth Vale", title="CFO"),),
    notes=(Note(id="n1", text="Budget closes in May"),),
)
CONTEXT = Context(SESSION, "stakeholder_map", datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 23), "s3")


def read(line: str) -> capture.Reading:
    return capture.read(line, CONTEXT)


@pytest.mark.parametrize(
    ("typed", "name"),
    [(name[:end], name) for name, short in LEARNT.items() for end in range(len(short), len(name) + 1)],
)
def test_every_learnt_beginning_means_what_it_meant(typed: str, name: str) -> None:
    assert command_names.fitting(typed) == (name,)
    reading = read(f"/{typed} x")
    assert isinstance(reading, Command) and reading == Command(name, "x")


def test_the_learnt_names_are_all_names_and_the_established_ones() -> None:
    assert set(LEARNT) == command_names.ESTABLISHED <= set(SLASH_COMMANDS)


@pytest.mark.parametrize("typed", ["s", "c", "re", "co", "e", "m", "p", "h", "l", "mo", "pa", "he", "le", "en"])
def test_a_beginning_that_was_not_unique_stays_refused_with_all_its_names(typed: str) -> None:
    refusal = read(f"/{typed}")
    assert isinstance(refusal, Refusal) and refusal.what.startswith(f"/{typed} fits /")


@pytest.mark.parametrize("typed", ["rename", "renam", "remvoe", "rmove", "removes", "emove", "remobe", "delete", "r"])
def test_nothing_that_removes_is_suggested_for_a_mistyped_name(typed: str) -> None:
    reading = read(f"/{typed}")
    offered = reading.do.partition("Did you mean ")[2].rstrip("?") if isinstance(reading, Refusal) else ""
    assert "/remove" not in offered.split(", ")
    assert "remove" not in command_names.near(typed)


def test_note_decide_and_rename_lead_to_what_was_meant() -> None:
    note, decision = read("/note call Ruth"), read("/decide we go on")
    assert isinstance(note, Put) and (note.where, note.new.text) == ("notes", "call Ruth")
    assert isinstance(decision, Put) and (decision.where, decision.new.text) == ("decisions", "we go on")
    renamed = read("/rename s3 Ruth Valeo")
    assert isinstance(renamed, Put) and (renamed.new.name, renamed.new.title) == ("Ruth Valeo", "CFO")
    with_title = read('/rename s3 "Vale, Ruth", COO')
    assert isinstance(with_title, Put) and (with_title.new.name, with_title.new.title) == ("Vale, Ruth", "COO")
    text = read("/rename n1 Budget closes in June")
    assert isinstance(text, Put) and text.new.text == "Budget closes in June"
    assert read("/rename") == Command("edit") and read("/rename s3") == Command("edit", "s3")
    assert isinstance(read("/rename s9 Ruth"), Refusal)


def test_remove_without_an_id_names_the_line_that_removes() -> None:
    assert str(read("/remove")) == "Which entry. /remove s3 removes s3; undo brings it back."
    assert read("/remove s3") == Command("remove", "s3")
