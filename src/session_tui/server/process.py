"""The running server: a data folder that is its own, a port, and an end within two seconds.

The folder has the database (`team.db`), the lock that keeps a second server out (`server.lock`),
and what the commands of this machine need (`control.json`).
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import uvicorn
from msgspec import Struct
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.types import ASGIApp

from session_tui import __version__
from session_tui.model.fault import Fault
from session_tui.server import (
    audit_commands,
    control,
    join_commands,
    migrations,
    operations,
    people_commands,
    revocations,
)
from session_tui.server.access import moment
from session_tui.server.app import application
from session_tui.server.audit import AuditTrail
from session_tui.server.connection import IDLE, DeadlineConnection, connections_that_fit
from session_tui.server.data_folder import DataError, database_place, own_folder, shown_place
from session_tui.server.database import Database
from session_tui.server.devices import Devices
from session_tui.server.health import Health
from session_tui.server.invitations import FIRST, Invitations
from session_tui.server.listener import ListenError, given_socket, opened_socket, refuse_open_air, url_of
from session_tui.server.log import log_to_stderr
from session_tui.server.members import TEAM, Members, ensure_team
from session_tui.server.metrics import Metrics, exposition
from session_tui.server.people import PeopleRegister
from session_tui.server.rates import Rates, requests_by_minute
from session_tui.server.service import Service
from session_tui.server.writer import BatchWriter

_GRACE = 0.5  # seconds for requests that are under way before the server ends

_log = logging.getLogger(__name__)


class ServeError(Exception):
    """The server cannot start; carries the fault to show."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words)
        self.fault = fault


class Options(Struct, frozen=True):
    """Where the server keeps its data and where it listens. `proxy` is the address whose forwarded
    headers are believed; empty is none. `database` is an address as `database.address` takes it;
    empty is a file in the data folder. `rate` are the requests of a token in a minute; 0 is no
    limit. `metrics` is where they are to be read; None is nowhere. `environ` is the process's
    environment, where systemd says that it gives a socket. `invites` makes an invitation where no
    administrator is.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""
    database: str = ""
    rate: int = 1200
    metrics: tuple[str, int] | None = None
    environ: Mapping[str, str] = {}
    invites: bool = False


def serve(options: Options, now: Callable[[], datetime], rng: Random, announce: Callable[[str, str], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is given the URL once the server answers, and
    the invitation of the first administrator, or nothing.

    `ServeError` where it cannot start; then nothing was changed but the folder made.
    """
    with _faults():
        given = given_socket(options.environ)
        host = options.host if given is None else given.getsockname()[0]
        refuse_open_air(host, options.certificate, options.key, options.proxy)
    with _faults(), own_folder(options.data):
        log_to_stderr()
        listener = opened_socket(options.host, options.port) if given is None else given
        config = _config(
            proxy_headers=bool(options.proxy),
            forwarded_allow_ips=options.proxy or None,
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
        )
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            url = url_of(listener, host, tls=options.certificate is not None)
            runner.run(_run(options, config, listener, now, rng, partial(announce, url)))


def _config(**more: Any) -> uvicorn.Config:
    """How uvicorn serves; its application is set later."""
    return uvicorn.Config(
        "session_tui.server.app:application",
        http=partial(DeadlineConnection, most=connections_that_fit()),  # type: ignore[arg-type]  # it makes one
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=int(IDLE),
        timeout_graceful_shutdown=_GRACE,  # type: ignore[arg-type]  # it goes to asyncio.wait_for
        **({"proxy_headers": False} | more),
    )


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (DataError, ListenError) as error:
        raise ServeError(error.fault) from None


class _Server(uvicorn.Server):
    """Calls `announce` once it answers, and leaves signals to the process."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process has set its own handlers."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then announce it."""
        await super().startup(sockets)
        self._announce()


async def _run(
    options: Options,
    config: uvicorn.Config,
    listener: socket.socket,
    now: Callable[[], datetime],
    rng: Random,
    announce: Callable[[str], None],
) -> None:
    async with AsyncExitStack() as stack:
        place = database_place(options.data, options.database)
        where = shown_place(place)
        database = Database(place, rng)
        stack.callback(database.close)
        members = Members(database, now, rng)
        people = PeopleRegister(database, members, options.data, now, rng)
        try:
            await migrations.migrate(database, moment(now()))
            await ensure_team(database, rng)
            await people.begin()
        except migrations.NewerDatabaseError:
            what = "its tables are those of a newer version of this program"
            raise ServeError(Fault(where, what, "Update this program.")) from None
        except DBAPIError as error:
            raise ServeError(Fault(where, operations.reason(error), "Nothing was changed.")) from None
        except OSError as error:
            what = f"it cannot be used: {(error.strerror or 'no reason is known').lower()}"
            raise ServeError(Fault(str(options.data / revocations.FILE), what, "Nothing was changed.")) from None
        metrics = Metrics(engine="SQLite" if database.one_process else "PostgreSQL")
        database.retried = metrics.retried
        writer = BatchWriter(database, TEAM, now, metrics.batch)
        audit = AuditTrail(database, TEAM, now, members.take_uses)
        stack.push_async_callback(_flushed, audit)
        devices = Devices(database, members, options.data, now, rng)
        invitations = Invitations(database, now, rng)
        commands = operations.commands(database, options.data, now, rng)
        commands |= people_commands.commands(members, people, now)
        commands |= join_commands.commands(invitations, devices, people)
        commands |= audit_commands.commands(database, audit)
        rates = Rates(requests_by_minute(options.rate))
        service = Service(database, writer, members, audit, devices, now, rates)
        config.app = application(service, rng, metrics.answered)
        invitation = ""
        if options.invites and not await people.has_administrator():
            invitation, _ = await invitations.invite("", "administrator", FIRST)
        await stack.enter_async_context(control.listening(options.data, commands, rng))
        writing = asyncio.create_task(writer.run())
        following = operations.follow_revocations(database, members, options.data, now)
        for task in (writing, asyncio.create_task(audit.run()), asyncio.create_task(following)):
            stack.push_async_callback(_ended, task)
        server = _Server(config, partial(announce, invitation))
        writing.add_done_callback(lambda _: _end(server, writer))
        if options.metrics is not None:
            health, clients = Health(database, TEAM), server.server_state.connections
            shown = exposition(metrics, service, health, options.data, lambda: len(clients))
            await stack.enter_async_context(_beside(shown, opened_socket(*options.metrics, option="--metrics")))
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, _end, server, writer)
        _log.info("started", extra={"version": __version__, "engine": metrics.engine})
        await server.serve([listener])
        _log.info("ended")
        if writing.done():
            raise ServeError(Fault("", "the task that writes ended", "Its log may say why. Start the server again."))


@contextlib.asynccontextmanager
async def _beside(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve this application on a socket of its own while the block runs."""
    config = _config()
    config.app = app
    server = _Server(config, lambda: None)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _end(server: uvicorn.Server, writer: BatchWriter) -> None:
    server.should_exit = True
    writer.end_waits()


async def _flushed(audit: AuditTrail) -> None:
    with contextlib.suppress(SQLAlchemyError):
        await audit.flush()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
