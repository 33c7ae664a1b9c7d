"""What a footer says, as a value: keys with the action each of them does, and which of them fit where.

Nothing of the framework is loaded.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

GAPS = (3, 2)  # cells between two hints; the second where they have no room with the first


class KeyHint(Struct, frozen=True):
    """One entry of a footer.

    `keys` are pairs: the key as it is shown, and the action that it does, written as in a binding. `why_not` says why
    it cannot be done now, and dims it. What is `kept` gives its room up last: help, the palette, the way out.
    """

    keys: tuple[tuple[str, str], ...]
    words: str
    why_not: str = ""
    kept: bool = False

    @property
    def pieces(self) -> Iterator["HintPiece"]:
        """Its keys, arrows without a space between, then its words; a click on these does what the last key does."""
        tone = "off" if self.why_not else "key"
        between = "" if all(len(key) == 1 and not key.isalnum() for key, _ in self.keys) else " "
        for number, (key, action) in enumerate(self.keys):
            yield HintPiece(between * bool(number) + key, tone, action)
        yield HintPiece(f" {self.words}", "off" if self.why_not else "muted", self.keys[-1][1])

    @property
    def width(self) -> int:
        """Its cells."""
        return sum(_cells(piece.text) for piece in self.pieces)


class HintPiece(NamedTuple):
    """A text with its tone; `action` is what a click on it does, nothing in a gap."""

    text: str
    tone: str
    action: str = ""


HintRow = list[HintPiece]


def lay_out(hints: Sequence[KeyHint], width: int, lines: int = 1) -> list[HintRow]:
    """As many hints as have room in so many lines, none of them cut, in their order; those at the end go first."""
    shown = [hint for hint in hints if hint.width <= width] or list(hints[:1])
    while True:
        for gap in GAPS:
            if len(rows := _rows(shown, width, gap)) <= lines or len(shown) <= 1:
                return rows
        last = next((hint for hint in reversed(shown) if not hint.kept), shown[-1])
        shown.remove(last)


def action_at(row: HintRow, x: int) -> str:
    """What a click on this cell of a row does, or nothing."""
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
    """How many cells of a terminal a text takes. The line-by-line mode lays out no hints, so Rich is loaded here."""
    from rich.cells import cell_len

    return cell_len(text)
