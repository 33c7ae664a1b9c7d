"""The message for Slack: blocks for an incoming webhook, within Slack's limits.

Every text is a `plain_text` object, in which Slack makes no formatting, mentions or links. It is
escaped as well, because the text of the notification (`text`) cannot be such an object.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

import msgspec

from session_tui.export.summary import Summary
from session_tui.model.reports.session_report import sheet
from session_tui.outbox.kinds.chat_text import LONGEST, Passage, chat_line, fitting, occasion
from session_tui.outbox.message import Kind

Block: TypeAlias = dict[str, Any]

BLOCKS = 50
ELEMENTS = 10  # of a context
TEXT = 3000
HEADER = 150
VERDICT = 1000
# Characters of all texts together. Slack refuses about 12,000 (`msg_blocks_too_long`), including
# its own part.
MESSAGE = 10_000
LARGEST = 128 * 1024  # bytes; a message within the limits above has at most about 50 KB
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BEFORE = {"title": "", "entry": "", "below": "      ", "rest": ""}


def body(summary: Summary, kind: Kind, today: date) -> str:
    """The message of one session, in the layout of its report; dates of `today`'s year have
    none.
    """
    report = sheet(summary, today, full=summary.full, lasting=True)
    ended = f"{report.verdict}. {report.headline}" if report.headline else report.verdict
    facts = (occasion(kind), report.deal, *(f"{name}: {text}" for name, text in report.about))
    head = (
        _header(report.account),
        {"type": "context", "elements": [_plain(each, LONGEST) for each in facts if each][:ELEMENTS]},
        _section(_cut(chat_line(ended, VERDICT), VERDICT)),
    )

    def blocks(passages: tuple[Passage, ...]) -> list[Block]:
        return [*head, *(block for each in passages for block in _passage(each))]

    fitted = blocks(fitting(report, lambda passages: _fits(blocks(passages))))
    return _message(f"{report.account}: {ended}", fitted)


def test_body(text: str) -> str:
    """A test message with this text alone."""
    return _message(text, [_section(_cut(text, TEXT))])


def _message(line: str, blocks: list[Block]) -> str:
    # Slack must not fetch addresses in entries, nor format the text of the notification.
    options = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return msgspec.json.encode({"text": _cut(chat_line(line), TEXT), "blocks": blocks, **options}).decode()


def _passage(passage: Passage) -> Iterator[Block]:
    """A header, and as many sections as the lines need."""
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
    # A name of invisible characters alone is empty here, and Slack refuses an empty text.
    return {"type": "plain_text", "text": _cut(chat_line(text) or "?", most), "emoji": False}


def _cut(text: str, most: int) -> str:
    """The text escaped, and then cut to `most`; no escape is cut in two."""
    pieces = [_ESCAPED.get(each, each) for each in text]
    if _length(whole := "".join(pieces)) <= most:
        return whole
    remaining = most - 1
    fitting_pieces = []
    for piece in pieces:
        remaining -= _length(piece)
        if remaining < 0:
            break
        fitting_pieces.append(piece)
    return f"{''.join(fitting_pieces)}…"


def _length(text: str) -> int:
    """The length in UTF-16 units, as JavaScript counts: the stricter of the two ways Slack may
    use.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= BLOCKS and sum(_length(each) for each in _texts(blocks)) <= MESSAGE


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for each in block.get("elements") or (block["text"],):
            yield each["text"]
