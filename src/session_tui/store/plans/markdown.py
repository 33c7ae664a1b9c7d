"""What a plan's Markdown says: its headings, its assumptions, the plain text of a line, where a
comment belongs now.

markdown-it-py is loaded when a text is parsed: most commands never look into a plan. Lines count
from 1 and end at line breaks alone, as they do for the parser.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import PlanComment

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_SHORTEST_PIECE = 8  # characters: a shorter quote is found as a whole line only, else it would be found everywhere

_FRONT_MATTER = 200  # lines, at most
_YAML = re.compile(r"[\w.-]+\s*:(?:\s|$)|\s+\S|- |#|$")
_ATTRIBUTES = re.compile(r"(?<!\\)\s*\{(?:[#.][^{}]*|-|[\w-]+=[^{}]*)\}\s*$")
_IS_ASSUMPTIONS = re.compile(r"(?:[0-9.]+\s+)?(?:\w+ )?assumptions[ :]*", re.IGNORECASE)
_COLUMN = re.compile(r"assumption", re.IGNORECASE)
_BULLET = re.compile(
    r"\s*(?:[\u2022\u00b7\u2023\u2043\u25aa\u25ab\u25cf\u25cb\u25e6\u2219\uf0a7\uf0b7\u2013\u2014]\s*|o\s{2,})(?=\S)"
)
_TASK = re.compile(r"^\[[ xX]\]\s+")
_BLOCK_MARKS = re.compile(r"^(?:\s|>|#{1,6}\s|[-*+]\s|[0-9]{1,9}[.)]\s|\[[ xX]\]\s)*")
_INLINE_MARKS = re.compile(r"[\[\]\\`*_~&<!]")


def parser() -> "MarkdownIt":
    """Plain Markdown with tables; what looks like HTML is text, and what an entity hides is made
    harmless too.
    """
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.core.ruler.push("harmless", _made_harmless)
    made.core.ruler.before("inline", "heading attributes", _without_attributes)
    made.block.ruler.before("table", "front matter", _front_matter)
    return made


def lines_of(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def shown(text: str) -> str:
    """The text with nothing left in it that a terminal would act upon; its lines and their indents
    stay.
    """
    return "\n".join(safe_text(line.expandtabs(4)) for line in lines_of(text))


def outline(text: str) -> tuple[tuple[int, int, str], ...]:
    """The headings: level, line, title."""
    tokens = parser().parse(shown(text))
    return tuple(
        (int(token.tag[1:]), token.map[0] + 1 if token.map else 1, _words(tokens[at + 1]))
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    )


class PlanAssumptions(Struct, frozen=True):
    """What a plan lists under "Assumptions", as plain text; where that is nothing, why, in a
    sentence.
    """

    texts: tuple[str, ...] = ()
    why_none: str = ""


def assumptions(text: str) -> PlanAssumptions:
    """The items of lists and the rows of tables in the section headed "Assumptions", those inside
    others too.

    A word processor's `•` makes an item where Markdown sees a paragraph.
    """
    reading = _Section()
    tokens = parser().parse(shown(text))
    for at, token in enumerate(tokens):
        reading.take(token, tokens[at + 1] if at + 1 < len(tokens) else token)
    texts = tuple(each for each in reading.found if each)
    if texts:
        return PlanAssumptions(texts)
    if not reading.there:
        return PlanAssumptions((), "The plan has no section called Assumptions.")
    return PlanAssumptions((), "The plan's section Assumptions has no list and no table, so nothing is taken from it.")


class _Section:
    """One walk along the tokens: whether the section is there, and what is listed in it."""

    def __init__(self) -> None:
        self.there = False
        self.found: list[str] = []
        self._level = 0  # of the heading that the section is under; 0 outside of it
        self._items: list[list[str]] = []  # the open items, the innermost last, and where each is found
        self._places: list[int] = []
        self._cells: list[str] | None = None  # of the open row of a table
        self._column = 0
        self._in_head = False

    def take(self, token: "Token", following: "Token") -> None:
        """The next token; `following` is the one behind it."""
        if token.type == "heading_open" and token.level == 0:
            depth = int(token.tag[1:])
            if not self._level or depth <= self._level:
                self._level = depth if _IS_ASSUMPTIONS.fullmatch(_words(following)) else 0
                self.there = self.there or bool(self._level)
        elif not self._level:
            return
        elif token.type == "list_item_open":
            self._items.append([])
            self._places.append(len(self.found))
            self.found.append("")
        elif token.type == "list_item_close" and self._items:
            self.found[self._places.pop()] = _TASK.sub("", " ".join(filter(None, self._items.pop())))
        elif token.type in ("thead_open", "thead_close"):
            self._in_head = token.nesting == 1
        elif token.type == "tr_open":
            self._cells = []
        elif token.type == "tr_close":
            self._row(self._cells or [])
        elif token.type == "inline":
            self._words(token)

    def _words(self, token: "Token") -> None:
        if self._cells is not None:
            self._cells.append(_words(token))
        elif self._items:
            self._items[-1].append(_words(token))
        elif token.level == 1:  # a paragraph of its own
            self.found += _bulleted(token)

    def _row(self, cells: list[str]) -> None:
        """Of a table the column that is called so, else the first."""
        self._cells = None
        if self._in_head:
            self._column = next((at for at, cell in enumerate(cells) if _COLUMN.search(cell)), 0)
        elif self._column < len(cells):
            self.found.append(cells[self._column])


def _bulleted(token: "Token") -> Iterator[str]:
    """The items of a paragraph whose lines begin with bullets; a line without one goes on with the
    item before it.
    """
    item: list[str] | None = None
    for line in _lines(token):
        mark = _BULLET.match(line)
        if mark:
            if item:
                yield " ".join(item)
            item = [line[mark.end() :].strip()]
        elif item is not None:
            item.append(line.strip())
    if item:
        yield " ".join(filter(None, item))


def _lines(token: "Token") -> list[str]:
    lines = [""]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        else:
            lines[-1] += "".join(_pieces_of(child))
    return lines


def plain(line: str) -> str:
    """One line of the source without its Markdown marks: what a comment quotes."""
    return _plain(line, parser())


def placed(comments: tuple[PlanComment, ...], text: str) -> tuple[tuple[int | None, PlanComment], ...]:
    """Each comment with its line now: found again by its quote, nearest to the old line; None
    where it is gone.
    """
    if not comments:
        return ()
    lines, reading = lines_of(text), parser()
    keys = [_key(_plain(line, reading)) for line in lines]
    whole: dict[str, list[int]] = {}
    for at, key in enumerate(keys, 1):
        whole.setdefault(key, []).append(at)
    told = "\n".join(keys)  # asked first: going through all lines for each comment takes the square of both
    return tuple((_line_of(comment, lines, keys, whole, told), comment) for comment in comments)


def _plain(line: str, reading: "MarkdownIt") -> str:
    text = _BLOCK_MARKS.sub("", safe_text(line.expandtabs(4)))
    if not _INLINE_MARKS.search(text):  # most lines, at a hundredth of the price
        return text.strip()
    return " ".join(_words(token) for token in reading.parseInline(text)).strip()


def _line_of(
    comment: PlanComment, lines: list[str], keys: list[str], whole: dict[str, list[int]], told: str
) -> int | None:
    quote = _key(comment.quote)
    if not comment.quote.strip():
        return comment.line if comment.line <= len(lines) else None
    if not quote:  # signs alone, such as a row of dashes
        return _nearest(comment.line, (at for at, line in enumerate(lines, 1) if line.strip() == comment.quote.strip()))
    nearest = _nearest(comment.line, whole.get(quote, ()))
    if nearest or len(quote) < _SHORTEST_PIECE or quote not in told:
        return nearest
    return _nearest(comment.line, (at for at, key in enumerate(keys, 1) if quote in key))


def _nearest(line: int, places: Iterable[int]) -> int | None:
    return min(places, key=lambda place: abs(place - line), default=None)


def _key(text: str) -> str:
    """Letters and digits alone: whatever marks and spaces stand around them, a line is recognized
    by these.
    """
    return "".join(character for character in text.lower() if character.isalnum())


def _words(token: "Token") -> str:
    """The text of an inline token, on one line."""
    return one_line("".join(_pieces(token))).strip()


def _pieces(token: "Token") -> Iterator[str]:
    for child in token.children or ():
        yield from _pieces_of(child)


def _pieces_of(child: "Token") -> Iterator[str]:
    if child.type in ("text", "code_inline"):
        yield child.content
    elif child.type in ("softbreak", "hardbreak"):
        yield " "
    elif child.type == "image":
        yield from _pieces(child)


def _front_matter(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """What a plan begins with between two lines of `---` is data about it, shown as it is, and no
    heading.
    """
    lines = [state.src[state.bMarks[at] : state.eMarks[at]].rstrip() for at in range(min(end, _FRONT_MATTER))]
    if start or silent or state.level or not lines or lines[0] != "---":
        return False
    last = next((at for at, line in enumerate(lines) if at and line in ("---", "...")), 0)
    if last < 2 or not all(_YAML.match(line) for line in lines[1:last]):
        return False
    token = state.push("fence", "code", 0)
    token.content = "".join(f"{line}\n" for line in lines[: last + 1])
    token.map = [0, last + 1]
    state.line = last + 1
    return True


def _without_attributes(state: "StateCore") -> None:
    """`{#id .class}` behind a heading, as pandoc and others write it, is no part of its text."""
    for at, token in enumerate(state.tokens):
        if token.type == "heading_open":
            following = state.tokens[at + 1]
            following.content = _ATTRIBUTES.sub("", following.content)


def _made_harmless(state: "StateCore") -> None:
    """An entity (`&#x202e;`) turns into its character after the source was cleaned, so what came
    of it is cleaned.
    """
    stack = list(state.tokens)
    while stack:
        token = stack.pop()
        if token.type in ("text", "code_inline"):
            token.content = safe_text(token.content)
        stack.extend(token.children or ())
