"""Covers: session_tui.tui.screens.live.paste and session_tui.cli.run_plain_paste.

A pasted list in which lines cannot be read: each has its reason and its number; the others are
entered, it is taken as text or mended, and one undo takes all back. Line by line the same.
"""

import pytest

from conftest import Clock
from driver import Facilitator, facilitating
from program import Program, program
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.live.paste import PasteScreen

__all__ = ["program"]

LIST = "Ada Brook, CFO\nTom Reyes, COO\n\nNina Cole, Buyer\nShe is tied up until due:friday\n"
MAIL = "From: Ana <ana@example.com>\nSubject: who\n\n- Ada Brook, CFO\n> Tom Reyes, COO\n-- \nAna\n"


def names(facilitator: Facilitator) -> list[str]:
    return [each.name for each in facilitator.session.stakeholders]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_unread_line_has_its_number_and_reason_and_the_others_are_entered(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        await facilitator.types("half typed")
        await facilitator.pastes(LIST)
        await facilitator.comes(PasteScreen)
        seen = facilitator.picture()
        assert "4 pasted lines, of which 1 cannot be read" in seen
        (line,) = [each for each in seen.splitlines() if "She is tied up" in each]
        assert "5" in line and "▲" in line
        assert "A stakeholder has no place for due:" in seen
        await facilitator.presses("enter")
        assert names(facilitator) == ["Ada Brook", "Tom Reyes", "Nina Cole"]
        assert "Not entered: line 5." in "".join(words for words, _ in facilitator.live.messages)
        assert facilitator.line == "half typed"
        await facilitator.presses("ctrl+z")
        assert names(facilitator) == []


async def test_the_unread_line_is_taken_as_text_or_mended_and_one_undo_takes_all_back(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.pastes(LIST)
        await facilitator.comes(PasteScreen)
        await facilitator.presses("t")
        assert "adds n1" in facilitator.picture()
        await facilitator.presses("t", "e", "end", *["backspace"] * 3, "x", "enter")
        assert "A stakeholder has no place" in facilitator.picture(), "a refused text stays to be mended"
        await facilitator.presses(*["backspace"] * 40, *"Ben Stone", "enter", "enter")
        assert names(facilitator) == ["Ada Brook", "Tom Reyes", "Nina Cole", "Ben Stone"]
        await facilitator.presses("ctrl+z")
        assert names(facilitator) == []
        await facilitator.pastes(LIST)
        await facilitator.comes(PasteScreen)
        await facilitator.presses("t", "enter")
        assert [note.text for note in facilitator.session.notes] == ["She is tied up until due:friday"]
        await facilitator.presses("ctrl+z")
        assert (names(facilitator), facilitator.session.notes) == ([], ())


async def test_escape_enters_none_and_a_list_of_unread_lines_cannot_be_entered(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.pastes("/end pursue\n/leave\n")
        await facilitator.comes(PasteScreen)
        await facilitator.presses("enter")
        assert "No line can be read" in facilitator.picture()
        await facilitator.presses("escape")
        assert names(facilitator) == [] and facilitator.app.screen is facilitator.screen


async def test_the_lines_of_a_mail_are_left_out_counted_and_brought_in_by_a_key(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.pastes(MAIL)
        await facilitator.comes(PasteScreen)
        assert "5 lines of a mail are left out (headers, quotations, signature)" in facilitator.picture()
        await facilitator.presses("m")
        assert "Tom Reyes" in facilitator.picture()
        await facilitator.presses("m", "enter")
        assert names(facilitator) == ["Ada Brook"]


async def test_a_list_whose_part_goes_on_behind_the_window_is_shown_again_before_it_is_entered(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.pastes("It holds\nIt is true")
        await facilitator.comes(PasteScreen)
        await facilitator.presses("ctrl+n", "enter")
        assert "adds a1" in facilitator.picture()
        assert (facilitator.session.stakeholders, facilitator.session.assumptions) == ((), ())
        await facilitator.presses("enter")
        assert len(facilitator.session.assumptions) == 2


async def test_a_pasted_novel_is_a_sentence_and_nothing_is_lost(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.types("half typed")
        await facilitator.pastes("It was a dark and stormy night.\n" * 5_000)
        await facilitator.comes(PasteScreen)
        assert "5,000 lines; 200 can be pasted at once" in facilitator.picture()
        await facilitator.presses("enter", "t", "e", "m", "escape")
        assert names(facilitator) == [] and facilitator.line == "half typed"


def test_line_by_line_a_pasted_list_is_one_edit_and_its_unread_lines_have_their_numbers(program: Program) -> None:
    done = program.run("run", "Acme", "--plain", lines=f"/paste\n{LIST}.\n/undo\n/paste text\n{LIST}.\n")
    assert done.status == 1
    assert done.err.startswith("line 6: a stakeholder has no place for due:")
    assert "3 lines entered; /undo takes them back. Not entered: line 5." in done.out
    assert "Took back: s1, s2, s3." in done.out
    assert "4 lines entered" in done.out and "She is tied up until due:friday" in done.out


def test_line_by_line_the_lines_of_a_mail_are_left_out_and_an_open_list_ends_with_the_input(program: Program) -> None:
    done = program.run("run", "Acme", "--plain", lines=f"/paste\n{MAIL}")
    assert (done.status, done.err) == (0, "")
    assert "5 lines of a mail are left out (headers, quotations, signature); /paste mail takes them too." in done.out
    assert "adds s1  Ada Brook" in done.out
    assert "Tom Reyes" in program.run("run", "Beta", "--plain", lines=f"/paste mail\n{MAIL}").out
