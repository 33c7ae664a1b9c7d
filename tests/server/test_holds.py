"""Covers: session_tui.server.data_folder, session_tui.server.writer, session_tui.server.database.

The server holds: killed at any system call of a `PUT`, on a disk that is full, read-only or
failing, by a clock that is off, with bodies made to keep it busy, on a folder that is not its own.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from posix_only import ROOT
from server.test_kills import Pusher, check
from session_tui.model.fault import Fault
from session_tui.model.sync.content import content_of
from session_tui.server.data_folder import file_system
from system_calls import injected
from team_server import NOW, TeamServer, address, body, headers, in_process

# What a PUT asks the system for; the others wait, or touch memory alone.
CALLS = "read,write,pread64,pwrite64,fdatasync,fsync,ftruncate,sendto,recvfrom,fcntl"
SAMPLES = 5  # of some 60 calls; each needs a server of its own
ROOM = "6m"  # of a small disk
MANY = 60_000


@pytest.mark.slow
def test_killed_at_any_system_call_of_a_put_what_was_acknowledged_is_stored(tmp_path: Path) -> None:
    pusher, log = Pusher(0), tmp_path / "calls.log"
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        put(server, token, pusher)
        with injected(server.process.pid, log, CALLS):
            put(server, token, pusher)
        calls = called(log.read_text())
        assert {name for name, _ in calls} >= {"pwrite64", "fdatasync"}, calls
        killed = 0
        for name, number in calls[:: max(1, len(calls) // SAMPLES)]:
            with (
                injected(server.process.pid, log, name, f"signal=KILL:when={number}"),
                contextlib.suppress(httpx.TransportError),
            ):
                put(server, token, pusher)
            killed += server.process.poll() is not None
            server.kill()
            server.start()
            with server.client(token) as client:
                check(client, pusher)
            put(server, token, pusher)  # the same request, where it had no answer
        assert killed >= SAMPLES // 2
        assert "Everything holds together." in server.run("check").stdout


def put(server: TeamServer, token: str, pusher: Pusher) -> None:
    """The pusher's next version."""
    asked = pusher.request()
    with server.client(token) as client:
        answer = client.put(address(pusher.session), **asked)
    assert answer.status_code in (200, 201), answer.text
    pusher.take(asked, answer)


def called(log: str) -> list[tuple[str, int]]:
    """The calls of a log with how many of that name their thread had made, in their order."""
    counts: dict[tuple[str, str], int] = {}
    found = []
    for line in log.splitlines():
        thread, _, call = line.partition(" ")
        name, bracket, _ = call.strip().partition("(")
        if bracket and name.isidentifier():
            counts[thread, name] = counts.get((thread, name), 0) + 1
            found.append((name, counts[thread, name]))
    return list(dict.fromkeys(found))


@pytest.mark.slow
@pytest.mark.parametrize("error", ["EIO", "EROFS", "ENOSPC"])
def test_a_disk_that_fails_is_no_acknowledged_change_and_no_end(tmp_path: Path, error: str) -> None:
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        with server.client(token) as client:
            etag = client.put(address(), content=body(), headers=headers()).headers["etag"]
            with injected(server.process.pid, tmp_path / "calls.log", "pwrite64,fdatasync", f"error={error}"):
                refused = client.put(address(), content=body(headline="x"), headers=headers(etag, "k1"))
                assert refused.status_code == 503 and "retry-after" in refused.headers, refused.text
                assert client.get(address()).headers["etag"] == etag
                assert client.get("/healthz").status_code == 200
            taken = client.put(address(), content=body(headline="x"), headers=headers(etag, "k1"))
            assert taken.status_code == 200
        assert "Everything holds together." in server.run("check").stdout
        server.kill()
        server.start()
        with server.client(token) as client:
            assert client.get(address()).headers["etag"] == taken.headers["etag"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 6 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if not ROOT or mount is None:
        pytest.skip("a small disk needs root and mount")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)], capture_output=True)
    if done.returncode:
        pytest.skip(f"no disk may be mounted here: {done.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_told_and_is_over_when_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    server = TeamServer(small_disk / "data")
    server.log = tmp_path / "log"
    with server:
        token = server.token("Ana Ruiz", "facilitator")
        with server.client(token) as client:
            etag = client.put(address(), content=body(), headers=headers()).headers["etag"]
            filler = small_disk / "filler"
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
            statuses = []
            for number in range(40):  # the journal may have room for some
                content = body(headline=f"{number} {'x' * 100_000}")
                answer = client.put(address(), content=content, headers=headers(etag, f"k{number}"))
                statuses.append(answer.status_code)
                if answer.status_code == 503:
                    break
                etag = answer.headers["etag"]
            assert statuses[-1] == 503, statuses
            assert client.get(address()).headers["etag"] == etag
            refused = server.run("backup", str(tmp_path / "backup.db"))
            assert refused.returncode == 1 and "room" in refused.stderr, refused
            filler.unlink()
            again = client.put(address(), content=content, headers=headers(etag, f"k{number}"))
            assert again.status_code == 200
        assert "Everything holds together." in server.run("check").stdout


@pytest.mark.slow
def test_a_read_only_disk_is_told_in_a_sentence(tmp_path: Path, small_disk: Path) -> None:
    server = TeamServer(small_disk / "data")
    server.log = tmp_path / "log"
    with server:
        server.token("Ana Ruiz", "facilitator")
        server.end()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = server.run("--listen", "127.0.0.1:0")
    assert done.returncode == 1 and "read-only" in done.stderr and "Traceback" not in done.stderr
    for command in (("backup", str(tmp_path / "backup.db")), ("restore", str(tmp_path / "backup.db")), ("check",)):
        done = server.run(*command)
        assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.count("\n") == 1, done


def _later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


async def test_a_clock_that_is_off_by_hours_decides_nothing(tmp_path: Path) -> None:
    contents = [body(headline=str(number)) for number in range(3)]
    etag, cursor, token = None, "", ""
    for content, off in zip(contents, (0, 3, -3), strict=True):
        async with in_process(tmp_path, clock=partial(_later, off)) as team:
            client = team.stranger()
            token = token or await team.service.members.give_token("Ana Ruiz", "facilitator", "")
            client.headers["Authorization"] = f"Bearer {token}"
            asked: dict[str, Any] = {"content": content, "headers": headers(etag, f"k{off}")}
            answer = await client.put(address(), **asked)
            assert answer.status_code in (200, 201)
            again = await client.put(address(), **asked)
            assert (again.status_code, again.headers["etag"]) == (answer.status_code, answer.headers["etag"])
            etag = answer.headers["etag"]
            changes = (await client.get(f"/api/v1/changes?after={cursor}")).json()
            assert [each["id"] for each in changes["changes"]] == [address().rpartition("/")[2]]
            cursor = changes["cursor"]
            chain = (await client.get(f"{address()}/revisions")).json()["revisions"]
    assert all(after["parent"] == before["revision"] for after, before in pairwise(chain))
    assert len(chain) == len(contents)


def test_a_body_of_sixty_thousand_entries_is_refused_before_anything_is_made_of_it() -> None:
    whole = body(assumptions=[{"id": f"a{number}"} for number in range(MANY)])
    assert 900_000 < len(whole) < 1024 * 1024
    refused, decoded = [], []
    for _ in range(5):
        begun = time.process_time()
        value = msgspec.json.decode(whole)
        decoded.append(time.process_time() - begun)
        begun = time.process_time()
        assert isinstance(content_of(value), Fault)
        refused.append(time.process_time() - begun)
    assert min(refused) < min(decoded)


@pytest.mark.slow
def test_others_are_answered_while_such_bodies_come(tmp_path: Path) -> None:
    whole = body(assumptions=[{"id": f"a{number}"} for number in range(MANY)])
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        with server.client(token) as client, server.client(token) as other:
            for number in range(10):
                answer = client.put(address(), content=whole, headers=headers(key=f"k{number}"))
                assert answer.status_code == 422 and "at most 500" in answer.text
                assert other.get("/api/v1").status_code == 200
            assert client.put(address(), content=body(), headers=headers()).status_code == 201


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/team/data", "nfs4"),
        ("/srv/team ours/data", "cifs"),
        ("/srv/teams", "ext4"),
        ("/srv/team/local", "xfs"),
        ("/mnt/twice/data", "ext4"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_mount_it_is_in(folder: str, kind: str) -> None:
    mounts = (
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "22 21 0:40 / /srv/team rw,relatime shared:1 - nfs4 nas:/team rw,vers=4.2\n"
        "23 21 0:41 / /srv/team\\040ours rw - cifs //nas/ours rw\n"
        "24 22 8:2 / /srv/team/local rw - xfs /dev/sdb1 rw\n"
        "25 21 0:42 / /mnt/twice rw - nfs nas:/other rw\n"
        "26 25 8:3 / /mnt/twice rw - ext4 /dev/sdc1 rw\n"
        "no line of it\n"
    )
    assert file_system(Path(folder), mounts) == kind
    assert file_system(Path(folder), "") == ""


def test_a_database_that_is_a_link_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "two" / "team.db").symlink_to(tmp_path / "one" / "team.db")
    done = TeamServer(tmp_path / "two").run("--listen", "127.0.0.1:0")
    assert done.returncode == 1 and "another server may run on what it names" in done.stderr
