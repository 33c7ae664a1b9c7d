"""The routes by which two sides compare many sessions: what changed, the digest, the inventory,
many bodies at once.

Each reader has his own view: what he may see, in his detail. A number up to which he has seen all
changes stays true, because the team's number grows in the transaction that writes; he is given the
number of the newest change that he sees.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sync import inventory, limits
from session_tui.model.sync.revision import etag
from session_tui.model.validation import ID
from session_tui.model.vocabulary import Detail
from session_tui.server import body
from session_tui.server.access import TokenHolder, moment
from session_tui.server.body import RefusedError
from session_tui.server.decision import LARGEST, HeadRow
from session_tui.server.members import team_number
from session_tui.server.problems import problem
from session_tui.server.rows import head_of
from session_tui.server.service import Service, detail_asked, reader_of, service_of, still_reader
from session_tui.server.sessions import JSON, body_of, chain_of, shown
from session_tui.server.tables import heads

_MOST = 500  # rows in one answer
_MOST_ASKED = 5000  # rows in one answer to a reader who asks for so many
_MOST_FETCHED = 200
_MOST_VERSIONS = 200  # of a chain in a line of `fetch`
_LONGEST_WAIT = 25.0  # seconds
_GLANCE = 1.0  # seconds between two looks, where another process may have written
_CURSOR = lazy_pattern(r"([0-9a-f]{16})\.([0-9]{1,18})", re.ASCII)


async def about(request: Request) -> Response:
    """What this server is, and who asks."""
    reader, service = await reader_of(request), service_of(request)
    epoch, sequence = await service.database.read(lambda connection: _number_seen(connection, reader, reader.sees))
    accounts = None if reader.accounts is None else sorted(reader.accounts)
    found = {
        "server": "session-tui",
        "api": [1],
        "epoch": epoch,
        "sequence": sequence,
        "you": {"name": reader.name, "role": reader.role, "sees": reader.sees, "accounts": accounts},
        "limits": {"body": LARGEST, "entries": limits.ENTRIES, "changes": limits.CHANGES},
        "time": moment(service.now()),
    }
    return _json(found)


async def held(request: Request) -> Response:
    """The inventory: of a bucket, or all by pages in the order of their ids. As `GET {url}` it
    says that there is a team server, and that it knows the token.
    """
    reader = await reader_of(request)
    detail = detail_asked(request, reader)
    bucket, after = request.query_params.get("bucket", ""), request.query_params.get("after", "")
    most = min(_number(request, "limit", _MOST), _MOST_ASKED) or _MOST

    def page(connection: Connection) -> list[HeadRow]:
        if bucket:
            return [each for each in _heads(connection, reader) if inventory.bucket_of(each.session) == bucket]
        return _heads(connection, reader, heads.c.session > after, limit=most + 1)

    found = await service_of(request).database.read(page)
    more = not bucket and len(found) > most
    shown_now = found[:most] if more else found
    rows = [_row(each, detail) for each in shown_now]
    return _json({"sessions": rows, "next": shown_now[-1].session if more else None})


async def digest(request: Request) -> Response:
    """The digest over all sessions that the reader may see, in his detail."""
    reader = await reader_of(request)
    detail = detail_asked(request, reader)
    full = detail == "full"

    def read(connection: Connection) -> tuple[int, list[HeadRow]]:
        _, sequence = _number_seen(connection, reader, detail)
        return sequence, _heads(connection, reader, heads.c.state == "here")

    sequence, found = await service_of(request).database.read(read)
    contents = {each.session: each.version.content if full else each.version.shared_content for each in found}
    buckets = inventory.buckets(contents)
    answer = {"count": len(contents), "detail": detail, "sequence": sequence}
    return _json(answer | {"root": inventory.root(buckets), "buckets": buckets})


async def changes(request: Request) -> Response:
    """What changed after a cursor. With `wait` the answer comes when something did."""
    reader, service = await reader_of(request), service_of(request)
    after = request.query_params.get("after", "")
    limit = min(_number(request, "limit", _MOST), _MOST) or _MOST
    loop = asyncio.get_running_loop()
    end = loop.time() + min(_number(request, "wait", 0), _LONGEST_WAIT)
    while True:
        answer = await _changes(service, reader, detail_asked(request, reader), after, limit)
        if answer is None:
            return problem(410, "cursor-lost")
        left = end - loop.time()
        if answer["changes"] or left <= 0 or service.writer.is_ending:
            return _json(answer)
        await service.writer.changed(left if service.database.one_process else min(left, _GLANCE))
        reader = await still_reader(request) or reader  # a user who has left waits no longer


async def fetch(request: Request) -> Response:
    """Many sessions at once, each in a line of its own."""
    reader = await reader_of(request)
    asked = body.parsed(await body.read(request))
    ids = asked.get("ids") if isinstance(asked, dict) else None
    if not isinstance(ids, list) or len(ids) > _MOST_FETCHED:
        return problem(400, "bad-request", f"ids is a list of at most {_MOST_FETCHED}.")
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in ids):
        return problem(400, "bad-request", "ids are of the form DATE-ACCOUNT-XXXX.")
    chain = asked.get("chain", 0)
    versions = min(chain, _MOST_VERSIONS) if isinstance(chain, int) and chain > 0 else 0
    lines = _lines(request, reader, list(dict.fromkeys(ids)), versions)
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def _lines(request: Request, reader: TokenHolder, ids: list[str], versions: int) -> AsyncIterator[bytes]:
    """A line a session; the rest is not written where the reader has left in the meantime."""
    service, loop = service_of(request), asyncio.get_running_loop()
    looked = loop.time()
    for session in ids:
        try:
            again = await still_reader(request, looked)
        except RefusedError:
            return
        if again is not None:
            reader, looked = again, loop.time()
        detail = detail_asked(request, reader)
        read = partial(_line, reader=reader, detail=detail, session=session, versions=versions)
        line = await service.database.read(read)
        if b'"body":' in line:
            service.audit.read(reader, session)
        yield line


def _line(connection: Connection, reader: TokenHolder, detail: Detail, session: str, versions: int) -> bytes:
    found = _heads(connection, reader, heads.c.session == session)
    if not found:
        line: dict[str, object] = {"id": session, "state": "none"}
    else:
        line = _row(found[0], detail) | {"etag": etag(found[0].version, detail)}
        if versions:
            line["chain"] = [
                [name, content] for name, content in chain_of(connection, reader, session, detail, versions)
            ]
        if found[0].state == "here":
            line["body"] = msgspec.Raw(shown(body_of(connection, reader, session, found[0].body_revision), detail))
    return msgspec.json.encode(line) + b"\n"


async def _changes(
    service: Service, reader: TokenHolder, detail: Detail, after: str, limit: int
) -> dict[str, object] | None:
    """A page of changes; None where the cursor is none of this server's."""
    moved = heads.c.sequence if detail == "full" else heads.c.shared_sequence
    named = _CURSOR.fullmatch(after) if after else None
    number = int(named[2]) if named else 0

    def read(connection: Connection) -> tuple[str, int, list[HeadRow]]:
        epoch, sequence = _number_seen(connection, reader, detail)
        return epoch, sequence, _heads(connection, reader, moved > number, order=moved, limit=limit + 1)

    epoch, sequence, found = await service.database.read(read)
    if after and (named is None or named[1] != epoch or number > sequence):
        return None
    more = len(found) > limit
    rows = [_row(each, detail) | {"sequence": _sequence(each, detail)} for each in found[:limit]]
    last = rows[-1]["sequence"] if more else sequence
    return {"cursor": f"{epoch}.{last}", "more": more, "changes": rows}


def _number_seen(connection: Connection, reader: TokenHolder, detail: Detail) -> tuple[str, int]:
    """The team's epoch, and the number of the newest change that this reader sees. The team's own
    number would tell how much is changed in private, and on accounts that are not the reader's.
    """
    epoch, _ = team_number(connection, reader.team)
    moved = heads.c.sequence if detail == "full" else heads.c.shared_sequence
    newest = _seen_by(reader, select(func.max(moved)).where(heads.c.team == reader.team))
    return epoch, int(connection.execute(newest).scalar() or 0)


def _seen_by(reader: TokenHolder, query: Select[Any]) -> Select[Any]:
    """A query on heads, of those alone that this reader may see."""
    return query if reader.accounts is None else query.where(heads.c.account.in_(sorted(reader.accounts)))


def _heads(
    connection: Connection,
    reader: TokenHolder,
    *where: ColumnElement[bool],
    order: ColumnElement[object] | None = None,
    limit: int | None = None,
) -> list[HeadRow]:
    """The heads that this reader may see."""
    query = _seen_by(reader, select(heads).where(heads.c.team == reader.team, *where))
    query = query.order_by(heads.c.session if order is None else order).limit(limit)
    return [head_of(row) for row in connection.execute(query)]


def _row(head: HeadRow, detail: Detail) -> dict[str, object]:
    full = detail == "full"
    return {
        "id": head.session,
        "revision": head.version.revision if full else head.version.shared_revision,
        "content": head.version.content if full else head.version.shared_content,
        "state": head.state,
    }


def _sequence(head: HeadRow, detail: Detail) -> int:
    return head.sequence if detail == "full" else head.shared_sequence


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else default


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), 200, None, JSON)


ROUTES = [
    Route("/api/v1", about, methods=["GET"]),
    Route("/api/v1/sessions", held, methods=["GET"]),
    Route("/api/v1/inventory", held, methods=["GET"]),
    Route("/api/v1/digest", digest, methods=["GET"]),
    Route("/api/v1/changes", changes, methods=["GET"]),
    Route("/api/v1/fetch", fetch, methods=["POST"]),
]
