"""Whether the tables hold together: every chain, every content's digest, what heads say of it.

Everything is read in one transaction, page by page, so that a check is true of one moment while
changes go on.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, func, select, text, tuple_
from sqlalchemy.engine import Row

from session_tui.model.fault import Fault
from session_tui.model.sync import inventory
from session_tui.model.sync.content import digest, seen
from session_tui.model.sync.revision import revision
from session_tui.server.access import account_of
from session_tui.server.database import read_one_moment
from session_tui.server.rows import content_in, unpacked
from session_tui.server.tables import heads, metadata, people, revisions, teams, tokens

MOST_FAULTS = 50  # that are named; of more, the number
_TOMBSTONE = b'{"removed":'  # how the content of a removal begins, and no other one
_PAGE = 200  # rows
_PAGE_OF_BODIES = 50

Rows: TypeAlias = Row[Any]
Expected: TypeAlias = dict[tuple[str, str], Rows]  # heads by session and body revision


class DataSummary(Struct, frozen=True):
    """What a database holds. `digest` is that of all sessions in full detail, as the route
    `/digest` has it.
    """

    sessions: int
    versions: int
    people: int
    tokens: int
    epoch: str
    sequence: int
    digest: str


class CheckReport(Struct, frozen=True):
    """What a check found: the first faults, and how many there are."""

    summary: DataSummary
    faults: tuple[Fault, ...]
    number_of_faults: int


def summary(connection: Connection, team: str) -> DataSummary:
    """What the database holds; the digest is made from the heads."""
    row = connection.execute(select(teams.c.epoch, teams.c.sequence).where(teams.c.team == team)).first()
    here = select(heads.c.session, heads.c.content).where(heads.c.team == team, heads.c.state == "here")
    contents: dict[str, str] = {each.session: each.content for each in connection.execute(here)}

    def count(table: Table) -> int:
        return connection.execute(select(func.count()).select_from(table).where(table.c.team == team)).scalar_one()

    root = inventory.root(inventory.buckets(contents))
    epoch, sequence = (row.epoch, row.sequence) if row is not None else ("", 0)
    return DataSummary(len(contents), count(revisions), count(people), count(tokens), epoch, sequence, root)


def report(connection: Connection, team: str, is_ending: Callable[[], bool]) -> CheckReport:
    """Check everything. `InterruptedError` where `is_ending` becomes true meanwhile."""
    read_one_moment(connection)
    found: list[Fault] = []
    number = 0
    for fault in _faults(connection, team, is_ending):
        number += 1
        if len(found) < MOST_FAULTS:
            found.append(fault)
    return CheckReport(summary(connection, team), tuple(found), number)


def pages(
    connection: Connection, table: Table, is_ending: Callable[[], bool], size: int = _PAGE
) -> Iterator[list[Rows]]:
    """All rows of a table, in the order of its key. `InterruptedError` where `is_ending`."""
    key = list(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        if is_ending():
            raise InterruptedError
        query = select(table).order_by(*key).limit(size)
        if last is not None:
            query = query.where(tuple_(*key) > last)
        rows = list(connection.execute(query))
        if rows:
            yield rows
        if len(rows) < size:
            return
        last = tuple(getattr(rows[-1], each.name) for each in key)


def fingerprint(connection: Connection, is_ending: Callable[[], bool]) -> dict[str, tuple[int, str]]:
    """Of every table, how many rows it has and a digest of them, in whatever order they come."""
    return {each.name: _fingerprint(connection, each, is_ending) for each in metadata.sorted_tables}


def _fingerprint(connection: Connection, table: Table, is_ending: Callable[[], bool]) -> tuple[int, str]:
    count, total = 0, 0
    for page in pages(connection, table, is_ending):
        for row in page:
            count += 1
            total += int.from_bytes(hashlib.sha256(msgspec.msgpack.encode(tuple(row))).digest())
    return count, f"{total % 2**256:064x}"


def _faults(connection: Connection, team: str, is_ending: Callable[[], bool]) -> Iterator[Fault]:
    if connection.dialect.name == "sqlite":
        yield from _of_the_file(connection, is_ending)
    number = connection.execute(select(teams.c.sequence).where(teams.c.team == team)).scalar()
    if number is None:
        yield Fault("teams", "the team's row is missing")
        return
    expected: Expected = {}
    for page in pages(connection, heads, is_ending):
        ours = [row for row in page if row.team == team]
        yield from _of_heads(connection, team, ours, number)
        expected |= {(row.session, row.body_revision): row for row in ours}
    yield from _of_numbers(connection, team)
    for page in pages(connection, revisions, is_ending, _PAGE_OF_BODIES):
        for row in page:
            if row.team == team and (what := _fault_of_body(row, expected.pop((row.session, row.revision), None))):
                yield Fault(row.session, f"version {row.number}: {what}")
    for session, _ in expected:
        yield Fault(session, "the version that is its body is missing")


def _of_the_file(connection: Connection, is_ending: Callable[[], bool]) -> Iterator[Fault]:
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(is_ending, 100_000)
    try:
        for (line,) in connection.execute(text("pragma integrity_check")):
            if line != "ok":
                yield Fault("file", " ".join(str(line).split())[:300])
        for row in connection.execute(text("pragma foreign_key_check")):
            yield Fault(str(row[0]), f"a row belongs to one of {row[2]} that is missing")
    finally:
        raw.set_progress_handler(None, 0)


def _of_heads(connection: Connection, team: str, page: list[Rows], number: int) -> Iterator[Fault]:
    sessions = [row.session for row in page]
    columns = [each for each in revisions.columns if each.name != "body"]
    query = select(*columns).where(revisions.c.team == team, revisions.c.session.in_(sessions))
    chains: dict[str, list[Rows]] = {}
    for row in connection.execute(query.order_by(revisions.c.session, revisions.c.number)):
        chains.setdefault(row.session, []).append(row)
    for head in page:
        for what in _of_chain(head, chains.get(head.session, []), number):
            yield Fault(head.session, what)


def _of_chain(head: Rows, chain: Iterable[Rows], number: int) -> Iterator[str]:
    parent, shared, body = "", "", ""
    last: Rows | None = None
    for count, row in enumerate(chain, 1):
        if row.number != count:
            yield f"version {count} is missing"
            return
        if row.parent != parent or row.revision != revision(parent, row.content):
            yield f"version {row.number} does not follow the one before"
        kept = row.shared_parent is None
        follows = row.shared_revision == (shared if kept else revision(shared, row.shared_content))
        if not follows or (not kept and row.shared_parent != shared):
            yield f"version {row.number}: what is shared of it does not follow what was shared before"
        if kept and last is not None and row.shared_content != last.shared_content:
            yield f"version {row.number}: another shared content has no shared version of its own"
        parent, shared, last = row.revision, row.shared_revision, row
        body = row.revision if row.state != "removed" else body
    if last is None:
        yield "its versions are missing"
        return
    names = ("number", "revision", "content", "shared_revision", "shared_content")
    if any(getattr(head, name) != getattr(last, name) for name in names):
        yield "its newest version is not the last of its chain"
    if head.body_revision != body or head.state != ("removed" if last.state == "removed" else "here"):
        yield "it says of itself that it is here, or removed, and its chain says otherwise"
    if not 0 < head.shared_sequence <= head.sequence <= number:
        yield "its number is none that the team has had"


def _of_numbers(connection: Connection, team: str) -> Iterator[Fault]:
    twice = select(heads.c.sequence).where(heads.c.team == team).group_by(heads.c.sequence).having(func.count() > 1)
    for (number,) in connection.execute(twice):
        yield Fault("heads", f"two sessions have the number {number}")
    of_head = select(heads.c.session).where(heads.c.team == revisions.c.team, heads.c.session == revisions.c.session)
    loose = select(revisions.c.session).where(revisions.c.team == team, ~of_head.exists()).distinct()
    for (session,) in connection.execute(loose):
        yield Fault(session, "its head is missing")
    of_person = select(people.c.person).where(people.c.team == tokens.c.team, people.c.person == tokens.c.person)
    for (token,) in connection.execute(select(tokens.c.token).where(tokens.c.team == team, ~of_person.exists())):
        yield Fault("tokens", f"the person of {token} is missing")


def _fault_of_body(row: Rows, head: Rows | None) -> str:
    """What is wrong with a version's body; `head` where it is the session's present body."""
    if row.body is None:
        return "its body is missing" if row.state in ("kept", "removed") else ""
    try:
        stored = unpacked(row.body)
        if hashlib.sha256(stored).hexdigest() != row.content:
            return "its content is another than its digest says"
        if stored.startswith(_TOMBSTONE) != (row.state == "removed"):
            return "its state is not that of its content"
        if head is None:
            return ""
        content = content_in(row.body)
        if digest(seen(content, "shared")) != row.shared_content:
            return "what is shared of it is another than its digest says"
    except (zlib.error, msgspec.MsgspecError, ValueError, KeyError, TypeError):
        return "its body cannot be read"
    session = content.session
    if head.account != account_of(session) or head.status != str(session.get("status", "")):
        return "its account or its status is another in the list of sessions"
    return ""
