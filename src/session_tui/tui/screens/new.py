"""Beginning a session from the home screen: the account is enough."""

from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from session_tui.model.agenda import Agenda
from session_tui.model.clean import harmless
from session_tui.store import agendas
from session_tui.store.trouble import StoreError
from session_tui.tui.screens.asking import Asking, keys, words

FIELDS = (
    ("account", "Account", "the customer; this alone is needed"),
    ("opportunity", "Opportunity", "the deal"),
    ("zone", "Zone", "division, region or site; empty: all of it"),
    ("attendees", "Attendees", "Ben Okafor:account owner, Mei Tan"),
    ("agenda", "Agenda", ""),
)


class NewScreen(Asking[tuple[dict[str, str], Agenda]]):
    """Answers what was asked for, and the agenda."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def compose(self) -> ComposeResult:
        """A field a line; enter begins from any of them."""
        known = agendas.names(self.folder)
        with Vertical():
            yield words("A new session", "title")
            for key, label, hint in FIELDS:
                with Horizontal(classes="field"):
                    yield Static(label, classes="label")
                    yield Input(agendas.STANDARD if key == "agenda" else "", id=key, placeholder=hint, compact=True)
            yield words(f"Agendas: {', '.join(map(harmless, known))}")
            yield Static("", id="why")
            yield keys(("⏎", "begin: the clock runs"), ("tab", "next field"), ("esc", "back"))

    def on_mount(self) -> None:
        """The account is the first question."""
        self.query_one("#account", Input).focus()

    def on_input_submitted(self) -> None:
        """Begin, or say what is missing."""
        wish = {key: self.query_one(f"#{key}", Input).value.strip() for key, _, _ in FIELDS}
        why = self.query_one("#why", Static)
        if not wish["account"]:
            why.update(Text("Which account? Type its name.", "bold"))
            self.query_one("#account", Input).focus()
            return
        try:
            agenda = agendas.find(wish["agenda"] or agendas.STANDARD, self.folder)
        except StoreError as error:
            why.update(Text(harmless(str(error)), "bold"))
            return
        self.dismiss((wish, agenda))
