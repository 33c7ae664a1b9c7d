"""A session as a calendar: a task for each action and each test of an assumption, and the next
session.

An entry has the same UID in every session that carries it, and a SEQUENCE that only grows: a
second import updates it. The calendar has no METHOD, because a published calendar must not name
the attendees of a task (RFC 5546).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import quote

from icalendar import Calendar, Event, Todo, vCalAddress
from msgspec import Struct

from session_tui import __version__
from session_tui.export.email import email_address, people_by_name
from session_tui.export.formats import Setting
from session_tui.export.summary import Summary, moment_of
from session_tui.model.configuration import Cadence, Person
from session_tui.model.dates import WEEKDAYS
from session_tui.model.history import identity
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import deal
from session_tui.model.reports.cadence import Owed, next_due
from session_tui.model.reports.report_items import called_in
from session_tui.model.reports.session_report import ABSENT
from session_tui.model.sanitize import safe_text
from session_tui.model.session import ActionItem, Assumption

Carried = TypeVar("Carried", ActionItem, Assumption)

_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)  # SEQUENCE is the seconds since then; it is large enough until 2088
_MOST = 2**31 - 1
_MONDAY = date(2026, 1, 5)  # a fixed start of weekly entries: an entry with the same UID must not move
_NOON = time(12, tzinfo=UTC)  # at noon UTC the date is the same nearly everywhere
_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,120}")
_IN_MAILTO = "@!$'*+"  # not percent-encoded (RFC 6068): calendar programs compare addresses as text
_HOST = "session-tui.invalid"  # a UID needs a host; the name of this machine stays private (RFC 2606)


class _Task(Struct, frozen=True):
    """A task of the calendar; `lines` are its description.

    `changes` is the number of changes of its session: it makes the SEQUENCE of two changes within
    a second differ.
    """

    uid: str
    text: str
    lines: tuple[str, ...]
    at: datetime
    due: date | None = None
    status: str = "open"
    done_on: date | None = None
    owner: str = ""
    changes: int = 0


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the calendar of a session (iCalendar, RFC 5545)."""
    calendar, people = _empty(), people_by_name(setting.people)
    for task in _tasks(summary, setting):
        calendar.add_component(_todo(task, people))
        if setting.events and task.due is not None:
            calendar.add_component(_event(task))
    if setting.events and setting.cadence.weekday is not None:
        calendar.add_component(_weekly(setting.cadence.weekday, setting.now))
    return bytes(calendar.to_ical())


def due_calendar(owed: Iterable[Owed], setting: Setting) -> bytes:
    """Return a calendar with a task for each session that is due, over all accounts."""
    calendar = _empty()
    for each in owed:
        lines = (_joined(each.account, each.opportunity, each.phase), *each.reasons)
        task = _Task(_due_uid(each.account, each.opportunity), _due_text(each.account), lines, setting.now, each.due_on)
        calendar.add_component(_todo(task, {}))
        if setting.events:
            calendar.add_component(_event(task))
    return bytes(calendar.to_ical())


def next_session(summary: Summary, day: date, now: datetime) -> bytes:
    """Return a calendar with one all-day event: the session after this one.

    It has the UID of the day on which a session on this deal is due, so it takes that event's
    place.
    """
    calendar = _empty()
    uid, lines = _due_uid(summary.account, summary.opportunity), (_about(summary), f"After: {summary.id}")
    calendar.add_component(_event(_Task(uid, f"Strategy session on {summary.account}", lines, now, day)))
    return bytes(calendar.to_ical())


def _tasks(summary: Summary, setting: Setting) -> Iterator[_Task]:
    """The tasks of a session, each from the newest session that carries it."""
    for action in summary.action_items:
        where, newest = _newest(action, summary, setting.later)
        if _belongs(where, newest):
            yield _of_action(where, newest)
    for belief in summary.assumptions:
        session, latest = _newest(belief, summary, setting.later)
        if latest.tested_by and latest.due is not None and _belongs(session, latest):
            yield _of_assumption(session, latest)
    # A later session of the chain has a due date of its own.
    if summary.status == "held" and not setting.later and setting.cadence != Cadence():
        due, at = next_due(summary, setting.cadence), moment_of(summary)
        lines = (_about(summary), f"Session: {summary.id}")
        uid, text = _due_uid(summary.account, summary.opportunity), _due_text(summary.account)
        yield _Task(uid, text, lines, at, due, "open" if due else "dropped", changes=len(summary.changes))


def _newest(entry: Carried, summary: Summary, later: Sequence[Summary]) -> tuple[Summary, Carried]:
    wanted = identity(summary, entry)
    for other in reversed(later):
        entries = other.action_items if isinstance(entry, ActionItem) else other.assumptions
        for each in entries:
            if other.status in ("held", "live") and identity(other, each) == wanted:
                return other, each
    return summary, entry


def _belongs(where: Summary, entry: ActionItem | Assumption) -> bool:
    """A prepared session has only its own entries: the carried ones belong to an earlier one."""
    return where.status in ("held", "live") or identity(where, entry)[0] == where.id


def _of_action(where: Summary, action: ActionItem) -> _Task:
    absent = f" ({ABSENT})" if action.status == "open" and action.owner in where.absent else ""
    serves = ", ".join(called_in(where, each) for each in action.about)
    lines = (
        _about(where),
        f"For {serves}" if serves else "",
        f"Owner: {action.owner}{absent}" if action.owner else "Owner: nobody yet",
        f"Result: {action.result}" if action.result else "",
        f"Session: {where.id}",
    )
    status = "dropped" if where.status == "cancelled" else action.status
    uid, at = _uid(*identity(where, action)), moment_of(where)
    return _Task(uid, action.text, lines, at, action.due, status, action.done_on, action.owner, len(where.changes))


def _of_assumption(where: Summary, belief: Assumption) -> _Task:
    lines = (
        _about(where),
        "A test of what we believe.",
        f"Owner: {belief.tested_by}",
        f"Result: {belief.result}" if belief.result else "",
        f"Session: {where.id}",
    )
    status = "dropped" if where.status == "cancelled" else "open" if belief.status == "untested" else "done"
    uid, at = _uid(*identity(where, belief)), moment_of(where)
    return _Task(uid, f"Test: {belief.text}", lines, at, belief.due, status, None, belief.tested_by, len(where.changes))


def _about(summary: Summary) -> str:
    return _joined(summary.account, summary.zone, summary.opportunity)


def _todo(task: _Task, people: Mapping[str, Person]) -> Todo:
    todo = Todo()
    _common(todo, task, task.uid)
    todo.add("status", _STATUS[task.status])
    if task.due is not None:
        todo.add("due", task.due)
    if task.status == "done":
        todo.add("percent-complete", 100)
        if task.done_on is not None:  # without a date on record there is no completion time
            todo.add("completed", datetime.combine(task.done_on, _NOON))
    person = people.get(name_key(task.owner))
    if mailbox := email_address(person):
        attendee = vCalAddress(f"mailto:{quote(mailbox, safe=_IN_MAILTO)}")
        attendee.params["CN"] = re.sub(r'["^]', "", _text(task.owner))
        todo.add("attendee", attendee, encode=False)
    return todo


def _event(task: _Task) -> Event:
    """An all-day event for the task, which does not block the time."""
    assert task.due is not None
    event = Event()
    _common(event, task, f"day-{task.uid}")
    event.add("status", "CANCELLED" if task.status == "dropped" else "CONFIRMED")
    _whole_day(event, task.due)
    return event


def _weekly(weekday: str, now: datetime) -> Event:
    """A weekly event on the weekday of the cadence."""
    event, day = Event(), WEEKDAYS.index(weekday)
    task = _Task(f"cadence@{_HOST}", "Strategy sessions: the team's day", ("[cadence] in session-tui.toml",), now)
    _common(event, task, task.uid)
    _whole_day(event, _MONDAY + timedelta(days=day))
    event.add("rrule", {"freq": "weekly", "byday": weekday[:2].upper()})
    return event


def _common(entry: Todo | Event, task: _Task, uid: str) -> None:
    entry.add("uid", uid)
    entry.add("sequence", min(_MOST, max(0, int((task.at - _BEGAN).total_seconds()) + task.changes)))
    entry.add("dtstamp", task.at.astimezone(UTC))
    entry.add("last-modified", task.at.astimezone(UTC))
    entry.add("summary", _text(task.text))
    entry.add("description", "\n".join(_text(line) for line in task.lines if line))


def _whole_day(event: Event, day: date) -> None:
    event.add("dtstart", day)
    if day < date.max:
        event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//session-tui//{__version__}//EN")
    calendar.add("version", "2.0")
    return calendar


def _uid(*words: str) -> str:
    """The permanent UID of an entry; an unusual id, written by hand, is replaced by a hash."""
    name = "-".join(words)
    if not _PLAIN.fullmatch(name):
        name = hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:32]
    return f"{name}@{_HOST}"


def _due_uid(account: str, opportunity: str) -> str:
    return _uid(
        "due", hashlib.sha256("\0".join(deal(account, opportunity)).encode("utf-8", "replace")).hexdigest()[:16]
    )


def _due_text(account: str) -> str:
    return f"Strategy session on {account} is due"


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def _text(text: str) -> str:
    return safe_text(text)
