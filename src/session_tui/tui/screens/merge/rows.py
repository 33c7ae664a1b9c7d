"""Two versions of a session as lines of a width: side by side, or one above the other.

Lines are wrapped once for a width; choices and the highlight are drawn into them and move no line.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Literal, TypeAlias

from session_tui.model import glyphs
from session_tui.model.entry_fields import Day
from session_tui.model.merge.describe import VersionText, becomes, called, title, version_texts
from session_tui.model.merge.merge import Merge
from session_tui.model.merge.points import Choice, MergePoint
from session_tui.model.sanitize import safe_text
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, paragraph, side_by_side
from session_tui.tui.pieces import Pieces

WIDE = 96  # cells from which both stand side by side
MARGIN = 4  # before a sign
SIGN = 2  # a sign, and the space behind it
SIDE = 7  # the word for a side, where it stands before what it says
_HIGHLIGHTED, _TAKEN, _LEFT = glyphs.HIGHLIGHT, glyphs.DONE, "·"

Side: TypeAlias = Literal["ours", "theirs"]
SIDES: tuple[Side, Side] = ("ours", "theirs")
KEYS: dict[Choice, str] = {"ours": "o ours", "theirs": "t theirs", "both": "b both"}


def column(width: int) -> int:
    """Return the cells for the text of one of two versions side by side."""
    return (width - MARGIN - 2 * SIGN - 2) // 2


class MergeLines:
    """The points of a merge under their headings; only a point that changed is drawn again."""

    def __init__(self, merge: Merge, day: Day) -> None:
        self.merge = merge
        self._versions = cache(lambda number: version_texts(merge, merge.points[number], day))
        self._words = cache(self._broken)
        self._lines = cache(self._drawn)

    def lay_out(self, width: int, choices: Mapping[str, Choice], highlighted: str) -> TextLayout:
        """Return all lines, for these choices and this highlighted point."""
        drawn = (
            self._lines(number, width, choices.get(point.key), highlighted=point.key == highlighted)
            for number, point in enumerate(self.merge.points)
        )
        return TextLayout(tuple(chain.from_iterable(drawn)), width)

    def _drawn(self, number: int, width: int, choice: Choice | None, *, highlighted: bool) -> tuple[TextLine, ...]:
        point, wide = self.merge.points[number], width >= WIDE
        heading = title(point) if not number or title(point) != title(self.merge.points[number - 1]) else ""
        titled = (TextLine(((" ", ""), (heading, "strong underline"))),) if heading else ()
        room = column(width) if wide else max(10, width - MARGIN - SIGN - SIDE)
        ours, theirs = (_signed(side, self._words(number, side, room), choice, named=not wide) for side in SIDES)
        rows = side_by_side(ours, theirs, width=SIGN + room) if wide else (*ours, *theirs)
        sides = (TextLine(((" " * MARGIN, ""), *pieces), point.key) for pieces in rows)
        return (*titled, TextLine(_head(point, choice, highlighted=highlighted), point.key), *sides, TextLine())

    def _broken(self, number: int, side: Side, width: int) -> tuple[Pieces, ...]:
        version: VersionText | None = self._versions(number)[SIDES.index(side)]
        if version is None:
            return ((("does not have it", "muted"),),)
        facts = (((key, "muted"), (value, "")) for key, value in version.facts)
        return tuple(line.pieces for each in (((version.name, ""),), *facts) for line in paragraph(each, width))


def _head(point: MergePoint, choice: Choice | None, *, highlighted: bool) -> Pieces:
    keys = "   ".join(KEYS[each] for each in point.choices if each != choice)
    name = (
        (f" {_HIGHLIGHTED if highlighted else ' '} ", "key"),
        (f" {safe_text(called(point))} ", "row" if highlighted else "strong"),
    )
    if choice is None:
        return (*name, (f"  ? to decide: {keys}", "warn"))
    return (*name, (f"  {becomes(point, choice)}", "muted"), (f"   {keys}" if highlighted else "", "key"))


def _signed(side: Side, lines: tuple[Pieces, ...], choice: Choice | None, *, named: bool) -> Iterator[Pieces]:
    taken = choice in (side, "both")
    for number, pieces in enumerate(lines):
        sign = f"{_TAKEN if taken else _LEFT} " if number == 0 else " " * SIGN
        word = f"{side if number == 0 else '':<{SIDE}}" if named else ""
        yield ((sign, "good" if taken else "muted"), (word, "muted"), *pieces)
