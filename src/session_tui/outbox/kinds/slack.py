"""What Slack is sent: blocks for an incoming webhook, within Slack's limits, in which a text of ours is only text.

Every text is a `plain_text` object, in which Slack makes neither marks nor mentions nor links, and is escaped as
Slack asks for all the same, because the line of a notification (`text`) knows no such object.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

import msgspec

from session_tui.export.summary import Summary
from session_tui.model.reports.session_report import sheet
from session_tui.outbox.kinds.chat_text import LONGEST, Passage, fitting, occasion, words
from session_tui.outbox.message import Kind

Block: TypeAlias = dict[str, Any]

BLOCKS = 50
ELEMENTS = 10  # of a context
TEXT = 3000
HEADER = 150
VERDICT = 1000
# All texts of a message together: Slack refuses some 12,000 (`msg_blocks_too_long`), of which its blocks take a part.
MESSAGE = 10_000
LARGEST = 128 * 1024  # bytes; what is within the limits above has at most some 50 KB
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BEFORE = {"title": "", "entry": "", "below": "      ", "rest": ""}


def body(summary: Summary, kind: Kind, today: date) -> str:
    """The message of one session, laid out as it is read elsewhere; `today` is the day it is told of."""
    told = sheet(summary, today, full=summary.full)
    ended = f"{told.verdict}. {told.headline}" if told.headline else told.verdict
    facts = (occasion(kind, today), told.deal, *(f"{name}: {said}" for name, said in told.about))
    head = (
        _header(told.account),
        {"type": "context", "elements": [_plain(each, LONGEST) for each in facts if each][:ELEMENTS]},
        _section(_cut(words(ended, VERDICT), VERDICT)),
    )

    def blocks(passages: tuple[Passage, ...]) -> list[Block]:
        return [*head, *(block for each in passages for block in _passage(each))]

    found = blocks(fitting(told, lambda passages: _fits(blocks(passages))))
    return _message(f"{told.account}: {ended}", found)


def trial(said: str) -> str:
    """A message that only says what it is."""
    return _message(said, [_section(_cut(said, TEXT))])


def _message(line: str, blocks: list[Block]) -> str:
    # An address in an entry is not fetched by Slack, and nothing in the line of the notification is read as a mark.
    quiet = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return msgspec.json.encode({"text": _cut(words(line), TEXT), "blocks": blocks, **quiet}).decode()


def _passage(passage: Passage) -> Iterator[Block]:
    """A title, and as many sections as its lines need."""
    yield _header(passage.title)
    text = ""
    for line in map(_cut_line, _lines(passage)):
        longer = f"{text}\n{line}" if text else line
        if _length(longer) > TEXT:
            yield _section(text)
            longer = line
        text = longer
    yield _section(text)


def _lines(passage: Passage) -> Iterator[str]:
    if passage.remark:
        yield passage.remark
    for line in passage.lines:
        yield f"{_BEFORE[line.kind]}{line.text}"


def _cut_line(text: str) -> str:
    return _cut(text, TEXT)


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text, HEADER)}


def _section(escaped: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": escaped, "emoji": False}}


def _plain(text: str, most: int) -> Block:
    # A name may be made of nothing that is seen, and Slack takes no empty text.
    return {"type": "plain_text", "text": _cut(words(text) or "?", most), "emoji": False}


def _cut(text: str, most: int) -> str:
    """The text escaped, and cut so that what is sent is no longer than Slack takes; no escape is cut in two."""
    pieces = [_ESCAPED.get(each, each) for each in text]
    if _length(whole := "".join(pieces)) <= most:
        return whole
    left = most - 1
    kept = []
    for piece in pieces:
        left -= _length(piece)
        if left < 0:
            break
        kept.append(piece)
    return f"{''.join(kept)}…"


def _length(text: str) -> int:
    """As JavaScript counts: what lies beyond the first 65,536 characters counts twice. The stricter way of two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= BLOCKS and sum(_length(each) for each in _texts(blocks)) <= MESSAGE


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for each in block.get("elements") or (block["text"],):
            yield each["text"]
