"""Reads and writes TOML: the bytes of any file become tables or faults.

rtoml reads; its result is checked against bounds before it is used. tomli-w writes flat tables
only. This module writes the headers itself, so that a table never becomes an inline one or back,
and a diff shows only the change.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import rtoml
import tomli_w

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import Sides, sides
from session_tui.model.patterns import lazy_pattern
from session_tui.store import regular_file
from session_tui.store.errors import StoreError, from_os_error

Table: TypeAlias = dict[str, Any]
Keys: TypeAlias = tuple[str | int, ...]  # numbers count from 0

GIT = "git left two versions of this file in it, between its marks"
DEEPEST = 64  # tables and lists inside each other; the program's own files have five
TOO_DEEP = f"tables and lists stand more than {DEEPEST} deep inside each other"
FIRST_YEAR, LAST_YEAR = 2, 9988  # a day in another zone, or ten years of a cadence later, is still in the calendar
BOM = "\ufeff"
_INT64 = 2**63
_SHOWN_KEYS = 8
_PLACE = lazy_pattern(r"^(.*?) at line ([0-9]+) column ([0-9]+)$", re.DOTALL)
_LONG_KEY = lazy_pattern(r"^[^\n=]*?(?:\.[^.\n=]*){64}", re.MULTILINE)
_BARE = lazy_pattern(r"[A-Za-z0-9_-]+")


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; `StoreError` where it does not exist, is not an ordinary file,
    is too large or cannot be read.
    """
    try:
        return regular_file.read(path)
    except FileNotFoundError:
        raise StoreError(Fault(str(path), "there is no such file")) from None
    except PermissionError as error:
        raise StoreError(Fault(str(path), "it may not be read")) from error
    except OSError as error:
        raise StoreError(from_os_error(error, path)) from error


def parse(content: bytes, *, raw_timezones: bool = False) -> Table:
    """Return the tables of a file, times in UTC; `StoreError` with line and column where it is no
    TOML.

    Bounds: `DEEPEST` levels, integers of 64 bits, years `FIRST_YEAR` to `LAST_YEAR`. For values
    outside of them the error has the path of each, so that no later step can recurse too deep or
    overflow.

    `raw_timezones` leaves the times in rtoml's own zones, which can be neither copied nor pickled:
    a tenth faster, for a caller that encodes the tables at once.
    """
    tables = _loads(content)
    if not _bounded(tables):
        raise StoreError(*_out_of_bounds(tables))
    if not raw_timezones:
        _put_in_utc(tables)
    return tables


def _loads(content: bytes) -> Table:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise StoreError(Fault("", "the file is not UTF-8 text", "Save it as UTF-8.", line, column)) from None
    if (zero := text.find("\0")) >= 0:
        line, column = text.count("\n", 0, zero) + 1, zero - text.rfind("\n", 0, zero)
        what = "it holds zero bytes: it is not text, or a power cut or a disk damaged it"
        raise StoreError(Fault("", what, "Bring an older version of it back.", line, column))
    text = text.removeprefix(BOM)
    if text.startswith(BOM):
        raise StoreError(Fault("", "a second byte order mark stands behind the first", "Take it out.", 1, 1))
    try:
        return rtoml.loads(text)
    except rtoml.TomlParsingError as error:
        found = _PLACE.match(str(error))
        what, line, column = (found[1], int(found[2]), int(found[3])) if found else (str(error), 1, 1)
        do = ""
        if both := sides_of(text, line):
            do = "Keep what is right of both, and take the marks out."
            raise StoreError(Fault("", GIT, do, both.line, 1, "git")) from None
        if what.startswith("carriage return"):
            what, do = "its lines end with a carriage return alone", "Save it with line ends of LF or CRLF."
        if "recurs" in what:
            what = TOO_DEEP
            if not found and (
                long := _LONG_KEY.search(text)
            ):  # a key of many pieces, for which rtoml gives no position
                line = text.count("\n", 0, long.start()) + 1
        raise StoreError(Fault("", what.replace("\n", " "), do, line, column)) from None


def _bounded(tables: Table) -> bool:
    """Whether all values are in bounds. Compares exact types and keeps no paths, since it runs at
    every start.
    """
    level: list[Any] = [tables]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for table in level:
            for value in table.values() if type(table) is dict else table:
                kind = type(value)
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    below.append(value)
                elif (kind is int and not -_INT64 <= value < _INT64) or (
                    kind is datetime and not FIRST_YEAR < value.year < LAST_YEAR and not _in_years(value)
                ):
                    return False
        if not below:
            return True
        level = below
    return False


def _out_of_bounds(tables: Table) -> Iterator[Fault]:
    """Return a fault for each value out of bounds, with its path."""
    level: list[tuple[Keys, Any]] = [((), tables)]
    for _ in range(DEEPEST):
        inside = [
            ((*path, key), value)
            for path, table in level
            for key, value in (table.items() if isinstance(table, dict) else enumerate(table))
        ]
        for path, value in inside:
            if type(value) is int and not -_INT64 <= value < _INT64:
                yield Fault(_where(path), "it is a whole number of more than 64 bits")
            elif isinstance(value, datetime) and not _in_years(value):
                yield Fault(_where(path), f"{value.isoformat(' ')} is not of the years {FIRST_YEAR} to {LAST_YEAR}")
        level = [(path, value) for path, value in inside if isinstance(value, dict | list)]
    if level:
        deep = level[0][0]
        yield Fault(_where(deep[:_SHOWN_KEYS]), TOO_DEEP)


def _in_years(moment: datetime) -> bool:
    """Whether a time is in bounds in UTC, as it is written. A time without a zone passes: it is a
    fault later.
    """
    try:
        return moment.tzinfo is None or FIRST_YEAR <= moment.astimezone(UTC).year <= LAST_YEAR
    except OverflowError:
        return False


def _put_in_utc(tables: Table) -> None:
    """Replace rtoml's time zones, which can be neither copied nor pickled, in place.

    Compares exact types: this step took half of the time of reading a file.
    """
    stack: list[Any] = [tables]
    while stack:
        table = stack.pop()
        for key, value in table.items() if type(table) is dict else enumerate(table):
            kind = type(value)
            if kind is str or kind is int:
                continue
            if kind is datetime:
                if value.tzinfo is not None:
                    table[key] = value.astimezone(UTC)
            elif kind is dict or kind is list:
                stack.append(value)


def _where(path: Keys) -> str:
    """Return a path as faults show it: `stakeholders[2].power`, entries counted from 1."""
    text = "".join(f"[{piece + 1}]" if isinstance(piece, int) else f".{piece}" for piece in path)
    return text.removeprefix(".")


def newline_of(content: bytes) -> str:
    """Return the line end of the first line of a file."""
    return "\r\n" if b"\r\n" in content[: content.find(b"\n") + 1] else "\n"


def framed(text: str, like: bytes) -> bytes:
    """Encode a text as a file, with the line ends and byte order mark of its previous content."""
    if (newline := newline_of(like)) != "\n":
        text = text.replace("\n", newline)
    return ((BOM if like.startswith(BOM.encode()) else "") + text).encode()


def sides_of(text: str, line: int) -> Sides | None:
    """Return the two versions that git put into a text with a TOML error at this line; None for
    none.

    Marks inside a multi-line string are part of it: then neither version is TOML, because of the
    error elsewhere.
    """
    if "<<<<<<<" not in text or (both := sides(text)) is None:
        return None
    return both if line == both.line or any(map(_is_toml, (both.ours, both.theirs))) else None


def _is_toml(text: str) -> bool:
    try:
        rtoml.loads(text.removeprefix(BOM))
    except rtoml.TomlParsingError:
        return False
    return True


def dumps(table: Table, texts: dict[int, tuple[Table, str]] | None = None) -> str:
    """Return tables as text: flat values first, then a block for each table. `texts` caches the
    text of rows by address.
    """
    blocks: list[str] = []
    _blocks(table, (), "", blocks, {} if texts is None else texts)
    return "\n".join(blocks)


def _blocks(
    table: Table, path: tuple[str, ...], header: str, blocks: list[str], texts: dict[int, tuple[Table, str]]
) -> None:
    flat, below = {}, []
    for key, value in table.items():
        if isinstance(value, dict) or _is_rows(value):
            below.append((key, value))
        else:
            flat[key] = value
    # The cache holds the table too, so that no other table can get its address
    # meanwhile.
    kept = texts.get(id(table))
    body = kept[1] if kept else tomli_w.dumps(flat)
    texts[id(table)] = (table, body)
    if header or flat:
        blocks.append(f"{header}{body}")
    for key, value in below:
        here = (*path, key)
        name = ".".join(map(_key, here))
        if isinstance(value, dict):
            _blocks(value, here, f"[{name}]\n", blocks, texts)
        else:
            for row in value:
                _blocks(row, here, f"[[{name}]]\n", blocks, texts)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else tomli_w.dumps({key: 0}).rsplit(" = ", 1)[0]
