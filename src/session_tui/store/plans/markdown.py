"""Parses plans: headings, assumptions, the plain text of a line, and the present line of a
comment.

markdown-it-py is loaded only when a text is parsed, since most commands read no plan. Lines count
from 1 and end only at line breaks, as in the parser.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import PlanComment

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_SHORTEST_PIECE = 8  # characters: a shorter quote is found as a whole line only, else it would be found everywhere

_FRONT_MATTER = 200  # lines, at most
_YAML = lazy_pattern(r"[\w.-]+\s*:(?:\s|$)|\s+\S|- |#|$")
_ATTRIBUTES = lazy_pattern(r"(?<!\\)\s*\{(?:[#.][^{}]*|-|[\w-]+=[^{}]*)\}\s*$")
_IS_ASSUMPTIONS = lazy_pattern(r"(?:[0-9.]+\s+)?(?:\w+ )?assumptions[ :]*", re.IGNORECASE)
_COLUMN = lazy_pattern(r"assumption", re.IGNORECASE)
_BULLET = lazy_pattern(
    r"\s*(?:[\u2022\u00b7\u2023\u2043\u25aa\u25ab\u25cf\u25cb\u25e6\u2219\uf0a7\uf0b7\u2013\u2014]\s*|o\s{2,})(?=\S)"
)
_TASK = lazy_pattern(r"^\[[ xX]\]\s+")
_BLOCK_MARKS = lazy_pattern(r"^(?:\s|>|#{1,6}\s|[-*+]\s|[0-9]{1,9}[.)]\s|\[[ xX]\]\s)*")
_INLINE_MARKS = lazy_pattern(r"[\[\]\\`*_~&<!]")


def parser() -> "MarkdownIt":
    """Return a parser for Markdown with tables. HTML stays text, and control characters of
    entities are made harmless.
    """
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.core.ruler.push("harmless", _made_harmless)
    made.core.ruler.before("inline", "heading attributes", _without_attributes)
    made.block.ruler.before("table", "front matter", _front_matter)
    return made


def lines_of(text: str) -> list[str]:
    """Return the lines as the parser counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def shown(text: str) -> str:
    """Return the text without control characters; lines and their indents stay."""
    return "\n".join(safe_text(line.expandtabs(4)) for line in lines_of(text))


def outline(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return level, line and title of each heading."""
    tokens = parser().parse(shown(text))
    return tuple(
        (int(token.tag[1:]), token.map[0] + 1 if token.map else 1, _words(tokens[at + 1]))
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    )


class PlanAssumptions(Struct, frozen=True):
    """The assumptions of a plan as plain text, or a sentence on why there are none."""

    texts: tuple[str, ...] = ()
    why_none: str = ""


def assumptions(text: str) -> PlanAssumptions:
    """Return the items of lists and rows of tables in the section "Assumptions" and its
    subsections.

    A line that begins with a word processor's `•` is an item too, although Markdown sees a
    paragraph.
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
    """Collects the items of the section while it walks along the tokens."""

    def __init__(self) -> None:
        self.there = False
        self.found: list[str] = []
        self._level = 0  # level of the heading of the section; 0 outside of it
        self._items: list[list[str]] = []  # the open items, the innermost last
        self._places: list[int] = []
        self._cells: list[str] | None = None  # of the open row of a table
        self._column = 0
        self._in_head = False

    def take(self, token: "Token", following: "Token") -> None:
        """Process a token; `following` is the next one."""
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
        """Take the cell in the column headed "assumption", else in the first one."""
        self._cells = None
        if self._in_head:
            self._column = next((at for at, cell in enumerate(cells) if _COLUMN.search(cell)), 0)
        elif self._column < len(cells):
            self.found.append(cells[self._column])


def _bulleted(token: "Token") -> Iterator[str]:
    """Yield the items of a paragraph with bullets; a line without a bullet continues the item
    before it.
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
    """Return a line of the source without Markdown marks, as a comment quotes it."""
    return _plain(line, parser())


def placed(comments: tuple[PlanComment, ...], text: str) -> tuple[tuple[int | None, PlanComment], ...]:
    """Return each comment with its present line, that of its quote nearest to the old line;
    None where the quote is gone.
    """
    if not comments:
        return ()
    lines, reading = lines_of(text), parser()
    keys = [_key(_plain(line, reading)) for line in lines]
    whole: dict[str, list[int]] = {}
    for at, key in enumerate(keys, 1):
        whole.setdefault(key, []).append(at)
    joined = "\n".join(keys)  # searched first: a search by line for each comment takes quadratic time
    return tuple((_line_of(comment, lines, keys, whole, joined), comment) for comment in comments)


def _plain(line: str, reading: "MarkdownIt") -> str:
    text = _BLOCK_MARKS.sub("", safe_text(line.expandtabs(4)))
    if not _INLINE_MARKS.search(text):  # most lines, a hundred times faster
        return text.strip()
    return " ".join(_words(token) for token in reading.parseInline(text)).strip()


def _line_of(
    comment: PlanComment, lines: list[str], keys: list[str], whole: dict[str, list[int]], joined: str
) -> int | None:
    quote = _key(comment.quote)
    if not comment.quote.strip():
        return comment.line if comment.line <= len(lines) else None
    if not quote:  # only punctuation, such as a row of dashes
        return _nearest(comment.line, (at for at, line in enumerate(lines, 1) if line.strip() == comment.quote.strip()))
    nearest = _nearest(comment.line, whole.get(quote, ()))
    if nearest or len(quote) < _SHORTEST_PIECE or quote not in joined:
        return nearest
    return _nearest(comment.line, (at for at, key in enumerate(keys, 1) if quote in key))


def _nearest(line: int, places: Iterable[int]) -> int | None:
    return min(places, key=lambda place: abs(place - line), default=None)


def _key(text: str) -> str:
    """Return only the letters and digits of a line, in lower case, to compare lines without
    marks and spaces.
    """
    return "".join(character for character in text.lower() if character.isalnum())


def _words(token: "Token") -> str:
    """Return the text of an inline token, on one line."""
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
    """Parse YAML front matter as a code block; otherwise its last line would become a heading."""
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
    """Remove `{#id .class}` after a heading, as pandoc writes it."""
    for at, token in enumerate(state.tokens):
        if token.type == "heading_open":
            following = state.tokens[at + 1]
            following.content = _ATTRIBUTES.sub("", following.content)


def _made_harmless(state: "StateCore") -> None:
    """Clean the texts again: entities (`&#x202e;`) become characters only after the source was
    cleaned.
    """
    stack = list(state.tokens)
    while stack:
        token = stack.pop()
        if token.type in ("text", "code_inline"):
            token.content = safe_text(token.content)
        stack.extend(token.children or ())
