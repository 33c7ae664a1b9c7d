"""What the places of the library share: tabs, a list with a live filter, what was said, keys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from textual.app import ComposeResult
from textual.screen import Screen

from session_tui.context import AppContext
from session_tui.index.index import Index
from session_tui.model.name_keys import folded
from session_tui.model.session import Session
from session_tui.tui.index_thread import IndexWorker
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.screens.base import Hinted, ListScreen
from session_tui.tui.tables.tabs import TABS, tab_line
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.prompt_line import PromptLine
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

T = TypeVar("T")

# What the keys do in the library's places, for help and the README.
HELP = (
    ("tab 1 2 3 4", "sessions, actions, beliefs and history of the highlighted account"),
    ("⏎ esc", "open what is highlighted; back. Of two versions of a session: put them together"),
    ("/", "type words: the list shows what has them all. lodz finds Łódź, people:ruth looks in one field"),
    ("n p r", "begin a session, prepare one, go on with the live one"),
    ("b d", "the brief of the account; what is due"),
    ("space", "read on in the session beside the list"),
    ("c", "mark a session, then on another one: compare the two"),
    ("t", "our people: who covers whom, what breaks if somebody leaves, and handing over"),
    ("at a shell", "session-tui scorecard: how well we work as a team; session-tui enemies: what keeps us from it"),
    ("s o", "what of a session can leave, as a document or to an endpoint; the outbox"),
    ("x u", "an action is done; take the last change back"),
    ("e", "change an action as in a session: done they agreed, drop, @mia due:+3d"),
    ("o", "actions that are done too, or the open ones alone"),
    ("y", "copy the session or the action as Markdown; the mouse selects text, ^c copies it"),
)


FILTERING: tuple[Hinted, ...] = (
    KeyHint((("⏎", "give_line"),), "to the list"),
    KeyHint((("esc", "back"),), "take the filter away"),
)


@runtime_checkable
class ShowsSessions(Protocol):
    """What lies over the library and shows sessions: it is told when one of them is another."""

    def shows(self) -> tuple[str, ...]:
        """The names of the sessions that are shown."""

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """They were read again; one that is not there any more is missing."""


class Library(Protocol):
    """What the places ask of the first of them, which has the folders and the index."""

    context: AppContext
    index_worker: IndexWorker

    def read_session(self, name: str, highlighted: str = "") -> None:
        """Read a session on the whole screen, one of its actions highlighted."""

    def go_to(self, tab: str, account: str = "") -> None:
        """Another place of the library, about this account."""


class LibraryTab(ListScreen[str]):
    """One of the library's tabs, with a list. The home screen is the first, and lies below the others."""

    CSS_PATH = Path(__file__).with_name("library.tcss")
    TAB = ""
    FILTER = "Words that must stand in it"
    HELP_ROWS = HELP
    BINDINGS = [
        ("tab", "tab(1)", "next tab"),
        ("shift+tab", "tab(-1)"),
        *((str(number), f"tab_to('{tab}')", tab.lower()) for number, tab in enumerate(TABS, 1)),
        ("slash", "filter", "filter"),
        ("f1,ctrl+g,question_mark", "help", "help"),
    ]

    @property
    def home(self) -> Library:
        """The library's first screen."""
        raise NotImplementedError

    @property
    def account(self) -> str:
        """The account of what is highlighted; empty where nothing is."""
        return ""

    def compose(self) -> ComposeResult:
        """From top to bottom: where this is, the list, what was said, the filter, keys."""
        yield StatusLine(id="title")
        yield StatusLine(id="tabs")
        yield from self.middle()
        yield from self.bottom(prompt=PromptLine("filter", self.FILTER))

    def middle(self) -> ComposeResult:
        """What fills the screen."""
        yield TableView()

    def on_mount(self) -> None:
        """What does not change."""
        self.say_tabs()

    def foot(self) -> Sequence[Hinted]:
        """While words are typed the keys are those of the line."""
        return FILTERING if self.typing else super().foot()

    def say_tabs(self, about: str = "") -> None:
        """Which tab this is, and what it speaks of."""
        self.query_one("#tabs", StatusLine).say(*tab_line(self.TAB, about))

    # ---- the filter ------------------------------------------------------------------------------------------------

    @property
    def prompt(self) -> PromptLine:
        """The line to type in: there while it is typed into or has something in it."""
        return self.query_one(PromptLine)

    @property
    def typing(self) -> bool:
        """The line has the keys."""
        return self.focused is not None and self.focused is self.prompt.field

    @property
    def wanted(self) -> str:
        """What is filtered by."""
        return self.prompt.field.value.strip()

    def action_filter(self) -> None:
        """Type words; the list follows."""
        self.prompt.open("/", self.prompt.field.value)

    def on_input_changed(self, event: Field.Changed) -> None:
        """The list follows what is typed."""
        event.stop()
        self.filtered()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Back to the list, filtered as it is."""
        event.stop()
        self.set_focus(None)
        self._hide_filter()

    def on_input_blurred(self, event: Field.Blurred) -> None:
        """A filter that is empty takes no room."""
        self._hide_filter()

    def filtered(self) -> None:
        """Another filter: show what it leaves."""

    def action_back(self) -> None:
        """One thing at a time: what is typed, what is selected, what is filtered; then back."""
        if self.typing:
            self.prompt.field.value = ""
            self.set_focus(None)
        elif self.selections or not self.empty_filter():
            super().action_back()

    def empty_filter(self) -> bool:
        """Take the filter away; False where there was none."""
        there = bool(self.wanted)
        self.prompt.field.value = ""
        self._hide_filter()
        return there

    def _hide_filter(self) -> None:
        self.prompt.display = bool(self.wanted)

    # ---- elsewhere -------------------------------------------------------------------------------------------------

    def open_over(self, screen: Screen[Any]) -> None:
        """Open this over the library. An answer that comes late is dropped: a session that runs by then is another
        account's, on a screen that others look at.
        """
        if isinstance(self.app.screen, LibraryTab):
            self.app.push_screen(screen)

    def action_tab(self, by: int) -> None:
        """The next place, or the one before."""
        self.action_tab_to(TABS[(TABS.index(self.TAB) + by) % len(TABS)])

    def action_tab_to(self, tab: str) -> None:
        """Another place of the library."""
        if tab != self.TAB:
            self.home.go_to(tab)


class AccountPlace(LibraryTab):
    """What `read` finds in the library's thread, `show` puts on the screen; again when the folder changed."""

    FILTER = "Words that must stand in it"
    FOOT = ("open", "filter", "tab", "back", "help")
    BINDINGS = [("enter", "open", "read session"), ("q", "back")]

    def __init__(self, home: Library, account: str) -> None:
        super().__init__()
        self._home = home
        self._account = account
        self._read: Any = None
        self.found: dict[str, Any] = {}

    @property
    def home(self) -> Library:
        """The library's first screen."""
        return self._home

    @property
    def account(self) -> str:
        """The account this is about."""
        return self._account

    def read(self, index: Index) -> Any:
        """What there is to know."""
        raise NotImplementedError

    def show(self, found: Any) -> None:
        """Put it on the screen."""
        raise NotImplementedError

    def session_of(self, key: str) -> str:
        """The id of the session that a row leads to."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Read in the library's own thread."""
        self.say_title()
        self.filtered()

    def say_title(self, more: str = "") -> None:
        """Which account this is about."""
        account = self._account
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), (f"   {account}", ""), (more, "muted"))

    def filtered(self) -> None:
        """Ask again: the folder changed."""
        self.home.index_worker.ask(self.TAB, self.read, self._answered)

    def on_input_changed(self, event: Field.Changed) -> None:
        """The list follows what is typed."""
        event.stop()
        if self._read is not None:
            self.show(self._read)

    def matching(self, found: Mapping[str, T], words: Callable[[T], str]) -> Iterator[str]:
        """The keys of what the filter leaves."""
        wanted = folded(self.wanted).split()
        for key, each in found.items():
            said = folded(words(each))
            if all(word in said for word in wanted):
                yield key

    def about(self, words: str) -> None:
        """What this adds up to, beside the tabs."""
        self.say_tabs(words)

    def action_open(self) -> None:
        """The session that the highlighted row is from."""
        self.home.read_session(self.session_of(self.highlighted))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """A row has to lead somewhere."""
        return "Nothing is highlighted." if action == "open" and not self.session_of(self.highlighted) else ""

    def _answered(self, found: Any) -> None:
        if self.is_mounted:
            self._read = found
            self.show(found)
