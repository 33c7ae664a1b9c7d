"""What the places of the library share: tabs, a list with a live filter, what was said, keys."""

from typing import Any, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from session_tui.context import AppContext
from session_tui.model.session import Session
from session_tui.tui.librarian import Librarian
from session_tui.tui.parts.tabs import TABS, tab_line
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.rows import Rows

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


@runtime_checkable
class Shows(Protocol):
    """What lies over the library and shows sessions: it is told when one of them is another."""

    def shows(self) -> tuple[str, ...]:
        """The names of the sessions that are shown."""

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """They were read again; one that is not there any more is missing."""


class Library(Protocol):
    """What the places ask of the first of them, which has the folders and the index."""

    offices: AppContext
    desk: AppContext
    librarian: Librarian

    def read_session(self, name: str, lit: str = "") -> None:
        """Read a session on the whole screen, one of its actions highlighted."""

    def go_to(self, tab: str, account: str = "") -> None:
        """Another place of the library, about this account."""


class Filter(Field):
    """A line above the keys, there while it is typed into or has something in it."""


class Place(Screen[str]):
    """One of the library's tabs, with a list. The home screen is the first, and lies below the others."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = ""
    TAB = ""
    KEYS: tuple[tuple[str, str], ...] = ()
    FILTER = "Words that must stand in it"
    BINDINGS = [
        # Before the framework, which drops what is selected and then would let escape leave as well.
        Binding("escape", "escape", "back", priority=True),
        ("tab", "tab(1)", "next tab"),
        ("shift+tab", "tab(-1)", "tab before"),
        *((str(number), f"tab_to('{tab}')", tab.lower()) for number, tab in enumerate(TABS, 1)),
        ("slash", "filter", "filter"),
        ("up,k", "move(-1)", "up"),
        ("down,j", "move(1)", "down"),
        ("pageup", "move(-10)", "page up"),
        ("pagedown", "move(10)", "page down"),
        ("home,g", "edge(-1)", "first"),
        ("end,G", "edge(1)", "last"),
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

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one(Rows)

    def compose(self) -> ComposeResult:
        """From top to bottom: where this is, the list, what was said, the filter, keys."""
        yield Line(id="title")
        yield Line(id="tabs")
        yield from self.middle()
        yield Line(id="said")
        with Horizontal(id="filtering"):
            yield Line(id="sign")
            yield Filter(id="filter", placeholder=self.FILTER, select_on_focus=False)
        yield Line(id="foot")

    def middle(self) -> ComposeResult:
        """What fills the screen."""
        yield Rows()

    def on_mount(self) -> None:
        """What does not change."""
        self.query_one("#sign", Line).say(("/", "key"))
        self.query_one("#filtering").display = False
        self.say_tabs()

    def on_resize(self) -> None:
        """As many keys as there is room for; the first are those that matter most."""
        told: list[tuple[str, str]] = []
        room = self.size.width - 2
        for key, does in self.KEYS:
            room -= len(key) + len(does) + 4
            if room >= -3:
                told += [(key, "key"), (f" {does}   ", "muted")]
        self.query_one("#foot", Line).say(*told)

    def say_tabs(self, about: str = "") -> None:
        """Which tab this is, and what it speaks of."""
        self.query_one("#tabs", Line).say(*tab_line(self.TAB, about))

    def tell(self, words: str, tone: str = "muted") -> None:
        """A sentence above the keys."""
        self.query_one("#said", Line).say((words, tone))

    # ---- the list --------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another row."""
        if found := self.rows.move(by):
            self.light(found)

    def action_edge(self, by: int) -> None:
        """The first row or the last."""
        ids = self.rows.table.ids if self.rows.table else ()
        if ids:
            self.light(ids[0 if by < 0 else -1])

    def light(self, key: str) -> None:
        """This row is the highlighted one."""
        self.rows.highlighted = key

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self.light(message.entry_id)

    # ---- the filter ------------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> str:
        """What is filtered by."""
        return self.query_one(Filter).value.strip()

    def action_filter(self) -> None:
        """Type words; the list follows."""
        self.query_one("#filtering").display = True
        self.query_one(Filter).focus()

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

    def action_escape(self) -> None:
        """One thing at a time: what is typed, what is selected, what is filtered; then back."""
        if isinstance(self.focused, Filter):
            self.query_one(Filter).value = ""
            self.set_focus(None)
        elif self.selections:
            self.clear_selection()
        elif not self.empty_filter():
            self.go_back()

    def go_back(self) -> None:
        """To where this place was opened from."""

    def empty_filter(self) -> bool:
        """Take the filter away; False where there was none."""
        there = bool(self.wanted)
        self.query_one(Filter).value = ""
        self._hide_filter()
        return there

    def _hide_filter(self) -> None:
        self.query_one("#filtering").display = bool(self.wanted)

    # ---- elsewhere -------------------------------------------------------------------------------------------------

    def open_over(self, screen: Screen[Any]) -> None:
        """Open this over the library. An answer that comes late is dropped: a session that runs by then is another
        account's, on a screen that others look at.
        """
        if isinstance(self.app.screen, Place):
            self.app.push_screen(screen)

    def action_tab(self, by: int) -> None:
        """The next place, or the one before."""
        self.action_tab_to(TABS[(TABS.index(self.TAB) + by) % len(TABS)])

    def action_tab_to(self, tab: str) -> None:
        """Another place of the library."""
        if tab != self.TAB:
            self.home.go_to(tab)

    def action_help(self) -> None:
        """The same page as in a session."""
        from session_tui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.home.desk, HELP))
