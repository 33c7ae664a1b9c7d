"""The input field: the class, or the base class, of every input of the program."""

from rich.cells import cell_len, get_character_cell_size
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size, clamp
from textual.reactive import Reactive
from textual.suggester import SuggestionReady
from textual.widgets import Input

from session_tui.model.sanitize import safe_text
from session_tui.tui.text import Text, same_length
from session_tui.tui.widgets.status_line import StatusLine


class Field(Input):
    """An input that shows its value as safe text, but keeps the value: a field that is not edited
    changes no file.

    Each character is drawn as one character, so that the cursor is at the place of the next key.
    """

    # How far the text can be scrolled. No widget's size depends on it, but Textual 8.2.8 would lay
    # out the whole screen at each key.
    virtual_size = Reactive(Size(0, 0))

    _suggested = ""  # the suggestion's real text; Input keeps the safe text

    @property
    def shown(self) -> str:
        """The drawn text of the value."""
        return "•" * len(self.value) if self.password else same_length(self.value)

    def validate_placeholder(self, placeholder: str) -> str:
        """Make the placeholder safe: it may contain text from a file."""
        return safe_text(placeholder)

    def on_suggestion_ready(self, event: SuggestionReady) -> None:
        """Keep the suggestion's real text; Input's own handler, which runs later, keeps the safe
        text.
        """
        self._suggested = event.suggestion
        event.suggestion = same_length(event.suggestion)

    def action_cursor_right(self, select: bool = False) -> None:
        """Accept the suggestion if the cursor is at the end, else move the cursor."""
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
    """A question with a field for the answer; hidden while it is closed."""

    def __init__(self, field: str = "answer", placeholder: str = "") -> None:
        """`field` is the id of the input."""
        super().__init__()
        self.field = Field(id=field, placeholder=placeholder, compact=True, select_on_focus=False)
        self.display = False

    def compose(self) -> ComposeResult:
        """The label, then the field."""
        yield StatusLine(id="sign")
        yield self.field

    def open(self, label: str, value: str = "") -> None:
        """Show the question `label`, with `value` as the beginning of the answer."""
        self.query_one("#sign", StatusLine).say((label, "key"))
        self.field.value = value
        self.display = True
        self.field.focus()
        self.field.cursor_position = len(value)

    def close(self) -> None:
        """Hide the question."""
        self.display = False
