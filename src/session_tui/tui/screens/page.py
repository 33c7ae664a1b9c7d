"""Screens that are one text to scroll through: a session, two compared; over what was there before, a page."""

from collections.abc import Iterator
from typing import Any

from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen

from session_tui.tui.copying import copy_selection
from session_tui.tui.parts.text_layout import TextLayout, TextLine, hanging
from session_tui.tui.widgets.text_view import TextView


class TextScreen(Screen[Any]):
    """The keys of a text: they scroll, copy what the mouse selected, go back."""

    AUTO_FOCUS = ""
    BINDINGS = [
        ("up,k", "scroll(-1)", "up"),
        ("down,j", "scroll(1)", "down"),
        ("pageup", "turn(-1)", "page up"),
        ("pagedown,space", "turn(1)", "page down"),
        ("home,g", "edge(-1)", "beginning"),
        ("end,G", "edge(1)", "end"),
        ("ctrl+c", "copy_or_back", "copy what is selected"),
        ("escape,q,enter,ctrl+q", "back", "back"),
    ]

    @property
    def view(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    def action_scroll(self, by: int) -> None:
        """A line on or back."""
        self.view.move(by)

    def action_turn(self, by: int) -> None:
        """A page on or back."""
        self.view.turn(by)

    def action_edge(self, by: int) -> None:
        """The beginning or the end."""
        self.view.edge(by)

    def action_copy_or_back(self) -> None:
        """What the mouse selected goes to the clipboard; where nothing is selected, back."""
        if said := copy_selection(self):
            self.tell(said)
        else:
            self.action_back()

    def tell(self, words: str) -> None:
        """Nothing here has a place for a sentence."""

    def action_back(self) -> None:
        """Back to where it was opened."""
        if len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")


class PageScreen(TextScreen, ModalScreen[str]):
    """A page: lines that are not indented stand out, what follows of an indented one stands under its words."""

    CSS_PATH = "page.tcss"

    def compose(self) -> ComposeResult:
        """Its lines."""
        yield TextView(lambda width: TextLayout(tuple(self.lines_of(width)), width))

    def lines(self) -> Iterator[str]:
        """The page's lines."""
        raise NotImplementedError  # each page has its own

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """The page at a width."""
        for number, line in enumerate(self.lines()):
            yield from hanging(line, width, "bold" if number == 0 or not line.startswith("  ") else "")
        yield from (TextLine(), TextLine((("esc back", "em"),)))
