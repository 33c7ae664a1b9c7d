"""Hours that sessions cost, and hours they saved by estimate: by session, by account, in total."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Value


class PartUse(Struct, frozen=True):
    """Planned and spent minutes of one part, summed over sessions."""

    title: str
    sessions: int
    planned_minutes: float
    spent_minutes: float


class Return(Struct, frozen=True):
    """Hours invested and hours saved (an estimate), summed over sessions.

    `estimated` counts the sessions that have both an estimate and a cost; `hours_saved` and
    `hours_estimated` (invested) are of these alone, and `ratio` is the one divided by the other;
    None where there is no such session. `without_cost` counts the sessions with an estimate, but
    no time or no people on record: what they saved is divided by nothing, and not counted.
    """

    sessions: int
    estimated: int
    hours_invested: float
    hours_saved: float
    ratio: float | None
    hours_estimated: float = 0.0
    without_cost: int = 0


class ValueReport(Struct, frozen=True):
    """The return in total and by account, and the use of time by part."""

    total: Return
    accounts: Mapping[str, Return]
    parts: tuple[PartUse, ...]


def people_there(session: Session) -> int:
    """The number of our people on record as present, the facilitator included."""
    return len({name_key(name) for name in (session.facilitator, *(each.name for each in session.attendees)) if name})


def of(session: Session, hours_saved: float | None = None) -> Value:
    """The cost of a session that ends now, with `hours_saved` as its estimate (None: the one it
    has).
    """
    spent = sum(part.spent_seconds for part in session.parts)
    existing = session.value.hours_saved if session.value else None
    return Value(
        people=people_there(session),
        minutes=round(spent / 60),
        hours_saved=existing if hours_saved is None else hours_saved,
    )


def report(sessions: Iterable[Session]) -> ValueReport:
    """The return and the use of time over the held sessions; other sessions do not count."""
    held = [session for session in sessions if session.status == "held"]
    names: dict[str, str] = {}
    by_account: dict[str, list[Session]] = {}
    for session in held:
        name = names.setdefault(name_key(session.account), session.account)
        by_account.setdefault(name, []).append(session)
    accounts = {name: _return(found) for name, found in sorted(by_account.items(), key=lambda each: name_key(each[0]))}
    return ValueReport(_return(held), accounts, _parts(held))


def invested(session: Session) -> float:
    """The hours that went into a session: its minutes times the people present."""
    value = session.value or of(session)
    return value.people * value.minutes / 60


def _return(sessions: list[Session]) -> Return:
    hours = [(invested(session), session.value.hours_saved if session.value else None) for session in sessions]
    estimates = [(cost, saved) for cost, saved in hours if saved is not None]
    both = [(cost, saved) for cost, saved in estimates if cost > 0]
    cost, saved = sum(cost for cost, _ in both), sum(saved for _, saved in both)
    return Return(
        sessions=len(sessions),
        estimated=len(both),
        hours_invested=sum(cost for cost, _ in hours),
        hours_saved=saved,
        ratio=saved / cost if cost else None,
        hours_estimated=cost,
        without_cost=len(estimates) - len(both),
    )


def _parts(sessions: list[Session]) -> tuple[PartUse, ...]:
    found: dict[str, list[tuple[int, int]]] = {}
    for session in sessions:
        for part in session.parts if session.clock else ():
            found.setdefault(part.title or part.kind, []).append((part.minutes, part.spent_seconds))
    return tuple(
        PartUse(title, len(each), sum(planned for planned, _ in each), sum(spent for _, spent in each) / 60)
        for title, each in found.items()
    )
