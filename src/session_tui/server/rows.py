"""Reads what a batch needs of the tables, and writes what was decided."""

import zlib
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.engine import Row

from session_tui.model.sync.content import Content
from session_tui.model.sync.revision import Version, named_by
from session_tui.server.access import moment
from session_tui.server.database import ConflictError
from session_tui.server.decision import REMOVED_IN, BatchDecision, Found, HeadRow, Receipt, SessionChange
from session_tui.server.tables import heads, receipts, revisions, teams


def head_of(row: Row[tuple[object, ...]]) -> HeadRow:
    """A row of `heads` as a value."""
    version = Version(row.revision, row.content, row.shared_revision, row.shared_content)
    return HeadRow(
        session=row.session,
        number=row.number,
        version=version,
        body_revision=row.body_revision,
        state=row.state,
        account=row.account,
        status=row.status,
        sequence=row.sequence,
        shared_sequence=row.shared_sequence,
    )


def unpacked(body: bytes) -> bytes:
    """The canonical bytes in a row of `revisions`."""
    return zlib.decompress(body)


def content_in(body: bytes) -> Content:
    """The content in a row of `revisions`. It was checked before it was written."""
    return msgspec.json.Decoder(Content).decode(unpacked(body))


def found(connection: Connection, team: str, changes: Sequence[SessionChange], now: datetime) -> Found:
    """The team's number, and the heads, receipts, bodies and removals that these changes meet."""
    sequence = (connection.execute(select(teams.c.sequence).where(teams.c.team == team))).scalar_one()
    sessions = {each.session for each in changes}
    here = connection.execute(select(heads).where(heads.c.team == team, heads.c.session.in_(sessions)))
    known = {row.session: head_of(row) for row in here}
    keys = {(each.reader.token, each.key) for each in changes if each.key}
    kept: dict[tuple[str, str], Receipt] = {}
    if keys:
        where = (receipts.c.team == team, receipts.c.key.in_({key for _, key in keys}))
        for row in connection.execute(select(receipts).where(*where)):
            kept[row.token, row.key] = Receipt(row.request, row.status, row.etag)
    shared = {each.session for each in changes if _needs_body(each)}
    wanted = [(each.session, each.body_revision) for key, each in known.items() if key in shared]
    bodies: dict[str, Content] = {}
    if wanted:
        columns = (revisions.c.session, revisions.c.body)
        pairs = tuple_(revisions.c.session, revisions.c.revision).in_(wanted)
        for row in connection.execute(select(*columns).where(revisions.c.team == team, pairs)):
            bodies[row.session] = content_in(row.body)
    removals: dict[str, tuple[str, ...]] = {}
    if removing := {each.reader.token for each in changes if each.body is None}:
        removed = select(revisions.c.token, revisions.c.at).where(
            revisions.c.team == team,
            revisions.c.state == "removed",
            revisions.c.token.in_(removing),
            revisions.c.at > moment(now - REMOVED_IN),
        )
        for row in connection.execute(removed):
            removals[row.token] = (*removals.get(row.token, ()), row.at)
    return Found(sequence, known, kept, bodies, removals)


def _needs_body(change: SessionChange) -> bool:
    if isinstance(change.body, Content) and change.body.detail == "shared":
        return True
    named = named_by(change.if_match or "")
    return named is not None and named[1] == "shared"


def write(connection: Connection, team: str, before: Found, decision: BatchDecision) -> None:
    """Write what was decided. `ConflictError` where another process changed a row in between."""
    if decision.receipts:
        connection.execute(insert(receipts), [{"team": team, **row} for row in decision.receipts])
    if not decision.revisions:
        return
    numbered = update(teams).where(teams.c.team == team, teams.c.sequence == before.sequence)
    if (connection.execute(numbered.values(sequence=decision.sequence))).rowcount != 1:
        raise ConflictError
    connection.execute(insert(revisions), [{"team": team, **row} for row in decision.revisions])
    new = [_columns(team, each) for each in decision.heads if each.session not in before.heads]
    if new:
        connection.execute(insert(heads), new)
    moved = [each for each in decision.heads if each.session in before.heads]
    if not moved:
        return
    names = [each.name for each in heads.columns if each.name not in ("team", "session")]
    row: dict[str, object] = {name: bindparam(f"new_{name}") for name in names}
    same = (
        heads.c.team == team,
        heads.c.session == bindparam("of_session"),
        heads.c.revision == bindparam("of_revision"),
    )
    statement = update(heads).where(*same).values(row)
    parameters = [
        {f"new_{name}": value for name, value in _columns(team, each).items() if name in row}
        | {"of_session": each.session, "of_revision": before.heads[each.session].version.revision}
        for each in moved
    ]
    if (connection.execute(statement, parameters)).rowcount != len(moved):
        raise ConflictError


def sweep_receipts(connection: Connection, team: str, before: str) -> None:
    """Take away receipts from before this moment."""
    connection.execute(delete(receipts).where(receipts.c.team == team, receipts.c.at < before))


def _columns(team: str, head: HeadRow) -> dict[str, object]:
    return {
        "team": team,
        "session": head.session,
        "number": head.number,
        "revision": head.version.revision,
        "content": head.version.content,
        "shared_revision": head.version.shared_revision,
        "shared_content": head.version.shared_content,
        "body_revision": head.body_revision,
        "state": head.state,
        "account": head.account,
        "status": head.status,
        "sequence": head.sequence,
        "shared_sequence": head.shared_sequence,
    }
