"""The fields of a prepared session: the text of each, and the values of a typed text."""

from collections.abc import Callable
from typing import Any, TypeAlias

from session_tui.context import AppContext
from session_tui.model import attendance, credit, dates, fixed_end, formats, plan_readers
from session_tui.model.capture.result import Refusal
from session_tui.model.session import Session
from session_tui.store import new_session
from session_tui.store.errors import StoreError

Values: TypeAlias = dict[str, Any]  # attributes of the session by name
FieldReader: TypeAlias = Callable[[str, Session, AppContext], Values | Refusal]

FIELDS = (
    ("agenda", "Agenda", "strategy-30"),
    ("ends_at", "Ends at", "as in: 13:00, and pauses do not move it; empty: they do"),
    ("attendees", "Attendees", "as in: Ben Okafor:account owner, Mei Tan:presales"),
    ("account_owner", "Account owner", "who answers for the account"),
    ("facilitator", "Facilitator", "who holds the session"),
    ("credit_split", "Credit split", "as in: Ben Okafor 70, Mei Tan 30"),
    ("phase", "Phase", "where the deal stands in the forecast"),
    ("amount", "Amount", "as in: 420000 EUR"),
    ("close_on", "Closes", "as in: 2026-12-18, eom, +3w"),
    ("plan", "Plan", "the account plan, a Markdown file in the plans folder"),
)
ON_DISK = ("plan", "agenda")  # fields whose values are read from the disk


def plan_lines(session: Session) -> list[str]:
    """Return lines about a session's plan: its readers, who has not read it, its comments."""
    plan = session.plan
    assert plan is not None
    read, before, missing = (
        plan_readers.read_by(plan),
        plan_readers.read_before(plan),
        plan_readers.not_read_by(session),
    )
    lines = [f"{plan.source}: read by {', '.join(read) or 'nobody yet'}."]
    if missing:
        lines.append(f"Not read by {', '.join(missing)}: session-tui read {plan.source}")
    if before:
        lines.append(f"Changed since {', '.join(before)} read it.")
    if plan.comments:
        many = len(plan.comments)
        lines.append(f"{formats.count(many, 'comment')} on it, private until opened in the session.")
    return lines


def text_of(session: Session, key: str) -> str:
    """Return the value of a field as it is typed."""
    match key:
        case "attendees":
            return ", ".join(f"{each.name}:{each.role}" if each.role else each.name for each in session.attendees)
        case "credit_split":
            return credit.text(session.credit_split)
        case "amount":
            return f"{session.amount:.15g} {session.currency}".strip() if session.amount is not None else ""
        case "ends_at":
            return f"{session.ends_at.astimezone():%H:%M}" if session.ends_at else ""
        case "close_on":
            return session.close_on.isoformat() if session.close_on else ""
        case "plan":
            return session.plan.source if session.plan else ""
        case _:
            return str(getattr(session, key))


def _attendees(text: str, session: Session, context: AppContext) -> Values | Refusal:
    found = [attendance.attendee_of(each) for each in text.split(",") if each.strip()]
    if any(each is None for each in found):
        return Refusal(
            "somebody there has no name", "Write names with commas between them: Ben Okafor, Mei Tan:presales."
        )
    return {"attendees": tuple(found)}


def _credit(text: str, session: Session, context: AppContext) -> Values | Refusal:
    shares = credit.read_for(session, text, context.people)
    return shares if isinstance(shares, Refusal) else {"credit_split": shares}


def _amount(text: str, session: Session, context: AppContext) -> Values | Refusal:
    number, _, currency = text.strip().partition(" ")
    try:
        amount = float(number.replace(",", "")) if number else None
    except ValueError:
        return Refusal(f"{number} is not an amount", "Write a number and its currency: 420000 EUR.")
    if amount is not None and not -1e15 < amount < 1e15:
        return Refusal(f"{number} is not an amount")
    return {"amount": amount, "currency": currency.strip().upper() or session.currency}


def _closes(text: str, session: Session, context: AppContext) -> Values | Refusal:
    day = dates.read(text, context.today) if text else None
    if text and day is None:
        return Refusal(f"{text} is not a date", f"Write one of: {dates.KNOWN}.")
    return {"close_on": day}


def _ends(text: str, session: Session, context: AppContext) -> Values | Refusal:
    end = fixed_end.before_start(text, session, context.now())
    return end if isinstance(end, Refusal) else {"ends_at": end}


def _named(key: str) -> FieldReader:
    def read(text: str, session: Session, context: AppContext) -> Values | Refusal:
        try:
            return {key: new_session.named(key.replace("_", " "), text)}
        except StoreError as error:
            return Refusal(error.faults[0].what, error.faults[0].do)

    return read


FIELD_READERS: dict[str, FieldReader] = {
    "attendees": _attendees,
    "account_owner": _named("account_owner"),
    "facilitator": _named("facilitator"),
    "credit_split": _credit,
    "phase": _named("phase"),
    "amount": _amount,
    "close_on": _closes,
    "ends_at": _ends,
}
