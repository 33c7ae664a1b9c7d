"""Covers: session_tui.cli.serve, session_tui.server.process and session_tui.server.control.

The command as those who operate it see it: it says where it listens, keeps a second server out,
ends within two seconds, gives tokens, and says in a sentence what is wrong.
"""

import json
import os
import re
import signal
import socket
import ssl
import stat
import time
from pathlib import Path

import httpx
import pytest
import trustme

import forking
from team_server import PATIENCE, TeamServer, address, bearer, body, headers

pytestmark = pytest.mark.slow

ENDS_WITHIN = 2.0  # seconds


def faulty(server: TeamServer, *arguments: str) -> str:
    """The sentence with which the command fails."""
    done = forking.run(server.command(*arguments)[1:], cwd=Path.cwd(), env=server.environment, timeout=PATIENCE)
    assert done.returncode in (1, 2) and done.stdout == "", done
    assert "Traceback" not in done.stderr and "should not have happened" not in done.stderr
    return done.stderr


def test_it_says_where_it_listens_gives_tokens_and_ends(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        assert re.fullmatch(r"stt_[0-9a-f]{64}", token)
        assert httpx.get(f"{server.url}/healthz").status_code == httpx.get(f"{server.url}/readyz").status_code == 200
        you = httpx.get(f"{server.url}/api/v1", headers=bearer(token)).json()["you"]
        assert you == {"name": "Ana Ruiz", "role": "facilitator", "sees": "full", "accounts": None}
        wrong = server.run("token", "Ana Ruiz", "--role", "queen")
        assert wrong.returncode == 2 and wrong.stdout == ""
        unnamed = server.run("token", " ", "--role", "member")
        assert unnamed.returncode == 1 and "printable" in unnamed.stderr
        assert server.end() < ENDS_WITHIN
        gone = server.run("token", "Ana Ruiz", "--role", "member")
        assert gone.returncode == 1 and "no server runs on this data folder" in gone.stderr
        server.start()
        with server.client(token) as client:
            assert client.get("/api/v1").status_code == 200
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
        kept = b"".join(path.read_bytes() for path in server.data.iterdir()) + server.log.read_bytes()
        assert token.encode() not in kept
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in server.data.iterdir()}
        assert set(modes.values()) == {0o600} and stat.S_IMODE(server.data.stat().st_mode) == 0o700, modes


def test_it_ends_in_time_whatever_clients_do(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        port = int(server.url.rpartition(":")[2])
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
        begun = f"PUT {address()} HTTP/1.1\r\nHost: team\r\nAuthorization: Bearer {token}\r\nIf-None-Match: *\r\n"
        idle[0].sendall(f"{begun}Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n{{".encode())
        waits = f"GET /api/v1/changes?after=&wait=25 HTTP/1.1\r\nHost: team\r\nAuthorization: Bearer {token}\r\n\r\n"
        idle[1].sendall(waits.encode())
        with server.client(token) as client:
            assert client.put(address(), content=body(), headers=headers()).status_code == 201
        assert server.end() < ENDS_WITHIN
        for each in idle:
            each.close()
        assert "Traceback" not in server.log.read_text()


def test_a_second_server_is_kept_out_of_the_same_data(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        second = faulty(server, "--data", str(server.data), "--listen", "127.0.0.1:0")
        assert "a server runs on this data folder already" in second
        server.token("Ana Ruiz", "member")  # the first one is still the one that is asked
        server.kill()
        server.start()  # a killed server leaves nothing that keeps the next one out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--listen", "0.0.0.0:0"], "needs a certificate"),
        (["--listen", "[::]:0"], "needs a certificate"),
        (["--listen", "192.0.2.1:0", "--behind-proxy", "127.0.0.1"], "cannot listen there"),
        (["--listen", "127.0.0.1:0", "--tls-cert", "no.pem"], "belong together"),
        (["--listen", "0.0.0.0:0", "--tls-cert", "no.pem", "--tls-key", "no.pem"], "no such file"),
        (["--listen", "127.0.0.1"], "not ADDRESS:PORT"),
        (["--listen", "127.0.0.1:99999"], "not ADDRESS:PORT"),
    ],
)
def test_it_refuses_to_listen_in_the_open(tmp_path: Path, options: list[str], words: str) -> None:
    server = TeamServer(tmp_path / "data")
    assert words in faulty(server, "--data", str(server.data), *options)


def test_a_port_in_use_and_a_folder_that_is_a_file_are_said(tmp_path: Path) -> None:
    server = TeamServer(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = faulty(server, "--data", str(server.data), "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert "address already in use" in said
    (tmp_path / "file").write_text("")
    assert "file" in faulty(server, "--data", str(tmp_path / "file"), "--listen", "127.0.0.1:0")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "team.db").write_text("This is no database, and never was one. " * 200)
    assert "not a database" in faulty(server, "--data", str(tmp_path / "other"), "--listen", "127.0.0.1:0")


def test_another_secret_is_refused_and_the_log_has_no_names(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Quentin Xqzv", "facilitator")
        with server.client(token) as client:
            content = body(account="Xqzv Freight", headline="Xqzv")
            assert client.put(address(), content=content, headers=headers()).status_code == 201
            assert client.put(address(), content=b'{"Xqzv":', headers=headers()).status_code == 400
            assert client.get(address("2026-11-16-xqzv-freight-2m9x")).status_code == 404
        place = server.data / "control.json"
        found = json.loads(place.read_bytes())
        place.write_text(json.dumps(found | {"secret": "0" * 64}))
        refused = server.run("token", "Ana Ruiz", "--role", "member")
        assert refused.returncode == 1 and "the secret is another one" in refused.stderr
        log = server.log.read_text()
        lines = [json.loads(line) for line in log.splitlines()]
        assert {line.get("route") for line in lines} >= {"/api/v1/sessions/{session}"}
        assert not re.search("xqzv|quentin|stt_", log, re.IGNORECASE)


def test_with_a_certificate_it_speaks_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    options = ("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    with TeamServer(tmp_path / "data", *options) as server:
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        with httpx.Client(verify=trusted, headers=bearer(server.token("Ana Ruiz", "member"))) as client:
            assert client.get(f"{server.url}/api/v1").status_code == 200
        assert server.end() < ENDS_WITHIN


def test_an_interrupt_ends_it_as_sigterm_does(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server:
        begun = time.monotonic()
        os.kill(server.process.pid, signal.SIGINT)
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - begun < ENDS_WITHIN
