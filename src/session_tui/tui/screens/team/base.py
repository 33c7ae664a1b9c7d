"""The base of the screens about our people: answers come from a thread with the index."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from textual.app import ComposeResult

from session_tui.context import AppContext
from session_tui.index.sessions import session_library
from session_tui.model.fault import Fault
from session_tui.store.paths import Paths
from session_tui.tui.index_thread import IndexWorker
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.tables.sessions import UNREAD
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView


class TeamScreen(ListScreen[str]):
    """A list about our people that is read in a thread, so the screen never waits."""

    CSS_PATH = Path(__file__).with_name("team.tcss")
    BINDINGS = [("q", "back")]

    def __init__(self, context: AppContext, places: Paths, folder: Path) -> None:
        """`folder` is the folder for briefs."""
        super().__init__()
        self.context, self.places, self.folder = context, places, folder

    def compose(self) -> ComposeResult:
        """Compose the title, the list, the message, the prompt line and the keys."""
        yield StatusLine(id="title")
        yield from self.middle()
        yield from self.bottom()

    def middle(self) -> ComposeResult:
        """Compose the widgets between the title and the message."""
        yield TableView()

    def on_mount(self) -> None:
        """Start the index thread, and read."""
        self.index_worker = IndexWorker(session_library(self.places), self._come_back, self.failed)
        self.read()

    @property
    def keys_wait(self) -> bool:
        """Whether keys wait for an answer of the index."""
        return self.is_mounted and self.index_worker.keys_wait

    def on_unmount(self) -> None:
        """End the thread."""
        self.index_worker.close()

    def read(self) -> None:
        """Ask the index thread for the list."""
        raise NotImplementedError

    def _come_back(self, call: Callable[[], None]) -> None:
        def shown() -> None:
            if self.is_mounted:
                call()

        self.app.call_later(shown)

    def failed(self, fault: Fault) -> None:
        """Show the reason, and no longer announce that the list is being read."""
        table = self.rows.table
        if table is not None and not table.ids:
            self.rows.table = replace(table, empty=UNREAD)
        super().failed(fault)
