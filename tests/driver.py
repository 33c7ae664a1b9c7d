"""A facilitator at a keyboard: what stories are told in. Real screen, real files; the clock is turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from conftest import Clock, context_of, no_places
from session_tui.index.sessions import SessionLibrary
from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.model.session import Session
from session_tui.store import session_file
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths
from session_tui.tui.app import SessionTui, live
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

PATIENCE = 20.0  # seconds until something that should come is given up


class Facilitator:
    """Types, presses keys, and looks at the screen and the disk."""

    def __init__(self, pilot: Pilot[str], opened: OpenedSession, clock: Clock) -> None:
        self.pilot, self.opened, self.clock = pilot, opened, clock

    @property
    def app(self) -> SessionTui:
        app = self.pilot.app
        assert isinstance(app, SessionTui)
        return app

    @property
    def screen(self) -> LiveScreen:
        return next(each for each in self.app.screen_stack if isinstance(each, LiveScreen))

    @property
    def live(self) -> LiveController:
        return self.screen.live

    @property
    def session(self) -> Session:
        return self.opened.session

    @property
    def line(self) -> str:
        return self.screen.query_one(CaptureLine).value

    async def types(self, text: str) -> Facilitator:
        """Each character as a key."""
        line = self.screen.query_one(CaptureLine)
        line.insert_text_at_cursor(text)
        await self.pilot.pause()
        return self

    async def enters(self, text: str) -> Facilitator:
        await self.types(text)
        return await self.presses("enter")

    async def presses(self, *keys: str) -> Facilitator:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self

    async def waits_for(self, true: Callable[[], bool], what: str = "") -> Facilitator:
        """Until it is so; the test fails where it never is."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not true():
            assert asyncio.get_running_loop().time() < end, f"never came: {what or true}"
            await asyncio.sleep(0.01)
            await self.pilot.pause()
        return self

    async def lets_pass(self, **time: float) -> Facilitator:
        """Time goes by under the screen's eyes, so that none of it is a gap."""
        end = self.clock.moment + timedelta(**time)
        while self.clock.moment < end:
            self.clock.moment = min(end, self.clock.moment + timedelta(seconds=45))
            self.live.look_at_the_clock()
        await self.pilot.pause()
        return self

    async def left(self) -> Facilitator:
        return await self.waits_for(lambda: self.app.return_value is not None, "the farewell")

    async def saved(self) -> Facilitator:
        return await self.waits_for(lambda: self.opened.save_status == "saved", "the lamp at saved")

    def on_disk(self) -> Session:
        return session_file.read(self.opened.path.read_bytes()).session

    def says(self, name: str) -> str:
        """What one of the screen's lines says: preview, finding, prompt, suggestions, pace, foot."""
        line = self.screen.query_one(f"#{name}", StatusLine)
        return line.render().plain if isinstance(line, Footer) else "".join(words for words, _ in line.pieces)

    def rows(self) -> list[str]:
        """The rows of the table as text."""
        table = self.screen.query_one(TableView).table
        assert table is not None
        return ["  ".join(cell.text for cell in table.cells(each)) for each in table.ids]

    @property
    def highlighted(self) -> str:
        return self.screen.query_one(TableView).highlighted

    def picture(self) -> str:
        """The whole screen as text."""
        height = self.app.size.height
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips[:height])


@asynccontextmanager
async def facilitating(
    opened: OpenedSession,
    agenda: Agenda,
    clock: Clock,
    *,
    size: tuple[int, int] = (80, 24),
    configuration: Configuration | None = None,
    wait: bool = False,
    folder: Path | None = None,
    background: PriorSessions | None = None,
    places: Paths | None = None,
) -> AsyncIterator[Facilitator]:
    """Hold a session in a headless terminal of this size."""
    context = context_of(places or no_places(configuration, opened.path.parent), clock)
    session_library = SessionLibrary(folder, folder.parent / "cache") if folder else None
    app = live(opened, agenda, context, wait=wait, session_library=session_library, background=background)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Facilitator(pilot, opened, clock)
    opened.close(5)
