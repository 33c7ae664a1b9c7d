"""Keys that this program does not know, of two versions of one file: what one has and the other lacks is kept."""

from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from session_tui.model.merge.points import Ids
from session_tui.store.toml import Table


def with_unknown(raw: Table, value: Any, side_raw: Table, side: Any, ids: Ids) -> Table:
    """The table with the keys of another version's table that this program does not know; none is replaced."""
    known = {each.encode_name: each.name for each in fields(value)}
    table = dict(raw)
    for key, extra in side_raw.items():
        if key not in known:
            table[key] = _together(table[key], extra) if key in table else extra
            continue
        there, other = getattr(value, known[key]), getattr(side, known[key])
        if isinstance(there, Struct) and isinstance(other, Struct) and isinstance(table.get(key), dict):
            table[key] = with_unknown(table[key], there, extra, other, ids)
        elif isinstance(table.get(key), list) and other and isinstance(other[0], Struct):
            table[key] = _rows(table[key], there, extra, other, ids)
    return raw if table == raw else table


def _rows(
    raw: list[Table], values: tuple[Any, ...], extra: list[Table], side: tuple[Any, ...], ids: Ids
) -> list[Table]:
    """Rows are the same by their id; those that have none by what they say."""
    keyed = {ids.get(each.id, each.id) if hasattr(each, "id") else each: at for at, each in enumerate(side)}
    found = []
    for row, value in zip(raw, values, strict=True):
        at = keyed.get(value.id if hasattr(value, "id") else value)
        found.append(row if at is None else with_unknown(row, value, extra[at], side[at], ids))
    return found


def _together(mine: Any, other: Any) -> Any:
    """Two values of a key nobody knows: of two tables all keys; of anything else ours."""
    if not (isinstance(mine, dict) and isinstance(other, dict)):
        return mine
    return mine | {key: _together(mine[key], value) if key in mine else value for key, value in other.items()}
