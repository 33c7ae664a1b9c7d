"""A plan's Markdown as blocks with their source lines: headings, paragraphs, lists, tables, code.

Textual's Markdown widget makes a widget for each block: a plan of 450 lines took half a second
to open, and 0.1 s for a key (`docs/decisions.md`). Blocks are values, and the page draws only
visible lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len

from session_tui.model import glyphs
from session_tui.model.sanitize import safe_text
from session_tui.store.plans import markdown
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, wrapped
from session_tui.tui.pieces import Pieces

if TYPE_CHECKING:
    from markdown_it.token import Token

Kind: TypeAlias = Literal["heading", "paragraph", "code", "table", "aside"]

BULLETS = ("• ", "◦ ", "▪ ")
QUOTE = "│ "
RULE, COLUMN = "─", " │ "
_MARKS = {"strong": "strong", "em": "em", "s": "strike", "link": "underline"}
_WIDEST_CELL = 400  # cells: a longer one wraps at any width


class Block(Struct, frozen=True):
    """One block. `line` is its first source line, from 1; 0 for our own texts, without comments.

    `lead` stands before its first line, `rest` before the others; `gap` is the empty lines above.
    """

    kind: Kind
    line: int
    pieces: Pieces = ()
    level: int = 0
    lead: str = ""
    rest: str = ""
    gap: int = 1
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The text without its marks."""
        return "".join(words for words, _ in self.pieces)


class Remark(Struct, frozen=True):
    """A comment on a block: `head` has author and time; `unsaved` is not on disk yet."""

    head: str
    text: str
    unsaved: bool = False


Remarks: TypeAlias = dict[int, tuple[Remark, ...]]  # by the first line of the block


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plan in order, without characters that control a terminal."""
    return tuple(_Reading().read(markdown.parser().parse(markdown.shown(text))))


def begins_of(blocks: tuple[Block, ...]) -> tuple[int, ...]:
    """Return the first source lines of the plan's own blocks, which can have comments."""
    return tuple(block.line for block in blocks if block.line)


def begin_of(line: int, begins: tuple[int, ...]) -> int:
    """Return the first source line of the block with this line; 0 where there is none."""
    return begins[max(0, bisect_right(begins, line) - 1)] if begins else 0


class _Reading:
    """One pass over the tokens: the open containers, and the text before the next line of each."""

    def __init__(self) -> None:
        self.leads: list[list[str]] = []  # of each open container, for its first line and the others
        self.lists: list[int | None] = []  # the next number of each open list, None where it has bullets
        self.begun = False  # the outermost open list has a block already
        self.under_heading = False

    def read(self, tokens: list[Token]) -> Iterator[Block]:
        """Yield every block."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "table_open":
                end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
                yield self._made("table", token, rows=tuple(_rows(tokens[at:end])))
                at = end
            elif token.type in ("heading_open", "paragraph_open"):
                heading = token.type == "heading_open"
                level = int(token.tag[1:]) if heading else 0
                yield self._made("heading" if heading else "paragraph", token, _pieces(tokens[at + 1]), level=level)
            elif token.type in ("fence", "code_block"):
                code = "\n".join(safe_text(line) for line in token.content.rstrip("\n").split("\n"))
                yield self._made("code", token, ((code, "accent"),))
            elif token.type == "hr":
                yield Block("aside", 0, (("─ ─ ─", "muted"),))
            else:
                self._contain(token)
            at += 1

    def _contain(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrs.get("start", 1)))
            case "list_item_open":
                self.leads.append([self._marker(), ""])
                self.leads[-1][1] = " " * len(self.leads[-1][0])
            case "blockquote_open":
                self.leads.append([QUOTE, QUOTE])
            case "list_item_close" | "blockquote_close":
                self.leads.pop()
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
                self.begun = self.begun and bool(self.lists)

    def _marker(self) -> str:
        number = self.lists[-1]
        if number is None:
            depth = sum(1 for each in self.lists if each is None)
            return BULLETS[min(depth, len(BULLETS)) - 1]
        self.lists[-1] = number + 1
        return f"{number}. "

    def _made(self, kind: Kind, token: Token, pieces: Pieces = (), **more: object) -> Block:
        tight = (token.hidden and self.begun) or (self.under_heading and kind != "heading")
        made = Block(
            kind=kind,
            line=token.map[0] + 1 if token.map else 1,
            pieces=pieces,
            lead="".join(first for first, _ in self.leads),
            rest="".join(rest for _, rest in self.leads),
            gap=0 if tight else 1,
        )
        for lead in self.leads:
            lead[0] = lead[1]
        self.begun = bool(self.lists)
        self.under_heading = kind == "heading"
        return replace(made, **more)


def _pieces(token: Token) -> Pieces:
    """Return the inline text with its marks. A link's address follows it: no key opens a link."""
    pieces: list[tuple[str, str]] = []
    marks: list[str] = []
    targets: list[str] = []
    for child in token.children or ():
        name = child.type.removesuffix("_open").removesuffix("_close")
        if child.type == "text":
            pieces.append((child.content, " ".join(marks)))
        elif child.type == "code_inline":
            pieces.append((child.content, " ".join([*marks, "accent"])))
        elif child.type == "softbreak":
            pieces.append((" ", " ".join(marks)))
        elif child.type == "hardbreak":
            pieces.append(("\n", ""))
        elif child.type == "image":
            pieces.append((f"[picture: {safe_text(child.content) or '?'}]", "muted"))
        elif child.nesting == 1 and name in _MARKS:
            marks.append(_MARKS[name])
            targets.append(safe_text(str(child.attrs.get("href", ""))))
        elif child.nesting == -1 and marks:
            marks.pop()
            target = targets.pop()
            if target and (not pieces or pieces[-1][0] not in (target, target.removeprefix("mailto:"))):
                pieces.append((f" ‹{target}›", "muted"))
    return tuple(piece for piece in pieces if piece[0])


def _rows(tokens: list[Token]) -> Iterator[tuple[str, ...]]:
    """Return the rows of a table as plain text, the header first."""
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append("".join(words for words, _ in _pieces(token)).replace("\n", " "))
        elif token.type == "tr_close":
            yield tuple(row)


# ---- as lines -----------------------------------------------------------------------------------


def lay_out(blocks: tuple[Block, ...], remarks: Remarks, width: int) -> TextLayout:
    """Lay blocks out at a width, remarks below them; a block's key is its first source line."""
    lines: list[TextLine] = []
    for block in blocks:
        lines += [TextLine()] * (block.gap if lines else 0)
        key = str(block.line or "")
        lines += [TextLine(pieces, key) for pieces in _drawn(block, width)]
        for remark in remarks.get(block.line, ()):
            lines += [TextLine(pieces, key) for pieces in _remark_lines(remark, block.rest, width)]
    return TextLayout(tuple(lines), width)


def _drawn(block: Block, width: int) -> list[Pieces]:
    if block.kind == "table":
        return [((block.rest, "muted"), *line) for line in _table_lines(block.rows, width - cell_len(block.rest))]
    pieces, lead, rest = block.pieces, block.lead, block.rest
    if block.kind == "heading":
        pieces = tuple((words, f"strong {marks}".strip()) for words, marks in pieces)
        lines = wrapped(pieces, width, lead, rest)
        if block.level <= 2:
            rule = "━" if block.level == 1 else RULE
            longest = max((sum(cell_len(words) for words, _ in line) for line in lines), default=0)
            lines.append(((rule * (width if block.level == 1 else longest), "muted"),))
        return lines
    if block.kind == "code":
        lead, rest = f"{lead}┊ ", f"{rest}┊ "
    return wrapped(pieces, width, lead, rest)


def _remark_lines(remark: Remark, rest: str, width: int) -> list[Pieces]:
    sign = f"{glyphs.UNSAVED} " if remark.unsaved else ""
    return wrapped(((f"{sign}{remark.head}: ", "accent"), (remark.text, "em")), width, f"{rest}└ ", f"{rest}  ")


def _table_lines(rows: tuple[tuple[str, ...], ...], width: int) -> list[Pieces]:
    """Yield the lines of a table; cells wrap, and the widest columns shrink to the width."""
    columns = max(map(len, rows), default=0)
    if not columns:
        return []
    full = [
        min(_WIDEST_CELL, max(cell_len(row[at]) if at < len(row) else 1 for row in rows) or 1) for at in range(columns)
    ]
    room = width - len(COLUMN) * (columns - 1)
    if room < columns * 3:  # more columns than can stand side by side: a line a cell
        return [line for row in rows for cell in row for line in wrapped(((cell, ""),), width, "", "  ")]
    sizes = list(full)
    while sum(sizes) > room:
        sizes[sizes.index(max(sizes))] -= 1
    lines: list[Pieces] = []
    for number, row in enumerate(rows):
        cells = [wrapped(((row[at] if at < len(row) else "", ""),), sizes[at]) for at in range(columns)]
        for line in range(max(map(len, cells))):
            pieces: list[tuple[str, str]] = []
            for at, cell in enumerate(cells):
                words = "".join(piece for piece, _ in cell[line]) if line < len(cell) else ""
                pieces.append((words + " " * (sizes[at] - cell_len(words)), "" if number else "strong"))
                pieces.append((COLUMN if at < columns - 1 else "", "muted"))
            lines.append(tuple(pieces))
        if number == 0:
            lines.append((("─┼─".join(RULE * size for size in sizes), "muted"),))
    return lines
