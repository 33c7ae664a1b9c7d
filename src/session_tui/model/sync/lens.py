"""The lens between a full session and what is shared of it, on canonical tables.

`get` leaves out what is private. `put` lays a shared version over a full one: what is shared
becomes as it says, what is private stays. Private are power, support, pain, notes, questions about
a plan, the rows of `changes` that tell of them, and every key that this program does not know,
because a newer one may know it as private. The laws:

- GetPut: `put(full, get(full))` is `full`.
- PutGet: `get(put(full, shared))` is `shared`, where `shared` takes no entry away that has
  something private, and no last id back. Otherwise the entry stays, which `PutResult.kept` tells.
- PutPut: of two shared versions that hold to this, `put` of both, one after the other, is `put` of
  the second (but for unknown keys in rows without an id, which go with their row).
"""

import msgspec
from msgspec import Struct

from session_tui.model.session import LISTS
from session_tui.model.sync.canonical import ordered
from session_tui.model.sync.shape import Shape, Table, session_shape
from session_tui.model.vocabulary import is_private_change

_REFERENCES = ("influences", "about")


class PutResult(Struct, frozen=True):
    """What became of a full version. `kept` are the entries, by id, that the shared version does
    not have and that stayed because something private stands there (`plan` is the plan): each is a
    proposal to remove it, which a user who sees everything decides.
    """

    tables: Table
    kept: tuple[str, ...] = ()


def get(full: Table) -> Table:
    """What is shared of a full version."""
    return _shared(full, session_shape(), unknown=False)


def without_private(tables: Table) -> Table:
    """The tables without what is known to be private; keys that are not known stay."""
    return _shared(tables, session_shape(), unknown=True)


def put(full: Table, shared: Table) -> PutResult:
    """The full version with what is shared of it as another version says; neither is changed."""
    kept: list[str] = []
    found = _laid(full, shared, session_shape(), kept)
    if last_ids := _highest(full.get("last_ids", {}), shared.get("last_ids", {})):
        found["last_ids"] = last_ids
    hidden = [row for row in full.get("changes", ()) if _is_private(row)]
    if hidden or "changes" in found:
        found["changes"] = ordered([*found.get("changes", ()), *hidden])
    if kept:
        _end_loose_references(found, _ids(full) - _ids(found), kept)
    return PutResult(found, tuple(kept))


# ---- get ----------------------------------------------------------------------------------------


def _shared(table: Table, shape: Shape, *, unknown: bool) -> Table:
    found: Table = {}
    for key, value in table.items():
        known = shape.keys.get(key)
        if known is None:
            if unknown:
                found[key] = value
            continue
        if known.private:
            continue
        if known.table is not None:
            if known.rows:
                rows = value if key != "changes" else [row for row in value if not _is_private(row)]
                value = [_shared(row, known.table, unknown=unknown) for row in rows]
            else:
                value = _shared(value, known.table, unknown=unknown)
        if value != known.default:
            found[key] = value
    return found


def _is_private(row: Table) -> bool:
    return is_private_change(row["entry"], row["field"])


# ---- put ----------------------------------------------------------------------------------------


def _laid(full: Table, shared: Table, shape: Shape, kept: list[str]) -> Table:
    """`shared` laid over `full`, key by key."""
    found = dict(shared)
    for key, value in full.items():
        known = shape.keys.get(key)
        if known is None or known.private:
            found.setdefault(key, value)
        elif known.table is None or key == "last_ids":
            continue
        elif known.rows:
            rows = _laid_rows(value, shared.get(key, []), known.table, kept)
            if rows:
                found[key] = rows
        elif key in shared:
            found[key] = _laid(value, shared[key], known.table, kept)
        elif _has_private(value, known.table):
            found[key] = value
            kept.append(key)
    return found


def _laid_rows(full: list[Table], shared: list[Table], shape: Shape, kept: list[str]) -> list[Table]:
    """The rows of `shared`, each with what is private of the same row; those that stay keep their
    place.
    """
    if not shape.has_id:
        return _laid_words(full, shared, shape)
    there = {row["id"]: row for row in full}
    found = {row["id"]: _laid(there[row["id"]], row, shape, kept) if row["id"] in there else row for row in shared}
    stay = [row for row in full if row["id"] not in found and _has_private(row, shape)]
    if not stay:
        return list(found.values())
    kept += [row["id"] for row in stay]
    return _in_place(full, {row["id"]: row for row in stay}, found)


def _in_place(full: list[Table], stay: dict[str, Table], found: dict[str, Table]) -> list[Table]:
    """Rows that stay, each behind the row that it stood behind."""
    behind: dict[str, list[Table]] = {}
    last = ""
    for row in full:
        if row["id"] in stay:
            behind.setdefault(last, []).append(row)
        elif row["id"] in found:
            last = row["id"]
    rows = behind.get("", [])
    for key, row in found.items():
        rows = [*rows, row, *behind.get(key, ())]
    return rows


def _laid_words(full: list[Table], shared: list[Table], shape: Shape) -> list[Table]:
    """Rows without an id are the same where all that is shared of them is; unknown keys stay with
    them.
    """
    # Of several equal rows each stays in its place, also where only one of them has more keys.
    whole: dict[bytes, list[Table]] = {}
    more = False
    for row in full:
        told = _shared(row, shape, unknown=False)
        more = more or len(told) != len(row)
        whole.setdefault(_words(told), []).append(row)
    if not more:
        return shared
    found = []
    for row in shared:
        same = whole.get(_words(_shared(row, shape, unknown=False)))
        found.append(same.pop(0) | row if same else row)
    return found


def _words(row: Table) -> bytes:
    return msgspec.json.encode(row, order="sorted")


def _has_private(table: Table, shape: Shape) -> bool:
    """Whether anything private, or unknown, stands in a table."""
    for key, value in table.items():
        known = shape.keys.get(key)
        if known is None or known.private:
            return True
        if known.table is not None:
            rows = value if known.rows else (value,)
            if any(_has_private(row, known.table) for row in rows):
                return True
    return False


def _highest(full: Table, shared: Table) -> Table:
    """The highest numbers that either gave: no id is ever given twice. Unknown keys of `shared`
    count as they are.
    """
    return full | {key: max(number, full.get(key, 0)) if key in LISTS else number for key, number in shared.items()}


def _ids(tables: Table) -> set[str]:
    return {row["id"] for name in LISTS.values() for row in tables.get(name, ())}


def _end_loose_references(tables: Table, gone: set[str], kept: list[str]) -> None:
    """An entry that stayed leads no more to one that went. The rows are new ones; those that were
    given stay.
    """
    if not gone:
        return
    for name in ("stakeholders", "action_items"):
        if name in tables:
            tables[name] = [_without(row, gone) if row["id"] in kept else row for row in tables[name]]


def _without(row: Table, gone: set[str]) -> Table:
    found = {key: value for key, value in row.items() if key != "reports_to" or value not in gone}
    for key in _REFERENCES:
        if key in found:
            found[key] = [each for each in found[key] if each not in gone]
            if not found[key]:
                del found[key]
    return found
