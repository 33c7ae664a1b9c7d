"""The application: it owns screens, theme, keys and the services of the program, and holds no
rules of a session.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from msgspec.structs import replace
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
from session_tui.store import themes
from session_tui.store.errors import unforeseen
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import ACTIONS, BY_NAME, key_words, keymap_of
from session_tui.tui.key_order import BEHIND, KeyOrder, RefusesActions, ShowsMessages, start_worker
from session_tui.tui.live.screen_text import farewell, key_of, not_on_disk
from session_tui.tui.outbox_worker import OutboxService, ShowsOutbox
from session_tui.tui.screens.live.session_screen import SessionScreen
from session_tui.tui.shutdown import WINDOW_CLOSED, Ending, Farewell
from session_tui.tui.sync_service import ShowsTeam, SyncService
from session_tui.tui.terminal_filter import TerminalFilter
from session_tui.tui.terminal_keys import BytesLost
from session_tui.tui.themes import THEMES, own_theme

if TYPE_CHECKING:
    from session_tui.index.sessions import SessionLibrary
    from session_tui.model.fault import Fault
    from session_tui.store.new_session import PriorSessions
    from session_tui.tui.live.trial import Trial

STARTING = 2.0  # seconds in which the framework creates its driver
ENDING_WAIT = 3.5  # seconds for the disk, when a signal ends the program
SAMPLES = "The library: enter reads a session, tab shows what was promised, q leaves."  # after a demo
Entry = tuple[str, str, Callable[[], object]]  # words, the text beside them, the call
# Actions that work in windows over a session.
EVERYWHERE = ("next", "pause", "leave", "help", "legend", "palette", "curtain")


def live_under(screens: Sequence[Screen[Any]]) -> SessionScreen | None:
    """The live screen under the windows, or on top; None without one."""
    return next((each for each in reversed(screens) if isinstance(each, SessionScreen)), None)


class ActionsProvider(Provider):
    """Every action of the table for the palette: the possible ones first, the others with the
    reason why not.
    """

    def _entries(self) -> list[Entry]:
        screen = live_under(self.app.screen_stack)
        if screen is None:
            return [*self._of_screen()]
        live = screen.live
        state, keys = live.action_state(), keymap_of(live.context).keys
        now, later = list[Entry](), list[Entry]()
        for action in ACTIONS:
            if action.name in ("palette", "up", "down"):
                continue
            why = action.why_not(state)
            shown = (
                " ".join(key_words(key) for key in keys[action.name]) or f"/{action.name} {action.arguments}".strip()
            )
            beside = f"not now: {why}" if why else shown
            entry = (f"{action.name}: {action.words}", beside, partial(live.act_alone, action.name))
            (later if why else now).append(entry)
        return [*now, *later]

    def _of_screen(self) -> Iterable[Entry]:
        """Without a session: what the keys of the screen do, the impossible last."""
        screen = self.screen
        if isinstance(screen, NamesActions):
            entries = sorted(screen.named_actions(), key=lambda entry: bool(entry[3]))
            for words, key, action, why in entries:
                yield words, f"not now: {why}" if why else key, partial(self.app.run_action, action, screen)

    async def discover(self) -> Hits:
        """All actions, while nothing is typed."""
        for words, beside, act in self._entries():
            yield DiscoveryHit(words, act, help=beside)

    async def search(self, query: str) -> Hits:
        """The actions that match the typed text."""
        matcher = self.matcher(query)
        for words, beside, act in self._entries():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), act, help=beside)


@runtime_checkable
class NamesActions(Protocol):
    """A screen whose actions the palette lists."""

    def named_actions(self) -> Iterable[tuple[str, str, str, str]]:
        """Words, key, action, and why it is not possible now."""


@runtime_checkable
class HidesPrivateFields(Protocol):
    """A window over the session that shows private fields."""

    def covered_up(self, drawn: bool) -> None:
        """Cover or show the private fields: the curtain was drawn, or opened, perhaps in another
        window over this one.
        """


class BackgroundExecutor(ThreadPoolExecutor):
    """Threads for the disk work of screens. The exit does not wait for them: code that needs their
    result waits itself.
    """

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut down without waiting; `wait` is ignored."""
        super().shutdown(wait=False, cancel_futures=True)


@runtime_checkable
class HoldsSession(Protocol):
    """A screen with an open session."""

    opened: OpenedSession

    def put_down(self) -> None:
        """Hand over the half-typed line without a question: the program ends."""


@runtime_checkable
class RestoresTerminal(Protocol):
    """A driver that can restore the terminal from any thread."""

    def give_back(self, seconds: float | None) -> None:
        """Turn every mode off; `seconds` limits the wait for the terminal."""


class SessionTui(KeyOrder):
    """Shows the given first screen; its result is the text that the terminal shows afterwards."""

    TITLE = "session-tui"
    COMMANDS = {ActionsProvider}
    COMMAND_PALETTE_BINDING = "f24"  # the table of actions has the palette's key
    # These work in every window over a session; the curtain too, since a partner may join while a
    # window is open.
    BINDINGS = [
        Binding(",".join(BY_NAME[name].keys), f"session('{name}')", id=name, priority=True, show=False)
        for name in EVERYWHERE
    ]

    def __init__(self, context: AppContext, first: Callable[[], Screen[Any]], *styles: str) -> None:
        """`styles` are those of the first screen: read later, they would make the framework parse
        all styles again.
        """
        self._theme = themes.chosen(context.places)
        theme = self._theme.name
        # A theme set later would keep 24-bit greys: the terminal's own colours have to be
        # requested here.
        super().__init__(css_path=["screens/live/live.tcss", *styles], ansi_color=True if theme == "ansi" else None)
        self.context = context
        self._last_filter = TerminalFilter()
        self.sync_service = SyncService(context, self.call_later, self._team_moved, self._is_held)
        self.outbox_service = OutboxService(context, self.call_later, self._post_moved, self.sync_service.wake)
        self.failure: Exception | None = None  # the error that ended the application, for the command to report
        self._putting_down: list[OpenedSession] = []
        self.lost: list[str] = []  # unsaved entries: a signal ended the program and the disk did not respond
        self.ending = Ending(self._end_from_outside, self._not_on_disk)
        self._first = first
        for each in THEMES:
            self.register_theme(each)
        if own := self._theme.own:
            self.register_theme(own_theme(own.name, own.file))
        # Set without a watcher: a change of theme would style everything a second time before the
        # first paint.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"
        # The framework cannot remove an action's keys: a key that no keyboard has stands for none.
        keymap = keymap_of(context)
        self.leaving_keys |= set(keymap.keys["leave"])
        if any(self.enters in keys for keys in keymap.keys.values()):
            self.enters = ""
        self.set_keymap({name: ",".join(keys) or "f23" for name, keys in keymap.changed.items()})

    def on_load(self) -> None:
        """Use threads that do not hold up the exit while they wait for a silent disk."""
        asyncio.get_running_loop().set_default_executor(BackgroundExecutor())

    async def on_ready(self) -> None:
        """Start sending the waiting messages: after the first paint, never before it; show why the
        chosen theme is not the one that is seen.
        """
        if fault := self._theme.fault:
            self._show_later(f"The theme was not taken: {fault.words} {themes.DEFAULT} is shown instead.")
        start_worker(self, self.outbox_service.begin, group=f"{BEHIND} post")
        self.sync_service.begin()

    def close_services(self) -> "Fault | None":
        """End sending and syncing, after the last entry is on disk; a process of its own does what
        is left. Returns the fault where it cannot start. Waits for no network.
        """
        is_left = self.sync_service.close()
        return self.outbox_service.close(is_left=is_left)

    def _is_held(self) -> bool:
        return any(isinstance(each, SessionScreen) for each in self.screen_stack)

    def _team_moved(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ShowsTeam):
                screen.team_stands(self.sync_service.standing)

    def _post_moved(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ShowsOutbox):
                screen.post_waits(self.outbox_service.waiting)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The framework's filters, and after them the one that removes control characters."""
        return [*super().get_line_filters(), self._last_filter]

    def copy_to_clipboard(self, text: str) -> None:
        """Copy safe text: it may be pasted into a shell, which would act upon control
        characters.
        """
        super().copy_to_clipboard(safe_lines(text))

    def get_driver_class(self) -> type[Driver]:
        """Our driver on systems with POSIX terminals, else the framework's."""
        platform = super().get_driver_class()
        if platform.__name__ != "LinuxDriver":
            return platform
        from session_tui.tui.driver import TerminalDriver  # cannot be imported on Windows

        return TerminalDriver

    def on_bytes_lost(self, message: BytesLost) -> None:
        """Show a message about lost bytes, once the text around them is on the screen."""
        many = "1 byte was" if message.count == 1 else f"{message.count:,} bytes were"
        words = f"{many} no UTF-8 text and left out; look at what you typed or pasted."
        self._show_later(words)

    def _show_later(self, words: str) -> None:
        self.set_timer(0.2, partial(self._show_when_idle, words))

    def _show_when_idle(self, words: str) -> None:
        if self.keys_wait:  # the preview of a typed line takes the same place
            self._show_later(words)
        elif isinstance(self.screen, SessionScreen):
            self.screen.live.show_message(words, "warn")
        elif isinstance(self.screen, ShowsMessages):
            self.screen.show_message(words)

    # ---- a session was left --------------------------------------------------------------------

    def session_left(self, live: Screen[Farewell], farewell: Farewell, *, ended: bool, to_library: bool) -> None:
        """Go to the screen below, to the library, or to the shell, as the user chose."""
        self.sync_service.wake()
        if len(self.screen_stack) > 1:
            live.dismiss(farewell)
            if ended and not to_library:
                self.call_later(self._leave_library, farewell.text)
        elif to_library:
            from session_tui.tui.screens.library.home import HomeScreen

            home = HomeScreen(self.context)
            if isinstance(live, SessionScreen) and live.live.trial is not None:
                farewell = replace(farewell, warning=farewell.warning or SAMPLES)
            # The framework's first screen has no callback, and `switch_screen` takes one away.
            live._push_result_callback(live, None)
            self.switch_screen(home)
            self.call_later(home.left, farewell)
        else:
            self.exit(farewell.text)

    def _leave_library(self, text: str) -> None:
        from session_tui.tui.screens.library.session_opener import SessionOpener

        if isinstance(self.screen, SessionOpener):
            self.exit("\n".join(dict.fromkeys((*self.screen.farewells, text))))

    # ---- ended by a signal ---------------------------------------------------------------------

    def terminal_is_gone(self) -> None:
        """End: the window was closed without a signal. Called by the input thread."""
        self.ending.ask(WINDOW_CLOSED)

    def _end_from_outside(self) -> None:
        # In the thread of `ending`. The terminal first, because the event loop may be blocked.
        end = time.monotonic() + STARTING
        while (driver := self._driver) is None:
            if time.monotonic() > end:
                return
            time.sleep(0.01)
        if isinstance(driver, RestoresTerminal):
            driver.give_back(0.5)
        driver._loop.call_soon_threadsafe(self._put_down)

    def _put_down(self) -> None:
        """Close the open sessions without a question, then go."""
        keeping = [screen for screen in self.screen_stack if isinstance(screen, HoldsSession)]
        for screen in keeping:
            with suppress(Exception):  # a failing screen must not stop the others, nor the end
                screen.put_down()
        self.sync_service.wake()
        self._putting_down = list(dict.fromkeys(screen.opened for screen in keeping))
        unsent = [each.opened for each in keeping if isinstance(each, SessionScreen) and each.live.unsent]
        loop = asyncio.get_running_loop()

        def close() -> None:
            end, messages = time.monotonic() + ENDING_WAIT, dict[str, None]()
            for opened in self._putting_down:
                if opened.close(max(0.0, end - time.monotonic())):
                    messages[farewell(opened, ended=False, places=self.context.places)] = None
                    if opened in unsent:
                        self.outbox_service.at_end(opened.session)
                else:
                    self.lost.append(not_on_disk(opened))
                    opened.give_up()
            loop.call_soon_threadsafe(self.exit, "\n".join(messages))

        # Not a worker: the framework waits for its workers' threads, and the disk may never
        # respond.
        threading.Thread(target=close, name="put down", daemon=True).start()

    def _not_on_disk(self) -> str:
        return " ".join(not_on_disk(each) for each in self._putting_down if each.save_status != "saved")

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed):
            # A worker of a screen failed: only its result is missing, everything else continues.
            self._show_fault(str(unforeseen(error.error) if isinstance(error.error, Exception) else error))
            return
        self.failure = error
        super()._handle_exception(error)

    def _show_fault(self, words: str) -> None:
        if isinstance(self.screen, SessionScreen):
            self.screen.live.show_message(words, "bad")
        elif isinstance(self.screen, ShowsMessages):
            self.screen.show_message(words)
        else:
            self.notify(safe_text(words), severity="error", markup=False)

    def _fatal_error(self) -> None:
        # Without the framework's traceback, which shows every value on a screen that others look
        # at.
        self._close_messages_no_wait()

    def get_default_screen(self) -> Screen[Any]:
        """The first screen. It replaces the framework's blank one, which would be made and painted
        first.
        """
        return self._first()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """No commands: the palette has our actions alone."""
        return ()

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run the action; if it is not possible now, its screen shows the reason."""
        if await super().run_action(action, default_namespace, namespaces):
            return True
        _, name, parameters = parse(action) if isinstance(action, str) else action
        if isinstance(default_namespace, RefusesActions) and (why := default_namespace.why_not(name, parameters)):
            default_namespace.show_message(why, "warn")
            return True
        return False

    def show_help(self, title: str, rows: tuple[tuple[str, str], ...]) -> None:
        """Show the help page, with these keys under their title first."""
        from session_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.context, title, rows))

    def show_legend(self) -> None:
        """Show the page of the signs."""
        from session_tui.tui.screens.legend import LegendScreen

        self.push_screen(LegendScreen())

    def action_session(self, name: str) -> None:
        """Carry out an action of the session, also under a window, which then shows the
        message.
        """
        session, window = live_under(self.screen_stack), self.screen
        if session is None and name == "palette" and isinstance(window, NamesActions):
            self.action_command_palette()
            return
        if session is None or session is window or name in getattr(window, "KEEPS", ()):
            raise SkipAction  # so that the screen's own binding of this key is tried
        live = session.live
        live.act(name)
        if name == "curtain":
            self._cover_windows(session)
        elif name in ("next", "pause") and isinstance(window, RefusesActions):
            window.show_message("".join(words for words, _ in live.messages))

    def _cover_windows(self, session: SessionScreen) -> None:
        """Cover the windows over the session, or show them again."""
        windows = self.screen_stack[self.screen_stack.index(session) + 1 :]
        for each in windows:
            if isinstance(each, HidesPrivateFields):
                each.covered_up(session.live.curtain)

        def draw_again() -> None:
            # Of several windows the lower ones keep what they drew of the screens below them.
            for each in windows:
                each.refresh()

        session.call_after_refresh(draw_again)

    def action_help_quit(self) -> None:
        """Show which key leaves: ctrl+c copies a selection, and never ends the program."""
        if isinstance(self.screen, SessionScreen):
            self.screen.live.show_message(f"{key_of('leave', self.context)} ends the session or leaves it.", "warn")
        elif isinstance(self.screen, ShowsMessages):
            self.screen.show_message("^q leaves.")

    async def action_quit(self) -> None:
        """Let the screen ask, or go back: ctrl+q and ctrl+c never end the program at once."""
        if not isinstance(self.screen, SessionScreen):
            # Textual tries the application's binding first; only a skipped action reaches the
            # screen's own binding.
            raise SkipAction
        self.screen.live.act("leave")


def live(
    opened: OpenedSession,
    agenda: Agenda | None,
    context: AppContext,
    *,
    wait: bool = False,
    session_library: "SessionLibrary | None" = None,
    background: "PriorSessions | None" = None,
    trial: "Trial | None" = None,
) -> SessionTui:
    """The application on an open session; `session_library` holds the other sessions."""
    from session_tui.tui.screens.live.screen import LiveScreen

    first = partial(
        LiveScreen,
        opened,
        agenda,
        context,
        wait=wait,
        session_library=session_library,
        background=background,
        trial=trial,
    )
    return SessionTui(context, first)
