"""What the one who operates the server does with its data: backup, check, restore, copy.

Backup and check ask the server that runs on the folder, because one process alone has the database
open; where none runs, the command itself opens it. Restore and copy want it for themselves.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import DBAPIError

from session_tui.model.fault import Fault
from session_tui.server import backup, control, migrations, restore, revocations, table_copy
from session_tui.server.access import moment
from session_tui.server.data_folder import (
    DataError,
    InUseError,
    database_place,
    note_backup,
    own_folder,
    shown_place,
    sync_folder,
    target_place,
)
from session_tui.server.database import Database
from session_tui.server.integrity import CheckReport, DataSummary, report
from session_tui.server.members import TEAM, Members
from session_tui.server.restore import Restored
from session_tui.server.tables import steps

T = TypeVar("T")
_LONGEST = 6 * 3600.0  # seconds for a backup or a check
_GLANCE = 30.0  # seconds between two looks for tokens that another process took back


class Place(Struct, frozen=True):
    """The data of a command: the folder, and the address of the database, if it is not a file."""

    data: Path
    database: str
    now: Callable[[], datetime]
    rng: Random


def commands(database: Database, data: Path, now: Callable[[], datetime], rng: Random) -> dict[str, control.Command]:
    """What the commands may ask the running server."""

    async def made(_: dict[str, Any]) -> dict[str, Any]:
        with _as_faults(data):
            file, found = await backup.make(database, data, now(), rng)
        return {"file": file.name, "summary": msgspec.to_builtins(found)}

    async def checked(_: dict[str, Any]) -> dict[str, Any]:
        return {"report": msgspec.to_builtins(await _report(database))}

    return {"backup": made, "check": checked}


async def follow_revocations(database: Database, members: Members, data: Path, now: Callable[[], datetime]) -> None:
    """Keep the list of tokens that were taken back, until cancelled."""
    while True:
        members.changed.clear()
        with contextlib.suppress(DBAPIError, OSError):  # tried again at the next look
            revocations.add(data, await database.read(revocations.in_tables), moment(now()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(members.changed.wait(), _GLANCE)


def make_backup(place: Place, file: Path) -> tuple[DataSummary, DataSummary]:
    """Write a backup; return what the live data and the backup hold, which is the same.
    `ControlError`.
    """
    if not file.parent.is_dir():
        raise DataError(Fault(str(file.parent), "there is no such folder"))
    if file.parent.resolve() == place.data.resolve() and file.name.startswith(("team.db", "server.lock", "control.")):
        raise DataError(Fault(str(file), "this is a file of the server itself", "Give the backup another name."))
    with _as_faults(file):
        try:
            answer = control.ask(place.data, "backup", {}, _LONGEST)
            made, live = place.data / answer["file"], msgspec.convert(answer["summary"], DataSummary)
        except control.NotRunningError:
            made, live = _offline(place, lambda database: _made(place, database))
        copied = backup.put_in_place(made, file, live, place.rng)
    note_backup(place.data)
    return live, copied


async def _made(place: Place, database: Database) -> tuple[Path, DataSummary]:
    await _refuse_other_tables(database)
    return await backup.make(database, place.data, place.now(), place.rng)


def check(place: Place) -> CheckReport:
    """Check the data. `ControlError`."""
    with _as_faults(place.data):
        try:
            answer = control.ask(place.data, "check", {}, _LONGEST)
        except control.NotRunningError:
            return _offline(place, _report)
        return msgspec.convert(answer["report"], CheckReport)


def restore_backup(place: Place, file: Path) -> Restored:
    """Make a backup the data; no server may run. `ControlError`."""
    with _as_faults(place.data), _alone(place.data, "A restore replaces all of its data; end it first.", make=True):
        where = database_place(place.data, place.database)
        return asyncio.run(restore.restore(place.data, where, file, moment(place.now()), place.rng))


def copy(place: Place, to: str) -> DataSummary:
    """Write everything into another database, which is empty: an address of PostgreSQL or
    `sqlite:///FILE`. No server may run on the folder. Return what was copied. `ControlError`.
    """
    target = target_place(to)
    with _as_faults(place.data), _alone(place.data, "What is written meanwhile would be lost; end it first."):
        return asyncio.run(_copied(place, target))


async def _copied(place: Place, target: Path | URL) -> DataSummary:
    at = moment(place.now())
    async with _opened(place) as source:
        await _refuse_other_tables(source)
        if isinstance(target, Path):
            return await _copied_to_file(source, target, at, place.rng)
        with _as_faults(shown_place(target)):
            database = Database(target, place.rng, patient=True)
            try:
                return await table_copy.copy_to_database(source, database, at, TEAM)
            finally:
                database.close()


async def _copied_to_file(source: Database, target: Path, at: str, rng: Random) -> DataSummary:
    if target.exists():
        raise DataError(Fault(str(target), "there is a database already", "A copy goes into an empty one."))
    beside = target.with_name(f".{target.name}.new")
    backup.remove(beside)
    try:
        found = await table_copy.copy_to_file(source, beside, at, TEAM, rng)
        backup.finish(beside)
        beside.rename(target)
        sync_folder(target.parent)
    finally:
        backup.remove(beside)
    return found


def _offline(place: Place, job: Callable[[Database], Awaitable[T]]) -> T:
    """What an asynchronous job makes of the database, which no server has open."""

    async def done() -> T:
        async with _opened(place) as database:
            return await job(database)

    try:
        with own_folder(place.data, make=False):
            return asyncio.run(done())
    except InUseError:
        what = "a server that starts just now, or another command, works on this data folder"
        raise DataError(Fault(str(place.data), what, "Try again in a moment.")) from None


@contextlib.asynccontextmanager
async def _opened(place: Place) -> AsyncIterator[Database]:
    """The database, of whatever version."""
    where = database_place(place.data, place.database)
    if isinstance(where, Path) and not where.is_file():
        raise DataError(Fault(str(where), "there is no database here", "--data names another folder."))
    database = Database(where, place.rng)
    try:
        yield database
    finally:
        database.close()


async def _refuse_other_tables(database: Database) -> None:
    """`DataError` where the tables are not those that this program knows."""

    def known(connection: Connection) -> set[str]:
        return set(connection.execute(select(steps.c.step)).scalars())

    if await database.read(known) != {name for name, _ in migrations.STEPS}:
        do = "session-tui serve brings older ones up to date at its start."
        raise DataError(Fault("", "the tables are those of another version of this program", do))


async def _report(database: Database) -> CheckReport:
    try:
        await _refuse_other_tables(database)
        return await database.read(lambda connection: report(connection, TEAM, database.is_ending.is_set))
    except DBAPIError as error:
        if not database.one_process:  # it does not answer, which says nothing of the data
            raise
        nothing = DataSummary(0, 0, 0, 0, "", 0, "")
        return CheckReport(nothing, (Fault("file", reason(error)),), 1)


@contextlib.contextmanager
def _alone(data: Path, do: str, *, make: bool = False) -> Iterator[None]:
    try:
        with own_folder(data, make=make):
            yield
    except InUseError as error:
        raise DataError(Fault(error.fault.where, error.fault.what, do)) from None


@contextlib.contextmanager
def _as_faults(where: object) -> Iterator[None]:
    """Errors of the system and of the engine as `DataError`."""
    try:
        yield
    except OSError as error:
        what = (error.strerror or str(error) or "it ended").lower()
        raise DataError(Fault(str(error.filename or where), what, "Nothing was changed.")) from None
    except DBAPIError as error:
        raise DataError(Fault(str(where), reason(error), "Nothing was changed.")) from None


def reason(error: DBAPIError) -> str:
    """The engine's own words in one line. They hold no session: these statements write none, or
    rows that were read a moment before.
    """
    return " ".join(str(error.orig).split())[:300] or "the database cannot be opened"
