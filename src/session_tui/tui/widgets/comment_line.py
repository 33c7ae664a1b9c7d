"""Where a comment on a line of the plan is typed: hidden until it is asked for, and never forgetting what was typed."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from session_tui.model.clean import one_line
from session_tui.tui.widgets.capture_line import CaptureLine

LONGEST = 2000  # characters of a comment: a longer one belongs into the plan


class CommentLine(Horizontal):
    """A label and a line. `half` has what was typed and not kept, by the line of the plan it was for."""

    class Written(Message):
        """These words are to be kept for this line of the plan."""

        def __init__(self, line: int, words: str) -> None:
            super().__init__()
            self.line, self.words = line, words

    class Closed(Message):
        """The keys belong to the page again; `kept` words wait for another time."""

        def __init__(self, kept: bool) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.half: dict[int, str] = {}
        self.about = 0  # the line of the plan that is written about; 0: none

    def compose(self) -> ComposeResult:
        """What it is about, and the words."""
        yield Static("", id="about", markup=False)
        yield CaptureLine(id="words")

    def begin(self, line: int) -> None:
        """Take the keys for a comment on this line of the plan."""
        self.about = line
        self.label(f"Comment on line {line}")
        words = self.query_one(CaptureLine)
        words.put(self.half.pop(line, ""))
        words.focus()

    def label(self, words: str) -> None:
        """Say this before the line."""
        self.query_one("#about", Static).update(Text(words))

    @property
    def begun(self) -> bool:
        """Words stand in it."""
        return bool(self.about and self.query_one(CaptureLine).value.strip())

    def on_capture_line_typed(self) -> None:
        """Whatever was said about the words before is no longer so."""
        if self.about:
            self.label(f"Comment on line {self.about}")

    def on_capture_line_escaped(self) -> None:
        """Leave it; the words come back with the next comment on that line."""
        words = self.query_one(CaptureLine).value.strip()
        if words:
            self.half[self.about] = words
        self.close(bool(words))

    def on_capture_line_pasted(self, message: CaptureLine.Pasted) -> None:
        """Several lines become one."""
        self.query_one(CaptureLine).insert_text_at_cursor(" ".join(one_line(message.text).split()))

    def on_capture_line_entered(self, message: CaptureLine.Entered) -> None:
        """Have it kept."""
        words = one_line(message.line).strip()
        if len(words) > LONGEST:
            self.label(f"{len(words):,} characters, {LONGEST:,} are the most")
            return
        if words:
            self.post_message(self.Written(self.about, words))
        self.close(False)

    def close(self, kept: bool) -> None:
        """Give the keys back."""
        self.about = 0
        self.screen.set_focus(None)
        self.post_message(self.Closed(kept))
