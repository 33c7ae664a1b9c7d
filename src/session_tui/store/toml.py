"""The one reader and writer of TOML.

rtoml reads (bounded recursion, a byte order mark is taken). tomli-w writes flat tables only; the headers are ours, so
that a table never turns into an inline one and back, and a diff shows the change alone.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import rtoml
import tomli_w

from session_tui.model.fault import Fault
from session_tui.store import regular_file
from session_tui.store.trouble import StoreError, fault_of

Table: TypeAlias = dict[str, Any]

BOM = "\ufeff"
_PLACE = re.compile(r"^(.*?) at line ([0-9]+) column ([0-9]+)$", re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_bytes(path: Path) -> bytes:
    """A file's content; `StoreError` in plain words where it cannot be had, is no file, or is far too large."""
    try:
        return regular_file.read(path)
    except FileNotFoundError:
        raise StoreError(Fault(str(path), "there is no such file")) from None
    except PermissionError as error:
        raise StoreError(Fault(str(path), "it may not be read")) from error
    except OSError as error:
        raise StoreError(fault_of(error, path)) from error


def parse(content: bytes) -> Table:
    """The tables of a file; `StoreError` with line and column where it is no TOML. Times are UTC."""
    tables = parse_fleeting(content)
    _put_in_utc(tables)
    return tables


def parse_fleeting(content: bytes) -> Table:
    """The same with times in rtoml's own zones: for whoever packs what it reads at once, a tenth quicker."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise StoreError(Fault("", "the file is not UTF-8 text", "Save it as UTF-8.", line, column)) from None
    try:
        return rtoml.loads(text.removeprefix(BOM))
    except rtoml.TomlParsingError as error:
        found = _PLACE.match(str(error))
        what, line, column = (found[1], int(found[2]), int(found[3])) if found else (str(error), 1, 1)
        raise StoreError(Fault("", what.replace("\n", " "), "", line, column)) from None


def dumps(table: Table, texts: dict[int, tuple[Table, str]] | None = None) -> str:
    """Tables as text: flat values first, then a block a table. `texts` keeps the text of rows that did not change."""
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
    # The table is kept beside its text, so that its address cannot be given to another one meanwhile.
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


def _put_in_utc(table: Any) -> None:
    """rtoml's own zones can be neither copied nor pickled; a time without a zone stays, and is a fault later.

    In place, and by exact types: half of the time that reading a file takes beside rtoml's own was spent here.
    """
    for key, value in table.items() if type(table) is dict else enumerate(table):
        kind = type(value)
        if kind is str or kind is int:
            continue
        if kind is datetime:
            if value.tzinfo is not None:
                table[key] = value.astimezone(UTC)
        elif kind is dict or kind is list:
            _put_in_utc(value)
