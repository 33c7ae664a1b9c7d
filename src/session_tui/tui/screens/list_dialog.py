"""Windows with a list: a line of detail under it, and a line to type in that is there when it is asked for."""

from typing import TypeVar

from textual.app import ComposeResult

from session_tui.model.fault import Fault
from session_tui.tui.live.controller import LiveController
from session_tui.tui.pieces import broken
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.screens.dialog import KEY_LINES, Dialog, detail_line
from session_tui.tui.tables.table import Table
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.message import Message
from session_tui.tui.widgets.prompt_line import PromptLine
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

Answer = TypeVar("Answer")
FEWEST_ROWS = 4  # of the list on the smallest terminal, its header among them


class ListDialog(Dialog[Answer], ListScreen[Answer]):
    """Keys act on the highlighted row. What is told stands in the place of the detail."""

    SAID = "#detail"
    others = 14  # lines of the screen that are not the list's

    def table(self) -> Table:
        """The list as it is now."""
        raise NotImplementedError  # each screen has its own

    def detail(self, key: str) -> tuple[str, ...]:
        """What there is to say of the highlighted row, a line each."""
        return ()

    def the_list(self) -> ComposeResult:
        """The list and its detail, to be composed where they belong."""
        yield TableView()
        yield detail_line()

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """The line to type in, and the keys."""
        yield prompt or PromptLine()
        yield Footer(KEY_LINES)

    def on_mount(self) -> None:
        """The list, its first row highlighted."""
        self.show_list()

    def show_list(self) -> None:
        """Show the list as it is now, in as many lines as it takes and there is room for."""
        table = self.table()
        most = max(FEWEST_ROWS, self.app.size.height - self.others)
        self.rows.styles.height = min(len(table.ids) + 1, most) if table.ids else len(table.empty) + 1
        self.fill(table)

    def highlight(self, key: str) -> None:
        """Highlight a row, and say what there is to say of it."""
        super().highlight(key)
        self.query_one("#detail", StatusLine).say(*broken(filter(None, self.detail(key)), "muted"))

    def answered(self) -> None:
        """The line has done its work."""
        super().answered()
        self.show_list()


class LiveListDialog(ListDialog[Answer]):
    """Over a session that is held: what is changed here is changed there, and taken back as there."""

    BINDINGS = [("u,ctrl+z", "undo", "undo")]

    def __init__(self, live: LiveController) -> None:
        super().__init__()
        self.live = live

    def detail(self, key: str) -> tuple[str, ...]:
        """The whole text where the list had to cut it, and what the screen has to say of the row."""
        return self.rows.cut_text(), self.about(key)

    def about(self, key: str) -> str:
        """A line about the highlighted row."""
        return ""

    def covered_up(self, drawn: bool) -> None:
        """The list without what the curtain covers, or with it."""
        self.show_list()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Where nothing was changed nothing is taken back."""
        return "There is nothing to take back." if action == "undo" and not self.live.opened.can_undo else ""

    def action_undo(self) -> None:
        """Take back the last change, as in the session."""
        edit = self.live.opened.undo(self.live.now())
        self.live.refresh()
        self.show_list()
        if isinstance(edit, Fault):
            self.show_message(str(edit), "warn")
