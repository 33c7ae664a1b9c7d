"""The index: SQLite in the user's cache, one a folder of sessions. Disposable: what is wrong with it, it is made anew.

A file is read again when its size or one of its times is another than when it was read, or when they leave a doubt: one
that was written in the same moment as it was read may have changed since without its time telling. One full-text row a
session keeps a cold index quick; other processes read ahead where there is much to read.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from session_tui import __version__
from session_tui.index.database import DAMAGE, IndexDatabase
from session_tui.index.scanner import FIELDS, ScannedFile, ScannerProcess, SessionCard, scan_file
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.store import contents
from session_tui.store.contents import session_names
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.session_folder import SessionFile

T = TypeVar("T")
Progress = Callable[[int, int], None]

LAYOUT = 5  # another one is another index; and so is another version of the program
DOUBT = 2_000_000_000  # nanoseconds in which a file's time may not tell: FAT counts in two seconds
TOGETHER = 250  # files a transaction: a crash costs no more, and another program waits no longer
WORTH_HELPERS = 1_000  # files from which other processes are worth starting
MOST_HELPERS = 4
NEWEST = 2_000  # sessions that are ranked, of those that match: a word that all have is told by the newest
_WEIGHTS = ", ".join(map(str, (6.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0)))  # of FIELDS
_LOOK = struct.Struct("=QQQ")  # size, and the two times that change with it, in nanoseconds
_MOST = 2**64 - 1  # a time may be before 1970, or further away than a number of the disk goes
_GONE = _LOOK.pack(0, 0, 0)  # a file that cannot be looked at

_BY_TIME = "ORDER BY started DESC, name DESC"
# What every start reads of every file stands apart from the sessions, which are ten times as much; a file that is no
# session has none. `look` is empty where the file has to be read again.
_TABLES = (
    """CREATE TABLE files (id INTEGER PRIMARY KEY, name BLOB UNIQUE, look BLOB, digest BLOB, started TEXT, account TEXT,
    card BLOB)""",
    "CREATE TABLE wholes (id INTEGER PRIMARY KEY, whole BLOB)",
    "CREATE INDEX by_time ON files (started DESC, name DESC)",
    "CREATE INDEX by_account ON files (account)",
)
_TEXTS = f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize = 'unicode61')"
_ADD_FILE = "INSERT INTO files (id, name, look, digest, started, account, card) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_WHOLE = "INSERT INTO wholes (id, whole) VALUES (?, ?)"
_ADD_TEXTS = f"INSERT INTO texts (rowid, {', '.join(FIELDS)}) VALUES (?{', ?' * len(FIELDS)})"


class Index:
    """An open index. Belongs to the thread that opened it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Open the index of a folder, or make it. `StoreError` where another program keeps it busy."""
        self.folder = folder
        self.beside: tuple[str, ...] = ()  # names of what lies beside sessions, and is none, when it was last looked
        # Another one after each `refresh` that found something changed, or changed by whoever shares the index: another
        # thread or program that was quicker leaves nothing to change.
        self.version = (0, 0)
        self._database = IndexDatabase(cache / f"{_key(folder)}.sqlite", _LAYOUT, _TABLES, _TEXTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file free."""
        self._database.close()

    @property
    def path(self) -> Path:
        """Its file."""
        return self._database.path

    @property
    def remark(self) -> str:
        """What is not as it should be, as a sentence; empty where all is well."""
        return self._database.remark

    @property
    def searchable(self) -> bool:
        """This Python's SQLite has full-text search."""
        return self._database.searchable

    # ---- keeping up ------------------------------------------------------------------------------------------------

    def refresh(self, progress: Progress | None = None) -> int:
        """Bring it up to date with the folder; how many entries changed.

        `progress` is told how many files were read, and of how many. `StoreError` where the folder cannot be read; the
        index then stays as it is.
        """
        while True:
            try:
                changed = self._refreshed(progress)
                (others,) = self._database.execute("PRAGMA data_version").fetchone()
                self.version = (self.version[0] + changed, others)
            except DAMAGE as error:
                # A full disk, a cache that vanished, an index cut in half: it is made anew, in the end in memory.
                self._database.replace(error)
            else:
                return changed

    def _refreshed(self, progress: Progress | None) -> int:
        gone, unread, appeared = self._compared()
        again = [name for name in self._broken() if name not in gone] if gone or appeared else []
        # What a file is that is no session by itself may hang on which files are beside it.
        unread |= {name: _look_of(os.path.join(os.fsencode(self.folder), name)) for name in again}  # noqa: PTH118 - bytes
        changed = len(gone)
        with self._database.transaction():
            for name in (*gone, *again):
                self._forget(name)
        done = 0
        for names, found in self._looked_into(sorted(unread)):
            with self._database.transaction():
                changed += self._take([(name, unread[name], one) for name, one in zip(names, found, strict=True)])
            done += len(names)
            if progress is not None:
                progress(done, len(unread))
        return changed

    def _broken(self) -> list[bytes]:
        return [
            name for (name,) in self._database.execute("SELECT name FROM files WHERE id NOT IN (SELECT id FROM wholes)")
        ]

    def _looked_into(self, unread: list[bytes]) -> Iterator[tuple[list[bytes], list[ScannedFile]]]:
        """What stands in these files, a lot at a time; where there are many, other processes read ahead."""
        lots = [unread[start : start + TOGETHER] for start in range(0, len(unread), TOGETHER)]
        many = min(MOST_HELPERS, os.cpu_count() or 1) if len(unread) >= WORTH_HELPERS else 0
        helpers: list[ScannerProcess] = []
        try:
            helpers += [ScannerProcess(self.folder) for _ in range(many)]
            for lot, helper in zip(lots, helpers, strict=False):
                helper.ask(lot)
            for number, lot in enumerate(lots):
                if not helpers:
                    yield lot, [scan_file(self.folder, name) for name in lot]
                    continue
                helper = helpers[number % many]
                found = helper.answer()
                if number + many < len(lots):
                    helper.ask(lots[number + many])
                yield lot, found
        finally:
            for helper in helpers:
                helper.close()

    def _take(self, read: list[tuple[bytes, bytes, ScannedFile]]) -> int:
        """Files that were read into the index; how many of them have another content than they had."""
        same, other = [], []
        for name, look, found in read:
            told = look if max(_LOOK.unpack(look)[1:]) <= found.seen - DOUBT else b""
            known = self._database.execute("SELECT id, digest FROM files WHERE name = ?", (name,)).fetchone()
            if known is not None and known[1] == found.digest:
                same.append((told, known[0]))
            else:
                other.append((name, told, found))
                if known is not None:
                    self._forget(name)
        (last,) = self._database.execute("SELECT max(id) FROM files").fetchone()
        new = list(enumerate(other, (last or 0) + 1))
        many = self._database.execute_many
        many("UPDATE files SET look = ? WHERE id = ?", same)
        many(_ADD_FILE, ((id, name, look, f.digest, f.order, f.account, f.card) for id, (name, look, f) in new))
        many(_ADD_WHOLE, ((id, found.whole) for id, (_, _, found) in new if found.whole))
        if self._database.searchable:
            many(_ADD_TEXTS, ((id, *found.texts) for id, (_, _, found) in new if found.texts))
        return len(other)

    def _forget(self, name: bytes) -> None:
        found = self._database.execute("SELECT id FROM files WHERE name = ?", (name,)).fetchone()
        if found is not None:
            if self._database.searchable:
                self._database.execute("DELETE FROM texts WHERE rowid = ?", found)
            self._database.execute("DELETE FROM wholes WHERE id = ?", found)
            self._database.execute("DELETE FROM files WHERE id = ?", found)

    def _compared(self) -> tuple[list[bytes], dict[bytes, bytes], bool]:
        """Files that are known and gone, how those look that have to be read, and whether any of these is a new one.

        Both sides are gone through in the order of names, so that of a hundred thousand little more than the names is
        in memory.
        """
        folder = os.path.join(os.fsencode(self.folder), b"")  # noqa: PTH118 - ends with what stands before a name
        names = iter(self._names())
        gone, unread = list[bytes](), dict[bytes, bytes]()
        appeared = False
        name = next(names, None)
        for known, look in self._database.execute("SELECT name, look FROM files ORDER BY name"):
            while name is not None and name < known:
                unread[name] = _look_of(folder + name)
                appeared = True
                name = next(names, None)
            if name != known:
                gone.append(known)
                continue
            now = _look_of(folder + known)
            if now != look:
                unread[known] = now
            name = next(names, None)
        while name is not None:
            unread[name] = _look_of(folder + name)
            appeared = True
            name = next(names, None)
        return gone, unread, appeared

    def _names(self) -> list[bytes]:
        """The names of all files that may be sessions, as the disk has them, in order."""
        try:
            names = contents.names(self.folder)
            self.beside = tuple(sorted(os.fsdecode(each) for each in names if b".toml." in each))
            return session_names(names)
        except FileNotFoundError as error:
            many = self.count()
            if not many:
                return []
            what = f"the folder is gone; {many} session{'s were' if many > 1 else ' was'} in it"
            raise StoreError(Fault(str(self.folder), what, "Is its drive connected?")) from error
        except OSError as error:
            do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
            raise StoreError(from_os_error(error, self.folder, do)) from error

    # ---- asking ----------------------------------------------------------------------------------------------------

    def count(self, *, broken: bool = False) -> int:
        """How many files there are, or how many of them cannot be read as sessions."""
        asked = "SELECT count(*) FROM files"
        if broken:
            asked = f"SELECT ({asked}) - (SELECT count(*) FROM wholes)"
        return next(self._found(asked, (), lambda row: int(row[0])))

    def cards(self, account: str | None = None) -> Iterator[SessionCard]:
        """A card a file, newest first; those of one account, or all."""
        of_account = "" if account is None else "WHERE account = ?"
        values = () if account is None else (name_key(account),)
        return self._found(f"SELECT card FROM files {of_account} {_BY_TIME}", values, lambda row: _CARDS.decode(row[0]))

    def accounts(self) -> tuple[str, ...]:
        """The name of every account once, as its newest session writes it."""
        asked = "SELECT card, max(started || name) FROM files WHERE account != '' GROUP BY account"
        return tuple(self._found(asked, (), lambda row: _CARDS.decode(row[0]).account))

    def left_out(self) -> Iterator[SessionCard]:
        """The cards of the files that are no session, newest first."""
        asked = f"SELECT card FROM files WHERE id NOT IN (SELECT id FROM wholes) {_BY_TIME}"
        return self._found(asked, (), lambda row: _CARDS.decode(row[0]))

    def sessions(self, account: str | None = None) -> Iterator[Session]:
        """The sound sessions, of one account or all, newest first, one at a time: many need no more room than one."""
        # What is sound has an account: where its session is gone from the index, that is damage, and no empty answer.
        of_account = "" if account is None else "AND account = ?"
        sound = f"WHERE (whole IS NOT NULL OR account <> '') {of_account}"
        asked = f"SELECT whole FROM files LEFT JOIN wholes USING (id) {sound} {_BY_TIME}"
        return self._found(asked, () if account is None else (name_key(account),), _session)

    def rows(self, account: str | None = None) -> Iterator[SessionFile]:
        """The files as rows, sound and broken, newest first; those of one account, or all."""
        of_account = "" if account is None else "WHERE account = ?"
        asked = f"SELECT name, card, whole FROM files LEFT JOIN wholes USING (id) {of_account} {_BY_TIME}"
        return self._found(asked, () if account is None else (name_key(account),), self._row)

    def row(self, card: SessionCard) -> SessionFile | None:
        """The file of a card, as it was read; None where it is gone."""
        return self._named(card.file)

    def row_named(self, name: str) -> SessionFile | None:
        """The file of the session of this id; None where there is none."""
        return self._named(os.fsencode(f"{name}.toml"))

    def _named(self, file: bytes) -> SessionFile | None:
        asked = "SELECT name, card, whole FROM files LEFT JOIN wholes USING (id) WHERE name = ?"
        return next(self._found(asked, (file,), self._row), None)

    def matching(self, query: str, limit: int) -> Iterator[tuple[float, Session]]:
        """Sessions that match a full-text query, the best first, each with its score (more is better)."""
        asked = (
            "SELECT score, whole FROM (SELECT rowid AS place,"
            f" -bm25(texts, {_WEIGHTS}) AS score FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT {NEWEST})"
            " JOIN files ON files.id = place LEFT JOIN wholes USING (id)"
            " ORDER BY score DESC, started DESC, name DESC LIMIT ?"
        )
        return self._found(asked, (query, limit), lambda row: (row[0], _SESSIONS.decode(row[1])))

    def matching_cards(self, query: str) -> Iterator[SessionCard]:
        """The cards of the sessions that match a full-text query, newest first."""
        asked = f"SELECT card FROM files WHERE id IN (SELECT rowid FROM texts WHERE texts MATCH ?) {_BY_TIME}"
        return self._found(asked, (query,), lambda row: _CARDS.decode(row[0]))

    def _row(self, found: tuple[bytes, bytes, bytes | None]) -> SessionFile:
        path = self.folder / os.fsdecode(found[0])
        if found[2]:
            return SessionFile(path, _SESSIONS.decode(found[2]))
        card = _CARDS.decode(found[1])
        if card.fault is None and not card.merge:
            raise ValueError("the session of a sound file is gone from the index")
        return SessionFile(path, None, card.fault, card.merge)

    def _found(self, asked: str, values: tuple[Any, ...], made: Callable[[Any], T]) -> Iterator[T]:
        """What the index answers; where it is damaged in the middle of that, it is made anew and goes on there."""
        given = 0
        while True:
            try:
                for at, row in enumerate(self._database.execute(asked, values)):
                    if at >= given:
                        one = made(row)
                        given += 1
                        yield one
                return
            except DAMAGE as error:
                self._database.replace(error)
                self.refresh()


def drop(folder: Path, cache: Path) -> None:
    """Take a folder's index away: what was deleted in a database may stand in its file still. It is made anew when it
    is asked for. OSError.
    """
    for kind in ("", "-plain"):
        for end in ("", "-wal", "-shm", "-journal"):
            (cache / f"{_key(folder)}{kind}.sqlite{end}").unlink(missing_ok=True)


def _look_of(path: bytes) -> bytes:
    try:
        look = os.stat(path)  # noqa: PTH116 - in bytes, and ten thousand of them
    except OSError:  # a link that leads nowhere, or in a circle: reading it says which
        return _GONE
    return _LOOK.pack(look.st_size, look.st_mtime_ns & _MOST, look.st_ctime_ns & _MOST)


def _key(folder: Path) -> str:
    return hashlib.blake2s(os.fsencode(os.path.realpath(folder)), digest_size=16).hexdigest()


def _session(row: tuple[bytes]) -> Session:
    return _SESSIONS.decode(row[0])


_LAYOUT = int.from_bytes(hashlib.blake2s(f"{LAYOUT} {__version__}".encode(), digest_size=3).digest(), "big") + 1
_CARDS = msgspec.msgpack.Decoder(SessionCard)
_SESSIONS = msgspec.msgpack.Decoder(Session)
