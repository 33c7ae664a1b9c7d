"""Covers: session_tui.server.people, session_tui.server.members and session_tui.cli.serve_people.

Who has left is out at once, and stays out after a restore; a role and accounts count from the
moment they are changed.
"""

import asyncio
import json
import shutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from session_tui.server import revocations
from session_tui.server.access import ROLES, Role, covers
from session_tui.server.database import FILE
from session_tui.server.members import Members
from session_tui.server.people import NoSuchError, PeopleRegister
from team_server import NOW, PATIENCE, SESSION, InProcess, TeamServer, address, bearer, body, headers, in_process

OTHER = "2026-11-16-borealis-foods-2m9x"


@asynccontextmanager
async def team_in(folder: Path) -> AsyncIterator[tuple[InProcess, PeopleRegister]]:
    """A team, and what changes its people."""
    async with in_process(folder) as team:
        service = team.service
        people = PeopleRegister(service.database, service.members, folder, lambda: NOW, Random(2))
        await people.begin()
        yield team, people


async def status(client: httpx.AsyncClient) -> int:
    return (await client.get("/api/v1")).status_code


async def test_who_leaves_is_out_at_once_and_others_are_not(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        ben, again = await team.client("Ben Okafor", "member"), await team.client("ben  okafor", "viewer")
        ana = await team.client("Ana Ruiz", "facilitator")
        assert [await status(each) for each in (ben, again, ana)] == [200, 200, 200]
        gone = await people.remove("BEN OKAFOR")
        assert [await status(each) for each in (ben, again, ana)] == [401, 401, 200]
        assert set(revocations.read(tmp_path).tokens) == set(gone) and len(gone) == 2
        assert [each.name for each in (await people.listed())[0]] == ["Ana Ruiz"]
        with pytest.raises(NoSuchError):
            await people.remove("Ben Okafor")


async def test_one_token_goes_by_its_id_and_all_by_the_name(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        first, second = await team.client("Ben", "member"), await team.client("Ben", "member")
        ids = [each.id for each in (await people.listed())[0][0].tokens]
        assert await people.revoke(ids[0]) == (ids[0],)
        assert sorted([await status(first), await status(second)]) == [200, 401]
        with pytest.raises(NoSuchError):
            await people.revoke(ids[0])
        assert await people.revoke("ben") == (ids[1],)
        assert await status(first) == await status(second) == 401
        assert (await people.listed())[0][0].tokens == ()


async def test_a_database_of_before_gives_no_token_back_that_was_taken_back(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        ben, ana = await team.client("Ben", "member"), await team.client("Ana", "member")
        await team.service.database.write(lambda connection: connection.exec_driver_sql("select 1").scalar())
        team.service.database.close()
        shutil.copy(tmp_path / FILE, tmp_path / "before.db")
    async with team_in(tmp_path) as (team, people):
        await people.remove("Ben")
        team.service.database.close()
    (tmp_path / FILE).write_bytes((tmp_path / "before.db").read_bytes())
    for beside in ("-wal", "-shm"):
        (tmp_path / f"{FILE}{beside}").unlink(missing_ok=True)
    async with team_in(tmp_path) as (team, _):
        for client, expected in ((ben, 401), (ana, 200)):
            async with team.stranger() as asked:
                answer = await asked.get("/api/v1", headers={"Authorization": client.headers["authorization"]})
                assert answer.status_code == expected


async def test_a_look_from_before_a_change_is_not_remembered_after_it(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, _):
        members, database = team.service.members, team.service.database
        token = await members.give_token("Ben", "member", "")
        looking = asyncio.create_task(members.holder(token))
        await asyncio.sleep(0)  # the look is handed to a thread now
        three = threading.Barrier(4)
        for _ in range(3):  # all three threads are free again: the look is done, and its task has not gone on
            database._reading.submit(three.wait)
        three.wait(PATIENCE)
        with database._writer.begin() as connection:
            connection.exec_driver_sql("update tokens set revoked_at = '2026-11-28T09:00:00Z'")
        members.forget()
        await looking
        assert await members.holder(token) is None


@pytest.mark.parametrize("was", ROLES)
@pytest.mark.parametrize("role", ROLES)
async def test_another_role_counts_at_once_and_leaves_no_token_that_may_do_more(
    tmp_path: Path, was: Role, role: Role
) -> None:
    async with team_in(tmp_path) as (team, people):
        usual = await team.client("Ben", was)
        others = {each: await team.client("Ben", each) for each in ROLES if each != was}
        change = await people.set_role("Ben", role)
        assert (await usual.get("/api/v1")).json()["you"]["role"] == role
        for each, client in others.items():
            assert await status(client) == (200 if covers(role, each) else 401), each
        assert len(change.changed) == 1
        assert len(change.kept) == sum(covers(role, each) for each in others)
        assert set(change.revoked) == set(revocations.read(tmp_path).tokens)


def test_a_role_covers_what_it_may_do_and_no_more() -> None:
    found = {role: {other for other in ROLES if covers(role, other)} for role in ROLES}
    assert found == {
        "administrator": {"administrator", "member", "viewer"},
        "coach": {"coach", "viewer"},
        "facilitator": {"facilitator", "coach", "member", "viewer"},
        "member": {"member", "viewer"},
        "viewer": {"viewer"},
    }


async def test_accounts_of_a_person_and_of_a_token_both_count(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        ana = await team.client("Ana", "facilitator")
        assert (await ana.put(address(), content=body(), headers=headers())).status_code == 201
        other = body(OTHER, account="Borealis Foods")
        assert (await ana.put(address(OTHER), content=other, headers=headers())).status_code == 201
        ben = await team.client("Ben", "member")
        narrow = await team.service.members.give_token("Ben", "member", "", accounts=["acme freight"])

        async def seen(token: str) -> set[str]:
            async with team.stranger() as client:
                found = (await client.get("/api/v1/inventory", headers=bearer(token))).json()["sessions"]
            return {each["id"] for each in found}

        token = ben.headers["authorization"].removeprefix("Bearer ")
        assert await seen(token) == {SESSION, OTHER} and await seen(narrow) == {SESSION}
        assert await people.set_accounts("Ben", ["BOREALIS  foods"]) == ("borealis foods",)
        assert await seen(token) == {OTHER}
        assert await seen(narrow) == set()  # what one of the two leaves out is not there
        assert await people.set_accounts("Ben", []) == ()
        assert await seen(token) == {SESSION, OTHER} and await seen(narrow) == {SESSION}


async def test_a_token_ends_when_it_expires(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, _):
        token = await team.service.members.give_token("Ben", "member", "", expires_at="2026-11-28T09:00:01Z")
        assert await team.service.members.holder(token) is not None
        moved = Members(team.service.database, lambda: NOW.replace(second=1), Random(1))
        assert await moved.holder(token) is None


async def test_a_wait_for_changes_ends_with_the_token(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        ana, ben = await team.client("Ana", "facilitator"), await team.client("Ben", "member")
        waiting = asyncio.create_task(ben.get("/api/v1/changes?after=&wait=25"))
        end = time.monotonic() + PATIENCE
        while not team.service.members._known and time.monotonic() < end:  # until the first look is done
            await asyncio.sleep(0)
        await people.remove("Ben")
        assert (await ana.put(address(), content=body(), headers=headers())).status_code == 201
        assert (await asyncio.wait_for(waiting, PATIENCE)).status_code == 401


async def test_a_token_s_last_use_is_listed(tmp_path: Path) -> None:
    async with team_in(tmp_path) as (team, people):
        used = await team.client("Ben", "member")
        await team.client("Mei", "member")
        await status(used)
        await team.service.audit.flush()
        found = {each.name: each.tokens[0].last_used_at for each in (await people.listed())[0]}
        assert found == {"Ben": "2026-11-28T09:00:00Z", "Mei": ""}


@pytest.mark.slow
def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        empty = server.run("people")
        assert empty.returncode == 0 and "Nobody is in the team yet" in empty.stderr
        token = server.token("Ben Okafor", "member")
        narrow = server.run("token", "Ben Okafor", "--role", "viewer", "--expires", "30", "--account", "Acme Freight")
        assert narrow.returncode == 0 and narrow.stdout.startswith("stt_")
        with server.client(token) as client:
            assert client.get("/api/v1").status_code == 200
        listed = json.loads(server.run("people", "--json").stdout)
        (ben,) = listed["people"]
        assert (ben["name"], ben["role"], ben["sees"], ben["accounts"]) == ("Ben Okafor", "member", "shared", [])
        assert [(each["role"], each["accounts"], bool(each["expires_at"])) for each in ben["tokens"]] in (
            [("member", [], False), ("viewer", ["acme freight"], True)],
            [("viewer", ["acme freight"], True), ("member", [], False)],
        )
        text = server.run("people").stdout
        assert "Ben Okafor  member, sees what is shared" in text and "on acme freight alone" in text
        assert "stt_" not in text and "no end" in text
        assert server.run("people", "accounts", "ben okafor", "Acme Freight").stdout == (
            "ben okafor sees sessions on acme freight alone.\n"
        )
        assert server.run("people", "accounts", "Ben Okafor").returncode == 2
        assert "Ben Okafor is coach now, with 1 token." in server.run("people", "role", "Ben Okafor", "coach").stdout
        nobody = server.run("people", "remove", "Quentin")
        assert nobody.returncode == 1 and 'nobody called "Quentin"' in nobody.stderr and nobody.stdout == ""
        assert (
            server.run("people", "remove", "Ben Okafor").stdout
            == "Ben Okafor has left the team; 2 tokens taken back.\n"
        )
        with server.client(token) as client:
            assert client.get("/api/v1").status_code == 401
