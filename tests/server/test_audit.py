"""Covers: session_tui.server.audit and session_tui.cli.serve_audit.

It says who changed and who read what, by ids and without a body, and every way to a body is in it.
"""

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlalchemy import select

from session_tui.server.audit import KEPT, AuditEntry, AuditRow, page, write_audit
from session_tui.server.members import TEAM
from session_tui.server.people import PeopleRegister
from session_tui.server.tables import audit
from team_contents import CANARY
from team_server import NOW, SESSION, InProcess, TeamServer, address, body, headers, in_process

OTHER = "2026-11-16-borealis-foods-2m9x"


async def entries(team: InProcess, since: str = "", account: str = "") -> list[AuditRow]:
    """All entries, newest first, taken in pages of three."""
    await team.service.audit.flush()
    found: list[AuditRow] = []
    before = ""
    while True:
        asked = partial(page, team=TEAM, since=since, account=account, before=before, limit=3)
        part = await team.service.database.read(asked)
        found += part
        if len(part) < 3:
            return found
        before = f"{part[-1].at} {part[-1].entry}"


async def said(team: InProcess, **filters: str) -> list[tuple[str, str, str]]:
    return sorted((each.name or each.person, each.what, each.about) for each in await entries(team, **filters))


async def test_every_way_to_a_body_and_every_change_is_an_entry(tmp_path: Path) -> None:
    clock = [NOW]
    async with in_process(tmp_path, clock=lambda: clock[0]) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        private = body(stakeholders=[{"id": "s1", "name": "Mia", "note": CANARY}])
        made = await ana.put(address(), content=private, headers=headers())
        other = body(OTHER, account="Borealis Foods")
        assert (await ana.put(address(OTHER), content=other, headers=headers())).status_code == 201
        revision = (await ana.get("/api/v1/inventory")).json()["sessions"][0]["revision"]
        assert revision in made.headers["etag"]
        readers = {name: await team.client(name, "coach") for name in ("Ben", "Cem", "Dan", "Eva")}
        await readers["Ben"].get(address())
        await readers["Cem"].get(f"{address()}/revisions/{revision}")
        await readers["Dan"].post("/api/v1/fetch", json={"ids": [SESSION, "2026-11-16-acme-freight-0000"]})
        # What has no body in it is no reading.
        await readers["Eva"].get("/api/v1/changes")
        await readers["Eva"].get(address(), headers={"If-None-Match": made.headers["etag"]})
        await readers["Eva"].get(address("2026-11-16-acme-freight-0000"))
        reads = [(name, "read", SESSION) for name in ("Ben", "Cem", "Dan")]
        changes = [("Ana Ruiz", "change", SESSION), ("Ana Ruiz", "change", OTHER)]
        found = [each for each in await said(team) if each[1] != "give-token"]
        assert found == sorted([*reads, *changes])
        # Again within the hour is the same entry, later another.
        await readers["Ben"].get(address())
        assert len(await said(team)) == len(found) + 5
        clock[0] += timedelta(hours=1)
        await readers["Ben"].get(address())
        assert len(await said(team)) == len(found) + 6
        gone = await ana.delete(address(), headers=headers(made.headers["etag"]))
        assert gone.status_code == 204
        assert ("Ana Ruiz", "remove", SESSION) in await said(team)
        assert await said(team, account="borealis foods") == [("Ana Ruiz", "change", OTHER)]
        assert {each[2] for each in await said(team, account="acme freight")} == {SESSION}
        later = await said(team, since="2026-11-28T09:30:00Z")
        assert later == [("Ana Ruiz", "remove", SESSION), ("Ben", "read", SESSION)]
        assert CANARY not in msgspec.json.encode(await entries(team)).decode()


async def test_changes_of_people_are_entries_with_ids(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        service = team.service
        people = PeopleRegister(service.database, service.members, tmp_path, lambda: NOW, Random(2))
        await team.client("Ben Okafor", "member")
        await people.set_role("Ben Okafor", "coach")
        await people.set_accounts("Ben Okafor", ["Acme Freight"])
        (ben,) = (await people.listed())[0]
        await people.remove("Ben Okafor")
        found = await entries(team)
        assert {(each.person, each.what, each.about, each.detail) for each in found} == {
            ("machine", "give-token", ben.tokens[0].id, f"{ben.id} member"),
            ("machine", "role", ben.id, "coach"),
            ("machine", "accounts", ben.id, "acme freight"),
            ("machine", "revoke-token", ben.tokens[0].id, ""),
            ("machine", "remove-person", ben.id, ""),
        }
        raw = await service.database.read(lambda connection: connection.execute(select(audit)).all())
        assert "Okafor" not in str(raw) and "stt_" not in str(raw)


async def test_an_entry_is_written_once_and_swept_when_it_is_old(tmp_path: Path) -> None:
    clock = [NOW]
    async with in_process(tmp_path, clock=lambda: clock[0]) as team:
        await team.service.audit.flush()
        old = AuditEntry("2026-11-28T09:00:00Z", "p_1", "read", SESSION, token="t_1")
        for _ in range(2):
            await team.service.database.write(lambda connection: write_audit(connection, TEAM, [old, old]))
        assert len(await entries(team)) == 1
        clock[0] += KEPT
        assert len(await entries(team)) == 1
        clock[0] += timedelta(hours=2)
        assert await entries(team) == []


@pytest.mark.slow
def test_the_command_shows_it_and_a_stop_loses_nothing(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        assert "Nothing was changed or read." in server.run("audit").stderr
        token = server.token("Ana Ruiz", "facilitator")
        with server.client(token) as client:
            content = body(headline=CANARY)
            assert client.put(address(), content=content, headers=headers()).status_code == 201
            assert client.get(address()).status_code == 200
        server.end()
        server.start()
        found = json.loads(server.run("audit", "--json").stdout)
        assert [(each["name"], each["what"], each["about"]) for each in found if each["what"] != "give-token"] in (
            [("Ana Ruiz", "change", SESSION), ("Ana Ruiz", "read", SESSION)],
            [("Ana Ruiz", "read", SESSION), ("Ana Ruiz", "change", SESSION)],
        )
        text = server.run("audit", "--account", "ACME freight", "--since", "-2d").stdout
        assert "Ana Ruiz" in text and "changed" in text and "read" in text and "gave token" not in text
        assert CANARY not in text and CANARY not in json.dumps(found)
        wrong = server.run("audit", "--since", "never")
        assert wrong.returncode == 2 and "is not a date" in wrong.stderr
        used = json.loads(server.run("people", "--json").stdout)["people"][0]["tokens"][0]["last_used_at"]
        assert datetime.strptime(used, "%Y-%m-%dT%H:%M:%SZ").year >= 2026
