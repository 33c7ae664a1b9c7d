"""A session as lines of plain words, for `show`."""

from collections.abc import Iterator
from datetime import date

from session_tui.model import dates
from session_tui.model.capture.preview import cells
from session_tui.model.clean import harmless
from session_tui.model.findings import map_status, ownerless, riskiest
from session_tui.model.session import Entry, Session
from session_tui.model.timebox import clock_text
from session_tui.model.words import OUTCOME_WORDS


def session_lines(session: Session, today: date) -> Iterator[str]:
    """What was agreed, section by section; sections without entries are left out."""
    yield harmless(
        " · ".join(each for each in (session.account, session.zone, session.opportunity, session.phase) if each)
    )
    amount = f"{session.currency} {session.amount:,.0f}".strip() if session.amount is not None else ""
    close = f"closes {dates.words(session.close_on, today)}" if session.close_on else ""
    if amount or close:
        yield harmless(" · ".join(each for each in (amount, close) if each))
    began = f" · {session.started_at.astimezone():%d %b %Y %H:%M}" if session.started_at else ""
    yield harmless(f"{session.id} · {session.status}{began}")
    if session.outcome:
        yield harmless(f"Outcome: {OUTCOME_WORDS[session.outcome]}. {session.headline}".rstrip())
    if people := ", ".join(f"{each.name} ({each.role})" if each.role else each.name for each in session.attendees):
        yield harmless(f"There: {people}")
    yield from _section("Stakeholder map", session.stakeholders, today)
    if session.stakeholders:
        yield f"  Map status: {map_status(session)}"
    yield from _section("Assumptions", session.assumptions, today)
    if worst := riskiest(session):
        yield harmless(f"  Riskiest: {worst.id}")
    yield from _section("Action items", session.action_items, today)
    yield from _section("Decisions", session.decisions, today)
    yield from _section("Parking lot", session.parking_lot, today)
    yield from _section("Notes", session.notes, today)
    if bare := ownerless(session):
        yield ""
        yield harmless(f"Without a name: {', '.join(entry.id for entry in bare)}")
    if session.clock:
        yield ""
        yield "Time"
        for part in session.parts:
            yield harmless(f"  {part.title}: {clock_text(part.spent_seconds)} of {part.minutes}:00")
    if session.changes:
        yield ""
        yield "Changed after the session"
        for each in session.changes:
            was = f"{each.field} {each.from_ or 'nothing'} → {each.to or 'nothing'}"
            yield harmless(
                f"  {each.at.astimezone():%d %b %Y} {each.entry} {was}" + (f" ({each.by})" if each.by else "")
            )


def _section(title: str, found: tuple[Entry, ...], today: date) -> Iterator[str]:
    if found:
        yield ""
        yield title
        for entry in found:
            yield harmless(f"  {entry.id}  {' · '.join(cells(entry, today))}")
