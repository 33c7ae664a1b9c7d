"""Changes after a session ended, told field by field in `[[changes]]`: those of its entries, and whose the account is.

What belongs to no entry (owner, credit split) has the entry `session`, which no entry can be called.
"""

from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict, replace

from session_tui.model import edits
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import LISTS, ChangeAfter, CreditShare, Session, entries

SESSION = "session"  # stands as the entry of what is the session's own
_OWN = ("account_owner", "credit_split")


def applied(session: Session, edit: Edit, now: datetime, by: str) -> Session | Fault:
    """The session after an edit, told in `[[changes]]` where the session has ended; or why it cannot be made."""
    after = edits.apply(session, edit)
    if isinstance(after, Fault) or session.status != "held":
        return after
    return recorded(session, after, now, by)


def recorded(before: Session, after: Session, now: datetime, by: str) -> Session:
    """`after` with a row for each field in which it differs from `before`; additions have no `from`."""
    rows = [
        _row(now, by, SESSION, key, _text(getattr(before, key)), _text(getattr(after, key)))
        for key in _OWN
        if getattr(before, key) != getattr(after, key)
    ]
    for letter in LISTS:
        old = {entry.id: entry for entry in entries(before, letter)}
        new = {entry.id: entry for entry in entries(after, letter)}
        for entry_id in dict.fromkeys((*old, *new)):
            then, now_ = old.get(entry_id), new.get(entry_id)
            if then == now_:
                continue
            if then is None or now_ is None:
                gone = now_ is None
                rows.append(_row(now, by, entry_id, "entry", "there" if gone else "", "" if gone else "there"))
                continue
            was, is_ = asdict(then), asdict(now_)
            rows += [
                _row(now, by, entry_id, key, _text(was[key]), _text(is_[key])) for key in was if was[key] != is_[key]
            ]
    return replace(after, changes=(*after.changes, *rows)) if rows else after


def _row(now: datetime, by: str, entry: str, field: str, was: str, becomes: str) -> ChangeAfter:
    return ChangeAfter(at=now.replace(microsecond=0), by=by, entry=entry, field=field, from_=was, to=becomes)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, CreditShare):
        return f"{value.name} {value.percent:g}"
    return ", ".join(map(_text, value)) if isinstance(value, tuple) else str(value)
