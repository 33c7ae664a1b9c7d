"""Covers: deploy/ and session_tui.server.listener.

What lies ready for those who operate the server works as it stands: units that systemd takes, a
proxy that lets the contract through, and a socket that keeps clients waiting over a restart.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
import trustme

from posix_only import ROOT
from receiver import free_port
from team_server import PATIENCE, TeamServer, address, bearer, body, headers

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CADDY = shutil.which("caddy")
ANALYZE = shutil.which("systemd-analyze")

Proxy: TypeAlias = Callable[[Path, str], AbstractContextManager[tuple[str, ssl.SSLContext]]]

pytestmark = pytest.mark.slow


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """It finds wrong names and values, and commands that are not there."""
    program = tmp_path / "session-tui"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = sorted((DEPLOY / "systemd").iterdir())
    for each in units:
        text = each.read_text().replace("/opt/session-tui/bin/session-tui", str(program))
        (tmp_path / each.name).write_text(text)
    command = [ANALYZE or "", "verify", "--man=no", *(str(tmp_path / each.name) for each in units)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    said = [line for line in done.stderr.splitlines() if "session-tui" in line]
    assert said == [], done.stderr


def test_what_lies_ready_has_the_server_s_own_options_and_ports(tmp_path: Path) -> None:
    """Each command in a unit or an image is one that the program takes."""
    helps: dict[str, str] = {}
    for name in ("serve", "backup"):
        words = [sys.executable, "-m", "session_tui", "serve", *([name] if name != "serve" else []), "--help"]
        helps[name] = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    files = [each for each in DEPLOY.rglob("*") if each.is_file()]
    assert len(files) >= 8
    texts = "\n".join(each.read_text() for each in files)
    for option in set(re.findall(r"(?<![\w-])--(?:data|listen|metrics|behind-proxy|database|rate)\b", texts)):
        assert option in helps["serve"], option
    assert "--data" in helps["backup"]
    assert not re.search(r"[\w.-]+/[\w./-]+:(?:latest|\d)", "".join(re.findall(r"(?:image|FROM): ?(.*)", texts)))


@contextmanager
def caddy(folder: Path, upstream: str) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Caddy with the file of `deploy/` in front of this server, without TLS; as `nginx`."""
    url = f"http://127.0.0.1:{free_port()}"
    folder.mkdir()
    places = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    environment = os.environ | places | {"TEAM_HOST": url, "TEAM_SERVER": upstream, "CADDY_ADMIN": "127.0.0.1:0"}
    command = [CADDY or "", "run", "--adapter", "caddyfile", "--config", str(DEPLOY / "proxy" / "Caddyfile")]
    with (folder / "error.log").open("w") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, env=environment)
    with ended(process, int(url.rpartition(":")[2]), folder / "error.log"):
        yield url, ssl.create_default_context()


@contextmanager
def ended(process: "subprocess.Popen[Any]", port: int, log: Path) -> Iterator[None]:
    """Wait until the process listens, and end it with the block."""
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[tuple[str, ssl.SSLContext]]:
    """nginx with the file of `deploy/` in front of this server, on a port of its own; its URL, and
    what trusts its certificate.
    """
    port = free_port()
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    folder.mkdir()
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    text = (DEPLOY / "proxy" / "nginx.conf").read_text()
    for old, new in (
        ("server 127.0.0.1:8765;", f"server {upstream};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("    listen [::]:443 ssl;\n", ""),
        ("/etc/ssl/team.example.com.pem", str(folder / "cert.pem")),
        ("/etc/ssl/private/team.example.com.key", str(folder / "key.pem")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if ROOT else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}{text}\n}}\n"
    )
    command = [NGINX or "", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command)
    with ended(process, port, folder / "error.log"):
        yield f"https://127.0.0.1:{port}", trusting


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(nginx, marks=pytest.mark.skipif(NGINX is None, reason="nginx is not installed")),
        pytest.param(caddy, marks=pytest.mark.skipif(CADDY is None, reason="caddy is not installed")),
    ],
)
def test_behind_a_proxy_the_contract_holds(tmp_path: Path, proxy: Proxy) -> None:
    with TeamServer(tmp_path / "data", "--behind-proxy", "127.0.0.1") as server:
        token = server.token("Ana Ruiz", "facilitator")
        with (
            proxy(tmp_path / "proxy", server.url.removeprefix("http://")) as (url, authority),
            httpx.Client(base_url=url, headers=bearer(token), verify=authority, timeout=PATIENCE) as client,
        ):
            made = client.put(address(), content=body(), headers=headers(key="k1"))
            assert made.status_code == 201 and made.headers["etag"]
            assert client.put(address(), content=body(), headers=headers(key="k1")).status_code == 201
            conflict = client.put(address(), content=body(headline="x"), headers=headers())
            assert (conflict.status_code, conflict.headers["etag"]) == (412, made.headers["etag"])
            # What is too large is refused by the server, with a sentence.
            large = client.put(address(), content=b" " * (1024 * 1024 + 1), headers=headers())
            assert large.status_code == 413 and large.json()["title"] == "The body is larger than 1 MiB"
            whole = body("2026-11-16-acme-freight-0001", headline="x" * 1_000_000)
            assert (
                client.put(address("2026-11-16-acme-freight-0001"), content=whole, headers=headers()).status_code == 201
            )
            lines = client.post("/api/v1/fetch", json={"ids": ["2026-11-16-acme-freight-0001"]}).content
            assert len(lines) > 1_000_000
            assert client.get("/healthz").status_code == client.get("/readyz").status_code == 404
            # Who waits for changes hears of them at once.
            cursor = client.get("/api/v1/changes").json()["cursor"]
            found: dict[str, Any] = {}

            def wait() -> None:
                with httpx.Client(base_url=url, headers=bearer(token), verify=authority, timeout=PATIENCE) as other:
                    found.update(other.get(f"/api/v1/changes?after={cursor}&wait=25").json())

            waits = threading.Thread(target=wait)
            waits.start()
            changed = body(headline="new")
            assert client.put(address(), content=changed, headers=headers(made.headers["etag"])).status_code == 200
            waits.join(PATIENCE)
            assert len(found["changes"]) == 1
            # An address is the client's, not the proxy's, and what a client says of it is not
            # believed.
            tried = [
                httpx.get(f"{url}/api/v1", headers={"X-Forwarded-For": f"192.0.2.{number}"}, verify=authority)
                for number in range(62)
            ]
            assert tried[-1].status_code == 429
            assert httpx.get(f"{server.url}/api/v1", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 401


def given(listener: socket.socket, *arguments: str) -> list[str]:
    """The command that starts the server as systemd does: with a socket as its file 3."""
    words = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
        "os.execv(sys.argv[2], sys.argv[2:])"
    )
    return [sys.executable, "-c", words, str(listener.fileno()), *arguments]


@pytest.mark.skipif(sys.platform == "win32", reason="systemd is a matter of POSIX")
def test_who_connects_while_the_server_is_restarted_waits_and_is_answered(tmp_path: Path) -> None:
    server = TeamServer(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        plain, url = server.command, f"http://127.0.0.1:{listener.getsockname()[1]}"
        os.set_inheritable(listener.fileno(), True)

        def start() -> subprocess.Popen[str]:
            command = given(listener, *plain("--data", str(server.data), "--listen", "192.0.2.1:1"))
            with server.log.open("a") as log:
                return subprocess.Popen(
                    command,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    env=server.environment,
                    pass_fds=[listener.fileno()],
                )

        process = start()
        try:
            assert httpx.get(f"{url}/healthz", timeout=PATIENCE).status_code == 200
            assert process.stdout is not None
            assert process.stdout.readline() == f"listening on {url}\n"
            process.terminate()
            assert process.wait(PATIENCE) == 0
            answers: list[int] = []
            waits = threading.Thread(
                target=lambda: answers.append(httpx.get(f"{url}/healthz", timeout=PATIENCE).status_code)
            )
            waits.start()
            process = start()
            waits.join(PATIENCE)
            assert answers == [200]
            process.terminate()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="systemd is a matter of POSIX")
def test_a_socket_that_is_none_of_tcp_is_said(tmp_path: Path) -> None:
    server = TeamServer(tmp_path / "data")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        os.set_inheritable(listener.fileno(), True)
        command = given(listener, *server.command("--data", str(server.data)))
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=server.environment,
            pass_fds=[listener.fileno()],
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 1 and "something else than one stream of TCP" in done.stderr


@pytest.mark.skipif(not ROOT, reason="only root works on the folder of another user")
def test_what_root_restores_belongs_to_the_user_of_the_folder(tmp_path: Path) -> None:
    """As a service the server has a user of its own; commands are often typed by root."""
    with TeamServer(tmp_path / "data") as server:
        server.token("Ana Ruiz", "facilitator")
        made = server.run("backup", str(tmp_path / "team.db"))
        assert made.returncode == 0, made.stderr
        server.end()
    nobody = 65534
    for path in (server.data, *server.data.iterdir()):
        os.chown(path, nobody, nobody)
    restored = server.run("restore", str(tmp_path / "team.db"))
    assert restored.returncode == 0, restored.stderr
    assert server.run("check").returncode == 0
    assert {path.name: path.stat().st_uid for path in server.data.iterdir() if path.stat().st_uid != nobody} == {}
