"""The history of an account or a person in the held sessions: outcomes, support, time."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from session_tui.model import history, judgements
from session_tui.model.analysis import MapStatus, map_status
from session_tui.model.history import Identity, day_of
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import Outcome


class HeldSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A held session; the minutes are those of the agenda and those of the clock.

    `map_status` is None, and has no key in JSON, where no key player is judged.
    """

    id: str
    account: str
    zone: str
    opportunity: str
    day: date | None
    outcome: Outcome | None
    headline: str
    planned_minutes: int
    spent_minutes: float
    map_status: MapStatus | None = None
    open_actions: int
    untested: int

    @property
    def over(self) -> bool:
        """The session took longer than planned, in whole minutes as on the screen."""
        return round(self.spent_minutes) > self.planned_minutes


class SupportPoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stakeholder's support, power and coverage in one session; in JSON a judgement that was
    not made has no key.
    """

    session_id: str
    day: date | None
    support: int | None = None
    power: int | None = None
    coverage: str


class SupportHistory(Struct, frozen=True):
    """A stakeholder through the sessions, oldest first; `covered_by` is the present value."""

    account: str
    zone: str
    name: str
    title: str
    buying_role: str
    covered_by: tuple[str, ...]
    points: tuple[SupportPoint, ...]

    @property
    def now(self) -> SupportPoint:
        """The point of the newest session."""
        return self.points[-1]


class HistoryReport(Struct, frozen=True):
    """The sessions, oldest first, and the stakeholders, by their power in the newest session."""

    sessions: tuple[HeldSession, ...]
    people: tuple[SupportHistory, ...]


def of_account(sessions: Iterable[Session], account: str) -> HistoryReport:
    """The history of an account, over all zones; `sessions` are newest first."""
    return _report(one for one in sessions if name_key(one.account) == name_key(account))


def of_person(sessions: Iterable[Session], name: str) -> HistoryReport:
    """The history, over all accounts, of a stakeholder or of one of our people who attended."""
    wanted = name_key(name)
    report = _report(one for one in sessions if wanted in map(name_key, _there(one)))
    people = tuple(line for line in report.people if wanted == name_key(line.name))
    return HistoryReport(report.sessions, people)


def people_of(sessions: Iterable[Session]) -> tuple[str, ...]:
    """The names that `of_person` finds in the held sessions."""
    names = (name for one in sessions if one.status == "held" for name in _there(one) if name not in ("", "?"))
    return tuple(dict.fromkeys(names))


def _there(one: Session) -> tuple[str, ...]:
    ours = (one.facilitator, one.account_owner, *(each.name for each in one.attendees))
    return (*ours, *(each.name for each in one.stakeholders))


def _report(sessions: Iterable[Session]) -> HistoryReport:
    held: list[HeldSession] = []
    lines: dict[Identity, tuple[Session, Stakeholder, list[SupportPoint]]] = {}
    for session in sessions:
        if session.status != "held":
            continue
        held.append(_held(session))
        for person in session.stakeholders:
            point = SupportPoint(
                session_id=session.id,
                day=day_of(session),
                support=person.support,
                power=person.power,
                coverage=person.coverage,
            )
            lines.setdefault(history.identity(session, person), (session, person, []))[2].append(point)
    people = sorted(lines.values(), key=lambda each: (-judgements.power_order(each[1].power), name_key(each[1].name)))
    return HistoryReport(tuple(reversed(held)), tuple(_line(*each) for each in people))


def _held(one: Session) -> HeldSession:
    return HeldSession(
        id=one.id,
        account=one.account,
        zone=one.zone,
        opportunity=one.opportunity,
        day=day_of(one),
        outcome=one.outcome,
        headline=one.headline,
        planned_minutes=sum(part.minutes for part in one.parts),
        spent_minutes=round(sum(part.spent_seconds for part in one.parts) / 60, 2),
        map_status=map_status(one),
        open_actions=sum(each.status == "open" for each in one.action_items),
        untested=sum(each.status == "untested" for each in one.assumptions),
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
