"""A line to type in, whatever its value holds: the one class that every input of the program is, or is made from."""

from rich.cells import cell_len, get_character_cell_size
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import clamp
from textual.suggester import SuggestionReady
from textual.widgets import Input

from session_tui.model.sanitize import safe_text
from session_tui.tui.text import Text, same_length
from session_tui.tui.widgets.status_line import StatusLine


class Field(Input):
    """An input that shows its value harmless, and keeps it as it is: a field that is left alone changes no file.

    Each character is drawn as one, so that the cursor stands where the next key is typed.
    """

    _suggested = ""  # the suggestion as it would be taken

    @property
    def shown(self) -> str:
        """The value as it is drawn."""
        return "•" * len(self.value) if self.password else same_length(self.value)

    def validate_placeholder(self, placeholder: str) -> str:
        """What stands there while the field is empty may name what a file holds."""
        return safe_text(placeholder)

    def on_suggestion_ready(self, event: SuggestionReady) -> None:
        """Runs before Input's own handler: it keeps what is drawn, this what is taken."""
        self._suggested = event.suggestion
        event.suggestion = same_length(event.suggestion)

    def action_cursor_right(self, select: bool = False) -> None:
        """Right at the end takes the suggestion; elsewhere it moves."""
        if not select and self._suggestion and self.cursor_at_end:
            self.value = self._suggested
            self.cursor_position = len(self.value)
        else:
            super().action_cursor_right(select)

    @property
    def _value(self) -> Text:
        return Text(self.shown, no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(self.shown[:position])

    def _cell_offset_to_index(self, offset: int) -> int:
        at, wanted = 0, offset + self.scroll_offset.x
        for index, character in enumerate(self.shown):
            at += get_character_cell_size(character)
            if wanted < at:
                return index
        return clamp(wanted, 0, len(self.value))


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
