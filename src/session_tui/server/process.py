"""The running server: a data folder that is its own, a port, and an end within two seconds.

The folder has the database (`team.db`), the lock that keeps a second server out (`server.lock`),
and what the commands of this machine need (`control.json`).
"""

import asyncio
import contextlib
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from random import Random

import uvicorn
from filelock import FileLock, Timeout
from msgspec import Struct
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from session_tui.model.fault import Fault
from session_tui.server import audit_commands, control, join_commands, migrations, people_commands, revocations
from session_tui.server.access import moment
from session_tui.server.app import LogLine, application
from session_tui.server.audit import AuditTrail
from session_tui.server.database import FILE, Database, address
from session_tui.server.devices import Devices
from session_tui.server.invitations import FIRST, Invitations
from session_tui.server.members import TEAM, Members, ensure_team
from session_tui.server.people import PeopleRegister
from session_tui.server.service import Service
from session_tui.server.writer import BatchWriter

_GRACE = 0.5  # seconds for requests that are under way before the server ends
_IDLE = 75  # seconds that a connection may wait for its next request
LOCK = "server.lock"


class ServeError(Exception):
    """The server cannot start; carries the fault to show."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Options(Struct, frozen=True):
    """Where the server keeps its data and where it listens. `proxy` is the address whose forwarded
    headers are believed; empty is none. `database` is an address as `database.address` takes it;
    empty is a file in the data folder. `invites` makes an invitation where no administrator is.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""
    database: str = ""
    invites: bool = False


def serve(options: Options, now: Callable[[], datetime], rng: Random, announce: Callable[[str, str], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is given the URL once the server answers, and
    the invitation of the first administrator, or nothing.

    `ServeError` where it cannot start; then nothing was changed but the folder made.
    """
    _refuse_open_air(options)
    with _own_folder(options.data):
        _log_to_stderr()
        listener = _listener(options)
        config = uvicorn.Config(
            "session_tui.server.app:application",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=bool(options.proxy),
            forwarded_allow_ips=options.proxy or None,
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=_GRACE,  # type: ignore[arg-type]  # it goes to asyncio.wait_for
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
        )
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_run(options, config, listener, now, rng, announce))


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
    announce: Callable[[str, str], None],
) -> None:
    async with AsyncExitStack() as stack:
        place = _place(options)
        where = str(options.data / FILE) if isinstance(place, Path) else place.render_as_string(hide_password=True)
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
            raise ServeError(Fault(where, what, "Bring this one up to date.")) from None
        except DBAPIError as error:
            raise ServeError(Fault(where, _reason(error), "Nothing was changed.")) from None
        except OSError as error:
            what = f"it cannot be used: {(error.strerror or 'no reason is known').lower()}"
            raise ServeError(Fault(str(options.data / revocations.FILE), what, "Nothing was changed.")) from None
        writer = BatchWriter(database, TEAM, now)
        audit = AuditTrail(database, TEAM, now, members.take_uses)
        devices = Devices(database, members, options.data, now, rng)
        service = Service(database, writer, members, audit, devices, now)
        config.app = application(service)
        stack.push_async_callback(_flushed, audit)
        invitations = Invitations(database, now, rng)
        commands = people_commands.commands(members, people, now)
        commands |= join_commands.commands(invitations, devices, people)
        commands |= audit_commands.commands(database, audit)
        invitation = ""
        if options.invites and not await people.has_administrator():
            invitation, _ = await invitations.invite("", "administrator", FIRST)
        await stack.enter_async_context(control.listening(options.data, commands, rng))
        for task in (asyncio.create_task(writer.run()), asyncio.create_task(audit.run())):
            stack.push_async_callback(_ended, task)
        server = _Server(config, lambda: announce(_url(options, listener), invitation))
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, _end, server, writer)
        await server.serve([listener])


def _place(options: Options) -> Path | URL:
    if not options.database:
        return options.data / FILE
    found = address(options.database)
    if found is None:
        what = "the database's address is not of the form postgresql://USER@HOST:PORT/NAME"
        raise ServeError(Fault("", what, "Without one the data are in a file of the data folder."))
    return found


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


@contextlib.contextmanager
def _own_folder(data: Path) -> Iterator[None]:
    """The data folder, made where it is not there, and locked as long as the process lives."""
    lock = FileLock(data / LOCK)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.umask(0o077)  # what stands in the folder is for its owner alone
        lock.acquire(timeout=0)
    except Timeout:
        do = "session-tui serve token --data and the other commands ask it; end it with SIGTERM."
        raise ServeError(Fault(str(data), "a server runs on this data folder already", do)) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be used").lower()
        raise ServeError(Fault(str(data), reason, "--data names another folder.")) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_open_air(options: Options) -> None:
    """Refuse to listen beyond the loopback without TLS, the server's own or a proxy's."""
    if (options.certificate is None) != (options.key is None):
        raise ServeError(Fault("", "--tls-cert and --tls-key belong together"))
    for file in (options.certificate, options.key):
        if file is not None and not file.is_file():
            raise ServeError(Fault(str(file), "there is no such file"))
    if _is_loopback(options.host) or options.certificate is not None or options.proxy:
        return
    do = "--tls-cert FILE --tls-key FILE give it one; --behind-proxy ADDRESS names a proxy that has one."
    raise ServeError(Fault(options.host, "beyond this machine the server needs a certificate", do))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listener(options: Options) -> socket.socket:
    """The socket that listens; made here, because uvicorn would end the process where it fails."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(2048)
        except OSError:
            made.close()
            raise
    except OSError as error:
        what = f"it cannot listen there: {(error.strerror or str(error)).lower()}"
        where = f"{options.host}:{options.port}"
        raise ServeError(Fault(where, what, "--listen names another address and port.")) from None
    return made


def _url(options: Options, listener: socket.socket) -> str:
    scheme = "https" if options.certificate is not None else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"{scheme}://{host}:{listener.getsockname()[1]}"


def _reason(error: DBAPIError) -> str:
    """The engine's own words in one line, which hold no value: no session is written at the
    start.
    """
    return " ".join(str(error.orig).split())[:300] or "the database cannot be opened"


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("session_tui.server").setLevel(logging.INFO)
