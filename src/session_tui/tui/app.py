"""The application: a switchboard that owns screens, theme and keys, and nothing else."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.actions import SkipAction
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from session_tui.model.agenda import Agenda
from session_tui.model.clean import harmless_lines
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.tui.actions import ACTIONS, BY_NAME, key_words
from session_tui.tui.desk import Desk
from session_tui.tui.keyboard import forgiving
from session_tui.tui.postman import Postman, TellsPost
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.terminal_filter import TerminalFilter
from session_tui.tui.themes import THEMES

if TYPE_CHECKING:
    from session_tui.library.shelves import Shelves

Entry = tuple[str, str, Callable[[], None]]  # words, what is said beside them, what it does


class ActionsProvider(Provider):
    """Every action of the table in the palette: what can be done now first, the others with the reason why not."""

    def _entries(self) -> list[Entry]:
        live = self.screen
        if not isinstance(live, LiveScreen):
            return []
        standing, keys = live.standing(), live.desk.keys
        now, later = list[Entry](), list[Entry]()
        for action in ACTIONS:
            if action.name in ("palette", "up", "down"):
                continue
            why = action.why_not(standing)
            shown = (
                " ".join(key_words(key) for key in keys[action.name]) or f"/{action.name} {action.arguments}".strip()
            )
            said = f"not now: {why}" if why else shown
            entry = (f"{action.name}: {action.words}", said, partial(live.act, action.name))
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


class SessionTui(App[str]):
    """Opens on the screen it is given; its result is what the terminal says afterwards."""

    TITLE = "session-tui"
    COMMANDS = {ActionsProvider}
    COMMAND_PALETTE_BINDING = "f24"  # the table of actions has the palette's key
    # A partner may join while a question or a page lies over the session, which has the other keys.
    BINDINGS = [Binding(",".join(BY_NAME["curtain"].keys), "curtain", id="curtain", priority=True, show=False)]

    def __init__(self, desk: Desk, first: Callable[[], Screen[str]], *styles: str) -> None:
        """`styles` are those of the first screen: read any later, all of them would be parsed a second time."""
        theme = desk.configuration.theme
        # A theme set later would keep 24-bit greys: the terminal's own colours have to be asked for here.
        super().__init__(css_path=["screens/live.tcss", *styles], ansi_color=True if theme == "ansi" else None)
        self.desk = desk
        self._last_filter = TerminalFilter()
        self.postman = Postman(desk, self.call_later, self._post_moved)
        self.failure: Exception | None = None  # what ended the application, for whoever started it to tell
        self._first = first
        for each in THEMES:
            self.register_theme(each)
        # Set as if it had always been this one: a change would style everything a second time before the first paint.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"
        # The framework cannot take an action's keys away: one that no keyboard has stands for none.
        self.set_keymap({name: ",".join(keys) or "f23" for name, keys in desk.changed_keys.items()})

    async def on_ready(self) -> None:
        """What waits to be sent is sent from now on, and never before the first paint."""
        self.run_worker(self.postman.begin(), group="post")

    def _post_moved(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, TellsPost):
                screen.post_waits(self.postman.waiting)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The framework's, and behind them the wall that nothing of a file gets through raw."""
        return [*super().get_line_filters(), self._last_filter]

    def copy_to_clipboard(self, text: str) -> None:
        """Copied text is pasted into other programs, a shell among them: it holds nothing that those would act upon."""
        super().copy_to_clipboard(harmless_lines(text))

    def get_driver_class(self) -> type[Driver]:
        """The platform's, but for bytes that are no text."""
        return forgiving(super().get_driver_class())

    def _handle_exception(self, error: Exception) -> None:
        self.failure = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Not the framework's way, a traceback with every value in it on a screen that others look at.
        self._close_messages_no_wait()

    def get_default_screen(self) -> Screen[str]:
        """The first screen is the application's own: one that it would cover need not be made and painted first."""
        return self._first()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette has our actions alone."""
        return ()

    def action_curtain(self) -> None:
        """The curtain falls over whatever is shown; a page that tells what it covers goes away."""
        screens = [each for each in self.screen_stack if isinstance(each, LiveScreen)]
        if not screens:
            raise SkipAction
        screens[-1].act("curtain")
        if isinstance(self.screen, LiesOver):
            self.screen.covered_up(screens[-1].curtain)

    async def action_quit(self) -> None:
        """ctrl+q and ctrl+c never leave at once: the screen asks, or goes back."""
        if not isinstance(self.screen, LiveScreen):
            # Textual asks the application first; only what is skipped here reaches the screen's own key.
            raise SkipAction
        self.screen.act("leave")


def live(
    opened: OpenedSession,
    agenda: Agenda | None,
    desk: Desk,
    *,
    wait: bool = False,
    shelves: "Shelves | None" = None,
    background: Background | None = None,
) -> SessionTui:
    """The application on an open session; `shelves` have the other sessions."""
    return SessionTui(desk, lambda: LiveScreen(opened, agenda, desk, wait=wait, shelves=shelves, background=background))
