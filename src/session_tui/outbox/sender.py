"""The sender: one round over the due messages, and a thread that sends while a screen is open.

A message is recorded before its request and after the response. A process that dies between the
two leaves it waiting; it is sent again with the same id, and a receiver takes an id only once.
"""

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.outbox import retry
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response, scrubbed
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError, contained, foreseen

Find: TypeAlias = Callable[[OutboxMessage], Request | Fault]  # the request with its secret, or why it may not be sent
Send: TypeAlias = Callable[[Request], Response]
Clock: TypeAlias = Callable[[], datetime]
Chance: TypeAlias = Callable[[], float]

LANES = 6  # threads, and so addresses that receive a message at the same time
POLL_INTERVAL = 60.0  # seconds between two looks at the folder: other processes add messages too
AFTER_TROUBLE = 10.0  # seconds, after a fault of the disk
_SHORTEST_PAUSE = 1.0  # seconds, when another process is sending the due messages
_TICK = 0.05  # seconds
_TICKS = 40  # between two looks at the folder while messages are being sent


class SendReport(Struct, frozen=True):
    """The result of a round: the messages as they are now, and the faults of the disk."""

    messages: tuple[OutboxMessage, ...] = ()
    faults: tuple[Fault, ...] = ()

    def those(self, state: str) -> tuple[OutboxMessage, ...]:
        """The messages that are now in this state."""
        return tuple(one for one in self.messages if one.state == state)


def over_http(request: Request) -> Response:
    """Send a request by HTTP. Imports httpx, at the first request."""
    from session_tui.outbox import http

    return scrubbed(request, http.send(request))


def send_due(
    outbox: Outbox,
    find: Find,
    send: Send,
    clock: Clock,
    rng: Chance,
    stop: threading.Event | None = None,
    until: datetime | None = None,
    report: Callable[[OutboxMessage], None] = lambda _: None,
    wake: threading.Event | None = None,
) -> SendReport:
    """Send the due messages, each followed by the next of its conversation; never raises.

    Addresses take turns in `LANES` threads, so that an address that hangs delays only its own
    messages. When `stop` is set this returns at once and leaves running requests alone; after
    `until` no request is begun. `report` is called, from any thread, with each message after its
    attempt. With `wake` the folder is read again during the round, at once when the event is set,
    so that a new message does not wait for the end of the round.
    """
    round_ = _Round(outbox, find, send, clock, rng, stop or threading.Event(), until, report)
    round_.run(wake)
    result = round_.result()
    with contextlib.suppress(StoreError):
        if result.those("delivered"):
            outbox.prune(outbox.sound())
    return result


class _Round:
    """One round: the waiting messages by address, in order, and the threads that take turns at the
    addresses.
    """

    def __init__(
        self,
        outbox: Outbox,
        find: Find,
        send: Send,
        clock: Clock,
        rng: Chance,
        stop: threading.Event,
        until: datetime | None,
        report: Callable[[OutboxMessage], None],
    ) -> None:
        self._outbox, self._find, self._send, self._clock, self._chance = outbox, find, send, clock, rng
        self._stop, self._until, self._report = stop, until, report
        self._lock = threading.Lock()  # for all attributes below
        self._waiting: dict[str, list[OutboxMessage]] = {}
        self._busy: set[str] = set()  # addresses with a request under way
        self._stuck: set[str] = set()  # ids of messages that the disk refused
        self._off: set[str] = set()  # addresses that are switched off
        self._tags: dict[tuple[str, str], str] = {}  # the last etag of each conversation
        self._messages: list[OutboxMessage] = []
        self._faults: dict[Fault, None] = {}

    def run(self, wake: threading.Event | None) -> None:
        """Send all due messages; returns when they are done, or at once when `stop` is set."""
        self._read_folder()
        lanes: list[threading.Thread] = []
        ticks = 0
        while not self._stop.is_set():
            lanes = [lane for lane in lanes if lane.is_alive()]
            lanes += self._start_lanes(LANES - len(lanes))
            if not lanes:
                return
            lanes[0].join(_TICK)
            ticks += 1
            if wake is not None and (wake.is_set() or ticks % _TICKS == 0):
                wake.clear()
                self._read_folder()

    def result(self) -> SendReport:
        """The report of the round so far."""
        with self._lock:
            return SendReport(tuple(self._messages), tuple(self._faults))

    def _read_folder(self) -> None:
        """Collect the waiting messages by address; the addresses keep their order in the queue."""
        try:
            messages, off = foreseen(lambda: (retry.in_order(self._outbox.sound()), self._outbox.switched_off()))()
            if (fault := self._outbox.off_fault()) is not None:
                with self._lock:
                    self._faults[fault] = None
        except StoreError as error:
            messages, off = (), frozenset()
            with self._lock:
                self._faults |= dict.fromkeys(error.faults)
        now = self._clock()
        due = {one.url for one in retry.heads(messages) if retry.is_due(one, now)}
        with self._lock:
            self._off |= off
            self._stuck.clear()
            self._waiting = {url: [] for url in (*self._waiting, *sorted(due)) if url in due}
            for one in messages:
                if one.state == "waiting" and one.url in due:
                    self._waiting[one.url].append(one)
                elif one.state == "delivered" and one.etag:
                    self._tags[retry.conversation_key(one)] = one.etag

    def _start_lanes(self, most: int) -> list[threading.Thread]:
        """Start a thread for each address that is not busy, at most this many."""
        with self._lock:
            free = 0 if self._is_over() else len(self._waiting.keys() - self._busy)
        # No pool: the interpreter waits for the threads of a pool at its end, and one may hang.
        lanes = [threading.Thread(target=self._lane, name="outbox lane", daemon=True) for _ in range(min(most, free))]
        try:
            for lane in lanes:
                lane.start()
        except RuntimeError:  # no thread can be started: the interpreter is ending
            return []
        return lanes

    def _is_over(self) -> bool:
        return self._stop.is_set() or (self._until is not None and self._clock() >= self._until)

    def _lane(self) -> None:
        while not self._is_over():
            with self._lock:
                address = next((url for url in self._waiting if url not in self._busy), None)
                if address is None:
                    return
                waiting = self._waiting.pop(address)
                self._busy.add(address)
            rest = self._send_first(waiting)
            with self._lock:
                self._busy.discard(address)
                if rest:
                    # At the end of the queue, unless the folder was read meanwhile: that list is
                    # newer.
                    self._waiting.setdefault(address, rest)

    def _send_first(self, waiting: list[OutboxMessage]) -> list[OutboxMessage]:
        """Send the first message if it is due.

        Returns the messages of this address that may be sent next.

        Where the first one goes on waiting, the others of its conversation are left out.
        """
        for at, one in enumerate(waiting):
            rest = waiting[at + 1 :]
            if retry.is_due(one, self._clock()) and one.id not in self._stuck and self._attempt(one):
                return rest
            return [each for each in rest if retry.conversation_key(each) != retry.conversation_key(one)]
        return []

    def _attempt(self, message: OutboxMessage) -> bool:
        """Send a message.

        Returns whether it is settled, so that the next of its conversation may follow.
        """
        try:
            with contained(Path(message.id)), self._outbox.lock(message.id) as current:
                if current is None or not retry.is_due(current, self._clock()):
                    return current is not None and current.state != "waiting"
                result = self._send_and_record(current)
        except StoreError as error:
            with self._lock:
                self._stuck.add(message.id)
                self._faults |= dict.fromkeys(error.faults)
            return False
        with self._lock:
            self._messages.append(result)
        with contextlib.suppress(Exception):  # the listener may have ended; the result is recorded already
            self._report(result)
        return result.state != "waiting"

    def _send_and_record(self, message: OutboxMessage) -> OutboxMessage:
        """Record the attempt, send, record the result.

        `StoreError` from the first record: nothing was sent.
        """
        if message.kind == "team_server" and (tag := self._tags.get(retry.conversation_key(message))):
            # It replaces the version that was delivered last, perhaps after this message was made.
            message = replace(message, if_match=tag)
        request = self._request(message)
        if isinstance(request, Fault):
            message = retry.held_back(message, request, self._clock())
            self._outbox.record(message)
            return message
        message = retry.start_attempt(message, self._clock(), self._chance())
        self._outbox.record(message)
        response = self._response(request)
        now = self._clock()
        message = retry.finish_attempt(message, response, now, self._chance())
        if retry.is_gone(response):
            self._off.add(message.url)
            with contextlib.suppress(StoreError):  # the list is broken, which is reported; the result is recorded below
                self._outbox.switch_off(message.url, now)
        self._outbox.record(message)
        if message.etag:
            self._tags[retry.conversation_key(message)] = message.etag
        return message

    def _request(self, message: OutboxMessage) -> Request | Fault:
        if message.url in self._off:
            do = f"session-tui outbox retry {message.id} asks it once more."
            return Fault(message.endpoint, "its address said that it is gone, and is switched off", do)
        try:
            request = self._find(message)
        except StoreError as error:
            return error.faults[0]
        except Exception as error:  # noqa: BLE001 - nothing is sent, and the message has the reason
            return Fault(message.endpoint, f"it could not be made ready ({type(error).__name__})")
        if isinstance(request, Request) and not _same_address(message, request):
            return Fault(message.endpoint, "its address is another one than when this was pushed", "Push it again.")
        return request

    def _response(self, request: Request) -> Response:
        try:
            return scrubbed(request, self._send(request))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the messages behind it
            return Response(0, f"the request could not be sent ({type(error).__name__})")


def _same_address(message: OutboxMessage, request: Request) -> bool:
    """Whether the request goes to the address of the message; a team server has a URL for each
    session.
    """
    if request.url == message.url:
        return True
    return message.kind == "team_server" and _origin(request.url) == _origin(message.url) is not None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None where the text is not a URL."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return None


class Worker(threading.Thread):
    """Sends while a screen is open: when it starts, when a message becomes due, and when it is
    woken.

    To be started after the first paint. `report` is called from another thread with each message
    after its attempt, and with each fault of the disk.
    """

    def __init__(
        self,
        outbox: Outbox,
        find: Find,
        send: Send,
        clock: Clock,
        rng: Chance,
        report: Callable[[OutboxMessage | Fault], None] = lambda _: None,
    ) -> None:
        super().__init__(name="outbox", daemon=True)
        self._outbox, self._find, self._send, self._clock, self._chance = outbox, find, send, clock, rng
        self._report = report
        self._wake, self._ended = threading.Event(), threading.Event()

    def run(self) -> None:
        """Send until the worker is stopped."""
        while not self._ended.is_set():
            self._wake.clear()
            result = send_due(
                self._outbox,
                self._find,
                self._send,
                self._clock,
                self._chance,
                self._ended,
                report=self._report,
                wake=self._wake,
            )
            with contextlib.suppress(Exception):  # the screen may be gone already
                for fault in result.faults:
                    self._report(fault)
            if self._ended.is_set():  # checked after the round, which clears the event that `stop` sets
                return
            self._wake.wait(pause(self._outbox, result, self._clock(), POLL_INTERVAL))

    def wake(self) -> None:
        """Look at the folder now: a message was added or is due. Returns at once."""
        self._wake.set()

    def stop(self) -> None:
        """Begin no request any more; returns at once.

        A running request stays waiting on disk until its result.
        """
        self._ended.set()
        self._wake.set()


def pause(outbox: Outbox, report: SendReport, now: datetime, most: float) -> float:
    """Seconds until the next round, at most `most`; long enough that rounds without work do not
    follow each other.
    """
    try:
        moment = outbox.next_moment()
    except StoreError:
        return min(AFTER_TROUBLE, most)
    if report.faults:
        return min(AFTER_TROUBLE, most)
    least = 0.0 if report.messages else _SHORTEST_PAUSE
    return most if moment is None else min(max((moment - now).total_seconds(), least), most)
