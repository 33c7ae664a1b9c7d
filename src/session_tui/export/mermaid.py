"""The organisation chart as a Mermaid flowchart, for Markdown viewers that draw one."""

import re

from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import Session, Stakeholder
from session_tui.model.stakeholder_map.layout import hierarchy
from session_tui.model.stakeholder_map.status import called
from session_tui.model.vocabulary import ROLE_WORDS, SUPPORT_WORDS

_PLAIN = re.compile(r"[^\w .,-]")


def mermaid(session: Session, *, full: bool = True) -> str:
    """The chart, with all texts escaped; without `full` it has no power and no support."""
    forest = hierarchy(session.stakeholders)
    # The ids of entries come from a file and may contain anything: the nodes get ids of their own.
    nodes = {each: f"n{number}" for number, each in enumerate(forest.people, start=1)}
    lines = ["flowchart TD"]
    for each, person in forest.people.items():
        words = "<br/>".join(_escaped(part) for part in _words(person, full=full))
        lines.append(f'    {nodes[each]}["{words}"]')
    for boss, below in forest.reports.items():
        lines += [f"    {nodes[boss]} --> {nodes[each]}" for each in below]
    lines += [f"    {nodes[each]} -. influences .-> {nodes[to]}" for each, to in forest.influences]
    return "\n".join(lines) + "\n"


def _words(person: Stakeholder, *, full: bool) -> list[str]:
    role = "" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role]
    position = f"power {person.power}, {SUPPORT_WORDS[person.support]}" if full else ""
    contacts = ", ".join(person.covered_by) or "nobody of ours"
    title = person.title if person.name != "?" else ""  # a person without a name is called by the title
    return [part for part in (called(person), title, role, position, contacts) if part]


def _escaped(text: str) -> str:
    """Replace all characters except letters, digits and a few marks by Mermaid's numeric entities."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", safe_text(one_line(text)))
