"""Covers: session_tui.tui.screens.library.

The library by keyboard: live filter, sessions beside the list, actions settled by one key.
"""

import asyncio
import shutil
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.widgets import Input, Static

from conftest import START, context_of
from driver import LibraryDriver, browsing
from promises.test_nothing_is_lost import eventually
from session_tui.model.session import ActionItem
from session_tui.store import paths, session_file
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.library import session_list
from session_tui.tui.screens.library.actions import ActionsScreen
from session_tui.tui.screens.library.beliefs import BeliefsScreen
from session_tui.tui.screens.library.compare import CompareScreen
from session_tui.tui.screens.library.history import AccountScreen
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.session import ReadScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.widgets.reading_pane import ReadingPane

TOP = Path(__file__).parent.parent.parent
LATEST = "2026-11-09-acme-freight-2m9x"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    (tmp_path / paths.CONFIG_NAME).write_text('schema = 1\nname = "Mei Tan"\n')
    return tmp_path


# ---- sessions -----------------------------------------------------------------------------------


async def test_the_list_follows_what_is_typed_and_escape_brings_all_back(team: Path) -> None:
    async with browsing(team) as reader:
        assert len(reader.rows()) == 7 and "7 sessions" in reader.says("tabs")
        await reader.presses("slash")
        await reader.types("rott")
        assert len(reader.rows()) == 1 and "Borealis" in reader.rows()[0]
        assert "1 of 7 sessions" in reader.says("tabs")
        await reader.types("xx")
        assert reader.rows() == [] and "No session matches." in reader.screen.rows.table.empty  # type: ignore[union-attr]
        await reader.presses("escape")
        assert len(reader.rows()) == 7


async def test_enter_leaves_the_filter_and_its_keys_are_commands_again(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("slash")
        await reader.types("payback")
        await reader.presses("enter")
        assert reader.screen.focused is None
        filtered = reader.rows()
        await reader.presses("j", "enter")
        assert isinstance(reader.app.screen, ReadScreen)
        await reader.presses("escape")
        assert reader.rows() == filtered
        await reader.presses("escape")
        assert len(reader.rows()) == 7


async def test_the_pane_reads_along_where_there_is_room_and_is_not_there_where_there_is_none(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down")
        assert "No access to the CFO" in reader.reads()
        await reader.presses("space")
        assert reader.screen.query_one(ReadingPane).scroll_offset.y > 0
        await reader.presses("down")
        assert "No access" not in reader.reads()
        assert reader.screen.query_one(ReadingPane).scroll_offset.y == 0
    async with browsing(team, (80, 24)) as reader:
        assert not reader.screen.query_one(ReadingPane).display
        await reader.pilot.resize_terminal(120, 36)
        async with asyncio.timeout(20):
            while not reader.screen.query_one(ReadingPane).display:
                await reader.pilot.pause(0.01)
        await reader.rests()
        assert "Borealis" in reader.reads()


async def test_what_somebody_else_does_in_the_folder_appears_by_itself(team: Path) -> None:
    async with browsing(team) as reader:
        source = team / "sessions" / f"{LATEST}.toml"
        other = source.read_text(encoding="utf-8").replace(LATEST, "2026-11-22-cobalt-mills-aaaa")
        (team / "sessions" / "2026-11-22-cobalt-mills-aaaa.toml").write_text(
            other.replace('account = "Acme Freight"', 'account = "Cobalt Mills"'), encoding="utf-8"
        )
        await reader.waits_for(lambda: any("Cobalt Mills" in row for row in reader.rows()), "the new session")
        await reader.presses("home", "down", "down", "down")
        assert reader.screen.rows.highlighted == LATEST
        source.unlink()
        await reader.waits_for(lambda: len(reader.rows()) == 7, "the other one going")
        assert reader.screen.rows.highlighted == list(reader.home.cards)[3], "the highlight does not jump"


async def test_a_broken_file_is_a_row_with_its_error_and_nothing_stops(team: Path) -> None:
    (team / "sessions" / "2026-11-30-broken-aaaa.toml").write_text("account = ", encoding="utf-8")
    async with browsing(team) as reader:
        await reader.presses("home")
        assert "broken" in reader.rows()[0]
        await reader.presses("enter", "y", "c")
        assert "Highlight a session" in reader.says("said")
        await reader.presses("down", "down", "enter")
        assert isinstance(reader.app.screen, ReadScreen)


async def test_in_a_narrow_terminal_a_broken_row_says_what_is_wrong_and_not_where_it_lies(team: Path) -> None:
    (team / "sessions" / "2026-11-30-broken-aaaa.toml").write_bytes(b"\0" * 40)
    async with browsing(team, size=(80, 24)) as reader:
        assert "▲ It holds zero bytes" in reader.rows()[0]
        await reader.presses("home", "enter")
        assert "2026-11-30-broken-aaaa.toml:1:1: it holds zero bytes" in reader.says("said")


async def test_a_configuration_that_cannot_be_read_is_told_and_the_sessions_are_there(team: Path) -> None:
    (team / paths.CONFIG_NAME).write_bytes(b"x = ")
    async with browsing(team) as reader:
        assert f"{paths.CONFIG_NAME}:1:" in reader.says("said")
        assert len(reader.rows()) > 1


async def test_a_folder_that_goes_away_is_said_and_what_was_shown_stays(team: Path) -> None:
    async with browsing(team) as reader:
        (team / "sessions").rename(team / "gone")
        reader.home.look()
        await reader.rests()
        assert "the folder is gone" in reader.says("said") and len(reader.rows()) == 7


async def test_a_long_list_is_shown_in_pages_and_whoever_goes_on_sees_more(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_list, "PAGE", 3)
    async with browsing(team) as reader:
        assert len(reader.rows()) == 3 and "7 sessions, the newest 3 here" in reader.says("tabs")
        await reader.presses("end")
        assert len(reader.rows()) == 6
        await reader.presses("end")
        assert len(reader.rows()) == 7 and "newest" not in reader.says("tabs")


async def test_y_copies_the_session_as_markdown(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down", "y")
        assert "Acme Freight" in reader.app.clipboard and "Copied" in reader.says("said")


async def test_markup_in_a_file_is_text_in_list_and_pane(team: Path) -> None:
    path = team / "sessions" / f"{LATEST}.toml"
    evil = path.read_text(encoding="utf-8").replace(
        'account = "Acme Freight"', 'account = "[red]Acme\\u001b[31m[/]"', 1
    )
    path.write_text(evil, encoding="utf-8")
    async with browsing(team) as reader:
        row = next(row for row in reader.rows() if "[red]" in row)
        assert "\x1b" not in row
        while "[red]" not in reader.reads():
            await reader.presses("down")
        assert "\x1b" not in reader.reads()


# ---- actions ------------------------------------------------------------------------------------


async def test_mine_come_first_and_done_is_one_key_and_undo_another(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab")
        assert isinstance(reader.screen, ActionsScreen)
        assert "Mei Tan" in reader.rows()[0] and "payback model" in reader.rows()[0]
        many = len(reader.rows())
        await reader.presses("x")
        assert len(reader.rows()) == many - 1 and "takes it back" in reader.says("said")
        done = next(each for each in reader.on_disk(LATEST).action_items if each.id == "t6")
        assert done.status == "done" and reader.on_disk(LATEST).changes
        await reader.presses("u")
        assert len(reader.rows()) == many and "payback model" in reader.rows()[0]
        back = next(each for each in reader.on_disk(LATEST).action_items if each.id == "t6")
        assert back.status == "open"
        await reader.presses("u")
        assert "nothing to take back" in reader.says("said")


async def test_e_changes_an_action_as_in_a_session(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab", "e")
        await reader.types("done they took it")
        await reader.presses("enter")
        changed = next(each for each in reader.on_disk(LATEST).action_items if each.id == "t6")
        assert (changed.status, changed.result) == ("done", "they took it")
        assert reader.screen.query_one(Input).value == ""
        await reader.presses("e")
        await reader.types("@nobody-known due:someday")
        await reader.presses("enter")
        assert "due:" in reader.says("said")


async def test_done_with_a_result_another_owner_and_open_again_are_each_taken_back_by_one_key(team: Path) -> None:
    """Actions keep their names; the screen shows the date and the new owner's other actions."""

    def the_action(reader: LibraryDriver) -> ActionItem:
        return next(each for each in reader.on_disk(LATEST).action_items if each.id == "t6")

    async with browsing(team) as reader:
        before = the_action(reader)
        await reader.presses("tab")
        assert "Mei Tan has 1 open" in reader.says("detail")
        await reader.presses("e")
        await reader.types("@ben due:+3d")
        await reader.presses("enter")
        assert the_action(reader).owner == "Ben Okafor"
        assert (
            reader.says("said")
            == "2m9x:t6 is Ben Okafor's, due Thu 26 Nov; Ben Okafor has 3 open now. u takes it back."
        )
        await reader.presses("u")
        assert the_action(reader) == before and reader.says("said") == "Taken back."
        await reader.presses("o", "x", "e")
        await reader.types("open")
        await reader.presses("enter")
        assert the_action(reader).status == "open" and "is open again" in reader.says("said")
        await reader.presses("u")
        assert the_action(reader).status == "done"
        await reader.presses("u")
        assert the_action(reader) == before


async def test_what_is_done_may_be_given_to_somebody_who_has_nothing_open(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab", "x", "o", "slash")
        await reader.types("payback model")
        await reader.presses("enter", "e")
        await reader.types("@zoe")
        await reader.presses("enter")
        assert "2m9x:t6 is zoe's" in reader.says("said") and "zoe has 0 open now" in reader.says("said")


async def test_an_action_goes_to_one_of_ours_whom_only_another_session_knows(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab", "slash")
        await reader.types("payback model")
        await reader.presses("enter", "e")
        await reader.types("@adeyemi")  # of the sessions on the other account
        await reader.presses("enter")
        assert "2m9x:t6 is Tom Adeyemi's" in reader.says("said")


async def test_what_cannot_be_taken_back_now_can_be_later(team: Path) -> None:
    path = team / "sessions" / f"{LATEST}.toml"
    async with browsing(team) as reader:
        await reader.presses("tab", "x")
        path.rename(path.with_suffix(".away"))
        await reader.presses("u")
        assert "no such file" in reader.says("said")
        path.with_suffix(".away").rename(path)
        await reader.presses("u")
        assert reader.says("said") == "Taken back."


async def test_an_answer_that_comes_late_shows_no_other_account_over_a_session_that_runs(team: Path) -> None:
    gate = threading.Event()
    async with browsing(team) as reader:
        await reader.pilot.press("down", "down")
        await reader.rests()
        reader.home.index_worker.ask("slow", lambda index: gate.wait(10), lambda _: None)
        # Keys would wait for the answers; what is called for otherwise does not.
        reader.home.action_open()
        reader.home.action_brief()
        reader.home.action_new()
        reader.home.action_edge(-1)
        reader.home.action_open()
        await reader.waits_for(lambda: isinstance(reader.app.screen, LiveScreen), "the session")
        gate.set()
        await reader.rests()
        assert isinstance(reader.app.screen, LiveScreen)


async def test_a_change_that_is_typed_is_no_filter_and_the_filter_comes_back(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab", "slash")
        await reader.types("tom")
        await reader.presses("enter")
        filtered = reader.rows()
        assert filtered and all("Tom Adeyemi" in row for row in filtered)
        await reader.presses("e")
        await reader.types("done")
        assert reader.rows() == filtered
        await reader.presses("escape")
        assert reader.rows() == filtered and reader.screen.wanted == "tom"


async def test_o_shows_what_is_done_too_and_enter_reads_the_session(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab", "o")
        assert any("✓ done" in row for row in reader.rows())
        await reader.presses("o")
        assert not any("✓ done" in row for row in reader.rows())
        await reader.presses("enter")
        assert isinstance(reader.app.screen, ReadScreen)
        await reader.presses("escape")
        assert isinstance(reader.screen, ActionsScreen)
        await reader.presses("escape")
        assert isinstance(reader.screen, HomeScreen)


async def test_enter_on_an_action_reads_its_session_with_that_action_highlighted(team: Path) -> None:
    async with browsing(team, (80, 24)) as reader:
        await reader.presses("tab", "end", "enter")
        pane = reader.app.screen.query_one(ReadingPane)
        await reader.waits_for(lambda: pane.highlighted == "t6", "the highlight")
        line = next(number for number, line in enumerate(pane.text_layout.lines) if line.key == "t6")
        assert pane.scroll_offset.y <= pane.text_layout.row_of(line) < pane.scroll_offset.y + pane.size.height


async def test_a_session_that_is_read_or_compared_follows_its_file(team: Path) -> None:
    path = team / "sessions" / f"{LATEST}.toml"

    def rewrite(old: str, new: str) -> None:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    async with browsing(team, (80, 24)) as reader:
        await reader.presses("down", "down", "enter", "pagedown", "tab", "tab")
        pane = reader.app.screen.query_one(ReadingPane)
        lit, at = pane.highlighted, pane.scroll_offset.y
        rewrite("Collect freight cost", "Gather freight cost")
        await reader.waits_for(lambda: "Gather freight cost" in reader.reads(), "the change")
        assert (pane.highlighted, pane.scroll_offset.y) == (lit, at) and lit
        path.rename(path.with_suffix(".away"))
        said = reader.app.screen.query_one("#said", Static)
        await reader.waits_for(lambda: "is gone" in str(said.render()), "the file going")
        assert "Gather freight cost" in reader.reads()
        path.with_suffix(".away").rename(path)
        await reader.presses("escape", "escape")
        await reader.waits_for(lambda: len(reader.rows()) == 7, "the session")
        await reader.presses("home", "down", "down", "c", "down", "down", "c")
        compared = reader.app.screen
        assert isinstance(compared, CompareScreen)
        rewrite("the money is not proven", "the money is gone")
        await reader.waits_for(
            lambda: "is gone" in f"{compared.older.headline} {compared.newer.headline}", "the change"
        )


async def test_an_action_is_done_beside_the_screen_that_has_its_session_open(team: Path) -> None:
    from session_tui.store.open_session import open_session

    other = open_session(team / "sessions" / f"{LATEST}.toml", team / "state")
    try:
        async with browsing(team) as reader:
            await reader.presses("tab", "x")
            assert "is done" in reader.says("said")
        eventually(lambda: any(each.status == "done" for each in other.session.action_items), "taken in")
    finally:
        other.close()


async def test_an_action_that_slipped_says_how_often_and_one_that_is_late_has_a_sign(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("tab")
        late = next(row for row in reader.rows() if "tender rules" in row)
        assert "2×" in late and "▲" in late


async def test_nothing_open_says_what_will_stand_here(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with browsing(tmp_path) as reader:
        await reader.presses("2")
        assert reader.rows() == [] and "Nothing is open." in reader.screen.rows.table.empty  # type: ignore[union-attr]
        await reader.presses("x", "e", "y", "enter")
        assert "Nothing is highlighted" in reader.says("said")
        await reader.presses("1")
        assert isinstance(reader.screen, HomeScreen)


async def test_no_key_of_the_library_waits_for_the_disk(team: Path) -> None:
    """Many sessions, keys pressed while they are read: every key is answered at once."""
    example = session_file.read((team / "sessions" / f"{LATEST}.toml").read_bytes()).session
    for number in range(300):
        began = START - timedelta(days=30 + number)
        one = replace(
            example,
            id=f"{began:%Y-%m-%d}-many-{number:04}",
            previous="",
            started_at=began,
            action_items=(ActionItem(id="t1", text=f"Do {number}", owner="Mei Tan"),),
        )
        (team / "sessions" / f"{one.id}.toml").write_bytes(session_file.new(one).content())
    async with browsing(team) as reader:
        for _ in range(20):
            await reader.pilot.press("down")
        assert reader.screen.rows.highlighted == list(reader.home.cards)[20]
        await reader.rests()
        assert len(reader.rows()) == 307


# ---- looking back -------------------------------------------------------------------------------


async def test_tabs_lead_from_place_to_place_and_speak_of_the_highlighted_account(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down", "tab", "tab")
        assert isinstance(reader.screen, BeliefsScreen) and reader.screen.account == "Acme Freight"
        await reader.presses("tab")
        assert isinstance(reader.screen, AccountScreen) and "Acme Freight" in reader.says("title")
        await reader.presses("tab")
        assert isinstance(reader.screen, HomeScreen)
        await reader.presses("shift+tab")
        assert isinstance(reader.screen, AccountScreen)
        await reader.presses("escape")
        assert isinstance(reader.screen, HomeScreen)


async def test_beliefs_are_told_through_time_and_filtered_and_lead_to_their_session(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down", "3")
        assert len(reader.rows()) == 5 and "5 in all: 1 true" in reader.says("tabs")
        assert "50%, of too few to say" in reader.says("trust1")
        await reader.presses("slash")
        await reader.types("sponsor")
        await reader.presses("enter")
        assert len(reader.rows()) == 1 and "✓ turned out true" in reader.rows()[0]
        assert reader.says("detail") == "evidence 2 on 12 Oct → 4 on 26 Oct"
        assert reader.says("told").startswith("turned out true Mon 26 Oct: Mia said she will carry it")
        await reader.presses("enter")
        assert isinstance(reader.app.screen, ReadScreen)
        await reader.presses("escape")
        assert isinstance(reader.screen, BeliefsScreen)


async def test_history_has_a_line_of_bars_for_everybody_and_passes_over_the_heading(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down", "4")
        assert "31 of 30 min" in reader.rows()[0] and "12 Oct 2026" in reader.says("days")
        await reader.presses("down", "down", "down")
        assert "neutral" in reader.says("detail") and "non-supporter" in reader.says("detail")
        await reader.presses("up")
        assert "session 2026-10-12" in reader.screen.rows.highlighted
        await reader.presses("end", "enter")
        assert isinstance(reader.app.screen, ReadScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_at_no_size_is_a_figure_of_the_looking_back_cut(team: Path, size: tuple[int, int]) -> None:
    """Names and texts may be cut; counts of evidence, minutes and changes of a role may not."""
    async with browsing(team, size) as reader:
        await reader.presses("down", "down", "3")
        for number in range(6):
            assert cell_len(reader.says(f"trust{number}")) <= size[0] - 1
        await reader.presses("4")
        drawn = "\n".join(reader.screen.rows.render_line(y).text for y in range(14))
        for whole in ("31 of 30 min", "pursue on a condition", "neutral → non-supporter", "supporter → mentor", "▄▄▂"):
            assert whole in drawn, whole
        assert "time kept ▃▄▄" in reader.says("title")


async def test_what_lies_in_beliefs_and_history_follows_the_folder(team: Path) -> None:
    path = team / "sessions" / f"{LATEST}.toml"
    async with browsing(team) as reader:
        await reader.presses("down", "down", "3")
        path.write_text(path.read_text(encoding="utf-8").replace("wins the CFO", "wins them"), encoding="utf-8")
        await reader.waits_for(lambda: any("wins them" in row for row in reader.rows()), "the change")
        await reader.presses("4")
        path.unlink()
        await reader.waits_for(lambda: "2 sessions" in reader.says("tabs"), "the session going")


async def test_the_mark_of_a_comparison_cuts_no_name(team: Path) -> None:
    for card in (team / "sessions").glob("*borealis*"):
        card.unlink()  # no account with a longer name, which would widen the column
    async with browsing(team, (80, 24)) as reader:
        await reader.presses("down", "c")
        await reader.sees("⇄ Acme Freight")


async def test_two_sessions_are_marked_and_compared_and_escape_lets_go_of_the_mark(team: Path) -> None:
    async with browsing(team) as reader:
        await reader.presses("down", "down", "c")
        assert any("⇄" in row for row in reader.rows())
        await reader.presses("escape")
        assert not any("⇄" in row for row in reader.rows())
        await reader.presses("c", "down", "down", "c")
        assert isinstance(reader.app.screen, CompareScreen)
        assert reader.app.screen.older.id < reader.app.screen.newer.id
        await reader.presses("escape")
        assert isinstance(reader.screen, HomeScreen) and reader.home.compared == ""


async def test_a_folder_without_sessions_has_no_account_to_look_back_on(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with browsing(tmp_path) as reader:
        await reader.presses("3")
        assert isinstance(reader.screen, HomeScreen) and "highlight one" in reader.says("said")


async def test_the_library_opens_at_the_place_it_is_asked_for(team: Path) -> None:
    found = paths.find(team, {"SESSION_TUI_STATE": str(team / "state")})
    context = context_of(found)
    home = HomeScreen(context, tab="History", account="Acme Freight")
    app = SessionTui(context, partial(lambda: home), "screens/library/library.tcss")
    async with app.run_test(size=(80, 24)) as pilot:
        reader = LibraryDriver(pilot, home, team)
        await reader.rests()
        assert isinstance(reader.screen, AccountScreen) and len(reader.rows()) > 3
