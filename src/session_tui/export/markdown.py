"""Sessions and action items as Markdown, the map as a Mermaid chart, with all texts escaped."""

from collections.abc import Iterator
from datetime import date

from session_tui.export.formats import Setting, report_of
from session_tui.export.summary import Summary
from session_tui.model import formats, judgements
from session_tui.model.analysis import called
from session_tui.model.patterns import lazy_pattern
from session_tui.model.reports import report_items
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import NOBODY, Group, Section, SessionReport
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.sentence import capital
from session_tui.model.session import ActionItem, Session, Stakeholder
from session_tui.model.stakeholder_map.layout import hierarchy
from session_tui.model.vocabulary import ROLE_WORDS

# Emphasis, links, code, HTML, entities, tables, headings, formulas.
_MARKS = lazy_pattern(r"([\\`*_{}\[\]<>#|!~&$])")
# Characters that begin a list, a rule or the underline of a heading at the start of a line.
_BEGINS = lazy_pattern(r"^([0-9]{1,9})([.)])|^([-+=:])")
# Addresses that GitHub's Markdown turns into links without any mark.
_ADDRESSES = lazy_pattern(r"(?i)(?<![a-z0-9])(?:(?:https?|ftp|mailto|xmpp):|www\.)")
# Characters that Mermaid may not show as they are.
_NOT_PLAIN = lazy_pattern(r"[^\w .,-]")
_TICKS = {"": "", "open": "[ ] ", "done": "[x] "}


def escaped(text: str) -> str:
    """Escape a text, so that Markdown shows it unchanged anywhere in a line."""
    line = " ".join(safe_text(one_line(text)).split())
    line = _MARKS.sub(r"\\\1", line)
    line = _ADDRESSES.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)
    return _BEGINS.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", line)


def session_markdown(page: SessionReport, today: date) -> str:
    """A session report as a page, in the order of the reading pane."""
    return "\n".join(_page(page, today)) + "\n"


def render(summary: Summary, setting: Setting) -> bytes:
    """Return a summary as a page, with the map as a Mermaid chart."""
    page = session_markdown(report_of(summary, setting), setting.now.date())
    if summary.stakeholders:
        page += f"\n## Map\n\n```mermaid\n{mermaid(summary, full=summary.full)}```\n"
    return page.encode()


def action_markdown(session: Session, action: ActionItem, today: date) -> str:
    """One action item, with its owner and its session."""
    item = report_items.of_action(session, action, today)
    owner = action.owner or NOBODY.lower()
    return "\n".join(_item(item, owner, _deal(session), session.id)) + "\n"


def _page(page: SessionReport, today: date) -> Iterator[str]:
    yield f"# {escaped(page.account)}"
    if page.deal:
        yield from ("", escaped(page.deal))
    stop = "." if page.headline else ""
    yield from ("", f"**{escaped(page.verdict)}{stop}** {escaped(page.headline)}".rstrip(), "")
    for name, text in page.about:
        yield f"- {name}: {f'<{text}>' if text == page.link else escaped(text)}"
    # Dates stand without their year: the page needs the date from which they count.
    yield f"- As of: {today.isoformat()}"
    for section in page.sections:
        yield ""
        yield from _section(section, "##")


def _section(section: Section, level: str) -> Iterator[str]:
    yield f"{level} {escaped(section.title)}"
    if section.remark:
        yield from ("", escaped(capital(section.remark)))
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
    details = f" — {'; '.join(map(escaped, facts))}" if facts else ""
    yield f"- {_TICKS[item.tick]}{escaped(item.text)}{details}{f' ({escaped(item.id)})' if item.id else ''}"
    for each in item.more:
        yield f"  - {escaped(each)}"


def _deal(session: Session) -> str:
    return formats.deal(session.account, session.opportunity, session.zone)


# ---- Mermaid ------------------------------------------------------------------------------------


def mermaid(session: Session, *, full: bool = True) -> str:
    """The organisation chart as a Mermaid flowchart, with power and support if `full`."""
    forest = hierarchy(session.stakeholders)
    # The ids of entries come from a file and may contain anything: the nodes get ids of their own.
    nodes = {each: f"n{number}" for number, each in enumerate(forest.people, start=1)}
    lines = ["flowchart TD"]
    for each, person in forest.people.items():
        words = "<br/>".join(_entities(part) for part in _words(person, full=full))
        lines.append(f'    {nodes[each]}["{words}"]')
    for boss, below in forest.reports.items():
        lines += [f"    {nodes[boss]} --> {nodes[each]}" for each in below]
    lines += [f"    {nodes[each]} -. influences .-> {nodes[to]}" for each, to in forest.influences]
    return "\n".join(lines) + "\n"


def _words(person: Stakeholder, *, full: bool) -> list[str]:
    role = "" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role]
    position = judgements.stand(person.power, person.support) if full else ""
    contacts = ", ".join(person.covered_by) or "nobody of ours"
    title = person.title if person.name != "?" else ""  # a person without a name is called by the title
    return [part for part in (called(person), title, role, position, contacts) if part]


def _entities(text: str) -> str:
    """Replace characters except letters, digits and a few marks by numeric entities of Mermaid."""
    return _NOT_PLAIN.sub(lambda match: f"#{ord(match[0])};", safe_text(one_line(text)))
