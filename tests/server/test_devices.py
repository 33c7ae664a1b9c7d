"""Covers: session_tui.server.devices, session_tui.server.invitations, and their routes and page.

A device gets a token by the device flow, once it was let in by a user who was shown which it is;
nobody gets one by trying codes, and nothing is kept in clear.
"""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.server import codes
from session_tui.server.access import Role
from session_tui.server.invitations import Invitations
from session_tui.server.join_routes import GRANT
from session_tui.server.people import PeopleRegister
from team_server import NOW, InProcess, bearer, in_process


class Team:
    """A team with a clock of its own, and a visitor without a token."""

    def __init__(self, team: InProcess, clock: list[datetime], folder: Path) -> None:
        self.team, self.clock, self.folder = team, clock, folder
        service = team.service
        self.invitations = Invitations(service.database, service.now, Random(3))
        self.people = PeopleRegister(service.database, service.members, folder, service.now, Random(4))
        self.visitor = team.stranger()

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.clock[0] += timedelta(**passed)

    async def begin(self, machine: str = "ben-laptop", name: str = "Ben Okafor") -> dict[str, Any]:
        """A device begins to join."""
        answer = await self.visitor.post("/api/v1/device", data={"machine": machine, "name": name})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def invite(self, name: str = "Ben Okafor", role: Role = "member", **valid: float) -> str:
        """An invitation."""
        made, _ = await self.invitations.invite(name, role, timedelta(**(valid or {"days": 7})))
        return made

    async def approve(self, begun: dict[str, Any], invitation: str, name: str = "") -> httpx.Response:
        """The holder of an invitation lets the device in, without the page."""
        fields = {"user_code": begun["user_code"], "invitation": invitation, "name": name}
        return await self.visitor.post("/api/v1/device/approval", data=fields)

    async def token(self, begun: dict[str, Any]) -> httpx.Response:
        """The device asks for its token."""
        fields = {"grant_type": GRANT, "device_code": begun["device_code"]}
        return await self.visitor.post("/api/v1/token", data=fields)

    async def error(self, begun: dict[str, Any]) -> str:
        """The error that the device is given."""
        answer = await self.token(begun)
        assert answer.status_code == 400
        return str(answer.json()["error"])

    async def look(self, code: str, credential: str, **more: Any) -> httpx.Response:
        """The first form of the page."""
        return await self.visitor.post("/join", data={"code": code, "credential": credential}, **more)


@asynccontextmanager
async def team_in(folder: Path) -> AsyncIterator[Team]:
    """A team on a new database."""
    clock = [NOW]
    async with in_process(folder, clock=lambda: clock[0]) as team:
        yield Team(team, clock, folder)


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in found}


async def you(team: Team, token: str) -> dict[str, Any]:
    answer = await team.visitor.get("/api/v1", headers=bearer(token))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["you"]
    return found


async def test_an_invitation_lets_one_device_in_once(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        invitation, begun = await team.invite(), await team.begin()
        assert begun["expires_in"] == 600 and begun["verification_uri"] == "http://team/join"
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", begun["user_code"])
        assert await team.error(begun) == "authorization_pending"
        done = await team.approve(begun, invitation.lower().replace("-", " "))
        assert (done.status_code, done.json()) == (200, {"name": "Ben Okafor", "role": "member"})
        given = (await team.token(begun)).json()
        assert (given["token_type"], given["name"], given["role"]) == ("Bearer", "Ben Okafor", "member")
        assert (await you(team, given["access_token"]))["role"] == "member"
        # An answer that was lost is given again; the invitation lets nothing else in.
        assert (await team.token(begun)).json() == given
        other = await team.begin()
        assert (await team.approve(other, invitation)).status_code == 400
        assert await team.error(other) == "authorization_pending"
        (ben,) = (await team.people.listed())[0]
        assert [each.label for each in ben.tokens] == ["ben-laptop"]


async def test_no_secret_is_in_the_database(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        invitation, begun = await team.invite(), await team.begin()
        await team.approve(begun, invitation)
        token = (await team.token(begun)).json()["access_token"]
        unused, waiting = await team.invite(), await team.begin()
        team.team.service.database.close()
        kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        for secret in (invitation, begun["device_code"], begun["user_code"], token, unused, waiting["user_code"]):
            assert secret.encode() not in kept and secret.replace("-", "").encode() not in kept


async def test_the_errors_are_those_of_the_device_flow(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        begun = await team.begin()
        assert [await team.error(begun) for _ in range(3)] == ["authorization_pending", "slow_down", "slow_down"]
        team.later(minutes=10)
        assert await team.error(begun) == "expired_token"
        assert await team.error({"device_code": "0" * 64}) == "invalid_grant"
        for fields, error in (
            ({"grant_type": "password", "device_code": "x"}, "unsupported_grant_type"),
            ({"grant_type": GRANT}, "invalid_request"),
        ):
            answer = await team.visitor.post("/api/v1/token", data=fields)
            assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert (await team.visitor.post("/api/v1/token", json={})).status_code == 415
        twice = await team.visitor.post("/api/v1/token", content=b"device_code=1&device_code=2", headers=FORM)
        assert twice.status_code == 400
        large = await team.visitor.post("/api/v1/device", content=b"machine=" + b"x" * 20_000, headers=FORM)
        assert large.status_code == 413


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_invitations_and_codes_end_in_time_and_with_a_restore(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        short = await team.invite(minutes=15)
        team.later(minutes=15)
        assert (await team.approve(await team.begin(), short)).status_code == 400
        lasting, begun = await team.invite(), await team.begin()
        await team.team.service.database.write(
            lambda connection: connection.exec_driver_sql("update teams set epoch = 'another'").rowcount
        )
        assert (await team.approve(begun, lasting)).status_code == 400
        assert (await team.approve(await team.begin(), lasting)).status_code == 400


async def test_an_invitation_that_was_taken_back_or_replaced_lets_nothing_in(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        taken_back = await team.invite()
        ((one,)) = (await team.people.listed())[1]
        assert await team.people.revoke(one.id) == (one.id,)
        first = await team.invite("", "administrator")
        second = await team.invite("", "administrator")
        for each in (taken_back, first):
            assert (await team.approve(await team.begin(), each, "Ana Ruiz")).status_code == 400
        assert (await team.approve(await team.begin(), second, "Ana Ruiz")).json()["role"] == "administrator"


async def test_an_invitation_without_a_name_takes_no_name_that_is_there(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        await team.team.client("Ana Ruiz", "facilitator")
        invitation = await team.invite("", "administrator")
        for name, trouble in (("ana  ruiz", "name-taken"), ("", "no-name"), ("\n", "no-name"), ("x" * 201, "")):
            answer = await team.approve(await team.begin(), invitation, name)
            if trouble:
                assert answer.json()["error_description"] == trouble
        assert answer.json()["name"] == "x" * 100  # a device's own words are cut, not refused


async def test_ten_wrong_invitations_refuse_the_code_and_ten_wrong_codes_the_address(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        begun, invitation = await team.begin(), await team.invite()
        for _ in range(10):
            assert (await team.approve(begun, "00000-00000-00000-00000-00000")).status_code == 400
        assert await team.error(begun) == "access_denied"
        blocked = await team.approve(await team.begin(), invitation)
        assert blocked.json()["error_description"] == "tries"
        team.later(minutes=10)
        for _ in range(10):
            assert (await team.look("0000-0000", invitation)).status_code == 404
        begun = await team.begin()
        assert (await team.look(begun["user_code"], invitation)).status_code == 429
        assert (await team.approve(begun, invitation)).json()["error_description"] == "tries"
        team.later(minutes=9)
        assert (await team.approve(begun, invitation)).status_code == 400
        team.later(minutes=1)
        assert (await team.approve(await team.begin(), invitation)).status_code == 200


async def test_the_addresses_of_one_network_have_ten_tries_together(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        begun, invitation = await team.begin(), await team.invite()
        fields = {"user_code": "0000-0000", "invitation": invitation}
        for number in range(10):
            transport = httpx.ASGITransport(team.team._transport.app, client=(f"2001:db8::{number:x}", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://team") as client:
                assert (await client.post("/api/v1/device/approval", data=fields)).status_code == 400
        transport = httpx.ASGITransport(team.team._transport.app, client=("2001:db8::ffff", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://team") as client:
            blocked = await client.post("/api/v1/device/approval", data=fields | {"user_code": begun["user_code"]})
        assert blocked.json()["error_description"] == "tries"
        assert (await team.approve(begun, invitation)).status_code == 200  # another network is free


async def test_an_address_gets_no_more_than_so_many_codes(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        for _ in range(60):
            await team.begin()
        assert (await team.visitor.post("/api/v1/device", data={"machine": "x"})).status_code == 429
        team.later(minutes=10)
        await team.begin()


async def test_the_page_names_the_device_before_it_lets_it_in(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        first = await team.visitor.get("/join")
        assert first.status_code == 200 and "default-src 'none'" in first.headers["content-security-policy"]
        assert not re.search(r"<script|style=|\son\w+=", first.text) and "set-cookie" not in first.headers
        invitation, begun = await team.invite(), await team.begin(machine="<b>ben</b>\u202e")
        team.later(seconds=20)
        asked = await team.look(begun["user_code"], invitation)
        assert asked.status_code == 200
        assert "&lt;b&gt;ben&lt;/b&gt;" in asked.text and "\u202e" not in asked.text
        assert "20 seconds ago" in asked.text and "127.0.0.1" in asked.text and invitation not in asked.text
        assert await team.error(begun) == "authorization_pending"  # a look lets nothing in
        fields = hidden(asked)
        wrong = await team.visitor.post("/join", data=fields | {"form": "0" * 64, "answer": "yes"})
        assert wrong.status_code == 404 and await team.error(begun) == "slow_down"
        for _ in range(2):  # sent twice, as an impatient user does
            done = await team.visitor.post("/join", data=fields | {"answer": "yes", "name": "Mei", "role": "coach"})
            assert done.status_code == 200 and "It has joined" in done.text
        given = (await team.token(begun)).json()
        assert (given["name"], given["role"]) == ("Ben Okafor", "member")  # not what the form made of it


async def test_an_administrator_lets_in_by_the_page_and_others_do_not(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        for role in ("coach", "facilitator", "member", "viewer"):
            token = await team.team.service.members.give_token(role, role, "")
            begun = await team.begin()
            assert (await team.look(begun["user_code"], token)).status_code == 403
        narrowed = await team.team.service.members.give_token("Kim Lund", "administrator", "", accounts=["acme"])
        assert (await team.look(begun["user_code"], narrowed)).status_code == 403, "it could let in who sees all"
        token = await team.team.service.members.give_token("Ana Ruiz", "administrator", "")
        asked = await team.look(begun["user_code"], token)
        assert asked.status_code == 200 and token not in asked.text and 'value="Ben Okafor"' in asked.text
        fields = hidden(asked)
        for missing in ({"name": "Ben"}, {"role": "member"}, {"name": "Ben", "role": "queen"}):
            again = await team.visitor.post("/join", data=fields | {"answer": "yes"} | missing)
            assert again.status_code == 400 and "choose a role" in again.text
        done = await team.visitor.post("/join", data=fields | {"answer": "yes", "name": "Ben", "role": "coach"})
        assert done.status_code == 200
        assert (await team.token(begun)).json()["role"] == "coach"
        # An administrator who has left in the meantime lets nothing in any more.
        begun = await team.begin()
        fields = hidden(await team.look(begun["user_code"], token))
        await team.people.remove("Ana Ruiz")
        late = await team.visitor.post("/join", data=fields | {"answer": "yes", "name": "Ben", "role": "coach"})
        assert late.status_code == 404 and await team.error(begun) == "authorization_pending"


async def test_what_is_refused_stays_refused(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        invitation, begun = await team.invite(), await team.begin()
        fields = hidden(await team.look(begun["user_code"], invitation))
        refused = await team.visitor.post("/join", data=fields | {"answer": "no"})
        assert refused.status_code == 200 and "Refused" in refused.text
        assert await team.error(begun) == "access_denied"
        assert (await team.visitor.post("/join", data=fields | {"answer": "yes"})).status_code == 404
        assert await team.error(begun) == "access_denied"
        # The invitation was not used up by it.
        assert (await team.approve(await team.begin(), invitation)).status_code == 200


async def test_who_is_removed_between_the_answer_and_the_token_gets_none(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        invitation, begun = await team.invite(), await team.begin()
        await team.approve(begun, invitation)
        await team.people.remove("Ben Okafor")
        assert await team.error(begun) == "access_denied"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_another_page_sends_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with team_in(tmp_path) as team:
        begun = await team.begin()
        assert (await team.look(begun["user_code"], await team.invite(), headers=headers)).status_code == 403
        assert await team.error(begun) == "authorization_pending"


async def test_accounts_of_an_invitation_are_those_of_a_new_person(tmp_path: Path) -> None:
    async with team_in(tmp_path) as team:
        made, _ = await team.invitations.invite("Ben", "member", timedelta(days=1), ["acme freight"])
        begun = await team.begin()
        await team.approve(begun, made)
        token = (await team.token(begun)).json()["access_token"]
        assert (await you(team, token))["accounts"] == ["acme freight"]
        # One who is there already keeps what they see; the new token alone is narrower.
        usual = await team.team.service.members.give_token("Mei", "member", "")
        made, _ = await team.invitations.invite("Mei", "member", timedelta(days=1), ["acme freight"])
        begun = await team.begin()
        await team.approve(begun, made)
        narrow = (await team.token(begun)).json()["access_token"]
        assert (await you(team, narrow))["accounts"] == ["acme freight"]
        assert (await you(team, usual))["accounts"] is None


@examples(200)
@given(st.text(max_size=40))
def test_any_typed_code_is_a_code_or_none(typed: str) -> None:
    found = codes.plain(typed)
    assert found == codes.plain(found.lower()) and set(found) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert codes.plain("7q2k m9xd") == codes.plain("7Q2K-M9XD") == "7Q2KM9XD"
    assert codes.plain("oil0-1l") == codes.plain("01101-1".replace("-", "")) == "011011"
    rng = Random(1)
    assert re.fullmatch(r"[^-]{4}-[^-]{4}", codes.new_code(rng))
    assert re.fullmatch(r"([^-]{5}-){4}[^-]{5}", codes.new_invitation(rng))
