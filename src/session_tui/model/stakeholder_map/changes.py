"""Changes of the map between two sessions: added, removed and changed people, and the notes that
explain a change.
"""

from collections.abc import Mapping

from msgspec import Struct

from session_tui.model import judgements
from session_tui.model.analysis import called
from session_tui.model.diff import pairs_by_identity
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import COVERAGE_WORDS, ROLE_WORDS

_MARKS = ".,;:!?'\"()“”„‘’«»…"


class PersonChange(Struct, frozen=True):
    """One changed field of a person, as words. `better` is 1 or -1 for support, else 0."""

    field: str
    was: str
    now: str
    better: int = 0


class Change(Struct, frozen=True):
    """A person on both maps with changed fields; `why` are the later notes about the person."""

    person: Stakeholder
    before: Stakeholder
    moved: tuple[PersonChange, ...]
    why: tuple[str, ...] = ()


class Changes(Struct, frozen=True):
    """`come` are only on the later map, `gone` only on the earlier one; `same` counts the
    unchanged.
    """

    come: tuple[Stakeholder, ...]
    gone: tuple[Stakeholder, ...]
    changed: tuple[Change, ...]
    same: int


def changes(before: Session, after: Session) -> Changes:
    """The changes from one map to the other.

    People are paired by identity, else by name, since the two files may not come from one another.
    """
    pairs, gone = _pairs(before, after)
    here = _by_id(after)
    come = tuple(person for person in here.values() if person.id not in pairs)
    then, changed = _by_id(before), []
    for person in here.values():
        was = pairs.get(person.id)
        if was is not None and (moved := (*_moved(was, person), *_other_boss(was, person, then, here, pairs))):
            changed.append(Change(person, was, moved, _why(was, person, after)))
    return Changes(come, gone, tuple(changed), len(pairs) - len(changed))


def as_before(before: Session | None, after: Session) -> dict[str, Stakeholder]:
    """Each person as they were before, by their id of now; without the people added since."""
    return _pairs(before, after)[0] if before is not None else {}


def _by_id(session: Session) -> dict[str, Stakeholder]:
    """The people by id, in order; of two with one id, the first."""
    people: dict[str, Stakeholder] = {}
    for person in session.stakeholders:
        people.setdefault(person.id, person)
    return people


def _pairs(before: Session, after: Session) -> tuple[dict[str, Stakeholder], tuple[Stakeholder, ...]]:
    """The earlier entry of each person, by the id of now; and the removed people."""
    pairs: dict[str, Stakeholder] = {}
    gone = []
    for was, now in pairs_by_identity(before, after, "s"):
        if isinstance(was, Stakeholder):
            if now is None:
                gone.append(was)
            else:
                pairs[now.id] = was
    return pairs, tuple(gone)


def _moved(was: Stakeholder, now: Stakeholder) -> tuple[PersonChange, ...]:
    found = []
    if was.name != now.name:
        found.append(PersonChange("name", was.name, now.name))
    if was.title != now.title:
        found.append(PersonChange("title", was.title or "-", now.title or "-"))
    if was.buying_role != now.buying_role:
        found.append(PersonChange("buying role", ROLE_WORDS[was.buying_role], ROLE_WORDS[now.buying_role]))
    if was.power != now.power:
        found.append(PersonChange("power", judgements.power_value(was.power), judgements.power_value(now.power)))
    if was.support != now.support:
        before, after = judgements.support_value(was.support), judgements.support_value(now.support)
        found.append(PersonChange("support", before, after, judgements.change(was.support, now.support)))
    if was.coverage != now.coverage:
        found.append(PersonChange("coverage", COVERAGE_WORDS[was.coverage], COVERAGE_WORDS[now.coverage]))
    if {*map(name_key, was.covered_by)} != {*map(name_key, now.covered_by)}:
        found.append(
            PersonChange("covered by", ", ".join(was.covered_by) or "nobody", ", ".join(now.covered_by) or "nobody")
        )
    return tuple(found)


def _other_boss(
    was: Stakeholder,
    now: Stakeholder,
    then: Mapping[str, Stakeholder],
    here: Mapping[str, Stakeholder],
    pairs: Mapping[str, Stakeholder],
) -> tuple[PersonChange, ...]:
    """The change of the manager, if it is another person: a new name or id alone is no change."""
    old, new = then.get(was.reports_to), here.get(now.reports_to)
    if old is None and new is None:
        return ()
    if old is not None and new is not None and pairs.get(new.id) is old:
        return ()
    nobody = "nobody on the map"
    return (PersonChange("reports to", called(old) if old else nobody, called(new) if new else nobody),)


def _why(was: Stakeholder, now: Stakeholder, after: Session) -> tuple[str, ...]:
    """The person's note if it is new, and the notes and decisions that name the person."""
    own = (now.note,) if now.note and now.note != was.note else ()
    if now.name == "?":
        return own
    texts = [*(each.text for each in after.notes), *(each.text for each in after.decisions)]
    return (*own, *(text for text in texts if _names(text, now.name)))


def _names(text: str, name: str) -> bool:
    """Whether the text names the person: by the whole name, or by one of its words, also as
    `Mia's`.

    Particles (`de`, `van`) do not count in a name with other words. A name that is not ASCII also
    counts inside a word, because some scripts have no spaces.
    """
    words = {word.strip(_MARKS).removesuffix("'s").removesuffix("’s") for word in name_key(text).split()}
    parts = name.split()
    parts = [part for part in parts if not part[0].islower()] or parts
    whole = len(name) > 1 and not name.isascii() and name_key(name) in name_key(text)
    return whole or any(name_key(part) in words for part in parts)
