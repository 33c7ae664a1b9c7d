"""Toned text laid out at a width, as values for the text view. This module does not import
Textual.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len, chop_cells

from session_tui.model.sanitize import safe_text
from session_tui.tui.pieces import Pieces
from session_tui.tui.text import RichText, Text

if TYPE_CHECKING:
    from rich.console import Console

GAP = 4  # cells between two columns
NARROWEST = 8  # cells of text in a deep list or a narrow terminal


class TextLine(Struct, frozen=True):
    """A line of (text, tone) pieces with safe text; a tone may be several words: `strong em`.
    `key` is the key of the entry, block or point to which the line belongs, and which can be
    highlighted.
    """

    pieces: Pieces = ()
    key: str = ""

    @property
    def text(self) -> str:
        """The text without its tones."""
        return "".join(words for words, _ in self.pieces)


class TextLayout(Struct, frozen=True, dict=True):
    """Lines in reading order; the first `head` of them are above both columns, the second column
    begins at line `turn` (0: there is one column). `width` is that of a column in cells.
    """

    lines: tuple[TextLine, ...] = ()
    width: int = 0
    head: int = 0
    turn: int = 0

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """For each key, in order, the number of its first line and of the line after its last."""
        spans: dict[str, tuple[int, int]] = {}
        for number, line in enumerate(self.lines):
            if line.key:
                spans[line.key] = (spans[line.key][0] if line.key in spans else number, number + 1)
        return spans

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that can be highlighted, in order."""
        return tuple(self.spans)

    def order(self, key: str) -> int:
        """The number of keys before this one."""
        return bisect_left(self.keys, self.spans[key][0], key=lambda each: self.spans[each][0])

    @property
    def rows(self) -> int:
        """The number of rows on the screen."""
        return max(self.turn, self.head + len(self.lines) - self.turn) if self.turn else len(self.lines)

    def on_row(self, row: int) -> tuple[int, ...]:
        """The numbers of the lines on this row, from left to right; -1 for an empty place at the
        left.
        """
        if not self.turn:
            return (row,) if row < len(self.lines) else ()
        if row < self.head:
            return (row,)
        right = self.turn + row - self.head
        # A left column that has ended still keeps its place.
        return (row if row < self.turn else -1, *((right,) if right < len(self.lines) else ()))

    def row_of(self, line: int) -> int:
        """The row of this line."""
        return line - self.turn + self.head if self.turn and line >= self.turn else line

    def rows_of(self, key: str) -> tuple[int, int]:
        """The first row of a key and the row after its last; (0, 0) for an unknown key."""
        first, end = self.spans.get(key, (0, 0))
        return (self.row_of(first), self.row_of(end - 1) + 1) if end else (0, 0)


# ---- breaking text into lines ------------------------------------------------------------------


def units(text: str, tone: str) -> Iterator[tuple[str, str]]:
    """The words of a text as safe text, each with this tone."""
    yield from ((word, tone) for word in safe_text(text).split())


def paragraph(texts: Iterable[tuple[str, str]], width: int, lead: Pieces = (), key: str = "") -> Iterator[TextLine]:
    """Break (text, tone) pairs into lines between words."""
    yield from flow((unit for words, tone in texts for unit in units(words, tone)), width, lead, key)


def flow(parts: Iterable[tuple[str, str]], width: int, lead: Pieces = (), key: str = "") -> Iterator[TextLine]:
    """Break (text, tone) pairs into lines between the texts; a text is broken only if it is longer
    than a line. `lead` is before the first line, and later lines are indented by its width.
    """
    margin = sum(cell_len(words) for words, _ in lead)
    room = max(1, width - margin)
    pieces, used = list(lead), 0
    for words, tone in parts:
        for part in (words,) if cell_len(words) <= room else chop_cells(words, room):
            size = cell_len(part)
            if used and used + 1 + size > room:
                yield TextLine(tuple(pieces), key)
                pieces, used = [(" " * margin, "")] if margin else [], 0
            if used and pieces[-1][1] == tone:
                pieces[-1] = (f"{pieces[-1][0]} {part}", tone)
            elif used:
                pieces += [(" ", ""), (part, tone)]
            else:
                pieces.append((part, tone))
            if part.endswith(" ·") and tone != "muted":  # the dot only separates
                pieces[-1:] = [(pieces[-1][0][:-1], tone), ("·", "muted")]
            used += size + (1 if used else 0)
    if used:
        yield TextLine(tuple(pieces), key)


def wrapped(pieces: Pieces, width: int, lead: str = "", rest: str = "") -> list[Pieces]:
    """Break pieces into lines; spaces stay as they are. `lead` is before the first line, `rest`
    before the others; one that leaves no room for words is cut.
    """
    room = max(0, width - NARROWEST)
    lead, rest = _cut(lead, room), _cut(rest, room)
    text = Text(end="")
    for words, tone in pieces:
        text.append_text(Text.lines(words.split("\n"), tone))
    broken = text.wrap(_console(), max(NARROWEST, width - cell_len(lead)), overflow="fold", tab_size=4)
    lines: list[Pieces] = []
    for at, line in enumerate(broken or [Text()]):
        line.rstrip()
        lines.append(((rest if at else lead, "muted"), *_pieces_of(line)))
    return lines


def hanging(text: str, width: int, tone: str = "") -> Iterator[TextLine]:
    """Break a text into lines, with a hanging indent as wide as its leading spaces and bullet."""
    words = text.lstrip(" •")
    lead = text[: len(text) - len(words)]
    for line in wrapped(((words, tone),), width, lead, " " * cell_len(lead)):
        yield TextLine(((line[0][0], tone), *line[1:]))


def grid(rows: Iterable[tuple[tuple[str, str], ...]], width: int, gap: int = 2) -> Iterator[TextLine]:
    """Rows of (text, tone) cells in columns as wide as their widest cell; the last column breaks
    between words.

    If the other columns leave no room, the last cell is below them.
    """
    rows = tuple(rows)
    sizes = [max(cell_len(safe_text(cell[0])) for cell in column) for column in zip(*rows, strict=True)]
    beside = sum(sizes[:-1]) + gap * (len(sizes) - 1) + 2 * NARROWEST <= width
    for *cells, last in rows:
        lead: list[tuple[str, str]] = []
        for (words, tone), size in zip(cells, sizes, strict=False):
            words = safe_text(words)
            lead.append((words + " " * (size - cell_len(words) + gap), tone))
        if beside:
            yield from paragraph((last,), width, tuple(lead))
        else:
            yield from paragraph(cells, width)
            yield from paragraph((last,), width, (("    ", ""),))


def side_by_side(left: Iterable[Pieces], right: Iterable[Pieces], width: int) -> Iterator[Pieces]:
    """Two columns of lines; the left one is `width` cells wide, plus a space."""
    for one, other in zip_longest(left, right, fillvalue=()):
        used = sum(cell_len(words) for words, _ in one)
        yield (*one, (" " * max(0, width + 1 - used), ""), *other)


def _pieces_of(line: RichText) -> Pieces:
    """The pieces of a wrapped line: they were appended in order, so their spans do not overlap."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for span in sorted(line.spans, key=lambda span: span.start):
        if span.start > at:
            pieces.append((line.plain[at : span.start], ""))
        pieces.append((line.plain[span.start : span.end], str(span.style)))
        at = span.end
    pieces.append((line.plain[at:], ""))
    return tuple(piece for piece in pieces if piece[0])


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) <= room else text[-room:] if room else ""


@cache
def _console() -> Console:
    """A console for Rich's breaking of lines; it prints nothing."""
    from rich.console import Console

    return Console(width=80, legacy_windows=False)
