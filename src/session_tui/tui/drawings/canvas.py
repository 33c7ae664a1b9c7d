"""A drawing in terminal cells, as a value: pieces of text at their places, and where each entry lies."""

from collections.abc import Mapping

from msgspec import Struct
from rich.cells import cell_len, set_cell_size

from session_tui.model.sanitize import safe_text


class CanvasText(Struct, frozen=True):
    """A text from a column on, harmless, the tone it is drawn in, and the entry it belongs to."""

    x: int
    text: str
    tone: str = ""
    entry: str = ""


class Spot(Struct, frozen=True):
    """Where an entry lies: cells, counted from the drawing's upper left corner."""

    x: int
    y: int
    width: int
    height: int


class Canvas(Struct, frozen=True):
    """Lines of pieces from left to right that do not cover each other, and the entries' places."""

    lines: tuple[tuple[CanvasText, ...], ...]
    spots: Mapping[str, Spot]
    width: int

    @property
    def height(self) -> int:
        """How many lines it has."""
        return len(self.lines)

    def text(self) -> str:
        """The drawing without its tones."""
        return "\n".join(_plain(line) for line in self.lines)


class CanvasBuilder:
    """A canvas while it is drawn on; what is put down first stays on top."""

    def __init__(self) -> None:
        self._lines: dict[int, list[CanvasText]] = {}
        self.spots: dict[str, Spot] = {}

    def put(self, x: int, y: int, text: str, tone: str = "", entry: str = "") -> None:
        """Text from this cell on, made harmless."""
        if text:
            self._lines.setdefault(y, []).append(CanvasText(x, safe_text(text), tone, entry))

    def canvas(self, width: int, height: int = 0) -> Canvas:
        """What was drawn, at least so high."""
        deep = max([height, *(y + 1 for y in self._lines)])
        lines = tuple(tuple(sorted(self._lines.get(y, ()), key=lambda piece: piece.x)) for y in range(deep))
        return Canvas(lines, self.spots, width)


def fitted(text: str, width: int) -> str:
    """A harmless text in exactly so many cells, cut with an ellipsis where it is longer."""
    text = safe_text(text)
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    return set_cell_size(text, width)


def _plain(line: tuple[CanvasText, ...]) -> str:
    out = ""
    for piece in line:
        out += " " * (piece.x - cell_len(out)) + piece.text
    return out.rstrip()
