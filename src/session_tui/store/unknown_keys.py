"""Keys that only a newer program knows, in two files of one session that have other values there.

A user chooses one of the two values, as of every other thing that both versions have. Rows without
an id are left alone.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from session_tui.model.merge.points import Choice, MergePoint
from session_tui.model.sync.shape import Shape, session_shape
from session_tui.store.toml import Table


def differing(ours: Table, theirs: Table) -> tuple[MergePoint, ...]:
    """A point for each unknown key that both tables have with another value; its key is the path,
    as `newer` or `stakeholders.s1.newer`.
    """
    return tuple(
        MergePoint(path, "", _words(mine), _words(other))
        for path, mine, other in _differing(ours, theirs, session_shape(), "")
    )


def with_chosen(tables: Table, theirs: Table, choices: Mapping[str, Choice]) -> Table:
    """The tables with the value of `theirs` for each unknown key where that was chosen."""
    return _with_chosen(tables, theirs, session_shape(), "", choices)


def _differing(ours: Table, theirs: Table, shape: Shape, place: str) -> Iterator[tuple[str, Any, Any]]:
    for key in ours.keys() & theirs.keys():
        known = shape.keys.get(key)
        path = f"{place}{key}"
        if known is None:
            if ours[key] != theirs[key]:
                yield path, ours[key], theirs[key]
        elif known.table is not None:
            for name, mine, other in _pairs(ours[key], theirs[key], known.table, rows=known.rows):
                yield from _differing(mine, other, known.table, f"{path}.{name}")


def _with_chosen(tables: Table, theirs: Table, shape: Shape, place: str, choices: Mapping[str, Choice]) -> Table:
    found = dict(tables)
    for key in tables.keys() & theirs.keys():
        known = shape.keys.get(key)
        path = f"{place}{key}"
        if known is None:
            if choices.get(path) == "theirs":
                found[key] = theirs[key]
        elif known.table is not None:
            made = {
                id(mine): _with_chosen(mine, other, known.table, f"{path}.{name}", choices)
                for name, mine, other in _pairs(tables[key], theirs[key], known.table, rows=known.rows)
            }
            value = tables[key]
            found[key] = [made.get(id(row), row) for row in value] if known.rows else made.get(id(value), value)
    return found


def _pairs(ours: Any, theirs: Any, shape: Shape, *, rows: bool) -> Iterator[tuple[str, Table, Table]]:
    """The tables at one key of both, each with the rest of its path."""
    if not rows:
        if isinstance(ours, dict) and isinstance(theirs, dict):
            yield "", ours, theirs
        return
    if not shape.has_id or not isinstance(ours, list) or not isinstance(theirs, list):
        return
    there = {row.get("id"): row for row in theirs if isinstance(row, dict)}
    for row in ours:
        if isinstance(row, dict) and (other := there.get(row.get("id"))) is not None:
            yield f"{row['id']}.", row, other


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
