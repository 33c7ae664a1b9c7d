"""The items of a session report: an entry as lead, text, short facts, and sentences."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct

from session_tui.model import dates, formats, glyphs, history, judgements
from session_tui.model.analysis import called, is_key_player
from session_tui.model.diff import SESSION
from session_tui.model.session import ActionItem, Assumption, ChangeAfter, Session, Stakeholder, find, headline_text
from session_tui.model.vocabulary import COVERAGE_WORDS, EVIDENCE_WORDS, ROLE_WORDS, SUPPORT_WORDS

# How an item is emphasised: normal, needs attention, settled.
Weight: TypeAlias = Literal["", "look", "quiet"]
Tick: TypeAlias = Literal["", "open", "done"]  # the check box; empty for an item without one
Carried = TypeVar("Carried", ActionItem, Assumption)

SIGNS: dict[str, str] = {
    "open": glyphs.OPEN,
    "late": glyphs.WARNING,
    "done": glyphs.DONE,
    "dropped": glyphs.NOT,
    "right": glyphs.DONE,
    "wrong": glyphs.NOT,
}
_FIELDS = {
    "reports_to": "reports to",
    "covered_by": "covered by",
    "buying_role": "buying role",
    "tested_by": "tested by",
    "accepted_at": "owner's yes",
    "done_on": "done on",
    "about": "for",
    "account_owner": "account owner",
    "credit_split": "credit split",
}


class Item(Struct, frozen=True):
    """An entry in words. The texts are unchanged from the file: the renderer makes them safe.

    `lead` is the most important fact (a date, a support); `sign` shows the same fact as a symbol.
    """

    text: str
    id: str = ""
    sign: str = "•"
    lead: str = ""
    facts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    weight: Weight = ""
    tick: Tick = ""


def of_action(
    session: Session, action: ActionItem, today: date, later: Sequence[Session] = (), *, lasting: bool = False
) -> Item:
    """The item of an action, with its later state from `later` sessions (oldest first).

    Where there are later sessions it is never overdue: their reports show that. Nor is it where
    the text is `lasting`: read on any later day.
    """
    place, since = _since(session, action, later)
    look, sign = False, SIGNS[action.status]
    if action.status != "open":
        lead = action.status + (f" {dates.words(action.done_on, today)}" if action.done_on else "")
    else:
        lead = f"due {dates.words(action.due, today)}" if action.due else "no date"
        if not (later or lasting) and (words := _lateness(action.due, today)):
            look = action.due is not None and action.due < today
            lead, sign = f"{lead}, {words}", SIGNS["late"] if look else sign
    serves = ", ".join(called_in(session, each) for each in action.about)
    in_time = action.status == "open" or action.due is None or (action.done_on or date.max) <= action.due
    facts = [
        _later_action(action, since, place, today),
        "" if in_time or action.due is None else f"was due {dates.words(action.due, today)}",
        f"for {serves}" if serves else "",
        "owner said yes" if action.accepted_at else "",
    ]
    return Item(
        action.text,
        action.id,
        sign,
        lead,
        tuple(filter(None, facts)),
        _sentences(action, since),
        "quiet" if action.status != "open" else "look" if look else "",
        "open" if action.status == "open" else "done",
    )


def of_assumption(
    session: Session, assumption: Assumption, today: date, later: Sequence[Session] = (), *, lasting: bool = False
) -> Item:
    """The item of an assumption; its lead is the importance, or the result of its test."""
    _, since = _since(session, assumption, later)
    tested = assumption.status != "untested"
    who = assumption.tested_by or "nobody"
    due, late = "", False
    if not tested and assumption.due:
        words = "" if later or lasting else _lateness(assumption.due, today)
        late = not (later or lasting) and assumption.due < today
        due = f"by {dates.words(assumption.due, today)}{f', {words}' if words else ''}"
    facts = [
        f"later {_outcome(since.status)}" if since is not None and since.status != assumption.status else "",
        EVIDENCE_WORDS[assumption.evidence],
        f"importance {assumption.importance}" if tested else "",
        f"tested by {who}" if tested else f"{who} tests it{f' {due}' if due else ''}",
    ]
    sign = {"validated": SIGNS["right"], "invalidated": SIGNS["wrong"]}.get(assumption.status, "?")
    return Item(
        assumption.text,
        assumption.id,
        sign,
        _outcome(assumption.status) if tested else f"importance {assumption.importance}",
        tuple(filter(None, facts)),
        _sentences(assumption, since),
        "look" if not tested and not later and (late or not assumption.tested_by) else "",
    )


def of_stakeholder(session: Session, person: Stakeholder, *, full: bool = True) -> Item:
    """The item of a stakeholder; without `full` it has neither support nor power."""
    key = full and is_key_player(person)
    facts = [
        "" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role],
        f"{judgements.power_words(person.power)}{', key player' if key else ''}" if full else "",
        f"coverage {COVERAGE_WORDS[person.coverage]}" if person.coverage != "unknown" else "",
        f"covered by {', '.join(person.covered_by) or 'nobody'}",
        f"reports to {called_in(session, person.reports_to)}" if person.reports_to else "",
        f"influences {', '.join(called_in(session, each) for each in person.influences)}" if person.influences else "",
    ]
    more = [f"{name}: {words}" for name, words in (("pain", person.pain), ("note", person.note)) if words]
    return Item(
        formats.person(person.name, person.title),
        person.id,
        judgements.support_sign(person.support) if full else "•",
        judgements.support_words(person.support) if full else "",
        tuple(filter(None, facts)),
        tuple(more),
        "look" if not person.covered_by and key else "",
    )


def of_change(session: Session, change: ChangeAfter, today: date) -> Item:
    """The item of a change after the end of the session, with the name of the changed entry."""
    entry = find(session, change.entry)
    if change.field == "entry":
        what = "added" if change.to else "removed"
    else:
        was, now = (_value(change.field, each, today) for each in (change.from_, change.to))
        what = f"{_FIELDS.get(change.field, change.field)} {was} → {now}"
    named = f"{headline_text(entry)}: " if entry else ""
    day = change.at.astimezone().date()
    return Item(
        f"{named}{what}",
        change.entry if change.entry != SESSION else "",
        lead=dates.words(day, today),
        facts=(f"by {change.by}",) if change.by else (),
    )


def _since(session: Session, entry: Carried, later: Sequence[Session]) -> tuple[str, Carried | None]:
    """The same entry in the last later session that has it, with that session's id."""
    wanted = history.identity(session, entry)
    for other in reversed(later):
        entries = other.action_items if isinstance(entry, ActionItem) else other.assumptions
        for each in entries:
            if history.identity(other, each) == wanted:
                return other.id, each
    return "", None


def _sentences(entry: Carried, since: Carried | None) -> tuple[str, ...]:
    later = since.result if since is not None and since.result != entry.result else ""
    sentences = (("result", entry.result), ("later result", later), ("note", entry.note))
    return tuple(f"{name}: {words}" for name, words in sentences if words)


def _later_action(action: ActionItem, since: ActionItem | None, place: str, today: date) -> str:
    if since is None or action.status != "open":
        return ""
    if since.status != "open":
        return f"later {since.status}" + (f" {dates.words(since.done_on, today)}" if since.done_on else "")
    if since.due != action.due:
        return f"later due {dates.words(since.due, today)}" if since.due else "later without a date"
    return f"still open in {place}"


def _lateness(due: date | None, today: date) -> str:
    """A due date until tomorrow in words (`tomorrow`, `2 days overdue`); empty for later ones."""
    if due is None or due > today + timedelta(days=1):
        return ""
    days = (today - due).days
    return {-1: "tomorrow", 0: "today", 1: "1 day overdue"}.get(days, f"{days} days overdue")


def called_in(session: Session, entry_id: str) -> str:
    """The name of an entry in a reference: a stakeholder's name, the id of other entries."""
    entry = find(session, entry_id)
    return called(entry) if isinstance(entry, Stakeholder) else entry_id


def _outcome(status: str) -> str:
    return {"validated": "turned out true", "invalidated": "turned out wrong"}.get(status, status)


def _value(field: str, text: str, today: date) -> str:
    """A value of `[[changes]]` in words; unchanged where it has no words or is invalid."""
    if not text:
        return judgements.NOT_JUDGED if field in judgements.FIELDS else "nothing"
    try:
        match field:
            case "due" | "done_on" | "accepted_at":
                return dates.words(date.fromisoformat(text[:10]), today)
            case "support":
                return SUPPORT_WORDS[int(text)]
            case "evidence":
                return EVIDENCE_WORDS[int(text)]
            case "buying_role":
                return ROLE_WORDS[text]
            case "coverage":
                return COVERAGE_WORDS[text]
    except (KeyError, ValueError):  # an invalid value, written by hand
        pass
    return text
