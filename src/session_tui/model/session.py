"""One strategy session as a frozen value, with the keys of its file (`ID.toml`).

Only `id`, `status`, `agenda` and `account` are required (and `schema` in the file). Lists are
tuples, so that a session can be compared and never changes. Times are aware, UTC, in whole
seconds; a key for a duration names its unit.
"""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from session_tui.model.vocabulary import (
    ActionStatus,
    AssumptionStatus,
    BuyingRole,
    ClockEvent,
    Coverage,
    Evidence,
    Importance,
    Outcome,
    PartKind,
    Power,
    Status,
    Support,
)

SCHEMA = 1
LONGEST_STEP = 10**10  # seconds, about three hundred years

Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=600)]
Name: TypeAlias = Annotated[str, Meta(min_length=1)]
Percent: TypeAlias = Annotated[float, Meta(ge=0, le=100)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]


class Reader(Struct, frozen=True, kw_only=True):
    """A person who read the plan: when, and which version (`sha256` of the file as it was
    read).
    """

    name: Name
    read_at: Moment | None = None
    sha256: str = ""


class PlanComment(Struct, frozen=True, kw_only=True):
    """A question or doubt about a line of the plan; lines count from 1.

    `quote` is the text of the line; it finds the line again after the plan has changed.
    """

    line: Annotated[int, Meta(ge=1)]
    quote: str = ""
    author: str = ""
    text: str = ""
    at: Moment | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """The account plan to read before the session.

    `source` is a path relative to the folder that holds `sessions/`.
    """

    source: str = ""
    sha256: str = ""
    readers: tuple[Reader, ...] = ()
    comments: tuple[PlanComment, ...] = ()


class Readers(Struct, frozen=True, kw_only=True):
    """The file `.readers.toml` beside a plan: its readers and their comments."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    readers: tuple[Reader, ...] = ()
    comments: tuple[PlanComment, ...] = ()


class Attendee(Struct, frozen=True, kw_only=True):
    """A person who attends the session, and their role in it."""

    name: Name
    role: str = ""


class CreditShare(Struct, frozen=True, kw_only=True):
    """One person's share of the commission, in percent."""

    name: Name
    percent: Percent


class Value(Struct, frozen=True, kw_only=True):
    """The cost of a session (people, minutes), and the hours it saved by estimate.

    `hours_saved` is None where there is no estimate.
    """

    people: Annotated[int, Meta(ge=0)] = 0
    minutes: Annotated[float, Meta(ge=0)] = 0
    hours_saved: Annotated[float, Meta(ge=0)] | None = None


class Part(Struct, frozen=True, kw_only=True):
    """One timeboxed section of the session.

    `spent_seconds` is computed from the clock; it is in the file for other programs.
    """

    kind: PartKind
    title: str = ""
    minutes: Minutes
    floor_minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    spent_seconds: Annotated[int, Meta(ge=0)] = 0


class LastIds(Struct, frozen=True, kw_only=True):
    """The highest number given so far for each kind of entry, so that no id is used twice."""

    s: Annotated[int, Meta(ge=0)] = 0
    a: Annotated[int, Meta(ge=0)] = 0
    t: Annotated[int, Meta(ge=0)] = 0
    d: Annotated[int, Meta(ge=0)] = 0
    p: Annotated[int, Meta(ge=0)] = 0
    n: Annotated[int, Meta(ge=0)] = 0
    r: Annotated[int, Meta(ge=0)] = 0


class Clock(Struct, frozen=True, kw_only=True):
    """One recorded event of the session's clock.

    `part` counts from 1; `until` and `counts` belong to `away`.

    `wall_step` is in seconds: how far the computer's clock was set forward (negative: back)
    between this event and the next. `at` and `until` are in session time, which runs on evenly, so
    the step changes no duration.
    """

    at: Moment
    event: ClockEvent
    part: Annotated[int, Meta(ge=1)] | None = None
    minutes: Annotated[int, Meta(ge=-600, le=600)] | None = None
    until: Moment | None = None
    counts: bool | None = None
    wall_step: Annotated[int, Meta(ge=-LONGEST_STEP, le=LONGEST_STEP)] | None = None


class Stakeholder(Struct, frozen=True, kw_only=True):
    """A person of the customer who takes part in the decision.

    The name `?` stands for a person who must exist and cannot be named yet.
    """

    id: str
    name: Name
    title: str = ""
    buying_role: BuyingRole = "unknown"
    power: Power | None = None
    support: Support | None = None
    coverage: Coverage = "unknown"
    covered_by: tuple[Name, ...] = ()
    reports_to: str = ""
    influences: tuple[str, ...] = ()
    pain: str = ""
    note: str = ""
    first_raised_in: str = ""


class Assumption(Struct, frozen=True, kw_only=True):
    """A statement that must be true for us to win."""

    id: str
    text: Name
    importance: Importance = 3
    evidence: Evidence = 1
    status: AssumptionStatus = "untested"
    result: str = ""
    tested_by: str = ""
    due: date | None = None
    note: str = ""
    first_raised_in: str = ""


class ActionItem(Struct, frozen=True, kw_only=True):
    """A task with exactly one owner, or none yet (`owner` is empty)."""

    id: str
    text: Name
    owner: str = ""
    due: date | None = None
    status: ActionStatus = "open"
    result: str = ""
    accepted_at: Moment | None = None
    about: tuple[str, ...] = ()
    done_on: date | None = None
    note: str = ""
    first_raised_in: str = ""


class Decision(Struct, frozen=True, kw_only=True):
    """A decision of the session, and the part in which it was made."""

    id: str
    text: Name
    at: Moment | None = None
    part: PartKind | None = None


class Parked(Struct, frozen=True, kw_only=True):
    """A topic for another day."""

    id: str
    text: Name
    at: Moment | None = None


class Note(Struct, frozen=True, kw_only=True):
    """A fact worth keeping."""

    id: str
    text: Name
    at: Moment | None = None
    part: PartKind | None = None


class Recognition(Struct, frozen=True, kw_only=True):
    """Thanks to one of our people for something they did."""

    id: str
    text: Name
    at: Moment | None = None
    part: PartKind | None = None


class ChangeAfter(Struct, frozen=True, kw_only=True):
    """A change to an entry after the session ended; values as text, dates in ISO form."""

    at: Moment
    by: str = ""
    entry: str
    field: str
    from_: str = msgspec.field(name="from", default="")
    to: str = ""


Entry: TypeAlias = Stakeholder | Assumption | ActionItem | Decision | Parked | Note | Recognition


class Session(Struct, frozen=True, kw_only=True):
    """One strategy session. The fields stand in the order of the file's keys.

    `crm_id` and `crm_url` are the id and the address of the deal's record in the CRM. `ends_at` is
    the fixed end in session time; None where pauses move the end.
    """

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    id: str
    status: Status
    agenda: str
    account: Name
    zone: str = ""
    opportunity: str = ""
    phase: str = ""
    amount: float | None = None
    currency: str = ""
    close_on: date | None = None
    crm_id: str = ""
    crm_url: str = ""
    account_owner: str = ""
    facilitator: str = ""
    previous: str = ""
    started_at: Moment | None = None
    ends_at: Moment | None = None
    ended_at: Moment | None = None
    outcome: Outcome | None = None
    headline: str = ""
    condition: str = ""
    plan: Plan | None = None
    attendees: tuple[Attendee, ...] = ()
    credit_split: tuple[CreditShare, ...] = ()
    value: Value | None = None
    parts: tuple[Part, ...] = ()
    last_ids: LastIds = LastIds()
    clock: tuple[Clock, ...] = ()
    stakeholders: tuple[Stakeholder, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    decisions: tuple[Decision, ...] = ()
    parking_lot: tuple[Parked, ...] = ()
    notes: tuple[Note, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    changes: tuple[ChangeAfter, ...] = ()


LISTS: dict[str, str] = {
    "s": "stakeholders",
    "a": "assumptions",
    "t": "action_items",
    "d": "decisions",
    "p": "parking_lot",
    "n": "notes",
    "r": "recognitions",
}

_LONG_ID = 10  # characters
_NEAR = 8  # entries that are checked first


def entries(session: Session, letter: str) -> tuple[Entry, ...]:
    """The entries of one kind, by the letter of their ids."""
    result: tuple[Entry, ...] = getattr(session, LISTS[letter])
    return result


def find(session: Session, entry_id: str) -> Entry | None:
    """The entry with this id, or None."""
    if entry_id[:1] not in LISTS:
        return None
    rows = entries(session, entry_id[:1])
    # Ids count up, so an entry stands at its number, or earlier by the number of removed entries.
    number = int(entry_id[1:]) if entry_id[1:].isdecimal() and len(entry_id) < _LONG_ID else len(rows)
    at = min(number, len(rows))
    near = next((entry for entry in reversed(rows[max(0, at - _NEAR) : at]) if entry.id == entry_id), None)
    return near or next((entry for entry in rows if entry.id == entry_id), None)


def next_id(session: Session, letter: str, skip: int = 0) -> str:
    """An unused id: one above the highest in `[last_ids]` and in the list, plus `skip`."""
    numbers = [
        int(entry.id[1:]) for entry in entries(session, letter) if entry.id[1:].isascii() and entry.id[1:].isdigit()
    ]
    return f"{letter}{max([getattr(session.last_ids, letter), *numbers]) + 1 + skip}"


def part_kind(session: Session, running: int) -> PartKind:
    """The kind of the part that runs (its index), or of the first before the start."""
    return session.parts[max(running, 0)].kind if session.parts else "notes"


def headline_text(entry: Entry) -> str:
    """The name of a stakeholder, the text of any other entry."""
    return entry.name if isinstance(entry, Stakeholder) else entry.text
