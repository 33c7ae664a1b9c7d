"""The canonical form of a session's tables, equal for equal sessions whatever wrote them.

Values are as the types read them, times in UTC, a key with its default is left out, `changes` are
in the order of time. Keys that this program does not know stay as they are; a null is as absent,
because TOML has none.
"""

import math
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from session_tui.model.session import Session
from session_tui.model.sync.shape import Shape, Table, session_shape

DEEPEST = 64  # tables and lists inside each other, as in files
FIRST_YEAR, LAST_YEAR = 2, 9988  # as in files: a day in another zone is still in the calendar


class OutOfBoundsError(ValueError):
    """A value that no file could hold; its text is a sentence."""


def canonical(tables: Table, value: Session) -> Table:
    """The canonical tables of a session, from its tables and the value that they stand for."""
    found = _table(tables, msgspec.to_builtins(value), session_shape())
    return found | {"schema": value.schema}


def ordered(changes: list[Table]) -> list[Table]:
    """Rows of `changes` in the one order that contents have: by time, rows of one second by their
    words.
    """
    return sorted(changes, key=_change_order)


def _change_order(row: Table) -> tuple[Any, ...]:
    words = (row.get(key, "") for key in ("entry", "field", "from", "to", "by"))
    return (datetime.fromisoformat(row["at"]), *words, msgspec.json.encode(row, order="sorted"))


def _table(raw: Table, value: Table, shape: Shape) -> Table:
    """`value` is the same table as the types read it, with every known key."""
    found: Table = {}
    for key, told in raw.items():
        known = shape.keys.get(key)
        if known is None:
            if told is not None:
                found[key] = unknown_value(told, 1)
            continue
        here = value[key]
        if known.table is not None and here is not None:
            if known.rows:
                here = [_table(*both, known.table) for both in zip(told, here, strict=True)]
                here = ordered(here) if key == "changes" else here
            else:
                here = _table(told, here, known.table)
        elif known.day and here is not None:
            here = _day(here)
        elif isinstance(here, tuple):
            here = list(here)
        if here is not None and here != known.default:
            found[key] = here
    return found


def _day(text: str) -> str:
    """A date, or a moment in UTC."""
    if len(text) > len("2026-11-28") and not text.endswith("Z"):
        text = datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise OutOfBoundsError(f"{text} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return text


def unknown_value(value: Any, depth: int) -> Any:
    """A value of a key that this program does not know, as JSON can hold it."""
    if depth > DEEPEST:
        raise OutOfBoundsError(f"tables and lists stand more than {DEEPEST} deep inside each other")
    match value:
        case dict():
            return {key: unknown_value(each, depth + 1) for key, each in value.items() if each is not None}
        case list() | tuple():
            return [unknown_value(each, depth + 1) for each in value if each is not None]
        case bool() | str():
            return value
        case int():
            if not -(2**63) <= value < 2**63:
                raise OutOfBoundsError(f"{value:.3e} is not a whole number of 64 bits")
            return value
        case float():
            return value if math.isfinite(value) else str(value)  # JSON has no word for these
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case _:
            raise OutOfBoundsError(f"{type(value).__name__} is not a value of a table")
