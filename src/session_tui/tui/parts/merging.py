"""Two versions of a session as rows of a width: side by side where there is room, else one above the other.

Laid out once for a width; what is chosen and highlighted is drawn into them, and changes no row's place.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.clean import harmless
from session_tui.model.merge_words import Day, Said, called, said, title
from session_tui.model.merging import Choice, Merge, Point
from session_tui.tui.parts.text_layout import paragraph
from session_tui.tui.pieces import Pieces

WIDE = 96  # cells from which both stand side by side
MARGIN = 4  # before a sign
SIGN = 2  # a sign, and the space behind it
SIDE = 7  # the word for a side, where it stands before what it says

Kind: TypeAlias = Literal["blank", "heading", "head", "both", "ours", "theirs"]
KEYS: dict[Choice, str] = {"ours": "o ours", "theirs": "t theirs", "both": "b both"}


class Row(Struct, frozen=True):
    """A row of the screen: of which point (-1: of none), what it is, and its words, in two columns or in `left` alone.

    The first row of a version has its sign.
    """

    at: int = -1
    kind: Kind = "blank"
    left: Pieces = ()
    right: Pieces = ()
    first: bool = False


def column(width: int) -> int:
    """Cells for the words of one version, two of them being side by side."""
    return (width - MARGIN - 2 * SIGN - 2) // 2


def lay(merge: Merge, day: Day, width: int) -> tuple[Row, ...]:
    """Every point under its heading."""
    return tuple(_rows(merge, day, width))


def name_of(point: Point) -> str:
    """What a point is called."""
    return harmless(called(point))


def _rows(merge: Merge, day: Day, width: int) -> Iterator[Row]:
    heading = ""
    for at, point in enumerate(merge.points):
        if title(point) != heading:
            heading = title(point)
            yield Row(-1, "heading", ((heading, "strong"),))
        yield Row(at, "head")
        ours, theirs = said(merge, point, day)
        if width >= WIDE:
            sides = (_words(each, column(width)) for each in (ours, theirs))
            for number, (left, right) in enumerate(zip_longest(*sides, fillvalue=())):
                yield Row(at, "both", left, right, number == 0)
        else:
            room = max(10, width - MARGIN - SIGN - SIDE)
            for number, left in enumerate(_words(ours, room)):
                yield Row(at, "ours", left, (), number == 0)
            for number, left in enumerate(_words(theirs, room)):
                yield Row(at, "theirs", left, (), number == 0)
        yield Row()


def _words(told: Said | None, width: int) -> Iterator[Pieces]:
    if told is None:
        yield (("does not have it", "muted"),)
        return
    yield from (line.pieces for line in paragraph(((told.name, ""),), width))
    for key, value in told.facts:
        yield from (line.pieces for line in paragraph(((key, "muted"), (value, "")), width))
