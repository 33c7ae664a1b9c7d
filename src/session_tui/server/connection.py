"""A connection that ends in time, whatever its client does.

uvicorn by itself waits without end for a request that arrives byte by byte, for the rest of a body
that was refused, and for a client that does not read its answer.

| the client | is cut after |
| --- | --- |
| says nothing, before its first request or between two | `IDLE` |
| does not finish the head of a request | `HEAD` |
| sends more than `LARGEST_HEAD` bytes of it | at once, with 431 |
| goes on with a body that was answered already | `LINGER` |
| reads less than `LEAST_READ` of an answer that waits for it | `STALLED` |

Where there are more connections than the process has room for, one that is idle makes room.
"""

import array
import asyncio
import contextlib
from typing import Any, NamedTuple

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

try:
    import fcntl
    import resource
    import termios
except ImportError:  # not on this system
    fcntl = resource = None  # type: ignore[assignment]

IDLE = 75.0  # seconds
HEAD = 15.0
LINGER = 5.0
STALLED = 30.0
LARGEST_HEAD = 64 * 1024  # bytes
LEAST_READ = 16 * 1024  # bytes in `STALLED`, where more waits
_WANTED = 65_536  # files of the process, connections among them
_RESERVED = 128  # of these, for the database and what else is open
_FEW = 64

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Deadlines(NamedTuple):
    """Seconds; the table above says of what."""

    idle: float = IDLE
    head: float = HEAD
    linger: float = LINGER
    stalled: float = STALLED


class DeadlineConnection(HttpToolsProtocol):
    """One connection. Its states are `idle`, `head`, `request` (an answer is being made) and
    `linger`; every one but `request` has a timer, and the routes have their own.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        most: int,
        deadlines: Deadlines = Deadlines(),  # noqa: B008 - it never changes
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.most, self.deadlines = most, deadlines
        self.state = "idle"
        self._in_head = False
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came; where there is no room, an idle one goes."""
        if len(self.connections) >= self.most:
            for each in self.connections:
                if isinstance(each, DeadlineConnection) and each.state == "idle":
                    each.cut()
                    break
        super().connection_made(transport)
        self._now("idle", self.deadlines.idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over; no timer stays."""
        for each in (self._timer, self._stalled):
            if each is not None:
                each.cancel()
        self._timer = self._stalled = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: of a head, or of a body."""
        if self.state == "idle":
            self._now("head", self.deadlines.head)
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > LARGEST_HEAD:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        if self.state in ("idle", "linger"):
            self._now("head", self.deadlines.head)

    def on_headers_complete(self) -> None:
        """The head is here: now it is the route's to answer in time."""
        super().on_headers_complete()
        self._in_head, self._head = False, 0
        self._now("request", None)

    def on_message_complete(self) -> None:
        """The body is here too, also one that was answered before."""
        super().on_message_complete()
        self.cycle.more_body = False
        if self.state == "linger":
            self._now("idle", self.deadlines.idle)

    def on_response_complete(self) -> None:
        """The answer was given to the system; the next request may come."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._now("linger", self.deadlines.linger)  # what is not read of the answer by then is lost
        elif self.cycle.response_complete:
            waits = self.cycle.more_body
            self._now("linger" if waits else "idle", self.deadlines.linger if waits else self.deadlines.idle)

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        if self._stalled is None:
            self._watch()

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        if self._stalled is not None and not self.transport.is_closing():
            self._stalled.cancel()
            self._stalled = None

    def _watch(self) -> None:
        unread = self._unread()
        self._stalled = self.loop.call_later(self.deadlines.stalled, self._look, unread)

    def _look(self, before: int) -> None:
        """Cut a client that read too little since there was so much to read."""
        if before - self._unread() < LEAST_READ:
            self.transport.abort()
        else:
            self._watch()

    def _unread(self) -> int:
        """The bytes that were sent and not read: the transport's, and the system's own where it
        says them, because it tells that a client reads only after megabytes.
        """
        socket, kept = self.transport.get_extra_info("socket"), self.transport.get_write_buffer_size()
        if fcntl is None or socket is None:
            return kept
        found = array.array("i", [0])
        with contextlib.suppress(OSError):
            fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, found)
        return kept + found[0]

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn's own timer between two requests."""
        self.cut()

    def cut(self) -> None:
        """End it, as soon as what was sent is read; a client that does not is cut off."""
        self.transport.close()
        if self.transport.get_write_buffer_size() and self._stalled is None:
            self._watch()

    def _now(self, state: str, seconds: float | None) -> None:
        self.state = state
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self.cut)


def connections_that_fit() -> int:
    """How many connections the process has room for, after it asked for as many open files as it
    may have.
    """
    if resource is None:
        return _WANTED - _RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    files = _WANTED if soft == resource.RLIM_INFINITY else soft
    return max(_FEW, min(files, _WANTED) - _RESERVED)
