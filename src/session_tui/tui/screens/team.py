"""What the screens about our own people share: answers from a thread of its own that has the index."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from textual.app import ComposeResult

from session_tui.context import AppContext
from session_tui.library.shelves import shelves
from session_tui.model.fault import Fault
from session_tui.store.places import Places
from session_tui.tui.librarian import Librarian
from session_tui.tui.parts.sessions import UNREAD
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.rows import Rows


class TeamScreen(ListScreen[str]):
    """Nothing waits on the screen."""

    CSS_PATH = "team.tcss"
    BINDINGS = [("q", "back")]

    def __init__(self, desk: AppContext, places: Places, folder: Path) -> None:
        """`folder` is where briefs go."""
        super().__init__()
        self.desk, self.places, self.folder = desk, places, folder

    def compose(self) -> ComposeResult:
        """From top to bottom: where this is, the list, what was said, the line, keys."""
        yield Line(id="title")
        yield from self.middle()
        yield from self.bottom()

    def middle(self) -> ComposeResult:
        """What fills the screen."""
        yield Rows()

    def on_mount(self) -> None:
        """Read in the library's own thread."""
        self.librarian = Librarian(shelves(self.places), self._come_back, self.failed)
        self.read()

    @property
    def keys_wait(self) -> bool:
        """An answer of the index is awaited."""
        return self.is_mounted and self.librarian.keys_wait

    def on_unmount(self) -> None:
        """The thread ends with the screen."""
        self.librarian.close()

    def read(self) -> None:
        """Ask for what there is to show."""
        raise NotImplementedError

    def _come_back(self, call: Callable[[], None]) -> None:
        def shown() -> None:
            if self.is_mounted:
                call()

        self.app.call_later(shown)

    def failed(self, fault: Fault) -> None:
        """Say why; nothing may say that it is still being read."""
        table = self.rows.table
        if table is not None and not table.ids:
            self.rows.table = replace(table, empty=UNREAD)
        super().failed(fault)
