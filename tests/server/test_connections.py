"""Covers: session_tui.server.connection, session_tui.server.body and the end of a connection.

Whatever a client does with its connection, it holds no other up, costs a bounded amount of memory,
and is cut in time.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
import uvicorn

from session_tui.server.app import application
from session_tui.server.connection import LARGEST_HEAD, DeadlineConnection, Deadlines
from team_server import TeamServer, address, bearer, body, headers, in_process

SHORT = Deadlines(idle=0.4, head=0.3, linger=0.2, stalled=0.4)
LONG = Deadlines(idle=60, head=60, linger=60, stalled=60)
SOON = 15.0  # seconds, on a busy machine
MOST_IDLE = 1000


class Served:
    """The application on a real socket, in this process."""

    def __init__(self, port: int, token: str, server: uvicorn.Server) -> None:
        self.port, self.token, self.server = port, token, server

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: team", f"Authorization: Bearer {self.token}", *more]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    async def settles(self, connections: int) -> None:
        """Wait until there are this many connections."""
        async with asyncio.timeout(SOON):
            while self.connections != connections:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def served(folder: Path, deadlines: Deadlines = SHORT, most: int = 1000) -> AsyncIterator[Served]:
    """The application behind these deadlines."""
    async with in_process(folder) as team:
        config = uvicorn.Config(
            application(team.service, Random(1)),
            http=partial(DeadlineConnection, most=most, deadlines=deadlines),  # type: ignore[arg-type]
            ws="none", log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            running = asyncio.create_task(server.serve([listener]))
            token = await team.service.members.give_token("Ana Ruiz", "facilitator", "")
            while not server.started:
                await asyncio.sleep(0.01)
            try:
                yield Served(listener.getsockname()[1], token, server)
            finally:
                server.should_exit = True
                await running


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What comes until the server ends the connection."""
    async with asyncio.timeout(SOON):
        with contextlib.suppress(ConnectionError):
            return await reader.read(-1)
    return b""


async def test_a_client_that_says_nothing_is_cut_and_so_is_one_that_drips_a_head(tmp_path: Path) -> None:
    async with served(tmp_path) as team:
        silent, _ = await team.connect()
        reader, writer = await team.connect()

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for byte in team.head("GET", "/api/v1", "X: " + "x" * 5000):
                    writer.write(bytes((byte,)))
                    await writer.drain()
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        begun = time.monotonic()
        assert await rest(reader) == b"" == await rest(silent)
        assert time.monotonic() - begun < SOON
        dripping.cancel()
        await team.settles(0)


async def test_between_two_requests_a_connection_waits_and_then_goes(tmp_path: Path) -> None:
    async with served(tmp_path) as team:
        reader, writer = await team.connect()
        for _ in range(3):
            writer.write(team.head("GET", "/healthz"))
            assert await reader.readuntil(b"alive\n")
            await asyncio.sleep(SHORT.head / 2)
        assert await rest(reader) == b""
        await team.settles(0)


async def test_a_head_without_end_is_refused_at_its_size(tmp_path: Path) -> None:
    async with served(tmp_path, LONG) as team:
        reader, writer = await team.connect()
        writer.write(b"GET /api/v1 HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):
            for number in range(4 * LARGEST_HEAD // 1000):
                writer.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
                await writer.drain()
        assert (await rest(reader)).startswith((b"HTTP/1.1 431 ", b""))
        await team.settles(0)
        # Also one that comes behind a request that is being answered.
        reader, writer = await team.connect()
        writer.write(team.head("GET", "/api/v1/changes?wait=25"))
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET /api/v1 HTTP/1.1\r\n")
            for number in range(4 * LARGEST_HEAD // 1000):
                writer.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
                await writer.drain()
        await rest(reader)
        await team.settles(0)


@pytest.mark.parametrize("sized", [True, False])
async def test_a_body_beyond_one_mebibyte_is_refused_while_it_comes(tmp_path: Path, sized: bool) -> None:
    async with served(tmp_path, LONG._replace(linger=0.2)) as team:
        reader, writer = await team.connect()
        length = "Content-Length: 100000000000" if sized else "Transfer-Encoding: chunked"
        kind = ("Content-Type: application/json", "If-None-Match: *", length)
        writer.write(team.head("PUT", address(), *kind))

        async def send() -> None:
            piece = b" " * 65536
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(piece if sized else b"%x\r\n%s\r\n" % (len(piece), piece))
                    await writer.drain()

        sending = asyncio.create_task(send())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), SOON)
        assert b" 413 " in answer
        await team.settles(0)  # the rest of the body is not waited for
        await sending


async def test_a_body_that_drips_is_answered_and_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("session_tui.server.body._PATIENCE", 0.3)
    async with served(tmp_path) as team:
        reader, writer = await team.connect()
        kind = ("Content-Type: application/json", "If-None-Match: *", "Content-Length: 90000")
        writer.write(team.head("PUT", address(), *kind))

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert b" 408 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), SOON)
        await team.settles(0)
        dripping.cancel()


async def fill(team: Served, sessions: int) -> list[str]:
    """Put this many sessions of 500 KB on the server, over one connection."""
    reader, writer = await team.connect()
    ids = [f"2026-11-16-acme-freight-{number:04d}" for number in range(sessions)]
    text = "".join(Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=500_000))
    for each in ids:
        raw = body(each, headline=text)
        more = ("Content-Type: application/json", "If-None-Match: *", f"Content-Length: {len(raw)}")
        writer.write(team.head("PUT", address(each), *more) + raw)
        assert b" 201 " in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
    writer.close()
    return ids


async def test_a_client_that_reads_nothing_of_a_stream_is_cut_and_one_that_reads_slowly_is_not(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as team:
        ids = await fill(team, 10)
        asked = ('{"ids":[' + ",".join(f'"{each}"' for each in ids) + "]}").encode()
        request = team.head("POST", "/api/v1/fetch", "Content-Type: application/json", f"Content-Length: {len(asked)}")

        async def connect(window: int) -> socket.socket:
            made = socket.socket()
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            made.setblocking(False)
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", team.port))
            await asyncio.get_running_loop().sock_sendall(made, request + asked)
            return made

        await team.settles(0)
        never, slow = await connect(4096), await connect(65536)
        found = b""
        async with asyncio.timeout(4 * SOON):
            while not found.endswith(b"0\r\n\r\n"):
                piece = await asyncio.get_running_loop().sock_recv(slow, 40_000)
                assert piece, "a client that reads is not cut"
                found += piece
                await asyncio.sleep(0.005)
        assert found.count(b'"state":"here"') == 10
        slow.close()
        await team.settles(0)
        never.close()


async def test_where_there_is_no_room_an_idle_connection_goes(tmp_path: Path) -> None:
    async with served(tmp_path, LONG, most=10) as team:
        busy, writer = await team.connect()
        writer.write(team.head("GET", "/api/v1/changes?wait=25"))
        idle = [await team.connect() for _ in range(30)]
        for _ in range(3):
            reader, other = await team.connect()
            other.write(team.head("GET", "/healthz"))
            assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), SOON)
            other.close()
        assert team.connections <= 11
        assert not busy.at_eof() and sum(reader.at_eof() for reader, _ in idle) >= 20
        writer.close()
        for _, each in idle:
            each.close()


async def test_whatever_bytes_come_in_whatever_pieces_the_server_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests whole, cut, one behind the other, bodies too long and too short, and noise."""
    monkeypatch.setattr("session_tui.server.body._PATIENCE", 0.3)
    failed: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    async with served(tmp_path) as team:
        raw = body()
        sized = ("Content-Type: application/json", "If-None-Match: *", f"Content-Length: {len(raw)}")
        pieces = [
            team.head("GET", "/healthz"),
            team.head("GET", "/healthz", "Connection: close"),
            team.head("GET", "/api/v1/changes?wait=1", "Content-Length: 5"),
            team.head("PUT", address(), *sized) + raw,
            team.head("PUT", address(), *sized) + raw[:50],
            team.head("PUT", address(), "Expect: 100-continue", *sized),
            team.head("PUT", address(), "Content-Type: application/json", "Transfer-Encoding: chunked"),
            b"5\r\nhello\r\n", b"0\r\n\r\n", b"\r\n\r\n", b"x" * 3000, b"GET ", b"\x16\x03\x01\x00\xa5\x01\x00",
            team.head("GET", "/healthz", "Upgrade: websocket", "Connection: Upgrade"), bytes(range(256)), raw,
        ]  # fmt: skip

        async def noise(seed: int) -> None:
            rng = Random(seed)
            with contextlib.suppress(ConnectionError):
                reader, writer = await team.connect()
                for _ in range(rng.randint(1, 5)):
                    piece = rng.choice(pieces)
                    at = rng.randint(0, len(piece)) if rng.random() < 0.3 else len(piece)
                    for part in (piece[:at], piece[at:]):
                        writer.write(part)
                        await writer.drain()
                        await asyncio.sleep(rng.random() * 0.01)
                    if rng.random() < 0.3:
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(4096), 0.05)
                if rng.random() < 0.5:
                    writer.close()
                else:
                    await rest(reader)

        for first in range(0, 200, 50):
            await asyncio.gather(*(noise(first + number) for number in range(50)))
        await team.settles(0)
        reader, writer = await team.connect()
        writer.write(team.head("GET", "/readyz"))
        assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), SOON)
        writer.close()
        await team.settles(0)
    assert failed == []


@pytest.mark.slow
def test_a_thousand_idle_connections_are_held_without_trouble(tmp_path: Path) -> None:
    resource: Any = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * MOST_IDLE:
        pytest.skip(f"this system lets a process open {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * MOST_IDLE), hard))
    idle: list[socket.socket] = []
    try:
        with TeamServer(tmp_path / "data") as server:
            token = server.token("Ana Ruiz", "facilitator")
            port = int(server.url.rpartition(":")[2])
            before = memory(server)
            idle += [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_IDLE)]
            for each in idle[::2]:  # half of them have asked before
                each.sendall(b"GET /healthz HTTP/1.1\r\nHost: team\r\n\r\n")
            for each in idle[::2]:
                assert each.recv(4096).startswith(b"HTTP/1.1 200 ")
            begun = time.monotonic()
            with server.client(token) as client:
                assert client.put(address(), content=body(), headers=headers()).status_code == 201
                assert client.get("/readyz", headers=bearer(token)).status_code == 200
            assert time.monotonic() - begun < SOON
            grown = memory(server) - before
            assert grown < 40 * 1024, f"{grown} KiB for {MOST_IDLE} connections"
            assert server.end() < 2.0
            assert "Traceback" not in server.log.read_text()
    finally:
        for each in idle:
            each.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def memory(server: TeamServer) -> int:
    """The resident memory of the server in KiB; 0 where the system does not say it."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        return 0
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
