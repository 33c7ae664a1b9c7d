"""Finds what a rewrite of a TOML file would lose, and keeps a copy of the file first.

A rewrite loses comments, and the notation of values under unknown keys. The values stay, but
`0x1F` becomes 31, `+05:30` becomes UTC, nine digits of a second become six, a text of several
lines becomes one line.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli_w
from msgspec import inspect

from session_tui.store import atomic
from session_tui.store.toml import Table

COMMENTS = "comments"
FOREIGN = "values of other programs, written in their own way"


def lost(content: bytes, tables: Table, kind: Any) -> str:
    """Return what a rewrite of `tables`, read from `content` as this type, would lose, in words;
    "" for nothing.
    """
    if b"#" in content:  # most files have none, and do not need the parser
        from session_tui.store.source_positions import has_comments

        if has_comments(content):
            return COMMENTS
    needed = Counter(line for line in _foreign(tables, inspect.type_info(kind)))
    there = Counter(line.strip() for line in content.decode("utf-8", "replace").split("\n")) if needed else needed
    return FOREIGN if needed - there else ""


def keep_before(path: Path, content: bytes, tables: Table, kind: Any) -> tuple[str, ...]:
    """Copy a file to `NAME.before` if a rewrite would lose something; return the messages about
    it. OSError.
    """
    if not (what := lost(content, tables, kind)):
        return ()
    kept = atomic.keep_copy(path, "before", content)
    return (f"This file had {what}; it is kept as it was in {kept.name}.",)


def _foreign(value: Any, kind: inspect.Type) -> Iterator[str]:
    """Yield each line that is written for a key unknown to the type."""
    match kind:
        case inspect.UnionType():
            known = [each for each in kind.types if isinstance(each, inspect.StructType | inspect.VarTupleType)]
            for each in known[:1]:
                yield from _foreign(value, each)
        case inspect.VarTupleType() if isinstance(value, list):
            for each in value:
                yield from _foreign(each, kind.item_type)
        case inspect.StructType() if isinstance(value, dict):
            fields = {each.encode_name: each.type for each in kind.fields}
            for key, each in value.items():
                if key in fields:
                    yield from _foreign(each, fields[key])
                else:
                    yield from _lines(key, each)


def _lines(key: str, value: Any) -> Iterator[str]:
    """Yield the lines of a value as they are written, those of each table in it separately."""
    rows = value if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) else [value]
    for row in rows:
        if isinstance(row, dict):
            for below, each in row.items():
                yield from _lines(below, each)
        else:
            yield from (line.strip() for line in tomli_w.dumps({key: row}).splitlines())
