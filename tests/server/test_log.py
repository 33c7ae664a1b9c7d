"""Covers: session_tui.server.log.

The log says what happened in lines of JSON, and has no name, account, id, address, header or body
in it, whatever is asked and whatever fails.
"""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_tui.server import log
from session_tui.server.app import application
from team_server import SESSION, InProcess, address, bearer, body, headers, in_process

CANARY = "xqzv"
ID = f"2026-11-16-{CANARY}-freight-2m9x"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log writes while the test runs, as the server sets it up."""
    written = io.StringIO()
    root, own = logging.getLogger(), logging.getLogger(log.OWN)
    before = root.handlers[:], root.level, own.level, logging.raiseExceptions
    monkeypatch.setattr("sys.stderr", written)
    log.log_to_stderr()
    yield written
    logging.captureWarnings(False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    own.setLevel(before[2])
    logging.raiseExceptions = before[3]


def parsed(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def places(team: InProcess) -> list[tuple[str, str]]:
    """Every method and path that the application has, whichever module its route is in."""
    inner: Any = team.application
    while not hasattr(inner, "routes"):
        inner = inner._app
    every = [each for each in inner.routes if isinstance(each, Route)]
    return sorted((method, each.path) for each in every for method in (each.methods or ()))


async def ask_everything(team: InProcess, client: httpx.AsyncClient) -> None:
    """Every route, in ways that succeed and in ways that fail, with the canary in all of them."""
    client.headers["user-agent"] = client.headers["x-forwarded-for"] = client.headers["cookie"] = CANARY
    for method, path in places(team):
        filled = path.replace("{session}", ID).replace("{revision}", CANARY * 16)
        filled = "/".join(CANARY if each.startswith("{") else each for each in filled.split("/"))
        for query in ("", f"?detail=full&after={CANARY}&bucket={CANARY}&before={CANARY}"):
            for asked in (
                b"{",
                body(ID, account=f"{CANARY} Freight", headline=CANARY),
                b'{"ids":["%s"]}' % ID.encode(),
            ):
                for more in (headers(key=f"key-{CANARY}"), headers(f'"{CANARY}"'), {"content-type": CANARY}):
                    await client.request(method, filled + query, content=asked, headers=more)
            form = {"name": CANARY, "code": CANARY, "machine": CANARY, "invitation": CANARY, "client_id": CANARY}
            await client.request(method, filled + query, data=form)
    await client.request(CANARY.upper(), f"/{CANARY}")
    await client.get(f"/api/v1/sessions/{CANARY}%0a%00{CANARY}")


async def test_no_line_has_a_name_an_account_an_id_or_a_body(tmp_path: Path, lines: io.StringIO) -> None:
    async with in_process(tmp_path) as team:
        for client in (
            await team.client(f"Quentin {CANARY}", "facilitator"),
            await team.client(f"Ben {CANARY}", "member"),
            team.stranger(),
        ):
            await ask_everything(team, client)
        wrong = team.stranger()
        wrong.headers.update(bearer(f"stt_{CANARY}"))
        assert (await wrong.get("/api/v1")).status_code in (401, 429)
        written = lines.getvalue()
        assert CANARY not in written.lower() and "stt_" not in written and SESSION not in written
        assert "127.0.0.1" not in written, "the address of every client in this process"
        found = parsed(lines)
        assert {line["token"][:2] for line in found if "token" in line} == {"t_"}
        asked = {(line["method"], line["route"]) for line in found if line["what"] == "request"}
        assert asked >= set(places(team)) | {("", "")}
        for line in found:
            assert set(line) <= {
                "at", "level", "what", "request", "method", "route", "status", "ms", "token", "session",
                "problem", "error", "place", "library",
            }, line  # fmt: skip


async def test_a_line_can_be_found_by_request_token_and_session(tmp_path: Path, lines: io.StringIO) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        made = await ana.put(address(), content=body(), headers=headers())
        await ana.get(address())
        await ana.get(address("2026-11-16-acme-freight-0000"))
        one, two, three = parsed(lines)
        assert one["request"] == made.headers["x-request-id"] != two["request"]
        assert one["token"] == two["token"] and one["token"].startswith("t_")
        assert one["session"] == two["session"] != three["session"]
        assert (one["route"], one["status"], three["status"]) == ("/api/v1/sessions/{session}", 201, 404)
        assert three["problem"] == "no-session-there" and "problem" not in one
    async with in_process(tmp_path / "..") as other:
        other.application = application(other.service, Random(2))  # another process has another key
        transport = httpx.ASGITransport(other.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://team") as stranger:
            await stranger.get(address())
        assert parsed(lines)[-1]["session"] != one["session"]


async def test_what_fails_is_logged_by_its_kind_and_place_alone(tmp_path: Path, lines: io.StringIO) -> None:
    async def fails(_: Request) -> Response:
        raise KeyError(CANARY)

    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        inner: Any = team.application
        while not isinstance(inner, Starlette):
            inner = inner._app
        inner.router.routes.append(Route("/fails", fails))
        answer = await ana.get(f"/fails?{CANARY}")
        assert answer.status_code == 500 and answer.json()["title"] == "The server failed"
        # A database that breaks off says the statement and its values.
        await team.service.database.write(lambda connection: connection.execute(text("drop table receipts")).close())
        refused = await ana.put(address(ID), content=body(ID, headline=CANARY), headers=headers(key=CANARY))
        assert refused.status_code == 503
        await team.service.database.write(lambda connection: connection.execute(text("drop table scopes")).close())
        team.service.members.forget()
        assert (await ana.get(address(ID))).status_code == 503
    found = parsed(lines)
    assert CANARY not in lines.getvalue()
    kinds = [(line["what"], line["error"]) for line in found if "error" in line]
    assert ("a request failed", "KeyError") in kinds and ("the database failed", "OperationalError") in kinds
    assert {line["level"] for line in found if "error" in line} == {"error"}


async def test_the_words_of_libraries_are_not_repeated(lines: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": CANARY, "exception": ValueError(CANARY)})
    logging.getLogger("sqlalchemy.pool").error("%s", CANARY, exc_info=ValueError(CANARY))
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received: %s", CANARY)
    warnings.warn(CANARY, stacklevel=1)
    written = lines.getvalue()
    assert CANARY not in written
    found = parsed(lines)
    assert [line["library"] for line in found] == ["asyncio", "sqlalchemy.pool", "uvicorn.error", "py.warnings"]
    assert found[0]["error"] == found[1]["error"] == "ValueError"
    assert found[2]["what"] == "Invalid HTTP request received: %s"
