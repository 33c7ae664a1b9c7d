"""Covers: session_tui.server.database and session_tui.server.writer on PostgreSQL.

Two servers on one PostgreSQL whose connections are cut all the time: what was acknowledged is
stored once, and is in the chain of its head.
"""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

import httpx
import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from postgresql import ENGINES, database_of
from session_tui.server.database import Database
from session_tui.server.database import address as address_of
from session_tui.server.join_routes import GRANT
from team_server import TeamServer, address, bearer, body, headers

pytestmark = pytest.mark.slow

SESSIONS = 3
CLIENTS = 8
VERSIONS = 6
PATIENCE = 60.0  # seconds for one client's versions


@pytest.fixture(scope="module", params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    with database_of(request.param) as found:
        yield found


class Pusher:
    """Pushes its versions to a session that others push to, at either server, until each is
    acknowledged.
    """

    def __init__(self, number: int, urls: list[str], token: str) -> None:
        self.session = f"2026-11-16-acme-freight-{number % SESSIONS:04d}"
        self.acknowledged: list[str] = []
        self.troubles = 0
        self._number, self._urls, self._token, self._rng = number, urls, token, Random(number)

    def push(self) -> None:
        """Push all versions."""
        etag: str | None = None
        end = time.monotonic() + PATIENCE
        with httpx.Client(headers=bearer(self._token), timeout=20) as client:
            for version in range(VERSIONS):
                content = body(self.session, headline=f"client {self._number}, version {version}")
                while time.monotonic() < end:
                    key = f"{self._number}-{version}-{(etag or '')[:20]}"
                    url = self._rng.choice(self._urls) + address(self.session)
                    answer = client.put(url, content=content, headers=headers(etag, key))
                    if answer.status_code < 300:
                        etag = answer.headers["etag"]
                        self.acknowledged.append(str(etag))
                        break
                    self.troubles += answer.status_code == 503
                    if answer.status_code == 412:
                        etag = answer.headers["etag"]


def cuts(database: str, over: threading.Event) -> int:
    """Cut busy connections until it is over; how many were cut."""
    found, rng = 0, Random(5)
    with psycopg.connect(database, autocommit=True) as connection:
        while not over.wait(0.02 + rng.random() * 0.1):
            query = (
                "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where pid <>"
                " pg_backend_pid() and datname = current_database() and state <> 'idle' limit 1) as busy"
            )
            row = connection.execute(query).fetchone()
            found += row[0] if row else 0
    return found


def test_what_was_acknowledged_is_stored_once_whatever_is_cut(database: str, tmp_path: Path) -> None:
    over, number_of_cuts = threading.Event(), [0]
    with (
        TeamServer(tmp_path / "a", "--database", database) as one,
        TeamServer(tmp_path / "b", "--database", database) as two,
    ):
        token = one.token("Ana Ruiz", "facilitator")
        pushers = [Pusher(number, [one.url, two.url], token) for number in range(CLIENTS)]
        killer = threading.Thread(target=lambda: number_of_cuts.__setitem__(0, cuts(database, over)))
        threads = [threading.Thread(target=each.push) for each in pushers]
        for each in (killer, *threads):
            each.start()
        for each in threads:
            each.join(PATIENCE + 30)
        over.set()
        killer.join(30)
        assert [len(each.acknowledged) for each in pushers] == [VERSIONS] * CLIENTS
        with psycopg.connect(database) as connection:
            rows = connection.execute("select session, revision, parent from revisions").fetchall()
            heads: dict[str, str] = dict(connection.execute("select session, revision from heads").fetchall())
            (sequence,) = connection.execute("select sequence from teams").fetchone() or (0,)
    said = [etag for each in pushers for etag in each.acknowledged]
    parents = {(session, revision): parent for session, revision, parent in rows}
    reachable = set()
    for session, head in heads.items():
        while head:
            reachable.add(f'"{head}"')
            head = parents[session, head]
    assert len(set(said)) == len(said) == len(rows) == len(reachable) == sequence == CLIENTS * VERSIONS
    assert set(said) == reachable
    assert number_of_cuts[0] > 0


def test_a_token_that_was_taken_back_is_refused_by_the_other_server_at_once(database: str, tmp_path: Path) -> None:
    with (
        TeamServer(tmp_path / "a", "--database", database) as one,
        TeamServer(tmp_path / "b", "--database", database) as two,
    ):
        for way in ("revoke", "remove"):
            token = one.token("Ben Okafor", "member")
            with two.client(token) as client, ThreadPoolExecutor() as pool:
                cursor = client.get("/api/v1/changes").json()["cursor"]
                waiting = pool.submit(client.get, f"/api/v1/changes?after={cursor}&wait=25")
                assert one.run("people", way, "Ben Okafor").returncode == 0
                done = time.monotonic()
                assert client.get("/api/v1").status_code == 401
                # A wait that began before it ends within its next look.
                assert waiting.result(PATIENCE).status_code == 401
                assert time.monotonic() - done < 15


def test_a_code_of_one_server_is_let_in_and_given_its_token_by_the_other(database: str, tmp_path: Path) -> None:
    with (
        TeamServer(tmp_path / "c", "--database", database) as one,
        TeamServer(tmp_path / "d", "--database", database) as two,
    ):
        invitation = two.run("invite", "Mei Tan", "--role", "viewer").stdout.strip()
        begun = httpx.post(f"{one.url}/api/v1/device", data={"machine": "x", "name": ""}).json()
        fields = {"user_code": begun["user_code"], "invitation": invitation}
        assert httpx.post(f"{two.url}/api/v1/device/approval", data=fields).status_code == 200
        asked = {"grant_type": GRANT, "device_code": begun["device_code"]}
        given = [httpx.post(f"{each.url}/api/v1/token", data=asked).json() for each in (one, two)]
        assert given[0] == given[1] and given[0]["name"] == "Mei Tan"
        assert "join" in {each["what"] for each in json.loads(one.run("audit", "--json").stdout)}


@pytest.mark.parametrize(
    "where",
    [
        "postgresql://team:secret@127.0.0.1/team",
        "postgresql://team:sec/secret@127.0.0.1/team",
        "postgresql+psycopg://team:secret@127.0.0.1/team",
        "postgresql://team@127.0.0.1/team?sslpassword=secret",
    ],
)
def test_a_password_on_the_command_line_is_refused(tmp_path: Path, where: str) -> None:
    server = TeamServer(tmp_path / "data", "--database", where)
    done = server.run("--listen", "127.0.0.1:0", *server.options)
    assert done.returncode == 2 and "SESSION_TUI_DATABASE" in done.stderr and "secret" not in done.stderr


def test_two_servers_start_at_once_on_an_empty_database(tmp_path: Path) -> None:
    with database_of(ENGINES[0]) as database, ExitStack() as stack:
        servers = [TeamServer(tmp_path / str(number), "--database", database) for number in range(3)]
        with ThreadPoolExecutor() as pool:
            for each in pool.map(stack.enter_context, servers):
                assert each.url
        token = servers[0].token("Ana Ruiz", "facilitator")
        for each in servers:
            with each.client(token) as client:
                assert client.get("/api/v1").status_code == 200


def test_a_statement_and_an_idle_transaction_do_not_hold_others_up(database: str) -> None:
    place = address_of(database)
    assert place is not None
    hurried, patient = Database(place, Random(1)), Database(place, Random(1), patient=True)
    try:
        for each, limited in ((hurried, True), (patient, False)):
            shown = each.write_now(limits)
            assert (shown[0] != "0") is limited and (shown[1] != "0") is limited, shown
        # What a pool behind the engine gives to others has no limits left on it.
        with psycopg.connect(database) as connection:
            assert connection.execute("show statement_timeout").fetchone() == ("0",)
        begun = time.monotonic()
        with pytest.raises(DBAPIError) as refused:
            hurried.read_now(
                lambda connection: connection.execute(
                    text("set local statement_timeout = 200; select pg_sleep(20)"),
                )
            )
        assert "statement timeout" in str(refused.value) and time.monotonic() - begun < 10
    finally:
        hurried.close()
        patient.close()


def limits(connection: Connection) -> tuple[str, str]:
    """The limits of a transaction as the engine shows them."""
    names = ("statement_timeout", "idle_in_transaction_session_timeout")
    found = [str(connection.execute(text(f"show {name}")).scalar_one()) for name in names]
    return found[0], found[1]


async def test_a_transaction_that_the_engine_ended_is_done_again(database: str) -> None:
    place = address_of(database)
    assert place is not None
    found = Database(place, Random(1))
    tried: list[int] = []

    def job(connection: Connection) -> int:
        tried.append(int(connection.execute(text("select pg_backend_pid()")).scalar_one()))
        if len(tried) == 1:  # idle for too long, or cut: the connection is gone when it goes on
            with psycopg.connect(database, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s)", (tried[0],))
        return int(connection.execute(text("select 7")).scalar_one())

    try:
        assert await found.write(job) == 7 and len(tried) == 2
    finally:
        found.close()
