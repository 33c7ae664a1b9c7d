"""A past session, or another page, to read."""

from collections.abc import Iterator
from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from session_tui.model.session import Session
from session_tui.model.telling import session_lines


class PageScreen(ModalScreen[str]):
    """A page that scrolls: lines that are not indented stand out."""

    CSS_PATH = "home.tcss"
    BINDINGS = [("escape,q,enter,ctrl+q,ctrl+c", "back", "back")]

    def lines(self) -> Iterator[str]:
        """The page's lines, harmless already."""
        raise NotImplementedError  # each page has its own

    def compose(self) -> ComposeResult:
        """Its lines; section titles stand out."""
        text = Text()
        for number, line in enumerate(self.lines()):
            text.append(line + "\n", "bold" if number == 0 or not line.startswith("  ") else "")
        text.append("\nesc back", "italic")
        with VerticalScroll():
            yield Static(text)

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to where it was opened."""
        if len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")


class ReadScreen(PageScreen):
    """The whole session on one page."""

    def __init__(self, session: Session, today: date) -> None:
        super().__init__()
        self.session = session
        self.today = today

    def lines(self) -> Iterator[str]:
        """What was agreed, section by section."""
        return session_lines(self.session, self.today)
