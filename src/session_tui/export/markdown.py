"""Markdown to copy and to send: a session, an action item, a list of them; what stands in an entry stays text there."""

import re
from collections.abc import Iterator
from datetime import date

from session_tui.export.formats import Setting, report_of
from session_tui.export.mermaid import mermaid
from session_tui.export.summary import Summary
from session_tui.model import formats
from session_tui.model.reports import report_items
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import NOBODY, Group, Section, SessionReport
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import ActionItem, Session

# Emphasis, links, code, HTML, entities, tables, headings, formulas.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|!~&$])")
# What makes a list, a rule or the line under a heading of the first characters of a line.
_BEGINS = re.compile(r"^([0-9]{1,9})([.)])|^([-+=:])")
# Addresses that are links without any mark where GitHub's Markdown is read.
_ADDRESSES = re.compile(r"(?i)(?<![a-z0-9])(?:(?:https?|ftp|mailto|xmpp):|www\.)")
_TICKS = {"": "", "open": "[ ] ", "done": "[x] "}


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, wherever in a line it stands."""
    words = " ".join(safe_text(one_line(text)).split())
    words = _MARKS.sub(r"\\\1", words)
    words = _ADDRESSES.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", words)
    return _BEGINS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", words)


def session_markdown(page: SessionReport, today: date) -> str:
    """A session as a page, laid out as the reading pane has it."""
    return "\n".join(_page(page, today)) + "\n"


def render(summary: Summary, setting: Setting) -> bytes:
    """A summary as a page, the map as a chart that many viewers draw."""
    page = session_markdown(report_of(summary, setting), setting.now.date())
    if summary.stakeholders:
        page += f"\n## Map\n\n```mermaid\n{mermaid(summary, full=summary.full)}```\n"
    return page.encode()


def action_markdown(session: Session, action: ActionItem, today: date) -> str:
    """One action item, with whose it is and which session it is of."""
    item = report_items.of_action(session, action, today)
    owner = action.owner or NOBODY.lower()
    return "\n".join(_item(item, owner, _deal(session), session.id)) + "\n"


def _page(page: SessionReport, today: date) -> Iterator[str]:
    yield f"# {escaped(page.account)}"
    if page.deal:
        yield from ("", escaped(page.deal))
    stop = "." if page.headline else ""
    yield from ("", f"**{escaped(page.verdict)}{stop}** {escaped(page.headline)}".rstrip(), "")
    for name, words in page.about:
        yield f"- {name}: {escaped(words)}"
    # Dates are told as people say them, without their year: the page has to say when that was.
    yield f"- As of: {today.isoformat()}"
    for section in page.sections:
        yield ""
        yield from _section(section, "##")


def _section(section: Section, level: str) -> Iterator[str]:
    yield f"{level} {escaped(section.title)}"
    if section.remark:
        yield from ("", escaped(f"{section.remark[:1].upper()}{section.remark[1:]}"))
    for group in section.groups:
        yield from _group(group, f"{level}#")


def _group(group: Group, level: str) -> Iterator[str]:
    if group.title:
        yield from ("", f"{level} {escaped(group.title)}")
    yield ""
    for item in group.items:
        yield from _item(item)


def _item(item: Item, *more: str) -> Iterator[str]:
    facts = [each for each in (*more[:1], item.lead, *item.facts, *more[1:]) if each]
    said = f" — {'; '.join(map(escaped, facts))}" if facts else ""
    yield f"- {_TICKS[item.tick]}{escaped(item.text)}{said}{f' ({escaped(item.id)})' if item.id else ''}"
    for each in item.more:
        yield f"  - {escaped(each)}"


def _deal(session: Session) -> str:
    return formats.deal(session.account, session.opportunity, session.zone)
