"""The SQLite file of the index: it is opened or created, and created again where it is damaged.

Only its owner can read it. Where it cannot be kept on disk, the index lives in memory.
"""

import contextlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError, from_os_error

# The errors that reading a damaged file can raise: SQLite's own, and those of decoding its bytes
# and values.
DAMAGE = (sqlite3.DatabaseError, msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
_LOCK_TIMEOUT = 10.0  # seconds to wait for another program that writes
_RETRY_DELAY = 0.02  # seconds
_SUM_LENGTH = 4  # bytes


class IndexDatabase:
    """An SQLite file with one table layout. Belongs to the thread that opened it."""

    def __init__(self, path: Path, layout: int, statements: tuple[str, ...], texts: str) -> None:
        """Open the file, or create its tables.

        `statements` create them; `texts` creates the full-text table where SQLite supports it.
        Raises `StoreError` where another program keeps the file locked. After any other error the
        index is in memory, and `remark` gives the reason.
        """
        self.remark = ""
        self.searchable = _is_supported(texts)
        # Two Python installations may use one folder, one with full-text search and one without:
        # with a file for each, neither rebuilds the other's index.
        self.path = path if self.searchable else path.with_name(f"{path.stem}-plain{path.suffix}")
        self._layout, self._statements, self._texts = layout, statements, texts
        self._on_disk = True
        self._replaced = False
        self._connection = self._open()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(statement, values)

    def execute_many(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement once for each tuple of values."""
        self._connection.executemany(statement, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block, or nothing; other programs that write wait meanwhile."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.execute("ROLLBACK")
            raise

    def replace(self, error: Exception) -> None:
        """Start again with an empty index after damage; the second time in memory."""
        _raise_if_locked(error, self.path)
        if not self._on_disk:
            raise StoreError(Fault("", f"the index cannot be made, not even in memory: {error}")) from error
        self.close()
        self._connection = self._in_memory(str(error)) if self._replaced else self._recreate()
        self._replaced = True

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._connect()
        except OSError as error:
            return self._in_memory(from_os_error(error, self.path).what)
        except DAMAGE as error:
            _raise_if_locked(error, self.path)
            return self._recreate()

    def _recreate(self) -> sqlite3.Connection:
        try:
            for name in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + name).unlink(missing_ok=True)
            return self._connect()
        except OSError as error:
            return self._in_memory(from_os_error(error, self.path).what)
        except (sqlite3.Error, ValueError) as error:
            return self._in_memory(str(error))

    def _in_memory(self, reason: str) -> sqlite3.Connection:
        where = self.path.parent
        self.remark = f"The index cannot be kept in {where}: {reason}. It is made anew each time, which is slower."
        self._on_disk = False
        return self._with_tables(sqlite3.connect(":memory:", isolation_level=None))

    def _connect(self) -> sqlite3.Connection:
        """Connect, and try again while another program creates the same index.

        SQLite itself waits for a lock, but not where two programs set a new file to write-ahead
        logging.
        """
        end = time.monotonic() + _LOCK_TIMEOUT
        while True:
            try:
                return self._connect_once()
            except sqlite3.OperationalError as error:
                if not _is_locked(error) or time.monotonic() > end:
                    raise
            time.sleep(_RETRY_DELAY)

    def _connect_once(self) -> sqlite3.Connection:
        # The index holds the text of the sessions: only its owner may read it, as in the folder.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=_LOCK_TIMEOUT, isolation_level=None)
        try:
            # The index is derived from files that are synced to disk. A power cut may damage the
            # index; it is then rebuilt.
            connection.execute("PRAGMA synchronous = OFF")
            # A session takes 6 KB: with pages of 4 KB an index of ten thousand sessions takes a
            # fifth longer to write.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA wal_autocheckpoint = 1000")
            connection.execute("PRAGMA journal_mode = WAL")
            return self._with_tables(connection)
        except BaseException:
            connection.close()
            raise

    def _with_tables(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Create missing or outdated tables, and return the connection."""
        execute = connection.execute
        if execute("PRAGMA user_version").fetchone() != (self._layout,):
            execute("BEGIN IMMEDIATE")
            # No other program was quicker.
            if execute("PRAGMA user_version").fetchone() != (self._layout,):
                for name, kind in execute("SELECT name, type FROM sqlite_master WHERE sql IS NOT NULL").fetchall():
                    # It was dropped along with another table.
                    with contextlib.suppress(sqlite3.OperationalError):
                        execute(f'DROP {kind} IF EXISTS "{name}"')
                for statement in self._statements:
                    execute(statement)
                if self.searchable:
                    execute(self._texts)
                execute(f"PRAGMA user_version = {self._layout}")
            execute("COMMIT")
        return connection


def sealed(content: bytes) -> bytes:
    """The content with its checksum behind it, as it is stored.

    SQLite checks no value, and bytes that were cut or overwritten can often be decoded still.
    """
    return content + zlib.crc32(content).to_bytes(_SUM_LENGTH, "big")


def unsealed(stored: bytes) -> bytes:
    """The content of `sealed` bytes; raises `ValueError` where they are damaged, or `TypeError`
    where there are none.
    """
    content = stored[:-_SUM_LENGTH]
    if not content or zlib.crc32(content) != int.from_bytes(stored[-_SUM_LENGTH:], "big"):
        raise ValueError("a value of the index is damaged")
    return content


def _is_supported(texts: str) -> bool:
    """This Python's SQLite can create the full-text table `texts`."""
    with contextlib.closing(sqlite3.connect(":memory:")) as trial:
        try:
            trial.execute(texts)
        except sqlite3.OperationalError:
            return False
        return True


def _raise_if_locked(error: Exception, path: Path) -> None:
    if _is_locked(error):
        raise StoreError(Fault(str(path), "another program is busy with the index", "Try again.")) from error


def _is_locked(error: Exception) -> bool:
    # The lowest byte is the kind of the error, the others are details. An error of Python's own
    # has no code.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.OperationalError) and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
