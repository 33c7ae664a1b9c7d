"""A receiver on loopback, with and without TLS, that answers as a test wants it to: well, badly, late or never."""

import contextlib
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from msgspec import Struct

ID = "webhook-id"


class Came(Struct, frozen=True):
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """One request; `server.answer` does with it what the test wants."""

    protocol_version = "HTTP/1.1"
    server: "_Server"
    came: Came

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sends it died meanwhile: nothing of it is taken
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.came = Came(self.command, self.path, headers, body)
        self.server.receiver.takes(self.came)
        with contextlib.suppress(OSError):
            self.server.receiver.answer(self)
        self.close_connection = True

    do_GET = do_PUT = do_POST  # noqa: N815 - the names that http.server calls

    def says(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def resets(self) -> None:
        """Break off as a machine does that loses its power: a reset, no goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def drips(self, content: bytes) -> None:
        """A byte every so often, for as long as anybody listens and the test runs."""
        for at in range(len(content)):
            if self.server.receiver.over.wait(0.02):
                return
            self.wfile.write(content[at : at + 1])
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing is printed."""


def both(first: Callable[[Handler], object], second: Callable[[Handler], object]) -> Callable[[Handler], None]:
    """An answer in two steps."""

    def answer(handler: Handler) -> None:
        first(handler)
        second(handler)

    return answer


def hangs(handler: Handler) -> None:
    """Answers never, or when the test is over."""
    handler.server.receiver.over.wait(20)


def takes(handler: Handler) -> None:
    """Takes it."""
    handler.says(204)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    receiver: "Receiver"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What a client does to us is no news."""


class Receiver:
    """Listens on a free port of 127.0.0.1 until the `with` ends."""

    def __init__(
        self, answer: Callable[[Handler], object] = lambda handler: handler.says(204), tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer = answer
        self.over = threading.Event()
        self.requests: list[Came] = []
        self.ids: Counter[str] = Counter()  # how often each id came
        self._came = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.receiver = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self.scheme = "https" if tls else "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def takes(self, came: Came) -> None:
        """One more request."""
        with self._came:
            self.requests.append(came)
            self.ids[came.headers.get(ID, "")] += 1
            self._came.notify_all()

    def comes(self, many: int, seconds: float = 20) -> None:
        """Until so many requests have come; AssertionError where they never do."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.requests) >= many, seconds), f"{len(self.requests)} came"

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def plain_socket(speaks: Callable[[socket.socket, threading.Event], object]) -> Iterator[int]:
    """A port behind which no HTTP server is, but this function with each connection."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                speaks(connection, over)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.close()


def free_port() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
