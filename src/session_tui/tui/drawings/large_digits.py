"""Times in large digits, in three sizes, as lines of text.

Every digit is drawn on a grid of 3 x 5 points; a size says how many cells a point takes. The
smallest size puts two rows of points into one line of half blocks.
"""

from typing import Literal, TypeAlias

DigitSize: TypeAlias = Literal["small", "medium", "large"]
SIZES: tuple[DigitSize, ...] = ("large", "medium", "small")  # the largest first

_POINTS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "),
    "+": ("   ", " # ", "###", " # ", "   "),
    "-": ("   ", "   ", "###", "   ", "   "),
}
_ROWS = 5
_CELLS: dict[DigitSize, tuple[int, int]] = {"large": (4, 2), "medium": (2, 1), "small": (1, 1)}  # columns, lines
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def size_of(text: str, size: DigitSize) -> tuple[int, int]:
    """The columns and lines that this time takes in this size."""
    columns, lines = _CELLS[size]
    width = sum((len(_glyph(each)[0]) + 1) * columns for each in text) - columns
    return max(0, width), 3 if size == "small" else _ROWS * lines


def largest(text: str, width: int, height: int) -> DigitSize | None:
    """The largest size in which this time fits; None where none does."""
    for size in SIZES:
        columns, lines = size_of(text, size)
        if columns <= width and lines <= height:
            return size
    return None


def drawn(text: str, size: DigitSize) -> tuple[str, ...]:
    """The lines of this time; a character without a drawing leaves a gap."""
    columns, lines = _CELLS[size]
    rows = [" ".join(_glyph(each)[row] for each in text) for row in range(_ROWS)]
    if size == "small":
        rows.append(" " * len(rows[0]))
        pairs = (zip(rows[at], rows[at + 1], strict=True) for at in range(0, _ROWS + 1, 2))
        return tuple("".join(_HALVES[upper == "#", lower == "#"] for upper, lower in pair) for pair in pairs)
    wide = ("".join(("█" if point == "#" else " ") * columns for point in row) for row in rows)
    return tuple(row for row in wide for _ in range(lines))


def _glyph(character: str) -> tuple[str, ...]:
    return _POINTS.get(character, (" ",) * _ROWS)
