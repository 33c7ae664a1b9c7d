"""The summary as JSON: the keys are those of a session file; the schema is `schemas/summary.json`.

A key that the level of detail excludes is absent, instead of having an empty value.
"""

import json
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from session_tui.export.formats import Setting
from session_tui.export.summary import Summary
from session_tui.model.analysis import MapStatus, riskiest
from session_tui.model.judgements import drop_unjudged
from session_tui.model.session import (
    SCHEMA,
    Attendee,
    ChangeAfter,
    CreditShare,
    Decision,
    Moment,
    Name,
    Note,
    Parked,
    Part,
    PlanComment,
    Reader,
    Recognition,
)
from session_tui.model.stakeholder_map.health import checks
from session_tui.model.stakeholder_map.status import standing
from session_tui.model.vocabulary import (
    PRIVATE,
    ActionStatus,
    AssumptionStatus,
    BuyingRole,
    Coverage,
    Detail,
    Evidence,
    Importance,
    Outcome,
    Power,
    Status,
    Support,
)


class ToldPlan(Struct, frozen=True, kw_only=True):
    """The plan and its readers with the version that each has read; comments with `full` alone."""

    source: str
    sha256: str
    readers: tuple[Reader, ...]
    comments: tuple[PlanComment, ...] | UnsetType = UNSET


class ToldValue(Struct, frozen=True, kw_only=True):
    """What the session cost; the hours it saved (an estimate, or null) with `full` alone."""

    people: Annotated[int, Meta(ge=0)]
    minutes: Annotated[float, Meta(ge=0)]
    hours_saved: Annotated[float, Meta(ge=0)] | UnsetType | None = UNSET


class ToldStakeholder(Struct, frozen=True, kw_only=True):
    """A stakeholder; pain and note with `full` alone.

    Power and support are absent with `shared`, and with `full` where the team has not judged them.
    """

    id: str
    name: Name
    title: str
    buying_role: BuyingRole
    coverage: Coverage
    covered_by: tuple[Name, ...]
    reports_to: str
    influences: tuple[str, ...]
    first_raised_in: str
    power: Power | UnsetType = UNSET
    support: Support | UnsetType = UNSET
    pain: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


class ToldAssumption(Struct, frozen=True, kw_only=True):
    """An assumption; its note with `full` alone."""

    id: str
    text: Name
    importance: Importance
    evidence: Evidence
    status: AssumptionStatus
    result: str
    tested_by: str
    due: date | None
    first_raised_in: str
    note: str | UnsetType = UNSET


class ToldAction(Struct, frozen=True, kw_only=True):
    """An action item; note with `full` alone. `owner_absent`: open, and its owner was absent."""

    id: str
    text: Name
    owner: str
    owner_absent: bool
    due: date | None
    status: ActionStatus
    result: str
    accepted_at: Moment | None
    about: tuple[str, ...]
    done_on: date | None
    first_raised_in: str
    note: str | UnsetType = UNSET


class ToldMap(Struct, frozen=True, kw_only=True):
    """The map's status, absent where no key player is judged; its reason, and the next step."""

    status: MapStatus | UnsetType = UNSET
    reason: str
    step: str = ""


class ToldCheck(Struct, frozen=True, kw_only=True):
    """A weakness of the map (`saw`), the ids of its entries, and a remedial action (`offer`)."""

    about: tuple[str, ...]
    saw: str
    offer: str


class Contract(Struct, frozen=True, kw_only=True):
    """A summary. Times are UTC, dates ISO 8601; `riskiest` is the id of an assumption, or null.

    The credit split, map, health and notes with `full` alone.
    """

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    detail: Detail
    id: str
    status: Status
    agenda: str
    account: Name
    zone: str
    opportunity: str
    phase: str
    amount: float | None
    currency: str
    close_on: date | None
    crm_id: str
    crm_url: str
    account_owner: str
    facilitator: str
    previous: str
    started_at: Moment | None
    ends_at: Moment | UnsetType = UNSET
    ended_at: Moment | None
    outcome: Outcome | None
    headline: str
    minutes_planned: Annotated[int, Meta(ge=0)]
    seconds_spent: Annotated[int, Meta(ge=0)]
    plan: ToldPlan | None
    attendees: tuple[Attendee, ...]
    credit_split: tuple[CreditShare, ...] | UnsetType = UNSET
    value: ToldValue | None
    parts: tuple[Part, ...]
    stakeholders: tuple[ToldStakeholder, ...]
    assumptions: tuple[ToldAssumption, ...]
    riskiest: str | None
    action_items: tuple[ToldAction, ...]
    decisions: tuple[Decision, ...]
    parking_lot: tuple[Parked, ...]
    recognitions: tuple[Recognition, ...]
    changes: tuple[ChangeAfter, ...]
    condition: str | UnsetType = UNSET
    map: ToldMap | UnsetType = UNSET
    health: tuple[ToldCheck, ...] | UnsetType = UNSET
    notes: tuple[Note, ...] | UnsetType = UNSET


def contract_of(summary: Summary) -> dict[str, Any]:
    """Return the summary as a dict of JSON values, with the keys of `Contract`."""
    tables: dict[str, Any] = msgspec.to_builtins(summary)
    del tables["clock"], tables["last_ids"]
    worst = riskiest(summary)
    tables |= {
        "minutes_planned": sum(part.minutes for part in summary.parts),
        "seconds_spent": sum(part.spent_seconds for part in summary.parts),
        "riskiest": worst.id if worst else None,
    }
    if summary.ends_at is None:
        del tables["ends_at"]
    absent = set(tables.pop("absent"))
    for action in tables["action_items"]:
        action["owner_absent"] = action["status"] == "open" and action["owner"] in absent
    if summary.full:
        now = standing(summary)
        tables["map"] = msgspec.to_builtins(ToldMap(status=now.status or UNSET, reason=now.reason, step=now.step))
        tables["health"] = [{"about": c.about, "saw": c.saw, "offer": c.offer} for c in checks(summary)]
    else:
        del tables["notes"], tables["credit_split"], tables["condition"]
        if tables["value"]:
            del tables["value"]["hours_saved"]
        if tables["plan"]:
            del tables["plan"]["comments"]
        for entry in (*tables["stakeholders"], *tables["assumptions"], *tables["action_items"]):
            for key in PRIVATE & entry.keys():
                del entry[key]
    drop_unjudged(tables["stakeholders"])
    return {key: tables[key] for key in Contract.__struct_fields__ if key in tables}


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the JSON document: one object, in ASCII, its keys in the order of `Contract`."""
    return (json.dumps(contract_of(summary), indent=2, ensure_ascii=True) + "\n").encode()
