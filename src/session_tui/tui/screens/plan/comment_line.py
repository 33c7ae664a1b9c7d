"""The line for a comment on the plan; while no comment is typed, the line for messages.

It always has the focus, and passes the page's keys on: keys typed ahead (`jcWhy now?`) then
arrive in the order in which they were pressed. If `c` moved the focus, letters typed ahead would
turn pages, or confirm.
"""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key, Paste
from textual.message import Message
from textual.strip import Strip

from session_tui.model.sanitize import one_line
from session_tui.tui.text import Text
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import StatusLine

LONGEST = 2000  # characters of a comment: a longer one belongs in the plan
# Keys of the page even while a comment is written.
AROUND = frozenset({"up", "down", "pageup", "pagedown", "ctrl+q"})

Pressed = Callable[[str], bool]  # handles a key; returns False for an unknown one


class CommentInput(CaptureLine):
    """The input of a comment; empty and without a cursor while no comment is written."""

    def __init__(self, pressed: Pressed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pressed = pressed
        self.open_for_words = False

    def on_key(self, event: Key) -> None:
        """Handle the key now, before keys that were pressed later."""
        if self.pressed(event.key):
            event.stop()
            event.prevent_default()
        elif not self.open_for_words:
            event.prevent_default()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take letters as text only while a comment is written."""
        return self.open_for_words and super().check_consume_key(key, character)

    def _on_paste(self, event: Paste) -> None:
        if not self.open_for_words:
            event.stop()
            event.prevent_default()

    def render_line(self, y: int) -> Strip:
        """Draw no cursor while no comment is written."""
        return super().render_line(y) if self.open_for_words else Strip.blank(self.size.width, self.rich_style)


class CommentLine(Horizontal):
    """A message, or a label and the input. `half` has unsaved texts by the line of the plan."""

    class Written(Message):
        """A comment on this line of the plan is to be saved."""

        def __init__(self, line: int, words: str) -> None:
            super().__init__()
            self.line, self.words = line, words

    class Closed(Message):
        """No comment is written any more; a text that was `left` waits for the next time."""

        def __init__(self, left: bool) -> None:
            super().__init__()
            self.left = left

    def __init__(self, page_keys: Pressed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page_keys = page_keys
        self.half: dict[int, str] = {}
        self.about = 0  # the line of the plan that the comment is on; 0: none is written

    def compose(self) -> ComposeResult:
        """Compose the message, the label and the input."""
        yield StatusLine(id="said")
        yield Paragraph("", id="about")
        yield CommentInput(self.pressed, id="words")

    def on_mount(self) -> None:
        """Focus the input."""
        self.screen.set_focus(self.words, scroll_visible=False)

    @property
    def words(self) -> CommentInput:
        """The input."""
        return self.query_one(CommentInput)

    @property
    def begun(self) -> bool:
        """Whether the input has a text."""
        return bool(self.about and self.words.value.strip())

    def begin(self, line: int) -> None:
        """Begin a comment on this line of the plan."""
        self.about = line
        self.words.open_for_words = True
        self.words.put(self.half.pop(line, ""))
        self.label(f"Comment on line {line}")
        self.set_class(True, "-writing")

    def pressed(self, key: str) -> bool:
        """Handle a key of the comment or of the page; return whether it was one."""
        if not self.about:
            return self.page_keys(key)
        if key == "enter":
            self.enter()
            return True
        return key in AROUND and self.page_keys(key)

    def label(self, words: str) -> None:
        """Show this text before the input."""
        self.query_one("#about", Paragraph).update(Text(words))

    def enter(self) -> None:
        """Post the comment, unless it is too long."""
        words = one_line(self.words.value).strip()
        if len(words) > LONGEST:
            self.label(f"{len(words):,} characters, {LONGEST:,} are the most")
            return
        if words:
            self.post_message(self.Written(self.about, words))
        self.close(left=False)

    def leave(self) -> None:
        """Close the input; its text returns with the next comment on that line."""
        words = self.words.value.strip()
        if words:
            self.half[self.about] = words
        self.close(left=bool(words))

    def close(self, *, left: bool) -> None:
        """Close the input, and give the keys back to the page."""
        self.about = 0
        self.words.open_for_words = False
        self.words.put("")
        self.set_class(False, "-writing")
        self.post_message(self.Closed(left))

    def on_capture_line_edited(self) -> None:
        """Remove a label about the earlier text."""
        if self.about:
            self.label(f"Comment on line {self.about}")

    def on_capture_line_pasted(self, message: CaptureLine.Pasted) -> None:
        """Insert pasted lines as one line."""
        self.words.insert_text_at_cursor(" ".join(one_line(message.text).split()))
