"""Changes to entries after a session ended, told field by field in `[[changes]]`."""

from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict, replace

from session_tui.model.session import LISTS, ChangeAfter, Session, entries


def recorded(before: Session, after: Session, now: datetime, by: str) -> Session:
    """`after` with a row for each field of each entry in which it differs from `before`; additions have no `from`."""
    rows = []
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
    return ", ".join(value) if isinstance(value, tuple) else str(value)
