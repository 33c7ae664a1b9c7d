"""Covers: `session-tui sync` as a team uses it, with the server as a process and real files.

One member is offline for a week; the server is put back to yesterday's copy by hand, then emptied,
then restored. After one `sync` each all have everything, and prove it to each other.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from session_tui.model.vocabulary import Detail
from session_tui.server.access import Role
from session_tui.server.database import FILE
from sync_members import TeamMember, session_id, session_text
from team_server import TeamServer

ONE, TWO, THREE = map(session_id, (1, 2, 3))


def member(root: Path, server: TeamServer, name: str, role: Role, detail: Detail = "full") -> TeamMember:
    return TeamMember(root, name, server.url, server.token(name, role), detail)


def synced(member: TeamMember, *options: str) -> dict[str, Any]:
    done = member.run("sync", "--json", *options)
    assert done.returncode == 0, (member.name, done.stdout, done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def proof(member: TeamMember) -> str:
    done = member.run("sync", "--proof")
    assert done.returncode == 0 and done.stdout.count("\n") == 1, (done.stdout, done.stderr)
    return done.stdout


def put_back(server: TeamServer, copy: Path | None) -> None:
    """Stop the server, and put a copy of its data in place by hand; None: nothing is left but who
    may come in.
    """
    server.end()
    if copy is not None:
        for each in server.data.glob(f"{FILE}*"):
            each.unlink()
        shutil.copy(copy, server.data / FILE)
    server.start()


def move_to(members: tuple[TeamMember, ...], server: TeamServer) -> None:
    """The server listens at another port now."""
    for each in members:
        text = each.config.read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("url = "))
        each.config.write_text(text.replace(line, f'url = "{server.url}/api/v1/sessions"'), encoding="utf-8")


@pytest.mark.slow
def test_a_team_with_one_offline_for_a_week_and_a_server_that_is_put_back_and_emptied(tmp_path: Path) -> None:
    # Fifteen syncs by the command line, each a process: over the three seconds of other tests.
    with TeamServer(tmp_path / "server") as server:
        ana = member(tmp_path, server, "Ana", "facilitator")
        ben = member(tmp_path, server, "Ben", "facilitator")
        mei = member(tmp_path, server, "Mei", "member", "shared")
        everyone = (ana, ben, mei)
        empty = tmp_path / "empty.db"
        server.end()
        shutil.copy(server.data / FILE, empty)
        server.start()
        move_to(everyone, server)

        ana.path(ONE).write_text(session_text(ONE), encoding="utf-8")
        assert synced(ana)["sent"] == 1
        assert synced(ben)["received"] == synced(mei)["received"] == 1
        server.end()
        yesterday = tmp_path / "yesterday.db"
        shutil.copy(server.data / FILE, yesterday)
        server.start()
        move_to(everyone, server)

        # Mei is offline for a week and works; the others go on.
        mei.edit(ONE, "Build the payback model", "Build the payback model with Jonas")
        mei.path(THREE).write_text(session_text(THREE), encoding="utf-8")
        ana.edit(ONE, "COO", "CEO")
        ben.path(TWO).write_text(session_text(TWO), encoding="utf-8")
        synced(ana)
        synced(ben)
        put_back(server, yesterday)
        move_to(everyone, server)
        for each in (ben, ana, mei, ben, ana):
            synced(each)
        assert all(set(each.texts()) == {ONE, TWO, THREE} for each in everyone)
        for each in everyone:
            assert "CEO" in each.texts()[ONE] and "with Jonas" in each.texts()[ONE]
        assert "plays golf" in ben.texts()[ONE] and "plays golf" not in mei.texts()[ONE]
        assert proof(ana) == proof(ben)
        before = [each.digests() for each in everyone]

        put_back(server, empty)
        move_to(everyone, server)
        said = ana.run("sync")
        assert said.returncode == 0 and "3 sessions on the server, 3 here; 3 sent; in step" in said.stdout
        assert "gets them from here" in said.stdout
        for each in (ben, mei):
            synced(each)
        assert [each.digests() for each in everyone] == before
        assert proof(ana) == proof(ben)
