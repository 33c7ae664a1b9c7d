"""Covers: a live screen while other programs write.

Other programs remove, end or cancel a session while its screen is open.
"""

from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import Clock
from driver import Facilitator, facilitating
from promises.test_nothing_is_lost import eventually
from session_tui.model import edits
from session_tui.model.agenda import Agenda
from session_tui.model.edits import Close, Put
from session_tui.model.session import Session, find
from session_tui.store import batch_edit, paths, session_file
from session_tui.store.batch_edit import EditOf
from session_tui.store.open_session import OpenedSession


def changes(opened: OpenedSession, state: Path, clock: Clock, edit_of: EditOf) -> None:
    """Another program's change, from a state folder of its own."""
    there = paths.find(opened.path.parent.parent, {"SESSION_TUI_STATE": str(state)}, sessions=opened.path.parent)
    batch_edit.change(opened.path, there, edit_of, clock())


def removed(entry_id: str) -> EditOf:
    def edit(session: Session) -> edits.Edit:
        entry = find(session, entry_id)
        assert entry is not None
        return edits.remove(session, entry)

    return edit


async def shown(facilitator: Facilitator, opened: OpenedSession) -> None:
    """What another program changed has reached the screen."""
    there = session_file.read(opened.path.read_bytes()).session
    await facilitator.waits_for(lambda: opened.session == there, "taken in")
    await facilitator.waits_for(lambda: not opened.arrived(), "shown")
    await facilitator.presses("up", "down")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_an_entry_that_is_edited_here_and_removed_elsewhere_loses_no_word(
    size: tuple[int, int], opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.enters("Mia Tran, COO to:ruth")
        await facilitator.saved()
        await facilitator.presses("ctrl+o")
        await facilitator.types(" note:new")
        typed = facilitator.line
        changes(opened, tmp_path / "other", clock, removed("s2"))
        await shown(facilitator, opened)
        assert facilitator.line == typed
        assert [row[:2] for row in facilitator.rows()] == ["s1"]
        await facilitator.presses("enter")
        assert typed in (facilitator.line, opened.draft.given_up.get("s2", "")), "it is there to be seen or taken up"
        await facilitator.presses("escape", "ctrl+u")
        await facilitator.enters("Otto Berg")
        await facilitator.saved()
    assert [each.name for each in facilitator.on_disk().stakeholders] == ["Ruth Vale", "Otto Berg"]


@pytest.mark.parametrize(
    "edit_of",
    [
        lambda session: Put("status", "", session.status, "cancelled"),
        lambda session: Close(session.clock[-1].at, "pursue", "Ended elsewhere."),
        lambda session: Put("account", "", session.account, "Acme Haulage"),
    ],
    ids=["cancelled", "held", "renamed"],
)
async def test_a_session_that_becomes_another_under_the_screen_is_shown_as_it_is_now(
    edit_of: EditOf, opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.saved()
        await facilitator.types("half a li")
        changes(opened, tmp_path / "other", clock, edit_of)
        await shown(facilitator, opened)
        await facilitator.lets_pass(minutes=2)
        assert facilitator.line == "half a li"
        for key in ("ctrl+z", "ctrl+n", "f8", "ctrl+t", "ctrl+l", "ctrl+l", "enter"):
            await facilitator.presses(key)
        await facilitator.presses("ctrl+q")
        assert facilitator.app.is_running
    eventually(lambda: opened.save_status == "saved", "saved")


async def test_half_typed_edits_of_what_others_change_are_said(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    def other(session: Session) -> edits.Edit:
        return edits.change(session.stakeholders[0], replace(session.stakeholders[0], note="theirs"))

    async with facilitating(opened, agenda, clock, size=(80, 24)) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.saved()
        await facilitator.presses("ctrl+o")
        changes(opened, tmp_path / "other", clock, other)
        await facilitator.waits_for(
            lambda: "s1, which you edit, was changed by another program: enter replaces it." in facilitator.picture(),
            "said",
        )
