"""Covers: session_tui.outbox.sender.

What is due is sent in turns, in order, on record before and after; whoever hangs or refuses holds only its own.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import START, Clock
from messages import message, request
from receiver import Handler, Receiver, both, hangs, takes
from session_tui.model.fault import Fault
from session_tui.outbox import background, http, sender
from session_tui.outbox.http import Timeouts
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Answer, Request
from session_tui.outbox.sender import SendReport, Worker, send_due
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError

HANGING = 15  # addresses, more than there are lanes
QUICK = Timeouts(connect=2, read=0.3, write=0.3, overall=2)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox")


def quickly(asked: Request) -> Answer:
    return http.send(asked, timeouts=QUICK)


def even() -> float:
    return 0.5


def sends(outbox: Outbox, now: datetime = START, **more: object) -> SendReport:
    return send_due(outbox, request, quickly, lambda: now, even, **more)  # type: ignore[arg-type]


def read(outbox: Outbox, id: str = "msg_1") -> OutboxMessage:
    found = outbox.find(id).message
    assert found is not None
    return found


def eventually(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    tick = threading.Event()
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        tick.wait(0.005)


# ---- a round -------------------------------------------------------------------------------------------------------


def test_what_is_due_is_delivered_once_and_is_on_record(outbox: Outbox) -> None:
    with Receiver(lambda handler: handler.says(200, {"ETag": '"v1"'})) as receiver:
        outbox.put(message(url=receiver.url))
        report = sends(outbox)
        assert [one.id for one in report.those("delivered")] == ["msg_1"]
        assert sends(outbox, START + timedelta(days=1)) == SendReport()
        assert receiver.ids == {"msg_1": 1}
    one = read(outbox)
    assert (one.state, one.attempts, one.last_at, one.etag) == ("delivered", 1, START, '"v1"')


def test_the_try_is_on_disk_before_the_request_goes_out(outbox: Outbox) -> None:
    seen: list[OutboxMessage] = []
    with Receiver(both(lambda _: seen.append(read(outbox)), takes)) as receiver:
        outbox.put(message(url=receiver.url))
        sends(outbox)
    assert [(one.state, one.attempts, one.last_at) for one in seen] == [("waiting", 1, START)]


def test_five_hundred_and_then_two_hundred_is_delivered_at_the_second_try(outbox: Outbox) -> None:
    answers = iter([500, 200])
    with Receiver(lambda handler: handler.says(next(answers))) as receiver:
        outbox.put(message(url=receiver.url))
        (one,) = sends(outbox).messages
        assert one.state == "waiting"
        assert "500" in one.reason
        assert one.next_at is not None
        assert sends(outbox, one.next_at - timedelta(seconds=1)) == SendReport()
        assert sends(outbox, one.next_at).those("delivered")
    assert read(outbox).attempts == 2


@pytest.mark.parametrize("value", ["120", "Mon, 23 Nov 2026 09:02:00 GMT"])
def test_too_many_requests_is_obeyed_to_the_second(outbox: Outbox, value: str) -> None:
    answers = iter([(429, {"Retry-After": value}), (200, {})])
    with Receiver(lambda handler: handler.says(*next(answers))) as receiver:
        outbox.put(message(url=receiver.url))
        sends(outbox)
        assert outbox.next_moment() == START + timedelta(seconds=120)
        assert sends(outbox, START + timedelta(seconds=119)) == SendReport()
        assert sends(outbox, START + timedelta(seconds=120)).those("delivered")


def test_a_redirect_is_a_no_and_nothing_goes_where_it_points(outbox: Outbox) -> None:
    with Receiver() as other, Receiver(lambda handler: handler.says(308, {"Location": other.url})) as receiver:
        outbox.put(message(url=receiver.url))
        (one,) = sends(outbox).messages
        assert other.requests == []
    assert one.state == "rejected"
    assert "not followed" in one.reason


def test_an_address_that_is_gone_is_asked_nothing_again_until_it_is_switched_on(outbox: Outbox) -> None:
    with Receiver(lambda handler: handler.says(410)) as receiver:
        for number in range(3):
            outbox.put(message(f"m{number}", url=receiver.url, session=f"s{number}"))
        report = sends(outbox)
        assert len(receiver.requests) == 1
        assert len(report.those("rejected")) == 1
        assert all("switched off" in one.reason for one in report.those("waiting"))
        assert outbox.switched_off() == {receiver.url}
        receiver.answer = lambda handler: handler.says(204)
        later = START + timedelta(hours=1)
        assert not sends(outbox, later).those("delivered")
        waits = outbox.due(later + timedelta(hours=1))[0]
        outbox.retry(waits.id, later)
        assert outbox.switched_off() == frozenset()
        assert len(sends(outbox, later + timedelta(hours=1)).those("delivered")) == 2


REFUSALS = ["the endpoint is not in the configuration any more", "it is not trusted yet", "its secret is missing"]


@pytest.mark.parametrize("what", REFUSALS)
def test_what_may_not_be_sent_waits_with_the_reason_and_nothing_leaves(outbox: Outbox, what: str) -> None:
    with Receiver() as receiver:
        outbox.put(message(url=receiver.url))
        refused = Fault("team", what, "Mend it.")
        (one,) = send_due(outbox, lambda _: refused, quickly, lambda: START, even).messages
        assert (one.state, one.attempts, one.reason) == ("waiting", 0, f"team: {what}. Mend it.")
        assert receiver.requests == []
        assert sends(outbox, START + timedelta(minutes=15)).those("delivered")


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://127.0.0.1:1/x", "http://localhost/x", "", "http://[x"]
)
def test_a_request_for_another_address_than_the_parcels_is_never_sent(outbox: Outbox, url: str) -> None:
    asked: list[Request] = []
    outbox.put(message(url="http://127.0.0.1:9/hook"))

    def elsewhere(one: OutboxMessage) -> Request:
        return replace(request(one), url=url)

    def never(one: Request) -> Answer:
        asked.append(one)
        return Answer(200)

    (one,) = send_due(outbox, elsewhere, never, lambda: START, even).messages
    assert asked == []
    assert "another one than when this was pushed" in one.reason


@pytest.mark.parametrize(
    ("kind", "url", "goes"),
    [
        ("team_server", "/hook/sessions/1", True),
        ("team_server", "", True),
        ("webhook", "/hook/sessions/1", False),
        ("slack", "?x=y", False),
        ("teams", "", True),
    ],
)
def test_only_a_team_server_has_places_below_its_address(outbox: Outbox, kind: str, url: str, goes: bool) -> None:
    with Receiver() as receiver:
        outbox.put(message(url=receiver.url, kind=kind))
        below = receiver.url.removesuffix("/hook") + url if url.startswith("/") else receiver.url + url
        send_due(outbox, lambda one: replace(request(one), url=below), quickly, lambda: START, even)
        assert bool(receiver.requests) == goes


def test_a_secret_that_the_receiver_repeats_is_kept_nowhere(outbox: Outbox) -> None:
    def with_secret(one: OutboxMessage) -> Request:
        return replace(request(one), headers=(("Authorization", "Bearer tok-en-12345"),))

    seen: list[Answer] = []

    def looked_at(asked: Request) -> Answer:
        seen.append(quickly(asked))
        return seen[-1]

    def repeats(handler: Handler) -> None:
        token = handler.came.headers["authorization"].split()[1]
        handler.says(422, {"Content-Type": "text/plain"}, f"nobody here has {token}".encode())

    with Receiver(repeats) as receiver:
        outbox.put(message(url=receiver.url))
        send_due(outbox, with_secret, looked_at, lambda: START, even)
    assert b"tok-en-12345" in seen[0].body
    assert b"tok-en-12345" not in (outbox.folder / "msg_1.toml").read_bytes()
    assert "nobody here has …" in read(outbox).reason


def test_why_a_secret_cannot_be_had_is_said_in_its_own_words(outbox: Outbox) -> None:
    def lacks(_: OutboxMessage) -> Request:
        raise StoreError(Fault("team", "its secret is wrong"))

    outbox.put(message())
    (one,) = send_due(outbox, lacks, quickly, lambda: START, even).messages
    assert one.reason == "team: its secret is wrong"


def test_what_goes_wrong_in_our_own_code_loses_nothing_and_names_no_secret(outbox: Outbox) -> None:
    def breaks(_: object) -> Request:
        raise KeyError("whsec_secret")

    outbox.put(message())
    (one,) = send_due(outbox, breaks, quickly, lambda: START, even).messages
    assert (one.state, one.reason) == ("waiting", "team: it could not be made ready (KeyError)")

    def fails(_: object) -> Answer:
        raise KeyError("whsec_secret")

    (one,) = send_due(outbox, request, fails, lambda: START + timedelta(hours=1), even).messages
    assert (one.state, one.reason) == ("waiting", "the request could not be sent (KeyError)")


def test_a_change_follows_what_it_changes_in_the_same_round_and_waits_when_that_waits(outbox: Outbox) -> None:
    fails = True

    def answer(handler: Handler) -> None:
        handler.says(503 if fails else 204)

    with Receiver(answer) as receiver:
        outbox.put(message("b_held", url=receiver.url))
        outbox.put(message("a_updated", url=receiver.url, type="session.updated"))
        outbox.put(message("c_other", url=receiver.url, session="another"))
        assert {one.id for one in sends(outbox).messages} == {"b_held", "c_other"}
        fails = False
        sends(outbox, START + timedelta(hours=1))
        arrived = [came.headers["webhook-id"] for came in receiver.requests[2:]]
        assert sorted(arrived) == ["a_updated", "b_held", "c_other"]
        assert arrived.index("b_held") < arrived.index("a_updated")


def test_a_team_server_is_told_the_version_that_arrived_last(outbox: Outbox) -> None:
    versions = iter(['"v1"', '"v2"', '"v3"'])
    with Receiver(lambda handler: handler.says(200, {"ETag": next(versions)})) as receiver:
        for number in range(3):
            at = START + timedelta(seconds=number)
            outbox.put(message(f"m{number}", url=receiver.url, kind="team_server", created_at=at))
        sends(outbox, START + timedelta(minutes=1))
        assert [came.headers.get("if-match") for came in receiver.requests] == [None, '"v1"', '"v2"']
    assert [read(outbox, f"m{number}").etag for number in range(3)] == ['"v1"', '"v2"', '"v3"']


def test_an_address_that_hangs_holds_up_no_other(outbox: Outbox) -> None:
    """More hang than there are lanes, with two parcels each; the one that answers has its turn."""
    with Receiver(hangs) as hanging, Receiver() as sound:
        for number in range(HANGING):
            for times in range(2):
                name = f"{number}_{times}"
                outbox.put(message(name, session=name, url=f"{hanging.url}/{number}"))
        outbox.put(message("sound", url=sound.url, created_at=START + timedelta(seconds=1)))
        began = time.monotonic()
        report = sends(outbox, START + timedelta(minutes=1))
        assert time.monotonic() - began < 5  # half of what one after the other would take
    assert [one.id for one in report.those("delivered")] == ["sound"]
    assert len(report.those("waiting")) == 2 * HANGING
    assert {one.attempts for one in report.messages} == {1}


def test_nothing_is_begun_after_the_last_moment(outbox: Outbox, clock: Clock) -> None:
    with Receiver(both(lambda _: clock.pass_(seconds=30), takes)) as receiver:
        for number in range(5):
            outbox.put(message(f"m{number}", session=f"s{number}", url=receiver.url))
        report = send_due(outbox, request, quickly, clock, even, until=START + timedelta(seconds=50))
        assert len(receiver.requests) == 2
    assert len(report.those("delivered")) == 2
    assert len(outbox.due(clock())) == 3


def test_each_parcel_is_told_when_it_was_tried_and_a_listener_that_fails_stops_nothing(outbox: Outbox) -> None:
    told: list[str] = []

    def listens(one: OutboxMessage) -> None:
        told.append(one.id)
        raise RuntimeError("the screen has gone")

    with Receiver() as receiver:
        for number in range(3):
            outbox.put(message(f"m{number}", session=f"s{number}", url=receiver.url))
        assert len(sends(outbox, told=listens).those("delivered")) == 3
    assert told == ["m0", "m1", "m2"]


# ---- while a screen is open ----------------------------------------------------------------------------------------


def test_the_worker_sends_what_is_due_and_what_it_is_nudged_to(outbox: Outbox) -> None:
    told: list[OutboxMessage | Fault] = []
    with Receiver() as receiver:
        outbox.put(message("first", url=receiver.url))
        sending = Worker(outbox, request, quickly, lambda: START, even, told.append)
        sending.start()
        eventually(lambda: len(told) == 1, "the first")
        outbox.put(message("second", session="another", url=receiver.url))
        sending.nudge()
        eventually(lambda: len(told) == 2, "the second")
        sending.stop()
        sending.join(2)
        assert not sending.is_alive()
        assert receiver.ids == {"first": 1, "second": 1}


def test_what_comes_meanwhile_does_not_wait_for_an_address_that_hangs(outbox: Outbox) -> None:
    told: list[OutboxMessage | Fault] = []
    hung = threading.Event()
    patient = Timeouts(connect=5, read=20, write=5, overall=20)
    with Receiver(both(lambda _: hung.set(), hangs)) as hanging, Receiver() as sound:
        outbox.put(message("hangs", url=hanging.url))
        sending = Worker(
            outbox, request, lambda one: http.send(one, timeouts=patient), lambda: START, even, told.append
        )
        sending.start()
        assert hung.wait(5)
        outbox.put(message("sound", url=sound.url))
        outbox.put(message("behind", url=hanging.url, session="another"))
        sending.nudge()
        eventually(lambda: bool(told), "the one that does not hang")
        assert [one.id for one in told if isinstance(one, OutboxMessage)] == ["sound"]
        assert hanging.ids == {"hangs": 1}
        sending.stop()


def test_the_worker_stops_at_once_while_a_receiver_hangs_and_the_parcel_waits_on_disk(outbox: Outbox) -> None:
    hung = threading.Event()

    with Receiver(both(lambda _: hung.set(), hangs)) as receiver:
        outbox.put(message(url=receiver.url))
        patient = Timeouts(connect=5, read=20, write=5, overall=20)
        sending = Worker(outbox, request, lambda one: http.send(one, timeouts=patient), lambda: START, even)
        sending.start()
        assert hung.wait(5)
        began = time.monotonic()
        sending.stop()
        sending.join(5)
        assert time.monotonic() - began < 1
        assert not sending.is_alive()
        one = read(outbox)
        assert (one.state, one.attempts) == ("waiting", 1)


def test_a_worker_waits_until_the_next_moment_and_never_spins(outbox: Outbox) -> None:
    assert sender.pause(outbox, SendReport(), START, 60) == 60
    outbox.put(message(next_at=START + timedelta(seconds=7)))
    assert sender.pause(outbox, SendReport(), START, 60) == 7
    assert sender.pause(outbox, SendReport((message(),)), START + timedelta(hours=1), 60) == 0
    assert sender.pause(outbox, SendReport(), START + timedelta(hours=1), 60) == 1
    assert sender.pause(outbox, SendReport((), (Fault("", "the disk is full"),)), START + timedelta(hours=1), 60) == 10


# ---- afterwards ----------------------------------------------------------------------------------------------------


def work(outbox: Outbox, seconds: float = 60) -> SendReport:
    moment = START

    def jumps() -> datetime:
        nonlocal moment
        moment = max(moment, outbox.next_moment() or moment)
        return moment

    return background.work_for(seconds, outbox, request, quickly, jumps, even)


def test_afterwards_goes_on_until_nothing_more_comes_due_in_its_time(outbox: Outbox) -> None:
    answers = iter([500, 500, 204])
    with Receiver(lambda handler: handler.says(next(answers))) as receiver:
        outbox.put(message("soon", url=receiver.url))
        outbox.put(message("late", url=receiver.url, session="another", next_at=START + timedelta(hours=1)))
        assert [one.state for one in work(outbox).messages] == ["waiting", "waiting", "delivered"]
        assert receiver.ids == {"soon": 3}


def test_afterwards_is_one_process_at_a_time(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "TAKE_OVER", 0.05)
    outbox.put(message())
    with outbox.alone(0) as mine:
        assert mine
        assert work(outbox) == SendReport()
    assert read(outbox).attempts == 0


def test_a_process_of_its_own_goes_on_in_another_session_of_the_terminal(tmp_path: Path) -> None:
    code = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(f'{os.getsid(0)} {os.environ[\"WORD\"]}')"
    made = tmp_path / "made"
    command = [sys.executable, "-c", code, os.fspath(made)]
    assert background.detach(command, {**os.environ, "WORD": "hello"}) is None
    eventually(lambda: made.exists() and bool(made.read_text(encoding="utf-8")), "the other process's word")
    session, word = made.read_text(encoding="utf-8").split()
    assert word == "hello"
    assert int(session) != os.getsid(0)


def test_a_process_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    fault = background.detach([os.fspath(tmp_path / "nothing")], {})
    assert fault is not None
    assert "What waits is sent when the program is next open" in str(fault)


def test_the_exit_does_not_wait_for_a_receiver_that_hangs(outbox: Outbox) -> None:
    code = (
        "import sys, pathlib, datetime, threading\n"
        "from session_tui.outbox.store import Outbox\n"
        "from session_tui.outbox.sender import Worker, over_http\n"
        "from session_tui.outbox.request import Request\n"
        "box = Outbox(pathlib.Path(sys.argv[1]))\n"
        "now = lambda: datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)\n"
        "Worker(box, lambda one: Request('POST', one.url), over_http, now, lambda: 0.5).start()\n"
        "sys.stdin.readline()\n"
    )
    hung = threading.Event()
    with Receiver(both(lambda _: hung.set(), hangs)) as receiver:
        outbox.put(message(url=receiver.url))
        child = subprocess.Popen([sys.executable, "-c", code, os.fspath(outbox.folder)], stdin=subprocess.PIPE)
        try:
            assert hung.wait(10)
            began = time.monotonic()
            child.communicate(b"end\n", timeout=10)
            assert child.returncode == 0
            assert time.monotonic() - began < 3
        finally:
            child.kill()
            child.wait()
    assert read(outbox).state == "waiting"


def test_sending_is_loaded_with_the_first_request_and_not_before() -> None:
    code = (
        "import sys, session_tui.outbox.background, session_tui.outbox.sender\n"
        "print([name for name in ('httpx', 'truststore', 'ssl') if name in sys.modules])\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
