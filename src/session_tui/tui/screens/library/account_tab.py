"""The library's places that are about one account."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from session_tui.index.index import Index
from session_tui.model.name_keys import folded
from session_tui.tui.screens.library.tab import Library, LibraryTab
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.status_line import StatusLine

T = TypeVar("T")


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
