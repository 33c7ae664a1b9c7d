"""Covers: session_tui.tui.screens.live.clicks and the clicks of the widgets.

Each place of the screen answers to a click; time moves only after a question; a click that meets
another screen than the one it was meant for does nothing; and each has a key or a `/name`.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.widget import Widget

from conftest import Clock
from driver import Driver, browsing, facilitating
from session_tui.model.agenda import Agenda
from session_tui.model.session import Parked, Session
from session_tui.store.open_session import OpenedSession, create_session
from session_tui.tui.screens.library.actions import ActionsScreen
from session_tui.tui.screens.live.dialogs import LeaveScreen, PartScreen
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.large_time import LargeTime
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.table_view import TableView

TOP = Path(__file__).parent.parent.parent


def press(driver: Driver[Any], at: Offset, *, until: Offset | None = None) -> None:
    """Post what a terminal sends for a click, or for a drag."""
    for kind, (x, y) in ((events.MouseDown, at), (events.MouseUp, until or at)):
        driver.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))


async def clicks(driver: Driver[Any], target: type[Widget] | str, x: int = 1, y: int = 0) -> None:
    press(driver, driver.app.screen.query_one(target).region.offset + Offset(x, y))
    await driver.rests()


async def test_a_click_on_a_part_asks_before_the_time_moves(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await clicks(facilitator, Rail, 5, 1)
        await facilitator.comes(PartScreen)
        title = facilitator.session.parts[1].title
        assert f"Go on to {title}?" in facilitator.picture()
        await facilitator.presses("escape")
        assert facilitator.live.box.running == 0
        await clicks(facilitator, Rail, 5, 1)
        await facilitator.comes(PartScreen)
        await clicks(facilitator, "PartScreen Footer", 1, 0)
        assert facilitator.live.box.running == 1
        await clicks(facilitator, Rail, 5, 0)
        await facilitator.comes(PartScreen)
        assert "Return to" in facilitator.picture()
        await facilitator.presses("enter")
        assert facilitator.live.box.running == 0
        await clicks(facilitator, Rail, 5, 0)
        assert facilitator.says("preview").startswith("Part 1 of")
        await clicks(facilitator, Rail, 5, 2)
        assert "one part at a time" in facilitator.says("preview")
        assert facilitator.live.box.running == 0


async def test_the_digits_pause_and_go_on(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for state in ("paused", "running"):
            await clicks(facilitator, LargeTime, 3, 1)
            assert facilitator.live.box.state == state


async def test_a_click_on_the_digits_never_starts_the_clock(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, wait=True) as facilitator:
        await clicks(facilitator, LargeTime, 3, 1)
        assert facilitator.live.box.state == "waiting"
        assert "The clock has not started" in facilitator.says("preview")


async def test_a_double_click_and_a_drag_are_no_second_click(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 16)) as facilitator:
        foot = facilitator.app.screen.query_one(Footer)
        leave = foot.region.offset + Offset(facilitator.says("foot").index("leave"), 0)
        for _ in range(2):
            press(facilitator, leave)
        await facilitator.comes(LeaveScreen)
        keys = facilitator.app.screen.query_one(Footer).region.offset
        press(facilitator, keys)
        await facilitator.rests()
        assert not isinstance(facilitator.app.screen, LeaveScreen), "another place is another click"
        await facilitator.presses("escape")
        digits = facilitator.screen.query_one(LargeTime).region.offset
        press(facilitator, digits, until=digits + Offset(5, 0))
        await facilitator.rests()
        assert facilitator.live.box.state == "running"


async def test_a_click_while_a_window_opens_does_nothing(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        middle = Offset(*(each // 2 for each in facilitator.app.size))
        facilitator.sends("ctrl+q")
        for y in range(facilitator.app.size.height):
            press(facilitator, Offset(middle.x - 20, y))
        await facilitator.comes(LeaveScreen)
        assert facilitator.session.status == "live"
        assert facilitator.live.box.state == "running"


async def test_lamp_hours_and_pace_say_what_they_mean(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.saved()
        width = facilitator.app.size.width
        await clicks(facilitator, Heading, width - 4)
        assert facilitator.says("preview") == "Every entry is on disk."
        hours = facilitator.picture().splitlines()[0].index("ends ")
        await clicks(facilitator, Heading, hours)
        assert "the session ends" in facilitator.says("preview")
        await facilitator.presses("f6")
        drawn = facilitator.picture().splitlines()[0].index("▒")
        await clicks(facilitator, Heading, drawn)
        assert "f6 opens them" in facilitator.says("preview")
        assert facilitator.live.curtain, "a click never shows what is covered"


async def test_rows_and_the_line_answer_and_the_line_keeps_the_focus(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for name in ("Ruth Vale", "Mia Tran", "Tom Reyes"):
            await facilitator.enters(name)
        await clicks(facilitator, TableView, 5, 1)
        assert facilitator.highlighted == "s1"
        await facilitator.types("abcdef")
        await clicks(facilitator, CaptureLine, 2, 0)
        assert facilitator.screen.query_one(CaptureLine).cursor_position == 2
        assert isinstance(facilitator.app.focused, CaptureLine)
        await clicks(facilitator, Rail, 5, 0)
        assert isinstance(facilitator.app.focused, CaptureLine)


async def test_a_heading_of_the_panel_folds_and_a_line_of_ours_acts_but_no_text_of_a_file(
    folder: Path, session: Session, state: Path, agenda: Agenda, clock: Clock
) -> None:
    from msgspec.structs import replace

    parked = replace(session, parking_lot=(Parked(id="p1", text="see /leave and /curtain"),))
    opened = create_session(folder, parked, state)
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        panel = facilitator.screen.query_one(Panel)

        def row(words: str) -> int:
            lines = facilitator.picture().splitlines()[panel.region.y : panel.region.bottom]
            return next(at for at, line in enumerate(lines) if words in line)

        await clicks(facilitator, Panel, 4, row("see /leave"))
        assert facilitator.app.screen is facilitator.screen and not facilitator.live.curtain
        await clicks(facilitator, Panel, 4, row("PARKED"))
        assert "see /leave" not in facilitator.picture()
        await clicks(facilitator, Panel, 4, row("PARKED …"))
        assert "see /leave" in facilitator.picture()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_tabs_of_the_library_open(tmp_path: Path, size: tuple[int, int]) -> None:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    async with browsing(tmp_path, size) as reader:
        await clicks(reader, "#tabs", reader.says("tabs").index("Actions") + 2)
        await reader.comes(ActionsScreen)


async def test_the_panel_scrolls_by_a_key_for_a_terminal_without_a_mouse(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 18)) as facilitator:
        for number in range(6):
            await facilitator.enters(f"?> A parked line with the number {number}")
            await facilitator.enters(f"=> A decision with the number {number}")
        panel = facilitator.screen.query_one(Panel)
        assert panel.max_scroll_y > 0
        await facilitator.presses("pagedown")
        assert panel.scroll_offset.y > 0
        while panel.scroll_offset.y < panel.max_scroll_y:
            await facilitator.presses("pagedown")
        await facilitator.presses("pagedown")
        assert panel.scroll_offset.y == 0
