"""The routes of the contract: a session by its id, and its versions."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.engine import Row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sync.content import Content, content_of, encoded, seen
from session_tui.model.sync.revision import etag, named_by
from session_tui.model.vocabulary import Detail
from session_tui.server import body
from session_tui.server.access import TokenHolder, account_of
from session_tui.server.body import RefusedError
from session_tui.server.decision import HeadRow, SessionChange
from session_tui.server.problems import answered, problem
from session_tui.server.rows import content_in, head_of, unpacked
from session_tui.server.service import Service, detail_asked, lower, reader_of, service_of, session_in, still_reader
from session_tui.server.tables import heads, revisions

_KEY = lazy_pattern(r"[!-~]{0,200}", re.ASCII)
_MOST_VERSIONS = 200  # in one answer
_REASON = 500  # characters


async def put(request: Request) -> Response:
    """`PUT`: this is now the session with that id."""
    reader = await reader_of(request)
    session = session_in(request)
    if not reader.writes:
        return problem(403, "not-yours")
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        return problem(400, "bad-key")
    begun = asyncio.get_running_loop().time()
    raw = await body.read(request)
    reader = await still_reader(request, begun) or reader
    if not reader.writes:
        return problem(403, "not-yours")
    content = _content(raw)
    detail = lower(reader.sees, content.detail if isinstance(content, Content) else "full")
    if isinstance(content, Content) and content.detail == "full" and reader.sees == "shared":
        return problem(403, "not-whole")
    change = SessionChange(
        reader=reader,
        session=session,
        body=content,
        detail=detail,
        request=hashlib.sha256(f"{session}\n".encode() + raw).hexdigest(),
        key=key,
        claimed=_claimed(request),
        **_conditions(request),
    )
    return answered(await service_of(request).writer.take(change, len(raw)))


async def remove(request: Request) -> Response:
    """`DELETE`: the session is removed, which a `PUT` takes back."""
    reader = await reader_of(request)
    session = session_in(request)
    if not reader.removes:
        return problem(403, "not-yours")
    reason = ""
    if request.headers.get("content-length", "0") != "0":
        begun = asyncio.get_running_loop().time()
        asked = body.parsed(await body.read(request))
        reason = str(asked.get("reason", ""))[:_REASON] if isinstance(asked, dict) else ""
        reader = await still_reader(request, begun) or reader
        if not reader.removes:
            return problem(403, "not-yours")
    detail = detail_asked(request, reader)
    change = SessionChange(reader, session, None, detail, "", reason=reason, **_conditions(request))
    if change.conditions and change.if_match is None:
        return problem(400, "bad-request", "A removal names the version by If-Match.")
    return answered(await service_of(request).writer.take(change, 0))


async def get(request: Request) -> Response:
    """`GET`: what is here under that id, as the reader may see it."""
    reader = await reader_of(request)
    session = session_in(request)
    detail = detail_asked(request, reader)
    known = request.headers.get("if-none-match", "")
    service = service_of(request)

    def found(connection: Connection) -> Response:
        head = _head(connection, reader, session)
        named = etag(head.version, detail)
        if head.state == "removed":
            return problem(410, "removed-session", etag=named)
        if known == named:
            return Response(None, 304, {"ETag": named})
        packed = body_of(connection, reader, session, head.body_revision)
        return Response(shown(packed, detail), 200, {"ETag": named}, JSON)

    return _read(service, reader, session, await service.database.read(found))


async def versions(request: Request) -> Response:
    """The chain of a session as the reader sees it, newest first."""
    reader = await reader_of(request)
    session = session_in(request)
    detail = detail_asked(request, reader)
    before = request.query_params.get("before", "")
    full = detail == "full"
    named = revisions.c.revision if full else revisions.c.shared_revision
    chain = (revisions.c.team == reader.team) & (revisions.c.session == session)
    if not full:
        chain &= revisions.c.shared_parent.is_not(None)
    columns = [each for each in revisions.columns if each.name != "body"]

    def page(connection: Connection) -> Sequence[Row[Any]]:
        _head(connection, reader, session)
        query = select(*columns).where(chain).order_by(revisions.c.number.desc()).limit(_MOST_VERSIONS)
        if before:
            number = connection.execute(select(revisions.c.number).where(chain, named == before)).scalar()
            if number is None:
                raise RefusedError(404, "no-version")
            query = query.where(revisions.c.number < number)
        return connection.execute(query).all()

    rows = [
        {
            "revision": row.revision if full else row.shared_revision,
            "parent": row.parent if full else row.shared_parent,
            "content": row.content if full else row.shared_content,
            "at": row.at,
            "state": row.state,
        }
        for row in await service_of(request).database.read(page)
    ]
    return Response(msgspec.json.encode({"revisions": rows}), 200, None, "application/json")


async def version(request: Request) -> Response:
    """The body of one version, named by the reader's own chain."""
    reader = await reader_of(request)
    session = session_in(request)
    detail = detail_asked(request, reader)
    wanted = request.path_params["revision"]
    service = service_of(request)
    mine = (revisions.c.team == reader.team) & (revisions.c.session == session)
    if detail == "full":
        mine &= revisions.c.revision == wanted
    else:
        mine &= (revisions.c.shared_revision == wanted) & revisions.c.shared_parent.is_not(None)

    def found(connection: Connection) -> Response:
        _head(connection, reader, session)
        row = connection.execute(select(revisions.c.state, revisions.c.body).where(mine)).first()
        if row is None:
            return problem(404, "no-version")
        if row.state != "kept" or row.body is None:
            return problem(410, "removed-session")
        # A session that came from another account was on that one then.
        if reader.accounts is not None and not reader.may_see(account_of(content_in(row.body).session)):
            return problem(404, "no-version")
        name = wanted if detail == "full" else f"{wanted}.s"
        return Response(shown(row.body, detail), 200, {"ETag": f'"{name}"'}, JSON)

    return _read(service, reader, session, await service.database.read(found))


JSON = "application/json"


def shown(packed: bytes, detail: Detail) -> bytes:
    """What a reader of this detail gets of a row's body."""
    return unpacked(packed) if detail == "full" else encoded(seen(content_in(packed), "shared"))


def _read(service: Service, reader: TokenHolder, session: str, answer: Response) -> Response:
    """The answer, after it is noted who reads."""
    if answer.status_code == 200:
        service.audit.read(reader, session)
    return answer


def _content(raw: bytes) -> Content | Fault:
    return content_of(body.parsed(raw))


def _claimed(request: Request) -> str:
    """The ETag that the client computed for what it sends (`Session-Revision`); empty without."""
    claimed = request.headers.get("session-revision", "").strip()
    if claimed and named_by(claimed) is None:
        raise RefusedError(400, "bad-request", "Session-Revision is of the form of an ETag of this server.")
    return claimed


def _conditions(request: Request) -> dict[str, Any]:
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    if none_match not in (None, "*") or match == "*":
        raise RefusedError(400, "bad-request", 'If-None-Match is "*", and If-Match names one version.')
    return {"conditions": (match is not None) + (none_match is not None), "if_match": match}


def _head(connection: Connection, reader: TokenHolder, session: str) -> HeadRow:
    """The session's head; `RefusedError` where there is none that this reader may see."""
    where = (heads.c.team == reader.team, heads.c.session == session)
    row = connection.execute(select(heads).where(*where)).first()
    if row is None or not reader.may_see(row.account):
        raise RefusedError(404, "no-session-there")
    return head_of(row)


def body_of(connection: Connection, reader: TokenHolder, session: str, revision: str) -> bytes:
    """The body of a revision as it is kept."""
    where = (revisions.c.team == reader.team, revisions.c.session == session, revisions.c.revision == revision)
    return bytes(connection.execute(select(revisions.c.body).where(*where)).scalar_one())


def chain_of(
    connection: Connection, reader: TokenHolder, session: str, detail: Detail, most: int
) -> list[tuple[str, str]]:
    """Revision and content of a session's newest versions as a reader of this detail sees them,
    the newest first.
    """
    named, content = revisions.c.revision, revisions.c.content
    where = (revisions.c.team == reader.team) & (revisions.c.session == session)
    if detail == "shared":
        named, content = revisions.c.shared_revision, revisions.c.shared_content
        where &= revisions.c.shared_parent.is_not(None)
    query = select(named, content).where(where).order_by(revisions.c.number.desc()).limit(most)
    return [(str(row[0]), str(row[1])) for row in connection.execute(query)]


ROUTES = [
    Route("/api/v1/sessions/{session}", get, methods=["GET"]),
    Route("/api/v1/sessions/{session}", put, methods=["PUT"]),
    Route("/api/v1/sessions/{session}", remove, methods=["DELETE"]),
    Route("/api/v1/sessions/{session}/revisions", versions, methods=["GET"]),
    Route("/api/v1/sessions/{session}/revisions/{revision}", version, methods=["GET"]),
]
