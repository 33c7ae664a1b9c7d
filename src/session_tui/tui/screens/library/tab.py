"""The base of the library's tabs: the row of tabs, a list with a live filter, a message, keys."""

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
from session_tui.tui.tables.sessions import TABS, tab_line
from session_tui.tui.widgets.field import Field, PromptLine
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

T = TypeVar("T")

# What the keys do in the library's places, for help and the documents.
HELP = (
    ("tab 1 2 3 4", "sessions, actions, beliefs and history of the highlighted account"),
    ("⏎ esc", "open what is highlighted; back. Of two versions of a session: put them together"),
    ("/", "type words: the list shows what has them all. lodz finds Łódź, people:ruth looks in one field"),
    ("n p r", "begin a session, prepare one, go on with the live one"),
    ("l", "learn it step by step: the tutor, five minutes"),
    ("b d", "the brief of the account; what is due"),
    ("space", "read on in the session beside the list"),
    ("c", "mark a session, then on another one: compare the two"),
    ("t", "our people: who covers whom, what breaks if somebody leaves, and handing over"),
    ("at a shell", "session-tui scorecard: how well we work as a team; session-tui enemies: what keeps us from it"),
    ("s o", "what of a session can leave, as a document or to an endpoint; the outbox"),
    ("x v", "remove the highlighted session, with a question; what was removed, to bring it back"),
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
    """A screen over the library that shows sessions, and draws them again when they changed."""

    def shows(self) -> tuple[str, ...]:
        """The names of the sessions that are shown."""

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """Show the sessions as they were read again; a session that is gone is missing."""


class Library(Protocol):
    """The home screen as the other tabs see it: it has the folders and the index."""

    context: AppContext
    index_worker: IndexWorker

    def read_session(self, name: str, highlighted: str = "") -> None:
        """Read a session on the whole screen, one of its actions highlighted."""

    def go_to(self, tab: str, account: str = "") -> None:
        """Open another tab, about this account."""


class LibraryTab(ListScreen[str]):
    """A tab of the library, with a list. The home screen is the first; the others lie over it."""

    CSS_PATH = Path(__file__).with_name("library.tcss")
    TAB = ""
    FILTER = "Words that must stand in it"
    HELP_TITLE = "In the library"
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
        """The account of the highlighted row; empty where there is none."""
        return ""

    def compose(self) -> ComposeResult:
        """Compose the title, the row of tabs, the list, the message, the filter and the keys."""
        yield StatusLine(id="title")
        yield StatusLine(id="tabs")
        yield from self.middle()
        yield from self.bottom(prompt=PromptLine("filter", self.FILTER))

    def middle(self) -> ComposeResult:
        """Compose the widgets between the tabs and the message."""
        yield TableView()

    def on_mount(self) -> None:
        """Show the row of tabs."""
        self.say_tabs()

    def foot(self) -> Sequence[Hinted]:
        """Return the filter's keys while it has the focus."""
        return FILTERING if self.typing else super().foot()

    def say_tabs(self, about: str = "") -> None:
        """Show the row of tabs, and `about` beside it."""
        self.query_one("#tabs", StatusLine).say(*tab_line(self.TAB, about))

    def on_status_line_piece_clicked(self, message: StatusLine.PieceClicked) -> None:
        """Open the clicked tab."""
        tab = message.words.strip(" []")
        if message.line == "tabs" and tab in TABS:
            self.action_tab_to(tab)

    # ---- the filter -----------------------------------------------------------------------------

    @property
    def prompt(self) -> PromptLine:
        """The line of the filter, shown while it has the focus or a text."""
        return self.query_one(PromptLine)

    @property
    def typing(self) -> bool:
        """Whether the filter has the focus."""
        return self.focused is not None and self.focused is self.prompt.field

    @property
    def wanted(self) -> str:
        """The text of the filter."""
        return self.prompt.field.value.strip()

    def action_filter(self) -> None:
        """Open the filter."""
        self.prompt.open("/", self.prompt.field.value)

    def on_input_changed(self, event: Field.Changed) -> None:
        """The list follows what is typed."""
        event.stop()
        self.filtered()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Return to the list and keep the filter."""
        event.stop()
        self.set_focus(None)
        self._hide_filter()

    def on_input_blurred(self, event: Field.Blurred) -> None:
        """Hide an empty filter."""
        self._hide_filter()

    def filtered(self) -> None:
        """Show the rows of a new filter."""

    def action_back(self) -> None:
        """Leave one thing at a time: the typed text, the selection, the filter, then the tab."""
        if self.typing:
            self.prompt.field.value = ""
            self.set_focus(None)
        elif self.selections or not self.empty_filter():
            super().action_back()

    def empty_filter(self) -> bool:
        """Remove the filter; return False where there was none."""
        there = bool(self.wanted)
        self.prompt.field.value = ""
        self._hide_filter()
        return there

    def _hide_filter(self) -> None:
        self.prompt.display = bool(self.wanted)

    # ---- elsewhere ------------------------------------------------------------------------------

    def open_over(self, screen: Screen[Any]) -> None:
        """Open a screen over the library, unless another one lies over it by now.

        An answer that comes late is dropped: a session that runs by then may be about another
        account, and others see it.
        """
        if isinstance(self.app.screen, LibraryTab):
            self.app.push_screen(screen)

    def action_tab(self, by: int) -> None:
        """Open the next tab, or the one before."""
        self.action_tab_to(TABS[(TABS.index(self.TAB) + by) % len(TABS)])

    def action_tab_to(self, tab: str) -> None:
        """Open this tab."""
        if tab != self.TAB:
            self.home.go_to(tab)


class AccountTab(LibraryTab):
    """A tab about one account. `read` runs in the index thread, `show` draws its result.

    Both run again when the folder changed.
    """

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
        """The account of this tab."""
        return self._account

    def read(self, index: Index) -> Any:
        """Return the tab's values; in the index thread."""
        raise NotImplementedError

    def show(self, found: Any) -> None:
        """Draw the values that `read` returned."""
        raise NotImplementedError

    def session_of(self, key: str) -> str:
        """Return the id of a row's session."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show the title, and read in the index thread."""
        self.say_title()
        self.filtered()

    def say_title(self, more: str = "") -> None:
        """Show the account in the title."""
        account = self._account
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), (f"   {account}", ""), (more, "muted"))

    def filtered(self) -> None:
        """Read again, after the folder changed."""
        self.home.index_worker.ask(self.TAB, self.read, self._answered)

    def on_input_changed(self, event: Field.Changed) -> None:
        """The list follows what is typed."""
        event.stop()
        if self._read is not None:
            self.show(self._read)

    def matching(self, found: Mapping[str, T], words: Callable[[T], str]) -> Iterator[str]:
        """Yield the keys of the rows that match the filter."""
        wanted = folded(self.wanted).split()
        for key, each in found.items():
            text = folded(words(each))
            if all(word in text for word in wanted):
                yield key

    def about(self, words: str) -> None:
        """Show a sum beside the tabs."""
        self.say_tabs(words)

    def action_open(self) -> None:
        """Read the highlighted row's session."""
        self.home.read_session(self.session_of(self.highlighted))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Opening needs a row with a session."""
        return "Nothing is highlighted." if action == "open" and not self.session_of(self.highlighted) else ""

    def _answered(self, found: Any) -> None:
        if self.is_mounted:
            self._read = found
            self.show(found)
