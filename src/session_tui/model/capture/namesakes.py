"""Finds people on the map, and of ours, whose name a new stakeholder has, or nearly has."""

from functools import lru_cache

from msgspec.structs import replace

from session_tui.model import similar_names
from session_tui.model.analysis import ours
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder

_SHORTEST = 3  # letters of a name from which a similar one is looked for


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
