"""Shows the deal, the time and the parts of a live session on their widgets."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import Screen

from session_tui.model import glyphs
from session_tui.tui.drawings import large_digits
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.large_time import LargeTime
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.status_line import StatusLine

LEAST = 18  # columns of the time, so that the rail beside it seldom moves
# Terminals with room for larger digits: least columns and lines, then the lines of the digits.
ROOMY = ((180, 55, 10), (100, 30, 5), (0, 0, 3))
AIRY = 45  # lines of a terminal with room for an empty line between two parts


def time_left() -> ComposeResult:
    """Compose the digits, and their meaning below them."""
    with Vertical(id="time"):
        yield LargeTime()
        yield StatusLine(id="pace")


def digit_lines(terminal: Size) -> int:
    """The lines that the digits may take in a terminal of this size."""
    return next(lines for columns, least, lines in ROOMY if terminal.width >= columns and terminal.height >= least)


class TimeDisplay:
    """The time on the screen; digits and rail are drawn again only where they changed."""

    def __init__(self, screen: Screen[Any], live: LiveController) -> None:
        """`screen` has a heading, a rail, the widgets of `time_left` and a paragraph `#sign`."""
        self._screen, self._live = screen, live
        self._heading, self._rail = screen.query_one(Heading), screen.query_one(Rail)
        self._box, self._digits = screen.query_one("#time", Vertical), screen.query_one(LargeTime)
        self._pace, self._sign = screen.query_one("#pace", StatusLine), screen.query_one("#sign", Paragraph)
        self._pace.all_right = True
        self._seen: object = None  # what the rail shows; it is drawn again when a second has passed
        self._width = 0

    def show(self, *, again: bool = False) -> None:
        """Show the clock's last reading; `again` draws the digits even if they are the same."""
        live, box = self._live, self._live.box
        self._heading.deal = screen_text.deal(*live.shown())
        self._heading.hours = screen_text.hours(box, live.context.now())
        self._heading.curtain = live.curtain
        if (seen := (live.session.parts, box.running, box.seconds)) != self._seen:
            self._seen = seen
            self._rail.parts, self._rail.times = live.session.parts, box
        digits, self._digits.look = screen_text.digits(box)
        self._pace.pieces = screen_text.pace(box)
        if again or self._digits.value != digits:
            self._digits.value = digits
            # Where there is no room for large digits, the time stands before the line.
            self._sign.update(f" {digits} {glyphs.LINE}" if self._screen.has_class("-tiny") else f" {glyphs.LINE}")
        self._make_room(digits)

    def _make_room(self, digits: str) -> None:
        """Make the column of the time as wide as its digits and the line below them."""
        terminal = self._screen.app.size
        lines = digit_lines(terminal)
        self._digits.room = (max(LEAST, terminal.width // 2), lines)
        self._rail.airy = lines > len(self._live.session.parts) and terminal.height >= AIRY
        size = large_digits.largest(digits, *self._digits.room)
        columns = large_digits.size_of(digits, size)[0] if size else len(digits)
        width = max(LEAST, columns + 1, sum(len(words) for words, _ in self._pace.pieces) + 2)
        if width != self._width:
            self._width = width
            self._box.styles.width = width
