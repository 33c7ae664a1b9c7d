"""What all questions look like: a box over the session, plain words, the keys that answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.text import Text
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.message import Message
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.prompt_line import PromptLine
from session_tui.tui.widgets.status_line import StatusLine

Answer = TypeVar("Answer")
KEY_LINES = 3  # that the keys of a window may take


class Dialog(ModalScreen[Answer], BaseScreen[Answer]):
    """A question. Escape always stays, and nothing is lost by it: no answer is an answer."""

    CSS_PATH = Path(__file__).with_name("dialog.tcss")

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """What was said, where there is something, and the keys: on several lines where one has no room for them."""
        yield message or Message()
        if prompt is not None:
            yield prompt
        yield Footer(KEY_LINES)


def escape(words: str) -> Binding:
    """The key that answers nothing, in these words."""
    return Binding("escape", "back", words, priority=True)


def words(text: str | Sequence[str], kind: str = "words") -> Paragraph:
    """A paragraph, or texts, one a line."""
    return Paragraph(text, classes=kind)


def lines(texts: Sequence[str]) -> Paragraph:
    """Lines that are cut where they do not fit, so that the list below them keeps its place."""
    return Paragraph(Text.lines(texts, no_wrap=True, overflow="ellipsis"), classes="lines")


def detail_line() -> StatusLine:
    """What there is to say of the highlighted row, in line with the box's other words."""
    line = StatusLine(id="detail")
    line.lead = ""
    return line
