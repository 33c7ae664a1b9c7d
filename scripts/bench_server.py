"""What `make bench` measures of the team server: `PUT` of a session, all in one team, over 32
connections, by several ways to write it.

Each way is a server of its own, with the same routes: the program's own on SQLite; raw sqlite3
whose commits are grouped, statement by statement; the program's `decide` with the rows written by
the standard module; the program's own on PostgreSQL, and there a transaction a request. They
alternate, so that a busy machine slows all of them.

Run as a program, with the name of a way, a folder and the address of a database, it is that
server.
"""

import asyncio
import contextlib
import os
import select
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "src"), str(TOP / "tests")]

import msgspec  # noqa: E402 - the path has to be set first
import uvicorn  # noqa: E402

import postgresql  # noqa: E402
from receivers import SAMPLE  # noqa: E402
from session_tui.model.sync.content import Content, content_of_tables, encoded  # noqa: E402
from session_tui.model.sync.revision import Version, etag, next_version  # noqa: E402
from session_tui.server import database as engines  # noqa: E402
from session_tui.server import rows  # noqa: E402
from session_tui.server.access import account_of, moment  # noqa: E402
from session_tui.server.app import application  # noqa: E402
from session_tui.server.audit import AuditTrail  # noqa: E402
from session_tui.server.database import FILE, Database, address  # noqa: E402
from session_tui.server.decision import Answer, Found, HeadRow, Receipt, SessionChange, decide  # noqa: E402
from session_tui.server.devices import Devices  # noqa: E402
from session_tui.server.members import TEAM, Members, ensure_team  # noqa: E402
from session_tui.server.migrations import migrate  # noqa: E402
from session_tui.server.rates import Rates, requests_by_minute  # noqa: E402
from session_tui.server.service import Service  # noqa: E402
from session_tui.server.writer import BatchWriter  # noqa: E402
from session_tui.store import session_file  # noqa: E402

CONNECTIONS = 32
ROUNDS = 5
SECONDS = 3.0  # of a round, for each way
POOL = 8  # connections of the way with a transaction a request
SQLALCHEMY = 0.5  # of raw sqlite3, at least
BATCHED = 4.0  # times a transaction a request, at least
FILES = ("ours", "raw", "standard")
ENGINES = ("postgresql", "each")


def measured(say: Callable[[str], None]) -> Iterator[tuple[str, float, float, float] | str]:
    """Rows of the report, in milliseconds of one PUT, and the figures they are of."""
    with ExitStack() as stack:
        engine = postgresql.for_measuring(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ways = [*FILES, *(ENGINES if engine else ())]
        loads = [stack.enter_context(_server(way, folder / way, _database(way, engine))) for way in ways]
        found: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(ROUNDS + 1):
            say(f"PUT {number}/{ROUNDS}")
            for way, load in zip(ways, loads, strict=True):
                taken = load(number) / SECONDS
                if number:  # the first round fills caches
                    found[way].append(taken)
    rate = {way: statistics.median(each) for way, each in found.items()}
    took = {way: 1000 / each for way, each in rate.items()}
    yield "PUT a second: " + ", ".join(
        f"{way} {rate[way]:,.0f} ({min(each):,.0f} to {max(each):,.0f})" for way, each in found.items()
    )
    yield "PUT, SQLite by SQLAlchemy (raw sqlite3, grouped)", took["ours"], took["raw"], 1 / SQLALCHEMY
    yield "PUT, SQLite by the standard module, same decision (raw)", took["standard"], took["raw"], 0.0
    if not engine:
        yield "PUT on PostgreSQL: not measured, this machine has none."
        return
    yield "PUT on PostgreSQL in batches (a transaction each)", took["postgresql"], took["each"], 1 / BATCHED


def _database(way: str, engine: str) -> str:
    """An address for each way: `each` has a database of its own, made by the caller."""
    return {"postgresql": engine, "each": f"{engine}_each"}.get(way, "")


@contextlib.contextmanager
def _server(way: str, folder: Path, database: str) -> Iterator[Callable[[int], int]]:
    """A server of this way, and what loads it for a round: how many PUTs it acknowledged."""
    folder.mkdir()
    command = [sys.executable, str(Path(__file__).resolve()), way, str(folder), database]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], 60)
        port, token = process.stdout.readline().split() if ready else ("", "")
        yield lambda number: asyncio.run(_loaded(int(port), token, number))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


async def _loaded(port: int, token: str, number: int) -> int:
    end = time.monotonic() + SECONDS
    each = [_pushing(port, token, f"{number}{client:02d}", end) for client in range(CONNECTIONS)]
    return sum(await asyncio.gather(*each))


async def _pushing(port: int, token: str, name: str, end: float) -> int:
    """Make a session, then a second version of it, then the next one, until the end."""
    reader, stream = await asyncio.open_connection("127.0.0.1", port)
    taken, tag, session, template = 0, "", "", _template()
    while time.monotonic() < end:
        if taken % 2 == 0:
            session, tag = f"2026-11-16-acme-{name}-{taken:04x}", ""
        content = template.replace(b"SESSION", session.encode()).replace(b"HEADLINE", str(taken).encode())
        condition = f"If-Match: {tag}" if tag else "If-None-Match: *"
        head = (
            f"PUT /api/v1/sessions/{session} HTTP/1.1\r\nHost: team\r\nAuthorization: Bearer {token}\r\n{condition}\r\n"
            f"Idempotency-Key: {name}-{taken}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        stream.write(head.encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = int(answer[9:12])
        fields = dict(line.lower().split(": ", 1) for line in answer.split("\r\n")[1:] if ": " in line)
        await reader.readexactly(int(fields.get("content-length", 0)))
        if status >= 300:
            if status != 503:
                raise SystemExit(f"{name}: {answer}")
            continue
        tag = fields["etag"]
        taken += 1
    stream.close()
    return taken


def _template() -> bytes:
    """A session of the samples, of some 6 KB."""
    session = msgspec.to_builtins(session_file.read(SAMPLE.read_bytes()).session)
    content = content_of_tables(session)
    assert isinstance(content, Content)
    tables = dict(content.session) | {"headline": "HEADLINE"}
    return encoded(Content("full", tables)).replace(content.id.encode(), b"SESSION")


class RawWriter(BatchWriter):
    """Grouped commits by sqlite3, each change by its own statements and without a decision."""

    connection: sqlite3.Connection

    async def _written(self, changes: Sequence[SessionChange]) -> tuple[Answer, ...]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(THREAD, self._taken, changes)

    def _taken(self, changes: Sequence[SessionChange]) -> tuple[Answer, ...]:
        self.connection.execute("begin immediate")
        found = tuple(self._one(each) for each in changes)
        self.connection.execute("commit")
        return found

    def _one(self, change: SessionChange) -> Answer:
        run, at = self.connection.execute, moment(_now())
        receipt = "select status, etag from receipts where team = ? and token = ? and key = ?"
        if row := run(receipt, (TEAM, change.reader.token, change.key)).fetchone():
            return Answer(*row)
        assert isinstance(change.body, Content)
        query = f"select {', '.join(_VERSION)}, number from heads where team = ? and session = ?"
        head = run(query, (TEAM, change.session)).fetchone()
        parent = Version(*head[:4]) if head else None
        if (etag(parent, "full") if parent else None) != change.if_match:
            return Answer(412)
        version = next_version(parent, change.body)
        number = head[4] + 1 if head else 1
        (sequence,) = run("update teams set sequence = sequence + 1 returning sequence").fetchone()
        made = (version.revision, version.content, version.shared_revision, version.shared_content)
        body = zlib.compress(encoded(change.body), 1)
        run(
            "insert into revisions (team, session, revision, content, shared_revision, shared_content, number, parent,"
            " shared_parent, state, body, at, person, token) values (?,?,?,?,?,?,?,?,?,'kept',?,?,?,?)",
            (TEAM, change.session, *made, number, parent.revision if parent else "",
             parent.shared_revision if parent else "", body, at, change.reader.person, change.reader.token),
        )  # fmt: skip
        session = change.body.session
        run(
            "insert or replace into heads (team, session, revision, content, shared_revision, shared_content,"
            " number, body_revision, state, account, status, sequence, shared_sequence)"
            " values (?,?,?,?,?,?,?,?,'here',?,?,?,?)",
            (TEAM, change.session, *made, number, version.revision, account_of(session), str(session["status"]),
             sequence, sequence),
        )  # fmt: skip
        answer = Answer(200 if head else 201, etag(version, "full"))
        kept = (TEAM, change.reader.token, change.key, change.request, answer.status, answer.etag, at)
        run("insert into receipts (team, token, key, request, status, etag, at) values (?,?,?,?,?,?,?)", kept)
        return answer


class StandardWriter(RawWriter):
    """The program's own decision, its rows read and written by sqlite3."""

    def _taken(self, changes: Sequence[SessionChange]) -> tuple[Answer, ...]:
        run, many = self.connection.execute, self.connection.executemany
        run("begin immediate")
        (sequence,) = run("select sequence from teams where team = ?", (TEAM,)).fetchone()
        sessions, keys = {each.session for each in changes}, {each.key for each in changes}
        query = f"select {', '.join(_HEAD)} from heads where team = ? and session in ({_marks(sessions)})"
        known = {}
        for row in run(query, (TEAM, *sessions)):
            given = dict(zip(_HEAD, row, strict=True))
            version = Version(*(given.pop(name) for name in _VERSION))
            known[row[0]] = HeadRow(version=version, **given)
        query = f"select token, key, request, status, etag from receipts where team = ? and key in ({_marks(keys)})"
        receipts = {(row[0], row[1]): Receipt(*row[2:]) for row in run(query, (TEAM, *keys))}
        before = Found(sequence, known, receipts, {})
        decision = decide(changes, before, moment(_now()))
        run("update teams set sequence = ? where team = ?", (decision.sequence, TEAM))
        for table, made in (("revisions", decision.revisions), ("receipts", decision.receipts)):
            if made:
                names = list(made[0])
                statement = f"insert into {table} (team, {', '.join(names)}) values (?, {_marks(names)})"
                many(statement, [(TEAM, *(row[name] for name in names)) for row in made])
        columns = [rows._columns(TEAM, each) for each in decision.heads]
        if columns:
            names = list(columns[0])
            statement = f"insert or replace into heads ({', '.join(names)}) values ({_marks(names)})"
            many(statement, [tuple(row.values()) for row in columns])
        run("commit")
        return decision.answers


class EachWriter(BatchWriter):
    """A transaction a request, over a pool of connections, as serialisable as the batch."""

    async def take(self, change: SessionChange, size: int) -> Answer:
        """The answer to a change, by a transaction of its own."""
        try:
            return (await self._written([change]))[0]
        except Exception:  # noqa: BLE001 - it was tried twelve times
            return Answer(503, problem="busy")


_VERSION = ("revision", "content", "shared_revision", "shared_content")
_HEAD = ("session", *_VERSION, "number", "body_revision", "state", "account", "status", "sequence", "shared_sequence")
THREAD = ThreadPoolExecutor(1)


def _now() -> datetime:
    return datetime.now(UTC)


def _marks(values: Any) -> str:
    return ", ".join("?" * len(values))


async def _serve(way: str, folder: Path, place: str) -> None:
    """Be the server of this way."""
    rng = Random(1)
    where = address(place) if place else folder / FILE
    assert where is not None
    database = Database(where, rng)
    await migrate(database, moment(_now()))
    await ensure_team(database, rng)
    kind = {"raw": RawWriter, "standard": StandardWriter, "each": EachWriter}.get(way, BatchWriter)
    made = kind(database, TEAM, _now)
    if isinstance(made, RawWriter):
        made.connection = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
        made.connection.execute("pragma journal_mode=wal")
        made.connection.execute("pragma synchronous=full")
    if way == "each" and not isinstance(where, Path):
        database._writer = engines._postgresql(where, POOL, False)
        database._writing = ThreadPoolExecutor(POOL)
    members = Members(database, _now, rng)
    token = await members.give_token("Ana Ruiz", "facilitator", "")
    if not database.one_process:
        database.one_process = True  # the token is looked up once: only writing is measured
    audit = AuditTrail(database, TEAM, _now, members.take_uses)
    devices = Devices(database, members, folder, _now, rng)
    service = Service(database, made, members, audit, devices, _now, Rates(requests_by_minute(0)))
    config = uvicorn.Config(application(service, rng), port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    writing = asyncio.create_task(made.run())
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], token, flush=True)
    await serving
    writing.cancel()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    way, folder, place = sys.argv[1:]
    asyncio.run(_serve(way, Path(folder), place))
