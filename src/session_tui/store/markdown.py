"""What a plan's Markdown says: its headings, its assumptions, the plain text of a line, where a comment belongs now.

markdown-it-py is loaded when a text is parsed: most commands never look into a plan. Lines count from 1 and end at
line breaks alone, as they do for the parser.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from session_tui.model.clean import harmless, one_line
from session_tui.model.session import PlanComment

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

ASSUMPTIONS = "assumptions"
_SHORTEST_PIECE = 8  # characters: a shorter quote is found as a whole line only, else it would be found everywhere

_NUMBERED = re.compile(r"^[0-9.]+\s+")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_BLOCK_MARKS = re.compile(r"^(?:\s|>|#{1,6}\s|[-*+]\s|[0-9]{1,9}[.)]\s|\[[ xX]\]\s)*")
_INLINE_MARKS = re.compile(r"[\[\]\\`*_~&<!]")


def parser() -> "MarkdownIt":
    """Plain Markdown with tables; what looks like HTML is text, and what an entity hides is made harmless too."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.core.ruler.push("harmless", _made_harmless)
    return made


def lines_of(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def shown(text: str) -> str:
    """The text with nothing left in it that a terminal would act upon; its lines and their indents stay."""
    return "\n".join(harmless(line.expandtabs(4)) for line in lines_of(text))


def outline(text: str) -> tuple[tuple[int, int, str], ...]:
    """The headings: level, line, title."""
    tokens = parser().parse(shown(text))
    return tuple(
        (int(token.tag[1:]), token.map[0] + 1 if token.map else 1, _words(tokens[at + 1]))
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    )


def assumptions(text: str) -> tuple[str, ...]:
    """The items of the lists in the section headed "Assumptions", those inside others too, as plain text."""
    found: list[str] = []
    level = 0  # of the heading that the section is under; 0 outside of it
    open_items: list[list[str]] = []
    places: list[int] = []
    tokens = parser().parse(shown(text))
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            depth = int(token.tag[1:])
            if not level or depth <= level:
                level = depth if _is_assumptions(_words(tokens[at + 1])) else 0
        elif not level:
            continue
        elif token.type == "list_item_open":
            open_items.append([])
            places.append(len(found))
            found.append("")
        elif token.type == "list_item_close" and open_items:
            found[places.pop()] = _TASK.sub("", " ".join(filter(None, open_items.pop())))
        elif token.type == "inline" and open_items:
            open_items[-1].append(_words(token))
    return tuple(each for each in found if each)


def plain(line: str) -> str:
    """One line of the source without its Markdown marks: what a comment quotes."""
    return _plain(line, parser())


def placed(comments: tuple[PlanComment, ...], text: str) -> tuple[tuple[int | None, PlanComment], ...]:
    """Each comment with its line now: found again by its quote, nearest to the old line; None where it is gone."""
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
    text = _BLOCK_MARKS.sub("", harmless(line.expandtabs(4)))
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
    """Letters and digits alone: whatever marks and spaces stand around them, a line is recognized by these."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _is_assumptions(title: str) -> bool:
    return _NUMBERED.sub("", title).strip(" :").casefold() == ASSUMPTIONS


def _words(token: "Token") -> str:
    """The text of an inline token, on one line."""
    return one_line("".join(_pieces(token))).strip()


def _pieces(token: "Token") -> Iterator[str]:
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "image":
            yield from _pieces(child)


def _made_harmless(state: "StateCore") -> None:
    """An entity (`&#x202e;`) turns into its character after the source was cleaned, so what came of it is cleaned."""
    stack = list(state.tokens)
    while stack:
        token = stack.pop()
        if token.type in ("text", "code_inline"):
            token.content = harmless(token.content)
        stack.extend(token.children or ())
