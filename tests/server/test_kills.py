"""Covers: session_tui.server.writer, session_tui.server.rows and session_tui.server.database.

Killed at any moment, what the server acknowledged is there after its next start, and a request
that comes again is answered as it was.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from session_tui.model.sync.revision import revision
from team_server import TeamServer, address, body, headers

pytestmark = pytest.mark.slow

ROUNDS = 5
CLIENTS = 6
LONGEST = 0.4  # seconds until a kill


class Pusher:
    """Pushes versions of one session, one after the other; a request without an answer again."""

    def __init__(self, number: int) -> None:
        self.session = f"2026-11-16-acme-freight-{number:04d}"
        self.acknowledged: list[str] = []  # ETags in the order of their requests
        self.told: list[tuple[dict[str, Any], int, str]] = []  # requests with their answers
        self._count = 0

    def request(self) -> dict[str, Any]:
        """The request that comes next; the same one until it is acknowledged."""
        etag = self.acknowledged[-1] if self.acknowledged else None
        content = body(self.session, headline=f"version {self._count}")
        return {"content": content, "headers": headers(etag, f"msg_{self.session}-{self._count}")}

    def push(self, url: str, token: str) -> None:
        """Push until the server is gone."""
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
            while True:
                asked = self.request()
                try:
                    answer = client.put(address(self.session), **asked)
                except httpx.TransportError:
                    return
                assert answer.status_code == (200 if self.acknowledged else 201), answer.text
                self.take(asked, answer)

    def take(self, asked: dict[str, Any], answer: httpx.Response) -> None:
        """A request was acknowledged: the next one is of another version."""
        self.acknowledged.append(answer.headers["etag"])
        self.told.append((asked, answer.status_code, answer.headers["etag"]))
        self._count += 1


def test_what_was_acknowledged_is_stored_whenever_the_server_is_killed(tmp_path: Path) -> None:
    rng = Random(7)
    pushers = [Pusher(number) for number in range(CLIENTS)]
    with TeamServer(tmp_path / "data") as server:
        token = server.token("Ana Ruiz", "facilitator")
        for _ in range(ROUNDS):
            before = sum(len(each.acknowledged) for each in pushers)
            threads = [threading.Thread(target=each.push, args=(server.url, token)) for each in pushers]
            for each in threads:
                each.start()
            until(partial(grew, pushers, before))
            time.sleep(rng.random() * LONGEST)  # the moment is what is tried
            server.kill()
            for each in threads:
                each.join(30)
                assert not each.is_alive()
            server.start()
            with server.client(token) as client:
                for pusher in pushers:
                    check(client, pusher)


def grew(pushers: list[Pusher], before: int) -> bool:
    """Whether more was acknowledged than before."""
    return sum(len(each.acknowledged) for each in pushers) > before


def until(holds: Callable[[], bool]) -> None:
    """Wait until this holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def check(client: httpx.Client, pusher: Pusher) -> None:
    """What was acknowledged is the chain of the head, with at most one version more, whose
    request had no answer.
    """
    chain = stored(client, pusher.session)
    names = [f'"{row["revision"]}"' for row in chain]
    assert names[: len(pusher.acknowledged)] == pusher.acknowledged
    assert len(names) - len(pusher.acknowledged) in (0, 1)
    for before, row in pairwise(chain):
        assert row["parent"] == before["revision"] and row["revision"] == revision(row["parent"], row["content"])
    if chain:
        assert client.get(address(pusher.session)).headers["etag"] == names[-1]
    for asked, status, etag in pusher.told[-3:]:
        again = client.put(address(pusher.session), **asked)
        assert (again.status_code, again.headers["etag"]) == (status, etag)


def stored(client: httpx.Client, session: str) -> list[dict[str, str]]:
    """The chain of a session, oldest first, page by page."""
    found: list[dict[str, str]] = []
    while True:
        query = f"?before={found[-1]['revision']}" if found else ""
        answer = client.get(f"{address(session)}/revisions{query}")
        rows = answer.json()["revisions"] if answer.status_code == 200 else []
        if not rows:
            return found[::-1]
        found += rows
