"""Covers: session_tui.server.

Who sees what is shared gets nothing private, in no route, answer, error or line of log; what is
not his account is not there for him.
"""

import logging
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Connection, insert
from starlette.routing import Route

from session_tui.model.name_keys import name_key
from session_tui.model.vocabulary import PRIVATE
from session_tui.server import feed, sessions
from session_tui.server.access import Role
from session_tui.server.members import TEAM
from session_tui.server.tables import people, scopes
from team_contents import CANARY
from team_server import SESSION, InProcess, address, bearer, body, headers, in_process

SHARED: tuple[Role, ...] = ("administrator", "member", "viewer")
PERSON = {"id": "s1", "name": "Mia Tran", "power": 5, "support": -2, "pain": CANARY, "note": CANARY}
WHOLE: dict[str, Any] = {
    "stakeholders": [PERSON, {"id": "s2", "name": "Jonas", "newer": CANARY}],
    "action_items": [{"id": "t1", "text": "Call", "owner": "Ben", "note": CANARY}],
    "notes": [{"id": "n1", "text": CANARY}],
    "plan": {"source": "plans/acme.md", "comments": [{"line": 1, "text": CANARY}]},
    "changes": [{"at": "2026-11-20T09:00:00Z", "entry": "s1", "field": "pain", "to": CANARY, "by": "Ana"}],
    "newer": {"x": CANARY},
}


async def asked(client: httpx.AsyncClient, revision: str) -> dict[tuple[str, str], list[httpx.Response]]:
    """What every route answers, by its method and path."""
    found: dict[tuple[str, str], list[httpx.Response]] = {}

    async def ask(method: str, path: str, query: str = "", url: str = "", **more: Any) -> None:
        answer = await client.request(method, f"{url or path}{query}", **more)
        found.setdefault((method, path), []).append(answer)

    at, one = "/api/v1/sessions/{session}", address()
    for query in ("", "?detail=full", "?detail=shared"):
        for path in ("/api/v1", "/api/v1/sessions", "/api/v1/inventory", "/api/v1/digest", "/api/v1/changes"):
            await ask("GET", path, query)
        await ask("GET", at, query, one)
        await ask("GET", f"{at}/revisions", query, f"{one}/revisions")
        await ask("GET", f"{at}/revisions/{{revision}}", query, f"{one}/revisions/{revision}")
        await ask("POST", "/api/v1/fetch", query, json={"ids": [SESSION], "chain": 200})
    shared = (await client.get(f"{one}/revisions")).json()["revisions"][0]["revision"]
    await ask("GET", f"{at}/revisions/{{revision}}", "", f"{one}/revisions/{shared}")
    for etag in (None, f'"{revision}"', f'"{"0" * 64}"', f'"{shared}.s"'):
        await ask("DELETE", at, "", one, headers=headers(etag))
        for content in (body(), body(detail="shared", stakeholders=[{"id": "s3", "name": "New", "power": 9}]), b"{"):
            await ask("PUT", at, "", one, content=content, headers=headers(etag))
    return found


def routes() -> set[tuple[str, str]]:
    """Every route of sessions that the application has."""
    every = [each for each in (*feed.ROUTES, *sessions.ROUTES) if isinstance(each, Route)]
    return {(method, each.path) for each in every for method in (each.methods or ()) if method != "HEAD"}


async def head(team: InProcess) -> tuple[str, str]:
    """A facilitator's session with everything private in it: its revision and content."""
    ana = await team.client("Ana Ruiz", "facilitator")
    first = await ana.put(address(), content=body(**WHOLE), headers=headers())
    assert first.status_code == 201, first.text
    assert CANARY in (await ana.get(address())).text
    row = (await ana.get("/api/v1/inventory")).json()["sessions"][0]
    return row["revision"], row["content"]


@pytest.mark.parametrize("role", SHARED)
async def test_a_shared_reader_gets_no_private_byte(
    tmp_path: Path, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="session_tui.server")
    async with in_process(tmp_path) as team:
        revision, content = await head(team)
        found = await asked(await team.client("Ben", role), revision)
        assert set(found) == routes()
        for answers in found.values():
            for answer in answers:
                text = f"{answer.text} {answer.headers}"
                assert answer.status_code < 500
                # A digest of a full content would tell who guesses it whether the guess is right.
                assert not any(word in text for word in (CANARY, revision, content)), answer.request.url
                keys = {f'"{key}":' for key in PRIVATE} | {'"notes":', '"comments":', '"newer":'}
                assert not any(key in text for key in keys), (answer.request.url, text)
        assert CANARY not in "".join(map(str, (vars(record) for record in caplog.records)))


async def test_a_shared_push_removes_nothing_private(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        await head(team)
        ben = await team.client("Ben", "member")
        etag = (await ben.get(address())).headers["etag"]
        empty = body(detail="shared", stakeholders=[], action_items=[], headline="new")
        made = await ben.put(address(), content=empty, headers=headers(etag))
        assert made.status_code == 200
        ana = await team.client("Ana Ruiz", "facilitator")
        now = (await ana.get(address())).json()["session"]
        assert now["headline"] == "new"
        assert now["stakeholders"][0] == PERSON
        assert (now["notes"], now["changes"]) == (WHOLE["notes"], WHOLE["changes"])
        assert (now["plan"]["comments"], now["newer"]) == (WHOLE["plan"]["comments"], WHOLE["newer"])


async def test_a_private_note_makes_no_shared_reader_s_version_another(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        await head(team)
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")
        before = (await ben.get(address())).headers["etag"]
        cursor = (await ben.get("/api/v1/changes")).json()["cursor"]
        etag = (await ana.get(address())).headers["etag"]
        private = WHOLE | {"notes": [{"id": "n1", "text": "another"}]}
        assert (await ana.put(address(), content=body(**private), headers=headers(etag))).status_code == 200
        assert (await ben.get(address())).headers["etag"] == before
        assert (await ben.get(f"/api/v1/changes?after={cursor}")).json()["changes"] == []
        assert len((await ben.get(f"{address()}/revisions")).json()["revisions"]) == 1
        changed = body(detail="shared", headline="x")
        assert (await ben.put(address(), content=changed, headers=headers(before))).status_code == 200


async def test_a_full_body_needs_the_name_of_the_full_version_where_something_is_private(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "facilitator")
        plain = body(detail="shared")
        etag = (await ben.put(address(), content=plain, headers=headers())).headers["etag"]
        assert etag.endswith('.s"')
        # Nothing is private yet: who pushed what is shared may go on with everything.
        etag = (await ben.put(address(), content=body(headline="x"), headers=headers(etag))).headers["etag"]
        shared = (await ana.get(f"{address()}?detail=shared")).headers["etag"]
        judged = PERSON | {"title": "COO"}
        private = body(headline="x", stakeholders=[judged])
        made = await ana.put(address(), content=private, headers=headers(etag))
        assert made.status_code == 200
        assert (await ana.get(f"{address()}?detail=shared")).headers["etag"] == shared
        lost = await ben.put(address(), content=body(headline="y"), headers=headers(shared))
        assert (lost.status_code, lost.headers["etag"]) == (412, made.headers["etag"])
        assert (await ben.delete(address(), headers=headers(shared))).status_code == 412
        assert (await ana.get(address())).json()["session"]["stakeholders"] == [judged]


async def test_who_may_not_write_writes_nothing_and_a_full_body_needs_a_full_reader(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        revision, _ = await head(team)
        role: Role
        for role in ("coach", "viewer"):
            client = await team.client(role, role)
            answer = await client.put(address(), content=body(detail="shared"), headers=headers(f'"{revision}"'))
            assert answer.status_code == 403
        for role in ("administrator", "coach", "member", "viewer"):
            client = await team.client(f"{role} too", role)
            assert (await client.delete(address(), headers=headers(f'"{revision}"'))).status_code == 403
        member = await team.client("Ben", "member")
        etag = (await member.get(address())).headers["etag"]
        assert (await member.put(address(), content=body(), headers=headers(etag))).status_code == 403
        assert (await member.put(address(), content=body(detail="shared"), headers=headers(etag))).status_code == 200


async def test_sessions_on_other_accounts_are_not_there(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        revision, _ = await head(team)
        ben = await team.client("Ben", "facilitator")

        def allow(connection: Connection) -> None:
            row = connection.execute(people.select().where(people.c.name == "Ben")).one()
            allowed = {"team": TEAM, "person": row.person, "account": name_key("Borealis Foods")}
            connection.execute(insert(scopes), allowed)

        await team.service.database.write(allow)
        team.service.members.forget()
        assert (await ben.get(address())).status_code == (await ben.get(f"{address()}/revisions")).status_code == 404
        assert (await ben.get("/api/v1/inventory")).json()["sessions"] == []
        assert (await ben.get("/api/v1/changes")).json()["changes"] == []
        assert (await ben.get("/api/v1/digest")).json()["count"] == 0
        lines = (await ben.post("/api/v1/fetch", json={"ids": [SESSION]})).content.splitlines()
        assert msgspec.json.Decoder().decode(lines[0]) == {"id": SESSION, "state": "none"}
        for etag in (None, f'"{revision}"'):
            assert (await ben.put(address(), content=body(), headers=headers(etag))).status_code == 403
            other = body(account="Borealis Foods")
            assert (await ben.put(address(), content=other, headers=headers(etag))).status_code == 403
        mine = "2026-11-16-borealis-foods-2m9x"
        made = await ben.put(address(mine), content=body(mine, account="Borealis Foods"), headers=headers())
        assert made.status_code == 201
        moved = await ben.put(address(mine), content=body(mine), headers=headers(made.headers["etag"]))
        assert moved.status_code == 403


async def test_versions_of_when_a_session_was_on_another_account_are_not_there(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        first = await ana.put(address(), content=body(headline="secret"), headers=headers())
        await ana.put(address(), content=body(account="Borealis"), headers=headers(first.headers["etag"]))
        token = await team.service.members.give_token("Ben", "coach", "", accounts=[name_key("Borealis")])
        ben = team.stranger()
        ben.headers.update(bearer(token))
        now, before = (await ben.get(f"{address()}/revisions")).json()["revisions"]
        assert (await ben.get(f"{address()}/revisions/{now['revision']}")).status_code == 200
        refused = await ben.get(f"{address()}/revisions/{before['revision']}")
        assert refused.status_code == 404 and "secret" not in refused.text
        assert (await ana.get(f"{address()}/revisions/{before['revision']}")).status_code == 200


async def test_no_number_tells_that_something_was_changed_that_a_reader_does_not_see(tmp_path: Path) -> None:
    """Neither what is private nor what is on another account moves a number of the answers."""
    other = "2026-11-16-borealis-foods-2m9x"

    async def numbers(client: httpx.AsyncClient) -> list[Any]:
        found = [(await client.get(f"/api/v1{path}")).json() for path in ("", "/digest", "/changes")]
        return [found[0]["sequence"], found[1]["sequence"], found[2]["cursor"]]

    async with in_process(tmp_path) as team:
        await head(team)
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")
        mei = team.stranger()
        token = await team.service.members.give_token("Mei", "facilitator", "", accounts=[name_key("Acme Freight")])
        mei.headers.update(bearer(token))
        before = await numbers(ben), await numbers(mei)
        etag = (await ana.get(address())).headers["etag"]
        private = WHOLE | {"notes": [{"id": "n1", "text": "another"}]}
        assert (await ana.put(address(), content=body(**private), headers=headers(etag))).status_code == 200
        assert await numbers(ben) == before[0]
        after = await numbers(mei)
        assert after != before[1]
        made = body(other, account="Borealis Foods")
        assert (await ana.put(address(other), content=made, headers=headers())).status_code == 201
        assert await numbers(mei) == after
        epoch, _, number = after[2].partition(".")
        # Nor can the number be found by asking for what comes after it.
        assert (await mei.get(f"/api/v1/changes?after={epoch}.{int(number) + 1}")).status_code == 410
        assert (await mei.get(f"/api/v1/changes?after={after[2]}")).json()["changes"] == []


async def test_fetch_gives_each_reader_the_chain_that_he_sees(tmp_path: Path) -> None:
    async with in_process(tmp_path) as server:
        ana, mei = await server.client("Ana", "facilitator"), await server.client("Mei", "member")
        first = await ana.put(address(), content=body(**WHOLE), headers=headers())
        noted = body(**WHOLE | {"notes": [{"id": "n1", "text": "another"}]})
        second = await ana.put(address(), content=noted, headers=headers(first.headers["etag"]))
        gone = await ana.delete(address(), headers=headers(second.headers["etag"]))
        found = {}
        for client in (ana, mei):
            asked = await client.post("/api/v1/fetch", json={"ids": [SESSION], "chain": 9})
            row = asked.json()
            versions = (await client.get(f"{address()}/revisions")).json()["revisions"]
            assert row["chain"] == [[each["revision"], each["content"]] for each in versions]
            assert (row["state"], row["revision"]) == ("removed", row["chain"][0][0])
            found[client] = row["chain"]
        assert (len(found[ana]), len(found[mei])) == (3, 2), "a private note is no version for her"
        assert not {revision for revision, _ in found[ana]} & {revision for revision, _ in found[mei]}
        assert gone.status_code == 204
        newest = (await ana.post("/api/v1/fetch", json={"ids": [SESSION], "chain": 1})).json()
        assert newest["chain"] == found[ana][:1]
        assert "chain" not in (await ana.post("/api/v1/fetch", json={"ids": [SESSION]})).json()


async def test_the_digest_says_in_which_detail_it_is(tmp_path: Path) -> None:
    async with in_process(tmp_path) as server:
        ana, mei = await server.client("Ana", "facilitator"), await server.client("Mei", "member")
        await ana.put(address(), content=body(**WHOLE), headers=headers())
        assert (await ana.get("/api/v1/digest")).json()["detail"] == "full"
        less = (await ana.get("/api/v1/digest?detail=shared")).json()
        assert less == (await mei.get("/api/v1/digest?detail=full")).json()
        assert less["detail"] == "shared"
