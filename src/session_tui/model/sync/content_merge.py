"""Two contents put together with the one that both came from: their values by the three-way merge,
and the keys that this program does not know by themselves.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge.points import Choice, Ids
from session_tui.model.sync.content import Content, content_of_tables, digest, session_of
from session_tui.model.sync.shape import Shape, Table, session_shape
from session_tui.model.sync.three_way_merge import ThreeWayMerge, merge

_NOTHING: Any = object()


class ContentMerge(Struct, frozen=True):
    """What became of two contents. `content` is None while something is asked, or where there is
    a `fault`: the result holds more than a session may.

    `unknown` are keys that only a newer program knows and that both versions changed, by their
    path (`newer`, `stakeholders.s1.newer`). They are asked too.
    """

    content: Content | None
    values: ThreeWayMerge | None = None
    fault: Fault | None = None
    unknown: tuple[str, ...] = ()

    @property
    def asks(self) -> tuple[str, ...]:
        """Ids of entries, keys of the session, and paths of unknown keys that a user has to
        decide.
        """
        return (*(self.values.asks if self.values is not None else ()), *self.unknown)


def merged(
    base: Content | None, ours: Content, theirs: Content, choices: Mapping[str, Choice] | None = None
) -> ContentMerge:
    """Our content and the published one put together; all have one detail. `choices` as in
    `three_way_merge.merge`, and `ours` or `theirs` for an unknown key.
    """
    digests = [digest(each) for each in (ours, theirs)]
    was = digest(base) if base is not None else ""
    if digests[0] in (digests[1], was):
        return ContentMerge(theirs)
    if digests[1] == was:
        return ContentMerge(ours)
    made = merge(session_of(base) if base is not None else None, session_of(ours), session_of(theirs), choices)
    if made.result is None:
        return ContentMerge(None, made)
    found = content_of_tables(msgspec.to_builtins(made.result), ours.detail)
    if isinstance(found, Fault):
        return ContentMerge(None, made, found)
    ours_ids, theirs_ids = made.ids
    sides = (_by_place(base, {}), _by_place(ours, ours_ids), _by_place(theirs, theirs_ids))
    tables, unknown = _with_unknown(found.session, *sides, choices or {})
    if unknown:
        return ContentMerge(None, made, unknown=unknown)
    return ContentMerge(Content(ours.detail, tables), made)


def contains(content: Content, other: Content) -> bool:
    """Whether everything that stands in `other` stands in `content` too, as it is there."""
    return _contains(content.session, other.session)


def _contains(one: Any, other: Any) -> bool:
    match one, other:
        case dict(), dict():
            return all(key in one and _contains(one[key], value) for key, value in other.items())
        case list(), list():
            rows = {row["id"]: row for row in one if isinstance(row, dict) and "id" in row}
            return all(_has_row(one, rows, row) for row in other)
        case _:
            return bool(one == other)


def _has_row(rows: list[Any], keyed: dict[str, Table], row: Any) -> bool:
    if isinstance(row, dict) and row.get("id") in keyed:
        return _contains(keyed[row["id"]], row)
    return row in rows


# ---- unknown keys -------------------------------------------------------------------------------

# The unknown keys of a content by the place of their table: the keys and ids that lead to it.
_Places = dict[tuple[str, ...], Table]


def _by_place(content: Content | None, ids: Ids) -> _Places:
    found: _Places = {}
    if content is not None:
        _collect(content.session, session_shape(), ids, (), found)
    return found


def _collect(table: Table, shape: Shape, ids: Ids, place: tuple[str, ...], found: _Places) -> None:
    if unknown := {key: value for key, value in table.items() if key not in shape.keys}:
        found[place] = unknown
    for key, known in shape.keys.items():
        if known.table is None or key not in table:
            continue
        if not known.rows:
            _collect(table[key], known.table, ids, (*place, key), found)
            continue
        for row in table[key]:
            _collect(row, known.table, ids, (*place, key, _row_name(row, known.table, ids)), found)


def _row_name(row: Table, shape: Shape, ids: Ids) -> str:
    """A row by its id after the merge; one without an id by its words."""
    if shape.has_id:
        return str(ids.get(row["id"], row["id"]))
    known = {key: value for key, value in row.items() if key in shape.keys}
    return msgspec.json.encode(known, order="sorted").decode()


def _with_unknown(
    tables: Table, base: _Places, ours: _Places, theirs: _Places, choices: Mapping[str, Choice]
) -> tuple[Table, tuple[str, ...]]:
    """The tables with the unknown keys of both sides, and the paths of those that are asked."""
    chosen: _Places = {}
    asked: list[str] = []
    for place in sorted({*ours, *theirs}):
        was, mine, other = (side.get(place, {}) for side in (base, ours, theirs))
        for key in sorted({*mine, *other}):
            before, here, there = (side.get(key, _NOTHING) for side in (was, mine, other))
            path = ".".join((*place, key))
            if _NOTHING not in (here, there) and here != there and before not in (here, there) and path not in choices:
                asked.append(path)
            # What one side lacks may be gone with a row of another program: it stays.
            theirs_counts = here is _NOTHING or (there is not _NOTHING and here == before)
            value = there if theirs_counts or (choices.get(path) == "theirs" and there is not _NOTHING) else here
            chosen.setdefault(place, {})[key] = value
    return _laid(tables, session_shape(), (), chosen), tuple(asked)


def _laid(table: Table, shape: Shape, place: tuple[str, ...], chosen: _Places) -> Table:
    found = dict(table) | chosen.get(place, {})
    for key, known in shape.keys.items():
        if known.table is None or key not in found:
            continue
        below = known.table
        if known.rows:
            rows = [_laid(row, below, (*place, key, _row_name(row, below, {})), chosen) for row in found[key]]
            found[key] = rows
        else:
            found[key] = _laid(found[key], below, (*place, key), chosen)
    return found
