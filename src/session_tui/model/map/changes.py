"""What changed on the map between two sessions: who came and went, who moved, and the notes that say why."""

from msgspec import Struct

from session_tui.model import history
from session_tui.model.map.standing import called
from session_tui.model.session import Session, Stakeholder
from session_tui.model.words import COVERAGE_WORDS, ROLE_WORDS, SUPPORT_WORDS

_MARKS = ".,;:!?'\"()"


class Moved(Struct, frozen=True):
    """One thing about a person that is another now, as words; `better` is 1 or -1 where that can be said, else 0."""

    field: str
    was: str
    now: str
    better: int = 0


class Change(Struct, frozen=True):
    """A person who is on both maps and stands otherwise; `why` is what the notes say since."""

    person: Stakeholder
    before: Stakeholder
    moved: tuple[Moved, ...]
    why: tuple[str, ...] = ()


class Changes(Struct, frozen=True):
    """`come` stand on the later map, `gone` on the earlier one; `same` counts those who stand as they did."""

    come: tuple[Stakeholder, ...]
    gone: tuple[Stakeholder, ...]
    changed: tuple[Change, ...]
    same: int


def changes(before: Session, after: Session) -> Changes:
    """From the one map to the other. A person is the same by identity, else by name: files may come from anywhere."""
    pairs, gone = _pairs(before, after)
    come = tuple(person for person in after.stakeholders if person.id not in pairs)
    changed = []
    for person in after.stakeholders:
        was = pairs.get(person.id)
        if was is not None and (moved := _moved(was, person, before, after)):
            changed.append(Change(person, was, moved, _why(was, person, after)))
    return Changes(come, gone, tuple(changed), len(pairs) - len(changed))


def as_before(before: Session | None, after: Session) -> dict[str, Stakeholder]:
    """How everybody stood then, by the id they have now; who came since is not in it."""
    return _pairs(before, after)[0] if before is not None else {}


def _pairs(before: Session, after: Session) -> tuple[dict[str, Stakeholder], tuple[Stakeholder, ...]]:
    by_identity = {history.identity(before, person): person for person in before.stakeholders}
    left = dict(by_identity)
    pairs: dict[str, Stakeholder] = {}
    for person in after.stakeholders:
        if (key := history.identity(after, person)) in left:
            pairs[person.id] = left.pop(key)
    names = {_name(person): key for key, person in reversed(left.items()) if person.name != "?" or person.title}
    for person in after.stakeholders:
        key_ = names.get(_name(person))
        if person.id not in pairs and key_ is not None and key_ in left:
            pairs[person.id] = left.pop(key_)
    return pairs, tuple(left.values())


def _name(person: Stakeholder) -> str:
    return (person.title if person.name == "?" else person.name).casefold()


def _moved(was: Stakeholder, now: Stakeholder, before: Session, after: Session) -> tuple[Moved, ...]:
    found = []
    if was.name != now.name:
        found.append(Moved("name", was.name, now.name))
    if was.title != now.title:
        found.append(Moved("title", was.title or "-", now.title or "-"))
    if was.buying_role != now.buying_role:
        found.append(Moved("buying role", ROLE_WORDS[was.buying_role], ROLE_WORDS[now.buying_role]))
    if was.power != now.power:
        found.append(Moved("power", str(was.power), str(now.power)))
    if was.support != now.support:
        better = 1 if now.support > was.support else -1
        found.append(Moved("support", SUPPORT_WORDS[was.support], SUPPORT_WORDS[now.support], better))
    if was.coverage != now.coverage:
        found.append(Moved("coverage", COVERAGE_WORDS[was.coverage], COVERAGE_WORDS[now.coverage]))
    if set(was.covered_by) != set(now.covered_by):
        found.append(Moved("covered by", ", ".join(was.covered_by) or "nobody", ", ".join(now.covered_by) or "nobody"))
    bosses = _boss(was, before), _boss(now, after)
    if bosses[0].casefold() != bosses[1].casefold():
        found.append(Moved("reports to", *bosses))
    return tuple(found)


def _boss(person: Stakeholder, session: Session) -> str:
    boss = next((each for each in session.stakeholders if each.id == person.reports_to), None)
    return called(boss) if boss else "nobody on the map"


def _why(was: Stakeholder, now: Stakeholder, after: Session) -> tuple[str, ...]:
    """The person's own note where it is new, and what was noted in the session with the name in it."""
    own = (now.note,) if now.note and now.note != was.note else ()
    if now.name == "?":
        return own
    names = {part.casefold() for part in now.name.split()}
    said = [*(each.text for each in after.notes), *(each.text for each in after.decisions)]
    return (*own, *(text for text in said if names & {word.strip(_MARKS).casefold() for word in text.split()}))
