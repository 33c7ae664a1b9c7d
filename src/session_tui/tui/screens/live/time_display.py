"""Shows the deal, the time and the parts of a live session on their widgets."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Digits

from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.status_line import StatusLine

STATES = ("-last-minute", "-over", "-paused")


def time_left() -> ComposeResult:
    """Compose the digits, and their meaning below them."""
    with Vertical(id="time"):
        yield Digits("")
        yield StatusLine(id="pace")


class TimeDisplay:
    """The time on the screen; digits and rail are drawn again only where they changed."""

    def __init__(self, screen: Screen[Any], live: LiveController) -> None:
        """`screen` has a heading, a rail, the widgets of `time_left` and a paragraph `#sign`."""
        self._screen, self._live = screen, live
        self._heading, self._rail = screen.query_one(Heading), screen.query_one(Rail)
        self._digits = screen.query_one(Digits)
        self._pace, self._sign = screen.query_one("#pace", StatusLine), screen.query_one("#sign", Paragraph)
        self._pace.all_right = True
        self._seen: object = None  # what the rail shows; it is drawn again when a second has passed

    def show(self, *, again: bool = False) -> None:
        """Show the clock's last reading; `again` draws the digits even if they are the same."""
        live, box = self._live, self._live.box
        self._heading.deal = screen_text.deal(*live.shown())
        self._heading.curtain = live.curtain
        self._heading.hours = screen_text.hours(box, live.context.now())
        if (seen := (live.session.parts, box.running, box.seconds)) != self._seen:
            self._seen = seen
            self._rail.parts, self._rail.times = live.session.parts, box
        digits, states = screen_text.digits(box)
        if again or self._digits.value != digits:
            self._digits.update(digits)
            # Where there is no room for large digits, the time stands before the line.
            self._sign.update(f" {digits} ❯" if self._screen.has_class("-tiny") else " ❯")
        for state in STATES:
            self._digits.set_class(state in states, state)
        self._pace.pieces = screen_text.pace(box)
