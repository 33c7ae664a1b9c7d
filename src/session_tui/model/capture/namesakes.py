"""Finds people on the map, and of ours, whose name a new stakeholder has, or nearly has."""

from collections.abc import Iterable
from functools import lru_cache

from msgspec.structs import replace

from session_tui.model import similar_names
from session_tui.model.analysis import ours
from session_tui.model.capture import lookup
from session_tui.model.formats import plural
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder

_SHORTEST = 3  # letters of a name from which a similar one is looked for
_NAMED = 2


def same(new: Stakeholder, session: Session) -> Stakeholder | None:
    """The first stakeholder with this name; a person without a name has none."""
    key = name_key(new.name)
    if key == "?":
        return None
    return next((each for each in session.stakeholders if each.id != new.id and name_key(each.name) == key), None)


def similar(new: Stakeholder, session: Session) -> tuple[Stakeholder, ...]:
    """The stakeholders whose name the new one may be a mistyped form or the beginning of."""
    if len(new.name.strip()) < _SHORTEST:
        return ()
    people = {name_key(each.name): each for each in session.stakeholders if each.id != new.id and each.name != "?"}
    return tuple(people[name_key(name)] for name in _nearly(new.name, tuple(each.name for each in people.values())))


@lru_cache(maxsize=8)  # the marks behind a name are typed letter by letter
def _nearly(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return similar_names.nearly(name, known)


def beside(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a new one may stand for: the same without accents, else nearly it."""
    names = tuple(known)
    return lookup.refers(name, names) or (_nearly(name, names) if len(name.strip()) >= _SHORTEST else ())


def new_words(name: str, known: Iterable[str]) -> str:
    """The remark on a name that is not known yet, with those that may be meant."""
    near = beside(name, known)[:_NAMED]
    return f"NEW: {name}; {' and '.join(near)} {plural(len(near), 'is', 'are')} there" if near else f"NEW: {name}"


def doubtful(names: Iterable[str], known: Iterable[str]) -> str:
    """A sentence, with a space before it, for each unknown name that is nearly a known one."""
    there = tuple(known)
    keys = {name_key(each) for each in there}
    new = (name for name in names if name_key(name) not in keys and beside(name, there))
    return "".join(f" {new_words(name, there)}." for name in new)


def others(name: str, known: Iterable[str]) -> str:
    """A sentence, with a space before it, on the people who may be meant by a new name; else an
    empty text.
    """
    near = beside(name, known)[:_NAMED]
    return f" There {plural(len(near), 'is', 'are')} {' and '.join(near)}." if near else ""


def words(new: Stakeholder, session: Session, people: tuple[str, ...], *, entered: bool) -> tuple[str, ...]:
    """One sentence at most about a namesake; `entered`: the person has been added already."""
    if known := same(new, session):
        if entered or any(each.id == new.id for each in session.stakeholders):
            return (f"{known.id} is {known.name} already: /same {known.id} {new.id} makes one of the two",)
        return (f"is {known.id} already: tab changes {known.id}, enter adds another",)
    # The owner of an action who is on no list yet may be this very person.
    if any(name_key(each) == name_key(new.name) for each in ours(replace(session, action_items=()), people)):
        return (f"{new.name} is one of ours",)
    if near := similar(new, session):
        named = ", ".join(f"{each.id} {each.name}" for each in near)
        do = f": /same {near[0].id} {new.id} makes one of the two" if entered else ""
        return (f"nearly {named}{do}",)
    return ()
