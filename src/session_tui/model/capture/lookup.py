"""Resolves typed names: our people, stakeholders, and the entries that an action serves.

Accents distinguish names, so a name that may be new (`@zoe`, an attendee, a share) is taken as
typed, and its preview says who else is there (`namesakes.beside`). A reference (`to:zoe`,
`*zoe ++`, `@-zoe`), whose unknown name is refused, is looked for in this order: the whole name, a
part of it, the whole name or a part without accents, a beginning. Where the typed text is a
beginning with its accents, and of another name the whole or a part without them, both fit:
`refers`. Completions offer all: `offered`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from session_tui.model.analysis import ours
from session_tui.model.capture.result import Context, Refused
from session_tui.model.name_keys import folded, name_key
from session_tui.model.session import Session, Stakeholder


@lru_cache(maxsize=4096)
def _spaced(name: str) -> str:
    """The comparison form of a name, with one space before each of its parts.

    Cached, because a line is read at every key press; with 500 people, folding took most of the
    time.
    """
    return "".join(f" {part}" for part in name_key(name).split())


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """The same without accents."""
    return "".join(f" {part}" for part in folded(name).split())


def fits(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that match the typed text: equal names, else equal parts, else beginnings of
    parts.

    Two spellings with one `name_key` are one name, in the first spelling.
    """
    known = dict.fromkeys(names)
    return (typed,) if typed in known else _fitting(typed, known, _spaced)


def refers(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The same for a reference, which may leave accents out.

    A whole name or part without accents counts no less than a beginning with them: both fit.
    """
    known = tuple(names)
    found = fits(typed, known)
    if found and _is_part(typed, found[0], _spaced):
        return found
    bare = _without_accents(typed, known)
    return _each_once((*found, *bare)) if bare and _is_part(typed, bare[0], _bare) else found or bare


def offered(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names to offer for the typed text: those that fit, then those that do without
    accents.
    """
    known = tuple(names)
    return _each_once((*fits(typed, known), *_without_accents(typed, known)))


def _without_accents(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    return _fitting(typed, names, _bare) if folded(typed).strip() else ()


def _fitting(typed: str, names: Iterable[str], form: Callable[[str], str]) -> tuple[str, ...]:
    wanted = form(typed) or " "
    begun = [name for name in names if wanted in form(name)]
    whole = [name for name in begun if form(name) == wanted]
    part = [name for name in begun if f"{wanted} " in f"{form(name)} "]
    found = whole or part or begun
    return _each_once(found) if len(found) > 1 else tuple(found)


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    """The names in their order, those of one `name_key` in their first spelling."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name_key(name), name)
    return tuple(found.values())


def _is_part(typed: str, name: str, form: Callable[[str], str]) -> bool:
    """Whether the typed text is the whole name or whole parts of it."""
    return f"{form(typed) or ' '} " in f"{form(name)} "


def person(typed: str, context: Context, *, theirs: bool) -> str:
    """The full name of one of our people (`theirs`: or a stakeholder); an unknown name is returned
    as typed.

    Raises `Refused` where several names match.
    """
    names = list(ours(context.session, context.people))
    if theirs:
        names += [stakeholder.name for stakeholder in context.session.stakeholders if stakeholder.name != "?"]
    return one_of(typed, names) or _elsewhere(typed, context.others) or typed.strip() or typed


def _elsewhere(typed: str, names: Iterable[str]) -> str:
    """The one name of other sessions that is, or has as a part, the typed text; or an empty text.

    A beginning is not enough, and several are none: the name may be that of a new person.
    """
    known = tuple(names)
    found = fits(typed, known)
    return found[0] if len(found) == 1 and _is_part(typed, found[0], _spaced) else ""


def one_of(typed: str, names: Iterable[str]) -> str:
    """The one matching name, or an empty text, where the typed name may be a new one.

    Raises `Refused` where several match.
    """
    return _the_one(typed, fits(typed, names))


def known_one(typed: str, names: Iterable[str]) -> str:
    """The same for a reference, which may leave accents out."""
    return _the_one(typed, refers(typed, names))


def _the_one(typed: str, found: tuple[str, ...]) -> str:
    if len(found) > 1:
        some = ", ".join(found[:4]) + (" …" if len(found) > 4 else "")
        raise Refused(f"{typed} fits {some}", "Write more of the name.")
    return found[0] if found else ""


def stakeholder(typed: str, session: Session) -> Stakeholder:
    """The stakeholder with this id or name. Raises `Refused` where none or several match."""
    for each in session.stakeholders:
        if each.id == typed:
            return each
    name = known_one(typed, [each.name for each in session.stakeholders if each.name != "?"])
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
