"""What Teams is sent: an Adaptive Card for a workflow's webhook, within its limit, in which a text is only text.

Texts are runs of a `RichTextBlock`, which knows no Markdown: there is nothing to escape, and nothing to forget. A
`TextBlock` would make links, lists and emphasis of them.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

import msgspec

from session_tui.export.summary import Summary
from session_tui.model.reports.session_report import SessionReport, sheet
from session_tui.outbox.kinds.chat_text import ChatLine, Passage, fitting, occasion, words
from session_tui.outbox.message import Kind

Element: TypeAlias = dict[str, Any]

# Teams takes 28 KB, and counts the card as the workflow passes it on: a string in JSON, within what the workflow puts
# around it. A message that is larger is lost after the workflow said that it has it (202).
LARGEST = 23_000  # bytes of that string
_FALLBACK = "The summary of a session, which this version of the program cannot show."
# A date (`{{DATE(…)}}`) or an expression (`${…}`) is looked for within one run, so that none begins in one.
_BRACES = re.compile(r"(?<=[{$])(?=\{)")


def size(message: str) -> int:
    """How many bytes the card of a message has as it is passed on: a text in JSON, its own quotes escaped."""
    return len(msgspec.json.encode(message))


def body(summary: Summary, kind: Kind, today: date) -> str:
    """The message of one session, laid out as it is read elsewhere; `today` is the day it is told of."""
    told = sheet(summary, today, full=summary.full)
    head = tuple(_head(told, occasion(kind, today)))

    def message(passages: tuple[Passage, ...]) -> str:
        return _message([*head, *(element for each in passages for element in _passage(each))])

    return message(fitting(told, lambda passages: size(message(passages)) <= LARGEST))


def trial(said: str) -> str:
    """A message that only says what it is."""
    return _message([_block(_run(said))])


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


def _head(told: SessionReport, why: str) -> Iterator[Element]:
    yield _block(_run(words(told.account), size="Large", weight="Bolder"))
    facts = " · ".join(words(each) for each in (why, told.deal) if each)
    yield _block(_run(facts, isSubtle=True), spacing="None")
    stop = ". " if told.headline else ""
    yield _block([*_run(f"{told.verdict}{stop}", weight="Bolder"), *(_run(words(told.headline)) if stop else ())])
    for number, (name, said) in enumerate(told.about):
        yield _block(_run(f"{name}: {words(said)}", isSubtle=True), spacing="None" if number else "Default")


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
    """The text as runs: one, but where it has braces. A name may be made of nothing that is seen."""
    return [{"type": "TextRun", "text": each, **look} for each in _BRACES.split(text or "?")]
