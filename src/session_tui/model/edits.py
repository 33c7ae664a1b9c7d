"""Edits: values that describe a change of a session, with the old and the new content.

`apply` returns a new session or a fault, `inverse` the edit that undoes another. Undo applies the
inverse to the session as it is now. A `Mark` or `Close` has no inverse, so the clock never runs
backwards; `[last_ids]` only grows, so no id is used twice.
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
    """Replace one entry, or one of the session's own values, by another.

    `where` is a list of the session (`stakeholders`), then `id` is the entry's; or it is a key of
    the session (`account`), then `id` is empty. With None as `old` the entry is added at `index`
    (-1: at the end), with None as `new` it is removed. `notes` are remarks on the typed line, for
    the preview; they are no part of the change.
    """

    where: str
    id: str
    old: Any
    new: Any
    index: int = -1
    notes: tuple[str, ...] = ()


class Mark(Struct, frozen=True):
    """Record an event of the clock.

    With `replaces` it takes the place of that event: to answer a gap, or to note a step of the
    computer's clock.
    """

    event: Clock
    replaces: Clock | None = None


class FixEnd(Struct, frozen=True):
    """Fix the end of the session at `new`, or at None let pauses move it.

    While the clock runs, an event without minutes measures the running part anew at `at`.
    """

    at: datetime
    old: datetime | None
    new: datetime | None


class Close(Struct, frozen=True):
    """End the session: status `held`, with its outcome and its cost.

    `hours_saved` is an estimate; `condition` belongs to the outcome `pursue_if` alone.
    """

    at: datetime
    outcome: Outcome
    headline: str = ""
    hours_saved: float | None = None
    condition: str = ""


class Reopen(Struct, frozen=True):
    """Continue a session that has ended: status `live`, in the part in which it ended.

    The time between the end and `at` is recorded as away and not counted.
    """

    at: datetime


class Several(Struct, frozen=True):
    """Edits that are applied and undone as one."""

    edits: tuple["Edit", ...]


class EntryReplacement(Several, frozen=True):
    """Edits that put one entry in the place of another.

    `shown` is the one with the entry that stays; `notes` are sentences about what changes beside
    it, for the preview.
    """

    shown: Put
    notes: tuple[str, ...] = ()


Edit: TypeAlias = Put | Mark | FixEnd | Close | Reopen | Several


def apply(session: Session, edit: Edit) -> Session | Fault:
    """The session after this edit, or a fault that says why it cannot be applied."""
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
        case FixEnd():
            return _fixed(session, edit)
        case Close():
            return _closed(session, edit)
        case Reopen(at):
            return _reopened(session, at)
        case Put(where, "", old, new):
            if getattr(session, where) != old:
                return Fault(where, "it was changed meanwhile", "Look at it again, then repeat the change.")
            return replace(session, **{where: new})
        case Put():
            return _put(session, edit)


def inverse(edit: Edit) -> Edit | None:
    """The edit that undoes this one; None for one that cannot be undone (the clock, the end)."""
    match edit:
        case Put(where, id_, old, new, index):
            return Put(where, id_, new, old, index)
        case FixEnd(at, old, new):
            return FixEnd(at, new, old)
        case Several(edits):
            back = [inverse(each) for each in reversed(edits)]
            inverses = tuple(each for each in back if each is not None)
            return Several(inverses) if inverses and len(inverses) == len(back) else None
        case _:
            return None


def add(entry: Entry) -> Put:
    """Add a new entry at the end of its list."""
    return Put(LISTS[entry.id[0]], entry.id, None, entry)


def change(old: Entry, new: Entry) -> Put:
    """Replace an entry by another with the same id."""
    return Put(LISTS[old.id[0]], old.id, old, new)


def remove(session: Session, entry: Entry) -> Edit:
    """Remove an entry, and its id from all that refer to it (reporting, influence, `about`)."""
    removal = without(session, entry)
    cleaned: list[Edit] = []
    for person in session.stakeholders:
        if person.id != entry.id and entry.id in (person.reports_to, *person.influences):
            cut = replace(
                person,
                reports_to="" if person.reports_to == entry.id else person.reports_to,
                influences=tuple(each for each in person.influences if each != entry.id),
            )
            cleaned.append(change(person, cut))
    cleaned += [
        change(action, replace(action, about=tuple(each for each in action.about if each != entry.id)))
        for action in session.action_items
        if action.id != entry.id and entry.id in action.about
    ]
    return Several((*cleaned, removal)) if cleaned else removal


def without(session: Session, entry: Entry) -> Put:
    """Remove an entry alone; what refers to it stays."""
    index = [each.id for each in entries(session, entry.id[0])].index(entry.id)
    return Put(LISTS[entry.id[0]], entry.id, entry, None, index)


def touched(edit: Edit) -> tuple[str, ...]:
    """The ids of the entries that an edit adds, changes or removes."""
    match edit:
        case Put(_, id_):
            return (id_,) if id_ else ()
        case Several(edits):
            return tuple(id_ for each in edits for id_ in touched(each))
        case _:
            return ()


def _put(session: Session, put: Put) -> Session | Fault:
    letter = next(letter for letter, name in LISTS.items() if name == put.where)
    rows = entries(session, letter)
    at = next((index for index, entry in enumerate(rows) if entry.id == put.id), None)
    current = None if at is None else rows[at]
    if current != put.old:
        return Fault(put.id, "it was changed meanwhile", "Look at it again, then repeat the change.")
    if at is None:
        place = len(rows) if put.index < 0 else min(put.index, len(rows))
        after = (*rows[:place], put.new, *rows[place:])
    elif put.new is None:
        after = (*rows[:at], *rows[at + 1 :])
    else:
        after = (*rows[:at], put.new, *rows[at + 1 :])
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
        last = max(index for index, each in enumerate(session.clock) if each == replaces)  # a file may repeat an event
        clock = (*session.clock[:last], event, *session.clock[last + 1 :])
    else:
        # A clock that was set back must not break the order of the recorded events.
        at = max(file_moment(event.at), _last_moment(session)) if session.clock else file_moment(event.at)
        until = None if event.until is None else max(file_moment(event.until), at)
        clock = (*session.clock, replace(event, at=at, until=until))
    after = replace(session, clock=clock)
    if event.event == "extend" and session.ends_at is not None:
        after = replace(after, ends_at=timebox.later(session.ends_at, 60 * (event.minutes or 0)))
    if event.event == "start":
        after = replace(after, status="live", started_at=session.started_at or clock[-1].at)
    return _with_spent(after, _last_moment(after))


def _fixed(session: Session, fix: FixEnd) -> Session | Fault:
    if session.ends_at != fix.old:
        return Fault("ends_at", "it was changed meanwhile", "Look at it again, then repeat the change.")
    after = replace(session, ends_at=fix.new)
    return _marked(after, Clock(at=fix.at, event="minutes", minutes=0), None) if after.clock else after


def _closed(session: Session, close: Close) -> Session | Fault:
    if session.status == "held":
        return Fault("status", "the session has ended already")
    marked = _marked(session, Clock(at=close.at, event="end"), None)
    if isinstance(marked, Fault):
        return marked
    end = marked.clock[-1].at
    after = replace(_with_spent(marked, end), status="held", ended_at=end, outcome=close.outcome)
    condition = close.condition if close.outcome == "pursue_if" else ""
    value = session_value.of(after, close.hours_saved)
    return replace(after, headline=close.headline, condition=condition, value=value)


def _reopened(session: Session, at: datetime) -> Session | Fault:
    if session.status != "held" or not session.clock or session.clock[-1].event != "end":
        return Fault("status", "the session has not ended")
    end = session.clock[-1].at
    part = timebox.of(session, end).running + 1
    if part < 1:
        return Fault("clock", "no part of the session has begun")
    again = Clock(at=end, event="part", part=part)
    away = Clock(at=end, event="away", until=max(file_moment(at), end), counts=False)
    estimated = session.value is not None and session.value.hours_saved is not None
    value = replace(session.value, people=0, minutes=0) if session.value is not None and estimated else None
    after = replace(session, status="live", ended_at=None, outcome=None, value=value)
    return replace(after, clock=(*session.clock, again, away))


def _last_moment(session: Session) -> datetime:
    last = session.clock[-1]
    # A file may hold a gap that ends before it begins.
    return last.at if last.until is None else max(last.at, last.until)


def _with_spent(session: Session, now: datetime) -> Session:
    spent = timebox.spent_seconds(session.parts, session.clock, now)
    parts = tuple(
        part if part.spent_seconds == seconds else replace(part, spent_seconds=seconds)
        for part, seconds in zip(session.parts, spent, strict=True)
    )
    return session if parts == session.parts else replace(session, parts=parts)


def circle(people: tuple[Stakeholder, ...], who: str, boss: str) -> tuple[str, ...]:
    """The ids of the circle that arises if `who` reports to `boss`; empty where there is none."""
    up = {person.id: person.reports_to for person in people} | {who: boss}
    path = {who: None}  # a dict keeps the order, and its look-up stays fast in a long line
    above = boss
    while above and above not in path:
        path[above] = None
        above = up.get(above, "")
    return (*path, who) if above == who else ()


def settle(action: ActionItem, **values: Any) -> ActionItem:
    """The action with these values; `done_on` is cleared unless its status is `done`."""
    after = replace(action, **values)
    return after if after.status == "done" else replace(after, done_on=None)


def changes_nothing(edit: Edit) -> bool:
    """Whether an edit replaces a value by an equal one: a row opened with ctrl+o and entered as it
    was.
    """
    return isinstance(edit, Put) and edit.old == edit.new
