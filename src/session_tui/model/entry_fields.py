"""The fields of entries: joined from two, with other references, and in words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec.structs import fields, replace

from session_tui.model import judgements
from session_tui.model.edits import settle
from session_tui.model.session import ActionItem, Stakeholder
from session_tui.model.vocabulary import (
    BELIEF_WORDS,
    COVERAGE_WORDS,
    EVIDENCE_WORDS,
    OUTCOME_WORDS,
    ROLE_WORDS,
    SUPPORT_WORDS,
)

Day: TypeAlias = Callable[[date], str]

_FIELDS = {"accepted_at": "owner's yes", "about": "for", "at": "entered", "first_raised_in": "raised in"}
_WORDS: dict[str, dict[Any, str]] = {
    "buying_role": ROLE_WORDS,
    "coverage": COVERAGE_WORDS,
    "outcome": OUTCOME_WORDS,
    "support": SUPPORT_WORDS,
}


def label(name: str) -> str:
    """A key as people read it."""
    return _FIELDS.get(name, name.replace("_", " "))


def field_words(name: str, value: Any) -> str:
    """A field of an entry with its value, as in `coverage brief`."""
    return f"{label(name)} {value_words(name, value)}"


def value_words(name: str, value: Any, day: Day = date.isoformat) -> str:
    """The value of a field as people read it; a date as `day` writes it."""
    if value in (None, "", ()):
        return judgements.NOT_JUDGED if name in judgements.FIELDS else "nothing"
    if name in _WORDS:
        return _WORDS[name].get(value, str(value))
    if name == "evidence":
        return f"{value}, {EVIDENCE_WORDS[value]}"
    if name == "status":
        return BELIEF_WORDS.get(value, str(value))
    if isinstance(value, datetime):
        local = value.astimezone()
        return f"{day(local.date())} {local:%H:%M:%S}"
    if isinstance(value, date):
        return day(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def joined_entry(ours: Any, theirs: Any, newer: Mapping[str, str]) -> tuple[Any, tuple[str, ...]]:
    """One entry joined from two, and the names of the fields with two different values.

    Each field gets the value that was set later, by the recorded changes; else the value that is
    not the default. Lists are united.
    """
    values: dict[str, Any] = {}
    asks = []
    for each in fields(ours):
        mine, other = getattr(ours, each.name), getattr(theirs, each.name)
        if mine == other or each.name == "id":
            continue
        if each.name in newer:
            values[each.name] = other if newer[each.name] == "theirs" else mine
        elif isinstance(mine, tuple):
            values[each.name] = tuple(dict.fromkeys((*mine, *other)))
        elif isinstance(mine, datetime) and isinstance(other, datetime):
            values[each.name] = max(mine, other)
        elif mine == each.default:
            values[each.name] = other
        elif other != each.default:
            asks.append(each.name)
    together = replace(ours, **values)
    return settle(together) if isinstance(together, ActionItem) else together, tuple(asks)


def with_references(entry: Any, ids: Mapping[str, str]) -> Any:
    """The entry with the ids that it refers to replaced by `ids`; its own id stays."""
    if isinstance(entry, Stakeholder):
        boss, others = ids.get(entry.reports_to, entry.reports_to), tuple(ids.get(e, e) for e in entry.influences)
        changed = (boss, others) != (entry.reports_to, entry.influences)
        return replace(entry, reports_to=boss, influences=others) if changed else entry
    if isinstance(entry, ActionItem):
        about = tuple(ids.get(each, each) for each in entry.about)
        return entry if about == entry.about else replace(entry, about=about)
    return entry
