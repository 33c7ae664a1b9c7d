"""Covers: session_tui.tui.screens.merge.

Two versions of a session by keyboard: both are shown, either can be chosen, and only w writes.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from conftest import context_of, no_places
from driver import LibraryDriver, WorkerDriver, browsing
from promises.test_nothing_is_lost import eventually
from session_tui.model.session import ActionItem, Decision, Session, Stakeholder, next_id
from session_tui.store import merge, session_file
from session_tui.store.open_session import open_session
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.merge.rows import MergeLines
from session_tui.tui.screens.merge.screen import MergeScreen
from session_tui.tui.widgets.text_view import TextView

TOP = Path(__file__).parent.parent.parent
ID = "2026-11-09-acme-freight-2m9x"
COPY = f"{ID} (Ana's conflicted copy 2026-11-24).toml"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Samples, one in two versions: an id for two people; headline and action differ."""
    folder = tmp_path / "sessions"
    shutil.copytree(TOP / "sessions", folder)
    read = session_file.read((folder / f"{ID}.toml").read_bytes())
    one = read.session
    person, action = next_id(one, "s"), next_id(one, "t")
    first, *others = one.action_items
    ours = replace(
        one,
        headline="Winnable once the CFO has seen the payback",
        stakeholders=(*one.stakeholders, Stakeholder(id=person, name="Otto Berg")),
        action_items=(replace(first, owner="Ben Okafor"), *others, ActionItem(id=action, text="Call Otto [b]now[/b]")),
    )
    theirs = replace(
        one,
        headline="Winnable if finance agrees",
        stakeholders=(*one.stakeholders, Stakeholder(id=person, name="Sana \x1b[31mOduya")),
        action_items=(replace(first, owner="Mei Tan"), *others),
        decisions=(*one.decisions, Decision(id=next_id(one, "d"), text="No pilot")),
    )
    (folder / f"{ID}.toml").write_bytes(read.with_session(ours).content())
    (folder / COPY).write_bytes(read.with_session(theirs).content())
    return tmp_path


class MergeDriver(WorkerDriver[MergeScreen]):
    """Two versions of a session, and the folder they lie in."""

    def __init__(self, pilot: Pilot[Any], team: Path) -> None:
        super().__init__(pilot, MergeScreen)
        self.folder = team / "sessions"

    @property
    def lit(self) -> str:
        return self.screen.query_one("#points", TextView).highlighted

    def on_disk(self) -> Session:
        return session_file.read((self.folder / f"{ID}.toml").read_bytes()).session

    def names(self) -> set[str]:
        return {each.name for each in self.folder.iterdir() if each.name.startswith(ID)}


@asynccontextmanager
async def choosing(team: Path, size: tuple[int, int] = (120, 50)) -> AsyncIterator[MergeDriver]:
    state = team / "state"
    found = merge.look(team / "sessions" / f"{ID}.toml", state)
    context = context_of(no_places())
    app = SessionTui(context, lambda: MergeScreen(found, state, date(2026, 11, 25)), "screens/merge/merge.tcss")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield MergeDriver(pilot, team)


async def test_both_stand_side_by_side_and_what_is_to_decide_is_counted_and_comes_first(team: Path) -> None:
    async with choosing(team) as chooser:
        lines = chooser.picture().splitlines()
        assert any("· Winnable once the CFO" in line and "· Winnable if finance agrees" in line for line in lines)
        assert any("✓ Otto Berg" in line and "✓ Sana" in line for line in lines)
        assert "both stay: ours is s6, theirs s7" in chooser.picture()
        assert any("✓ Call Otto [b]now[/b]" in line and "· does not have it" in line for line in lines)
        assert "\x1b" not in chooser.picture()
        assert chooser.says("left").startswith("? 2 left to decide.   5 differ")
        assert chooser.lit == "headline"


async def test_in_a_narrow_terminal_they_stand_one_above_the_other_and_nothing_is_cut(team: Path) -> None:
    async with choosing(team, (80, 24)) as chooser:
        picture = chooser.picture()
        assert "· ours   Winnable once the CFO has seen the payback" in picture
        assert "· theirs Winnable if finance agrees" in picture
        assert "^q leave" in picture.splitlines()[-1] and "…" not in picture


async def test_a_key_chooses_undo_takes_it_back_and_w_writes_when_all_is_decided(team: Path) -> None:
    async with choosing(team) as chooser:
        await chooser.presses("w")
        assert "to be decided before" in chooser.picture() and chooser.names() == {f"{ID}.toml", COPY}
        assert chooser.lit == chooser.screen.points[-3].key
        await chooser.presses("home", "t")
        assert chooser.says("left").startswith("? 1 left")
        await chooser.presses("u")
        assert chooser.says("left").startswith("? 2 left") and chooser.lit == "headline"
        await chooser.presses("o", "tab", "t", "w")
        assert chooser.says("left") == "Written."
        merged = chooser.on_disk()
        assert merged.headline == "Winnable once the CFO has seen the payback"
        assert merged.action_items[0].owner == "Mei Tan"
        assert [each.name for each in merged.stakeholders[-2:]] == ["Otto Berg", "Sana \x1b[31mOduya"]
        assert chooser.names() == {f"{ID}.toml", f"{ID}.toml.before-merge", f"{COPY}.merged"}
        for name in chooser.names():
            assert name in chooser.picture().replace("\n", "")
        await chooser.presses("escape")
    assert "are one now" in (chooser.pilot.app.return_value or "")


async def test_what_cannot_be_both_says_why(team: Path) -> None:
    async with choosing(team) as chooser:
        await chooser.presses("b")
        assert "headline cannot be both: it is one thing." in chooser.picture()
        await chooser.presses("end", "b")
        assert "cannot be both: one of them does not have it." in chooser.picture()
        await chooser.presses("u")
        assert "No choice to take back." in chooser.picture()


async def test_an_entry_can_be_left_out(team: Path) -> None:
    async with choosing(team) as chooser:
        await chooser.presses("t", "tab", "o", "end", "o", "w")
        assert [each.text for each in chooser.on_disk().decisions if each.text == "No pilot"] == []


async def test_escape_writes_nothing_and_what_was_chosen_is_there_the_next_time(team: Path) -> None:
    async with choosing(team) as chooser:
        before = (chooser.folder / f"{ID}.toml").read_bytes()
        await chooser.presses("t", "escape")
    assert "is kept" in (chooser.pilot.app.return_value or "")
    assert (chooser.folder / f"{ID}.toml").read_bytes() == before and chooser.names() == {f"{ID}.toml", COPY}
    async with choosing(team) as again:
        assert again.says("left").startswith("? 1 left") and again.screen.choices["headline"] == "theirs"


async def test_a_session_opened_meanwhile_takes_in_what_is_written(team: Path) -> None:
    async with choosing(team) as chooser:
        opened = open_session(team / "sessions" / f"{ID}.toml", team / "state")
        await chooser.presses("t", "tab", "o", "w")
        assert chooser.says("left") == "Written." and COPY not in chooser.names()
        there = chooser.on_disk()
        eventually(lambda: opened.session == there, "taken in")
        assert opened.close()


async def test_versions_that_say_the_same_are_one_after_a_key(team: Path) -> None:
    (team / "sessions" / COPY).write_bytes((team / "sessions" / f"{ID}.toml").read_bytes())
    async with choosing(team) as chooser:
        assert "Both versions say the same" in chooser.picture()
        await chooser.presses("o", "tab", "down", "u", "w")
        assert chooser.says("left") == "Written." and COPY not in chooser.names()


async def test_enter_on_a_copy_in_the_library_leads_there_and_back_to_a_list_without_it(team: Path) -> None:
    async with browsing(team) as reader:
        assert len(reader.rows()) == 8
        row = next(each for each in reader.rows() if "▲ acme-freight-2m9x" in each)
        assert "two versions" in row and "to merge" in row
        assert "7 sessions" in reader.says("tabs")
        reader.screen.highlight(next(key for key in reader.home.cards if "conflicted" in key))
        assert reader.says("said").startswith("⏎ shows both versions")
        assert "A conflicted copy of" in reader.reads() and "cannot be read" not in reader.reads()
        await reader.presses("up")
        assert reader.says("said") == ""
        await reader.presses("down", "enter")
        await _arrives(reader)
        await reader.presses("t", "tab", "t", "w")
        await reader.app.workers.wait_for_complete()
        await reader.presses("escape")
        assert isinstance(reader.app.screen, HomeScreen)
        await reader.waits_for(lambda: len(reader.rows()) == 7, "the list without the copy")
        assert "are one now" in reader.says("said")


async def test_enter_on_an_equal_copy_asks_nothing_and_all_of_them_are_gone(team: Path) -> None:
    content = (team / "sessions" / f"{ID}.toml").read_bytes()
    (team / "sessions" / COPY).unlink()
    for number in (1, 2, 3):
        (team / "sessions" / f"{ID} ({number}).toml").write_bytes(content)
    async with browsing(team) as reader:
        reader.screen.highlight(next(key for key in reader.home.cards if "(2)" in key))
        await reader.presses("enter")
        await reader.waits_for(lambda: len(reader.rows()) == 7, "the list without the copies")
        assert reader.says("said") == "3 copies were the same, byte for byte, and are gone."
        assert isinstance(reader.app.screen, HomeScreen)


async def _arrives(reader: LibraryDriver) -> None:
    await reader.waits_for(lambda: isinstance(reader.app.screen, MergeScreen), "the merge screen")
    await reader.pilot.pause()


def test_a_key_draws_only_the_points_again_that_look_different(team: Path) -> None:
    found = merge.look(team / "sessions" / f"{ID}.toml", team / "state")
    points = found.merge.points
    lines = MergeLines(found.merge, date.isoformat)
    for width in (80, 120):
        first, second = (lines.lay_out(width, {}, point.key).lines for point in points[:2])
        changed = {one.key for one, other in zip(first, second, strict=True) if one is not other}
        assert changed - {""} == {point.key for point in points[:2]}
