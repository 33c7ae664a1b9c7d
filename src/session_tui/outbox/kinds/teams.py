"""The message for Teams: an Adaptive Card for a workflow's webhook, within its limit.

Texts are runs of a `RichTextBlock`, which has no Markdown, so nothing needs to be escaped. A
`TextBlock` would turn parts of them into links, lists and emphasis.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

import msgspec

from session_tui.export.summary import Summary
from session_tui.model.patterns import lazy_pattern
from session_tui.model.reports.session_report import SessionReport, sheet
from session_tui.outbox.kinds.chat_text import ChatLine, Passage, chat_line, fitting, occasion
from session_tui.outbox.message import Kind

Element: TypeAlias = dict[str, Any]

# Teams accepts 28 KB and counts the card as the workflow forwards it: as a JSON string inside its
# own JSON. A larger message is lost although the workflow has accepted it (202).
LARGEST = 23_000  # bytes of that string
_FALLBACK = "The summary of a session, which this version of the program cannot show."
# Teams evaluates a date (`{{DATE(…)}}`) or an expression (`${…}`) only within one run: split
# before the brace.
_BRACES = lazy_pattern(r"(?<=[{$])(?=\{)")


def size(message: str) -> int:
    """The bytes of a message as the workflow forwards it: as a JSON string, with its quotes
    escaped.
    """
    return len(msgspec.json.encode(message))


def body(summary: Summary, kind: Kind, today: date) -> str:
    """The message of one session, in the layout of its report; dates of `today`'s year have
    none.
    """
    report = sheet(summary, today, full=summary.full, lasting=True)
    head = tuple(_head(report, occasion(kind)))

    def message(passages: tuple[Passage, ...]) -> str:
        return _message([*head, *(element for each in passages for element in _passage(each))])

    return message(fitting(report, lambda passages: size(message(passages)) <= LARGEST))


def test_body(text: str) -> str:
    """A test message with this text alone."""
    return _message([_block(_run(text))])


def _message(elements: list[Element]) -> str:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": _FALLBACK,
        "msteams": {"width": "Full"},
        "body": elements,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return msgspec.json.encode({"type": "message", "attachments": [attachment]}).decode()


def _head(report: SessionReport, why: str) -> Iterator[Element]:
    yield _block(_run(chat_line(report.account), size="Large", weight="Bolder"))
    facts = " · ".join(chat_line(each) for each in (why, report.deal) if each)
    yield _block(_run(facts, isSubtle=True), spacing="None")
    stop = ". " if report.headline else ""
    yield _block(
        [*_run(f"{report.verdict}{stop}", weight="Bolder"), *(_run(chat_line(report.headline)) if stop else ())]
    )
    for number, (name, text) in enumerate(report.about):
        yield _block(_run(f"{name}: {chat_line(text)}", isSubtle=True), spacing="None" if number else "Default")


def _passage(passage: Passage) -> Iterator[Element]:
    yield _block(_run(passage.title, size="Medium", weight="Bolder"), spacing="Large", separator=True)
    if passage.remark:
        yield _block(_run(passage.remark, isSubtle=True), spacing="None")
    for line in passage.lines:
        yield _line(line)


def _line(line: ChatLine) -> Element:
    match line.kind:
        case "title":
            return _block(_run(line.text, weight="Bolder"), spacing="Medium")
        case "entry":
            return _block(_run(line.text), spacing="Small")
        case _:
            return _block(_run(line.text, isSubtle=True), spacing="None" if line.kind == "below" else "Small")


def _block(inlines: list[Element], **look: Any) -> Element:
    return {"type": "RichTextBlock", "inlines": inlines, **look}


def _run(text: str, **look: Any) -> list[Element]:
    """The text as one run, split at braces; "?" for an empty text, such as a name of invisible
    characters.
    """
    return [{"type": "TextRun", "text": each, **look} for each in _BRACES.split(text or "?")]
