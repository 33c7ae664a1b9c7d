"""The index's file: opened, made, kept private, made anew where it is damaged; in memory where it cannot stay."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError, from_os_error

# What reading a damaged file can end in: SQLite's own word for it, bytes that are no text, values of another kind.
DAMAGE = (sqlite3.DatabaseError, msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
_WAIT = 10.0  # seconds for another program that writes
_AGAIN = 0.02  # seconds until another try


class IndexDatabase:
    """A SQLite file of one layout. Belongs to the thread that opened it."""

    def __init__(self, path: Path, layout: int, statements: tuple[str, ...], texts: str) -> None:
        """Open it, or make it with `statements`, and with `texts` where this SQLite has full-text search.

        `StoreError` where another program keeps it busy; nothing else stands in the way: `remark` says what did.
        """
        self.remark = ""
        self.searchable = _possible(texts)
        # Two Pythons over one folder, one with full-text search and one without, do not undo each other's work.
        self.path = path if self.searchable else path.with_name(f"{path.stem}-plain{path.suffix}")
        self._layout, self._statements, self._texts = layout, statements, texts
        self._lasting = True
        self._replaced = False
        self._connection = self._opened()

    def close(self) -> None:
        """Give the file free."""
        self._connection.close()

    def execute(self, asked: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(asked, values)

    def execute_many(self, asked: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement for each of these."""
        self._connection.executemany(asked, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; other programs that write wait meanwhile."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.execute("ROLLBACK")
            raise

    def replace(self, error: Exception) -> None:
        """After damage begin with an empty one; in memory where it fails a second time (a full disk, say)."""
        _busy(error, self.path)
        if not self._lasting:
            raise StoreError(Fault("", f"the index cannot be made, not even in memory: {error}")) from error
        self.close()
        self._connection = self._in_memory(str(error)) if self._replaced else self._anew()
        self._replaced = True

    def _opened(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._connected()
        except OSError as error:
            return self._in_memory(from_os_error(error, self.path).what)
        except DAMAGE as error:
            _busy(error, self.path)
            return self._anew()

    def _anew(self) -> sqlite3.Connection:
        try:
            for name in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + name).unlink(missing_ok=True)
            return self._connected()
        except OSError as error:
            return self._in_memory(from_os_error(error, self.path).what)
        except (sqlite3.Error, ValueError) as error:
            return self._in_memory(str(error))

    def _in_memory(self, why: str) -> sqlite3.Connection:
        where = self.path.parent
        self.remark = f"The index cannot be kept in {where}: {why}. It is made anew each time, which is slower."
        self._lasting = False
        return self._made(sqlite3.connect(":memory:", isolation_level=None))

    def _connected(self) -> sqlite3.Connection:
        """A connection; while another program makes the same index at this moment, another try.

        SQLite itself waits for a lock, but not where two turn a new file to its log of changes.
        """
        end = time.monotonic() + _WAIT
        while True:
            try:
                return self._tried()
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > end:
                    raise
            time.sleep(_AGAIN)

    def _tried(self) -> sqlite3.Connection:
        # What sessions say is for their owner alone, here as in the folder.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)
        try:
            # Derived from files that are synced themselves: a power cut may cost the index, which is then made anew.
            connection.execute("PRAGMA synchronous = OFF")
            # A session takes 6 KB: in pages of 4 KB an index of ten thousand takes a fifth longer to write.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA wal_autocheckpoint = 1000")
            connection.execute("PRAGMA journal_mode = WAL")
            return self._made(connection)
        except BaseException:
            connection.close()
            raise

    def _made(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, its tables made where they are of another layout or missing."""
        ask = connection.execute
        if ask("PRAGMA user_version").fetchone() != (self._layout,):
            ask("BEGIN IMMEDIATE")
            if ask("PRAGMA user_version").fetchone() != (self._layout,):  # no other program was quicker
                for name, kind in ask("SELECT name, type FROM sqlite_master WHERE sql IS NOT NULL").fetchall():
                    with contextlib.suppress(sqlite3.OperationalError):  # it went with another one
                        ask(f'DROP {kind} IF EXISTS "{name}"')
                for statement in self._statements:
                    ask(statement)
                if self.searchable:
                    ask(self._texts)
                ask(f"PRAGMA user_version = {self._layout}")
            ask("COMMIT")
        return connection


def _possible(texts: str) -> bool:
    """This Python's SQLite can make such a table."""
    with contextlib.closing(sqlite3.connect(":memory:")) as trial:
        try:
            trial.execute(texts)
        except sqlite3.OperationalError:
            return False
        return True


def _busy(error: Exception, path: Path) -> None:
    if _is_busy(error):
        raise StoreError(Fault(str(path), "another program is busy with the index", "Try again.")) from error


def _is_busy(error: Exception) -> bool:
    # The lowest byte is the kind of the error, the others say more of it; an error of Python's own has none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.OperationalError) and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
