"""The log: a JSON object a line on standard error, and a line for every request.

No line has a name, an account, an id of a session, an address, a header or a body. A route stands
as its template; a token as its id; a session as a hash whose key this process alone knows, so that
lines about one session can be found together. Each request has an id of its own, which its answer
carries as `X-Request-Id`.
"""

import hashlib
import itertools
import logging
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from random import Random
from typing import Any, NamedTuple

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_tui.server.problems import ANSWERED_WITH, problem

OWN = "session_tui.server"
REQUEST_ID = "x-request-id"

_log = logging.getLogger(__name__)
_request: ContextVar[str] = ContextVar("request", default="")


class Answered(NamedTuple):
    """A request that was answered; `status` is 0 where the client left before. `problem` is the
    name of the answer that was not 2xx.
    """

    method: str
    route: str
    status: int
    seconds: float
    problem: str


class RequestLog:
    """Around the application: writes the line of each request, and tells `observed` of it.

    An error that no route expected is answered with 500, and only its kind and place are logged.
    """

    def __init__(self, app: ASGIApp, rng: Random, observed: Callable[[Answered], None]) -> None:
        self._app, self._observed = app, observed
        self._key = rng.getrandbits(256).to_bytes(32, "big")
        self._process = f"{rng.getrandbits(32):08x}"
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), 0
        own = f"{self._process}-{next(self._numbers):x}"
        _request.set(own)
        ANSWERED_WITH.set("")

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID.encode(), own.encode())]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - the last place: a client gets an answer, the log no body
            _log.error("a request failed", extra=kind_of(error))
            if not status:
                await problem(500, "failed")(scope, receive, sent)
        finally:
            route = getattr(scope.get("route"), "path", "")
            answered = Answered(scope["method"], route, status, time.monotonic() - begun, ANSWERED_WITH.get())
            _log.info("request", extra=self._line(scope, answered))
            self._observed(answered)

    def _line(self, scope: Scope, answered: Answered) -> dict[str, Any]:
        method = answered.method if answered.route else ""  # else it is any word that a client likes
        line: dict[str, Any] = {"method": method, "route": answered.route, "status": answered.status}
        line["ms"] = round(answered.seconds * 1000, 1)
        if answered.problem:
            line["problem"] = answered.problem
        if token := scope.get("state", {}).get("token"):
            line["token"] = token
        if session := scope.get("path_params", {}).get("session"):
            line["session"] = hashlib.blake2b(session.encode(), key=self._key, digest_size=6).hexdigest()
        return line


class LogLine(logging.Formatter):
    """A record as a JSON object.

    Of a record of our own it has the constant text and what was given as `extra`; of a library's
    the library's name and the kind of the error, because its text may hold what a client sent.
    """

    _PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        """The line of this record."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower()}
        if record.name.startswith(OWN):
            line["what"] = str(record.msg)
            line |= {key: value for key, value in vars(record).items() if key not in self._PLAIN}
        else:
            # The words of uvicorn are constants; what they are about is in their arguments.
            line["what"] = str(record.msg).strip() if record.name.startswith("uvicorn") else "a message of a library"
            line["library"] = record.name
            if record.exc_info and record.exc_info[1] is not None:
                line |= kind_of(record.exc_info[1])
        if own := _request.get():
            line["request"] = own
        return msgspec.json.encode(line, enc_hook=repr).decode()


def log_to_stderr() -> None:
    """Send the log to standard error: of our own from level INFO on, of libraries from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # where standard error is gone, nothing else is written to it
    logging.getLogger(OWN).setLevel(logging.INFO)


def kind_of(error: BaseException) -> dict[str, str]:
    """What may be logged of an error: its kind, and the innermost line of this program in its
    way. Its text may hold a body.
    """
    found = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "session_tui" in name:
            found = f"{name.rpartition('session_tui')[2].lstrip('/')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"error": type(error).__name__, "place": found}
