"""The engine behind the tables, SQLAlchemy Core.

On SQLite one connection writes and checkpoints; others only read. Every commit is synced to the
disk before it returns.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

FILE = "team.db"
_READERS = 3
_PATIENCE_MS = 5000  # milliseconds that SQLite waits for a lock
AGAIN = frozenset({"40001", "40P01", "23505"})  # not serialisable, deadlock, another process's row


class ConflictError(Exception):
    """A row is not what the transaction read: it is done again."""


class Database:
    """`one_process` says that no other process writes: what was read may be kept until this one
    changes it.
    """

    def __init__(self, file: Path) -> None:
        self.one_process = True
        self.bytes_type = "blob"
        self._writer = _sqlite(file, 1, "BEGIN IMMEDIATE")
        self._reader = _sqlite(file, _READERS, "BEGIN")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back on an exception."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of all tables."""
        async with self._reader.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def is_to_be_done_again(error: Exception) -> bool:
    """Whether another process came between, so that the whole transaction is done again."""
    if isinstance(error, ConflictError | IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in AGAIN


def _sqlite(file: Path, connections: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}",
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
    )

    @event.listens_for(engine.sync_engine, "connect")
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

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
