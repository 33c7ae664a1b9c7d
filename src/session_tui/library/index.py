"""The index: SQLite in the user's cache, one a folder of sessions. Disposable: what is wrong with it, it is made anew.

A file is looked at again when its size or time is another than when it was read, or when its time leaves a doubt: one
that was written in the same moment as it was read may have changed since without its time telling. One full-text row a
session keeps a cold index quick.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from session_tui.library.looking import FIELDS, Card, Found, Helper, look_into
from session_tui.model.session import Session
from session_tui.store.trouble import StoreError, fault_of

LAYOUT = 1  # another one is another index
DOUBT = 2_000_000_000  # nanoseconds in which a file's time may not tell: FAT counts in two seconds
TOGETHER = 250  # files a transaction: a crash costs no more
WEIGHTS = (6.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0)
WORTH_HELPERS = 1_000  # files from which other processes are worth starting
MOST_HELPERS = 4
_WAIT = 10.0  # seconds for another program that writes

_KNOWN = "SELECT name, size, mtime, seen, digest FROM files"
_WHOLE = "SELECT whole FROM files WHERE whole != x'' ORDER BY started DESC, name DESC"

Progress = Callable[[int, int], None]


class Index:
    """An open index. Closed with `close`, or by leaving its `with`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Open the index of a folder, or make it; `remark` says where it could not be kept."""
        self.folder = folder
        self.remark = ""
        self.path = cache / f"{_key(folder)}.sqlite"
        self._base = self._opened()

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file free."""
        self._base.close()

    @property
    def searchable(self) -> bool:
        """This Python's SQLite has full-text search."""
        return self._searchable

    # ---- keeping up ------------------------------------------------------------------------------------------------

    def refresh(self, progress: Progress | None = None) -> int:
        """Bring it up to date with the folder; how many files were read. `StoreError` where the folder cannot be."""
        there = _files(self.folder)
        known = {
            name: (size, mtime, seen, digest)
            for name, size, mtime, seen, digest in self._base.execute(
                "SELECT name, size, mtime, seen, digest FROM files"
            )
        }
        gone = [name for name in known if name not in there]
        unread = [
            name
            for name, (size, mtime) in there.items()
            if name not in known or known[name][:2] != (size, mtime) or mtime > known[name][2] - DOUBT
        ]
        read = done = 0
        try:
            with self._base:
                self._forget(gone)
            for names, found in self._looked_into(unread):
                with self._base:
                    for name, one in zip(names, found, strict=True):
                        read += self._take(name, there[name], known.get(name, (0, 0, 0, b""))[3], one)
                done += len(names)
                if progress is not None:
                    progress(done, len(unread))
        except sqlite3.DatabaseError as error:
            if self._in_memory:
                raise
            # Full disk, a cache that vanished, an index cut in half: what is derived is made anew where it can be.
            self._anew(str(error))
            return self.refresh(progress)
        return read

    def _looked_into(self, unread: list[str]) -> Iterator[tuple[list[str], list[Found]]]:
        """What stands in these files, a lot at a time; where there are many, other processes read ahead."""
        lots = [unread[start : start + TOGETHER] for start in range(0, len(unread), TOGETHER)]
        many = min(MOST_HELPERS, os.cpu_count() or 1) if len(unread) >= WORTH_HELPERS else 0
        helpers = [Helper() for _ in range(many)]
        try:
            for lot, helper in zip(lots, helpers, strict=False):
                helper.ask(self._paths(lot))
            for number, lot in enumerate(lots):
                if not helpers:
                    yield lot, [look_into(path) for path in self._paths(lot)]
                    continue
                helper = helpers[number % many]
                found = helper.answer()
                if number + many < len(lots):
                    helper.ask(self._paths(lots[number + many]))
                yield lot, found
        finally:
            for helper in helpers:
                helper.close()

    def _paths(self, names: list[str]) -> list[Path]:
        return [self.folder / f"{name}.toml" for name in names]

    def _take(self, name: str, look: tuple[int, int], digest: bytes, found: Found) -> int:
        """One file that was read into the index; 0 where its content is what it was."""
        if digest and found.digest == digest:
            told = (*look, found.seen, name)
            self._base.execute("UPDATE files SET size = ?, mtime = ?, seen = ? WHERE name = ?", told)
            return 0
        self._forget([name])
        added = self._base.execute(
            "INSERT INTO files (name, size, mtime, seen, digest, started, card, whole) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (name, *look, found.seen, found.digest, found.order, found.card, found.whole),
        )
        if self._searchable and found.texts:
            marks = ", ".join("?" * (len(FIELDS) + 1))
            asked = f"INSERT INTO texts (rowid, {', '.join(FIELDS)}) VALUES ({marks})"
            self._base.execute(asked, (added.lastrowid, *found.texts))
        return 1

    def _forget(self, names: list[str]) -> None:
        for name in names:
            found = self._base.execute("SELECT rowid FROM files WHERE name = ?", (name,)).fetchone()
            if found is not None:
                if self._searchable:
                    self._base.execute("DELETE FROM texts WHERE rowid = ?", found)
                self._base.execute("DELETE FROM files WHERE rowid = ?", found)

    # ---- asking ----------------------------------------------------------------------------------------------------

    def cards(self) -> Iterator[Card]:
        """A card a file, newest first."""
        for (card,) in self._base.execute("SELECT card FROM files ORDER BY started DESC, name DESC"):
            yield _CARDS.decode(card)

    def sessions(self) -> Iterator[Session]:
        """The sound sessions, newest first, one at a time: a hundred thousand need no more room than one."""
        for (whole,) in self._base.execute(
            "SELECT whole FROM files WHERE whole != x'' ORDER BY started DESC, name DESC"
        ):
            yield _SESSIONS.decode(whole)

    def matching(self, query: str, limit: int) -> Iterator[tuple[float, Session]]:
        """Sessions that match a full-text query, the best first, each with its score (more is better)."""
        weights = ", ".join(map(str, WEIGHTS))
        asked = (
            f"SELECT -bm25(texts, {weights}) AS score, whole FROM texts JOIN files ON files.rowid = texts.rowid"
            " WHERE texts MATCH ? ORDER BY score DESC, started DESC LIMIT ?"
        )
        for score, whole in self._base.execute(asked, (query, limit)):
            yield score, _SESSIONS.decode(whole)

    # ---- the file --------------------------------------------------------------------------------------------------

    _in_memory = False
    _searchable = True

    def _opened(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._connected(str(self.path))
        except (OSError, sqlite3.OperationalError) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise StoreError(fault_of(OSError(f"another program is busy with {self.path}"), self.path)) from error
            return self._elsewhere(str(error))
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                self._remove()
                return self._connected(str(self.path))
            return self._elsewhere("it cannot be replaced")

    def _elsewhere(self, why: str) -> sqlite3.Connection:
        self.remark = f"The index cannot be kept in {self.path.parent} ({why}); it is made anew each time."
        self._in_memory = True
        return self._connected(":memory:")

    def _connected(self, name: str) -> sqlite3.Connection:
        base = sqlite3.connect(name, timeout=_WAIT)
        try:
            # Derived from files that are synced themselves: a power cut may cost the index, which is then made anew.
            base.execute("PRAGMA synchronous = OFF")
            base.execute("PRAGMA journal_mode = WAL")
            if base.execute("PRAGMA user_version").fetchone() != (LAYOUT,):
                self._make(base)
            base.execute("SELECT count(*) FROM files").fetchone()
            has = base.execute("SELECT 1 FROM sqlite_master WHERE name = 'texts'").fetchone()
            self._searchable = has is not None
        except BaseException:
            base.close()
            raise
        return base

    def _make(self, base: sqlite3.Connection) -> None:
        with base:
            base.execute("DROP TABLE IF EXISTS files")
            base.execute("DROP TABLE IF EXISTS texts")
            base.execute(
                "CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, seen INTEGER, digest BLOB,"
                " started TEXT, card BLOB, whole BLOB)"
            )
            base.execute("CREATE INDEX by_time ON files (started DESC, name DESC)")
            with contextlib.suppress(sqlite3.OperationalError):  # a SQLite without full-text search: all else works
                base.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize = 'unicode61')")
            base.execute(f"PRAGMA user_version = {LAYOUT}")

    def _anew(self, why: str) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._base.close()
        try:
            self._remove()
            self._base = self._connected(str(self.path))
        except (OSError, sqlite3.Error):
            self._base = self._elsewhere(why)

    def _remove(self) -> None:
        for name in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)


_CARDS = msgspec.msgpack.Decoder(Card)
_SESSIONS = msgspec.msgpack.Decoder(Session)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file that may be a session, by its name without the ending."""
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".toml") and not entry.name.startswith("."):
                    with contextlib.suppress(OSError):  # gone since it was listed
                        look = entry.stat()
                        found[entry.name[:-5]] = (look.st_size, look.st_mtime_ns)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(
            fault_of(error, folder, "Choose another folder with --sessions or SESSION_TUI_SESSIONS.")
        ) from error
    return found


def _key(folder: Path) -> str:
    return hashlib.blake2s(os.path.realpath(folder).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
