"""Covers: session_tui.server.health and session_tui.server.metrics, and when the server is ready.

Who runs the server learns from two addresses whether it lives and whether it is ready, and from a
port of its own what it does. Nothing of it names a person, an account or a session.
"""

import asyncio
import math
import socket
import threading
from pathlib import Path
from random import Random

import httpx
import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from session_tui.server.app import application
from session_tui.server.health import Health
from session_tui.server.members import TEAM
from session_tui.server.metrics import Metrics, exposition
from session_tui.server.writer import BatchWriter
from team_server import NOW, PATIENCE, InProcess, TeamServer, address, body, headers, in_process

SOON = 20.0  # seconds, on a busy machine


async def until(team: InProcess, status: int) -> str:
    """The words of `/readyz` when it has this status."""
    async with asyncio.timeout(SOON):
        while (answer := await team.stranger().get("/readyz")).status_code != status:
            await asyncio.sleep(0.01)
    return answer.text


async def test_changes_that_wait_for_too_long_make_the_server_not_ready(tmp_path: Path) -> None:
    async with in_process(tmp_path) as other:
        service = other.service
        writer = BatchWriter(service.database, TEAM, lambda: NOW, slow=0.2)
        team = InProcess(replace(service, writer=writer))
        writing = asyncio.create_task(writer.run())
        ana = await team.client("Ana Ruiz", "facilitator")
        free = threading.Event()
        holds = asyncio.create_task(service.database.write(lambda _: free.wait(SOON)))
        puts = asyncio.create_task(ana.put(address(), content=body(), headers=headers()))
        assert await until(team, 503) == "changes wait for too long\n"
        assert (await team.stranger().get("/healthz")).status_code == 200
        free.set()
        await holds
        assert (await puts).status_code == 201
        assert await until(team, 200) == "ready\n"
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        # Without its task no change is ever written, and after a while that shows.
        puts = asyncio.create_task(ana.put(address(), content=body(headline="x"), headers=headers('"x"')))
        assert await until(team, 503) == "changes wait for too long\n"
        puts.cancel()


async def test_a_server_that_ends_is_not_ready(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        team.service.writer.end_waits()
        assert await until(team, 503) == "the server ends\n"


async def test_a_database_that_hangs_is_asked_once_and_said(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        database, free = team.service.database, threading.Event()
        health = Health(database, TEAM, patience=0.05)
        assert await health.sequence() == 0
        held = [asyncio.create_task(database.read(lambda _: free.wait(SOON))) for _ in range(3)]
        assert await asyncio.gather(*(health.sequence() for _ in range(50))) == [None] * 50
        assert database._reading._work_queue.qsize() <= 1
        free.set()
        await asyncio.gather(*held)
        assert await Health(database, TEAM).sequence() == 0


def numbers(text: str) -> dict[str, float]:
    """The values of an exposition, by name and labels."""
    return {
        f"{sample.name}{sample.labels or ''}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_is_counted_is_what_happened(tmp_path: Path) -> None:
    async with in_process(tmp_path) as other:
        metrics = Metrics("SQLite")
        service = other.service
        service.database.retried = metrics.retried
        writer = BatchWriter(service.database, TEAM, lambda: NOW, metrics.batch)
        team = InProcess(replace(service, writer=writer))
        app = application(team.service, Random(1), metrics.answered)
        writing = asyncio.create_task(writer.run())
        token = await service.members.give_token("Ana Ruiz", "facilitator", "")
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://team", headers={"Authorization": f"Bearer {token}"}
        ) as ana:
            made = await ana.put(address(), content=body(), headers=headers())
            wrong = headers(made.headers["etag"]) | {"Session-Revision": f'"{"0" * 64}"'}
            assert (await ana.put(address(), content=body(headline="x"), headers=wrong)).status_code == 422
            await ana.request("XQZV", "/xqzv")
        writing.cancel()
        shown = exposition(metrics, team.service, Health(service.database, TEAM), tmp_path, lambda: 7)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shown), base_url="http://metrics") as reader:
            answer = await reader.get("/metrics")
            assert (await reader.get("/api/v1")).status_code == 404
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = numbers(answer.text)
    at = "/api/v1/sessions/{session}"

    def requests(method: str, route: str, status: str) -> float:
        return found[f"session_tui_requests_total{ {'method': method, 'route': route, 'status': status} }"]

    assert requests("PUT", at, "201") == 1
    assert requests("PUT", at, "422") == 1
    assert requests("", "", "404") == 1
    assert found["session_tui_problems_total{'problem': 'digest-differs'}"] == 1
    assert found["session_tui_batch_changes_count"] == 2
    assert (found["session_tui_sequence"], found["session_tui_connections"]) == (1, 7)
    assert found["session_tui_database_answers"] == 1
    assert not any(word in answer.text.lower() for word in ("xqzv", "acme", "ana", token))


@pytest.mark.slow
def test_metrics_have_a_port_of_their_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with TeamServer(tmp_path / "data", "--metrics", str(port)) as server:
        url = f"http://127.0.0.1:{port}"
        with server.client(server.token("Ana Ruiz", "facilitator")) as client:
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
            assert client.get("/metrics").status_code == 404
        found = numbers(httpx.get(f"{url}/metrics", timeout=PATIENCE).text)
        assert found["session_tui_sequence"] == 1 and found["session_tui_queue_changes"] == 0
        assert found["process_open_fds"] > 0 and math.isnan(found["session_tui_backup_age_seconds"])
        made = server.run("backup", str(tmp_path / "backup.db"))
        assert made.returncode == 0, made.stderr
        found = numbers(httpx.get(f"{url}/metrics", timeout=PATIENCE).text)
        assert 0 <= found["session_tui_backup_age_seconds"] < 600
        assert httpx.get(f"{url}/api/v1", timeout=PATIENCE).status_code == 404
        assert server.end() < 2.0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/metrics")
        with socket.create_server(("127.0.0.1", port)):
            taken_port = server.run("--listen", "127.0.0.1:0", "--metrics", f"127.0.0.1:{port}")
        assert taken_port.returncode == 1 and "--metrics names another" in taken_port.stderr
        assert server.run("--metrics", "here").returncode == 2
