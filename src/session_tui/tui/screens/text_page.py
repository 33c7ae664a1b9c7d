"""Screens with one text to scroll: a session, two sessions compared, a page over a screen."""

from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from session_tui.tui.drawings.text_layout import TextLayout, TextLine, hanging
from session_tui.tui.screens.base import BaseScreen, Hinted
from session_tui.tui.widgets.field import PromptLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.status_line import Message, StatusLine
from session_tui.tui.widgets.text_view import TextView


class TextScreen(BaseScreen[str]):
    """A screen with one text; keys scroll it, copy the mouse's selection, go back."""

    FOOT: tuple[Hinted, ...] = ("scroll", "turn", "copy_or_back", "back")
    BINDINGS = [
        ("up,k", "scroll(-1)", "scroll"),
        ("down,j", "scroll(1)", "scroll"),
        ("pageup", "turn(-1)", "a page"),
        ("pagedown,space", "turn(1)", "a page"),
        ("home,g", "edge(-1)", "the edges"),
        ("end,G", "edge(1)", "the edges"),
        ("ctrl+c", "copy_or_back", "copy"),
        ("q,enter,ctrl+q", "leave", "back"),
    ]

    @property
    def view(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """Compose the message, where there is one, and the keys."""
        yield message or Message()
        yield Footer()

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.view.move(by)

    def action_turn(self, by: int) -> None:
        """Scroll by a page."""
        self.view.turn(by)

    def action_edge(self, by: int) -> None:
        """Scroll to the beginning or the end."""
        self.view.edge(by)


class PageScreen(ModalScreen[str], TextScreen):
    """A page over a screen. Lines without an indent are bold; wrapped lines keep their indent."""

    CSS_PATH = Path(__file__).with_name("text_page.tcss")

    def compose(self) -> ComposeResult:
        """Compose the text, the message and the keys."""
        with Vertical():
            yield TextView(lambda width: TextLayout(tuple(self.lines_of(width)), width))
            yield from self.bottom()

    def lines(self) -> Iterator[str]:
        """Yield the page's lines."""
        raise NotImplementedError  # each page has its own

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the page's lines at a width."""
        for number, line in enumerate(self.lines()):
            yield from hanging(line, width, "bold" if number == 0 or not line.startswith("  ") else "")


class PrivatePage(PageScreen):
    """A page about the customer. The curtain closes it."""

    def covered_up(self, drawn: bool) -> None:
        """Close under a drawn curtain."""
        if drawn:
            self.close_covered()
