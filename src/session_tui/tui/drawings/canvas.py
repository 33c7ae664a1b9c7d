"""A drawing in terminal cells as a value: pieces of text at their places, and the place of each
entry.
"""

from collections.abc import Mapping

from msgspec import Struct
from rich.cells import cell_len, set_cell_size

from session_tui.model.sanitize import safe_text


class CanvasText(Struct, frozen=True):
    """A safe text, its first column, its tone, and the id of its entry or an empty text."""

    x: int
    text: str
    tone: str = ""
    entry: str = ""


class Spot(Struct, frozen=True):
    """The place of an entry in cells, counted from the upper left corner of the drawing."""

    x: int
    y: int
    width: int
    height: int


class Canvas(Struct, frozen=True):
    """Lines of pieces, from left to right and without overlap, and the place of each entry."""

    lines: tuple[tuple[CanvasText, ...], ...]
    spots: Mapping[str, Spot]
    width: int

    @property
    def height(self) -> int:
        """The number of lines."""
        return len(self.lines)

    def text(self) -> str:
        """The drawing without its tones."""
        return "\n".join(_plain(line) for line in self.lines)


class CanvasBuilder:
    """Builds a canvas."""

    def __init__(self) -> None:
        self._lines: dict[int, list[CanvasText]] = {}
        self.spots: dict[str, Spot] = {}

    def put(self, x: int, y: int, text: str, tone: str = "", entry: str = "") -> None:
        """Add a text, as safe text, from this cell on."""
        if text:
            self._lines.setdefault(y, []).append(CanvasText(x, safe_text(text), tone, entry))

    def canvas(self, width: int, height: int = 0) -> Canvas:
        """The finished canvas, with at least `height` lines."""
        deep = max([height, *(y + 1 for y in self._lines)])
        lines = tuple(tuple(sorted(self._lines.get(y, ()), key=lambda piece: piece.x)) for y in range(deep))
        return Canvas(lines, self.spots, width)


def fitted(text: str, width: int) -> str:
    """Safe text of exactly this width in cells: padded, or cut with an ellipsis."""
    text = safe_text(text)
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    return set_cell_size(text, width)


def _plain(line: tuple[CanvasText, ...]) -> str:
    out = ""
    for piece in line:
        out += " " * (piece.x - cell_len(out)) + piece.text
    return out.rstrip()
