"""The index: SQLite in the user's cache, one a folder of sessions. Disposable: what is wrong with it, it is made anew.

A file is read again when its size or one of its times is another than when it was read, or when they leave a doubt: one
that was written in the same moment as it was read may have changed since without its time telling. One full-text row a
session keeps a cold index quick; other processes read ahead where there is much to read.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from session_tui import __version__
from session_tui.library.base import Base
from session_tui.library.looking import FIELDS, Card, Found, Helper, look_into
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError, fault_of

T = TypeVar("T")
Progress = Callable[[int, int], None]

_Look = tuple[int, int, int]  # size, and the two times that change with it, in nanoseconds
LAYOUT = 2  # another one is another index; and so is another version of the program
DOUBT = 2_000_000_000  # nanoseconds in which a file's time may not tell: FAT counts in two seconds
TOGETHER = 250  # files a transaction: a crash costs no more, and another program waits no longer
WORTH_HELPERS = 1_000  # files from which other processes are worth starting
MOST_HELPERS = 4
NEWEST = 2_000  # sessions that are ranked, of those that match: a word that all have is told by the newest
_WEIGHTS = ", ".join(map(str, (6.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0)))  # of FIELDS
_GONE: _Look = (0, 0, 0)  # a file that cannot be looked at

_BY_TIME = "ORDER BY started DESC, name DESC"
_BROKEN = " WHERE whole = x''"
_TABLES = (
    """CREATE TABLE files (name BLOB PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, seen INTEGER,
    digest BLOB, started TEXT, account TEXT, card BLOB, whole BLOB)""",
    "CREATE INDEX by_time ON files (started DESC, name DESC)",
    "CREATE INDEX by_account ON files (account)",
)
_TEXTS = f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize = 'unicode61')"


class Index:
    """An open index. Belongs to the thread that opened it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Open the index of a folder, or make it. `StoreError` where another program keeps it busy."""
        self.folder = folder
        self._base = Base(cache / f"{_key(folder)}.sqlite", _LAYOUT, _TABLES, _TEXTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file free."""
        self._base.close()

    @property
    def path(self) -> Path:
        """Its file."""
        return self._base.path

    @property
    def remark(self) -> str:
        """What is not as it should be, as a sentence; empty where all is well."""
        return self._base.remark

    @property
    def searchable(self) -> bool:
        """This Python's SQLite has full-text search."""
        return self._base.searchable

    # ---- keeping up ------------------------------------------------------------------------------------------------

    def refresh(self, progress: Progress | None = None) -> int:
        """Bring it up to date with the folder; how many entries changed.

        `progress` is told how many files were read, and of how many. `StoreError` where the folder cannot be read; the
        index then stays as it is.
        """
        while True:
            try:
                return self._refreshed(progress)
            except sqlite3.DatabaseError as error:
                # A full disk, a cache that vanished, an index cut in half: it is made anew, in the end in memory.
                self._base.replace(error)

    def _refreshed(self, progress: Progress | None) -> int:
        there = self._files()
        known: dict[bytes, bytes | None] = dict.fromkeys(there)
        gone, unread = [], dict(there)
        asked = "SELECT name, size, modified, changed, seen, digest FROM files"
        for name, size, modified, change, seen, digest in self._base.ask(asked):
            look = there.get(name)
            if look is None:
                gone.append(name)
            else:
                known[name] = digest
                latest = modified if modified > change else change
                if look == (size, modified, change) and latest <= seen - DOUBT:
                    del unread[name]
        if gone or None in known.values():
            # What a file is that is no session by itself may hang on which files are beside it.
            for name, look in self._broken(there):
                unread[name], known[name] = look, None
        changed = len(gone)
        with self._base.transaction():
            for name in gone:
                self._forget(name)
        done = 0
        for names, found in self._looked_into(sorted(unread)):
            with self._base.transaction():
                for name, one in zip(names, found, strict=True):
                    changed += self._take(name, there[name], known[name], one)
            done += len(names)
            if progress is not None:
                progress(done, len(unread))
        return changed

    def _broken(self, there: dict[bytes, _Look]) -> list[tuple[bytes, _Look]]:
        return [(name, there[name]) for (name,) in self._base.ask(f"SELECT name FROM files{_BROKEN}") if name in there]

    def _looked_into(self, unread: list[bytes]) -> Iterator[tuple[list[bytes], list[Found]]]:
        """What stands in these files, a lot at a time; where there are many, other processes read ahead."""
        lots = [unread[start : start + TOGETHER] for start in range(0, len(unread), TOGETHER)]
        many = min(MOST_HELPERS, os.cpu_count() or 1) if len(unread) >= WORTH_HELPERS else 0
        helpers: list[Helper] = []
        try:
            helpers += [Helper(self.folder) for _ in range(many)]
            for lot, helper in zip(lots, helpers, strict=False):
                helper.ask(lot)
            for number, lot in enumerate(lots):
                if not helpers:
                    yield lot, [look_into(self.folder, name) for name in lot]
                    continue
                helper = helpers[number % many]
                found = helper.answer()
                if number + many < len(lots):
                    helper.ask(lots[number + many])
                yield lot, found
        finally:
            for helper in helpers:
                helper.close()

    def _take(self, name: bytes, look: _Look, digest: bytes | None, found: Found) -> int:
        """One file that was read into the index; 0 where its content is what it was."""
        if digest is not None and found.digest == digest:
            self._base.ask(
                "UPDATE files SET size = ?, modified = ?, changed = ?, seen = ? WHERE name = ?",
                (*look, found.seen, name),
            )
            return 0
        self._forget(name)
        added = self._base.ask(
            "INSERT INTO files (name, size, modified, changed, seen, digest, started, account, card, whole)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, *look, found.seen, found.digest, found.order, found.account, found.card, found.whole),
        )
        if self._base.searchable and found.texts:
            marks = ", ".join("?" * (len(FIELDS) + 1))
            asked = f"INSERT INTO texts (rowid, {', '.join(FIELDS)}) VALUES ({marks})"
            self._base.ask(asked, (added.lastrowid, *found.texts))
        return 1

    def _forget(self, name: bytes) -> None:
        found = self._base.ask("SELECT rowid FROM files WHERE name = ?", (name,)).fetchone()
        if found is not None:
            if self._base.searchable:
                self._base.ask("DELETE FROM texts WHERE rowid = ?", found)
            self._base.ask("DELETE FROM files WHERE rowid = ?", found)

    def _files(self) -> dict[bytes, _Look]:
        """How every file looks that may be a session, by its name as the disk has it."""
        found = {}
        try:
            with os.scandir(os.fsencode(self.folder)) as entries:
                for entry in entries:
                    name = entry.name
                    if name.endswith(b".toml") and not name.startswith(b"."):
                        try:
                            look = entry.stat()
                        except OSError:  # a link that leads nowhere, or in a circle: reading it says which
                            found[name] = _GONE
                        else:
                            found[name] = (look.st_size, look.st_mtime_ns, look.st_ctime_ns)
        except FileNotFoundError as error:
            many = self.count()
            if not many:
                return {}
            what = f"the folder is gone; {many} session{'s were' if many > 1 else ' was'} in it"
            raise StoreError(Fault(str(self.folder), what, "Is its drive connected?")) from error
        except OSError as error:
            do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
            raise StoreError(fault_of(error, self.folder, do)) from error
        return found

    # ---- asking ----------------------------------------------------------------------------------------------------

    def count(self, *, broken: bool = False) -> int:
        """How many files there are, or how many of them cannot be read as sessions."""
        asked = f"SELECT count(*) FROM files{_BROKEN if broken else ''}"
        return next(self._found(asked, (), lambda row: int(row[0])))

    def cards(self) -> Iterator[Card]:
        """A card a file, newest first."""
        return self._found(f"SELECT card FROM files {_BY_TIME}", (), lambda row: _CARDS.decode(row[0]))

    def sessions(self, account: str | None = None) -> Iterator[Session]:
        """The sound sessions, of one account or all, newest first, one at a time: many need no more room than one."""
        if account is None:
            return self._found(f"SELECT whole FROM files WHERE whole != x'' {_BY_TIME}", (), _session)
        asked = f"SELECT whole FROM files WHERE account = ? AND whole != x'' {_BY_TIME}"
        return self._found(asked, (account.casefold(),), _session)

    def rows(self, account: str | None = None) -> Iterator[Row]:
        """The files as rows, sound and broken, newest first; those of one account, or all."""
        of_account = "" if account is None else "WHERE account = ?"
        asked = f"SELECT name, card, whole FROM files {of_account} {_BY_TIME}"
        return self._found(asked, () if account is None else (account.casefold(),), self._row)

    def row(self, card: Card) -> Row | None:
        """The file of a card, as it was read; None where it is gone."""
        return self._named(card.file)

    def row_named(self, name: str) -> Row | None:
        """The file of the session of this id; None where there is none."""
        return self._named(os.fsencode(f"{name}.toml"))

    def _named(self, file: bytes) -> Row | None:
        return next(self._found("SELECT name, card, whole FROM files WHERE name = ?", (file,), self._row), None)

    def matching(self, query: str, limit: int) -> Iterator[tuple[float, Session]]:
        """Sessions that match a full-text query, the best first, each with its score (more is better)."""
        asked = (
            "SELECT score, whole FROM (SELECT rowid AS place,"
            f" -bm25(texts, {_WEIGHTS}) AS score FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT {NEWEST})"
            " JOIN files ON files.rowid = place ORDER BY score DESC, started DESC, name DESC LIMIT ?"
        )
        return self._found(asked, (query, limit), lambda row: (row[0], _SESSIONS.decode(row[1])))

    def matching_cards(self, query: str) -> Iterator[Card]:
        """The cards of the sessions that match a full-text query, newest first."""
        asked = f"SELECT card FROM files WHERE rowid IN (SELECT rowid FROM texts WHERE texts MATCH ?) {_BY_TIME}"
        return self._found(asked, (query,), lambda row: _CARDS.decode(row[0]))

    def _row(self, found: tuple[bytes, bytes, bytes]) -> Row:
        path = self.folder / os.fsdecode(found[0])
        if found[2]:
            return Row(path, _SESSIONS.decode(found[2]))
        card = _CARDS.decode(found[1])
        return Row(path, None, card.fault, card.merge)

    def _found(self, asked: str, values: tuple[Any, ...], made: Callable[[Any], T]) -> Iterator[T]:
        """What the index answers; where it is damaged in the middle of that, it is made anew and goes on there."""
        given = 0
        while True:
            try:
                for at, row in enumerate(self._base.ask(asked, values)):
                    if at >= given:
                        one = made(row)
                        given += 1
                        yield one
                return
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                self._base.replace(error)
                self.refresh()


def drop(folder: Path, cache: Path) -> None:
    """Take a folder's index away: what was deleted in a database may stand in its file still. It is made anew when it
    is asked for. OSError.
    """
    for end in ("", "-wal", "-shm", "-journal"):
        (cache / f"{_key(folder)}.sqlite{end}").unlink(missing_ok=True)


def _key(folder: Path) -> str:
    return hashlib.blake2s(os.fsencode(os.path.realpath(folder)), digest_size=16).hexdigest()


def _session(row: tuple[bytes]) -> Session:
    return _SESSIONS.decode(row[0])


_LAYOUT = int.from_bytes(hashlib.blake2s(f"{LAYOUT} {__version__}".encode(), digest_size=3).digest(), "big") + 1
_CARDS = msgspec.msgpack.Decoder(Card)
_SESSIONS = msgspec.msgpack.Decoder(Session)
