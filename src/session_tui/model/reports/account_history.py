"""An account through its sessions, or one of the customer's people through all: outcomes, support, time kept."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from session_tui.model import history
from session_tui.model.analysis import MapStatus, map_status
from session_tui.model.history import Identity, day_of
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import Outcome


class HeldSession(Struct, frozen=True):
    """A session that was held; minutes as its agenda planned them, and as they were spent."""

    id: str
    account: str
    zone: str
    opportunity: str
    day: date | None
    outcome: Outcome | None
    headline: str
    planned_minutes: int
    spent_minutes: float
    map_status: MapStatus
    open_actions: int
    untested: int

    @property
    def over(self) -> bool:
        """It took longer than planned, in whole minutes, as they are shown."""
        return round(self.spent_minutes) > self.planned_minutes


class SupportPoint(Struct, frozen=True):
    """Where somebody stood in a session."""

    session_id: str
    day: date | None
    support: int
    power: int
    coverage: str


class SupportHistory(Struct, frozen=True):
    """One of the customer's people through the sessions, the oldest first; `covered_by` is as it is now."""

    account: str
    zone: str
    name: str
    title: str
    buying_role: str
    covered_by: tuple[str, ...]
    points: tuple[SupportPoint, ...]

    @property
    def now(self) -> SupportPoint:
        """Where they stand now."""
        return self.points[-1]


class HistoryReport(Struct, frozen=True):
    """The sessions, the oldest first, and the people, whoever has most power now first."""

    sessions: tuple[HeldSession, ...]
    people: tuple[SupportHistory, ...]


def of_account(sessions: Iterable[Session], account: str) -> HistoryReport:
    """An account over all its zones and opportunities, from sessions newest first."""
    return _told(one for one in sessions if name_key(one.account) == name_key(account))


def of_person(sessions: Iterable[Session], name: str) -> HistoryReport:
    """The person of this name, over all accounts: one of theirs on the map, or one of ours who was there."""
    wanted = name_key(name)
    found = _told(one for one in sessions if wanted in map(name_key, _there(one)))
    people = tuple(line for line in found.people if wanted == name_key(line.name))
    return HistoryReport(found.sessions, people)


def people_of(sessions: Iterable[Session]) -> tuple[str, ...]:
    """Everybody who is found so, in the sessions that were held."""
    names = (name for one in sessions if one.status == "held" for name in _there(one) if name not in ("", "?"))
    return tuple(dict.fromkeys(names))


def _there(one: Session) -> tuple[str, ...]:
    ours = (one.facilitator, one.account_owner, *(each.name for each in one.attendees))
    return (*ours, *(each.name for each in one.stakeholders))


def _told(sessions: Iterable[Session]) -> HistoryReport:
    held: list[HeldSession] = []
    lines: dict[Identity, tuple[Session, Stakeholder, list[SupportPoint]]] = {}
    for session in sessions:
        if session.status != "held":
            continue
        held.append(_held(session))
        for person in session.stakeholders:
            point = SupportPoint(session.id, day_of(session), person.support, person.power, person.coverage)
            lines.setdefault(history.identity(session, person), (session, person, []))[2].append(point)
    people = sorted(lines.values(), key=lambda each: (-each[1].power, name_key(each[1].name)))
    return HistoryReport(tuple(reversed(held)), tuple(_line(*each) for each in people))


def _held(one: Session) -> HeldSession:
    return HeldSession(
        one.id,
        one.account,
        one.zone,
        one.opportunity,
        day_of(one),
        one.outcome,
        one.headline,
        sum(part.minutes for part in one.parts),
        round(sum(part.spent_seconds for part in one.parts) / 60, 2),
        map_status(one),
        sum(each.status == "open" for each in one.action_items),
        sum(each.status == "untested" for each in one.assumptions),
    )


def _line(session: Session, person: Stakeholder, points: list[SupportPoint]) -> SupportHistory:
    return SupportHistory(
        session.account,
        session.zone,
        person.name,
        person.title,
        person.buying_role,
        person.covered_by,
        tuple(reversed(points)),
    )
