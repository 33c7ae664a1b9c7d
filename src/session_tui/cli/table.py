"""Tables and paragraphs on standard output, as wide as the terminal; texts are never markup.

Texts are cleaned before they are measured. The first rows decide the widths of the columns, and
the rows are printed as they come: the time for ten thousand rows is that of their letters.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Literal, NamedTuple, TypeAlias

from session_tui.cli.output import WHOLE, styled, width, write_lines
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text

MEASURED = 1_000  # rows that decide the widths of the columns
_GAP = "  "  # the space between two columns
_NARROWEST = 10  # cells; a column is never narrowed below it
_CODES = {"bold": "\x1b[1m", "dim": "\x1b[2m"}  # bold and dim only: the user chooses the colours of the terminal
_WORD = lazy_pattern(r"\S+")

Fit: TypeAlias = Literal["whole", "fold", "cut"]
Piece: TypeAlias = str | tuple[str, str]  # a text, or a text with its style: "", "bold" or "dim"
Cell: TypeAlias = Piece | list[Piece]  # the pieces of a list stand one below the other


class TableColumn(NamedTuple):
    """A column with a minimum and a maximum width in cells; 0 is no limit.

    In a narrow terminal, `fold` and `cut` columns are narrowed first: `fold` wraps its texts,
    `cut` ends them with an ellipsis. A `whole` column is wrapped last, between words; its words
    are never cut.
    """

    title: str = ""
    fit: Fit = "whole"
    right: bool = False
    least: int = 0
    most: int = 0


class SpanningRow(NamedTuple):
    """A row across all columns."""

    pieces: tuple[Piece, ...]


Row: TypeAlias = Sequence[Cell] | SpanningRow


def table(columns: Sequence[TableColumn], rows: Iterable[Row], *, titled: bool = True, indent: int = 0) -> None:
    """Print rows under the titles of their columns, as they come; a row has one cell for each
    column.
    """
    remaining = iter(rows)
    sample = list(islice(remaining, MEASURED))
    titles = [[(column.title, "bold") for column in columns]] if titled else []
    layout = _Layout(columns, [*titles, *sample], width() - indent, indent)
    write_lines(chain.from_iterable(map(layout.lines, chain(titles, sample, remaining))))


def paragraph(*pieces: Piece, indent: int = 0, fit: Fit = "fold") -> None:
    """Print the pieces of one text, wrapped at the terminal's width, ended there with an ellipsis,
    or whole.
    """
    write_lines(_paragraph(pieces, width() - indent, indent, fit=fit, styled=styled()))


class _Layout:
    """The widths of a table's columns, and its rows as lines."""

    def __init__(self, columns: Sequence[TableColumn], sample: Sequence[Row], room: int, indent: int) -> None:
        self._room, self._indent, self._styled = room, indent, styled()
        natural = [column.least for column in columns]
        words = natural[:]
        for row in sample:
            for at, cell in enumerate(() if isinstance(row, SpanningRow) else row):
                for text in map(_text, _pieces(cell)):
                    natural[at] = max(natural[at], _cells(text))
                    words[at] = max(words[at], *map(_cells, text.split() or ("",)))
        natural = [min(size, each.most or size) for size, each in zip(natural, columns, strict=True)]
        limited = room + indent < WHOLE
        widths = _fitting(columns, natural, words, room - len(_GAP) * (len(columns) - 1)) if limited else natural
        ways = [
            ("words" if size < request else "whole") if each.fit == "whole" or not (limited or each.most) else each.fit
            for each, size, request in zip(columns, widths, natural, strict=True)
        ]
        self._columns = [(size, each.right, way) for size, each, way in zip(widths, columns, ways, strict=True)]

    def lines(self, row: Row) -> Iterable[str]:
        """The lines of a row, as many as its highest cell has."""
        if isinstance(row, SpanningRow):
            return _paragraph(row.pieces, self._room, self._indent, fit="fold", styled=self._styled)
        parts = []
        for cell, (size, right, way) in zip(row, self._columns, strict=True):
            if isinstance(cell, list):
                return self._high(row)
            text, style = (cell, "") if isinstance(cell, str) else cell
            if not text.isprintable():
                text = safe_text(text)
            cells = len(text) if text.isascii() else _cells(text)
            if cells > size and way != "whole":
                return self._high(row)
            parts.append(self._part(text, style, size - cells, right=right))
        return (f"{' ' * self._indent}{_GAP.join(parts).rstrip()}",)

    def _high(self, row: Sequence[Cell]) -> Iterator[str]:
        columns = [
            [self._part(text, style, size - _cells(text), right=right) for text, style in _broken(cell, size, way)]
            for cell, (size, right, way) in zip(row, self._columns, strict=True)
        ]
        blank = [" " * size for size, *_ in self._columns]
        for parts in zip_longest(*columns):
            line = _GAP.join(empty if part is None else part for part, empty in zip(parts, blank, strict=True))
            yield f"{' ' * self._indent}{line.rstrip()}"

    def _part(self, text: str, style: str, blank: int, *, right: bool) -> str:
        if style and text and self._styled:
            text = f"{_CODES[style]}{text}\x1b[0m"
        return f"{' ' * blank}{text}" if right else f"{text}{' ' * blank}"


def _fitting(columns: Sequence[TableColumn], natural: list[int], words: list[int], room: int) -> list[int]:
    """The widths that fit into the room as far as possible; the widest column is narrowed
    first.
    """
    widths = natural
    soft = [
        max(each.least, min(size, each.most or _NARROWEST)) if each.fit != "whole" else size
        for each, size in zip(columns, natural, strict=True)
    ]
    last = [min(one, other) for one, other in zip(soft, words, strict=True)]
    for floors in (soft, last):
        if sum(widths) > room:
            highest = range(1, max(natural) + 1)
            level = bisect_right(highest, room, key=lambda level: sum(_level(natural, floors, level)))
            widths = _level(natural, floors, level)
    return widths


def _level(natural: list[int], floors: list[int], level: int) -> list[int]:
    return [max(floor, min(size, level)) for floor, size in zip(floors, natural, strict=True)]


def _pieces(cell: Cell) -> list[Piece]:
    return cell if isinstance(cell, list) else [cell]


def _text(piece: Piece) -> str:
    return safe_text(piece if isinstance(piece, str) else piece[0])


def _broken(cell: Cell, size: int, way: str) -> Iterator[tuple[str, str]]:
    """The wrapped lines of a cell, each with its style."""
    for piece in _pieces(cell):
        text, style = _text(piece), "" if isinstance(piece, str) else piece[1]
        if way == "cut":
            yield _cut(text, size), style
        elif way == "whole":
            yield text, style
        else:
            for start, end in _breaks(text, size, inside=way == "fold"):
                yield safe_text(text[start:end]), style  # a break may separate a joiner from its character


def _paragraph(pieces: Sequence[Piece], room: int, indent: int, *, fit: Fit, styled: bool) -> Iterator[str]:
    texts = [(_text(piece), "" if isinstance(piece, str) else piece[1]) for piece in pieces]
    whole = "".join(text for text, _ in texts)
    spans = [(0, len(whole))]
    cut = fit == "cut"
    if fit != "whole" and _cells(whole) > room and indent + room < WHOLE:
        shown = _cut(whole, room).removesuffix("…")
        spans = [(0, len(shown))] if cut else list(_breaks(whole, room))
    for start, end in spans:
        line, at = "", 0
        for text, style in texts:
            part = safe_text(text[max(0, start - at) : max(0, end - at)])
            line += f"{_CODES[style]}{part}\x1b[0m" if part and style and styled else part
            at += len(text)
        line += "…" if cut and end < len(whole) else ""
        yield f"{' ' * indent}{line.rstrip()}"


def _breaks(text: str, size: int, *, inside: bool = True) -> Iterator[tuple[int, int]]:
    """The start and end of each line: it ends between words, or `inside` a word that is longer
    than a line.
    """
    from rich.cells import chop_cells

    start = end = used = 0
    for word in _WORD.finditer(text):
        blank, cells = word.start() - end, _cells(word[0])
        if used + blank + cells <= size:
            end, used = word.end(), used + blank + cells
            continue
        if end > start:
            yield start, end
        start, used = word.start(), cells
        if inside and cells > size:
            for part in chop_cells(word[0], max(2, size))[:-1]:
                yield start, start + len(part)
                start += len(part)
            used = _cells(text[start : word.end()])
        end = word.end()
    yield start, end


def _cut(text: str, size: int) -> str:
    if _cells(text) <= size:
        return text
    from rich.cells import set_cell_size

    return f"{safe_text(set_cell_size(text, max(0, size - 1)))}…"


def _cells(text: str) -> int:
    """The number of terminal cells of a cleaned text."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
