"""Covers: outbox/sync/ with a server or a file that is not as it should be.

A token that was taken back, a server of another version, bodies that are not what they should be,
thousands of tombstones, a session of 60,000 entries, a server that hangs, drips or lies: a
sentence each, and every file is as it was.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from receiver import Handler, Receiver, hangs
from session_tui.model.sync.revision import revision
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response
from session_tui.outbox.sync.report import SyncReport
from session_tui.store import removed_sessions
from sync_members import LOCAL, LocalServer, TeamMember, session_id, session_text, write

pytest_plugins = ["team_fixtures"]

ONE, TWO = session_id(1), session_id(2)
FUZZED = 60  # syncs with a server that answers anything
Tamper = Callable[[Request, Response], Response]


@pytest.fixture
def ana(ana: TeamMember) -> TeamMember:
    """A member whose two sessions are at the server."""
    write(ana, ONE, TWO)
    assert ana.sync().in_step
    return ana


def tampered(server: LocalServer, tamper: Tamper) -> Callable[[Request, int], Response]:
    return lambda request, most: tamper(request, server.send(request, most))


def in_lines(path: str, change: Callable[[Any], Any]) -> Tamper:
    """Changes each line of JSON of the answers at this end of an address."""

    def tamper(request: Request, response: Response) -> Response:
        if not request.url.partition("?")[0].endswith(path) or response.status != 200:
            return response
        lines = [json.dumps(change(json.loads(line))) for line in response.body.splitlines()]
        return replace(response, body="".join(f"{line}\n" for line in lines).encode())

    return tamper


def test_a_token_that_was_taken_back_is_said_and_nothing_is_touched(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    stranger = TeamMember(tmp_path, "Eve", LOCAL, "stt_taken_back", "full", server.send)
    stranger.path(ONE).write_text(session_text(ONE), encoding="utf-8")
    report = stranger.sync()
    assert report.status == 1 and report.stopped is not None
    assert "(401)" in str(report.stopped) and "endpoint secret" in str(report.stopped)
    assert stranger.texts() == {ONE: session_text(ONE)}


def test_a_restored_server_of_another_epoch_is_no_trouble(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    ben.sync()
    server.new_epoch("f" * 16)
    ana.edit(ONE, "COO", "CEO")
    assert ana.sync().sent == 1
    assert ben.sync().received == 1
    assert ben.sync().in_step


def test_a_server_without_sync_is_said(server: LocalServer, ana: TeamMember) -> None:
    report = ana.sync(send=lambda request, most: Response(404))
    assert "does not know sync" in str(report.stopped) and report.status == 1


def test_a_session_of_a_newer_program_is_left_alone(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    def newer(line: Any) -> Any:
        if line.get("id") == ONE:
            line["body"] = line["body"] | {"schema": 2}
        return line

    report = ben.sync(send=tampered(server, in_lines("/fetch", newer)))
    assert (report.received, report.status) == (1, 3)
    assert "newer program" in report.waits[0].sentence
    assert set(ben.texts()) == {TWO}
    assert ben.sync().in_step


def test_a_state_that_this_program_does_not_know_is_left_alone(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    def odd(page: Any) -> Any:
        return page | {"sessions": [row | {"state": "archived"} for row in page["sessions"]]}

    report = ben.sync(send=tampered(server, in_lines("/inventory", odd)))
    assert len(report.waits) == 2 and report.status == 3 and ben.texts() == {}


def test_versions_that_this_program_cannot_read_are_left_alone_and_asked_for_once(
    server: LocalServer, ana: TeamMember
) -> None:
    def renamed(found: Any) -> Any:
        rows = found.get("sessions", [found])
        return found | {"sessions": [row | {"revision": f"blake3:{row['revision']}"} for row in rows]}

    ana.edit(ONE, "COO", "CEO")
    before = ana.texts()
    server.requests.clear()
    report = ana.sync(send=tampered(server, in_lines("/inventory", renamed)))
    assert report.status == 3 and ana.texts() == before
    assert "newer program" in report.waits[0].sentence
    assert len(server.requests) <= 3 and not any(method == "PUT" for method, _ in server.requests)


@pytest.mark.parametrize("what", ["another text", "another session", "no session", "another detail", "too many"])
def test_a_body_that_is_not_what_it_should_be_is_never_written(
    server: LocalServer, ana: TeamMember, ben: TeamMember, what: str
) -> None:
    def other(line: Any) -> Any:
        body, session = line["body"], line["body"]["session"]
        if line["id"] != ONE:
            return line
        match what:
            case "another text":
                body = body | {"session": session | {"account": "Other"}}
            case "another session":
                body = body | {"session": session | {"id": TWO}}
            case "no session":
                body = body | {"session": session | {"stakeholders": 7}}
            case "another detail":
                body = body | {"detail": "shared"}
            case "too many":
                people = [{"id": f"s{number}", "name": "Mia"} for number in range(1, 60_001)]
                body = body | {"session": session | {"stakeholders": people}}
        return line | {"body": body}

    begun = time.process_time()
    report = ben.sync(send=tampered(server, in_lines("/fetch", other)))
    assert report.status == 3 and report.waits[0].session == ONE and str(report.waits[0].fault)
    assert set(ben.texts()) == {TWO}
    assert time.process_time() - begun < 5
    assert ben.sync().in_step


def test_ten_thousand_tombstones_cost_a_newcomer_nothing(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    removed_sessions.move(ana.path(ONE), ana.state, ana.now)
    ana.sync()
    snapshot = server.snapshot()
    tombstone = next(row for row in snapshot["heads"] if row["session"] == ONE)
    for number in range(10_000):
        names = {"revision": revision("", f"{number:064x}"), "shared_revision": revision("", f"{number:064x}")}
        snapshot["heads"].append(tombstone | names | {"session": session_id(number + 100).replace("acme", "gone")})
    server.restore(snapshot)
    server.requests.clear()
    assert ben.sync().in_step and set(ben.texts()) == {TWO}
    assert len(server.requests) <= 6
    server.requests.clear()
    assert ben.sync().in_step and len(server.requests) == 1


def test_tombstones_of_everything_stop_and_ask(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    for number in range(10, 60):
        ana.path(session_id(number)).write_text(session_text(session_id(number)), encoding="utf-8")
    ana.sync()
    ben.sync()
    for each in ana.texts():
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    assert ana.sync().removed == 52
    server.requests.clear()
    report = ben.sync()
    assert (report.removals, report.removed, len(ben.texts())) == (52, 0, 52)
    assert len(server.requests) <= 4, "no chain is asked for before the user says yes"


def test_a_session_of_sixty_thousand_entries_stays_here_and_the_others_are_synced(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    people = "".join(f'\n[[stakeholders]]\nid = "s{number}"\nname = "Mia"\n' for number in range(2, 60_002))
    large = session_id(9)
    ana.path(large).write_text(session_text(large) + people, encoding="utf-8")
    ana.edit(ONE, "COO", "CEO")
    report = ana.sync()
    assert (report.sent, report.status) == (1, 3)
    assert "60,001 stakeholders" in report.waits[0].sentence and "at most 500" in report.waits[0].sentence
    assert ben.sync().received == 2


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_synced(server: LocalServer, ana: TeamMember) -> None:
    broken = ana.path(session_id(9))
    broken.write_text("id = \n", encoding="utf-8")
    ana.edit(ONE, "COO", "CEO")
    report = ana.sync()
    assert (report.sent, report.status) == (1, 3) and broken.name in report.waits[0].sentence
    assert broken.read_text() == "id = \n"


def test_a_lying_digest_comes_to_an_end(server: LocalServer, ana: TeamMember) -> None:
    report = ana.sync(send=tampered(server, in_lines("/digest", lambda page: page | {"root": "0" * 64})))
    assert not report.in_step and report.status == 3 and report.requests < 20


def test_a_fault_of_the_server_with_one_session_does_not_stop_the_others(server: LocalServer, ana: TeamMember) -> None:
    def failing(request: Request, response: Response) -> Response:
        return Response(500) if request.method == "PUT" and ONE in request.url else response

    ana.edit(ONE, "COO", "CEO")
    ana.edit(TWO, "COO", "CFO")
    report = ana.sync(send=tampered(server, failing))
    assert report.sent == 1 and [each.session for each in report.waits] == [ONE]
    assert ana.sync().in_step


# ---- over the network ---------------------------------------------------------------------------


def drips(handler: Handler) -> None:
    handler.drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000)


def resets(handler: Handler) -> None:
    handler.resets()


def answers_html(handler: Handler) -> None:
    handler.says(200, {"Content-Type": "text/html"}, b"<html><body>Welcome to the hotel's network</body></html>")


def points_elsewhere(handler: Handler) -> None:
    handler.says(302, {"Location": "https://example.com/"})


def breaks_off(handler: Handler) -> None:
    handler.says(200, {"Content-Length": "1000"}, b'{"count": 7, "root"')


def is_busy(handler: Handler) -> None:
    handler.says(503, {"Retry-After": "86400"})


@pytest.mark.parametrize("answer", [hangs, drips, resets, answers_html, points_elsewhere, breaks_off, is_busy])
def test_a_bad_server_costs_its_time_limit_and_a_sentence(tmp_path: Path, answer: Callable[[Handler], None]) -> None:
    with Receiver(answer) as receiver:
        member = TeamMember(tmp_path, "Ana", f"http://127.0.0.1:{receiver.port}", "token")
        member.path(ONE).write_text(session_text(ONE), encoding="utf-8")
        begun = time.monotonic()
        report = member.sync(limit=1.0)
        took = time.monotonic() - begun
    assert report.status == 1 and report.stopped is not None and len(str(report.stopped)) > 20
    assert took < 4
    assert member.texts() == {ONE: session_text(ONE)}


# ---- any answer ---------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (None, 7, -1, "", "x" * 70, [], {}, True, 1e300, "\x1b[2J", ["a"], {"a": 1}, "0" * 64)


def odd_value(value: Any, rnd: Random) -> Any:
    """The same value with one part of it replaced."""
    if isinstance(value, dict) and value and rnd.random() < 0.8:
        key = rnd.choice(sorted(value))
        if rnd.random() < 0.15:
            return {name: each for name, each in value.items() if name != key}
        return value | {key: odd_value(value[key], rnd)}
    if isinstance(value, list) and value and rnd.random() < 0.8:
        at = rnd.randrange(len(value))
        return [*value[:at], odd_value(value[at], rnd), *value[at + 1 :]]
    return rnd.choice(ODD)


def any_answer(rnd: Random) -> Tamper:
    def tamper(request: Request, response: Response) -> Response:
        if rnd.random() < 0.6:
            return response
        what = rnd.random()
        if what < 0.1:
            return Response(rnd.choice([0, 200, 204, 301, 400, 404, 409, 410, 412, 413, 422, 500]), "it is lost")
        if what < 0.2:
            return replace(response, body=response.body[: rnd.randrange(len(response.body) + 1)])
        if what < 0.3:
            return replace(response, headers=(("etag", rnd.choice(['"x"', "", f'"{"0" * 64}"', f'"{"a" * 64}.s"'])),))
        try:
            lines = [json.dumps(odd_value(json.loads(line), rnd)) for line in response.body.splitlines()]
        except ValueError:
            return response
        return replace(response, body="".join(f"{line}\n" for line in lines).encode())

    return tamper


@pytest.mark.slow
def test_no_answer_of_a_server_loses_a_text_or_ends_in_anything_but_a_report(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    ben.sync()
    for seed in range(FUZZED):
        rnd = Random(seed)
        member = rnd.choice((ana, ben))
        member.edit(
            ONE, "[[action_items]]", f'[[parking_lot]]\nid = "p{seed + 1}"\ntext = "k{seed}k"\n\n[[action_items]]'
        )
        report = member.sync(send=tampered(server, any_answer(rnd)))
        assert isinstance(report, SyncReport)
        kept = "".join(path.read_text() for path in member.sessions.rglob("*") if path.is_file())
        assert f"k{seed}k" in kept, seed
    for each in (ana, ben, ana, ben):
        each.sync()
    everything = "".join(path.read_text() for each in (ana, ben) for path in each.sessions.rglob("*") if path.is_file())
    assert [seed for seed in range(FUZZED) if f"k{seed}k" not in everything] == []


def test_a_file_that_cannot_be_read_is_named_with_what_became_of_it(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    before = b"account = = Acme"
    ana.path(ONE).write_bytes(before)
    report = ana.sync()
    said = report.waits[0].sentence
    assert (report.status, report.waiting) == (3, 1) and ana.path(ONE).read_bytes() == before
    assert said.startswith(f"{ONE}: its file cannot be read. {ONE}.toml:1:") and "It was left alone" in said
    assert ben.sync().received == 2


def test_a_page_of_a_network_that_wants_a_login_is_no_answer_and_says_so(ana: TeamMember) -> None:
    page = Response(200, "", (("content-type", "text/html"),), b"<html>Welcome to the hotel</html>")
    report = ana.sync(send=lambda request, most: page)
    assert report.status == 1 and "log in there first" in str(report.stopped)
