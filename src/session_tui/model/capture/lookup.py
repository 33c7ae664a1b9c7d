"""Resolves typed names: our people, stakeholders, and the entries that an action serves."""

from collections.abc import Iterable
from functools import lru_cache

from session_tui.model.analysis import ours
from session_tui.model.capture.result import Context, Refused
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """The comparison form of a name, with one space before each of its parts.

    Cached, because a line is read at every key press; with 500 people, folding took most of the
    time.
    """
    return "".join(f" {part}" for part in name_key(name).split())


def fits(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that match the typed text: equal names, else equal parts, else beginnings of
    parts.

    Two spellings with one `name_key` are one name, in the first spelling.
    """
    known = dict.fromkeys(names)
    if typed in known:
        return (typed,)
    wanted = _folded(typed) or " "
    begun = [name for name in known if wanted in _folded(name)]
    whole = [name for name in begun if _folded(name) == wanted]
    part = [name for name in begun if f"{wanted} " in f"{_folded(name)} "]
    found = whole or part or begun
    return tuple({name_key(name): name for name in reversed(found)}.values())[::-1] if len(found) > 1 else tuple(found)


def person(typed: str, context: Context, *, theirs: bool) -> str:
    """The full name of one of our people (`theirs`: or a stakeholder); an unknown name is returned
    as typed.

    Raises `Refused` where several names match.
    """
    names = list(ours(context.session, context.people))
    if theirs:
        names += [stakeholder.name for stakeholder in context.session.stakeholders if stakeholder.name != "?"]
    return one_of(typed, names) or one_of(typed, context.others) or typed.strip() or typed


def one_of(typed: str, names: Iterable[str]) -> str:
    """The one matching name, or an empty text. Raises `Refused` where several match."""
    found = fits(typed, names)
    if len(found) > 1:
        some = ", ".join(found[:4]) + (" …" if len(found) > 4 else "")
        raise Refused(f"{typed} fits {some}", "Write more of the name.")
    return found[0] if found else ""


def stakeholder(typed: str, session: Session) -> Stakeholder:
    """The stakeholder with this id or name. Raises `Refused` where none or several match."""
    for each in session.stakeholders:
        if each.id == typed:
            return each
    name = one_of(typed, [each.name for each in session.stakeholders if each.name != "?"])
    found = [each for each in session.stakeholders if name and name_key(each.name) == name_key(name)]
    if len(found) > 1:
        ids = ", ".join(each.id for each in found[:4])
        raise Refused(f"{typed} fits {ids}", "Write the id.")
    if not found:
        raise Refused(f"nobody called {typed} is on the map", "Add the person first, or write an id such as s1.")
    return found[0]


def served(typed: str, session: Session) -> str:
    """The id of an assumption (by id) or stakeholder (by id or name).

    Raises `Refused` for none or several.
    """
    if any(assumption.id == typed for assumption in session.assumptions):
        return typed
    if typed[:1] == "a" and typed[1:].isdigit():
        raise Refused(f"there is no assumption {typed}", "An action serves a stakeholder or an assumption.")
    return stakeholder(typed, session).id


def is_new(name: str, session: Session, people: Iterable[str], *, theirs: bool) -> bool:
    """Whether none of our people has this name (`theirs`: and no stakeholder either)."""
    known = {name_key(each) for each in ours(session, people)}
    if theirs:
        known |= {name_key(each.name) for each in session.stakeholders}
    return name_key(name) not in known
