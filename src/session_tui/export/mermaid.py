"""The organisation chart as a Mermaid flowchart, for Markdown viewers that draw one."""

import re

from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import Session, Stakeholder
from session_tui.model.stakeholder_map.layout import hierarchy
from session_tui.model.stakeholder_map.status import called
from session_tui.model.vocabulary import ROLE_WORDS, SUPPORT_WORDS

_PLAIN = re.compile(r"[^\w .,-]")


def mermaid(session: Session, *, full: bool = True) -> str:
    """Boxes and arrows; a text is text there whatever stands in it. Without `full` no power and no support."""
    forest = hierarchy(session.stakeholders)
    # Ids come from a file: the chart has its own.
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
    stand = f"power {person.power}, {SUPPORT_WORDS[person.support]}" if full else ""
    has = ", ".join(person.covered_by) or "nobody of ours"
    title = person.title if person.name != "?" else ""  # whoever has no name yet is called by it
    return [part for part in (called(person), title, role, stand, has) if part]


def _escaped(text: str) -> str:
    """Everything but letters, digits and a few marks as its number, as Mermaid reads it."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", safe_text(one_line(text)))
