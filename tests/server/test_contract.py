"""Covers: session_tui.server and docs/team-server.md.

The tests that the contract asks of a server, against `session-tui serve`: by raw requests, and by
`push`.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.test_commands import Shell
from postgresql import ENGINES, servers_options
from receivers import SAMPLE
from team_server import TeamServer, address, bearer, body, headers

pytestmark = pytest.mark.slow

KEYS = [f"msg_{number:032x}" for number in range(20)]
SAMPLES = SAMPLE.parent
ETAG = re.compile(r'"[!#-~]+"')


@pytest.fixture(scope="module", params=["sqlite", *ENGINES])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamServer]:
    """A server on each engine that the machine has."""
    with ExitStack() as stack:
        options = servers_options(request.param, stack)
        yield stack.enter_context(TeamServer(tmp_path_factory.mktemp("team") / "data", *options))


@pytest.fixture(scope="module")
def token(server: TeamServer) -> str:
    return server.token("Ana Ruiz", "facilitator")


@pytest.fixture
def client(server: TeamServer, token: str) -> Iterator[httpx.Client]:
    with server.client(token) as found:
        yield found


def named(number: int) -> str:
    """An id of a session, another for each test."""
    return f"2026-11-16-acme-freight-{number:04d}"


def versions(client: httpx.Client, session: str) -> list[str]:
    found = client.get(f"{address(session)}/revisions").json()["revisions"]
    return [row["revision"] for row in found]


def test_with_the_token_there_is_a_server_without_there_is_none(server: TeamServer, client: httpx.Client) -> None:
    before = client.get("/api/v1").json()["sequence"]
    assert client.get("/api/v1/sessions").status_code == 200
    assert httpx.get(f"{server.url}/api/v1/sessions").status_code == 401
    assert httpx.get(f"{server.url}/api/v1/sessions", headers=bearer("stt_other")).status_code == 401
    assert client.get("/api/v1").json()["sequence"] == before


def test_a_new_session_is_taken_once(client: httpx.Client) -> None:
    session = named(1)
    asked: dict[str, Any] = {"content": body(session), "headers": headers(key=KEYS[0])}
    first = client.put(address(session), **asked)
    assert first.status_code == 201 and ETAG.fullmatch(first.headers["etag"])
    again = client.put(address(session), **asked)
    assert (again.status_code, again.headers["etag"]) == (201, first.headers["etag"])
    assert len(versions(client, session)) == 1
    other = client.put(address(session), content=body(session, headline="x"), headers=headers(key=KEYS[1]))
    assert (other.status_code, other.headers["etag"]) == (412, first.headers["etag"])


def test_a_version_is_replaced_by_its_name_alone(client: httpx.Client) -> None:
    session = named(2)
    first = client.put(address(session), content=body(session), headers=headers(key=KEYS[2]))
    etag = first.headers["etag"]
    asked: dict[str, Any] = {"content": body(session, headline="x"), "headers": headers(etag, KEYS[3])}
    second = client.put(address(session), **asked)
    assert second.status_code == 200 and second.headers["etag"] != etag
    # The same request again is answered as it was, before its condition is looked at.
    assert client.put(address(session), **asked).headers["etag"] == second.headers["etag"]
    late = client.put(address(session), content=body(session, headline="y"), headers=headers(etag, KEYS[4]))
    assert (late.status_code, late.headers["etag"]) == (412, second.headers["etag"])
    bare = client.put(address(session), content=body(session), headers={"Content-Type": "application/json"})
    assert bare.status_code == 428
    assert len(versions(client, session)) == 2


def test_a_key_is_of_one_body_and_an_address_of_one_session(client: httpx.Client) -> None:
    session = named(3)
    client.put(address(session), content=body(session), headers=headers(key=KEYS[5]))
    assert client.put(address(session), content=body(named(4)), headers=headers(key=KEYS[5])).status_code == 409
    assert client.put(address(named(4)), content=body(session), headers=headers(key=KEYS[6])).status_code == 422
    # A refused request keeps no key.
    assert client.put(address(named(4)), content=body(named(4)), headers=headers(key=KEYS[6])).status_code == 201


def test_a_body_of_one_mebibyte_is_taken_and_a_larger_one_is_not(client: httpx.Client) -> None:
    session = named(5)
    size = 1024 * 1024
    bare = len(body(session, headline=""))
    whole = body(session, headline="x" * (size - bare))
    assert len(whole) == size
    assert client.put(address(session), content=whole, headers=headers()).status_code == 201
    assert client.get(address(session)).json()["session"]["headline"].startswith("xxx")
    assert client.put(address(named(6)), content=whole + b" ", headers=headers()).status_code == 413


def test_what_is_no_request_of_the_contract_is_refused_with_a_reason(client: httpx.Client) -> None:
    session = named(7)
    many = [{"id": f"a{number}", "text": "x"} for number in range(1, 502)]
    cases = [
        (b"{", headers(), 400),
        (b"[]", headers(), 422),
        (body(session, schema=99), headers(), 422),
        (body(session, account=7), headers(), 422),
        (body(session, assumptions=many), headers(), 422),
        (body(session), headers() | {"Content-Type": "text/plain"}, 415),
        (body(session), headers() | {"Content-Encoding": "gzip"}, 415),
        (body(session), headers() | {"If-Match": '"x"'}, 400),
        (body(session), headers('"x"'), 412),
        (body(session), headers(key="x" * 201), 400),
    ]
    for content, asked, status in cases:
        answer = client.put(address(session), content=content, headers=asked)
        assert answer.status_code == status, (content[:80], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status and answer.json()["title"]
    assert client.get(address(session)).status_code == 404
    assert client.get("/api/v1/sessions/..%2f..%2fetc").status_code == 404
    assert client.put(address("no-session"), content=body(), headers=headers()).status_code == 404


def test_today_s_client_pushes_all_samples_and_again(server: TeamServer, token: str, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "sessions")
    shell = Shell(tmp_path)
    shell.environment |= {"SESSION_TUI_TEAM_TOKEN": token, "SESSION_TUI_BEHIND": "0"}
    folder = tmp_path / "config" / "session-tui"
    folder.mkdir(parents=True)
    (folder / "session-tui.toml").write_text(
        'schema = 1\n[[endpoints]]\nname = "team"\nkind = "team_server"\ndetail = "full"\n'
        f'url = "{server.url}/api/v1/sessions"\nsecret_env = "SESSION_TUI_TEAM_TOKEN"\n'
    )
    tested = shell.run("endpoint", "test", "team")
    assert tested.returncode == 0, tested.stderr
    held = [path for path in sorted(SAMPLES.glob("*.toml")) if 'status = "held"' in path.read_text()]
    assert held
    for path in held:
        done = shell.run("push", path.stem)
        assert done.returncode == 0, done.stdout + done.stderr
    with server.client(token) as client:
        for path in held:
            assert client.get(address(path.stem)).json()["session"]["id"] == path.stem
        done = shell.run("amend", held[-1].stem, "--zone", "DACH")
        assert done.returncode == 0, done.stderr
        done = shell.run("push", held[-1].stem)
        assert done.returncode == 0, done.stdout + done.stderr
        found = client.get(address(held[-1].stem))
        assert found.json()["session"]["zone"] == "DACH"
        assert len(versions(client, held[-1].stem)) == 2
