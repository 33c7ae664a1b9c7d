"""The text of a session for a chat: titles with lines under them, shortened until they fit a
message.

Slack and Teams lay it out. Its texts are sanitised and have one line; each layout escapes them.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import Section, SessionReport
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.sentence import capital
from session_tui.outbox.message import Kind

LONGEST = 300  # characters of one text in a message; the session has the whole of it
SHORTER = 200  # characters of details

_TITLES = {"session.held": "Session held", "session.updated": "Session updated"}


class ChatLine(Struct, frozen=True):
    """A line: an owner's name, an entry, a detail below an entry, or the number of entries left
    out.
    """

    text: str
    kind: Literal["title", "entry", "below", "rest"] = "entry"


class Passage(Struct, frozen=True):
    """A section; `lines` ends with a `rest` line where entries were left out."""

    title: str
    remark: str
    lines: tuple[ChatLine, ...]


def chat_line(text: str, most: int = LONGEST) -> str:
    """The text sanitised, in one line, and cut to `most` characters."""
    line = " ".join(safe_text(one_line(text)).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def occasion(kind: Kind) -> str:
    """Why the message is sent. It says no day: a card is read on any later day, so it has dates,
    and nothing that is true on one day alone.
    """
    return _TITLES[kind]


def fitting(sheet: SessionReport, fits: Callable[[tuple[Passage, ...]], bool]) -> tuple[Passage, ...]:
    """The sections of the report, each with at most n entries; n is the largest for which `fits`
    is true.
    """
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
    """A whole section: groups of a title and entries; an entry has one or more lines."""

    title: str
    remark: str
    groups: _Groups


def _laid(section: Section) -> _Laid:
    remark = chat_line(capital(section.remark), SHORTER)
    groups = tuple(
        (chat_line(group.title), tuple(tuple(_item(item)) for item in group.items)) for group in section.groups
    )
    return _Laid(chat_line(section.title), remark, groups)


def _passages(laid: tuple[_Laid, ...], session: str, most: int) -> tuple[Passage, ...]:
    return tuple(Passage(each.title, each.remark, _cut(each, session, most)) for each in laid)


def _cut(section: _Laid, session: str, most: int) -> tuple[ChatLine, ...]:
    lines: list[ChatLine] = []
    remaining = most
    for title, entries in section.groups:
        if title and entries[:remaining]:
            lines.append(ChatLine(title, "title"))
        lines += chain.from_iterable(entries[:remaining])
        remaining -= len(entries[:remaining])
    if (more := _count(section.groups) - most) > 0:
        lines.append(ChatLine(f"… and {more} more in {session}", "rest"))
    return tuple(lines)


def _item(item: Item) -> Iterator[ChatLine]:
    facts = chat_line("; ".join(each for each in (item.lead, *item.facts) if each), SHORTER)
    behind = f" — {facts}" if facts else ""
    yield ChatLine(f"{item.sign} {chat_line(item.text)}{behind}{f' ({chat_line(item.id)})' if item.id else ''}")
    for each in item.more:
        yield ChatLine(chat_line(each, SHORTER), "below")


def _count(groups: _Groups) -> int:
    return sum(len(entries) for _, entries in groups)
