"""Covers: session_tui.server.rates, and how the server and today's client keep to its limits.

A first upload of 10,000 sessions goes through; a program that never stops is told when to come
again, and so is an address that tries tokens. Nothing is lost by it.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from session_tui.model.sync.content import Content, content_of
from session_tui.model.sync.revision import etag, next_version
from session_tui.outbox.response import Response
from session_tui.outbox.retry import retry_after
from session_tui.server import rates
from session_tui.server.app import application
from session_tui.server.body import parsed
from session_tui.server.decision import MOST_REMOVED, REMOVED_IN
from session_tui.server.join_routes import GRANT
from session_tui.server.rates import Rate, RateLimit, Rates, network_of, requests_by_minute
from sync_members import LOCAL, TeamMember, local_server, session_id, session_text
from team_server import InProcess, TeamServer, address, bearer, body, headers, in_process


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_ten_thousand_requests_at_once_go_through_and_one_without_end_waits() -> None:
    clock = Clock()
    limit = RateLimit(requests_by_minute(1200), clock)
    assert not any(limit.take("t_1") for _ in range(12_000))
    wait = limit.take("t_1")
    assert wait == 1 and limit.take("t_2") == 0
    clock.now += wait
    assert [limit.take("t_1") > 0 for _ in range(25)] == [False] * 20 + [True] * 5
    clock.now += 700
    assert not any(limit.take("t_1") for _ in range(12_000))
    unlimited = RateLimit(requests_by_minute(0), clock)
    assert not any(unlimited.take("t_1") for _ in range(20_000)) and unlimited.wait_of("t_1") == 0


@given(st.floats(1, 100), st.floats(0.1, 50), st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 20)), max_size=60))
def test_never_more_than_the_rate_is_taken_and_who_waits_as_told_comes_through(
    at_once: float, each_second: float, asked: list[tuple[float, float]]
) -> None:
    clock = Clock()
    limit = RateLimit(Rate(at_once, each_second), clock)
    begun, taken = clock.now, 0.0
    for pause, amount in asked:
        clock.now += pause
        wait = limit.take("x", amount)
        if not wait:
            taken += amount
        elif amount <= at_once:
            clock.now += wait
            assert limit.take("x", amount) == 0
            taken += amount
        assert taken <= at_once + (clock.now - begun) * each_second + 1e-6


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_KEPT", 100)
    clock = Clock()
    limit, good = RateLimit(Rate(10, 1), clock), Rates(clock=clock)
    for number in range(1000):
        limit.take(f"{number}", 5)
        good.remember(f"{number}")
    assert len(limit._full_at) <= 100 and len(good._good) <= 100
    assert limit.take("999", 6) > 0  # the newest is still known


def test_an_address_of_ipv6_is_counted_by_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("fe80::1%eth0") == "fe80::/64" and network_of("here") == network_of("") == ""


def limited(team: InProcess, limits: Rates) -> httpx.ASGITransport:
    """The application with these limits."""
    return httpx.ASGITransport(application(replace(team.service, rates=limits), Random(1)))


async def test_a_token_that_asks_too_often_is_refused_with_a_time_and_nothing_changes(tmp_path: Path) -> None:
    clock = Clock()
    async with in_process(tmp_path) as team:
        transport = limited(team, Rates(Rate(2, 0.1), clock))
        tokens = [await team.service.members.give_token(name, "facilitator", "") for name in ("Ana Ruiz", "Ben")]
        async with httpx.AsyncClient(transport=transport, base_url="http://team") as client:
            ana, ben = (bearer(token) for token in tokens)
            assert (await client.put(address(), content=body(), headers=ana | headers())).status_code == 201
            assert (await client.get(address(), headers=ana)).status_code == 200
            refused = await client.delete(address(), headers=ana | headers('"x"'))
            assert refused.status_code == 429 and refused.json()["title"] == "This token asks too often"
            assert (await client.get(address(), headers=ben)).status_code == 200
            # What today's client makes of it: it waits as long as it was asked to.
            now = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
            answer = Response(429, "", tuple(refused.headers.multi_items()), refused.content)
            assert retry_after(answer, now) == now + timedelta(seconds=10)
            clock.now += 10
            assert (await client.get(address(), headers=ana)).status_code == 200


def test_a_first_upload_that_meets_a_limit_waits_and_goes_on_by_itself(tmp_path: Path) -> None:
    with local_server(tmp_path / "server") as server:
        server.limit(Rates(Rate(15, 20)))
        ana = TeamMember(tmp_path, "Ana", LOCAL, server.token("Ana", "facilitator"), "full", server.send)
        for number in range(30):
            ana.path(session_id(number)).write_text(session_text(session_id(number)), encoding="utf-8")
        report = ana.sync()
        assert (report.sent, report.stopped) == (30, None)
        assert len([each for each in server.requests if each[0] == "PUT"]) > 30  # some came twice


async def test_an_address_that_tries_tokens_is_refused_and_good_tokens_there_are_not(tmp_path: Path) -> None:
    clock = Clock()
    async with in_process(tmp_path) as team:
        transport = limited(team, Rates(clock=clock))
        ana = bearer(await team.service.members.give_token("Ana Ruiz", "facilitator", ""))
        ben = bearer(await team.service.members.give_token("Ben", "member", ""))
        async with httpx.AsyncClient(transport=transport, base_url="http://team") as client:
            assert (await client.get("/api/v1", headers=ana)).status_code == 200
            tried = [(await client.get("/api/v1", headers=bearer(f"stt_{number}"))).status_code for number in range(70)]
            assert tried == [401] * 60 + [429] * 10
            refused = await client.get("/api/v1")
            assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
            assert (await client.get("/api/v1", headers=ana)).status_code == 200
            assert (await client.get("/api/v1", headers=ben)).status_code == 429  # it was never seen here
            clock.now += int(refused.headers["retry-after"])
            assert (await client.get("/api/v1", headers=ben)).status_code == 200
            assert (await client.get("/healthz")).status_code == 200


async def test_an_address_that_tries_device_codes_is_refused_as_one_that_tries_tokens(tmp_path: Path) -> None:
    clock = Clock()
    async with in_process(tmp_path) as team:
        transport = limited(team, Rates(clock=clock))
        async with httpx.AsyncClient(transport=transport, base_url="http://team") as client:
            asked = [
                await client.post("/api/v1/token", data={"grant_type": GRANT, "device_code": f"{number:064x}"})
                for number in range(70)
            ]
            assert [each.status_code for each in asked] == [400] * 60 + [429] * 10
            clock.now += int(asked[-1].headers["retry-after"])
            again = await client.post("/api/v1/token", data={"grant_type": GRANT, "device_code": "0" * 64})
            assert again.json()["error"] == "invalid_grant"


async def test_bodies_count_by_their_bytes(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        limits = Rates(clock=Clock())
        ana = await team.service.members.give_token("Ana Ruiz", "facilitator", "")
        transport = limited(team, limits)
        async with httpx.AsyncClient(transport=transport, base_url="http://team", headers=bearer(ana)) as client:
            assert (await client.put(address(), content=body(), headers=headers())).status_code == 201
            reader = await team.service.members.holder(ana)
            assert reader is not None
            while not limits.bytes.take(reader.token, 1_000_000):
                pass
            large = body(headline="x" * 1_000_000)
            assert (await client.put(address(), content=large, headers=headers('"x"'))).status_code == 429


async def test_a_token_removes_a_hundred_sessions_in_an_hour_and_no_more(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "facilitator")
        ids = [f"2026-11-16-acme-freight-{number:04d}" for number in range(MOST_REMOVED + 2)]
        made = await asyncio.gather(*(ana.put(address(each), content=body(each), headers=headers()) for each in ids))
        etags = [each.headers["etag"] for each in made]

        async def remove(number: int, client: httpx.AsyncClient = ana) -> httpx.Response:
            return await client.delete(address(ids[number]), headers=headers(etags[number]))

        done = await asyncio.gather(*(remove(number) for number in range(MOST_REMOVED)))
        assert {each.status_code for each in done} == {204}
        refused = await remove(-1)
        # Not 429: a client that waits would do nothing else for an hour.
        assert refused.status_code == 403 and "too many sessions in the last hour" in refused.json()["title"]
        assert "The next one may be in 60 minutes" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) == REMOVED_IN.total_seconds()
        assert (await ana.get(address(ids[-1]))).status_code == 200
        # It is the token's own limit, and one of removing alone.
        assert (await remove(-1, ben)).status_code == 204
        back = (await ana.get(address(ids[0]))).headers["etag"]
        assert (await ana.put(address(ids[0]), content=body(ids[0]), headers=headers(back))).status_code == 200


async def test_a_revision_that_the_client_computed_has_to_be_the_server_s(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")

        def sent(raw: bytes) -> Content:
            content = content_of(parsed(raw))
            assert isinstance(content, Content)
            return content

        person = {"id": "s1", "name": "Mia Tran", "note": "private"}
        whole = body(stakeholders=[person])
        claim = {"Session-Revision": etag(next_version(None, sent(whole)), "full")}
        made = await ana.put(address(), content=whole, headers=headers() | claim)
        assert (made.status_code, made.headers["etag"]) == (201, claim["Session-Revision"])
        named = made.headers["etag"]
        other = await ana.put(address(), content=body(headline="x"), headers=headers(named) | claim)
        assert other.status_code == 422 and other.json()["type"] == "/problems/digest-differs"
        assert (await ana.put(address(), content=whole, headers=headers(named) | claim)).status_code == 200
        strange = headers(named) | {"Session-Revision": "x"}
        assert (await ana.put(address(), content=whole, headers=strange)).status_code == 400
        # A shared body is compared as it was sent, not as what it becomes with what stays.
        shared = (await ben.get(address())).headers["etag"]
        head = next_version(None, sent(whole))
        less = body(detail="shared", stakeholders=[])
        claim = {"Session-Revision": etag(next_version(head, sent(less)), "shared")}
        stays = await ben.put(address(), content=less, headers=headers(shared) | claim)
        assert stays.status_code == 200 and stays.headers["etag"] != claim["Session-Revision"]
        assert (await ana.get(address())).json()["session"]["stakeholders"][0]["note"] == "private"


@pytest.mark.slow
def test_the_option_sets_the_rate_of_each_token(tmp_path: Path) -> None:
    with (
        TeamServer(tmp_path / "data", "--rate", "1") as server,
        server.client(server.token("Ana Ruiz", "viewer")) as client,
    ):
        assert [client.get("/api/v1").status_code for _ in range(12)] == [200] * 10 + [429] * 2
