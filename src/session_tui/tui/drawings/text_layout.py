"""Toned text laid out at a width, as values: what a text view draws; nothing of the framework is loaded."""

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
NARROWEST = 8  # cells of text, however deep a list goes or narrow a terminal is


class TextLine(Struct, frozen=True):
    """A line, its pieces of (text, tone) harmless; a tone may be several words: `strong em`. `key` is that of the thing
    it belongs to, which may be highlighted: an entry, a block, a point.
    """

    pieces: Pieces = ()
    key: str = ""

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(words for words, _ in self.pieces)


class TextLayout(Struct, frozen=True, dict=True):
    """Lines in the order of reading; the first `head` of them go across, the others turn into a second column at
    `turn` (0: there is one column). `width` is a column's.
    """

    lines: tuple[TextLine, ...] = ()
    width: int = 0
    head: int = 0
    turn: int = 0

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """For each key, in order, its first line and the one behind its last."""
        found: dict[str, tuple[int, int]] = {}
        for number, line in enumerate(self.lines):
            if line.key:
                found[line.key] = (found[line.key][0] if line.key in found else number, number + 1)
        return found

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What can be highlighted, in order."""
        return tuple(self.spans)

    def order(self, key: str) -> int:
        """How many keys stand before this one."""
        return bisect_left(self.keys, self.spans[key][0], key=lambda each: self.spans[each][0])

    @property
    def rows(self) -> int:
        """How many rows of the screen it takes."""
        return max(self.turn, self.head + len(self.lines) - self.turn) if self.turn else len(self.lines)

    def on_row(self, row: int) -> tuple[int, ...]:
        """The numbers of the lines that stand on this row, from left to right."""
        if not self.turn:
            return (row,) if row < len(self.lines) else ()
        if row < self.head:
            return (row,)
        right = self.turn + row - self.head
        # A left column that has come to its end still holds its place.
        return (row if row < self.turn else -1, *((right,) if right < len(self.lines) else ()))

    def row_of(self, line: int) -> int:
        """The row on which this line stands."""
        return line - self.turn + self.head if self.turn and line >= self.turn else line

    def rows_of(self, key: str) -> tuple[int, int]:
        """The first row of a key and the one behind its last; (0, 0) where it is not."""
        first, end = self.spans.get(key, (0, 0))
        return (self.row_of(first), self.row_of(end - 1) + 1) if end else (0, 0)


# ---- breaking text into lines ----------------------------------------------------------------------------------------


def units(text: str, tone: str) -> Iterator[tuple[str, str]]:
    """The words of a text, each in its tone."""
    yield from ((word, tone) for word in safe_text(text).split())


def paragraph(told: Iterable[tuple[str, str]], width: int, lead: Pieces = (), key: str = "") -> Iterator[TextLine]:
    """Texts in their tones one after the other, broken at their words."""
    yield from flow((unit for words, tone in told for unit in units(words, tone)), width, lead, key)


def flow(told: Iterable[tuple[str, str]], width: int, lead: Pieces = (), key: str = "") -> Iterator[TextLine]:
    """Words that stay together, broken into lines of this width behind a lead; those after the first line stand under
    the first one's words.
    """
    margin = sum(cell_len(words) for words, _ in lead)
    room = max(1, width - margin)
    pieces, used = list(lead), 0
    for words, tone in told:
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
            if part.endswith(" ·") and tone != "muted":  # the dot says nothing that is to be looked at
                pieces[-1:] = [(pieces[-1][0][:-1], tone), ("·", "muted")]
            used += size + (1 if used else 0)
    if used:
        yield TextLine(tuple(pieces), key)


def wrapped(pieces: Pieces, width: int, lead: str = "", rest: str = "") -> list[Pieces]:
    """Pieces broken into lines, spaces as they are, each behind its lead; one that leaves no room for words is cut."""
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
    """A text broken into lines, those after the first indented as its words are."""
    words = text.lstrip(" •")
    lead = text[: len(text) - len(words)]
    for line in wrapped(((words, tone),), width, lead, " " * cell_len(lead)):
        yield TextLine(((line[0][0], tone), *line[1:]))


def grid(rows: Iterable[tuple[tuple[str, str], ...]], width: int, gap: int = 2) -> Iterator[TextLine]:
    """Cells of (text, tone) in columns, each as wide as its widest cell; the last column's words break.

    Where that leaves no room for words, they stand below the cells before them.
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
    """Two columns of lines; the left one takes so many cells, and a space."""
    for one, other in zip_longest(left, right, fillvalue=()):
        used = sum(cell_len(words) for words, _ in one)
        yield (*one, (" " * max(0, width + 1 - used), ""), *other)


def _pieces_of(line: RichText) -> Pieces:
    """A wrapped line's pieces again: they were appended one behind the other, so their spans never overlap."""
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
    """Only asked for its ways of breaking lines; it prints nothing."""
    from rich.console import Console

    return Console(width=80, legacy_windows=False)
