"""The history of each assumption over the sessions, and the calibration of the team's evidence.

The calibration is the share of tested assumptions that turned out true, for each degree of
evidence 1 to 5.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from session_tui.model import history
from session_tui.model.history import Identity, day_of
from session_tui.model.session import Assumption, Session
from session_tui.model.vocabulary import AssumptionStatus

FEW = 5  # tested assumptions; a share of fewer is not significant


class Seen(Struct, frozen=True):
    """An assumption at the end of one session."""

    session_id: str
    day: date | None
    importance: int
    evidence: int
    status: AssumptionStatus


class AssumptionHistory(Struct, frozen=True):
    """An assumption in its newest session, and in each session (`seen`), oldest first.

    `held_with` is the evidence before the test, or the present one for an untested assumption.
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
    """The numbers of untested, true and wrong assumptions of one degree of evidence."""

    evidence: int
    untested: int
    true: int
    wrong: int

    @property
    def share(self) -> float | None:
        """The share of tested assumptions that turned out true, 0 to 1; None if none is tested."""
        tested = self.true + self.wrong
        return self.true / tested if tested else None

    @property
    def enough(self) -> bool:
        """At least `FEW` assumptions were tested, so that the share is significant."""
        return self.true + self.wrong >= FEW


def beliefs(sessions: Iterable[Session]) -> tuple[AssumptionHistory, ...]:
    """Every assumption of these sessions (newest first), the latest raised first."""
    versions_of: dict[Identity, list[tuple[Session, Assumption]]] = {}
    for session in sessions:
        if session.status in ("held", "live"):
            for each in session.assumptions:
                versions_of.setdefault(history.identity(session, each), []).append((session, each))
    histories = [_belief(who, versions) for who, versions in versions_of.items()]
    return tuple(sorted(histories, key=lambda each: each.raised or date.min, reverse=True))


def trust(sessions: Iterable[Session]) -> tuple[Trust, ...]:
    """Count the assumptions of these sessions (newest first), each once, by evidence 1 to 5."""
    final: dict[Identity, AssumptionStatus] = {}
    held: dict[Identity, int] = {}
    open_: set[Identity] = set()  # settled, with the evidence before the test still to be found in an older session
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
    """The evidence in a session before the test, and whether the assumption was untested there."""
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
    """Build the history from all versions, newest first."""
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
    """The day of the last change of status after the session, otherwise the day of the session."""
    rows = [row for row in session.changes if row.entry == assumption.id and row.field == "status"]
    return rows[-1].at.astimezone().date() if rows else day_of(session)
