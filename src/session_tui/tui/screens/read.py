"""A past session, to read."""

from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from session_tui.model.session import Session
from session_tui.model.telling import session_lines


class ReadScreen(ModalScreen[None]):
    """The whole session on one page that scrolls."""

    CSS_PATH = "home.tcss"
    BINDINGS = [("escape,q,enter,ctrl+q,ctrl+c", "back", "back")]

    def __init__(self, session: Session, today: date) -> None:
        super().__init__()
        self.session = session
        self.today = today

    def compose(self) -> ComposeResult:
        """Its lines; section titles stand out."""
        text = Text()
        for number, line in enumerate(session_lines(self.session, self.today)):
            text.append(line + "\n", "bold" if number == 0 or not line.startswith("  ") else "")
        text.append("\nesc back to the list", "italic")
        with VerticalScroll():
            yield Static(text)

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)
