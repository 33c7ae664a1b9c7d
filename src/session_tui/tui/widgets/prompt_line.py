"""A line to type in that is there while something is asked: its label, and the field."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.status_line import StatusLine


class PromptLine(Horizontal):
    """Takes no room while nothing is asked."""

    def __init__(self, field: str = "answer", placeholder: str = "") -> None:
        """`field` is the id of what is typed into."""
        super().__init__()
        self.field = Field(id=field, placeholder=placeholder, compact=True, select_on_focus=False)
        self.display = False

    def compose(self) -> ComposeResult:
        """The label, and the field."""
        yield StatusLine(id="sign")
        yield self.field

    def open(self, label: str, value: str = "") -> None:
        """Ask; what is typed begins with `value`."""
        self.query_one("#sign", StatusLine).say((label, "key"))
        self.field.value = value
        self.display = True
        self.field.focus()
        self.field.cursor_position = len(value)

    def close(self) -> None:
        """Nothing is asked any more."""
        self.display = False
