"""A plan's Markdown as blocks to step through: headings, paragraphs, list items, tables, code, each with its line.

Textual's own Markdown widget makes a widget of each of these: a plan of 450 lines stood still for half a second and
took a tenth of one for a key (`docs/decisions.md`). Blocks are values, and the page draws only the lines in sight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.clean import harmless
from session_tui.store import markdown

if TYPE_CHECKING:
    from markdown_it.token import Token

Pieces: TypeAlias = tuple[tuple[str, str], ...]  # (text, marks): marks are words such as "strong em"
Kind: TypeAlias = Literal["heading", "paragraph", "code", "table", "aside"]

BULLETS = ("• ", "◦ ", "▪ ")
QUOTE = "│ "
_MARKS = {"strong": "strong", "em": "em", "s": "strike", "link": "link"}


class Block(Struct, frozen=True):
    """One block. `line` is the first of its source, counted from 1; 0 is what is ours, and cannot be commented on.

    `lead` stands before its first line, `rest` before those that follow; `gap` is the number of empty lines above.
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
        """Its words without their marks."""
        return "".join(words for words, _ in self.pieces)


class Remark(Struct, frozen=True):
    """What somebody wrote on a block: who and when, and the words; `unsaved` is not on disk yet."""

    head: str
    text: str
    unsaved: bool = False


Remarks: TypeAlias = dict[int, tuple[Remark, ...]]  # by the block's number


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a plan, in order; nothing in them acts upon a terminal."""
    return tuple(_Reading().read(markdown.parser().parse(markdown.shown(text))))


def steps_of(blocks: tuple[Block, ...]) -> tuple[int, ...]:
    """The numbers of the blocks that are the plan's own: they can be highlighted, and commented on."""
    return tuple(at for at, block in enumerate(blocks) if block.line)


def block_of(line: int, blocks: tuple[Block, ...], steps: tuple[int, ...]) -> int | None:
    """The number of the block that a line of the source belongs to."""
    found = bisect_right(steps, line, key=lambda at: blocks[at].line)
    return steps[max(0, found - 1)] if steps else None


class _Reading:
    """One walk along the tokens: the containers that are open, and what stands before the next line in each."""

    def __init__(self) -> None:
        self.leads: list[list[str]] = []  # of each open container: before its first line, and before the others
        self.lists: list[int | None] = []  # the next number of each open list, None where it has bullets
        self.begun = False  # something of the outermost open list is already there
        self.under_heading = False

    def read(self, tokens: list[Token]) -> Iterator[Block]:
        """Every block."""
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
                code = "\n".join(harmless(line) for line in token.content.rstrip("\n").split("\n"))
                yield self._made("code", token, ((code, "code"),))
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
    """The inline text with its marks; where a link leads is said behind it, since nothing here opens it."""
    pieces: list[tuple[str, str]] = []
    marks: list[str] = []
    targets: list[str] = []
    for child in token.children or ():
        name = child.type.removesuffix("_open").removesuffix("_close")
        if child.type == "text":
            pieces.append((child.content, " ".join(marks)))
        elif child.type == "code_inline":
            pieces.append((child.content, " ".join([*marks, "code"])))
        elif child.type == "softbreak":
            pieces.append((" ", " ".join(marks)))
        elif child.type == "hardbreak":
            pieces.append(("\n", ""))
        elif child.type == "image":
            pieces.append((f"[picture: {harmless(child.content) or '?'}]", "muted"))
        elif child.nesting == 1 and name in _MARKS:
            marks.append(_MARKS[name])
            targets.append(harmless(str(child.attrs.get("href", ""))))
        elif child.nesting == -1 and marks:
            marks.pop()
            target = targets.pop()
            if target and (not pieces or pieces[-1][0] not in (target, target.removeprefix("mailto:"))):
                pieces.append((f" ‹{target}›", "muted"))
    return tuple(piece for piece in pieces if piece[0])


def _rows(tokens: list[Token]) -> Iterator[tuple[str, ...]]:
    """The rows of a table as plain text, the header first."""
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append("".join(words for words, _ in _pieces(token)).replace("\n", " "))
        elif token.type == "tr_close":
            yield tuple(row)
