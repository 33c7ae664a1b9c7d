"""What a team believed, and what it turned out to be: each assumption through time, and how far "we know" could be
trusted: of those held with evidence 1 to 5, the share that turned out true (what forecasters call calibration).
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from session_tui.model import history
from session_tui.model.history import Identity, day_of
from session_tui.model.session import Assumption, Session
from session_tui.model.vocabulary import AssumptionStatus

FEW = 5  # tested assumptions, below which a share says nothing yet


class Seen(Struct, frozen=True):
    """An assumption as a session left it."""

    session_id: str
    day: date | None
    importance: int
    evidence: int
    status: AssumptionStatus


class AssumptionHistory(Struct, frozen=True):
    """An assumption as it stands now, and as each session left it, the oldest first.

    `held_with` is the evidence it had before it was tested, or has now where it was not.
    """

    account: str
    zone: str
    opportunity: str
    id: str
    text: str
    first_raised_in: str
    raised: date | None
    status: AssumptionStatus
    result: str
    tested_by: str
    due: date | None
    settled: date | None
    held_with: int
    seen: tuple[Seen, ...]


class Trust(Struct, frozen=True):
    """What became of the assumptions held with so much evidence."""

    evidence: int
    untested: int
    true: int
    wrong: int

    @property
    def share(self) -> float | None:
        """Of the tested ones the share that turned out true, 0 to 1; None where none was tested."""
        tested = self.true + self.wrong
        return self.true / tested if tested else None

    @property
    def enough(self) -> bool:
        """So many were tested that the share says something."""
        return self.true + self.wrong >= FEW


def beliefs(sessions: Iterable[Session]) -> tuple[AssumptionHistory, ...]:
    """Every assumption of these sessions (newest first), in the order in which they were raised, the latest first."""
    found: dict[Identity, list[tuple[Session, Assumption]]] = {}
    for session in sessions:
        if session.status in ("held", "live"):
            for each in session.assumptions:
                found.setdefault(history.identity(session, each), []).append((session, each))
    told = [_belief(who, versions) for who, versions in found.items()]
    return tuple(sorted(told, key=lambda each: each.raised or date.min, reverse=True))


def trust(sessions: Iterable[Session]) -> tuple[Trust, ...]:
    """For evidence 1 to 5 what became of the assumptions of these sessions (newest first), each counted once."""
    final: dict[Identity, AssumptionStatus] = {}
    held: dict[Identity, int] = {}
    open_: set[Identity] = set()  # settled, and not seen untested yet: an older session tells what it was held with
    for session in sessions:
        if session.status not in ("held", "live"):
            continue
        for each in session.assumptions:
            who = history.identity(session, each)
            if who not in final:
                final[who] = each.status
                open_.add(who)
            if who in open_:
                evidence, before = _held_with(session, each)
                held[who] = evidence
                if before:
                    open_.discard(who)
    counts = {evidence: [0, 0, 0] for evidence in range(1, 6)}
    for who, status in final.items():
        counts[held[who]][("untested", "validated", "invalidated").index(status)] += 1
    return tuple(Trust(evidence, *each) for evidence, each in counts.items())


def _held_with(session: Session, assumption: Assumption) -> tuple[int, bool]:
    """The evidence an assumption had in a session before it was settled there; whether it was untested at all there."""
    evidence, status = assumption.evidence, assumption.status
    if status == "untested":
        return evidence, True
    for row in reversed([row for row in session.changes if row.entry == assumption.id]):
        if row.field == "evidence" and row.from_.isdecimal():
            evidence = int(row.from_)
        elif row.field == "status":
            status = "untested" if row.from_ == "untested" else status
    return (evidence if evidence in range(1, 6) else assumption.evidence), status == "untested"


def _belief(who: Identity, versions: list[tuple[Session, Assumption]]) -> AssumptionHistory:
    """From all its versions, the newest first."""
    session, now = versions[0]
    held = now.evidence
    for one, each in versions:
        held, before = _held_with(one, each)
        if before:
            break
    return AssumptionHistory(
        session.account,
        session.zone,
        session.opportunity,
        now.id,
        now.text,
        who[0],
        day_of(versions[-1][0]),
        now.status,
        now.result,
        now.tested_by,
        now.due,
        None if now.status == "untested" else _settled(session, now),
        held,
        tuple(Seen(one.id, day_of(one), each.importance, each.evidence, each.status) for one, each in versions[::-1]),
    )


def _settled(session: Session, assumption: Assumption) -> date | None:
    """When it was settled: after the session, where that is on record, else in it."""
    rows = [row for row in session.changes if row.entry == assumption.id and row.field == "status"]
    return rows[-1].at.astimezone().date() if rows else day_of(session)
