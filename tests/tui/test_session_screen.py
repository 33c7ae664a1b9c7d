"""Covers: session_tui.tui.screens.library.session.

A session is read and copied: laid out at any width, selected by mouse, copied as Markdown.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import MouseMove
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from conftest import DATA, context_of, no_places
from driver import Driver
from session_tui.export.markdown import action_markdown, session_markdown
from session_tui.index.sessions import SessionLibrary
from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.model.history import lasting
from session_tui.model.reports.session_report import sheet
from session_tui.model.session import ActionItem, Decision, Session
from session_tui.model.vocabulary import Theme
from session_tui.store import paths, session_file, session_folder
from session_tui.tui.app import SessionTui
from session_tui.tui.drawings.session_report import NARROWEST, TWO, head_lines, lines, place
from session_tui.tui.drawings.text_layout import TextLayout
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.session import ReadScreen
from session_tui.tui.themes import THEMES
from session_tui.tui.widgets.reading_pane import EMPTY, ReadingPane
from session_tui.tui.widgets.text_view import TextView
from strategies import sessions

SAMPLES = DATA.parent.parent / "sessions"
NAME = "2026-11-09-acme-freight-2m9x"
TODAY = date(2026, 11, 23)
BASE = Session(id="2026-11-16-acme-0001", status="held", agenda="a", account="Acme Freight")


def sample(name: str = NAME) -> Session:
    return session_file.read((SAMPLES / f"{name}.toml").read_bytes()).session


class SessionDriver(Driver[ReadScreen]):
    """The reading screen, and the mouse on it."""

    @property
    def pane(self) -> ReadingPane:
        return self.screen.pane

    async def selects(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at one place of the pane, drag to another, let go."""
        await self.pilot.mouse_down(ReadingPane, start)
        top = self.pane.region.offset
        x, y = top.x + end[0], top.y + end[1]
        self.screen._forward_event(MouseMove(None, x, y, 0, 0, 1, False, False, False, x, y))
        await self.pilot.pause()
        await self.pilot.mouse_up(ReadingPane, end)
        await self.pilot.pause()


@asynccontextmanager
async def reading(
    session: Session,
    folder: Path | None = None,
    size: tuple[int, int] = (80, 24),
    theme: Theme = "session-dark",
) -> AsyncIterator[SessionDriver]:
    context = context_of(no_places(Configuration(theme=theme)))
    session_library = SessionLibrary(folder, folder.parent / "cache") if folder else None
    app = SessionTui(
        context, lambda: ReadScreen(session, lambda: context.today, session_library), "screens/library/session.tcss"
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield SessionDriver(pilot, ReadScreen)


# ---- laid out -----------------------------------------------------------------------------------


@pytest.mark.slow
@given(sessions, st.integers(NARROWEST, 210))
def test_nothing_is_wider_than_it_may_be_and_nothing_is_left_out(session: Session, width: int) -> None:
    made = sheet(session, TODAY)
    laid = place(made, width)
    told = " ".join(line.text for line in laid.lines).split()
    for number, line in enumerate(laid.lines):
        assert cell_len(line.text) <= (width if number < laid.head else laid.width)
    assert "".join(told).count("✓") >= sum(each.status == "done" for each in session.action_items)
    for entry in lasting(session):
        assert entry.id in told
    assert laid.keys == tuple(dict.fromkeys(laid.keys)) and set(laid.keys) == {e.id for e in session.action_items}


@given(sessions, st.integers(TWO, 210))
def test_two_columns_show_every_line_once_and_are_of_like_height(session: Session, width: int) -> None:
    laid = place(sheet(session, TODAY), width)
    shown = [number for row in range(laid.rows) for number in laid.on_row(row) if number >= 0]
    assert sorted(shown) == list(range(len(laid.lines)))
    assert all(number in laid.on_row(laid.row_of(number)) for number in shown)
    assert laid.on_row(laid.rows) == () or laid.on_row(laid.rows) == (-1,)


@pytest.mark.slow
@given(sessions)
def test_the_name_of_a_fact_and_the_fact_are_two_words(session: Session) -> None:
    made = sheet(session, TODAY)
    heads = [line.text for line in head_lines(made, 200)]
    for name, words in made.about:
        assert any(line.startswith(f"{name}  ") for line in heads) or not words.split()


def test_a_condition_stands_beside_its_name() -> None:
    made = sheet(replace(sample(), outcome="pursue_if", condition="The CFO signs"), TODAY)
    assert "Condition  The CFO signs" in [line.text for line in head_lines(made, 80)]


def test_a_place_for_dates_is_there_where_it_fits_and_whole_lines_where_all_does() -> None:
    made = sheet(sample(), TODAY)
    narrow, wide = ([line.text for line in lines(made, width)] for width in (60, 100))
    assert "  ▲ Build the payback model with Jonas" in narrow
    assert "    due Wed 18 Nov, 5 days overdue · for Ruth Vale, a5 ·" in narrow
    assert "  ▲ due Wed 18 Nov, 5 days overdue  Build the payback model with Jonas" in wide
    piped = [line.text for line in lines(made, 10_000)]
    assert any(
        "Build the payback model with Jonas · for Ruth Vale, a5 · owner said yes · t6" in line and "overdue" in line
        for line in piped
    )


def test_a_word_longer_than_a_line_is_broken_and_what_a_terminal_would_obey_is_gone() -> None:
    text = f"{'x' * 90} \x1b[31mred\u202e 東京{'東' * 60}"
    made = sheet(replace(BASE, decisions=(Decision(id="d1", text=text),), headline=text), TODAY)
    for width in (NARROWEST, 40, 80, 200):
        laid = place(made, width)
        assert all(cell_len(line.text) <= width for line in laid.lines)
        assert all(line.text.isprintable() for line in laid.lines)


# ---- the pane -----------------------------------------------------------------------------------


class Bare(App[None]):
    """The pane and nothing else, as wide as the terminal."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield ReadingPane(lambda: TODAY)


def text(pane: ReadingPane) -> str:
    return "\n".join(line.text for line in pane.text_layout.lines)


async def test_the_pane_shows_a_session_a_fault_or_what_to_do() -> None:
    async with Bare().run_test(size=(60, 20)) as pilot:
        pane = pilot.app.query_one(ReadingPane)
        assert EMPTY[0] in text(pane)
        pane.shown = Fault("stakeholders[2].power", "7 is not between 1 and 5", "Write a whole number.", 40, 9)
        assert "▲ This file cannot be read." in text(pane)
        assert "stakeholders[2].power · line 40, column 9" in text(pane)
        assert "7 is not between 1 and 5" in text(pane)
        pane.shown = sample()
        assert "Acme Freight · EMEA" in text(pane)
        assert pane.session == sample()
        pane.shown = None
        assert EMPTY[1].split()[0] in text(pane)


async def test_the_pane_lays_out_again_only_for_another_session_or_width() -> None:
    async with Bare().run_test(size=(60, 20)) as pilot:
        pane = pilot.app.query_one(ReadingPane)
        pane.shown = sample()
        await pilot.pause()
        pane.edge(1)
        laid, at = pane.text_layout, pane.scroll_offset
        assert at.y > 0
        pane.shown = sample()
        await pilot.pause()
        assert pane.text_layout is laid and pane.scroll_offset == at, "it was read again, and is the same"
        pane.shown = replace(sample(), headline="Another")
        assert pane.text_layout is not laid and pane.scroll_offset.y == 0
        await pilot.resize_terminal(100, 20)
        async with asyncio.timeout(20):
            while pane.text_layout.width <= laid.width:
                await pilot.pause(0.01)


@pytest.mark.parametrize("width", [70, 180])
async def test_what_is_selected_comes_in_the_order_of_reading(width: int) -> None:
    async with Bare().run_test(size=(width, 30)) as pilot:
        pane = pilot.app.query_one(ReadingPane)
        pane.shown = sample()
        whole = pane.get_selection(SELECT_ALL)
        assert whole == ("\n".join(line.text.rstrip() for line in pane.text_layout.lines), "\n")
        last = len(pane.text_layout.lines)
        for start, end in (((0, last), (3, last)), ((0, last - 1), (99, last + 9)), ((5, 0), (2, 0))):
            found = pane.get_selection(Selection(Offset(*start), Offset(*end)))
            assert found is not None, "a place behind the last line is no fault"


# ---- the screen ---------------------------------------------------------------------------------


async def test_keys_scroll_and_the_beginning_and_the_end_are_there() -> None:
    async with reading(sample()) as reader:
        assert "No access to the CFO" in reader.picture()
        await reader.presses("j", "down", "k")
        assert reader.pane.scroll_offset.y == 1
        await reader.presses("space", "end")
        assert "Owners · 6:45 of 5:00 · 1:45 over" in reader.picture()
        await reader.presses("home")
        assert reader.pane.scroll_offset.y == 0


async def test_text_is_selected_with_the_mouse_and_ctrl_c_copies_it() -> None:
    async with reading(sample(), size=(100, 30)) as reader:
        await reader.selects((2, 0), (14, 0))
        assert reader.screen.get_selected_text() == "Acme Freight ·"[:13].rstrip()
        await reader.presses("ctrl+c")
        assert reader.app.clipboard == "Acme Freight"
        assert reader.says("said").startswith("Copied: 1 line.")
        await reader.selects((2, 3), (70, 5))
        await reader.presses("ctrl+c")
        assert reader.app.clipboard.splitlines()[0].startswith("Hold. No access")
        assert "When     Mon 9 Nov" in reader.app.clipboard
        await reader.presses("escape")
        assert not reader.screen.selections
        assert reader.app.return_value is None, "escape leaves what is selected, and stays"


async def test_a_selection_over_two_columns_follows_the_text_and_starts_where_nothing_is() -> None:
    async with reading(sample(), size=(200, 50)) as reader:
        laid = reader.pane.text_layout
        assert laid.turn
        right = laid.width + 8
        await reader.selects((right, laid.head + 1), (right + 12, laid.head + 1))
        assert str(reader.screen.get_selected_text()) in laid.lines[laid.turn + 1].text
        # From below the end of the left column to the first line of the right one.
        await reader.selects((4, 44), (right + 9, laid.head + 1))
        assert reader.screen.get_selected_text() is not None
        assert "Decisions" not in str(reader.screen.get_selected_text())


async def test_what_is_selected_can_be_seen_without_colours() -> None:
    async with reading(sample(), theme="ansi") as reader:
        await reader.selects((2, 0), (8, 0))
        marked = [segment for segment in reader.pane.render_line(0) if segment.style and segment.style.reverse]
        assert "".join(segment.text for segment in marked) == "Acme Fr"


async def test_y_copies_the_session_as_markdown_and_says_what_to_do_where_it_did_not_arrive() -> None:
    async with reading(sample()) as reader:
        await reader.presses("y")
        expected = session_markdown(sheet(sample(), TODAY), TODAY)
        assert reader.app.clipboard == expected
        assert f"Copied as Markdown: {len(expected.splitlines())} lines." in reader.says("said")
        assert f"session-tui show {NAME} --markdown |" in reader.says("said")


async def test_tab_highlights_an_action_and_y_copies_that_one() -> None:
    session = sample()
    async with reading(session) as reader:
        await reader.presses("tab", "tab", "tab")
        lit = reader.pane.highlighted
        action = next(each for each in session.action_items if each.id == lit)
        assert f"▌   ▲ {action.text}" in reader.picture(), "a bar says it, whatever the colours"
        await reader.presses("y")
        assert reader.app.clipboard == action_markdown(session, action, TODAY)
        assert reader.says("said").startswith(f"{lit} copied as Markdown: 1 line.")
        await reader.presses("escape", "y")
        assert reader.app.clipboard.startswith("# Acme Freight")
        await reader.presses("shift+tab")
        assert reader.pane.highlighted == reader.pane.text_layout.keys[-1]


async def test_a_session_without_actions_says_so() -> None:
    async with reading(BASE) as reader:
        assert "Nothing was entered in this session." in reader.picture()
        await reader.presses("tab")
        assert "no action items" in reader.says("said")


async def test_brackets_go_to_the_session_before_and_after_and_what_became_of_it_is_told(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "sessions")
    folder = tmp_path / "sessions"
    async with reading(sample(), folder) as reader:
        await reader.presses("right_square_bracket")
        assert "No later session" in reader.says("said")
        await reader.presses("left_square_bracket")
        await reader.waits_for(lambda: reader.pane.shown == sample("2026-10-26-acme-freight-t4c1"))
        await reader.waits_for(lambda: f"Latest     {NAME}" in reader.picture())
        await reader.presses("left_square_bracket")
        await reader.waits_for(lambda: reader.pane.shown == sample("2026-10-12-acme-freight-8hfq"))
        await reader.presses("left_square_bracket")
        await reader.waits_for(lambda: "first session on this deal" in reader.says("said"))
        await reader.waits_for(lambda: bool(reader.pane.later))
        assert "later" in text(reader.pane)
        await reader.presses("right_square_bracket")
        assert reader.pane.shown == sample("2026-10-26-acme-freight-t4c1")


async def test_a_session_before_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with reading(sample(), tmp_path / "sessions") as reader:
        await reader.presses("left_square_bracket")
        await reader.waits_for(lambda: "is not there any more" in reader.says("said"))
        assert reader.pane.shown == sample()


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
async def test_it_opens_at_any_size_in_any_theme_and_q_goes_back(theme: Theme, size: tuple[int, int]) -> None:
    many = tuple(ActionItem(id=f"t{number}", text=f"Call {number} " * 9) for number in range(1, 40))
    async with reading(replace(sample(), action_items=many), size=size, theme=theme) as reader:
        await reader.presses("tab", "pagedown", "shift+tab", "end", "y", "q")
    assert reader.app.return_value == ""


async def test_home_opens_it_and_escape_comes_back(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "sessions")
    found = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state")})
    context = context_of(found)
    app = SessionTui(context, partial(HomeScreen, context), "screens/library/library.tcss")
    async with app.run_test(size=(100, 30)) as pilot:
        reader = SessionDriver(pilot, ReadScreen)
        await reader.waits_for(lambda: "Borealis Foods" in reader.picture())
        await reader.presses("down", "enter")
        assert "Pursue on a condition." in reader.picture()
        assert reader.pane.session == session_folder.rows(tmp_path / "sessions")[1].session
        await reader.presses("escape")
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_on_a_page_of_lines_ctrl_c_copies_what_is_selected_before_it_leaves(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "sessions")
    found = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state")})
    context = context_of(found)
    app = SessionTui(context, partial(HomeScreen, context), "screens/library/library.tcss")
    async with app.run_test(size=(100, 30)) as pilot:
        reader = SessionDriver(pilot, ReadScreen)
        await reader.waits_for(lambda: "Borealis Foods" in reader.picture())
        await reader.presses("down", "b")
        page = pilot.app.screen.query_one(TextView)
        pilot.app.screen.selections = {page: Selection(Offset(0, 0), Offset(8, 0))}
        await reader.presses("ctrl+c")
        assert reader.app.clipboard == "Borealis"
        assert not isinstance(pilot.app.screen, HomeScreen)
        pilot.app.screen.clear_selection()
        await reader.presses("ctrl+c")
        assert isinstance(pilot.app.screen, HomeScreen)


def test_an_empty_page_has_no_rows() -> None:
    assert (TextLayout().rows, TextLayout().on_row(0)) == (0, ())
