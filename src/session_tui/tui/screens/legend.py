"""The legend: every sign of the screens, and its meaning."""

from collections.abc import Iterator

from session_tui.model.glyphs import GLYPHS
from session_tui.tui.drawings.text_layout import TextLine, grid
from session_tui.tui.screens.text_page import PageScreen


class LegendScreen(PageScreen):
    """A line for each sign, those of the live screen first."""

    KEEPS = ("legend", "leave")  # their keys go back
    BINDINGS = [("f9", "leave", "back")]

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the page's lines at a width."""
        yield from (TextLine((("The signs on the screens", "bold"),)), TextLine())
        rows = ((("", ""), (each.signs, "bold"), (each.meaning, "")) for each in GLYPHS)
        yield from grid(rows, width)
