"""Covers: session_tui.model.attendance.

Who attends is put right in one line, and nobody of the last session is in the file unconfirmed.
"""

from datetime import UTC, datetime

import pytest

from session_tui.model import attendance, edits, session_commands
from session_tui.model.capture import Refusal
from session_tui.model.edits import Put
from session_tui.model.session import Attendee, Session

BEN, MEI, KIM = Attendee(name="Ben Okafor"), Attendee(name="Mei Tan", role="presales"), Attendee(name="-kim")
PAT, ADA = Attendee(name="Pat Lim", role="legal"), Attendee(name="Ada Vane")
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    facilitator="Zoe Black",
    attendees=(BEN, MEI, KIM),
)
LAST = Session(
    id="2026-11-09-acme-freight-2m9x",
    status="held",
    agenda="strategy-30",
    account="Acme",
    attendees=(MEI, PAT, Attendee(name="ZOE  black"), ADA, PAT),
)
AWAITED = attendance.expected(SESSION, LAST)


def after(line: str) -> tuple[Attendee, ...]:
    edit = attendance.edit_of(line, SESSION, AWAITED)
    assert isinstance(edit, Put), str(edit)
    changed = edits.apply(SESSION, edit)
    back = edits.inverse(edit)
    assert isinstance(changed, Session) and back is not None
    assert edits.apply(changed, back) == SESSION
    return changed.attendees


def said(line: str) -> str:
    edit = attendance.edit_of(line, SESSION, AWAITED)
    assert isinstance(edit, Put), str(edit)
    changed = edits.apply(SESSION, edit)
    assert isinstance(changed, Session)
    return session_commands.confirmation(SESSION, edit, changed, datetime(2026, 11, 23, tzinfo=UTC))


def test_those_of_the_last_session_are_expected_and_not_in_the_session() -> None:
    assert AWAITED == (PAT, ADA)
    assert attendance.expected(SESSION, None) == ()


@pytest.mark.parametrize(
    ("line", "people", "words"),
    [
        ("pat", (BEN, MEI, KIM, PAT), "Pat Lim is there."),
        ("pat:law", (BEN, MEI, KIM, Attendee(name="Pat Lim", role="law")), "Pat Lim is there."),
        ("+", (BEN, MEI, KIM, PAT, ADA), "Pat Lim and Ada Vane are there."),
        ("Tom Reed:sales", (BEN, MEI, KIM, Attendee(name="Tom Reed", role="sales")), "Tom Reed is there."),
        ("-mei", (BEN, KIM), "Mei Tan is off the list."),
        ('-"Ben Okafor"', (MEI, KIM), "Ben Okafor is off the list."),
        ("--kim", (BEN, MEI), "-kim is off the list."),
        (
            "ben:account owner",
            (Attendee(name="Ben Okafor", role="account owner"), MEI, KIM),
            "Ben Okafor: account owner.",
        ),
        ("mei tan:pm", (BEN, Attendee(name="Mei Tan", role="pm"), KIM), "Mei Tan: pm."),
        ('"-lee"', (BEN, MEI, KIM, Attendee(name="-lee")), "-lee is there."),
    ],
)
def test_the_list_is_put_right_in_one_line_and_one_undo(line: str, people: tuple[Attendee, ...], words: str) -> None:
    assert after(line) == people
    assert said(line) == words


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Who is there"),
        ("-bob", "Nobody called bob is on the list. There is Ben Okafor, Mei Tan, -kim."),
        ("mei tan", "Mei Tan is on the list already, presales."),
        ("Mei Tan:presales", "Mei Tan is on the list already, presales."),
        ("-e", "Nobody called e is on the list"),
        ("a", ""),
    ],
)
def test_a_line_that_changes_nothing_is_refused_with_a_sentence(line: str, sentence: str) -> None:
    found = attendance.edit_of(line, SESSION, AWAITED)
    if line == "a":  # the only one who is expected and begins so
        assert isinstance(found, Put) and found.new[-1] == ADA
    else:
        assert isinstance(found, Refusal) and str(found).startswith(sentence), found


def test_nobody_expected_is_refused() -> None:
    assert isinstance(attendance.edit_of("+", SESSION), Refusal)


def test_the_facilitator_is_named_by_a_part_of_the_name_or_as_typed() -> None:
    for typed, name in (("mei", "Mei Tan"), ("Tom Reed", "Tom Reed"), ('"Ada Vane"', "Ada Vane"), ("cy", "Cy Orr")):
        edit = attendance.facilitator(typed, SESSION, ("Cy Orr",))
        assert isinstance(edit, Put) and (edit.where, edit.new) == ("facilitator", name)
    for typed in ("", "zoe"):
        assert isinstance(attendance.facilitator(typed, SESSION), Refusal)
