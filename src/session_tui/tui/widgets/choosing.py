"""Two versions to choose from: the points in which they differ, which of each stays, and what becomes of it.

Only the rows in sight are drawn: five hundred points cost what ten do.
"""

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from session_tui.model.merge_words import Day, becomes
from session_tui.model.merging import Choice, Merge
from session_tui.tui.parts.merging import KEYS, MARGIN, SIDE, SIGN, Row, column, lay, name_of
from session_tui.tui.pieces import Pieces
from session_tui.tui.widgets.toned import Toned

_LIT, _TAKEN, _LEFT = "▸", "●", "○"


class Choosing(ScrollView, Toned):
    """Its screen's keys move the highlight and choose; a click highlights."""

    can_focus = False

    class Chosen(Message):
        """Somebody clicked on a point."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, merge: Merge, day: Day) -> None:
        super().__init__()
        self.merge, self.points = merge, merge.points
        self.lit = 0
        self.choices: Mapping[str, Choice] = {}
        self.rows: tuple[Row, ...] = ()
        self._day = day
        self._width = -1

    def show(self, choices: Mapping[str, Choice], lit: int) -> None:
        """This is chosen now, and this point is highlighted, and in sight."""
        self.choices, self.lit = choices, lit
        self._keep_in_sight()
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Another width is another layout."""
        width = self.size.width - 2
        if width != self._width and width > 0:
            self._width = width
            self.rows = lay(self.merge, self._day, width)
            self.virtual_size = Size(self.size.width, len(self.rows))
        self._keep_in_sight()

    def on_click(self, event: events.Click) -> None:
        """The highlight comes here."""
        y = event.y + self.scroll_offset.y
        if y < len(self.rows) and self.rows[y].at >= 0:
            self.post_message(self.Chosen(self.rows[y].at))

    def _keep_in_sight(self) -> None:
        mine = [number for number, row in enumerate(self.rows) if row.at == self.lit]
        if mine:
            top = mine[0] - (self.rows[mine[0] - 1].kind == "heading" if mine[0] else 0)
            region = Region(0, top, 1, mine[-1] - top + 1)
            self.scroll_to_region(region, animate=False, immediate=True, force=True)

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One row, with the signs of what is chosen."""
        ground, number = self.rich_style, y + self.scroll_offset.y
        row = self.rows[number] if number < len(self.rows) else Row()
        match row.kind:
            case "blank":
                pieces: Pieces = ()
            case "heading":
                pieces = ((" ", ""), *row.left)
            case "head":
                pieces = self._head(row.at)
            case "both":
                room = column(self._width)
                left = (*self._sign(row, "ours"), *_padded(row.left, room + 1))
                pieces = ((" " * MARGIN, ""), *left, *self._sign(row, "theirs"), *row.right)
            case side:
                word = f"{side if row.first else '':<{SIDE}}"
                pieces = ((" " * MARGIN, ""), *self._sign(row, side), (word, "muted"), *row.left)
        under = Style(underline=True) if row.kind == "heading" else Style()
        segments = [Segment(words, ground + self.tone(tone) + (under if tone else Style())) for words, tone in pieces]
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _head(self, at: int) -> Pieces:
        point, lit = self.points[at], at == self.lit
        choice = self.choices.get(point.key)
        keys = "   ".join(KEYS[each] for each in point.choices if each != choice)
        name = ((f" {_LIT if lit else ' '} ", "key"), (f" {name_of(point)} ", "row" if lit else "strong"))
        if choice is None:
            return (*name, (f"  ? to decide: {keys}", "warn"))
        return (*name, (f"  {becomes(point, choice)}", "muted"), (f"   {keys}" if lit else "", "key"))

    def _sign(self, row: Row, side: str) -> Pieces:
        if not row.first:
            return ((" " * SIGN, ""),)
        taken = self.choices.get(self.points[row.at].key) in (side, "both")
        return ((f"{_TAKEN if taken else _LEFT} ", "good" if taken else "muted"),)


def _padded(pieces: Pieces, width: int) -> Pieces:
    return (*pieces, (" " * max(0, width - sum(Segment(words).cell_length for words, _ in pieces)), ""))
