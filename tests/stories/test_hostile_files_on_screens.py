"""Covers: unreadable files on the screens.

An unreadable file is a row of the library like the others, and a meeting goes on.
"""

import asyncio
from pathlib import Path

import pytest

from conftest import Clock
from driver import browsing, facilitating
from hostile import BAD, World
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession

VERSIONS = {
    "a time out of the calendar": b"x = 9999-12-31T23:59:59-14:00",
    "too deep": b"x = " + b"[" * 1_000 + b"]" * 1_000,
    "65 bits": b"x = 18446744073709551616",
    "Latin-1": b"x = 'caf\xe9'",
    "NUL": b"\0\0\0",
    "no TOML": b"[[",
    "git's marks": b"<<<<<<< HEAD\n=======\n>>>>>>> theirs",
}


@pytest.mark.parametrize("line", VERSIONS.values(), ids=VERSIONS)
async def test_a_version_that_cannot_be_read_is_a_sentence_and_the_session_goes_on(
    opened: OpenedSession, agenda: Agenda, clock: Clock, line: bytes
) -> None:
    async with facilitating(opened, agenda, clock, size=(100, 28)) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.saved()
        opened.path.write_bytes(opened.path.read_bytes().replace(b"\n", b"\n" + line + b"\n", 1))
        await facilitator.enters("Mia Tran, COO")
        await facilitator.waits_for(lambda: "Somebody else changed this file" in facilitator.picture(), "the sentence")
        await facilitator.enters("/conflict")
        assert "is not a session any more" in facilitator.picture()
        await facilitator.presses("t", "escape")
        await facilitator.enters("Ada Berg, CIO")
        assert "Ada Berg" in facilitator.picture() and facilitator.app.is_running
        await facilitator.enters("/conflict")
        await facilitator.presses("o")
        await facilitator.waits_for(lambda: opened.conflict is None and opened.save_status == "saved", "ours on disk")
        assert [person.name for person in facilitator.on_disk().stakeholders] == ["Ruth Vale", "Mia Tran", "Ada Berg"]
        assert any(line in each.read_bytes() for each in opened.path.parent.glob("*.theirs"))


@pytest.mark.parametrize("line", VERSIONS.values(), ids=VERSIONS)
async def test_the_library_shows_a_broken_file_beside_the_others(tmp_path: Path, line: bytes) -> None:
    world = await asyncio.to_thread(World, tmp_path)
    path = world.sessions / f"{BAD}.toml"
    path.write_bytes(line + b"\n" + world.victims[f"sessions/{BAD}.toml"])
    async with browsing(tmp_path) as reader:
        rows = reader.rows()
        assert len(rows) == 3 and sum("Good Ltd" in row for row in rows) == 2
        assert "Reading" not in reader.says("due")
        await reader.presses("end")  # the broken one, read beside the list
        for key in ("2", "3", "4", "1", "t"):
            await reader.pilot.press(key)
            await reader.pilot.pause(0.05)
        assert reader.app.is_running
    assert not (world.state / "last-error.txt").exists()
