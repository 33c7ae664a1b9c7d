"""The capture line: the field in which the facilitator types.

The Input of Textual 8.2.8 keeps only the first line of a paste, deletes to the right with
ctrl+backspace, and lets tab move the focus; this class corrects all three.
"""

from textual import events
from textual.binding import Binding
from textual.message import Message

from session_tui.model.sanitize import typed
from session_tui.tui.widgets.field import Field

LONGEST = 20_000  # characters of a pasted line; a longer paste is offered as several lines


class CaptureLine(Field):
    """A single line with the completion that tab or right accepts."""

    BINDINGS = [
        Binding("ctrl+backspace,alt+backspace", "delete_left_word", show=False),
        Binding("tab", "take_completion", show=False),
        Binding("shift+tab", "stay", show=False),
        Binding("escape", "escape", show=False),
    ]

    class Edited(Message):
        """The text of the line has changed."""

    class Entered(Message):
        """Enter was pressed: `line` is to become an entry, or to be carried out."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Pasted(Message):
        """More than one line was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Escaped(Message):
        """Escape was pressed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, select_on_focus=False)
        self.completion: tuple[str, int] | None = None  # the line and cursor after tab
        self.cursor_blink = False

    def put(self, line: str, cursor: int | None = None) -> None:
        """Show this line with the cursor at its end, or at `cursor`."""
        self.value = line
        self.cursor_position = len(line) if cursor is None else cursor

    def on_input_changed(self, event: Field.Changed) -> None:
        """Post `Edited` instead of the framework's message."""
        event.stop()
        self.post_message(self.Edited())

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Post `Entered` instead of the framework's message."""
        event.stop()
        self.post_message(self.Entered(event.value))

    def _on_paste(self, event: events.Paste) -> None:
        # Runs before Input's own handler, which keeps the first line only; prevent_default skips
        # that handler.
        event.prevent_default()
        event.stop()
        self.take(event.text)

    def take(self, text: str) -> None:
        """Insert a pasted line; more than one are posted as `Pasted`."""
        all_lines = text.splitlines()
        lines = [line for line in all_lines if line.strip()] or all_lines[:1]
        if len(lines) > 1 or len(text) > LONGEST:
            self.post_message(self.Pasted(text))
        elif lines:
            self.replace(typed(lines[0]), *self.selection)

    def action_take_completion(self) -> None:
        """Accept the completion, if there is one."""
        if self.completion:
            self.put(*self.completion)

    def action_cursor_right(self, select: bool = False) -> None:
        """Accept the completion if the cursor is at the end of the line, else move the cursor."""
        if not select and self.cursor_at_end and self.completion:
            self.action_take_completion()
        else:
            super().action_cursor_right(select)

    def action_stay(self) -> None:
        """Do nothing: shift+tab must not move the focus."""

    def action_escape(self) -> None:
        """Let the screen handle escape."""
        self.post_message(self.Escaped())
