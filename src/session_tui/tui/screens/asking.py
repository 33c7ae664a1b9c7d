"""What all questions look like: a box over the session, plain words, the keys that answer."""

from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

from textual.screen import ModalScreen

from session_tui.context import AppContext
from session_tui.tui.text import Text
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph

Answer = TypeVar("Answer")


@runtime_checkable
class HasDesk(Protocol):
    """An application that has one."""

    desk: AppContext


class Asking(ModalScreen[Answer]):
    """A question. Escape always stays, and nothing is lost by it."""

    CSS_PATH = "asking.tcss"
    BINDINGS = [
        ("escape", "stay", "stay"),
        ("ctrl+c", "stay", "stay"),
        ("ctrl+q", "stay", "stay"),
        ("f1,ctrl+g", "help", "help"),
    ]

    def action_stay(self) -> None:
        """No answer is an answer: all stays as it is."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Over the library; over a session the application has this key."""
        from session_tui.tui.screens.help import HelpScreen

        if isinstance(self.app, HasDesk):
            self.app.push_screen(HelpScreen(self.app.desk))


def words(text: str | Sequence[str], kind: str = "words") -> Paragraph:
    """A paragraph, or texts, one a line."""
    return Paragraph(text, classes=kind)


def lines(texts: Sequence[str]) -> Paragraph:
    """Lines that are cut where they do not fit, so that the list below them keeps its place."""
    return Paragraph(Text.lines(texts, no_wrap=True, overflow="ellipsis"), classes="lines")


def detail_line() -> Line:
    """What there is to say of the highlighted row, in line with the box's other words."""
    line = Line(id="detail")
    line.lead = ""
    return line


def keys(*pairs: tuple[str, str]) -> Paragraph:
    """The keys that answer, and what they do."""
    line = Text()
    for key, does in pairs:
        line.append(key, "bold")
        line.append(f" {does}    ")
    return Paragraph(line, classes="keys")
