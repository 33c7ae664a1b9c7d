"""Covers: session_tui.tui.screens.library.removed.

In the library a session is removed with a question, and brought back by a key or from the list.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import context_of
from driver import LibraryDriver, browsing
from session_tui.store import locking, paths, removed_sessions, session_removal
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.removed import RemovedScreen, RemoveScreen

TOP = Path(__file__).parent.parent.parent
HELD, OTHER = "2026-11-09-acme-freight-2m9x", "2026-10-26-acme-freight-t4c1"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    sessions = folder / "sessions"
    return {str(path.relative_to(sessions)): path.read_bytes() for path in sessions.rglob("*") if path.is_file()}


async def goes_to(reader: LibraryDriver, id: str) -> None:
    reader.home.highlight(id)
    await reader.rests()
    assert reader.highlighted == id


async def removes(reader: LibraryDriver, id: str) -> None:
    await goes_to(reader, id)
    await reader.presses("x")
    await reader.comes(RemoveScreen)
    await reader.presses("enter")
    await reader.comes(HomeScreen)
    await reader.sees("Removed. u brings it back")
    assert id in reader.says("said")


async def test_escape_leaves_the_session_where_it_is(team: Path) -> None:
    before = files(team)
    async with browsing(team) as reader:
        await goes_to(reader, HELD)
        await reader.presses("x")
        await reader.comes(RemoveScreen)
        assert "Acme Freight" in reader.picture() and str(team / "sessions")[:20] in reader.picture()
        await reader.presses("escape")
        await reader.comes(HomeScreen)
        assert len(reader.rows()) == 7
    assert files(team) == before


async def test_u_brings_back_what_was_removed_last(team: Path) -> None:
    before = files(team)
    async with browsing(team) as reader:
        await removes(reader, HELD)
        await removes(reader, OTHER)
        assert len(reader.rows()) == 5
        assert not {f"{HELD}.toml", f"{OTHER}.toml"} & set(files(team))
        await reader.presses("u")
        await reader.sees(f"{OTHER} is back.")
        await reader.presses("ctrl+z")
        await reader.sees(f"{HELD} is back.")
        assert len(reader.rows()) == 7
        assert "Nothing was removed here." in reader.home.why_not("bring_back", ())
    assert files(team) == before


async def test_the_list_of_removed_ones_brings_any_back(team: Path) -> None:
    state = team / "state"
    for id in (HELD, OTHER):
        session_removal.remove(team / "sessions" / f"{id}.toml", state, datetime.now(UTC))
    async with browsing(team) as reader:
        assert len(reader.rows()) == 5
        await reader.presses("v")
        await reader.comes(RemovedScreen)
        assert "Removed sessions: 2" in reader.picture() and "Kept until" in reader.picture()
        reader.app.screen.highlight(HELD)  # type: ignore[attr-defined]
        await reader.presses("enter")
        await reader.comes(HomeScreen)
        await reader.sees(f"{HELD} is back.")
        assert len(reader.rows()) == 6
    assert [each.id for each in removed_sessions.removed(team / "sessions")] == [OTHER]


async def test_an_empty_library_says_how_to_bring_sessions_back(team: Path) -> None:
    for path in (team / "sessions").glob("*.toml"):
        session_removal.remove(path, team / "state", datetime.now(UTC))
    async with browsing(team, (80, 24)) as reader:
        assert "No session here. v shows what was removed, and brings it back: 7 sessions." in reader.picture()
        await reader.presses("v")
        await reader.comes(RemovedScreen)
        assert "Removed sessions: 7" in reader.picture()


async def test_the_list_says_when_nothing_was_removed(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("v")
        await reader.comes(RemovedScreen)
        assert "No session is among the removed ones." in reader.picture()
        await reader.presses("v")
        await reader.comes(HomeScreen)


async def test_what_an_empty_list_says_is_whole_at_80_columns(team: Path) -> None:
    async with browsing(team, (80, 24)) as reader:
        await reader.presses("v")
        await reader.sees("is kept here for")
        await reader.sees("90 days.")


async def test_a_session_that_another_window_has_open_stays_and_the_message_says_why(team: Path) -> None:
    path = team / "sessions" / f"{HELD}.toml"
    async with browsing(team) as reader:
        await goes_to(reader, HELD)
        lock = locking.session(path, team / "state")
        await reader.presses("x")
        await reader.comes(RemoveScreen)
        await reader.presses("enter")
        await reader.sees("it is open in another window")
        lock.release()
    assert path.exists()


async def test_a_live_session_cannot_be_removed_by_a_key(team: Path) -> None:
    path = team / "sessions" / f"{HELD}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "held"', 'status = "live"'), encoding="utf-8")
    async with browsing(team) as reader:
        await goes_to(reader, HELD)
        await reader.presses("x")
        await reader.sees("It is live")
        assert isinstance(reader.app.screen, HomeScreen)


@pytest.mark.parametrize(("days", "there"), [(89, True), (91, False)])
async def test_the_library_sweeps_what_was_removed_long_ago(team: Path, days: int, there: bool) -> None:
    now = datetime.now(UTC)  # the disk has a clock of its own
    moved = session_removal.remove(team / "sessions" / f"{HELD}.toml", team / "state", now).path
    places = paths.find(team, {"SESSION_TUI_STATE": str(team / "state")})
    home = HomeScreen(context_of(places, lambda: now + timedelta(days=days)))
    app = SessionTui(home.context, lambda: home, "screens/library/library.tcss")
    async with app.run_test() as pilot:
        await LibraryDriver(pilot, home, team).rests()
        assert home.looked
    assert moved.exists() == there
