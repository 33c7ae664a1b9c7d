"""Dialogs: a box over the screen, a text, the keys that answer; with or without a list."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from session_tui.model.fault import Fault
from session_tui.tui.actions import key_words
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.pieces import broken
from session_tui.tui.screens.base import BaseScreen, ListScreen
from session_tui.tui.tables.table import Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import PromptLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import FoldedLine, Message, StatusLine
from session_tui.tui.widgets.table_view import TableView

if TYPE_CHECKING:
    from session_tui.tui.live.controller import LiveController

Answer = TypeVar("Answer")
KEY_LINES = 3  # that the keys of a window may take
FEWEST_ROWS = 4  # of the list on the smallest terminal, its header among them
DETAIL_LINES = 3  # that the lines about the highlighted row may take
MOST_OF_THE_SCREEN = 94  # % of its height, as in dialog.tcss
BORDER = 2  # lines


class Dialog(ModalScreen[Answer], BaseScreen[Answer]):
    """A question. Escape gives no answer and changes nothing."""

    CSS_PATH = Path(__file__).with_name("dialog.tcss")
    ENDS_THE_SESSION = False  # the window leads through the end of a session

    def on_screen_suspend(self) -> None:
        """Show one question at a time: another window stands over this one."""
        self.set_class(isinstance(self.app.screen, Dialog) and self.app.screen is not self, "-below")

    def on_screen_resume(self) -> None:
        """Show the question again."""
        self.remove_class("-below")

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """Compose the message and the footer, which takes up to `KEY_LINES` lines."""
        yield message or Message()
        if prompt is not None:
            yield prompt
        yield Footer(KEY_LINES)

    def edge(self) -> tuple[KeyHint, ...]:
        """Return none: a window has its own keys alone, and the screen below it those of every
        screen.
        """
        return ()


def escape(words: str) -> Binding:
    """Return the binding of escape with this text."""
    return Binding("escape", "back", words, priority=True)


def words(text: str | Sequence[str], kind: str = "words") -> Paragraph:
    """Return a paragraph of one text, or of several, one a line."""
    return Paragraph(text, classes=kind)


def lines(texts: Sequence[str]) -> Paragraph:
    """Return lines that are cut where they do not fit, so that the list below does not move."""
    return Paragraph(Text.lines(texts, no_wrap=True, overflow="ellipsis"), classes="lines")


def detail_line() -> FoldedLine:
    """Return the lines about the highlighted row, at the same indent as the box's texts."""
    line = FoldedLine(id="detail", most=DETAIL_LINES)
    line.lead = ""
    return line


class ListDialog(Dialog[Answer], ListScreen[Answer]):
    """A dialog whose keys act on the highlighted row. A message replaces the line of detail."""

    SAID = "#detail"
    others = 14  # lines of the screen that are not the list's, before they are measured

    def table(self) -> Table:
        """Return the present list."""
        raise NotImplementedError  # each screen has its own

    def detail(self, key: str) -> tuple[str, ...]:
        """Return lines about the highlighted row."""
        return ()

    def the_list(self) -> ComposeResult:
        """Compose the list and the line of detail."""
        yield TableView()
        yield StatusLine(id="more")
        yield detail_line()

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """Compose the prompt line and the keys."""
        yield prompt or PromptLine()
        yield Footer(KEY_LINES)

    def on_mount(self) -> None:
        """Show the list, its first row highlighted."""
        self.show_list()

    def show_list(self) -> None:
        """Show the present list, as high as its rows and the screen allow."""
        table = self.table()
        most = max(FEWEST_ROWS, self.app.size.height - self.others)
        self.rows.styles.height = min(len(table.ids) + 1, most) if table.ids else "auto"
        self.fill(table)

        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the list the room that the other lines of the window leave."""
        rows, box = self.rows, next(iter(self.query_children(Vertical)), None)
        if not self.is_attached or box is None or rows.table is None or not rows.table.ids or not rows.size.height:
            return
        others = box.virtual_size.height - rows.size.height
        room = self.app.size.height * MOST_OF_THE_SCREEN // 100 - BORDER - others
        rows.styles.height = min(len(rows.table.ids) + 1, max(FEWEST_ROWS, room))

    def on_table_view_rows_hidden(self, message: TableView.RowsHidden) -> None:
        """Show how many rows have no room, and the keys that bring them."""
        if message.control is not self.rows:
            return
        parts = (
            f"{message.below} more below" if message.below else "",
            f"{message.above} above" if message.above else "",
        )
        shown = " and ".join(filter(None, parts))
        keys = f"{key_words('up')}{key_words('down')} {key_words('pageup')} {key_words('pagedown')}"
        line = self.query_one("#more", StatusLine)
        line.say(*(((f"   {shown}: ", "muted"), (keys, "key")) if shown else ()))
        self.set_class(bool(shown), "-more")

    def highlight(self, key: str) -> None:
        """Highlight a row, and show its detail."""
        super().highlight(key)
        self._show_detail(key)
        self.call_after_refresh(self._fit)

    def _show_detail(self, key: str) -> None:
        self.query_one("#detail", StatusLine).say(*broken(filter(None, self.detail(key)), "muted"))

    def on_resize(self) -> None:
        """Fit the list to the new size, and say of the row what the list cuts now."""
        self.call_after_refresh(self._fit)
        if not self.asking:
            self.call_after_refresh(self._detail_again)

    def _detail_again(self) -> None:
        if self.is_attached:
            self._show_detail(self.highlighted)

    def answered(self) -> None:
        """Close the prompt line, and show the changed list."""
        super().answered()
        self.show_list()


class LiveListDialog(ListDialog[Answer]):
    """A dialog over a live session; its changes are the session's, and undo works as there."""

    BINDINGS = [("u,ctrl+z", "undo", "undo")]

    def __init__(self, live: "LiveController") -> None:
        super().__init__()
        self.live = live

    def detail(self, key: str) -> tuple[str, ...]:
        """Return the whole text of a row that the list had to cut, and the line about it."""
        return self.rows.cut_text(), self.about(key)

    def about(self, key: str) -> str:
        """Return a line about the highlighted row."""
        return ""

    def covered_up(self, drawn: bool) -> None:
        """Show the list again, for the drawn or opened curtain."""
        self.show_list()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Undo needs a change."""
        return "There is nothing to take back." if action == "undo" and not self.live.opened.can_undo else ""

    def action_undo(self) -> None:
        """Take back the last change, as in the session."""
        edit = self.live.opened.undo(self.live.now())
        self.live.refresh()
        self.show_list()
        if isinstance(edit, Fault):
            self.show_message(str(edit), "warn")
