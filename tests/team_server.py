"""Team servers for tests: `TeamServer` is the program as a process of its own, `in_process` the
application without a network.
"""

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Self, TextIO

import httpx
import msgspec

import forking
from session_tui.model.sync.content import Content, encoded
from session_tui.server.access import Role
from session_tui.server.app import application
from session_tui.server.audit import AuditTrail
from session_tui.server.database import FILE, Database
from session_tui.server.devices import Devices
from session_tui.server.members import TEAM, Members, ensure_team
from session_tui.server.migrations import migrate
from session_tui.server.service import Service
from session_tui.server.writer import BatchWriter

SOURCE = Path(__file__).resolve().parent.parent / "src"
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SESSION = "2026-11-16-acme-freight-2m9x"
PATIENCE = 30.0  # seconds for a server to start on a busy machine


class TeamServer:
    """`session-tui serve` on a data folder, from `with` to its end. `lines` is its log."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        self.log = data.parent / f"{data.name}.log"
        self.environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", "HOME": str(data.parent)}
        self.process: subprocess.Popen[str] | forking.ForkedProcess
        self._output: TextIO
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._output.close()

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "session_tui", "serve", *arguments]

    def start(self) -> None:
        """Start it, and wait until it says that it listens."""
        arguments = ("--data", str(self.data), "--listen", "127.0.0.1:0", *self.options)
        reading, writing = os.pipe()
        self._output = os.fdopen(reading, encoding="utf-8")
        with self.log.open("a") as log, os.fdopen(writing, "w") as output, Path(os.devnull).open() as nothing:
            if forking.FORKS:
                streams = [nothing.fileno(), output.fileno(), log.fileno()]
                words = self.command(*arguments)[1:]
                self.process = forking.ForkedProcess(words, Path.cwd(), self.environment, streams)
            else:
                self.process = subprocess.Popen(
                    self.command(*arguments), stdout=output, stderr=log, text=True, env=self.environment
                )
        ready, _, _ = select.select([self._output], [], [], PATIENCE)
        line = self._output.readline() if ready else ""
        assert re.match(r"listening on https?://127\.0\.0\.1:[0-9]+$", line), (line, self.log.read_text())
        self.url = line.removeprefix("listening on ").strip()

    def kill(self) -> None:
        """End it as a power cut does, as far as a process can be."""
        self.process.kill()
        self.process.wait()
        self._output.close()

    def end(self) -> float:
        """End it with SIGTERM; the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, self.log.read_text()
        return time.monotonic() - begun

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Another command of `serve`, on the same folder."""
        words = self.command(*arguments, "--data", str(self.data))[1:]
        return forking.run(words, cwd=Path.cwd(), env=self.environment, timeout=PATIENCE)

    def token(self, name: str, role: Role) -> str:
        """A token, as the command gives it."""
        done = self.run("token", name, "--role", role)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == 1 and done.stderr == ""
        return done.stdout.strip()

    @contextmanager
    def client(self, token: str = "") -> Iterator[httpx.Client]:
        """A client with this token."""
        with httpx.Client(base_url=self.url, headers=bearer(token), timeout=PATIENCE) as client:
            yield client


class InProcess:
    """The application, its database, and clients for it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.application = application(service, Random(1))
        self._transport = httpx.ASGITransport(self.application, raise_app_exceptions=False)

    async def client(self, name: str, role: Role) -> httpx.AsyncClient:
        """A client with a token of its own."""
        token = await self.service.members.give_token(name, role, "")
        return httpx.AsyncClient(transport=self._transport, base_url="http://team", headers=bearer(token))

    def stranger(self) -> httpx.AsyncClient:
        """A client without a token."""
        return httpx.AsyncClient(transport=self._transport, base_url="http://team")


@asynccontextmanager
async def in_process(
    folder: Path, seed: int = 1, clock: Callable[[], datetime] = lambda: NOW
) -> AsyncIterator[InProcess]:
    """The application on a new database in this folder."""
    rng = Random(seed)
    database = Database(folder / FILE, rng)
    await migrate(database, "2026-11-28T09:00:00Z")
    await ensure_team(database, rng)
    writer = BatchWriter(database, TEAM, clock)
    writing = asyncio.create_task(writer.run())
    try:
        members = Members(database, clock, rng)
        audit = AuditTrail(database, TEAM, clock, members.take_uses)
        devices = Devices(database, members, folder, clock, rng)
        yield InProcess(Service(database, writer, members, audit, devices, clock))
    finally:
        writing.cancel()
        database.close()


def bearer(token: str) -> dict[str, str]:
    """The header with a token; none without."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def address(session: str = SESSION) -> str:
    """Where a session is."""
    return f"/api/v1/sessions/{session}"


def headers(etag: str | None = None, key: str = "") -> dict[str, str]:
    """The headers of a `PUT`: in place of this version, or of none."""
    condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
    return {"Content-Type": "application/json"} | condition | ({"Idempotency-Key": key} if key else {})


def body(session: str = SESSION, detail: str = "full", **values: Any) -> bytes:
    """A body of the contract, a held session with one person and one action."""
    tables: dict[str, Any] = {
        "schema": 1,
        "id": session,
        "status": "held",
        "agenda": "strategy-30",
        "account": "Acme Freight",
        "stakeholders": [{"id": "s1", "name": "Mia Tran", "title": "COO"}],
        "action_items": [{"id": "t1", "text": "Build the payback model", "owner": "Mei Tan"}],
    }
    return msgspec.json.encode({"schema": 1, "detail": detail, "session": tables | values})


def body_of(content: Content) -> bytes:
    """The body of a content."""
    return encoded(content)
