"""The map as about ten lines of text, for plain terminals, scripts and screen readers."""

from collections.abc import Iterable, Iterator
from datetime import date

from session_tui.model import dates, formats, judgements
from session_tui.model.analysis import called, covered, decides, is_key_player
from session_tui.model.history import Past
from session_tui.model.name_keys import name_key
from session_tui.model.sentence import capital
from session_tui.model.session import Session, Stakeholder
from session_tui.model.stakeholder_map import health
from session_tui.model.stakeholder_map.changes import Changes
from session_tui.model.stakeholder_map.layout import Hierarchy, hierarchy
from session_tui.model.stakeholder_map.status import standing
from session_tui.model.vocabulary import ROLE_WORDS

MOST = 12  # names in a list, and sentences in a line
_BETTER = {1: " (better)", -1: " (worse)", 0: ""}
EMPTY = "Nobody is on the map yet. Type a name and a title: Ruth Vale, CFO role:approver !5 -"


def describe_map(
    session: Session, past: Past | None = None, *, covered_up: bool = False, coverage: bool = True
) -> tuple[str, ...]:
    """The lines, as typed; the code that shows them makes them safe.

    `covered_up`: the private values are left out. `coverage`: the names of ours with the people
    whom they cover, which the curtain covers.
    """
    if not session.stakeholders:
        return (EMPTY,)
    return tuple(line for line in _lines(session, past, covered_up=covered_up, coverage=coverage) if line)


def faults(forest: Hierarchy) -> tuple[str, ...]:
    """One sentence for each reporting line that cannot be drawn."""
    name = {each: called(person) for each, person in forest.people.items()}
    rings = [
        f"{name[ring[0]]} reports to themselves; the line is left out."
        if len(ring) == 1
        else f"A circle: {' reports to '.join(name[each] for each in (*ring, ring[0]))}."
        f" The line of {name[ring[0]]} is left out."
        for ring in forest.circles
    ]
    fields = {"reports_to": "reports to", "influences": "influences"}
    astray = [f"{name[each]} {fields[field]} {to}, and nobody has that id." for each, field, to in forest.astray]
    return (*rings, *astray)


def describe_changes(found: Changes, before: Session, today: date) -> tuple[str, ...]:
    """The changes of the map: a heading, then a line for each added, removed or changed person."""
    when = dates.words(before.started_at.astimezone().date(), today) if before.started_at else before.id
    many = {"come": len(found.come), "gone": len(found.gone), "changed": len(found.changed), "as then": found.same}
    lines = [f"On the map since {when}: {', '.join(f'{number} {word}' for word, number in many.items())}"]
    lines += [f"{called(person)} has come: {_stand(person)}." for person in found.come]
    lines += [f"{called(person)} has gone; was {_stand(person)}." for person in found.gone]
    for change in found.changed:
        moved = "; ".join(f"{each.field} from {each.was} to {each.now}{_BETTER[each.better]}" for each in change.moved)
        why = f" Why: {' / '.join(change.why)}" if change.why else ""
        lines.append(f"{called(change.person)}: {moved}.{why}")
    return tuple(lines)


def _stand(person: Stakeholder) -> str:
    role = "" if person.buying_role == "unknown" else f"{ROLE_WORDS[person.buying_role]}, "
    return f"{role}{judgements.stand(person.power, person.support)}"


def _lines(session: Session, past: Past | None, *, covered_up: bool, coverage: bool) -> Iterator[str]:
    people, forest = session.stakeholders, hierarchy(session.stakeholders)
    if not covered_up:
        now = standing(session)
        yield f"Map {now.words}: {now.reason}.{f' {now.step}.' if now.step else ''}"
    yield _deciding(people, covered_up=covered_up)
    yield _reporting(forest)
    yield _influence(forest)
    if not covered_up:
        for support in (2, 1, 0, -1, -2, None):
            found = [person for person in people if person.support == support]
            yield f"{judgements.support_words(support).capitalize()}: {_names(found, power=True)}." if found else ""
    if coverage:
        yield _coverage(people, covered_up=covered_up)
    unknown = [person for person in people if person.name == "?"]
    yield f"Without a name yet: {_names(unknown)}." if unknown else ""
    wrong = faults(forest)
    yield " ".join((*wrong[:MOST], f"And {len(wrong) - MOST} more." if len(wrong) > MOST else "")).rstrip()
    if not covered_up:
        warnings = [f"{each.saw}." for each in health.checks(session, past)]
        shown = " ".join(capital(each) for each in warnings[:3])
        yield f"Look at: {shown}{f' And {len(warnings) - 3} more.' if len(warnings) > 3 else ''}" if warnings else ""


def _deciding(people: tuple[Stakeholder, ...], *, covered_up: bool) -> str:
    found = [
        f"{called(person)}, {ROLE_WORDS[person.buying_role]}"
        + ("" if covered_up else f", {judgements.support_words(person.support)}")
        for person in people
        if decides(person)
    ]
    return f"Who decides or approves: {'; '.join(_some(found))}." if found else "Nobody on the map decides or approves."


def _reporting(forest: Hierarchy) -> str:
    lines = [
        f"{_names(forest.people[each] for each in below)} {formats.plural(len(below), 'reports', 'report')} to"
        f" {called(forest.people[boss])}"
        for boss, below in forest.reports.items()
    ]
    return f"{'; '.join(_some(lines))}." if lines else "No reporting lines yet."


def _influence(forest: Hierarchy) -> str:
    influenced: dict[str, list[Stakeholder]] = {}
    for each, to in forest.influences:
        influenced.setdefault(each, []).append(forest.people[to])
    lines = [f"{called(forest.people[each])} influences {_names(found)}" for each, found in influenced.items()]
    return f"{'; '.join(_some(lines))}." if lines else ""


def _coverage(people: tuple[Stakeholder, ...], *, covered_up: bool) -> str:
    alone = [person for person in people if not covered(person)]
    ours: dict[str, list[Stakeholder]] = {}
    first: dict[str, str] = {}
    for person in people:
        for name in person.covered_by:
            ours.setdefault(first.setdefault(name_key(name), name), []).append(person)
    had = "; ".join(_some([f"{name} has {_names(found)}" for name, found in ours.items()]))
    # Behind the curtain their order must not show who has power.
    keys_first = sorted(alone, key=lambda each: covered_up or not is_key_player(each))
    bare = f"Nobody has {_names(keys_first)}." if alone else ""
    return " ".join(each for each in (f"{had}." if had else "", bare) if each)


def _names(people: Iterable[Stakeholder], *, power: bool = False) -> str:
    names = [
        f"{called(person)} ({judgements.power_words(person.power)})" if power else called(person) for person in people
    ]
    return ", ".join(_some(names))


def _some(texts: list[str]) -> list[str]:
    return texts if len(texts) <= MOST else [*texts[:MOST], f"and {len(texts) - MOST} more"]
