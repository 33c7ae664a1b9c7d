"""The content of a session's file, as sync compares it, and the file that a content becomes.

A content is laid over the file that it replaces: what did not change keeps its notation, and keys
that this program does not know are those of the content.
"""

from pathlib import Path
from typing import Any

import msgspec

from session_tui.model.fault import Fault
from session_tui.model.sync.canonical import OutOfBoundsError, unknown_value
from session_tui.model.sync.content import Content, content_of_tables, session_of
from session_tui.model.sync.shape import Shape, session_shape
from session_tui.store import session_file
from session_tui.store.errors import StoreError, contained
from session_tui.store.session_file import Document
from session_tui.store.toml import Table

_CANNOT = "its content cannot be written as a file of this program"


def content_in(content: bytes, path: Path) -> tuple[Document, Content] | Fault:
    """The document and the content of a file's bytes; or why they are no session to sync."""
    try:
        with contained(path):
            document = session_file.read(content, path)
            found = content_of_tables(document.tables)
    except StoreError as error:
        return error.faults[0]
    return found if isinstance(found, Fault) else (document, found)


def document_of(content: Content, before: Document | None) -> Document | Fault:
    """The document of a content, laid over the one before; a `Fault` where no file can hold it."""
    session = session_of(content)
    laid = session_file.new(session) if before is None else before.with_session(session)
    tables = _with_unknown(laid.tables, content.session, session_shape())
    return _checked(Document(session, tables, laid.newline, laid.bom, laid.texts), content)


def _checked(document: Document, content: Content) -> Document | Fault:
    """The document, once its bytes were read back as this content."""
    path = Path(f"{content.id}.toml")
    try:
        with contained(path):
            found = content_in(document.content(), path)
    except StoreError as error:
        return error.faults[0]
    if isinstance(found, Fault):
        return found
    same = _encoded(found[1].session) == _encoded(content.session)
    return document if same else Fault("", _CANNOT, "Nothing was changed.")


def _encoded(tables: Table) -> bytes:
    return msgspec.json.encode(tables, order="sorted")


def _with_unknown(raw: Table, tables: Table, shape: Shape) -> Table:
    """The raw table with exactly the unknown keys of the canonical one; equal values keep their
    notation.
    """
    found: Table = {}
    for key, value in raw.items():
        known = shape.keys.get(key)
        if known is not None:
            found[key] = _below(value, tables[key], known.table) if known.table and key in tables else value
        elif key in tables:
            found[key] = value if _is_same(value, tables[key]) else tables[key]
    extra = {key: value for key, value in tables.items() if key not in shape.keys and key not in raw}
    return found | extra


def _below(raw: Any, value: Any, shape: Shape) -> Any:
    if isinstance(raw, dict) and isinstance(value, dict):
        return _with_unknown(raw, value, shape)
    if isinstance(raw, list) and isinstance(value, list) and len(raw) == len(value):
        return [_with_unknown(*both, shape) for both in zip(raw, value, strict=True)]
    return raw


def _is_same(raw: Any, value: Any) -> bool:
    try:
        # As they are encoded: 1, 1.0 and true are equal values here, and three contents.
        return msgspec.json.encode(unknown_value(raw, 1)) == msgspec.json.encode(value)
    except OutOfBoundsError:
        return False
