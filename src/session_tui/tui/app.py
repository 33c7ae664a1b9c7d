"""The application: a switchboard that owns screens, theme and keys, and nothing else."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.actions import ActionParseResult, SkipAction, parse
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from session_tui.context import AppContext
from session_tui.model.agenda import Agenda
from session_tui.model.sanitize import safe_lines, safe_text
from session_tui.store.errors import unforeseen
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import ACTIONS, BY_NAME, key_words
from session_tui.tui.key_order import BEHIND, KeyOrder, Refuses, Tells
from session_tui.tui.keymap import keymap_of
from session_tui.tui.live.screen_text import farewell, not_on_disk
from session_tui.tui.outbox_worker import OutboxService, TellsPost
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.shutdown import WINDOW_CLOSED, Ending
from session_tui.tui.terminal_filter import TerminalFilter
from session_tui.tui.terminal_keys import BytesLost
from session_tui.tui.themes import THEMES

if TYPE_CHECKING:
    from session_tui.index.sessions import SessionLibrary

STARTING = 2.0  # seconds in which the framework has a driver, once it was told to run
ENDING_WAIT = 3.5  # seconds for the disk, where the program is ended from outside
Entry = tuple[str, str, Callable[[], None]]  # words, what is said beside them, what it does


EVERYWHERE = ("next", "pause", "leave", "help", "palette", "curtain")


def live_under(screens: Sequence[Screen[Any]]) -> LiveScreen | None:
    """The session that lies under the windows, or is shown itself."""
    return next((each for each in reversed(screens) if isinstance(each, LiveScreen)), None)


class ActionsProvider(Provider):
    """Every action of the table in the palette: what can be done now first, the others with the reason why not."""

    def _entries(self) -> list[Entry]:
        screen = live_under(self.app.screen_stack)
        if screen is None:
            return []
        live = screen.live
        standing, keys = live.standing(), keymap_of(live.context).keys
        now, later = list[Entry](), list[Entry]()
        for action in ACTIONS:
            if action.name in ("palette", "up", "down"):
                continue
            why = action.why_not(standing)
            shown = (
                " ".join(key_words(key) for key in keys[action.name]) or f"/{action.name} {action.arguments}".strip()
            )
            said = f"not now: {why}" if why else shown
            entry = (f"{action.name}: {action.words}", said, partial(live.act_alone, action.name))
            (later if why else now).append(entry)
        return [*now, *later]

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for words, said, act in self._entries():
            yield DiscoveryHit(words, act, help=said)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for words, said, act in self._entries():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), act, help=said)


@runtime_checkable
class LiesOver(Protocol):
    """What lies over the session, and shows what the curtain covers."""

    def covered_up(self, drawn: bool) -> None:
        """The curtain was drawn, or opened."""


class Unwaited(ThreadPoolExecutor):
    """Threads for what screens ask the disk. Whatever has to be on disk is waited for where it is asked for."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Without waiting, whatever is asked."""
        super().shutdown(wait=False, cancel_futures=True)


@runtime_checkable
class KeepsSession(Protocol):
    """A screen with an open session."""

    opened: OpenedSession

    def put_down(self) -> None:
        """Give on what is half-typed; the program ends, and nobody is asked."""


@runtime_checkable
class GivesBack(Protocol):
    """A driver that can give the terminal back from any thread."""

    def give_back(self, seconds: float | None) -> None:
        """Every mode off; a terminal that does not answer for so long is let be."""


class SessionTui(KeyOrder):
    """Opens on the screen it is given; its result is what the terminal says afterwards."""

    TITLE = "session-tui"
    COMMANDS = {ActionsProvider}
    COMMAND_PALETTE_BINDING = "f24"  # the table of actions has the palette's key
    # These work from every window that lies over a session; a partner may join while one is open, too.
    BINDINGS = [
        Binding(",".join(BY_NAME[name].keys), f"session('{name}')", id=name, priority=True, show=False)
        for name in EVERYWHERE
    ]

    def __init__(self, context: AppContext, first: Callable[[], Screen[Any]], *styles: str) -> None:
        """`styles` are those of the first screen: read any later, all of them would be parsed a second time."""
        theme = context.configuration.theme
        # A theme set later would keep 24-bit greys: the terminal's own colours have to be asked for here.
        super().__init__(css_path=["screens/live/live.tcss", *styles], ansi_color=True if theme == "ansi" else None)
        self.context = context
        self._last_filter = TerminalFilter()
        self.outbox_service = OutboxService(context, self.call_later, self._post_moved)
        self.failure: Exception | None = None  # what ended the application, for whoever started it to tell
        self._putting_down: list[OpenedSession] = []
        self.lost: list[str] = []  # what is not on disk, because the program was ended and the disk did not take it
        self.ending = Ending(self._end_from_outside, self._not_on_disk)
        self._first = first
        for each in THEMES:
            self.register_theme(each)
        # Set as if it had always been this one: a change would style everything a second time before the first paint.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"
        # The framework cannot take an action's keys away: one that no keyboard has stands for none.
        keymap = keymap_of(context)
        self.leaving_keys |= set(keymap.keys["leave"])
        if any(self.enters in keys for keys in keymap.keys.values()):
            self.enters = ""
        self.set_keymap({name: ",".join(keys) or "f23" for name, keys in keymap.changed.items()})

    def on_load(self) -> None:
        """A thread that waits for a silent disk keeps nobody from leaving."""
        asyncio.get_running_loop().set_default_executor(Unwaited())

    async def on_ready(self) -> None:
        """What waits to be sent is sent from now on, and never before the first paint."""
        self.run_worker(self.outbox_service.begin(), group=f"{BEHIND} post")

    def _post_moved(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, TellsPost):
                screen.post_waits(self.outbox_service.waiting)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The framework's, and behind them the wall that nothing of a file gets through raw."""
        return [*super().get_line_filters(), self._last_filter]

    def copy_to_clipboard(self, text: str) -> None:
        """Copied text is pasted into other programs, a shell among them: it holds nothing that those would act upon."""
        super().copy_to_clipboard(safe_lines(text))

    def get_driver_class(self) -> type[Driver]:
        """Ours where the platform's is that of POSIX terminals."""
        platform = super().get_driver_class()
        if platform.__name__ != "LinuxDriver":
            return platform
        from session_tui.tui.driver import TerminalDriver  # cannot be imported on Windows

        return TerminalDriver

    def on_bytes_lost(self, message: BytesLost) -> None:
        """Said when what came with them stands on the screen."""
        many = "1 byte was" if message.count == 1 else f"{message.count:,} bytes were"
        words = f"{many} no UTF-8 text and left out; look at what you typed or pasted."
        self._tell_later(words)

    def _tell_later(self, words: str) -> None:
        self.set_timer(0.2, partial(self._tell, words))

    def _tell(self, words: str) -> None:
        if self.keys_wait:  # what is typed is shown in the same place
            self._tell_later(words)
        elif isinstance(self.screen, LiveScreen):
            self.screen.live.show_message(words, "warn")
        elif isinstance(self.screen, Tells):
            self.screen.tell(words)

    # ---- ended from outside ----------------------------------------------------------------------------------------

    def terminal_is_gone(self) -> None:
        """The window was closed, and no signal came; called by the thread that reads."""
        self.ending.ask(WINDOW_CLOSED)

    def _end_from_outside(self) -> None:
        # In the thread of `ending`: the terminal first, for the event loop may be waiting for something.
        end = time.monotonic() + STARTING
        while (driver := self._driver) is None:
            if time.monotonic() > end:
                return
            time.sleep(0.01)
        if isinstance(driver, GivesBack):
            driver.give_back(0.5)
        driver._loop.call_soon_threadsafe(self._put_down)

    def _put_down(self) -> None:
        """Close the open sessions without a question, then go."""
        keeping = [screen for screen in self.screen_stack if isinstance(screen, KeepsSession)]
        for screen in keeping:
            with suppress(Exception):  # one that cannot keeps no other from it, and nobody from ending
                screen.put_down()
        self._putting_down = list(dict.fromkeys(screen.opened for screen in keeping))
        loop = asyncio.get_running_loop()

        def close() -> None:
            end, said = time.monotonic() + ENDING_WAIT, dict[str, None]()
            for opened in self._putting_down:
                if opened.close(max(0.0, end - time.monotonic())):
                    said[farewell(opened, ended=False, places=self.context.places)] = None
                else:
                    self.lost.append(not_on_disk(opened))
                    opened.give_up()
            loop.call_soon_threadsafe(self.exit, "\n".join(said))

        # No worker: the framework waits for its threads, and the disk may never answer one.
        threading.Thread(target=close, name="put down", daemon=True).start()

    def _not_on_disk(self) -> str:
        return " ".join(not_on_disk(each) for each in self._putting_down if each.save_status != "saved")

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed):
            # A thread that serves a screen: what it was to find out is missing, and everything else goes on.
            self._say(str(unforeseen(error.error) if isinstance(error.error, Exception) else error))
            return
        self.failure = error
        super()._handle_exception(error)

    def _say(self, words: str) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.live.show_message(words, "bad")
        elif isinstance(self.screen, Tells):
            self.screen.tell(words)
        else:
            self.notify(safe_text(words), severity="error", markup=False)

    def _fatal_error(self) -> None:
        # Not the framework's way, a traceback with every value in it on a screen that others look at.
        self._close_messages_no_wait()

    def get_default_screen(self) -> Screen[Any]:
        """The first screen is the application's own: one that it would cover need not be made and painted first."""
        return self._first()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette has our actions alone."""
        return ()

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """As the framework does it; where it cannot be done now, its screen says why not."""
        if await super().run_action(action, default_namespace, namespaces):
            return True
        _, name, parameters = parse(action) if isinstance(action, str) else action
        if isinstance(default_namespace, Refuses) and (why := default_namespace.why_not(name, parameters)):
            default_namespace.tell(why, "warn")
            return True
        return False

    def show_help(self, rows: tuple[tuple[str, str], ...]) -> None:
        """The page of help, with these keys first."""
        from session_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.context, rows))

    def action_session(self, name: str) -> None:
        """An action of the session, while a window lies over it too; the window says what came of it, if it can."""
        session, window = live_under(self.screen_stack), self.screen
        if session is None or session is window or name in getattr(window, "KEEPS", ()):
            raise SkipAction  # the screen's own key, if it has one
        live = session.live
        live.act(name)
        if name == "curtain" and isinstance(window, LiesOver):
            window.covered_up(live.curtain)
        elif name in ("next", "pause") and isinstance(window, Refuses):
            window.tell("".join(words for words, _ in live.said))

    async def action_quit(self) -> None:
        """ctrl+q and ctrl+c never leave at once: the screen asks, or goes back."""
        if not isinstance(self.screen, LiveScreen):
            # Textual asks the application first; only what is skipped here reaches the screen's own key.
            raise SkipAction
        self.screen.live.act("leave")


def live(
    opened: OpenedSession,
    agenda: Agenda | None,
    context: AppContext,
    *,
    wait: bool = False,
    session_library: "SessionLibrary | None" = None,
    background: PriorSessions | None = None,
) -> SessionTui:
    """The application on an open session; `shelves` have the other sessions."""
    return SessionTui(
        context,
        lambda: LiveScreen(opened, agenda, context, wait=wait, session_library=session_library, background=background),
    )
