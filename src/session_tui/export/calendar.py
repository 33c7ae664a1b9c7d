"""A session as a calendar: an event of a whole day for each action, each test of an assumption,
and the next session; or a task for each.

Events are the default, because most calendar programs show no tasks. An entry has the same UID in
every session that carries it, and a SEQUENCE that only grows: a second import updates it. The
calendar has no METHOD, because a published calendar must not name attendees (RFC 5546).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import quote

from icalendar import Alarm, Calendar, Event, Todo, vCalAddress
from msgspec import Struct

from session_tui import __version__
from session_tui.export.email import email_address, people_by_name
from session_tui.export.formats import Setting
from session_tui.export.summary import Summary, moment_of
from session_tui.model import formats
from session_tui.model.configuration import Cadence, Person
from session_tui.model.history import identity
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.pipeline import deal
from session_tui.model.reports.cadence import Owed, next_due
from session_tui.model.reports.report_items import called_in
from session_tui.model.reports.session_report import ABSENT
from session_tui.model.sanitize import safe_text
from session_tui.model.session import ActionItem, Assumption

Carried = TypeVar("Carried", ActionItem, Assumption)

_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)  # SEQUENCE is the seconds since then; it is large enough until 2088
_MOST = 2**31 - 1
_ALARM = timedelta(hours=-15)  # before the day begins: at nine in the morning of the day before
_NOON = time(12, tzinfo=UTC)  # at noon UTC the date is the same nearly everywhere
_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}
_PLAIN = lazy_pattern(r"[A-Za-z0-9._-]{1,120}")
_IN_MAILTO = "@!$'*+"  # not percent-encoded (RFC 6068): calendar programs compare addresses as text
_HOST = "session-tui.invalid"  # a UID needs a host; the name of this machine stays private (RFC 2606)


class _Entry(Struct, frozen=True):
    """An event or a task of the calendar; `lines` are its description.

    `people` are the names of those who are invited, the organizer first; empty for no invitation.
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
    people: tuple[str, ...] = ()
    changes: int = 0


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the calendar of a session (iCalendar, RFC 5545)."""
    return _calendar(_entries(summary, setting), setting)


def due_calendar(owed: Iterable[Owed], setting: Setting) -> bytes:
    """Return a calendar with an entry for each session that is due, over all accounts.

    An event stands on today, where it is seen; a task keeps the day since when it is due.
    """
    today = setting.now.date()

    def entry(each: Owed) -> _Entry:
        since = f"Due since {each.due_on}" if each.due_on < today else ""
        lines = (_joined(each.account, each.opportunity, each.phase), since, *each.reasons)
        day = each.due_on if setting.tasks else max(each.due_on, today)
        return _Entry(_due_uid(each.account, each.opportunity), _due_text(each.account), lines, setting.now, day)

    return _calendar(map(entry, owed), setting)


def remarks(summary: Summary, setting: Setting) -> tuple[str, ...]:
    """Sentences for the user on what the calendar does not have: open actions that a prepared
    session only carries, and those without a date, which no event can show.
    """
    said = []
    newest = (_newest(each, summary, setting.later) for each in summary.action_items if each.status == "open")
    if carried := sum(not _belongs(*each) for each in newest):
        verb = formats.plural(carried, "is", "are")
        said.append(
            f"{formats.count(carried, 'open action')} {verb} in the calendar of the session before, not in this one."
        )
    many = sum(each.status == "open" and each.due is None for each in summary.action_items)
    if many and not setting.tasks:
        subject = f"{formats.count(many, 'open action')} without a date {formats.plural(many, 'is', 'are')}"
        said.append(f"{subject} not in the calendar; export --tasks has them.")
    return tuple(said)


def _calendar(entries: Iterable[_Entry], setting: Setting) -> bytes:
    calendar, people = _empty(), people_by_name(setting.people)
    for entry in entries:
        if setting.tasks:
            calendar.add_component(_todo(entry, people, setting.now.date()))
        elif entry.due is not None:
            calendar.add_component(_event(entry, entry.due, people, setting.now.date()))
    return bytes(calendar.to_ical())


def next_session(summary: Summary, day: date, setting: Setting) -> bytes:
    """Return a calendar with one all-day event: the session after this one, with its attendees.

    It has the UID of the day on which a session on this deal is due, so it takes that event's
    place.
    """
    uid, lines = _due_uid(summary.account, summary.opportunity), (_about(summary), f"After: {summary.id}")
    text = f"Strategy session on {summary.account}"
    return _calendar((_Entry(uid, text, lines, setting.now, day, people=_invited(summary)),), setting)


def _entries(summary: Summary, setting: Setting) -> Iterator[_Entry]:
    """The entries of a session, each from the newest session that carries it."""
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
        status = "open" if due else "dropped"
        if not due and not setting.tasks:
            due = setting.now.date()  # a cancelled event needs a day as well
        yield _Entry(uid, text, lines, at, due, status, people=_invited(summary), changes=len(summary.changes))


def _invited(summary: Summary) -> tuple[str, ...]:
    """The names of those who are invited to the next session, the organizer first."""
    return (summary.facilitator, *(each.name for each in summary.attendees))


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


def _of_action(where: Summary, action: ActionItem) -> _Entry:
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
    people, changes = _asked(where, action.owner), len(where.changes)
    return _Entry(uid, action.text, lines, at, action.due, status, action.done_on, people, changes)


def _of_assumption(where: Summary, belief: Assumption) -> _Entry:
    lines = (
        _about(where),
        "A test of what we believe.",
        f"Owner: {belief.tested_by}",
        f"Result: {belief.result}" if belief.result else "",
        f"Session: {where.id}",
    )
    status = "dropped" if where.status == "cancelled" else "open" if belief.status == "untested" else "done"
    uid, at = _uid(*identity(where, belief)), moment_of(where)
    people, changes = _asked(where, belief.tested_by), len(where.changes)
    return _Entry(uid, f"Test: {belief.text}", lines, at, belief.due, status, None, people, changes)


def _asked(where: Summary, owner: str) -> tuple[str, ...]:
    """The people of an action: the facilitator, with whom it was agreed, and its owner."""
    return (where.facilitator, owner) if owner else ()


def _about(summary: Summary) -> str:
    return _joined(summary.account, summary.zone, summary.opportunity)


def _todo(entry: _Entry, people: Mapping[str, Person], today: date) -> Todo:
    todo = Todo()
    _common(todo, entry, entry.uid)
    todo.add("status", _STATUS[entry.status])
    if entry.due is not None:
        todo.add("due", entry.due)
    if entry.status == "done":
        todo.add("percent-complete", 100)
        if entry.done_on is not None:  # without a date on record there is no completion time
            todo.add("completed", datetime.combine(entry.done_on, _NOON))
    # A task is of its owner alone: the facilitator is its organizer.
    _invite(todo, entry.people[1:], entry.people[:1], people)
    _remind(todo, entry, today)
    return todo


def _event(entry: _Entry, day: date, people: Mapping[str, Person], today: date) -> Event:
    """An event of the whole day, which does not block the time."""
    event = Event()
    _common(event, entry, f"day-{entry.uid}")
    event.add("status", "CANCELLED" if entry.status == "dropped" else "CONFIRMED")
    event.add("dtstart", day)
    if day < date.max:
        event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    _invite(event, entry.people[1:], entry.people[:1], people)
    _remind(event, entry, today)
    return event


def _common(component: Todo | Event, entry: _Entry, uid: str) -> None:
    component.add("uid", uid)
    component.add("sequence", min(_MOST, max(0, int((entry.at - _BEGAN).total_seconds()) + entry.changes)))
    component.add("dtstamp", entry.at.astimezone(UTC))
    component.add("last-modified", entry.at.astimezone(UTC))
    component.add("summary", _text(entry.text))
    component.add("description", "\n".join(_text(line) for line in entry.lines if line))


def _invite(
    component: Todo | Event, attendees: Iterable[str], organizers: Iterable[str], people: Mapping[str, Person]
) -> None:
    """Name the attendees whose address is known.

    Attendees need an organizer (RFC 5545, 3.8.4.3): the first of `organizers` with an address,
    else the first attendee.
    """
    invited = {mailbox.lower(): found for name in attendees for mailbox, found in _address(name, people)}
    if not invited:
        return
    organizer = next((found for name in organizers for _, found in _address(name, people)), None)
    component.add("organizer", organizer or next(iter(invited.values())), encode=False)
    for attendee in invited.values():
        component.add("attendee", attendee, encode=False)


def _address(name: str, people: Mapping[str, Person]) -> Iterator[tuple[str, vCalAddress]]:
    """The mailbox of one of ours and its form in a calendar; nothing where it has no address."""
    if mailbox := email_address(people.get(name_key(name))):
        address = vCalAddress(f"mailto:{quote(mailbox, safe=_IN_MAILTO)}")
        address.params["CN"] = re.sub(r'["^]', "", _text(name))
        yield mailbox, address


def _remind(component: Todo | Event, entry: _Entry, today: date) -> None:
    """Add an alarm at nine the day before what is still open; none for a day that has come."""
    if entry.status != "open" or entry.due is None or entry.due <= today:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _text(entry.text))
    alarm.add("trigger", _ALARM, parameters={"RELATED": "END"} if isinstance(component, Todo) else {})
    component.add_component(alarm)


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
