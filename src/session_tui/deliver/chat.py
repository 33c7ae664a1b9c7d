"""A session's sheet as a chat has room for it: titles, lines under them, and a pointer to the rest where it is longer.

Slack and Teams both draw from it. Texts come out harmless and of one line; escaping is left to whoever draws.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from session_tui.model.clean import harmless, one_line
from session_tui.model.items import Item
from session_tui.model.sheet import Section, Sheet

LONGEST = 300  # characters of one text in a message; the whole of it is in the session
SHORTER = 200  # of what only says more about it


class Line(Struct, frozen=True):
    """A line of a passage: an owner's name, an entry, what stands below one, or how many more there are."""

    text: str
    kind: Literal["title", "entry", "below", "rest"] = "entry"


class Passage(Struct, frozen=True):
    """A section of the sheet; `lines` ends with a pointer where entries were left out."""

    title: str
    remark: str
    lines: tuple[Line, ...]


def words(text: str, most: int = LONGEST) -> str:
    """A text as a message has it: harmless, one line, and cut where it is longer than `most`."""
    said = " ".join(harmless(one_line(text)).split())
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def fitting(sheet: Sheet, fits: Callable[[tuple[Passage, ...]], bool]) -> tuple[Passage, ...]:
    """The sheet's sections, each with as many of its entries as fit when all have the same number of them."""
    low, high = 0, max((_count(each) for each in sheet.sections), default=0)
    found = _passages(sheet, high)
    if fits(found):
        return found
    while low < high - 1:
        middle = (low + high) // 2
        if fits(_passages(sheet, middle)):
            low = middle
        else:
            high = middle
    return _passages(sheet, low)


def _passages(sheet: Sheet, most: int) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            words(each.title), words(f"{each.remark[:1].upper()}{each.remark[1:]}", SHORTER), _cut(each, sheet, most)
        )
        for each in sheet.sections
    )


def _cut(section: Section, sheet: Sheet, most: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    left = most
    for group in section.groups:
        items = group.items[:left]
        if items and group.title:
            lines.append(Line(words(group.title), "title"))
        for item in items:
            lines += _item(item)
        left -= len(items)
    if (more := _count(section) - most) > 0:
        lines.append(Line(f"… and {more} more in {sheet.id}", "rest"))
    return tuple(lines)


def _item(item: Item) -> Iterator[Line]:
    facts = words("; ".join(each for each in (item.lead, *item.facts) if each), SHORTER)
    behind = f" — {facts}" if facts else ""
    yield Line(f"{item.sign} {words(item.text)}{behind}{f' ({words(item.id)})' if item.id else ''}")
    for each in item.more:
        yield Line(words(each, SHORTER), "below")


def _count(section: Section) -> int:
    return sum(len(group.items) for group in section.groups)
