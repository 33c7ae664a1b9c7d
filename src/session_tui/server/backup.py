"""Backups: a file of SQLite that holds everything, whatever engine the data are on.

A backup is made beside the data by the process that has the database open, then put in its place
by the command that asked for it: opened, checked, and compared with what was read of the live data
in the same transaction.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection

from session_tui.model.fault import Fault
from session_tui.server.access import moment
from session_tui.server.data_folder import DataError, sync_folder
from session_tui.server.database import Database
from session_tui.server.integrity import CheckReport, DataSummary, report, summary
from session_tui.server.members import TEAM
from session_tui.server.table_copy import copy_to_file

_MADE = "backup-*.new"  # in the data folder, until it is put in its place
_FORGOTTEN = 3600.0  # seconds until one that a killed command left is removed
_PAGES = 1000  # of SQLite, between two looks whether the server ends
_ROOM = 64 * 1024 * 1024  # bytes that stay free for the server's own writing


async def make(database: Database, data: Path, now: datetime, rng: Random) -> tuple[Path, DataSummary]:
    """Write a backup into the data folder; return its file, and what the live data hold in the
    same moment. `DataError`, OSError.
    """
    _remove_forgotten(data, now)
    file = data / _MADE.replace("*", f"{rng.getrandbits(64):016x}")
    _refuse_without_room(database, data)
    try:
        if database.one_process:
            found = await database.read(lambda connection: _backed_up(connection, file, database.is_ending.is_set))
        else:
            found = await copy_to_file(database, file, moment(now), TEAM, rng)
        finish(file)
    except BaseException:
        remove(file)
        raise
    return file, found


def put_in_place(made: Path, file: Path, live: DataSummary, rng: Random) -> DataSummary:
    """Check a backup that was made, and put it where it is wanted; return what it holds.

    A file that is there is replaced, whole. `DataError` where the backup is not what the live data
    were; it is then removed. OSError.
    """
    beside = file.with_name(f".{file.name}.{rng.getrandbits(32):08x}.new")
    try:
        _move(made, beside)
        found = checked(beside, rng)
        if found.number_of_faults:
            do = "session-tui serve check says all that is wrong with the data."
            raise DataError(Fault(str(file), f"the backup is not whole: {found.faults[0].words}", do))
        if found.summary != live:
            what = f"the backup has the digest {found.summary.digest[:12]}, the live data {live.digest[:12]}"
            raise DataError(Fault(str(file), what, "It was not put in place."))
        beside.replace(file)
        sync_folder(file.parent)
    finally:
        remove(made)
        remove(beside)
    return found.summary


def checked(file: Path, rng: Random) -> CheckReport:
    """The report on a file of SQLite that stands alone."""
    database = Database(file, rng)
    try:
        return database.read_now(lambda connection: report(connection, TEAM, database.is_ending.is_set))
    finally:
        database.close()


def finish(file: Path) -> None:
    """Make of a database one file without a journal beside it, on the disk."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode=delete")
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())


def remove(file: Path) -> None:
    """Remove a database that is not wanted, with what SQLite has beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            file.with_name(file.name + suffix).unlink()


def _backed_up(connection: Connection, file: Path, is_ending: Callable[[], bool]) -> DataSummary:
    found = summary(connection, TEAM)  # the first look begins the transaction that the backup reads in
    raw: Any = connection.connection.driver_connection

    def step(_: int, __: int, ___: int) -> None:
        if is_ending():
            raise InterruptedError

    with closing(sqlite3.connect(file)) as target:
        raw.backup(target, pages=_PAGES, progress=step)
    return found


def _refuse_without_room(database: Database, data: Path) -> None:
    if not database.one_process:
        return
    size = sum(path.stat().st_size for path in data.glob("team.db*"))
    free = shutil.disk_usage(data).free
    if free < size + _ROOM:
        what = f"a backup needs {(size + _ROOM) >> 20:,} MiB of room there for a moment, and {free >> 20:,} are free"
        raise DataError(Fault(str(data), what, "Make room, so that the server can go on writing."))


def _move(made: Path, beside: Path) -> None:
    """Rename, or copy to another disk."""
    try:
        made.rename(beside)
    except OSError:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with made.open("rb") as source, os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())


def _remove_forgotten(data: Path, now: datetime) -> None:
    for path in data.glob(_MADE):
        with contextlib.suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > _FORGOTTEN:
                remove(path)
