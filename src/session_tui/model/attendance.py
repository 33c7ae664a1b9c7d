"""Who attends a session: the lines of `/attendee` and `/facilitator`, and who is expected.

The attendees of the last session on the account are expected. They are not in the file until the
user confirms them.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from session_tui.model.analysis import ours
from session_tui.model.capture import lookup
from session_tui.model.capture.result import Refusal, Refused
from session_tui.model.edits import Edit, Put
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import one_line
from session_tui.model.session import Attendee, Session

_USAGE = "/attendee Mei Tan:presales adds a person; the role may be left out, and -mei takes her off the list."


def attendee_of(text: str) -> Attendee | None:
    """The attendee from `NAME[:ROLE]`, or None where there is no name."""
    name, _, role = one_line(text).partition(":")
    name = name.strip().strip('"').strip()
    return Attendee(name=name, role=role.strip()) if name else None


def expected(session: Session, last: Session | None) -> tuple[Attendee, ...]:
    """The attendees of the last session who are not confirmed in this one."""
    here = {name_key(name) for name in (session.facilitator, *(each.name for each in session.attendees)) if name}
    found = {name_key(each.name): each for each in (last.attendees if last else ())}
    return tuple(each for key, each in found.items() if key not in here)


def confirm(session: Session, people: Iterable[Attendee]) -> Put:
    """The edit that puts these people on the list."""
    return Put("attendees", "", session.attendees, (*session.attendees, *people))


def edit_of(arguments: str, session: Session, awaited: tuple[Attendee, ...] = ()) -> Edit | Refusal:
    """The edit of `/attendee`: `NAME[:ROLE]`, `-NAME`, or `+` for all that are `awaited`.

    The name of a person who is expected may be shortened, and so may one who is given a role.
    """
    text = one_line(arguments).strip()
    try:
        if text == "+":
            return confirm(session, awaited) if awaited else Refusal("nobody else is expected", _USAGE)
        if text[:1] == "-" and text[1:].strip():
            return _without(text[1:].strip().strip('"').strip(), session)
        attendee = attendee_of(text)
        return _with(attendee, session, awaited) if attendee else Refusal("who is there", _USAGE)
    except Refused as refused:
        return refused.refusal


def facilitator(arguments: str, session: Session, people: tuple[str, ...] = ()) -> Edit | Refusal:
    """The edit of `/facilitator NAME`; a part of the name is enough for one of our people."""
    typed = one_line(arguments).strip().strip('"').strip()
    if not typed:
        return Refusal("who runs the session", "/facilitator Mei Tan names her.")
    try:
        name = lookup.one_of(typed, ours(session, people)) or typed
    except Refused as refused:
        return refused.refusal
    if name == session.facilitator:
        return Refusal(f"{name} runs the session already")
    return Put("facilitator", "", session.facilitator, name)


def confirmation(before: tuple[Attendee, ...], after: tuple[Attendee, ...]) -> str:
    """One sentence about the change of the list."""
    was, now = ({name_key(each.name): each for each in people} for people in (before, after))
    came = [each.name for key, each in now.items() if key not in was]
    left = [each.name for key, each in was.items() if key not in now]
    if came:
        return f"{_and(came)} {'are' if len(came) > 1 else 'is'} there."
    if left:
        return f"{_and(left)} {'are' if len(left) > 1 else 'is'} off the list."
    changed = [each for key, each in now.items() if was[key] != each]
    return " ".join(f"{each.name}: {each.role or 'no role'}." for each in changed)


def _with(attendee: Attendee, session: Session, awaited: tuple[Attendee, ...]) -> Edit | Refusal:
    listed = _listed(attendee.name, session)
    if listed is None and (name := _one_of(attendee.name, awaited)):
        last = next(each for each in awaited if each.name == name)
        return confirm(session, (replace(last, role=attendee.role or last.role),))
    if listed is None and attendee.role and (name := _one_of(attendee.name, session.attendees)):
        listed = _listed(name, session)
    if listed is None:
        return confirm(session, (attendee,))
    if not attendee.role or attendee.role == listed.role:
        role = f", {listed.role}" if listed.role else ""
        return Refusal(f"{listed.name} is on the list already{role}", f"/attendee {listed.name}:ROLE gives a role.")
    changed = replace(listed, role=attendee.role)
    return Put(
        "attendees", "", session.attendees, tuple(changed if each is listed else each for each in session.attendees)
    )


def _without(typed: str, session: Session) -> Edit | Refusal:
    name = lookup.known_one(typed, [each.name for each in session.attendees])
    listed = _listed(name, session) if name else None
    if listed is None:
        there = ", ".join(each.name for each in session.attendees)
        return Refusal(f"nobody called {typed} is on the list", f"There is {there}." if there else "It is empty.")
    return Put("attendees", "", session.attendees, tuple(each for each in session.attendees if each is not listed))


def _listed(name: str, session: Session) -> Attendee | None:
    return next((each for each in session.attendees if name_key(each.name) == name_key(name)), None)


def _one_of(typed: str, people: Iterable[Attendee]) -> str:
    return lookup.one_of(typed, [each.name for each in people])


def _and(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
