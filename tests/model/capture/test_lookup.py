"""Covers: session_tui.model.capture.lookup, and the remark on a name that is not known yet.

Accents distinguish names. A reference may leave them out; a name that may be new is taken as
typed, and the preview says who is there.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from profiles import examples
from session_tui.model import attendance, capture, session_commands
from session_tui.model.capture import Context, Refusal, lookup
from session_tui.model.edits import Put, apply
from session_tui.model.name_keys import folded, name_key
from session_tui.model.session import ActionItem, Attendee, Session, Stakeholder
from session_tui.model.vocabulary import PartKind

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Zoë Roth"), Attendee(name="Ben Okafor")),
    stakeholders=(
        Stakeholder(id="s1", name="Zoë Blum", covered_by=("Zoë Roth",)),
        Stakeholder(id="s2", name="José Núñez"),
        Stakeholder(id="s3", name="Jose Smith"),
        Stakeholder(id="s4", name="Åsa Dahl"),
        Stakeholder(id="s5", name="Åsa Lind"),
    ),
    action_items=(ActionItem(id="t1", text="Call", owner="Zoë Roth"),),
)


def read(line: str, part: PartKind = "stakeholder_map") -> capture.Reading:
    return capture.read(line, Context(SESSION, part, NOW, TODAY))


def preview(line: str, part: PartKind = "stakeholder_map", people: tuple[str, ...] = ()) -> str:
    reading = capture.read(line, Context(SESSION, part, NOW, TODAY, people=people))
    assert not isinstance(reading, Refusal), str(reading)
    return str(capture.preview(reading, SESSION, TODAY, people))


@pytest.mark.parametrize(
    ("line", "part", "shown"),
    [
        ("Ada to:zoe", "stakeholder_map", "reports to s1 Zoë Blum"),
        ("Ada inf:nunez", "stakeholder_map", "influences s2 José Núñez"),
        ("Call for:zoe", "action_items", "for s1 Zoë Blum"),
        ("*zoe ++", "stakeholder_map", "changes s1  Zoë Blum"),
        ("*nunez !4", "notes", "changes s2  José Núñez"),
        ("*s1 @-zoe", "stakeholder_map", "covered by nobody"),
        ("*t1 @-zoe", "notes", "owner: nobody"),
        ("/same zoe nunez", "stakeholder_map", "s2"),
    ],
)
def test_a_reference_may_leave_accents_out_and_the_preview_names_the_person(
    line: str, part: PartKind, shown: str
) -> None:
    assert shown in preview(line, part)


def test_a_name_that_fits_with_its_accents_comes_before_one_that_fits_without() -> None:
    assert "reports to s3 Jose Smith" in preview("Ada to:jose")
    assert "reports to s2 José Núñez" in preview("Ada to:josé")


def test_of_several_that_fit_without_accents_none_is_taken() -> None:
    assert str(read("Ada to:asa")).startswith("asa fits Åsa Dahl, Åsa Lind")
    assert str(read("*asa ++")).startswith("asa fits Åsa Dahl, Åsa Lind")


@pytest.mark.parametrize(
    ("line", "part", "field"),
    [("Ada @zoe", "stakeholder_map", "covered_by"), ("It holds @zoe", "assumptions", "tested_by")],
)
def test_a_new_name_is_taken_as_typed_and_the_preview_says_who_is_there(line: str, part: PartKind, field: str) -> None:
    reading = read(line, part)
    assert isinstance(reading, Put)
    assert getattr(reading.new, field) in ("zoe", ("zoe",))
    assert "NEW: zoe; Zoë Roth is there" in preview(line, part)


def test_an_owner_may_be_a_stakeholder_so_those_are_named_too() -> None:
    assert "NEW: zoe; Zoë Roth and Zoë Blum are there" in preview("Call @zoe", "action_items")
    assert "NEW: Ben Okafro; Ben Okafor is there" in preview('Call @"Ben Okafro"', "action_items")
    assert preview("Call @Kim", "action_items").endswith("NEW: Kim")


@pytest.mark.parametrize(
    ("line", "part", "text"),
    [
        ("Ada @zoe", "stakeholder_map", 'Ada @"Zoë Roth" '),
        ("It holds @zoe", "assumptions", 'It holds @"Zoë Roth" '),
        ("Call @zoe", "action_items", 'Call @"Zoë Roth" '),
        ("Ada to:nunez", "stakeholder_map", "Ada to:s2 "),
        ("Call for:zoe", "action_items", "Call for:s1 "),
        ("*zoe", "stakeholder_map", "*s1 "),
        ("Ada to:jose", "stakeholder_map", "Ada to:s3 "),
    ],
)
def test_tab_offers_a_person_without_the_accents(line: str, part: PartKind, text: str) -> None:
    found = capture.complete(line, len(line), Context(SESSION, part, NOW, TODAY))
    assert found[0].text == text


def test_a_confirmation_says_who_is_there_beside_a_new_name() -> None:
    for name, edit in [
        ("attendee", attendance.edit_of("zoe", SESSION)),
        ("facilitator", attendance.facilitator("zoe", SESSION)),
        ("credit", session_commands.edit_for("credit", "zoe 100", SESSION, NOW)),
    ]:
        assert isinstance(edit, Put)
        after = apply(SESSION, edit)
        assert isinstance(after, Session)
        assert "NEW: zoe; Zoë Roth" in session_commands.confirmation(SESSION, edit, after, NOW), name


def test_a_confirmation_calls_nobody_of_the_configuration_new() -> None:
    edit = capture.read("Call @jonas", Context(SESSION, "action_items", NOW, TODAY, people=("Jonas Wolf",)))
    assert isinstance(edit, Put)
    after = apply(SESSION, edit)
    assert isinstance(after, Session)
    assert "NEW" not in session_commands.confirmation(SESSION, edit, after, NOW, people=("Jonas Wolf",))


NAMES = st.text("aeéëoöø sz", min_size=1, max_size=6).filter(str.strip)


@pytest.mark.parametrize(
    ("typed", "names", "found"),
    [
        ("zoe", ("Zoë", "Zoe", "Zoe Chan", "Zoey Chan"), ("Zoe",)),
        ("zoe", ("Zoë", "Mia Zoe", "Zoey Chan"), ("Mia Zoe",)),
        ("zoe", ("Zoë", "Zoë Núñez"), ("Zoë",)),
        ("zoe", ("Zoë Núñez", "Ann Lee"), ("Zoë Núñez",)),
        ("zoe", ("Zoë Núñez", "Zoey Chan"), ("Zoey Chan", "Zoë Núñez")),
        ("zoe", ("Zoë", "Zoey Chan"), ("Zoey Chan", "Zoë")),
        ("ana", ("Aná Ruiz", "Anais Roux"), ("Anais Roux", "Aná Ruiz")),
        ("ana", ("Aná Ruiz", "Anais Roux", "Ana Diaz"), ("Ana Diaz",)),
        ("aná", ("Aná Ruiz", "Anais Roux", "Ana Diaz"), ("Aná Ruiz",)),
        ("an", ("Aná Ruiz", "Anais Roux"), ("Aná Ruiz", "Anais Roux")),
        ("zo", ("Zoë Núñez", "Zöo Lind"), ("Zoë Núñez",)),
        ("nune", ("Zoë Núñez",), ("Zoë Núñez",)),
        ("ruiz", ("Aná Ruiz", "Ruizo Lee"), ("Aná Ruiz",)),
        ("zoe nunez", ("Zoë Núñez", "Zoe Nunezo"), ("Zoe Nunezo", "Zoë Núñez")),
    ],
)
def test_a_reference_prefers_whole_names_then_parts_and_a_beginning_never_beats_a_part(
    typed: str, names: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert lookup.refers(typed, names) == found
    assert set(lookup.refers(typed, names[::-1])) == set(found)
    assert set(found) <= set(lookup.offered(typed, names))


def test_a_beginning_and_a_whole_part_without_accents_are_both_named() -> None:
    people = (Stakeholder(id="s1", name="Zoë Núñez"), Stakeholder(id="s2", name="Zoey Chan"))
    for line in ("*zoe ++", "Ada to:zoe"):
        reading = capture.read(line, Context(replace(SESSION, stakeholders=people), "stakeholder_map", NOW, TODAY))
        assert str(reading).startswith("zoe fits Zoey Chan, Zoë Núñez")


@examples(200)
@given(NAMES, st.lists(NAMES, max_size=5))
def test_what_fits_with_its_accents_is_found_and_no_other_where_it_is_a_whole_part(
    typed: str, names: list[str]
) -> None:
    strict = lookup.fits(typed, names)
    found = lookup.refers(typed, names)
    assert found[: len(strict)] == strict
    assert all(folded(typed).strip() in folded(name) for name in found)
    wanted = f" {name_key(typed)} "
    if any(wanted in f" {name_key(name)} " for name in strict):
        assert found == strict
    assert set(found) <= set(lookup.offered(typed, names))
