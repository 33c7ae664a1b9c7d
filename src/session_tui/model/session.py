"""One strategy session as a frozen value, with the keys of its file (`ID.toml`).

Only `id`, `status`, `agenda` and `account` are required (and `schema` in the file); tuples everywhere, so that a
session can be compared and kept. Times are aware, UTC, whole seconds; minutes and seconds are named in each key.
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
    """Who read the plan, when, and which version (`sha256` of the file as it was read)."""

    name: Name
    read_at: Moment | None = None
    sha256: str = ""


class PlanComment(Struct, frozen=True, kw_only=True):
    """A question or doubt written on a line of the plan; `quote` finds the line again when the plan has changed."""

    line: Annotated[int, Meta(ge=1)]
    quote: str = ""
    author: str = ""
    text: str = ""
    at: Moment | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """The account plan everybody was to read: `source` is relative to the folder that holds `sessions/`."""

    source: str = ""
    sha256: str = ""
    readers: tuple[Reader, ...] = ()
    comments: tuple[PlanComment, ...] = ()


class Readers(Struct, frozen=True, kw_only=True):
    """A plan's `.readers.toml`: who read it, and what they asked, beside the plan itself."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    readers: tuple[Reader, ...] = ()
    comments: tuple[PlanComment, ...] = ()


class Attendee(Struct, frozen=True, kw_only=True):
    """Somebody who is there, and as what."""

    name: Name
    role: str = ""


class CreditShare(Struct, frozen=True, kw_only=True):
    """Somebody's share of the commission, in percent."""

    name: Name
    percent: Percent


class Value(Struct, frozen=True, kw_only=True):
    """What the half hour cost (people, minutes) and the hours it is estimated to have saved; None: nobody estimated."""

    people: Annotated[int, Meta(ge=0)] = 0
    minutes: Annotated[float, Meta(ge=0)] = 0
    hours_saved: Annotated[float, Meta(ge=0)] | None = None


class Part(Struct, frozen=True, kw_only=True):
    """One timeboxed section of the session; `spent_seconds` is computed from the clock, for readers of the file."""

    kind: PartKind
    title: str = ""
    minutes: Minutes
    floor_minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    spent_seconds: Annotated[int, Meta(ge=0)] = 0


class LastIds(Struct, frozen=True, kw_only=True):
    """The highest number ever given for each kind of entry, so that no id is given twice."""

    s: Annotated[int, Meta(ge=0)] = 0
    a: Annotated[int, Meta(ge=0)] = 0
    t: Annotated[int, Meta(ge=0)] = 0
    d: Annotated[int, Meta(ge=0)] = 0
    p: Annotated[int, Meta(ge=0)] = 0
    n: Annotated[int, Meta(ge=0)] = 0
    r: Annotated[int, Meta(ge=0)] = 0


class Clock(Struct, frozen=True, kw_only=True):
    """One recorded moment. `part` counts from 1; `until` and `counts` belong to `away`.

    `wall_step` says that between this moment and the next the computer's clock was set forward by so many seconds,
    back where it is negative. All moments are of a clock that goes on evenly: it takes nothing from them.
    """

    at: Moment
    event: ClockEvent
    part: Annotated[int, Meta(ge=1)] | None = None
    minutes: Annotated[int, Meta(ge=-600, le=600)] | None = None
    until: Moment | None = None
    counts: bool | None = None
    wall_step: Annotated[int, Meta(ge=-LONGEST_STEP, le=LONGEST_STEP)] | None = None


class Stakeholder(Struct, frozen=True, kw_only=True):
    """Somebody in the customer's decision. The name `?` is a person who must exist and cannot be named yet."""

    id: str
    name: Name
    title: str = ""
    buying_role: BuyingRole = "unknown"
    power: Power = 3
    support: Support = 0
    coverage: Coverage = "unknown"
    covered_by: tuple[Name, ...] = ()
    reports_to: str = ""
    influences: tuple[str, ...] = ()
    pain: str = ""
    note: str = ""
    first_raised_in: str = ""


class Assumption(Struct, frozen=True, kw_only=True):
    """Something that must be true for us to win."""

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
    """What will be done; exactly one owner, or nobody yet."""

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
    """What was settled, and in which part."""

    id: str
    text: Name
    at: Moment | None = None
    part: PartKind | None = None


class Parked(Struct, frozen=True, kw_only=True):
    """What is for another day."""

    id: str
    text: Name
    at: Moment | None = None


class Note(Struct, frozen=True, kw_only=True):
    """What is good to know."""

    id: str
    text: Name
    at: Moment | None = None
    part: PartKind | None = None


class Recognition(Struct, frozen=True, kw_only=True):
    """Somebody of ours did something that the others want to thank them for."""

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
    """One strategy session; see the module. Keys stand in the order in which the file has them."""

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
    account_owner: str = ""
    facilitator: str = ""
    previous: str = ""
    started_at: Moment | None = None
    ended_at: Moment | None = None
    outcome: Outcome | None = None
    headline: str = ""
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
_NEAR = 8  # entries that are looked at first


def entries(session: Session, letter: str) -> tuple[Entry, ...]:
    """The entries of one kind, by the letter of their ids."""
    found: tuple[Entry, ...] = getattr(session, LISTS[letter])
    return found


def find(session: Session, entry_id: str) -> Entry | None:
    """The entry with this id, or None."""
    if entry_id[:1] not in LISTS:
        return None
    there = entries(session, entry_id[:1])
    # Ids count up: an entry stands where its number says, or before that by as many as were taken out.
    number = int(entry_id[1:]) if entry_id[1:].isdecimal() and len(entry_id) < _LONG_ID else len(there)
    at = min(number, len(there))
    near = next((entry for entry in reversed(there[max(0, at - _NEAR) : at]) if entry.id == entry_id), None)
    return near or next((entry for entry in there if entry.id == entry_id), None)


def next_id(session: Session, letter: str, skip: int = 0) -> str:
    """An id that was never given: one above the highest in `[last_ids]` and in the list, `skip` ids further on."""
    numbers = [
        int(entry.id[1:]) for entry in entries(session, letter) if entry.id[1:].isascii() and entry.id[1:].isdigit()
    ]
    return f"{letter}{max([getattr(session.last_ids, letter), *numbers]) + 1 + skip}"


def headline_text(entry: Entry) -> str:
    """What an entry is called: a stakeholder's name, everything else's text."""
    return entry.name if isinstance(entry, Stakeholder) else entry.text
