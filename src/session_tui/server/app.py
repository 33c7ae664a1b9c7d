"""The ASGI application: its routes, a line of log a request, and an answer to every error."""

import logging
import time
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_tui.server import feed, join_page, join_routes, sessions
from session_tui.server.body import RefusedError
from session_tui.server.problems import problem
from session_tui.server.service import Service, service_of
from session_tui.server.tables import teams

_log = logging.getLogger(__name__)
_NAMES = {400: "bad-request", 404: "no-place", 405: "method"}


def application(service: Service) -> ASGIApp:
    """The application on this service."""
    made = Starlette(
        routes=[
            Route("/healthz", alive, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
            *feed.ROUTES,
            *sessions.ROUTES,
            *join_routes.ROUTES,
            *join_page.ROUTES,
        ],
        exception_handlers={
            RefusedError: _refused,
            HTTPException: _http,
            DBAPIError: _database,
            Exception: _failed,
        },
    )
    made.router.redirect_slashes = False
    made.state.service = service
    return Logged(made)


async def alive(_: Request) -> Response:
    """`/healthz`: the process answers."""
    return PlainTextResponse("alive\n")


async def ready(request: Request) -> Response:
    """`/readyz`: the database answers, and changes are written in time."""
    service = service_of(request)
    try:
        await service.database.read(lambda connection: connection.execute(select(teams.c.team).limit(1)).all())
    except DBAPIError:
        return PlainTextResponse("the database does not answer\n", 503)
    if not service.writer.is_ready:
        return PlainTextResponse("changes wait for too long\n", 503)
    return PlainTextResponse("ready\n")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return problem(error.status, error.problem, error.words)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    made = problem(error.status_code, _NAMES.get(error.status_code, "bad-request"))
    made.headers.update(error.headers or {})
    return made


async def _database(_: Request, error: Exception) -> Response:
    _log.error("the database failed", extra={"error": type(error).__name__})
    return problem(503, "database")


async def _failed(_: Request, error: Exception) -> Response:
    return problem(500, "failed")


class Logged:
    """Writes a line of log for every request: route, status, time. No address, no id, no name, no
    body. An error that no route expected is answered with 500, and only its kind is logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - the last place: a client gets an answer, the log no body
            _log.error("a request failed", extra={"error": type(error).__name__, "place": _place(error)})
            if not status:
                await problem(500, "failed")(scope, receive, sent)
        finally:
            route = getattr(scope.get("route"), "path", "")
            took = round((time.monotonic() - begun) * 1000, 1)
            _log.info("request", extra={"method": scope["method"], "route": route, "status": status, "ms": took})


class LogLine(logging.Formatter):
    """A JSON object a line: what was given as `extra`, and nothing of an exception's text."""

    _PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        """The line of this record."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        more: dict[str, Any] = {key: value for key, value in vars(record).items() if key not in self._PLAIN}
        line = {"at": at, "level": record.levelname.lower(), "what": record.getMessage()} | more
        return msgspec.json.encode(line, enc_hook=repr).decode()


def _place(error: BaseException) -> str:
    """The innermost line of our own in an exception's way: a file of this package and a number."""
    found = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "session_tui" in name:
            found = f"{name.rpartition('session_tui')[2].lstrip('/')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
