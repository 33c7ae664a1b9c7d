"""The stakeholder map as a table: the people of the decision, their power and support, and our
people who cover them.
"""

from collections.abc import Callable, Sequence

from session_tui.model import glyphs, judgements
from session_tui.model.analysis import called as in_words
from session_tui.model.analysis import covered, is_key_player, ours
from session_tui.model.sanitize import safe_text
from session_tui.model.sentence import capital
from session_tui.model.session import Session, Stakeholder
from session_tui.model.stakeholder_map.status import standing
from session_tui.model.vocabulary import COVERAGE_WORDS, COVERAGES, ROLE_WORDS
from session_tui.tui.tables import markers
from session_tui.tui.tables.table import COVERED, Cell, Column, Table, View, dots, shortener

COLUMNS = (
    Column("", 3),
    Column("Stakeholder", share=3),
    Column("Role", 10, least=64, most=94),
    Column("Buying role", 14, least=95),
    Column("Power", 5),
    Column("Support", 16, least=40),
    Column("Coverage", 8, least=100),
    Column("Covered by", 11, least=50),
    Column("Pain", share=2, least=130),
)
EMPTY = (
    "Who is in the decision? Type a name and a title, then what you know:",
    "Ruth Vale, CFO role:approver !5 - cov:brief @ben",
    "A person who must exist and has no name yet:  ?, CFO role:approver",
)
_SHORT_ROLES = {"decision_maker": "dec. maker"}


def table(view: View) -> Table:
    """A row for each stakeholder, in the order of entry, or as a tree of reporting lines."""
    session = view.session
    people = {person.id: person for person in session.stakeholders}
    short = shortener(ours(session, view.people))
    listed = view.look == "map"
    depth = _depths(session.stakeholders) if view.look == "map" else dict.fromkeys(people, 0)

    def _influenced(person: Stakeholder) -> str:
        names = [people[to].name.split(" ")[0] for to in dict.fromkeys(person.influences) if to in people]
        return f" {glyphs.INFLUENCES} {safe_text(', '.join(names))}" if names else ""

    def cells(entry_id: str) -> tuple[Cell, ...]:
        person = people[entry_id]
        name_tone = "strong" if not view.curtain and is_key_player(person) else ""
        unknown_role = "muted" if person.buying_role == "unknown" else ""
        indent = "  " * (depth[entry_id] - 1) + "└ " if depth[entry_id] else ""
        return (
            Cell(person.id, "muted"),
            Cell(
                indent + called(person) + (_influenced(person) if listed else "") + markers.same(view, person),
                name_tone,
            ),
            Cell(_SHORT_ROLES.get(person.buying_role, person.buying_role), unknown_role),
            Cell(ROLE_WORDS[person.buying_role], unknown_role),
            COVERED if view.curtain else _power(person, markers.sign(view, person, "power")),
            COVERED if view.curtain else _support(person, markers.sign(view, person, "support")),
            COVERED if view.curtain else _coverage(person, markers.sign(view, person, "coverage", COVERAGES)),
            covered_by(view, person, short),
            COVERED if view.curtain else Cell(safe_text(person.pain), "muted"),
        )

    columns = markers.columns(view, COLUMNS, "Power", "Support", "Coverage")
    return Table(columns, tuple(depth), cells, EMPTY, finding(session, view))


def called(person: Stakeholder) -> str:
    """Name and title in one line, as safe text."""
    name = "? (not known yet)" if person.name == "?" else safe_text(person.name)
    return f"{name}, {safe_text(person.title)}" if person.title else name


def finding(session: Session, view: View) -> str:
    """The status of the map, with its next step or the key players without one of ours."""
    if not session.stakeholders:
        return ""
    key = [person for person in session.stakeholders if is_key_player(person)]
    now = standing(session)
    if view.look in ("map", "grid") and now.step:
        return f"Map {now.words}: {safe_text(now.reason)}.\n{safe_text(now.step)}."
    short = shortener(person.name for person in session.stakeholders)
    alone = nobody_has([person for person in key if not covered(person)], short)
    # The names stand before the reason, which is cut on a narrow screen.
    if not alone:
        return f"Map {now.words}: {safe_text(now.reason)}."
    reason = safe_text(now.figures)
    return f"Map {now.words}. {alone} {capital(reason)}."


def nobody_has(people: Sequence[Stakeholder], short: Callable[[str], str]) -> str:
    """The sentence about people without one of ours, three of them by name; empty for none."""
    named = [short(each.name) if each.name != "?" else safe_text(in_words(each)) for each in people[:3]]
    more = f" and {len(people) - 3} more" if len(people) > 3 else ""
    return f"Nobody has {', '.join(named)}{more}." if named else ""


def covered_by(view: View, person: Stakeholder, short: Callable[[str], str]) -> Cell:
    """Those of ours who cover a person, or a warning where there is none."""
    if view.curtain:
        return COVERED
    return Cell(", ".join(map(short, person.covered_by))) if covered(person) else Cell("nobody", "warn")


def _coverage(person: Stakeholder, moved: str) -> Cell:
    return Cell(COVERAGE_WORDS[person.coverage] + moved, "muted" if person.coverage == "unknown" else "")


def _power(person: Stakeholder, moved: str) -> Cell:
    return Cell(dots(person.power) + moved, "muted" if person.power is None else "")


def _support(person: Stakeholder, moved: str) -> Cell:
    words = f"{judgements.support_sign(person.support):<2} {judgements.support_value(person.support)}{moved}"
    return Cell(words, judgements.support_tone(person.support))


def _depths(people: tuple[Stakeholder, ...]) -> dict[str, int]:
    """The ids in the order of an indented tree, each with its depth; people in circles or with an
    unknown manager have depth 0.
    """
    known = {person.id for person in people}
    below: dict[str, list[str]] = {}
    for person in people:
        boss = person.reports_to if person.reports_to in known and person.reports_to != person.id else ""
        below.setdefault(boss, []).append(person.id)
    depths: dict[str, int] = {}
    # People in a circle are below no root: they become roots after all others.
    for root in (*below.get("", ()), *(person.id for person in people)):
        stack = [(root, 0)]
        while stack:
            entry_id, depth = stack.pop()
            if entry_id not in depths:
                depths[entry_id] = depth
                stack += [(each, depth + 1) for each in reversed(below.get(entry_id, []))]
    return depths
