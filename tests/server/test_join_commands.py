"""Covers: session_tui.cli.serve_join, session_tui.server.join_commands and what `serve` prints.

An invitation stands on a terminal alone; what the page does can be done on the machine.
"""

import re
import sys
from pathlib import Path

import httpx
import pytest

from session_tui.server.join_routes import GRANT
from team_server import PATIENCE, TeamServer, bearer
from terminal import Terminal

pytestmark = pytest.mark.slow

INVITATION = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}")


def begin(server: TeamServer) -> dict[str, str]:
    found: dict[str, str] = httpx.post(
        f"{server.url}/api/v1/device", data={"machine": "ben-laptop", "name": "Ben"}
    ).json()
    return found


def token(server: TeamServer, begun: dict[str, str]) -> httpx.Response:
    fields = {"grant_type": GRANT, "device_code": begun["device_code"]}
    return httpx.post(f"{server.url}/api/v1/token", data=fields)


def test_on_a_terminal_it_prints_an_invitation_and_to_a_pipe_none(tmp_path: Path) -> None:
    server = TeamServer(tmp_path / "data")
    with server:
        assert server.end() < PATIENCE
        printed = server.log.read_text()
        assert not INVITATION.search(printed)
    command = [sys.executable, "-m", "session_tui", "serve", "--data", str(server.data), "--listen", "127.0.0.1:0"]
    terminal = Terminal(command, columns=160, environment=server.environment)
    try:
        terminal.waits_for(lambda text: "Ctrl+C ends the server" in text, PATIENCE)
        found = INVITATION.search(terminal.text)
        url = re.search(r"listening on (http://\S+)", terminal.text)
        assert found is not None and url is not None
        server.url = url[1]
        begun = begin(server)
        fields = {"user_code": begun["user_code"], "invitation": found[0], "name": "Ana Ruiz"}
        done = httpx.post(f"{server.url}/api/v1/device/approval", data=fields)
        assert done.json() == {"name": "Ana Ruiz", "role": "administrator"}
        given = token(server, begun).json()["access_token"]
        assert httpx.get(f"{server.url}/api/v1", headers=bearer(given)).json()["you"]["role"] == "administrator"
    finally:
        terminal.close()
    terminal = Terminal(command, columns=160, environment=server.environment)
    try:  # an administrator is there now
        terminal.waits_for(lambda text: "Ctrl+C ends the server" in text, PATIENCE)
        assert not INVITATION.search(terminal.text) and "serve invite NAME" in terminal.text
    finally:
        terminal.close()
    assert found[0].encode() not in b"".join(each.read_bytes() for each in server.data.iterdir())


def test_an_invitation_is_made_and_a_code_is_let_in_or_refused_on_the_machine(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        made = server.run("invite", "Ben Okafor", "--role", "member", "--account", "Acme Freight")
        assert made.returncode == 0 and INVITATION.fullmatch(made.stdout.strip())
        assert "For Ben Okafor as member" in made.stderr and made.stdout.strip() not in made.stderr
        assert "Invited: Ben Okafor as member" in server.run("people").stdout
        begun = begin(server)
        code = begun["user_code"]
        for arguments, words in (
            (("approve", code), "Say whose it is"),
            (("approve", code, "Ben"), "is not in the team yet"),
        ):
            refused = server.run(*arguments)
            assert refused.returncode == 2 and words in refused.stderr
        unasked = server.run("approve", code, "Ben", "--role", "coach")
        assert unasked.returncode == 1 and "--yes answers for you" in unasked.stderr
        assert token(server, begun).json() == {"error": "authorization_pending"}
        done = server.run("approve", code.lower(), "Ben", "--role", "coach", "--yes")
        assert done.stdout == "Ben has joined with it, as coach.\n"
        assert "ben-laptop, 127.0.0.1, " in done.stderr
        assert token(server, begun).json()["role"] == "coach"
        people = server.run("people").stdout
        assert "no end" in people and "taken back" not in people  # a token that holds looks like one
        other = begin(server)
        assert server.run("approve", other["user_code"], "--refuse").stdout == "Refused: ben-laptop.\n"
        assert token(server, other).json() == {"error": "access_denied"}
        gone = server.run("approve", other["user_code"], "Ben", "--yes")
        assert gone.returncode == 1 and "there is no open code like this" in gone.stderr
        log = server.log.read_text()
        assert not re.search("ben|okafor|acme", log, re.IGNORECASE)
        assert made.stdout.strip() not in log and code not in log and begun["device_code"] not in log
