"""Help: the keys in force, and the capture line's grammar with examples."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from session_tui.tui.actions import ACTIONS, key_words
from session_tui.tui.desk import Desk
from session_tui.tui.grammar import GRAMMAR


class HelpScreen(ModalScreen[None]):
    """Everything on one page that scrolls; escape goes back."""

    CSS_PATH = "help.tcss"
    BINDINGS = [("escape,q,f1,ctrl+g,ctrl+q,ctrl+c", "back", "back")]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        """The method in a line, typing, then keys and names."""
        with VerticalScroll():
            yield Static(self._page())

    def _page(self) -> Text:
        text = Text()
        text.append("Help", "bold")
        text.append("   ↑↓ scroll   esc back to the session\n\n")
        text.append(
            "Type what is said and press enter: it is on disk at once. Plain words become an entry of the part;\n"
            "marks say the rest. The line above shows what it will become. tab takes a suggestion.\n\n"
        )
        text.append("What you type\n", "bold underline")
        for write, means in GRAMMAR:
            text.append(f"  {write:<24}", "bold")
            text.append(f" {means}\n")
        text.append("\nWhat you do\n", "bold underline")
        for action in ACTIONS:
            keys = " ".join(key_words(key) for key in self.desk.keys[action.name])
            text.append(f"  {keys:<9}", "bold")
            name = f"/{action.name} {action.arguments}".strip()
            text.append(f"{name:<26}")
            text.append(f" {action.words}\n")
        text.append("\nThe lamp says saved, saving or not saved. A row marked ◌ is not on disk yet.\n")
        text.append("In the owners part the highlighted row takes  @ben due:fri  and the highlight moves on.\n")
        return text

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to the session."""
        self.dismiss(None)
