"""Edits are values that know what they replace.

`apply` gives a new session or a fault, `inverse` the edit that takes it back. Undo applies an inverse to the session
as it is now: the clock never runs backwards and no id is given twice, because a `Token` or `Close` has no inverse
and `[last_ids]` only ever grows.
"""

from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import session_value, timebox
from session_tui.model.dates import file_moment
from session_tui.model.fault import Fault
from session_tui.model.session import LISTS, ActionItem, Clock, Entry, Session, Stakeholder, entries
from session_tui.model.vocabulary import Outcome


class Put(Struct, frozen=True):
    """One entry, or one of the session's own values, becomes another.

    `where` is a list of the session (`stakeholders`) with the entry's `id`, or a key of the session (`account`) with
    an empty `id`. None as `old` adds an entry at `index` (-1: at the end), None as `new` removes it.
    """

    where: str
    id: str
    old: Any
    new: Any
    index: int = -1


class Mark(Struct, frozen=True):
    """Something happened to the clock. `replaces` is the event it stands for: the answer to a gap, or a step of the
    computer's clock after it.
    """

    event: Clock
    replaces: Clock | None = None


class Close(Struct, frozen=True):
    """The session ends: it is held, with its outcome, and with what it cost. `hours_saved` is an estimate, or None."""

    at: datetime
    outcome: Outcome
    headline: str = ""
    hours_saved: float | None = None


class Several(Struct, frozen=True):
    """Edits that are done, and undone, as one."""

    edits: tuple["Edit", ...]


Edit: TypeAlias = Put | Mark | Close | Several


def apply(session: Session, edit: Edit) -> Session | Fault:
    """The session after this edit, or why it cannot be made; pure."""
    match edit:
        case Several(edits):
            result: Session | Fault = session
            for each in edits:
                if isinstance(result, Fault):
                    return result
                result = apply(result, each)
            return result
        case Mark(event, replaces):
            return _marked(session, event, replaces)
        case Close():
            return _closed(session, edit)
        case Put(where, "", old, new):
            if getattr(session, where) != old:
                return Fault(where, "it was changed meanwhile", "Look at it again, then repeat the change.")
            return replace(session, **{where: new})
        case Put():
            return _put(session, edit)


def inverse(edit: Edit) -> Edit | None:
    """The edit that takes this one back, or None where nothing can: the clock is never turned back."""
    match edit:
        case Put(where, id_, old, new, index):
            return Put(where, id_, new, old, index)
        case Several(edits):
            back = [inverse(each) for each in reversed(edits)]
            kept = tuple(each for each in back if each is not None)
            return Several(kept) if kept and len(kept) == len(back) else None
        case _:
            return None


def add(entry: Entry) -> Put:
    """A new entry at the end of its list."""
    return Put(LISTS[entry.id[0]], entry.id, None, entry)


def change(old: Entry, new: Entry) -> Put:
    """An entry becomes another with the same id."""
    return Put(LISTS[old.id[0]], old.id, old, new)


def remove(session: Session, entry: Entry) -> Edit:
    """An entry goes, and with it every line that leads to it (reporting, influence, what an action serves)."""
    where = LISTS[entry.id[0]]
    index = [each.id for each in entries(session, entry.id[0])].index(entry.id)
    cleaned: list[Edit] = []
    for person in session.stakeholders:
        if person.id != entry.id and entry.id in (person.reports_to, *person.influences):
            without = replace(
                person,
                reports_to="" if person.reports_to == entry.id else person.reports_to,
                influences=tuple(each for each in person.influences if each != entry.id),
            )
            cleaned.append(change(person, without))
    cleaned += [
        change(action, replace(action, about=tuple(each for each in action.about if each != entry.id)))
        for action in session.action_items
        if action.id != entry.id and entry.id in action.about
    ]
    gone = Put(where, entry.id, entry, None, index)
    return Several((*cleaned, gone)) if cleaned else gone


def touched(edit: Edit) -> tuple[str, ...]:
    """The ids of the entries an edit adds, changes or removes."""
    match edit:
        case Put(_, id_):
            return (id_,) if id_ else ()
        case Several(edits):
            return tuple(id_ for each in edits for id_ in touched(each))
        case _:
            return ()


def _put(session: Session, put: Put) -> Session | Fault:
    letter = next(letter for letter, name in LISTS.items() if name == put.where)
    there = entries(session, letter)
    at = next((index for index, entry in enumerate(there) if entry.id == put.id), None)
    standing = None if at is None else there[at]
    if standing != put.old:
        return Fault(put.id, "it was changed meanwhile", "Look at it again, then repeat the change.")
    if at is None:
        place = len(there) if put.index < 0 else min(put.index, len(there))
        after = (*there[:place], put.new, *there[place:])
    elif put.new is None:
        after = (*there[:at], *there[at + 1 :])
    else:
        after = (*there[:at], put.new, *there[at + 1 :])
    number = int(put.id[1:]) if put.id[1:].isascii() and put.id[1:].isdigit() else 0
    ids = session.last_ids
    if number > getattr(ids, letter):
        ids = replace(ids, **{letter: number})
    return replace(session, last_ids=ids, **{put.where: after})


def _marked(session: Session, event: Clock, replaces: Clock | None) -> Session | Fault:
    if session.status in ("held", "cancelled"):
        return Fault("clock", "the session has ended; its clock stands")
    if replaces is not None:
        if replaces not in session.clock:
            return Fault("clock", "there is no such moment on record")
        last = max(index for index, each in enumerate(session.clock) if each == replaces)  # alike ones may stand there
        clock = (*session.clock[:last], event, *session.clock[last + 1 :])
    else:
        # A clock that was set back must not unsettle the order of what is on record.
        at = max(file_moment(event.at), _last_moment(session)) if session.clock else file_moment(event.at)
        until = None if event.until is None else max(file_moment(event.until), at)
        clock = (*session.clock, replace(event, at=at, until=until))
    after = replace(session, clock=clock)
    if event.event == "start":
        after = replace(after, status="live", started_at=session.started_at or clock[-1].at)
    return _with_spent(after, _last_moment(after))


def _closed(session: Session, close: Close) -> Session | Fault:
    if session.status == "held":
        return Fault("status", "the session has ended already")
    marked = _marked(session, Clock(at=close.at, event="end"), None)
    if isinstance(marked, Fault):
        return marked
    end = marked.clock[-1].at
    after = replace(_with_spent(marked, end), status="held", ended_at=end, outcome=close.outcome)
    return replace(after, headline=close.headline, value=session_value.of(after, close.hours_saved))


def _last_moment(session: Session) -> datetime:
    last = session.clock[-1]
    return (
        last.at if last.until is None else max(last.at, last.until)
    )  # a file may hold a gap that ends before it began


def _with_spent(session: Session, now: datetime) -> Session:
    spent = timebox.spent_seconds(session.parts, session.clock, now)
    parts = tuple(
        part if part.spent_seconds == seconds else replace(part, spent_seconds=seconds)
        for part, seconds in zip(session.parts, spent, strict=True)
    )
    return session if parts == session.parts else replace(session, parts=parts)


def circle(people: tuple[Stakeholder, ...], who: str, boss: str) -> tuple[str, ...]:
    """The ids of the reporting circle that `who` reporting to `boss` would close, or nothing."""
    up = {person.id: person.reports_to for person in people} | {who: boss}
    path = {who: None}  # in order; asked for each step, which a list would make slow in a long line
    above = boss
    while above and above not in path:
        path[above] = None
        above = up.get(above, "")
    return (*path, who) if above == who else ()


def settle(action: ActionItem, **values: Any) -> ActionItem:
    """An action with other values; a `done_on` never outlives the state it belongs to."""
    after = replace(action, **values)
    return after if after.status == "done" else replace(after, done_on=None)


def changes_nothing(edit: Edit) -> bool:
    """An edit that puts what stands there already: a row opened with ctrl+o and entered as it was."""
    return isinstance(edit, Put) and edit.old == edit.new
