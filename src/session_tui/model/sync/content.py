"""A content: one version of a session at a level of detail, in canonical form, with its bytes and
its digest.

tests/data/sync/contents.json has bodies with their canonical bytes and digests, for any other
implementation.
"""

import hashlib
import re
from typing import Any

import msgspec
from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import SCHEMA, Session
from session_tui.model.sync import lens, limits
from session_tui.model.sync.canonical import OutOfBoundsError, canonical
from session_tui.model.sync.shape import Table
from session_tui.model.validation import unreadable
from session_tui.model.vocabulary import Detail

_PLACE = lazy_pattern(r"(.*) - at `(?:key in )?\$\.?(.*)`", re.DOTALL)
_ROW = lazy_pattern(r"\[([0-9]+)\]")


class Content(Struct, frozen=True):
    """`session` are the tables in canonical form, dates and times as text; never changed in place.

    In a `shared` content what is private is absent, which means "not shared". In a `full` one an
    absent `power` or `support` means "not judged"; any other absent key has its default.
    """

    detail: Detail
    session: Table

    @property
    def id(self) -> str:
        """The session's id."""
        return str(self.session["id"])


class Replacement(Struct, frozen=True):
    """What a new body makes of a full content. `kept` are the ids that a shared body lacks and
    that stayed because of their private side: each is a proposal to a facilitator to remove it.
    """

    content: Content
    kept: tuple[str, ...] = ()


def content_of(body: Any) -> Content | Fault:
    """The content of a body that was decoded from JSON; or why it is none (a server answers 422).

    `where` of the fault is a path in the session, rows counted from 1. A fault of the kind `newer`
    says that the body has a schema that this program does not know. A private key in a `shared`
    body is left out.
    """
    if not isinstance(body, dict) or not isinstance(body.get("session"), dict):
        return Fault("", "it is not an object with the keys schema, detail and session")
    detail: Detail
    match body.get("detail"):
        case "shared" | "full" as detail:
            pass
        case _:
            return Fault("detail", "it is not one of shared, full")
    return _bad_schema(body.get("schema")) or content_of_tables(body["session"], detail)


def content_of_tables(session: Table, detail: Detail = "full") -> Content | Fault:
    """The content of a session's tables, of a file or of a body; unknown keys stay. Or why it is
    none.
    """
    if fault := _bad_schema(session.get("schema", SCHEMA)) or limits.exceeded(session):
        return fault
    try:
        value = msgspec.convert(session, Session)
        if faults := unreadable(value):
            return faults[0]
        tables = canonical(session, value)
    except msgspec.ValidationError as error:
        return _placed(str(error))
    except (OutOfBoundsError, OverflowError, RecursionError) as error:
        return Fault("", str(error) or "a value is out of bounds")
    return Content(detail, lens.without_private(tables) if detail == "shared" else tables)


def session_of(content: Content) -> Session:
    """The value of a content, without unknown keys; what is absent has its default."""
    return msgspec.convert(content.session, Session)


def encoded(content: Content) -> bytes:
    """The canonical bytes: a body of the contract. Where they are kept, they are what the digest
    is made of.
    """
    body = {"schema": content.session["schema"], "detail": content.detail, "session": content.session}
    return msgspec.json.encode(body, order="sorted")


def digest(content: Content) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(encoded(content)).hexdigest()


def seen(content: Content, detail: Detail) -> Content:
    """What a reader of this detail may see of a content; of a shared one there is no more than
    that.
    """
    if detail == "full" or content.detail == "shared":
        return content
    return Content("shared", lens.get(content.session))


def replaced(head: Content | None, body: Content) -> Replacement:
    """The full content after a `PUT`: a full body replaces all, a shared one what is shared. None:
    there was none.
    """
    if body.detail == "full":
        return Replacement(body)
    made = lens.put(head.session if head is not None else {}, body.session)
    return Replacement(Content("full", made.tables), made.kept)


def _bad_schema(schema: Any) -> Fault | None:
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        return Fault("schema", "it is not a whole number from 1 on")
    if schema <= SCHEMA:
        return None
    what = f"written by a newer version of this program (schema {schema}; this one knows {SCHEMA})"
    return Fault("schema", what, "Update this program.", kind="newer")


def _placed(error: str) -> Fault:
    """A conversion's error as a fault, rows counted from 1 as everywhere."""
    found = _PLACE.fullmatch(error)
    what, where = (found[1], found[2]) if found else (error, "")
    return Fault(_ROW.sub(lambda row: f"[{int(row[1]) + 1}]", where), what[:1].lower() + what[1:])
