"""The capture line: the one place where the facilitator types.

Textual 8.2.8's Input keeps only the first line of a paste, deletes to the right with ctrl+backspace, and lets tab walk
away; all three are put right here.
"""

from textual import events
from textual.binding import Binding
from textual.message import Message

from session_tui.model.sanitize import typed
from session_tui.tui.widgets.field import Field

LONGEST = 20_000


class CaptureLine(Field):
    """A single line that knows the completion which tab or right would take."""

    BINDINGS = [
        Binding("ctrl+backspace,alt+backspace", "delete_left_word", show=False),
        Binding("tab", "take_completion", show=False),
        Binding("shift+tab", "stay", show=False),
        Binding("escape", "escape", show=False),
    ]

    class Edited(Message):
        """The line is another one, or its cursor stands elsewhere."""

    class Entered(Message):
        """Enter: the line is to become what the preview shows."""

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
        """Show this line, the cursor at its end or where it is said."""
        self.value = line
        self.cursor_position = len(line) if cursor is None else cursor

    def on_input_changed(self, event: Field.Changed) -> None:
        """Every change of the text is told once, in our own words."""
        event.stop()
        self.post_message(self.Edited())

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Enter submits the line as it stands."""
        event.stop()
        self.post_message(self.Entered(event.value))

    def _on_paste(self, event: events.Paste) -> None:
        # Runs before Input's own handler, which keeps the first line only; prevent_default leaves that one out.
        event.prevent_default()
        event.stop()
        all_lines = event.text.splitlines()
        lines = [line for line in all_lines if line.strip()] or all_lines[:1]
        if len(lines) > 1 or len(event.text) > LONGEST:
            self.post_message(self.Pasted(event.text))
        elif lines:
            self.replace(typed(lines[0]), *self.selection)

    def action_take_completion(self) -> None:
        """Tab: the first suggestion, or nothing."""
        if self.completion:
            self.put(*self.completion)

    def action_cursor_right(self, select: bool = False) -> None:
        """Right at the end of the line takes the suggestion; elsewhere it moves."""
        if not select and self.cursor_at_end and self.completion:
            self.action_take_completion()
        else:
            super().action_cursor_right(select)

    def action_stay(self) -> None:
        """Shift+tab leaves the focus where it is."""

    def action_escape(self) -> None:
        """Escape is for the screen to answer."""
        self.post_message(self.Escaped())
