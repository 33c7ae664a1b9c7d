"""A session's file in memory: its tables as read, and the session they contain.

A new value is laid over the tables: unknown keys, the order of keys and the notation of values
stay, so that a diff shows only the change.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields, force_setattr, replace

from session_tui.model.fault import Fault
from session_tui.model.name_keys import plain
from session_tui.model.session import SCHEMA, Session
from session_tui.model.validation import ID, unreadable
from session_tui.store import conflict_files, toml
from session_tui.store.decoding import knows_all, newer, put_dates, to_value
from session_tui.store.errors import StoreError, contained
from session_tui.store.toml import BOM, Table

if TYPE_CHECKING:
    from session_tui.model.merge.points import Ids


class Document(Struct, frozen=True):
    """One version of a session's file; `texts` caches the text of unchanged rows."""

    session: Session
    tables: Table
    newline: str = "\n"
    bom: bool = False
    texts: dict[int, tuple[Table, str]] = {}

    @property
    def newer(self) -> bool:
        """Whether the file's schema is newer than this program."""
        return self.session.schema > SCHEMA

    def with_session(self, session: Session) -> "Document":
        """Return the document with another value."""
        _check_whole(session)
        tables = laid(self.tables, self.session, session, sparse=True)
        return Document(session, tables, self.newline, self.bom, self.texts)

    def content(self) -> bytes:
        """Return the bytes of the file."""
        kept: dict[int, tuple[Table, str]] = dict(self.texts)
        text = toml.dumps(self.tables, kept)
        # Rows of older versions are dropped.
        alive = {id(row) for row in _rows(self.tables)}
        force_setattr(self, "texts", {key: value for key, value in kept.items() if key in alive})
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return ((BOM if self.bom else "") + text).encode()


def read(content: bytes, path: Path | None = None) -> Document:
    """Return the document of a file's bytes; `StoreError` with every fault, line and column where
    it is not a session.

    With `path` the id must equal the file's name.
    """
    with contained(path or Path()):
        try:
            tables = toml.parse(content)
            session = _sound(tables, path)
        except StoreError as error:
            if path is not None and (conflict := conflict_files.conflicting_versions(path, content)):
                raise StoreError(replace(conflict.fault, where=path.name)) from None
            raise pinned(error, content, path) from None
        return Document(session, tables, toml.newline_of(content), content.startswith(BOM.encode()), {})


def read_session(content: bytes, path: Path | None = None) -> Session:
    """Return only the session, its times in rtoml's own zones: for a caller that encodes it at
    once.
    """
    return read_with_tables(content, path)[0]


def read_with_tables(content: bytes, path: Path | None = None) -> tuple[Session, Table]:
    """Return the session as `read_session` does, and the tables of its file."""
    try:
        tables = toml.parse(content, raw_timezones=True)
        return _sound(tables, path), tables
    except StoreError as error:
        raise pinned(error, content, path) from None


def packed(session: Session, tables: Table, content: bytes) -> bytes:
    """Return the tables as MessagePack, if they have all that the file says, in letters that are
    found by their bytes: no unknown key, no comment, no letter of several characters. Else empty.

    They are a `Session` for msgspec, and exactly these tables for `unpacked`.
    """
    says_all = (
        not any(each in content for each in (b"#", b"\\u", b"\\U"))
        and session.schema <= SCHEMA
        and knows_all(tables, Session)
        and plain(content.decode("utf-8"))
    )
    return msgspec.msgpack.encode(tables) if says_all else b""


def unpacked(content: bytes) -> Table:
    """Return the tables that were `packed`, as `toml.parse` returns them: times in UTC."""
    tables: Table = msgspec.msgpack.decode(content)
    put_dates(tables, Session)
    return tables


def _sound(tables: Table, path: Path | None) -> Session:
    """Return the session of the tables; `StoreError` with every fault where they are none, or
    none of this name.
    """
    session = to_value(tables, Session)
    faults = unreadable(session)
    if path is not None and ID.fullmatch(path.stem) and session.id != path.stem:
        faults = (*faults, Fault("id", f'"{session.id}" is not what the file is called'))
    if faults:
        raise StoreError(*((fault,) if (fault := newer(tables)) else faults))
    return session


def pinned(error: StoreError, content: bytes, path: Path | None = None) -> StoreError:
    """Return the error with line and column of each fault in the content, and with the file's
    name if given.
    """
    from session_tui.store.source_positions import pinpointed

    faults = pinpointed(error.faults, content)
    if path is not None:
        faults = tuple(replace(fault, where=_placed(fault, path)) for fault in faults)
    return StoreError(*faults)


def _placed(fault: Fault, path: Path) -> str:
    place = fault.place(path.name)
    return f"{place}: {fault.where}" if fault.where else place


def new(session: Session) -> Document:
    """Return the document of a session that has no file yet."""
    _check_whole(session)
    return Document(session, fresh(session, sparse=True))


def _check_whole(session: Session) -> None:
    """Refuse a type derived from a session, such as its summary: it may lack values, so writing
    it would lose them.
    """
    if type(session) is not Session:
        raise TypeError(f"{type(session).__name__} is not a session to be written")


def laid(raw: Table, old: Any, value: Any, *, sparse: bool = False) -> Table:
    """Lay `value` over the raw table of `old`; returns the same table where nothing differs.

    `sparse` leaves out empty lists, as at the top level of a file.
    """
    if old == value:
        return raw
    table = dict(raw)
    names = [each.encode_name for each in fields(value)]
    for number, each in enumerate(fields(value)):
        before, after = getattr(old, each.name), getattr(value, each.name)
        if before == after:
            continue
        if after is None or (sparse and after == ()):
            table.pop(each.encode_name, None)
            continue
        above = _laid_value(table.get(each.encode_name), before, after)
        if each.encode_name in table:
            table[each.encode_name] = above
        else:
            table = _inserted(table, names[:number], each.encode_name, above)
    return table


def _laid_value(raw: Any, before: Any, after: Any) -> Any:
    if isinstance(after, Struct):
        return laid(raw, before, after) if isinstance(raw, dict) else fresh(after)
    if isinstance(after, tuple) and after and isinstance(after[0], Struct):
        return _laid_rows(raw if isinstance(raw, list) else [], before, after)
    return list(after) if isinstance(after, tuple) else after


def _laid_rows(raw: list[Table], before: tuple[Any, ...], after: tuple[Any, ...]) -> list[Table]:
    """Match rows by id. Rows without ids: the equal ones at both ends stay, those between match
    by position.
    """
    if not hasattr(after[0], "id"):
        return _laid_places(raw, before, after)
    known = {row.id: (table, row) for table, row in zip(raw, before, strict=False)}
    return [laid(*known[row.id], row) if row.id in known else fresh(row) for row in after]


def _laid_places(raw: list[Table], before: tuple[Any, ...], after: tuple[Any, ...]) -> list[Table]:
    most = min(len(raw), len(before), len(after))
    head = next((at for at in range(most) if before[at] != after[at]), most)
    tail = next((at for at in range(most - head) if before[-1 - at] != after[-1 - at]), most - head)
    between = zip(raw[head : len(raw) - tail], before[head : len(before) - tail], strict=False)
    known = dict(enumerate(between, head))
    middle = [
        laid(*known[at], row) if at in known else fresh(row)
        for at, row in enumerate(after[head : len(after) - tail], head)
    ]
    return [*raw[:head], *middle, *raw[len(raw) - tail :]]


def _inserted(table: Table, before: list[str], key: str, value: Any) -> Table:
    """Return the table with a new key after those that precede it in the type."""
    keys = list(table)
    place = max((keys.index(name) + 1 for name in before if name in table), default=0)
    items = list(table.items())
    return dict([*items[:place], (key, value), *items[place:]])


# Keys of rows that are written only with a value; older files have no `r` in [last_ids].
_LATER = ("first_raised_in", "role", "r")


def fresh(value: Any, *, sparse: bool = False) -> Table:
    """Return a new table without the None values; `sparse`, at the top level of a file, leaves
    out empty values too.
    """
    table: Table = {}
    for each in fields(value):
        one = getattr(value, each.name)
        silent = (one in ("", ()) or (each.name == "r" and not one)) and not each.required
        if one is None or (silent and (sparse or each.name in _LATER)):
            continue
        if isinstance(one, Struct):
            one = fresh(one)
        elif isinstance(one, tuple):
            one = [fresh(row) if isinstance(row, Struct) else row for row in one]
        table[each.encode_name] = one
    return table


def _rows(table: Table) -> list[Table]:
    found = [table]
    for value in table.values():
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, dict):
                found += _rows(each)
    return found


# ---- unknown keys of two versions ---------------------------------------------------------------


def with_unknown(raw: Table, value: Any, side_raw: Table, side: Any, ids: "Ids") -> Table:
    """The table `raw` of `value`, with the unknown keys of another version's table added; no key
    is replaced.

    Rows pair by id (`ids` gives the id that a row of the other version has in `value`); rows
    without ids by value.
    """
    known = {each.encode_name: each.name for each in fields(value)}
    table = dict(raw)
    for key, extra in side_raw.items():
        if key not in known:
            table[key] = _combined(table[key], extra) if key in table else extra
            continue
        there, other = getattr(value, known[key]), getattr(side, known[key])
        if isinstance(there, Struct) and isinstance(other, Struct) and isinstance(table.get(key), dict):
            table[key] = with_unknown(table[key], there, extra, other, ids)
        elif isinstance(table.get(key), list) and other and isinstance(other[0], Struct):
            table[key] = _rows_with_unknown(table[key], there, extra, other, ids)
    return raw if table == raw else table


def _rows_with_unknown(
    raw: list[Table], values: tuple[Any, ...], extra: list[Table], side: tuple[Any, ...], ids: "Ids"
) -> list[Table]:
    """Rows pair by id, those without an id by equal value."""
    keyed = {ids.get(each.id, each.id) if hasattr(each, "id") else each: at for at, each in enumerate(side)}
    found = []
    for row, value in zip(raw, values, strict=True):
        at = keyed.get(value.id if hasattr(value, "id") else value)
        found.append(row if at is None else with_unknown(row, value, extra[at], side[at], ids))
    return found


def _combined(mine: Any, other: Any) -> Any:
    """Two values of an unknown key: of two tables all keys; of anything else ours."""
    if not (isinstance(mine, dict) and isinstance(other, dict)):
        return mine
    return mine | {key: _combined(mine[key], value) if key in mine else value for key, value in other.items()}
