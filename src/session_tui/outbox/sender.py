"""Sending what the outbox holds: a round over what is due, and a thread that goes on while a screen is open.

A parcel is recorded before its request goes out and after the answer came. Whoever dies between leaves it waiting, and
it is sent again under the same id, which a receiver takes once.
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
from session_tui.outbox.request import Answer, Request, scrubbed
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError, contained, foreseen

Find: TypeAlias = Callable[[OutboxMessage], Request | Fault]  # the request, with its secret; or why it may not be sent
Send: TypeAlias = Callable[[Request], Answer]
Clock: TypeAlias = Callable[[], datetime]
Chance: TypeAlias = Callable[[], float]

LANES = 6  # addresses that are sent to at once; each is given one parcel in turn
LOOK = 60.0  # seconds after which the folder is looked at again: other processes put parcels there too
AFTER_TROUBLE = 10.0  # seconds, when the disk stood in the way
_BREATH = 1.0  # seconds, when what is due is somebody else's to send
_TICK = 0.05
_TICKS = 40  # after which the folder is looked at again, while something is under way


class SendReport(Struct, frozen=True):
    """What a round did: the parcels as they now stand, and what stood in the way of the disk."""

    messages: tuple[OutboxMessage, ...] = ()
    faults: tuple[Fault, ...] = ()

    def those(self, state: str) -> tuple[OutboxMessage, ...]:
        """The parcels that are now in this state."""
        return tuple(one for one in self.messages if one.state == state)


def over_http(request: Request) -> Answer:
    """Send by HTTP; httpx is loaded when the first request goes out."""
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
    told: Callable[[OutboxMessage], None] = lambda _: None,
    news: threading.Event | None = None,
) -> SendReport:
    """Send what is due, and what follows it in its thread; never raises.

    Addresses take turns in a few threads, so one that hangs holds only what is its own. When `stop` is set this returns
    at once, and what is under way is left to end by itself; after `until` nothing more is begun. `told` is called, from
    any thread, with each parcel that was tried. With `news` the folder is looked at again while something is under way,
    at once when it is set: what comes due meanwhile does not wait for the end of the round.
    """
    round_ = _Round(outbox, find, send, clock, rng, stop or threading.Event(), until, told)
    round_.run(news)
    report = round_.report()
    with contextlib.suppress(StoreError):
        if report.those("delivered"):
            outbox.sweep(outbox.sound())
    return report


class _Round:
    """One round: the addresses with what waits for each, in order, and a few threads that take turns at them."""

    def __init__(
        self,
        outbox: Outbox,
        find: Find,
        send: Send,
        clock: Clock,
        rng: Chance,
        stop: threading.Event,
        until: datetime | None,
        told: Callable[[OutboxMessage], None],
    ) -> None:
        self._outbox, self._find, self._send, self._clock, self._chance = outbox, find, send, clock, rng
        self._stop, self._until, self._told = stop, until, told
        self._guard = threading.Lock()  # for all below
        self._waiting: dict[str, list[OutboxMessage]] = {}
        self._busy: set[str] = set()  # addresses that are being sent to
        self._stuck: set[str] = set()  # parcels that the disk stood in the way of
        self._off: set[str] = set()
        self._tags: dict[tuple[str, str], str] = {}
        self._parcels: list[OutboxMessage] = []
        self._faults: dict[Fault, None] = {}

    def run(self, news: threading.Event | None) -> None:
        """Go through all that is due; back when it is done, or at once when it is told to stop."""
        self._look()
        lanes: list[threading.Thread] = []
        ticks = 0
        while not self._stop.is_set():
            lanes = [lane for lane in lanes if lane.is_alive()]
            lanes += self._begun(LANES - len(lanes))
            if not lanes:
                return
            lanes[0].join(_TICK)
            ticks += 1
            if news is not None and (news.is_set() or ticks % _TICKS == 0):
                news.clear()
                self._look()

    def report(self) -> SendReport:
        """What was done so far."""
        with self._guard:
            return SendReport(tuple(self._parcels), tuple(self._faults))

    def _look(self) -> None:
        """What waits now, by address; those that wait longest for their turn stay in front."""
        try:
            messages, off = foreseen(lambda: (retry.in_order(self._outbox.sound()), self._outbox.switched_off()))()
            if (fault := self._outbox.off_fault()) is not None:
                with self._guard:
                    self._faults[fault] = None
        except StoreError as error:
            messages, off = (), frozenset()
            with self._guard:
                self._faults |= dict.fromkeys(error.faults)
        now = self._clock()
        due = {one.url for one in retry.heads(messages) if retry.is_due(one, now)}
        with self._guard:
            self._off |= off
            self._stuck.clear()
            self._waiting = {url: [] for url in (*self._waiting, *sorted(due)) if url in due}
            for one in messages:
                if one.state == "waiting" and one.url in due:
                    self._waiting[one.url].append(one)
                elif one.state == "delivered" and one.etag:
                    self._tags[retry.thread(one)] = one.etag

    def _begun(self, most: int) -> list[threading.Thread]:
        """As many more threads as there are addresses nobody sends to."""
        with self._guard:
            free = 0 if self._over() else len(self._waiting.keys() - self._busy)
        # No pool: the interpreter would wait for its threads at the end, and so for whoever hangs.
        lanes = [threading.Thread(target=self._lane, name="outbox lane", daemon=True) for _ in range(min(most, free))]
        try:
            for lane in lanes:
                lane.start()
        except RuntimeError:  # no thread can be begun any more: the interpreter is ending
            return []
        return lanes

    def _over(self) -> bool:
        return self._stop.is_set() or (self._until is not None and self._clock() >= self._until)

    def _lane(self) -> None:
        while not self._over():
            with self._guard:
                address = next((url for url in self._waiting if url not in self._busy), None)
                if address is None:
                    return
                waiting = self._waiting.pop(address)
                self._busy.add(address)
            rest = self._next(waiting)
            with self._guard:
                self._busy.discard(address)
                if rest:
                    # Behind the others, unless the folder was looked at meanwhile: then that is newer.
                    self._waiting.setdefault(address, rest)

    def _next(self, waiting: list[OutboxMessage]) -> list[OutboxMessage]:
        """Send the first that is due, and give what is left of this address; what follows one that waits is not."""
        for at, one in enumerate(waiting):
            rest = waiting[at + 1 :]
            if retry.is_due(one, self._clock()) and one.id not in self._stuck and self._tried(one):
                return rest
            return [each for each in rest if retry.thread(each) != retry.thread(one)]
        return []

    def _tried(self, message: OutboxMessage) -> bool:
        """Whether this one is settled, so that the next of its thread may follow."""
        try:
            with contained(Path(message.id)), self._outbox.claim(message.id) as mine:
                if mine is None or not retry.is_due(mine, self._clock()):
                    return mine is not None and mine.state != "waiting"
                now_stands = self._sent(mine)
        except StoreError as error:
            with self._guard:
                self._stuck.add(message.id)
                self._faults |= dict.fromkeys(error.faults)
            return False
        with self._guard:
            self._parcels.append(now_stands)
        with contextlib.suppress(Exception):  # whoever listens may be gone already; what was sent is on record
            self._told(now_stands)
        return now_stands.state != "waiting"

    def _sent(self, message: OutboxMessage) -> OutboxMessage:
        """Record, send, record. `StoreError` before the first record: nothing went out."""
        if message.kind == "team_server" and (tag := self._tags.get(retry.thread(message))):
            # What this one replaces is what of ours arrived last, which may have happened after it was packed.
            message = replace(message, if_match=tag)
        request = self._request(message)
        if isinstance(request, Fault):
            message = retry.held_back(message, request, self._clock())
            self._outbox.record(message)
            return message
        message = retry.trying(message, self._clock(), self._chance())
        self._outbox.record(message)
        answer = self._answer(request)
        now = self._clock()
        message = retry.after(message, answer, now, self._chance())
        if retry.gone(answer):
            self._off.add(message.url)
            with contextlib.suppress(StoreError):  # the list is broken, which is told; the answer is recorded below
                self._outbox.switch_off(message.url, now)
        self._outbox.record(message)
        if message.etag:
            self._tags[retry.thread(message)] = message.etag
        return message

    def _request(self, message: OutboxMessage) -> Request | Fault:
        if message.url in self._off:
            do = f"session-tui outbox retry {message.id} asks it once more."
            return Fault(message.endpoint, "its address said that it is gone, and is switched off", do)
        try:
            request = self._find(message)
        except StoreError as error:
            return error.faults[0]
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is sent, and the parcel says so
            return Fault(message.endpoint, f"it could not be made ready ({type(error).__name__})")
        if isinstance(request, Request) and not _same_place(message, request):
            return Fault(message.endpoint, "its address is another one than when this was pushed", "Push it again.")
        return request

    def _answer(self, request: Request) -> Answer:
        try:
            return scrubbed(request, self._send(request))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose what comes behind it
            return Answer(0, f"the request could not be sent ({type(error).__name__})")


def _same_place(message: OutboxMessage, request: Request) -> bool:
    """The request goes where the parcel was to go when it was pushed; a team server has a place for each session."""
    if request.url == message.url:
        return True
    return message.kind == "team_server" and _origin(request.url) == _origin(message.url) is not None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None where it is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return None


class Worker(threading.Thread):
    """Sends while a screen is open: what is due when it starts, at the next moment, and whenever it is nudged.

    Start it after the first paint. `told` is called from another thread with each parcel that was tried, and with each
    fault of the disk.
    """

    def __init__(
        self,
        outbox: Outbox,
        find: Find,
        send: Send,
        clock: Clock,
        rng: Chance,
        told: Callable[[OutboxMessage | Fault], None] = lambda _: None,
    ) -> None:
        super().__init__(name="outbox", daemon=True)
        self._outbox, self._find, self._send, self._clock, self._chance = outbox, find, send, clock, rng
        self._tell = told
        self._news, self._ended = threading.Event(), threading.Event()

    def run(self) -> None:
        """Until it is stopped."""
        while not self._ended.is_set():
            self._news.clear()
            report = send_due(
                self._outbox,
                self._find,
                self._send,
                self._clock,
                self._chance,
                self._ended,
                told=self._tell,
                news=self._news,
            )
            with contextlib.suppress(Exception):  # the screen may be gone already
                for fault in report.faults:
                    self._tell(fault)
            if self._ended.is_set():  # looked at after the round, which takes news away
                return
            self._news.wait(pause(self._outbox, report, self._clock(), LOOK))

    def nudge(self) -> None:
        """Something was put in, or is to be tried now; returns at once."""
        self._news.set()

    def stop(self) -> None:
        """Begin nothing more; returns at once. What is under way stays waiting on disk until its answer is recorded."""
        self._ended.set()
        self._news.set()


def pause(outbox: Outbox, report: SendReport, now: datetime, most: float) -> float:
    """Seconds until there is something to do; never so short that a round which does nothing is one after another."""
    try:
        moment = outbox.next_moment()
    except StoreError:
        return min(AFTER_TROUBLE, most)
    if report.faults:
        return min(AFTER_TROUBLE, most)
    least = 0.0 if report.messages else _BREATH
    return most if moment is None else min(max((moment - now).total_seconds(), least), most)
