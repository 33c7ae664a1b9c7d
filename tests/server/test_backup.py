"""Covers: session_tui.server.backup, session_tui.server.restore and session_tui.server.operations.

A backup made under load is whole and is what the live data were; restored, it is the data again
with a new epoch; killed at any moment, a backup and a restore leave the old or the new.
"""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random

import psycopg
import pytest

from kill_points import killed
from postgresql import servers_options
from server.test_kills import Pusher, grew, stored, until
from session_tui.model.sync.inventory import short
from session_tui.server import control
from session_tui.server.control import ControlError
from session_tui.server.integrity import CheckReport
from session_tui.server.operations import Place, check, make_backup, restore_backup
from team_server import NOW, TeamServer, address, body, headers, in_process

pytestmark = pytest.mark.slow

CLIENTS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def options(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The options of a server on each engine that the machine has."""
    with ExitStack() as stack:
        yield servers_options(request.param, stack)


def done(found: "subprocess.CompletedProcess[str]") -> str:
    """What a command printed that did what it was asked for."""
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def digests(text: str) -> list[str]:
    return re.findall(r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", text)


def place(folder: Path, database: str = "") -> Place:
    return Place(folder, database, lambda: NOW, Random(1))


def test_a_backup_under_load_is_the_live_data_and_is_restored(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    pushers = [Pusher(number) for number in range(CLIENTS)]
    with TeamServer(tmp_path / "data", *options) as server:
        token = server.token("Ana Ruiz", "facilitator")
        threads = [threading.Thread(target=each.push, args=(server.url, token)) for each in pushers]
        for each in threads:
            each.start()
        until(partial(grew, pushers, 20))
        before = {each.session: list(each.acknowledged) for each in pushers}
        said = done(server.run("backup", str(file), *options))
        live, copied = digests(said)
        assert live == copied
        while_it_runs = done(server.run("check", *options))
        assert "Everything holds together." in while_it_runs
        with server.client(token) as client:
            epoch = client.get("/api/v1").json()["epoch"]
            cursor = client.get("/api/v1/changes?limit=1").json()["cursor"]
        running = server.run("restore", str(file), *options)
        assert running.returncode == 1 and "end it first" in running.stderr, running.stderr
        server.end()
        for each in threads:
            each.join(30)
        restored = done(server.run("restore", str(file), *options))
        assert digests(restored) == [live] and "before-restore" in restored and "taken back" not in restored
        assert digests(done(server.run("check", *options))) == [live]
        server.start()
        with server.client(token) as client:
            about = client.get("/api/v1").json()
            assert about["epoch"] != epoch
            assert client.get(f"/api/v1/changes?after={cursor}").status_code == 410
            root = client.get("/api/v1/digest").json()["root"]
            assert live == "-".join(root[at : at + 4] for at in (0, 4, 8))
            for session, acknowledged in before.items():
                names = [f'"{row["revision"]}"' for row in stored(client, session)]
                assert names[: len(acknowledged)] == acknowledged
            known = pushers[0]
            answer = client.put(address(known.session), **known.request())
            assert answer.status_code in (200, 412)  # 412: what came after the backup is given back by a merge
    kept = next((tmp_path / "data").glob("before-restore-*.db"))
    shutil.copy(kept, tmp_path / "kept.db")
    connection = sqlite3.connect(tmp_path / "kept.db")
    versions = connection.execute("select count(*) from revisions").fetchone()[0]
    connection.close()
    assert versions >= sum(len(each.acknowledged) for each in pushers)


def test_a_backup_is_made_where_no_server_runs_too(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    with TeamServer(tmp_path / "data", *options) as server:
        token = given(server, "Ana Ruiz", "facilitator")
        with server.client(token) as client:
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
        server.kill()
    live, copied = make_backup(place(server.data, *options[1:]), file)
    assert live == copied == check(place(server.data, *options[1:])).summary
    # Into another folder, as on a new machine: what was taken back since is not known there.
    other = TeamServer(tmp_path / "other")
    said = done(other.run("restore", str(file)))
    assert "All tokens are taken back (1)" in said and digests(said) == [short(live.digest)]
    with other, other.client(token) as client:
        assert client.get("/api/v1").status_code == 401
    assert not list(server.data.glob("backup-*")) and not list(tmp_path.glob(".backup*"))


def test_what_was_taken_back_stays_so(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    with TeamServer(tmp_path / "data", *options) as server:
        ana, ben = given(server, "Ana Ruiz", "facilitator"), given(server, "Ben Okafor", "member")
        leaver = given(server, "Mei Tan", "member")
        make_backup(place(server.data), file)
        server.end()
        change(server, options, "update tokens set revoked_at = '2026-11-28T09:00:00Z' where role = 'member'")
        change(server, options, "update people set state = 'left' where name = 'Mei Tan'")
        server.start()
        until(lambda: (server.data / "revocations.jsonl").read_text().count('"token"') == 2)
        server.end()
        if not options:  # the list stands outside the database: it is enough without it
            for path in server.data.glob("team.db*"):
                path.unlink()
        restored = restore_backup(place(server.data, *options[1:]), file)
        assert (restored.revoked, restored.all_revoked) == (2, False)
        server.start()
        for token, status in ((ana, 200), (ben, 401), (leaver, 401)):
            with server.client(token) as client:
                assert client.get("/api/v1").status_code == status


def test_rights_that_were_taken_away_since_do_not_come_back(options: list[str], tmp_path: Path) -> None:
    """Another role, fewer accounts and leaving count as a token that was taken back does."""
    file = tmp_path / "backup.db"
    with TeamServer(tmp_path / "data", *options) as server:
        ben, mei = given(server, "Ben Okafor", "facilitator"), given(server, "Mei Tan", "coach")
        given(server, "Lee Park", "member")
        make_backup(place(server.data), file)
        control.ask(server.data, "people-role", {"name": "Ben Okafor", "role": "viewer"})
        control.ask(server.data, "people-accounts", {"name": "Mei Tan", "accounts": ["Borealis Foods"]})
        control.ask(server.data, "people-remove", {"name": "Lee Park"})
        server.end()
        restore_backup(place(server.data, *options[1:]), file)
        server.start()
        expected = {
            ben: {"name": "Ben Okafor", "role": "viewer", "sees": "shared", "accounts": None},
            mei: {"name": "Mei Tan", "role": "coach", "sees": "full", "accounts": ["borealis foods"]},
        }
        for token, you in expected.items():
            with server.client(token) as client:
                assert client.get("/api/v1").json()["you"] == you
        listed = control.ask(server.data, "people", {})["people"]
        assert {each["name"]: each["role"] for each in listed} == {"Ben Okafor": "viewer", "Mei Tan": "coach"}


def given(server: TeamServer, name: str, role: str) -> str:
    """A token from the running server."""
    return str(control.ask(server.data, "token", {"name": name, "role": role})["token"])


def change(server: TeamServer, options: list[str], statement: str) -> None:
    """Change a database behind the server's back."""
    if options:
        with psycopg.connect(options[1]) as postgresql:
            postgresql.execute(statement)
        return
    with sqlite3.connect(server.data / "team.db") as sqlite:
        sqlite.execute(statement)
    sqlite.close()


def test_a_backup_that_is_none_or_is_damaged_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    asyncio.run(filled(data, ["one"]))
    (tmp_path / "text.db").write_text("This is no database. " * 500)
    sqlite3.connect(tmp_path / "empty.db").close()
    make_backup(place(data), tmp_path / "cut.db")
    whole = (tmp_path / "cut.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[: len(whole) // 2])
    before = state(data)
    for name in ("none.db", "text.db", "empty.db", "cut.db"):
        with pytest.raises(ControlError, match=name):
            restore_backup(place(data), tmp_path / name)
        assert state(data) == before
    with pytest.raises(ControlError, match="file of the server itself"):
        make_backup(place(data), data / "team.db")
    found = TeamServer(data).run("restore", str(tmp_path / "cut.db"))
    assert found.returncode == 1 and found.stderr.count("\n") == 1 and found.stdout == "", found


async def filled(folder: Path, headlines: list[str]) -> None:
    """A data folder with a session of these versions, and a token taken back."""
    folder.mkdir(parents=True)
    async with in_process(folder) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        etag = None
        for number, each in enumerate(headlines):
            answer = await ana.put(address(), content=body(headline=each), headers=headers(etag, f"k{number}"))
            etag = answer.headers["etag"]
    connection = sqlite3.connect(folder / "team.db")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    template = tmp_path / "team"
    old, new = backed_up_then_changed(template)
    assert old.summary.digest != new.summary.digest
    folders = killed("restore", template)
    assert len(folders) > 10
    found = set()
    for folder in folders:
        report = state(folder / "data")
        assert report.number_of_faults == 0, (folder, report.faults)
        found.add(report.summary.digest)
        kept = list((folder / "data").glob("before-restore-*.db"))
        if report.summary.digest == old.summary.digest and kept:
            assert not kept[0].samefile(folder / "data" / "team.db")
        assert not list((folder / "data").glob("before-restore-*.db-*"))
    assert found == {old.summary.digest, new.summary.digest}
    assert state(folders[-1] / "data").summary.epoch != old.summary.epoch


def test_a_backup_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    template = tmp_path / "team"
    old, new = backed_up_then_changed(template)
    found = set()
    for folder in killed("backup", template):
        assert state(folder / "data").summary.digest == new.summary.digest
        shutil.rmtree(folder / "data")
        (folder / "data").mkdir()
        shutil.copy(folder / "backup.db", folder / "data" / "team.db")
        report = state(folder / "data")
        assert report.number_of_faults == 0
        found.add(report.summary.digest)
    assert found == {old.summary.digest, new.summary.digest}


def make(folder: Path) -> CheckReport:
    make_backup(place(folder / "data"), folder / "backup.db")
    return state(folder / "data")


def state(data: Path) -> CheckReport:
    return check(place(data))


def backed_up_then_changed(template: Path) -> tuple[CheckReport, CheckReport]:
    """A data folder as a killed server leaves it, with a backup of before its last change; what
    the backup holds, and what the folder.
    """
    before = template.with_name("before")
    asyncio.run(filled(before / "data", ["one"]))
    old = make(before)
    asyncio.run(changed(before / "data", template / "data"))
    shutil.copy(before / "backup.db", template)
    assert (template / "data" / "team.db-wal").stat().st_size
    look = template.with_name("look")
    shutil.copytree(template / "data", look)
    return old, state(look)


async def changed(data: Path, left: Path) -> None:
    """Change the session, and leave the folder as it is while the database is open."""
    async with in_process(data, seed=2) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        etag = (await ana.get(address())).headers["etag"]
        answer = await ana.put(address(), content=body(headline="two"), headers=headers(etag, "k9"))
        assert answer.status_code == 200
        shutil.copytree(data, left)


def test_a_check_says_what_is_wrong_with_status_3(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        with server.client(token) as client:
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
        server.end()
        change(server, [], "update heads set content = 'x'")
        server.start()
        for _ in ("asked", "alone"):
            found = server.run("check")
            assert found.returncode == 3 and "2026-11-16-acme-freight-2m9x: its newest version" in found.stderr
            assert "1 fault." in found.stdout
            if server.process.poll() is None:
                server.end()
        whole = (server.data / "team.db").read_bytes()
        (server.data / "team.db").write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
        found = server.run("check")
        assert found.returncode == 3 and "malformed" in found.stderr and "Traceback" not in found.stderr, found
        refused = server.run("backup", str(tmp_path / "backup.db"))
        assert refused.returncode == 1 and not (tmp_path / "backup.db").exists(), refused
