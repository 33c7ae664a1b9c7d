"""Covers: the outbox.

A push is never lost, a receiver that honours its id takes it once, and one process at a time sends
a file.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import session_tui
from conftest import START
from messages import message, request
from posix_only import full_disk
from receiver import ID, Handler, Receiver, both
from session_tui.outbox import http
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.sender import SendReport, send_due
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError

pytestmark = pytest.mark.slow

SEND = Path(__file__).parent / "send_and_be_killed.py"
PUSHES = 1000
KILLS = 10
ADDRESSES = 6


class Honest:
    """A receiver that takes a message of one id once, and of three requests fails one.

    It fails before it took the message, after it did, and by breaking off the answer: in turn.
    """

    def __init__(self, fails: bool = True) -> None:
        self.taken: dict[str, bytes] = {}
        self.twice: list[str] = []  # ids that came with another content
        self.together: list[str] = []  # ids that came while they were being answered
        self.requests = 0
        self._fails = fails
        self._under_way: Counter[str] = Counter()
        self._change = threading.Condition()

    def __call__(self, handler: Handler) -> None:
        came = handler.came
        id = came.headers[ID]
        with self._change:
            self.requests += 1
            number = self.requests
            self._under_way[id] += 1
            if self._under_way[id] > 1:
                self.together.append(id)
            fails = self._fails and number % 3 == 0
            if not (fails and number % 9 == 3):
                if self.taken.setdefault(id, came.body) != came.body:
                    self.twice.append(id)
                self._change.notify_all()
        try:
            if fails and number % 9 == 6:
                handler.resets()
            else:
                handler.says(500 if fails else 204)
        finally:
            with self._change:
                self._under_way[id] -= 1

    def until(self, taken: int) -> None:
        """Wait until so many were taken."""
        with self._change:
            assert self._change.wait_for(lambda: len(self.taken) >= taken, 60), f"stuck at {len(self.taken)}"


@contextmanager
def child(outbox: Outbox) -> Iterator[subprocess.Popen[str]]:
    """Another process that sends, ready to begin at the word."""
    here = os.pathsep.join(
        [os.fspath(Path(__file__).parent.parent), os.fspath(Path(session_tui.__file__).parent.parent)]
    )
    process = subprocess.Popen(
        [sys.executable, os.fspath(SEND), os.fspath(outbox.folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": here},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def begins(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox")


def test_a_thousand_pushes_arrive_once_each_through_every_third_failing_and_ten_kills(outbox: Outbox) -> None:
    honest = Honest()
    with Receiver(honest) as receiver:
        pushes = [
            message(
                f"msg_{number}",
                session=f"s{number}",
                url=f"{receiver.url}/{number % ADDRESSES}",
                body=f'{{"push": {number}}}',
            )
            for number in range(PUSHES)
        ]
        with ThreadPoolExecutor(8) as pool:  # what takes long is the disk's yes to each
            assert list(pool.map(outbox.put, pushes)) == pushes
        for kill in range(KILLS):
            with child(outbox) as process:
                begins(process)
                honest.until((kill + 1) * PUSHES // (KILLS + 2))
                os.kill(process.pid, signal.SIGKILL)
                assert process.wait(10) == -signal.SIGKILL
        with child(outbox) as process:
            begins(process)
            said, _ = process.communicate(timeout=90)
            assert said.splitlines()[-1:] == ["done"]
    assert honest.taken == {f"msg_{number}": f'{{"push": {number}}}'.encode() for number in range(PUSHES)}
    assert honest.twice == []
    assert honest.together == []
    assert honest.requests > PUSHES * 1.3
    entries = outbox.messages()
    assert len(entries) == PUSHES
    assert {each.message.state for each in entries if each.message} == {"delivered"}
    assert all(each.fault is None for each in entries)


def test_two_processes_never_send_one_file_at_the_same_time_and_together_send_each_once(outbox: Outbox) -> None:
    honest = Honest(fails=False)
    with Receiver(both(lambda handler: handler.server.receiver.over.wait(0.003), honest)) as receiver:
        for number in range(100):
            url = f"{receiver.url}/{number % ADDRESSES}"
            outbox.put(message(f"msg_{number}", session=f"s{number}", url=url))
        with child(outbox) as one, child(outbox) as other:
            begins(one)
            begins(other)
            one.wait(30)
            other.wait(30)
        assert honest.together == []
        assert receiver.ids == {f"msg_{number}": 1 for number in range(100)}
    assert [each.id for each in outbox.messages() if each.message and each.message.state != "delivered"] == []


# ---- a full disk --------------------------------------------------------------------------------


def no_room() -> AbstractContextManager[None]:
    return full_disk(16)


def sends(outbox: Outbox, after: timedelta = timedelta(0)) -> SendReport:
    return send_due(outbox, request, http.send, lambda: START + after, lambda: 0.5)


def read(outbox: Outbox) -> OutboxMessage:
    found = outbox.find("msg_1").message
    assert found is not None
    return found


def test_a_push_that_finds_no_room_is_said_and_nothing_half_is_left(outbox: Outbox) -> None:
    with no_room(), pytest.raises(StoreError, match="Make room, and push again"):
        outbox.put(message())
    assert list(outbox.folder.iterdir()) == []


def test_with_no_room_to_record_the_try_nothing_goes_out_and_nothing_is_lost(outbox: Outbox) -> None:
    with Receiver() as receiver:
        outbox.put(message(url=receiver.url))
        with no_room():
            report = sends(outbox)
        assert "tried again" in str(report.faults[0])
        assert report.messages == ()
        assert receiver.requests == []
        assert read(outbox) == message(url=receiver.url)
        assert sends(outbox).those("delivered")
        assert receiver.ids == {"msg_1": 1}


def test_with_no_room_to_record_the_answer_it_is_said_and_sent_again_under_the_same_id(outbox: Outbox) -> None:
    honest, disk = Honest(), ExitStack()

    def fills_the_disk(handler: Handler) -> None:
        disk.enter_context(no_room())
        honest(handler)

    with disk, Receiver(fills_the_disk) as receiver:
        outbox.put(message(url=receiver.url))
        report = sends(outbox)
        disk.close()
        assert "It stays in the outbox as it was, and is tried again" in str(report.faults[0])
        one = read(outbox)
        assert (one.state, one.attempts, one.reason) == ("waiting", 1, "sent, not answered yet")
        receiver.answer = honest
        assert sends(outbox, timedelta(minutes=1)).those("delivered")
        assert receiver.ids == {"msg_1": 2}
        assert list(honest.taken) == ["msg_1"]
