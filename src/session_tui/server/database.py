"""The engine behind the tables, SQLAlchemy Core.

Every transaction is one job in a thread: the event loop hands it over once and goes on, however
many statements it has. On SQLite one connection writes and checkpoints; others only read. Every
commit is synced to the disk before it returns.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

FILE = "team.db"
_READERS = 3
# Milliseconds; so that no transaction holds others up for long, whatever became of its client.
_LIMITS = "set local statement_timeout = 5000; set local idle_in_transaction_session_timeout = 5000"
_CONNECT = 5  # seconds until a server of PostgreSQL must have answered
_PATIENCE_MS = 5000  # milliseconds that SQLite waits for a lock
_TRIES = 12
_PAUSE = 0.005  # seconds before the second try; doubled with each, and multiplied by chance
_LONGEST_PAUSE = 1.0
# Not serialisable, a deadlock, a row or a table that another process made in the meantime.
_AGAIN = frozenset({"40001", "40P01", "23505", "42P07"})


T = TypeVar("T")


class ConflictError(Exception):
    """A row is not what the transaction read: it is done again."""


class Database:
    """`one_process` says that no other process writes: what was read may be kept until this one
    changes it.
    """

    def __init__(self, place: Path | URL, rng: Random, *, patient: bool = False) -> None:
        """`place` is a file of SQLite, or what `address` returned. A `patient` one lets PostgreSQL
        work on a statement as long as it needs.
        """
        self._rng = rng
        self.retried: Callable[[str], None] = lambda code: None  # called before a job is run again
        self.is_ending = threading.Event()  # long jobs look at it
        self.one_process = isinstance(place, Path)
        self.bytes_type = "blob" if isinstance(place, Path) else "bytea"
        if isinstance(place, Path):
            self._writer = _sqlite(place, 1, "BEGIN IMMEDIATE")
            self._reader = _sqlite(place, _READERS, "BEGIN")
        else:
            self._writer = _postgresql(place, 1, patient)
            self._reader = _postgresql(place, _READERS, patient)
        self._writing = ThreadPoolExecutor(1, "database-writer")
        self._reading = ThreadPoolExecutor(_READERS, "database-reader")

    async def write(self, job: Callable[[Connection], T]) -> T:
        """What the job returns, run in a transaction that may write. It is committed when this
        returns, and rolled back where the job or the commit raises.

        Where another process came between, or the connection was lost, the job is run again: it
        looks for what it wants to write before it writes it.
        """
        loop = asyncio.get_running_loop()
        for tried in range(1, _TRIES):
            try:
                return await loop.run_in_executor(self._writing, _in_transaction, self._writer, job)
            except Exception as error:
                if not is_to_be_done_again(error):
                    raise
                self.retried(_code(error))
            await asyncio.sleep(min(_LONGEST_PAUSE, _PAUSE * 2**tried) * self._rng.random())
        return await loop.run_in_executor(self._writing, _in_transaction, self._writer, job)

    async def read(self, job: Callable[[Connection], T]) -> T:
        """What the job returns, run in a transaction that sees one state of all tables."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, _in_transaction, self._reader, job)

    def read_now(self, job: Callable[[Connection], T]) -> T:
        """As `read`, in the thread that calls."""
        return _in_transaction(self._reader, job)

    def write_now(self, job: Callable[[Connection], T]) -> T:
        """As `write`, in the thread that calls, and tried once."""
        return _in_transaction(self._writer, job)

    def close(self) -> None:
        """Wait for jobs that run, which are asked to end, and close all connections."""
        self.is_ending.set()
        for each in (self._reading, self._writing):
            each.shutdown()
        self._reader.dispose()
        self._writer.dispose()


def read_one_moment(connection: Connection) -> None:
    """Make a transaction that has only begun see one state of all tables for as long as it needs.
    SQLite does so by itself; on PostgreSQL a serialisable one that reads everything would refuse
    others, and be refused.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("set transaction isolation level repeatable read, read only"))
        connection.execute(text("set local idle_in_transaction_session_timeout = 0"))


def is_to_be_done_again(error: Exception) -> bool:
    """Whether another process came between, or the connection was lost, so that the whole
    transaction is done again.
    """
    if isinstance(error, ConflictError | IntegrityError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AGAIN


def _code(error: Exception) -> str:
    """Why it is done again: the engine's code, or a word."""
    if isinstance(error, DBAPIError) and (code := getattr(error.orig, "sqlstate", None)):
        return str(code)
    return "connection" if isinstance(error, DBAPIError) and error.connection_invalidated else "conflict"


def address(words: str) -> URL | None:
    """The address of a database as `--database` takes it: `postgresql://USER@HOST:PORT/NAME`. None
    where it is none that this program can speak to.
    """
    try:
        found = make_url(words)
    except ArgumentError:
        return None
    if found.drivername not in ("postgresql", "postgres") or not found.database:
        return None
    return found.set(drivername="postgresql+psycopg")


def _in_transaction(engine: Engine, job: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return job(connection)


def _postgresql(place: URL, connections: int, patient: bool) -> Engine:
    """Every transaction is serialisable, and no statement is prepared: behind a pool of
    connections the next transaction may come to another one. So its limits are set in each.
    """
    engine = create_engine(
        place,
        isolation_level="SERIALIZABLE",
        pool_size=connections,
        max_overflow=0,
        connect_args={"prepare_threshold": None, "connect_timeout": _CONNECT},
    )
    if not patient:

        @event.listens_for(engine, "begin")
        def begun(connection: Any) -> None:
            connection.exec_driver_sql(_LIMITS)

    return engine


def _sqlite(file: Path, connections: int, begin: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where `begun` says
        cursor = connection.cursor()
        pragmas = [f"busy_timeout={_PATIENCE_MS}", "foreign_keys=on"]
        if begin == "BEGIN":
            pragmas += ["query_only=on", "wal_autocheckpoint=0"]
        else:
            pragmas += ["journal_mode=wal", "synchronous=full"]
        for each in pragmas:
            cursor.execute(f"pragma {each}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
