"""What the side panel says: prompts, the last session, the plan, what was decided, what was parked."""

from datetime import date, datetime

from session_tui.model import dates
from session_tui.model.clean import harmless
from session_tui.model.session import Session
from session_tui.model.words import OUTCOME_WORDS

Lines = tuple[tuple[str, str], ...]
Section = tuple[str, Lines]
_ACTION_SIGNS = {"open": "○", "done": "✓", "dropped": "✗"}


def sections(session: Session, last: Session | None, today: date, curtain: bool) -> tuple[Section, ...]:
    """The panel's sections, those that have nothing to say left out."""
    found = (_last_time(last, today), _plan(session, curtain), _decided(session), _parked(session), _there(session))
    return tuple(section for section in found if section[1])


def _last_time(last: Session | None, today: date) -> Section:
    if last is None:
        return "LAST TIME", ()
    when = f"LAST TIME · {dates.short(_local(last.started_at), today)}" if last.started_at else "LAST TIME"
    lines: list[tuple[str, str]] = []
    if last.outcome:
        lines.append((f"{OUTCOME_WORDS[last.outcome].capitalize()}: {harmless(last.headline) or '-'}", "strong"))
    for action in last.action_items[:8]:
        late = " · overdue" if action.status == "open" and action.due and action.due < today else ""
        who = harmless(action.owner) or "nobody"
        words = f"{_ACTION_SIGNS[action.status]} {harmless(action.text)} · {who}{late}"
        lines.append((words, "" if action.status == "open" else "muted"))
    if len(last.action_items) > 8:
        lines.append((f"and {len(last.action_items) - 8} more", "muted"))
    return when, tuple(lines)


def _plan(session: Session, curtain: bool) -> Section:
    plan = session.plan
    if plan is None:
        return "PLAN", ()
    current = {reader.name for reader in plan.readers if reader.sha256 == plan.sha256}
    there = {attendee.name for attendee in session.attendees} | {session.facilitator} - {""}
    lines: list[tuple[str, str]] = [(harmless(plan.source), "muted")]
    if current:
        lines.append((f"read by {', '.join(map(harmless, sorted(current)))}", ""))
    if unread := sorted(there - current):
        lines.append((f"not by {', '.join(map(harmless, unread))}", "warn"))
    if plan.comments and not curtain:
        many = len(plan.comments)
        lines.append((f"{many} comment{'s' if many > 1 else ''}, private", "muted"))
    return "PLAN", tuple(lines)


def _decided(session: Session) -> Section:
    lines = []
    for decision in session.decisions[-6:]:
        at = f"{decision.at.astimezone():%H:%M} " if decision.at else ""
        lines.append((f"{at}{harmless(decision.text)}", ""))
    return "DECIDED SO FAR", tuple(lines)


def _parked(session: Session) -> Section:
    return "PARKED", tuple((harmless(parked.text), "") for parked in session.parking_lot[-6:])


def _there(session: Session) -> Section:
    lines = tuple(
        (harmless(f"{each.name} · {each.role}" if each.role else each.name), "muted") for each in session.attendees
    )
    return "IN THE ROOM", lines


def _local(moment: datetime) -> date:
    return moment.astimezone().date()
