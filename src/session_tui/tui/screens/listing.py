"""A list to walk through, a line of detail under it, and a line to type in that is there when it is asked for."""

from collections.abc import Callable
from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from session_tui.model.fault import Fault
from session_tui.tui.live.controller import LiveController
from session_tui.tui.parts.table import Table
from session_tui.tui.pieces import broken
from session_tui.tui.screens.asking import Asking, detail_line
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.rows import Rows

Answer = TypeVar("Answer")
FEWEST_ROWS = 4  # of the list on the smallest terminal, its header among them


class Listing(Asking[Answer]):
    """Keys act on the highlighted row; what they ask for is typed in one line, which escape leaves."""

    others = 14  # lines of the screen that are not the list's
    AUTO_FOCUS = ""  # the keys belong to the list until a line is asked for
    BINDINGS = [("up,k", "move(-1)", "up"), ("down,j", "move(1)", "down"), ("ctrl+z,u", "undo", "undo")]

    def __init__(self, live: LiveController) -> None:
        super().__init__()
        self.live = live
        self._typed: Callable[[str], None] | None = None

    def table(self) -> Table:
        """The list as it is now."""
        raise NotImplementedError  # each screen has its own

    def detail(self, entry_id: str) -> str:
        """A line about the highlighted row."""
        return ""

    def the_list(self) -> ComposeResult:
        """The list and its line of detail, to be composed where they belong."""
        yield Rows()
        yield detail_line()

    def the_line(self) -> ComposeResult:
        """The line to type in."""
        with Horizontal(classes="field", id="asked"):
            yield Paragraph("", classes="label", id="label")
            yield Field(id="answer", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """The list, its first row highlighted."""
        self.query_one("#asked").display = False
        self.fill()
        rows = self.query_one(Rows)
        self.light(rows.table.ids[0] if rows.table and rows.table.ids else "")

    def fill(self) -> None:
        """Show the list as it is now."""
        rows = self.query_one(Rows)
        table = self.table()
        most = max(FEWEST_ROWS, self.app.size.height - self.others)
        rows.styles.height = min(len(table.ids) + 1, most) if table.ids else len(table.empty) + 1
        rows.table = table
        self._detail()

    def covered_up(self, drawn: bool) -> None:
        """The list without what the curtain covers, or with it."""
        self.fill()

    def light(self, entry_id: str) -> None:
        """Highlight a row."""
        self.query_one(Rows).highlighted = entry_id
        self._detail()

    @property
    def lit(self) -> str:
        """The id of the highlighted row."""
        return self.query_one(Rows).highlighted

    def ask(self, label: str, beginning: str, typed: Callable[[str], None]) -> None:
        """Ask for a line; enter gives it to `typed`, escape leaves all as it is."""
        self._typed = typed
        self.query_one("#label", Paragraph).update(Text(label))
        field = self.query_one("#answer", Field)
        field.value = beginning
        self.query_one("#asked").display = True
        field.focus()
        field.cursor_position = len(beginning)

    def say(self, words: str, tone: str = "warn") -> None:
        """A sentence in the place of the detail."""
        self.query_one("#detail", Line).say((words, tone))

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """What was asked for is there."""
        if event.input.id == "answer" and self._typed is not None:
            event.stop()
            self._typed(event.value)

    def answered(self) -> None:
        """The line has done its work."""
        self._typed = None
        self.query_one("#asked").display = False
        self.set_focus(None)
        self.fill()

    def action_stay(self) -> None:
        """Escape leaves the line first, then the screen."""
        if self._typed is not None:
            self.answered()
        else:
            self.leave()

    def leave(self) -> None:
        """Out of the screen; nothing is lost by it."""
        self.dismiss(None)

    def action_move(self, by: int) -> None:
        """Another row."""
        self.light(self.query_one(Rows).move(by))

    def action_undo(self) -> None:
        """Take back the last change, as in the session."""
        edit = self.live.opened.undo(self.live.now())
        self.live.refresh()
        self.fill()
        if isinstance(edit, Fault):
            self.say(str(edit))

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights; a click elsewhere than in the list does nothing."""
        if message.entry_id in self.table().ids:
            self.light(message.entry_id)

    def _detail(self) -> None:
        """The whole text where the list had to cut it, and what the screen has to say of the row."""
        told = [each for each in (self.query_one(Rows).cut_text(), self.detail(self.lit)) if each]
        self.query_one("#detail", Line).say(*broken(told, "muted"))
