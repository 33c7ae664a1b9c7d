"""A session's sheet as a chat has room for it: titles, lines under them, and a pointer to the rest where it is longer.

Slack and Teams both draw from it. Texts come out harmless and of one line; escaping is left to whoever draws.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import Section, SessionReport
from session_tui.model.sanitize import one_line, safe_text
from session_tui.outbox.message import Kind

LONGEST = 300  # characters of one text in a message; the whole of it is in the session
SHORTER = 200  # of what only says more about it

_SAID = {"session.held": "Session held", "session.updated": "Session updated"}


class ChatLine(Struct, frozen=True):
    """A line of a passage: an owner's name, an entry, what stands below one, or how many more there are."""

    text: str
    kind: Literal["title", "entry", "below", "rest"] = "entry"


class Passage(Struct, frozen=True):
    """A section of the sheet; `lines` ends with a pointer where entries were left out."""

    title: str
    remark: str
    lines: tuple[ChatLine, ...]


def words(text: str, most: int = LONGEST) -> str:
    """A text as a message has it: harmless, one line, and cut where it is longer than `most`."""
    said = " ".join(safe_text(one_line(text)).split())
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def occasion(kind: Kind, today: date) -> str:
    """Why this is sent, and of which day it is told: what is overdue was so then."""
    return f"{_SAID[kind]}, as of {today.isoformat()}"


def fitting(sheet: SessionReport, fits: Callable[[tuple[Passage, ...]], bool]) -> tuple[Passage, ...]:
    """The sheet's sections, each with as many of its entries as fit when all have the same number of them."""
    laid = tuple(map(_laid, sheet.sections))
    low, high = 0, max((_count(each.groups) for each in laid), default=0)
    whole = _passages(laid, sheet.id, high)
    if fits(whole):
        return whole
    while low < high - 1:
        middle = (low + high) // 2
        if fits(_passages(laid, sheet.id, middle)):
            low = middle
        else:
            high = middle
    return _passages(laid, sheet.id, low)


_Groups: TypeAlias = tuple[tuple[str, tuple[tuple[ChatLine, ...], ...]], ...]


class _Laid(Struct, frozen=True):
    """A section in full: groups of a title and entries, each of which is some lines."""

    title: str
    remark: str
    groups: _Groups


def _laid(section: Section) -> _Laid:
    remark = words(f"{section.remark[:1].upper()}{section.remark[1:]}", SHORTER)
    groups = tuple((words(group.title), tuple(tuple(_item(item)) for item in group.items)) for group in section.groups)
    return _Laid(words(section.title), remark, groups)


def _passages(laid: tuple[_Laid, ...], session: str, most: int) -> tuple[Passage, ...]:
    return tuple(Passage(each.title, each.remark, _cut(each, session, most)) for each in laid)


def _cut(section: _Laid, session: str, most: int) -> tuple[ChatLine, ...]:
    lines: list[ChatLine] = []
    left = most
    for title, entries in section.groups:
        if title and entries[:left]:
            lines.append(ChatLine(title, "title"))
        lines += chain.from_iterable(entries[:left])
        left -= len(entries[:left])
    if (more := _count(section.groups) - most) > 0:
        lines.append(ChatLine(f"… and {more} more in {session}", "rest"))
    return tuple(lines)


def _item(item: Item) -> Iterator[ChatLine]:
    facts = words("; ".join(each for each in (item.lead, *item.facts) if each), SHORTER)
    behind = f" — {facts}" if facts else ""
    yield ChatLine(f"{item.sign} {words(item.text)}{behind}{f' ({words(item.id)})' if item.id else ''}")
    for each in item.more:
        yield ChatLine(words(each, SHORTER), "below")


def _count(groups: _Groups) -> int:
    return sum(len(entries) for _, entries in groups)
