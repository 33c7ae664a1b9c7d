"""Covers: session_tui.server.access and every route of session_tui.server.app.

What a role may do stands in one table: each route, asked by each role, by a visitor without a
token and by a user who has left. A route that is not in the table fails the test, and no route
shows a private byte to those who see what is shared.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.routing import Route

from session_tui.server.access import ROLES, Role
from session_tui.server.app import application
from session_tui.server.join_routes import GRANT
from session_tui.server.people import PeopleRegister
from team_contents import CANARY
from team_server import NOW, SESSION, InProcess, address, bearer, body, headers, in_process

PERSON = {"id": "s1", "name": "Mia Tran", "power": 5, "pain": CANARY, "note": CANARY}
WHOLE: dict[str, Any] = {"stakeholders": [PERSON], "notes": [{"id": "n1", "text": CANARY}]}
SHARED = ("administrator", "member", "viewer")
VISITOR = "visitor"
LEFT = "left"
ASKERS = (*ROLES, VISITOR, LEFT)


class Asked(NamedTuple):
    """How a route is asked, and the status for each asker; `others` is that of all who are not
    named.
    """

    ask: Callable[["Site", httpx.AsyncClient], Awaitable[httpx.Response]]
    others: int
    named: Mapping[str, int] = {}

    def status(self, asker: str) -> int:
        return self.named.get(asker, self.others)


class Site:
    """A team with a session in it, and its newest version as the asker names it."""

    def __init__(self, team: InProcess, full: str, shared: str) -> None:
        self.team, self.full, self.shared = team, full, shared


def get(path: str) -> Callable[[Site, httpx.AsyncClient], Awaitable[httpx.Response]]:
    return lambda _, client: client.get(path)


def posted(path: str, **fields: str) -> Callable[[Site, httpx.AsyncClient], Awaitable[httpx.Response]]:
    return lambda _, client: client.post(path, data=fields)


def version(site: Site, client: httpx.AsyncClient) -> Awaitable[httpx.Response]:
    return client.get(f"{address()}/revisions/{site.full}")


def fetch(_: Site, client: httpx.AsyncClient) -> Awaitable[httpx.Response]:
    return client.post("/api/v1/fetch", json={"ids": [SESSION]})


def put(detail: str) -> Callable[[Site, httpx.AsyncClient], Awaitable[httpx.Response]]:
    def ask(site: Site, client: httpx.AsyncClient) -> Awaitable[httpx.Response]:
        content = body(detail=detail, headline="new", **(WHOLE if detail == "full" else {}))
        etag = f'"{site.full}"' if detail == "full" else f'"{site.shared}.s"'
        return client.put(address(), content=content, headers=headers(etag))

    return ask


def remove(site: Site, client: httpx.AsyncClient) -> Awaitable[httpx.Response]:
    return client.delete(address(), headers=headers(f'"{site.full}"'))


STRANGERS = {VISITOR: 401, LEFT: 401}
READS: dict[str, int] = dict.fromkeys(ROLES, 200)
TABLE: dict[tuple[str, str], tuple[Asked, ...]] = {
    ("GET", "/healthz"): (Asked(get("/healthz"), 200),),
    ("GET", "/readyz"): (Asked(get("/readyz"), 200),),
    ("GET", "/api"): (Asked(get("/api"), 200),),
    ("GET", "/join"): (Asked(get("/join"), 200),),
    ("GET", "/join.css"): (Asked(get("/join.css"), 200),),
    # Who asks at the page is told by what is typed into it, and not by a header.
    ("POST", "/join"): (Asked(posted("/join", code="0000-0000", credential="x"), 404),),
    ("POST", "/api/v1/device"): (Asked(posted("/api/v1/device", machine="x", name=""), 200),),
    ("POST", "/api/v1/device/approval"): (Asked(posted("/api/v1/device/approval", user_code="0000-0000"), 400),),
    ("POST", "/api/v1/token"): (Asked(posted("/api/v1/token", grant_type=GRANT, device_code="0" * 64), 400),),
    ("GET", "/api/v1"): (Asked(get("/api/v1"), 401, READS),),
    ("GET", "/api/v1/sessions"): (Asked(get("/api/v1/sessions"), 401, READS),),
    ("GET", "/api/v1/inventory"): (Asked(get("/api/v1/inventory"), 401, READS),),
    ("GET", "/api/v1/digest"): (Asked(get("/api/v1/digest"), 401, READS),),
    ("GET", "/api/v1/changes"): (Asked(get("/api/v1/changes"), 401, READS),),
    ("POST", "/api/v1/fetch"): (Asked(fetch, 401, READS),),
    ("GET", "/api/v1/sessions/{session}"): (
        Asked(get(address()), 401, READS),
        Asked(get(f"{address()}?detail=full"), 401, READS),
    ),
    ("GET", "/api/v1/sessions/{session}/revisions"): (Asked(get(f"{address()}/revisions"), 401, READS),),
    # The name of the full version is none of the chain of those who see what is shared.
    ("GET", "/api/v1/sessions/{session}/revisions/{revision}"): (
        Asked(version, 404, STRANGERS | {"coach": 200, "facilitator": 200}),
    ),
    ("PUT", "/api/v1/sessions/{session}"): (
        Asked(put("shared"), 200, STRANGERS | {"coach": 403, "viewer": 403}),
        Asked(put("full"), 403, STRANGERS | {"facilitator": 200}),
    ),
    ("DELETE", "/api/v1/sessions/{session}"): (Asked(remove, 403, STRANGERS | {"facilitator": 204}),),
}


def routes(team: InProcess) -> set[tuple[str, str]]:
    """Every route that the application has, with its methods."""
    app: Any = application(team.service, Random(1))
    while not hasattr(app, "routes"):
        app = app._app
    every = [each for each in app.routes if isinstance(each, Route)]
    assert len(every) == len(app.routes)
    return {(method, each.path) for each in every for method in (each.methods or ()) if method != "HEAD"}


async def client_of(team: InProcess, folder: Path, asker: str) -> httpx.AsyncClient:
    """A client of this asker."""
    if asker == VISITOR:
        return team.stranger()
    role: Role = "facilitator" if asker == LEFT else asker  # type: ignore[assignment]
    client = await team.client(f"The {asker}", role)
    if asker == LEFT:
        people = PeopleRegister(team.service.database, team.service.members, folder, lambda: NOW, Random(5))
        await people.remove(f"The {asker}")
    return client


@asynccontextmanager
async def site_for(folder: Path, asker: str) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """A new team with a session that has everything, and a client of this asker."""
    folder.mkdir()
    async with in_process(folder) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        made = await ana.put(address(), content=body(**WHOLE), headers=headers())
        shared = (await ana.get(f"{address()}?detail=shared")).headers["etag"].strip('"').removesuffix(".s")
        yield Site(team, made.headers["etag"].strip('"'), shared), await client_of(team, folder, asker)


@pytest.mark.parametrize("asker", ASKERS)
async def test_a_role_may_do_what_the_table_says(tmp_path: Path, asker: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="session_tui.server")

    async def check(route: tuple[str, str], asked: Asked, site: Site, client: httpx.AsyncClient) -> None:
        answer = await asked.ask(site, client)
        assert answer.status_code == asked.status(asker), (route, asker, answer.text)
        text = f"{answer.text} {answer.headers}"
        if asker not in ("coach", "facilitator"):
            assert CANARY not in text and site.full not in text, (route, asker, text)
        if asker in (VISITOR, LEFT):
            assert not any(word in text for word in ("Acme", "acme", "Mia", SESSION)), (route, asker, text)

    changes = [(route, each) for route, cases in TABLE.items() for each in cases if route[0] in ("PUT", "DELETE")]
    async with site_for(tmp_path / "reads", asker) as (site, client):
        assert set(TABLE) == routes(site.team), "a route is not in the table"
        for route, cases in TABLE.items():
            if route[0] not in ("PUT", "DELETE"):
                for asked in cases:
                    await check(route, asked, site, client)
    for number, (route, asked) in enumerate(changes):
        async with site_for(tmp_path / str(number), asker) as (site, client):
            await check(route, asked, site, client)
    assert CANARY not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("role", SHARED)
async def test_no_private_byte_is_in_the_pages_and_answers_of_joining(tmp_path: Path, role: Role) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        await ana.put(address(), content=body(**WHOLE), headers=headers())
        token = await team.service.members.give_token("Ben", role, "")
        async with team.stranger() as client:
            begun = (await client.post("/api/v1/device", data={"machine": "x", "name": "Ben"})).json()
            answers = [
                await client.post("/join", data={"code": begun["user_code"], "credential": token}),
                await client.post("/join", data={"code": begun["user_code"], "form": "0" * 64, "answer": "yes"}),
                await client.post(
                    "/join", content=b"\xff", headers={"Content-Type": "application/x-www-form-urlencoded"}
                ),
                await client.get("/join?code=<script>", headers=bearer(token)),
                await client.post("/api/v1/token", json={}),
            ]
        for answer in answers:
            assert answer.status_code < 500
            text = f"{answer.text} {answer.headers}"
            assert CANARY not in text and token not in text and "Acme" not in text and "<script" not in text


async def test_only_a_facilitator_removes_the_private_side_of_an_entry(tmp_path: Path) -> None:
    role: Role
    for role in ("administrator", "member", "facilitator"):
        folder = tmp_path / role
        folder.mkdir()
        async with in_process(folder) as team:
            ana = await team.client("Ana Ruiz", "facilitator")
            await ana.put(address(), content=body(**WHOLE), headers=headers())
            client = await team.client("Ben", role)
            detail = "full" if role == "facilitator" else "shared"
            etag = (await client.get(address())).headers["etag"]
            done = await client.put(address(), content=body(detail=detail, stakeholders=[]), headers=headers(etag))
            assert done.status_code == 200
            left = (await ana.get(address())).json()["session"].get("stakeholders", [])
            assert left == ([] if role == "facilitator" else [PERSON])
