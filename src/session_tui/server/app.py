"""The ASGI application: its routes, and an answer to every error."""

import logging
from collections.abc import Callable
from random import Random

from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from session_tui.server import feed, join_page, join_routes, sessions
from session_tui.server.body import RefusedError
from session_tui.server.health import Health
from session_tui.server.log import Answered, RequestLog, kind_of
from session_tui.server.members import TEAM
from session_tui.server.problems import problem
from session_tui.server.service import Service, service_of

_log = logging.getLogger(__name__)
_NAMES = {400: "bad-request", 404: "no-place", 405: "method"}


def application(service: Service, rng: Random, observed: Callable[[Answered], None] = lambda answered: None) -> ASGIApp:
    """The application on this service. `observed` is called with every request that was
    answered.
    """
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
    made.state.health = Health(service.database, TEAM)
    return RequestLog(made, rng, observed)


async def alive(_: Request) -> Response:
    """`/healthz`: the process answers."""
    return PlainTextResponse("alive\n")


async def ready(request: Request) -> Response:
    """`/readyz`: the database answers, changes are written in time, and the server is not about to
    end.
    """
    writer, health = service_of(request).writer, request.app.state.health
    if writer.is_ending:
        return PlainTextResponse("the server ends\n", 503)
    if not writer.is_ready:
        return PlainTextResponse("changes wait for too long\n", 503)
    if await health.sequence() is None:
        return PlainTextResponse("the database does not answer\n", 503)
    return PlainTextResponse("ready\n")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return problem(error.status, error.problem, error.words, after=error.after)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    made = problem(error.status_code, _NAMES.get(error.status_code, "bad-request"))
    made.headers.update(error.headers or {})
    return made


async def _database(_: Request, error: Exception) -> Response:
    _log.error("the database failed", extra=kind_of(error))
    return problem(503, "database")


async def _failed(_: Request, error: Exception) -> Response:
    return problem(500, "failed")
