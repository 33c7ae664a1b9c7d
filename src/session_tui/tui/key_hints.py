"""The entries of a footer as values: keys with the action of each, and the layout of those that
fit.

This module imports no framework.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

GAPS = (3, 2)  # cells between two hints; the second value if the first leaves too little room
EDGE_FROM = 60  # cells of a line in which hints stand at the edge; in a shorter one they are kept hints


class KeyHint(Struct, frozen=True):
    """One entry of a footer.

    `keys` are pairs: the key as the screen shows it, and its action, written as in a binding.
    `why_not` is the reason why the action is not possible now; the entry is then dim. `kept`
    entries are removed last. Those `at_edge` stand at the right edge of a line, so that they are
    at the same place on every screen: help, palette, exit.
    """

    keys: tuple[tuple[str, str], ...]
    words: str
    why_not: str = ""
    kept: bool = False
    at_edge: bool = False

    @property
    def pieces(self) -> Iterator["HintPiece"]:
        """Its keys (signs like arrows without a space between them), then its words, which stand
        for the last key.
        """
        tone = "off" if self.why_not else "key"
        between = "" if all(len(key) == 1 and not key.isalnum() for key, _ in self.keys) else " "
        for number, (key, action) in enumerate(self.keys):
            yield HintPiece(between * bool(number) + key, tone, action)
        yield HintPiece(f" {self.words}", "off" if self.why_not else "muted", self.keys[-1][1])

    @property
    def width(self) -> int:
        """Its width in cells."""
        return sum(_cells(piece.text) for piece in self.pieces)


class HintPiece(NamedTuple):
    """A text with its tone; a click on it runs `action`, which is empty in a gap."""

    text: str
    tone: str
    action: str = ""


HintRow = list[HintPiece]


def lay_out(hints: Sequence[KeyHint], width: int, lines: int = 1) -> list[HintRow]:
    """Rows with the hints that fit whole into `lines` rows of `width` cells, in their order; the
    last ones are left out first, `kept` ones last of all. In a single row those at the edge have
    their room first.
    """
    edge = [hint for hint in hints if hint.at_edge]
    if edge and lines == 1 and width >= EDGE_FROM:
        at_edge = [piece for row in _rows(edge, width, GAPS[1]) for piece in row]
        taken = sum(_cells(piece.text) for piece in at_edge)
        others = [hint for hint in hints if not hint.at_edge]
        row = lay_out(others, width - taken - GAPS[0])[0] if others else []
        gap = width - taken - sum(_cells(piece.text) for piece in row)
        return [[*row, HintPiece(" " * gap, ""), *at_edge]]
    shown = [hint for hint in hints if hint.width <= width] or list(hints[:1])
    while True:
        for gap in GAPS:
            if len(rows := _rows(shown, width, gap)) <= lines or len(shown) <= 1:
                return rows
        last = next((hint for hint in reversed(shown) if not hint.kept and not hint.at_edge), shown[-1])
        shown.remove(last)


def action_at(row: HintRow, x: int) -> str:
    """The action of a click on cell `x` of a row, or an empty text."""
    for piece in row:
        x -= _cells(piece.text)
        if x < 0:
            return piece.action
    return ""


def _rows(hints: Sequence[KeyHint], width: int, gap: int) -> list[HintRow]:
    rows: list[HintRow] = []
    room = 0
    for hint in hints:
        if rows and hint.width + gap <= room:
            rows[-1].append(HintPiece(" " * gap, ""))
            room -= gap
        else:
            rows.append([])
            room = width
        rows[-1] += hint.pieces
        room -= hint.width
    return rows


def _cells(text: str) -> int:
    """The width of a text in cells. Rich is imported late: the line-by-line mode, which lays out
    no hints, runs without.
    """
    from rich.cells import cell_len

    return cell_len(text)
