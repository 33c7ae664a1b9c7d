"""Covers: session_tui.outbox.sync.queued_messages.

Where an endpoint is kept in step, push, push_on_end and the outbox go through sync.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from program import HELD as HELD_LINES
from program import Program, program
from session_tui.outbox.store import Outbox
from team_server import TeamServer

pytestmark = pytest.mark.slow  # each has a team server of its own

__all__ = ["program"]

TOP = Path(__file__).resolve().parents[2]
HELD = "2026-11-09-acme-freight-2m9x"
TOKEN = "SESSION_TUI_TEAM_TOKEN"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamServer]:
    with TeamServer(tmp_path_factory.mktemp("team") / "data") as made:
        yield made


def endpoint(program: Program, url: str, more: str = "") -> None:
    kind = f'[[endpoints]]\nname = "team"\nkind = "team_server"\nurl = "{url}/api/v1/sessions"\n'
    program.own(f'{kind}secret_env = "{TOKEN}"\ndetail = "full"\n{more}')


@pytest.fixture
def team(program: Program, server: TeamServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """A member with the samples and a token."""
    shutil.copytree(TOP / "sessions", program.sessions, dirs_exist_ok=True)
    monkeypatch.setenv(TOKEN, server.token(f"ana-{tmp_path.name[-12:]}".replace("_", "-"), "facilitator"))
    endpoint(program, server.url, "sync = true\n")
    return program


def outbox(program: Program) -> Outbox:
    return Outbox(program.home / ".local" / "state" / "session-tui" / "outbox")


def test_push_syncs_and_stores_no_message(team: Program, server: TeamServer) -> None:
    done = team.run("push", HELD)
    assert (done.status, done.out) == (0, "team: delivered: brought there by sync\n"), done.err
    (row,) = json.loads(team.run("push", HELD, "--json").out)
    assert (row["session"], row["endpoint"], row["state"]) == (HELD, "team", "delivered")
    assert outbox(team).sound() == ()
    assert json.loads(team.run("sync", "--json").out)["sent"] == 0
    done = team.run("push", HELD, "--detail", "shared")
    assert done.status == 1 and "it is kept in step with detail full" in done.err


def test_what_the_server_does_not_take_is_not_called_delivered(
    team: Program, server: TeamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = server.run("token", "Lee Park", "--role", "facilitator", "--account", "None of the samples")
    monkeypatch.setenv(TOKEN, made.stdout.strip())
    done = team.run("push", HELD)
    assert done.status == 1 and "the server does not take it from you" in done.out, (done.out, done.err)


def test_push_to_a_server_that_is_not_there_fails_with_a_sentence(team: Program) -> None:
    endpoint(team, "http://127.0.0.1:9", "sync = true\n")
    done = team.run("push", HELD)
    assert done.status == 1 and done.err.startswith("session-tui: team: ") and outbox(team).sound() == ()


def test_an_old_message_is_never_sent_beside_sync_and_is_settled_by_it(team: Program, server: TeamServer) -> None:
    endpoint(team, "http://127.0.0.1:9")
    assert team.run("push", HELD).status == 0
    (waiting,) = outbox(team).sound()
    assert waiting.state == "waiting"
    # The server is there by now, and sync is on: the same message would meet what sync brought.
    path = outbox(team).folder / f"{waiting.id}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("http://127.0.0.1:9", server.url), encoding="utf-8")
    endpoint(team, server.url, "sync = true\n")
    done = team.run("outbox", "retry")
    assert "its sessions are kept in step by sync, not by messages. session-tui sync settles this message." in done.out
    assert outbox(team).sound()[0].state == "waiting"
    assert team.run("sync").status == 0
    (settled,) = outbox(team).sound()
    assert (settled.state, settled.reason, settled.etag) == ("delivered", "brought there by sync", "")
    assert team.run("outbox", "retry").err == "Nothing waits.\n"


def test_the_message_of_a_session_that_waits_stays(team: Program, server: TeamServer) -> None:
    endpoint(team, "http://127.0.0.1:9")
    assert team.run("push", HELD).status == 0
    path = outbox(team).folder / f"{outbox(team).sound()[0].id}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("http://127.0.0.1:9", server.url), encoding="utf-8")
    (team.sessions / f"{HELD}.toml").write_text("id = ", encoding="utf-8")
    endpoint(team, server.url, "sync = true\n")
    assert team.run("sync").status == 3
    assert [each.state for each in outbox(team).sound()] == ["waiting"]


def test_a_session_that_ends_is_synced_by_the_process_that_goes_on(
    team: Program, server: TeamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert team.run("sync").status == 0
    done = team.hold("Acme Freight", "--new")
    assert "team gets it by the next sync, in the background." in done.out + done.err
    assert outbox(team).sound() == ()
    monkeypatch.setenv("SESSION_TUI_BEHIND", "20")
    assert team.run("outbox", "work").status == 0
    found = json.loads(team.run("sync", "--json").out)
    assert (found["sent"], found["endpoints"][0]["in_step"]) == (0, True)


def test_the_process_in_the_background_brings_a_session_of_another_folder_there(
    team: Program, server: TeamServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("SESSION_TUI_BEHIND", "20")
    done = team.run("--sessions", str(elsewhere), "run", "Northwind", "--plain", lines=HELD_LINES)
    assert done.status == 0, done.err
    (path,) = elsewhere.glob("*.toml")
    # Whose folder that is, the program cannot know: the first time it is asked for.
    assert "session-tui sync brings it there the first time" in done.out + done.err
    with server.client(os.environ[TOKEN]) as client:
        assert client.get(f"/api/v1/sessions/{path.stem}").status_code == 404
    assert team.run("--sessions", str(elsewhere), "sync").status == 0
    done = team.run("--sessions", str(elsewhere), "run", "Southwind", "--plain", lines=HELD_LINES)
    (path,) = elsewhere.glob("*southwind*.toml")
    with server.client(os.environ[TOKEN]) as client:
        end = time.monotonic() + 30
        while client.get(f"/api/v1/sessions/{path.stem}").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_a_removal_goes_to_the_server_and_a_restored_session_too(team: Program) -> None:
    assert team.run("sync").status == 0
    done = team.run("remove", HELD, "--yes")
    assert "With the next sync it is removed at team too." in done.err
    assert json.loads(team.run("sync", "--json").out)["removed"] == 1
    assert team.run("sync").status == 0 and not (team.sessions / f"{HELD}.toml").exists()
    team.run("restore", HELD)
    assert json.loads(team.run("sync", "--json").out)["sent"] == 1


def test_a_trial_sends_nothing(team: Program) -> None:
    done = team.run("demo", "--plain", lines="/end hold later\n")
    assert "team" not in done.out + done.err
    assert outbox(team).sound() == ()
