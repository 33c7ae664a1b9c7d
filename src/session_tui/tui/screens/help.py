"""Help: the keys in force, and the capture line's grammar with examples."""

from rich.console import Group
from rich.table import Table
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from session_tui.context import AppContext
from session_tui.model.capture.names import NAMES
from session_tui.tui.actions import ACTIONS, key_words
from session_tui.tui.grammar import GRAMMAR
from session_tui.tui.keymap import keymap_of
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph


class HelpScreen(ModalScreen[None]):
    """Everything on one page that scrolls; escape goes back."""

    CSS_PATH = "help.tcss"
    KEEPS = ("help", "leave")  # their keys go back
    BINDINGS = [("escape,q,f1,ctrl+g,ctrl+q,ctrl+c", "back", "back")]

    def __init__(self, desk: AppContext, library: tuple[tuple[str, str], ...] = ()) -> None:
        """`library` are the keys of its places, told first to whoever asks from there."""
        super().__init__()
        self.desk = desk
        self.library = library

    def compose(self) -> ComposeResult:
        """The method in a line, typing, then keys and names."""
        with VerticalScroll():
            yield Paragraph(self._page())

    def _page(self) -> Group:
        typed = Table.grid(padding=(0, 2))
        typed.add_column(style="bold", no_wrap=True)
        typed.add_column()
        for write, means in GRAMMAR:
            typed.add_row(Text(f"  {write}"), Text(means))
        done = Table.grid(padding=(0, 2))
        done.add_column(style="bold", no_wrap=True)
        done.add_column(no_wrap=True)
        done.add_column()
        for action in ACTIONS:
            keys = " ".join(key_words(key) for key in keymap_of(self.desk).keys[action.name])
            name = f"/{action.name} {action.arguments}".strip() if action.name in NAMES else ""
            done.add_row(Text(f"  {keys}"), Text(name), Text(action.words))
        places = Table.grid(padding=(0, 2))
        places.add_column(style="bold", no_wrap=True)
        places.add_column()
        for key, does in self.library:
            places.add_row(Text(f"  {key}"), Text(does))
        return Group(
            Text.assemble(("Help", "bold"), "   ↑↓ scroll   esc back", "\n"),
            *(
                (Text("In the library", "bold underline"), places, Text.lines(("", "In a session"), "bold"))
                if self.library
                else ()
            ),
            Text.assemble(
                "Type what is said and press enter: it is on disk at once. Plain words become an entry of the running "
                "part; marks say the rest. The line above what you type shows what it will become; tab takes a "
                "suggestion. Nothing moves on by itself.",
                "\n",
            ),
            Text("What you type", "bold underline"),
            typed,
            Text.lines(("", "What you do"), "bold underline"),
            done,
            Text.lines(("", "The lamp says saved, saving or not saved. A row marked ◌ is not on disk yet.")),
            Text("In the owners part the highlighted row takes  @ben due:fri  and the highlight moves on."),
            Text("Scroll the side panel with the mouse wheel; a click highlights a row."),
        )

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to the session."""
        self.dismiss(None)
