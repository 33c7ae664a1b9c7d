"""Covers: session_tui.tui.screens.team.people and session_tui.tui.screens.team.handover.

Our people and a handover by keyboard: one row to one person, the rest to another, one key to undo.
"""

import shutil
from pathlib import Path

import pytest

from conftest import START
from driver import managing
from session_tui.model.session import Session
from session_tui.model.team import handover, holdings
from session_tui.store import paths, session_file
from session_tui.store.team import handover_journal
from session_tui.tui.screens.team.handover import HandoverScreen
from session_tui.tui.screens.team.people import PeopleScreen

TOP = Path(__file__).parent.parent.parent
LATEST = "2026-11-09-acme-freight-2m9x"


def on_disk(team: Path) -> Session:
    return session_file.read((team / "sessions" / f"{LATEST}.toml").read_bytes()).session


@pytest.fixture
def team(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return tmp_path


async def test_whoever_is_the_only_contact_stands_first_and_what_breaks_is_said(team: Path) -> None:
    async with managing(team) as manager:
        assert "Mei Tan" in manager.rows()[0] and "▲ Ingrid Sol, Aino Kask" in manager.rows()[0]
        assert "If Mei Tan leaves tomorrow, nobody has Ingrid Sol, Aino Kask." in manager.says("whole")
        assert "4 key players with one contact only" in manager.says("title")
        await manager.presses("end")
        assert "every key player still has somebody" in manager.says("whole")


async def test_rows_go_to_several_people_at_once_and_one_key_takes_all_of_it_back(team: Path) -> None:
    before = (team / "sessions" / f"{LATEST}.toml").read_text().partition("[[changes]]")[0]
    async with managing(team) as manager:
        await manager.presses("down", "enter")
        assert isinstance(manager.screen, HandoverScreen) and len(manager.rows()) == 9
        await manager.presses("a")
        await manager.enters("mei")
        await manager.presses("home", "enter")
        await manager.enters("ana")
        assert manager.rows()[0].endswith("→ Ana Ruiz") and manager.rows()[1].endswith("→ Mei Tan")
        await manager.presses("end", "x")
        assert manager.rows()[-1].endswith("stays")
        assert on_disk(team).account_owner == "Ben Okafor"  # nothing is written before the key that writes
        await manager.presses("ctrl+s")
        assert on_disk(team).account_owner == "Ana Ruiz"
        assert on_disk(team).stakeholders[2].covered_by == ("Mei Tan",)
        assert len(manager.rows()) == 1 and "credit" in manager.rows()[0]
        assert "8 handed over to Ana Ruiz and Mei Tan; u takes it back" in manager.says("said")
        assert {path.name for path in (team / "briefs").iterdir()} == {
            "handover-ana-ruiz-2026-11-23.md",
            "handover-mei-tan-2026-11-23.md",
        }
        await manager.presses("u")
        assert len(manager.rows()) == 9 and "Taken back" in manager.says("said")
    after = (team / "sessions" / f"{LATEST}.toml").read_text().partition("[[changes]]")[0]
    assert after.rstrip() == before.rstrip()


async def test_a_key_player_is_marked_where_nothing_cuts_it_off_and_the_keys_are_those_of_the_line(team: Path) -> None:
    async with managing(team) as manager:
        await manager.presses("down", "enter")
        assert [row.startswith("◆ covers: ") for row in manager.rows()].count(True) == 2
        assert "^s hand over" in manager.says("foot")
        await manager.presses("a")
        assert manager.says("foot").split()[:6] == ["⏎", "take", "it", "esc", "leave", "it"]
        await manager.presses("escape")
        assert "^s hand over" in manager.says("foot")


async def test_where_nobody_is_yet_nothing_is_counted(tmp_path: Path) -> None:
    async with managing(tmp_path) as manager:
        assert "key player" not in manager.says("title")


async def test_a_name_that_fits_two_stays_to_be_mended_and_escape_leaves_the_line_first(team: Path) -> None:
    config = 'schema = 1\n[[people]]\nname = "Lin Berg"\n[[people]]\nname = "Lin Tan"\n'
    (team / paths.CONFIG_NAME).write_text(config, encoding="utf-8")
    async with managing(team) as manager:
        await manager.presses("down", "enter", "enter")
        await manager.enters("lin")
        assert "lin may be Lin Berg, Lin Tan" in manager.says("said")
        await manager.enters(" tan")
        assert manager.rows()[0].endswith("→ Lin Tan")
        await manager.presses("a", "escape")
        assert isinstance(manager.screen, HandoverScreen)
        await manager.presses("escape")
        assert isinstance(manager.screen, PeopleScreen)


async def test_a_new_name_is_said_to_be_new_and_writing_nothing_is_said(team: Path) -> None:
    async with managing(team) as manager:
        await manager.presses("down", "enter", "ctrl+s")
        assert "Nobody takes anything over yet" in manager.says("said")
        await manager.presses("enter")
        await manager.enters("Zoe Lind")
        assert "Zoe Lind is NEW" in manager.says("said")


async def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with managing(tmp_path) as manager:
        table = manager.screen.rows.table
        assert table is not None and table.empty[0] == "Nobody of ours stands in a session yet."
        await manager.presses("enter", "down", "space")


async def test_a_hand_over_that_was_interrupted_is_said_and_one_key_goes_on(team: Path) -> None:
    found = paths.find(team, {"SESSION_TUI_STATE": str(team / "state")})
    session = session_file.read((team / "sessions" / f"{LATEST}.toml").read_bytes()).session
    held = holdings.of("Ben Okafor", holdings.fields([session]))
    steps = handover.plan([(each, "Mei Tan") for each in held], {session.id: session})
    with handover_journal.alone(found):
        handover_journal.begin(found, "Ben Okafor", steps, (), START)
    async with managing(team) as manager:
        await manager.presses("down", "enter")
        said = "A hand-over from Ben Okafor to Mei Tan was interrupted after 0 of 9: r goes on, u takes it back."
        assert manager.says("said") == said
        await manager.presses("r")
        assert manager.rows() == [] and on_disk(team).account_owner == "Mei Tan"
