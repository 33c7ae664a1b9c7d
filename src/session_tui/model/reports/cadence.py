"""The cadence and the gate: the deals due for a session, and the check of one deal.

Both are computed from held sessions. A session without an opportunity is about the whole account
and counts for each of its deals. Days are local days.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from msgspec import Struct

from session_tui.model import dates, formats
from session_tui.model.configuration import Cadence, Gate
from session_tui.model.dates import MONTHS, WEEKDAYS
from session_tui.model.deal_phase import is_closed
from session_tui.model.history import day_of
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import Deal, PipelineRow, deal
from session_tui.model.sanitize import safe_text
from session_tui.model.session import ActionItem, Plan, Session

Key = TypeVar("Key")

_CENT = 0.005  # amounts with a smaller difference are equal


class Owed(Struct, frozen=True):
    """A deal that is due, with all reasons; `last_session` is an id, empty where none was held.

    `owner` is the deal's in the pipeline, otherwise the account owner of the session.
    """

    account: str
    opportunity: str
    phase: str
    last_session: str
    due_on: date
    reasons: tuple[str, ...]
    owner: str = ""


class Verdict(Struct, frozen=True):
    """The gate's result for a deal, with reasons for a failure; `session` is an id, or empty."""

    account: str
    opportunity: str
    passed: bool
    reasons: tuple[str, ...]
    session: str


class LastHeld(Struct, frozen=True):
    """The last held session of each deal (no opportunity: the whole account) and account."""

    of_deal: dict[Deal, Session]
    of_account: dict[str, Session]

    def find(self, wanted: Deal) -> Session | None:
        """The last session that counts for a deal; None where none was held."""
        if not wanted[1]:
            return self.of_account.get(wanted[0])
        if not self.of_deal:
            return None
        candidates = (self.of_deal.get(wanted), self.of_deal.get((wanted[0], "")))
        return max((each for each in candidates if each), key=_moment, default=None)


def last_held(sessions: Iterable[Session]) -> LastHeld:
    """Find the last held session of every deal, in one pass."""
    of_deal: dict[Deal, Session] = {}
    of_account: dict[str, Session] = {}
    for session in sessions:
        if session.status == "held":
            named = deal(session.account, session.opportunity)
            _keep_later(of_deal, named, session)
            _keep_later(of_account, named[0], session)
    return LastHeld(of_deal, of_account)


def owed(
    sessions: Sequence[Session], pipeline_rows: Sequence[PipelineRow] | None, cadence: Cadence, today: date
) -> tuple[Owed, ...]:
    """The deals that are due for a session, the longest due first.

    A deal that is closed, withdrawn from or not in the pipeline is due only for overdue actions of
    its last session. A pipeline without any deal is treated like no pipeline.
    """
    rows = {row.deal: row for row in pipeline_rows or ()}
    rows_of = _rows_of(rows)
    results: list[Owed | None] = []
    used: set[str] = set()  # ids of the sessions whose overdue actions are among the results already
    not_open: list[tuple[_Named, Session]] = []
    for wanted, named, session, is_open in _standing(sessions, rows):
        if not is_open:
            if session is not None:
                not_open.append((named, session))
            continue
        if session is None:
            why_never = ("never held",)
            results.append(Owed(named.account, named.opportunity, named.phase, "", today, why_never, named.owner))
            continue
        used.add(session.id)
        row = rows.get(wanted)
        # A session of another deal, or of the whole account, has no phase and amount of this deal
        # to compare.
        same = name_key(session.opportunity) == wanted[1] or rows_of.get(wanted[0]) == 1
        why = [*_by_cadence(session, cadence, today), *_overdue(session, today)]
        if row is not None and same:
            why += [(today, reason) for reason in _against(row, session, cadence, today)]
        results.append(_owed(named, session, why))
    for named, session in not_open:
        if session.id not in used:
            used.add(session.id)
            results.append(_owed(named, session, _overdue(session, today)))
    return tuple(sorted(filter(None, results), key=lambda o: (o.due_on, name_key(o.account), name_key(o.opportunity))))


def open_deals(sessions: Sequence[Session], pipeline_rows: Sequence[PipelineRow] | None) -> tuple[Session | None, ...]:
    """The last session of each open deal (see `owed`); None where none was held."""
    rows = {row.deal: row for row in pipeline_rows or ()}
    return tuple(session for _, _, session, is_open in _standing(sessions, rows) if is_open)


def in_time(session: Session, cadence: Cadence, gate: Gate, today: date) -> bool:
    """The session is no older than the cadence allows or, without a cadence, the gate."""
    if cadence.weekday is None and cadence.every_days is None:
        return not _too_long_ago(session, gate.within_days, today)
    return not _by_cadence(session, cadence, today)


def _standing(
    sessions: Sequence[Session], rows: dict[Deal, PipelineRow]
) -> Iterator[tuple[Deal, "_Named", Session | None, bool]]:
    """Every deal with its names, its last session, and whether it is open.

    A deal is open unless it is closed, withdrawn from, or missing from the pipeline.
    """
    last = last_held(sessions)
    for wanted, named in _deals(sessions, rows).items():
        session = last.find(wanted)
        missing = bool(rows) and wanted not in rows
        withdrawn = session is not None and session.outcome == "withdraw"
        row = rows.get(wanted)
        closed = (row is not None and row.closed) or is_closed(named.phase or (session.phase if session else ""))
        yield wanted, named, session, not (missing or withdrawn or closed)


def _rows_of(rows: Iterable[Deal]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for account, _ in rows:
        counts[account] = counts.get(account, 0) + 1
    return counts


def outlines_of(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions that `owed` reads, with only the fields that it reads, to save memory."""
    outlines = Outlines()
    for session in sessions:
        outlines.add(session)
    return outlines.kept()


class Outlines:
    """Collects the result of `outlines_of`, session by session."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Deal, bool], Session] = {}

    def add(self, session: Session) -> None:
        """Add a session."""
        if session.status != "cancelled":
            wanted = deal(session.account, session.opportunity)
            _keep_later(self._kept, (wanted, False), session)
            if session.status == "held":
                _keep_later(self._kept, (wanted, True), session)
            for held in (False, True):
                if self._kept.get((wanted, held)) is session:
                    self._kept[wanted, held] = _outline(session)

    def kept(self) -> tuple[Session, ...]:
        """The reduced sessions, each once."""
        return tuple({one.id: one for one in self._kept.values()}.values())


def _outline(session: Session) -> Session:
    return Session(
        id=session.id,
        status=session.status,
        agenda=session.agenda,
        account=session.account,
        opportunity=session.opportunity,
        phase=session.phase,
        amount=session.amount,
        currency=session.currency,
        close_on=session.close_on,
        account_owner=session.account_owner,
        started_at=session.started_at,
        outcome=session.outcome,
        action_items=tuple(each for each in _open(session) if each.due is not None),
    )


def gate(
    sessions: Iterable[Session], account: str, opportunity: str, gate: Gate, within: int | None, today: date
) -> Verdict:
    """Check the last held session of a deal; `within` (days) overrides the gate's own value."""
    session = last_held(sessions).find(deal(account, opportunity))
    if session is None:
        return Verdict(account, opportunity, False, ("never held",), "")
    reasons = list(_too_long_ago(session, gate.within_days if within is None else within, today))
    if gate.require_plan_read:
        reasons += unread(session)
    if gate.require_owned_actions:
        reasons += [f"{each.id} has no owner: {each.text}" for each in _open(session) if not each.owner.strip()]
    return Verdict(account, opportunity, not reasons, tuple(map(safe_text, reasons)), session.id)


def next_due(session: Session, cadence: Cadence) -> date | None:
    """The due day of the session after this one; None without a rule, or for a closed deal."""
    if session.status != "held" or session.outcome == "withdraw" or is_closed(session.phase):
        return None
    held = held_on(session)
    days = []
    if cadence.weekday is not None:
        days.append(_later(held, (WEEKDAYS.index(cadence.weekday) - held.weekday() - 1) % 7 + 1))
    if cadence.every_days is not None:
        days.append(_later(held, cadence.every_days))
    return min(days, default=None)


class _Named(Struct, frozen=True):
    """The names of a deal as written in the pipeline, otherwise in its latest session."""

    account: str
    opportunity: str
    phase: str
    owner: str


def _deals(sessions: Iterable[Session], rows: dict[Deal, PipelineRow]) -> dict[Deal, _Named]:
    latest: dict[Deal, Session] = {}
    named: set[str] = {account for account, _ in rows}
    for session in sessions:
        # A cancelled session makes no deal: a wrong name may be the reason why it was cancelled.
        if session.status != "cancelled":
            wanted = deal(session.account, session.opportunity)
            _keep_later(latest, wanted, session)
            if wanted[1]:
                named.add(wanted[0])
    deals = {wanted: _Named(row.account, row.opportunity, row.phase, row.owner) for wanted, row in rows.items()}
    for wanted, session in latest.items():
        # Sessions on the whole account count for each of its deals; without any deal they are one
        # themselves.
        if wanted not in deals and (wanted[1] or wanted[0] not in named):
            deals[wanted] = _Named(session.account, session.opportunity, session.phase, "")
    return deals


def _by_cadence(session: Session, cadence: Cadence, today: date) -> list[tuple[date, str]]:
    held = held_on(session)
    reasons = []
    if cadence.weekday is not None:
        back = (today.weekday() - WEEKDAYS.index(cadence.weekday)) % 7
        day = _later(today, -back)
        if held < day:
            words = f"{cadence.weekday.capitalize()} {day.day} {MONTHS[day.month - 1].capitalize()}"
            reasons.append((day, f"no session since {words}"))
    if cadence.every_days is not None and (due := _later(held, cadence.every_days)) <= today:
        days = (today - held).days
        reasons.append((due, f"{formats.count(days, 'day')} since the last, {cadence.every_days} are the most"))
    return reasons


def _against(row: PipelineRow, session: Session, cadence: Cadence, today: date) -> list[str]:
    """The differences between the pipeline's row and the last session that make a session due."""
    reasons = []
    if cadence.on_phase_change and row.phase and session.phase and name_key(row.phase) != name_key(session.phase):
        reasons.append(f"phase changed from {session.phase} to {row.phase}")
    if row.close_on and session.close_on and row.close_on > session.close_on:
        was_on, now_on = (dates.words(day, today) for day in (session.close_on, row.close_on))
        reasons.append(f"close date slipped from {was_on} to {now_on}")
    if row.amount is not None and session.amount is not None:
        was, now = session.currency.strip().upper(), row.currency.strip().upper()
        # A currency sign ($) may stand for the code: only two different codes are surely two
        # currencies.
        other = was != now and all(len(each) == 3 and each.isalpha() for each in (was, now))
        if other or abs(row.amount - session.amount) >= _CENT:
            then = formats.amount(session.amount, was or now)
            reasons.append(f"amount changed from {then} to {formats.amount(row.amount, now or was)}")
    return reasons


def _overdue(session: Session, today: date) -> list[tuple[date, str]]:
    return [
        (each.due, f"{each.id} is overdue since {dates.words(each.due, today)}: {each.text}")
        for each in _open(session)
        if each.due is not None and each.due < today
    ]


def _owed(named: _Named, session: Session, why: list[tuple[date, str]]) -> Owed | None:
    if not why:
        return None
    reasons = tuple(safe_text(reason) for _, reason in why)
    phase = named.phase or session.phase
    due_on, owner = min(day for day, _ in why), named.owner or session.account_owner
    return Owed(named.account, named.opportunity, phase, session.id, due_on, reasons, owner)


def _too_long_ago(session: Session, within: int, today: date) -> list[str]:
    held = held_on(session)
    days = (today - held).days
    return (
        [f"the last session was {formats.count(days, 'day')} ago, on {held}; {within} are the most"]
        if days > within
        else []
    )


def unread(session: Session) -> list[str]:
    """The reasons why the facilitator may not have read the plan in time; empty if read."""
    plan, facilitator = session.plan, session.facilitator.strip()
    reasons = [] if plan else ["no plan is on record"]
    if not facilitator:
        reasons.append("no facilitator is on record")
    if plan is None:
        return reasons
    if not plan.sha256:
        reasons.append("the plan on record says no version (sha256)")
    return reasons + _unread_by(facilitator, plan, session.started_at) if facilitator else reasons


def _unread_by(name: str, plan: Plan, began: datetime | None) -> list[str]:
    readings = []
    for each in plan.readers:
        if name_key(each.name) != name_key(name):
            continue
        reasons = []
        if plan.sha256 and each.sha256.lower() != plan.sha256.lower():
            reasons.append(f"{name} read another version of the plan than the one on record")
        if each.read_at is None:
            reasons.append(f"it is not on record when {name} read the plan")
        elif began is None:
            reasons.append("it is not on record when the session began")
        elif each.read_at > began:
            reasons.append(f"{name} read the plan only after the session had begun")
        readings.append(reasons)
    # One valid reading is enough; of several invalid ones, the one with the fewest reasons is
    # reported.
    return min(readings, key=len, default=[f"{name}, the facilitator, is not among the plan's readers"])


def held_on(session: Session) -> date:
    """The local day of a session; without a start time, the date in its id."""
    return day_of(session) or _day_of_id(session)


def _day_of_id(session: Session) -> date:
    try:
        return date.fromisoformat(session.id[:10])
    except ValueError:
        return date.min


def _moment(session: Session) -> tuple[datetime, str]:
    if session.started_at is not None:
        return session.started_at, session.id
    return datetime.combine(_day_of_id(session), time.min, UTC), session.id


def _keep_later(kept: dict[Key, Session], where: Key, session: Session) -> None:
    if where not in kept or _moment(session) > _moment(kept[where]):
        kept[where] = session


def _open(session: Session) -> list[ActionItem]:
    return [each for each in session.action_items if each.status == "open"]


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
