"""The driver of the full screen: one class presses keys and reads the screen, for every test.

The screens are the real ones over real files, in a headless terminal; only the clock is turned by
hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from conftest import Clock, context_of, no_places
from session_tui.index.sessions import SessionLibrary
from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.model.session import Session
from session_tui.store import paths, session_file
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths
from session_tui.tui.app import SessionTui, live
from session_tui.tui.index_thread import IndexWorker
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.trial import Trial
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.tab import LibraryTab
from session_tui.tui.screens.live.closing_screen import ClosingScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.screens.team.base import TeamScreen
from session_tui.tui.screens.team.people import PeopleScreen
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.reading_pane import ReadingPane
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

PATIENCE = 20.0  # seconds until a test that waits fails

ScreenT = TypeVar("ScreenT", bound=Screen[Any])


def drawn(screen: Screen[Any]) -> str:
    """The whole screen as text, a line for each row of the terminal."""
    strips = screen._compositor.render_strips()[: screen.app.size.height]
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


class Driver(Generic[ScreenT]):
    """Types, presses, pastes, clicks and resizes; reads lines, rows and the whole picture."""

    def __init__(self, pilot: Pilot[Any], kind: type[ScreenT], *, beneath: bool = False) -> None:
        """`kind` is the screen under test; with `beneath` it is read also below another screen."""
        self.pilot, self.kind, self.beneath = pilot, kind, beneath

    # ---- the screen -----------------------------------------------------------------------------

    @property
    def app(self) -> SessionTui:
        app = self.pilot.app
        assert isinstance(app, SessionTui)
        return app

    @property
    def shown(self) -> Screen[Any]:
        """The screen that is read: the topmost, or with `beneath` the one of the kind."""
        stack = self.app.screen_stack
        return next(each for each in stack if isinstance(each, self.kind)) if self.beneath else stack[-1]

    @property
    def screen(self) -> ScreenT:
        """The same, which must be of the kind."""
        found = self.shown
        assert isinstance(found, self.kind), type(found)
        return found

    # ---- what it does ---------------------------------------------------------------------------

    async def rests(self) -> Self:
        """Wait until the keys so far have had their effect; subclasses wait for threads too."""
        await self.pilot.pause()
        return self

    async def presses(self, *keys: str) -> Self:
        await self.pilot.press(*keys)
        return await self.rests()

    async def types(self, text: str) -> Self:
        """Press each character as a key."""
        return await self.presses(*("space" if character == " " else character for character in text))

    async def enters(self, text: str) -> Self:
        await self.types(text)
        return await self.presses("enter")

    def sends(self, *keys: str) -> None:
        """Post all keys at once, as a terminal sends those typed while the program was busy."""
        for key in keys:
            one = len(key) == 1
            self.app.post_message(events.Key(_character_to_key(key) if one else key, key if one else None))

    async def pastes(self, text: str) -> Self:
        """Paste where the focus is, as a terminal does in bracketed paste mode."""
        (self.app.focused or self.shown).post_message(events.Paste(text))
        return await self.rests()

    async def clicks(self, target: type[Widget] | str, offset: tuple[int, int] = (0, 0)) -> Self:
        await self.pilot.click(target, offset=offset)
        return await self.rests()

    async def resizes(self, columns: int, rows: int) -> Self:
        await self.pilot.resize_terminal(columns, rows)
        return await self.rests()

    # ---- waiting --------------------------------------------------------------------------------

    async def polls(self, true: Callable[[], bool], words: str) -> None:
        """Return at once when the condition holds; the test fails after `PATIENCE` seconds."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not true():
            assert asyncio.get_running_loop().time() < end, f"never came: {words}\n{self.picture()}"
            await self.pilot.pause(0.01)

    async def waits_for(self, true: Callable[[], bool], words: str = "it") -> Self:
        """Wait until the condition holds and the screen is drawn after it."""
        if not true():
            await self.polls(true, words)
            await self.pilot.pause()
        return self

    async def sees(self, words: str) -> Self:
        return await self.waits_for(lambda: words in self.picture(), words)

    async def comes(self, kind: type[Screen[Any]]) -> Self:
        """Wait until a screen of this kind is the topmost and takes keys."""
        return await self.waits_for(lambda: isinstance(self.app.screen, kind) and self.app.at_rest, kind.__name__)

    # ---- reading the screen ---------------------------------------------------------------------

    def says(self, name: str) -> str:
        """The text of the line or paragraph with this id."""
        line = self.shown.query_one(f"#{name}")
        if isinstance(line, StatusLine) and not isinstance(line, Footer):
            return "".join(words for words, _ in line.pieces)
        return str(line.render())

    def shown_rows(self, name: str) -> list[str]:
        """The rows of the line with this id as they are drawn, cut where they do not fit."""
        strips = self.shown.query_one(f"#{name}").render_lines(self.shown.query_one(f"#{name}").size.region)
        return [strip.text.rstrip() for strip in strips]

    def rows(self) -> list[str]:
        """The rows of the table as text, two spaces between cells."""
        table = self.shown.query_one(TableView).table
        if table is None:  # not drawn yet
            return []
        return ["  ".join(cell.text for cell in table.cells(each)) for each in table.ids]

    @property
    def highlighted(self) -> str:
        return self.shown.query_one(TableView).highlighted

    def picture(self) -> str:
        return drawn(self.app.screen)


class WorkerDriver(Driver[ScreenT]):
    """For screens that work in Textual's workers: each key waits for them."""

    async def rests(self) -> Self:
        await self.app.workers.wait_for_complete([each for each in self.app.workers if each.group != "look"])
        return await super().rests()


class IndexDriver(Driver[ScreenT]):
    """For screens that ask the index: each key waits for the answers."""

    @property
    def index_worker(self) -> IndexWorker:
        raise NotImplementedError

    async def rests(self) -> Self:
        for _ in range(2):  # an answer may ask again
            await self.polls(lambda: self.index_worker.idle, "an answer of the index")
            await super().rests()
        return self


class LibraryDriver(IndexDriver[LibraryTab]):
    """The library, its home screen at the bottom of the stack."""

    def __init__(self, pilot: Pilot[Any], home: HomeScreen, folder: Path) -> None:
        super().__init__(pilot, LibraryTab)
        self.home, self.folder = home, folder

    @property
    def index_worker(self) -> IndexWorker:
        return self.home.index_worker

    def reads(self) -> str:
        """The text of the reading pane."""
        return "\n".join(line.text for line in self.shown.query_one(ReadingPane).text_layout.lines)

    def on_disk(self, name: str) -> Session:
        return session_file.read((self.folder / "sessions" / f"{name}.toml").read_bytes()).session


class TeamDriver(IndexDriver[TeamScreen]):
    """The screens of the team; the index answers after each single key."""

    @property
    def index_worker(self) -> IndexWorker:
        return self.screen.index_worker

    async def presses(self, *keys: str) -> Self:
        for key in keys:
            await super().presses(key)
        return self


class Facilitator(Driver[LiveScreen]):
    """Holds a session: the live screen, the session, its file, and a clock under test control."""

    def __init__(self, pilot: Pilot[Any], opened: OpenedSession, clock: Clock) -> None:
        super().__init__(pilot, LiveScreen, beneath=True)
        self.opened, self.clock = opened, clock

    @property
    def live(self) -> LiveController:
        return self.screen.live

    @property
    def session(self) -> Session:
        return self.opened.session

    @property
    def line(self) -> str:
        return self.screen.query_one(CaptureLine).value

    async def types(self, text: str) -> Self:
        """Insert the text into the capture line, at once."""
        self.screen.query_one(CaptureLine).insert_text_at_cursor(text)
        return await self.rests()

    async def lets_pass(self, **time: float) -> Self:
        """Let time pass in small steps, so that the screen takes none of it for a gap."""
        end = self.clock.moment + timedelta(**time)
        while self.clock.moment < end:
            self.clock.moment = min(end, self.clock.moment + timedelta(seconds=45))
            self.live.look_at_the_clock()
        return await self.rests()

    async def left(self) -> Self:
        """Wait for the end of the program; the last screen of a held session is left at once."""

        def gone() -> bool:
            return self.app.return_value is not None

        await self.waits_for(lambda: gone() or isinstance(self.app.screen, ClosingScreen), "the end")
        if not gone():
            await self.comes(ClosingScreen)
            await self.presses("escape", "enter")
        return await self.waits_for(lambda: self.app.return_value is not None, "the farewell")

    async def saved(self) -> Self:
        return await self.waits_for(lambda: self.opened.save_status == "saved", "the file saved")

    def on_disk(self) -> Session:
        return session_file.read(self.opened.path.read_bytes()).session


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
    trial: Trial | None = None,
) -> AsyncIterator[Facilitator]:
    """Hold a session in a headless terminal of this size."""
    context = context_of(places or no_places(configuration, opened.path.parent), clock)
    session_library = SessionLibrary(folder, folder.parent / "cache") if folder else None
    app = live(opened, agenda, context, wait=wait, session_library=session_library, background=background, trial=trial)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Facilitator(pilot, opened, clock)
    opened.close(5)


@asynccontextmanager
async def browsing(folder: Path, size: tuple[int, int] = (120, 36)) -> AsyncIterator[LibraryDriver]:
    """Open the library of this folder, every session listed."""
    context = context_of(paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state")}))
    home = HomeScreen(context)
    app = SessionTui(context, partial(lambda: home), "screens/library/library.tcss")
    async with app.run_test(size=size) as pilot:
        reader = LibraryDriver(pilot, home, folder)
        await reader.rests()
        yield reader


@asynccontextmanager
async def managing(folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[TeamDriver]:
    """Open the list of our people over this folder."""
    found = paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state")})
    context = context_of(found)
    app = SessionTui(context, lambda: PeopleScreen(context, found, folder / "briefs"), "screens/team/team.tcss")
    async with app.run_test(size=size) as pilot:
        manager = TeamDriver(pilot, TeamScreen)
        await manager.rests()
        yield manager
