"""Covers: session_tui.server.table_copy and session_tui.server.operations.

A copy to PostgreSQL and back is the same, row by row, goes into an empty database alone, and a
server goes on there as before.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgresql import database_of
from server.test_backup import digests, done
from team_server import PATIENCE, TeamServer, address, body, headers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """An empty database of PostgreSQL."""
    with database_of("postgresql") as found:
        yield found


def test_a_copy_to_postgresql_and_back_is_the_same(database: str, tmp_path: Path) -> None:
    session = "2026-11-16-acme-freight-0001"
    with TeamServer(tmp_path / "data") as server:
        ana, ben = server.token("Ana Ruiz", "facilitator"), server.token("Ben Okafor", "member")
        with server.client(ana) as client, server.client(ben) as other:
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
            etag = client.put(address(session), content=body(session), headers=headers(key="k1")).headers["etag"]
            shared = other.get(address(session)).headers["etag"]
            content = body(session, detail="shared", headline="ünï \u2028")
            assert other.put(address(session), content=content, headers=headers(shared)).status_code == 200
            first = client.get(address()).headers["etag"]
            assert client.delete(address(), headers=headers(first)).status_code == 204
            cursor = client.get("/api/v1/changes").json()["cursor"]
        running = server.run("copy", "--to", database)
        assert running.returncode == 1 and "end it first" in running.stderr
        server.end()
        said = done(server.run("copy", "--to", database))
        assert "here and there" in said
        assert digests(said) == digests(done(server.run("check")))
    there = TeamServer(tmp_path / "new", "--database", database)
    with there, there.client(ana) as client:
        assert client.get(f"/api/v1/changes?after={cursor}").json()["changes"] == []  # the same epoch and number
        assert client.get(address()).status_code == 410
        again = client.put(address(session), content=body(session), headers=headers(key="k1"))
        assert (again.status_code, again.headers["etag"]) == (201, etag)  # its receipt came along
        assert digests(done(there.run("check"))) == digests(said)
        newest = client.get(address(session)).headers["etag"]
        content = body(session, headline="newer")
        assert client.put(address(session), content=content, headers=headers(newest)).status_code == 200
        there.end()
    back = tmp_path / "back"
    back.mkdir()
    said = done(there.run("copy", "--to", f"sqlite:///{back}/team.db", "--database", database))
    home = TeamServer(back)
    with home, home.client(ana) as client:
        assert client.get(address(session)).json()["session"]["headline"] == "newer"
        assert digests(done(home.run("check"))) == digests(said)
        full = there.run("copy", "--to", f"sqlite:///{back}/team.db", "--database", database)
        assert full.returncode == 1 and "there is a database already" in full.stderr
        home.end()
    not_empty = home.run("copy", "--to", database)
    assert not_empty.returncode == 1 and "not empty" in not_empty.stderr


def test_a_copy_of_a_database_that_started_alone_counts_as_empty(database: str, tmp_path: Path) -> None:
    name = "started"
    run_sql(database, f"create database {name}")
    empty = f"{database.rpartition('/')[0]}/{name}"
    with TeamServer(tmp_path / "new", "--database", empty) as there:
        there.end()
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        server.end()
        environment = server.environment | {"SESSION_TUI_DATABASE": empty}
        command = server.command("copy", "--data", str(server.data))
        asked = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE, check=False)
        done(asked)
    with TeamServer(tmp_path / "new", "--database", empty) as there, there.client(token) as client:
        assert client.get("/api/v1").status_code == 200


def test_a_copy_says_what_it_needs(tmp_path: Path) -> None:
    server = TeamServer(tmp_path / "data")
    cases = [
        ((), 2, "--to names the database"),
        (("--to", "postgresql://team:secret@127.0.0.1/team"), 2, "SESSION_TUI_DATABASE"),
        (("--to", "mysql://team@127.0.0.1/team"), 1, "a copy goes to postgresql://"),
        (("--to", "sqlite:///no/such/folder/team.db"), 1, "there is no such folder"),
        (("--to", "postgresql://team@127.0.0.1:1/team"), 1, "there is no such folder"),
    ]
    for options, status, words in cases:
        found = server.run("copy", *options)
        assert found.returncode == status and words in found.stderr and "secret" not in found.stderr, found
        assert "Traceback" not in found.stderr


def run_sql(database: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statement)
