"""The index: an SQLite file in the user's cache, one for each folder of sessions.

It is rebuilt where it is damaged. A session file is read again when its size or one of its times
differs from the recorded ones. It is also read again when it was written at nearly the moment it
was read: it may have changed since with the same time. One full-text row for each session keeps
building quick; other processes read in parallel where many files are unread.
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
from session_tui.index.database import DAMAGE, IndexDatabase, sealed, unsealed
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

# Version of the tables; another one, or another version of the program, rebuilds the index.
LAYOUT = 7
# Nanoseconds: two changes within this time may have the same timestamp (FAT has steps of 2 s).
DOUBT = 2_000_000_000
# Files in a transaction: a limit on the loss in a crash, and on the wait of other programs.
TOGETHER = 250
WORTH_HELPERS = 1_000  # unread files from which on other processes are started
MOST_HELPERS = 4
NEWEST = 2_000  # at most so many matching sessions are ranked, the newest ones
# The weight of each of FIELDS in the ranking.
_WEIGHTS = ", ".join(map(str, (6.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0)))
_STAT = struct.Struct("=QQQ")  # size, mtime and ctime, the times in nanoseconds
_UINT64 = 2**64 - 1  # a time may be before 1970, or larger than 64 bits
_NO_STAT = _STAT.pack(0, 0, 0)  # of a file that cannot be examined

_BY_TIME = "ORDER BY started DESC, name DESC"
# Every start reads `files` alone; the packed sessions in `wholes` are ten times as large. A file
# that is not a session has no row there. `look` (see `_STAT`) is empty where the file has to be
# read again. `card` and `whole` are `sealed`.
_TABLES = (
    """CREATE TABLE files (id INTEGER PRIMARY KEY, name BLOB UNIQUE, look BLOB, digest BLOB, started TEXT, account TEXT,
    card BLOB, complete INTEGER)""",
    "CREATE TABLE wholes (id INTEGER PRIMARY KEY, whole BLOB)",
    "CREATE INDEX by_time ON files (started DESC, name DESC)",
    "CREATE INDEX by_account ON files (account)",
)
_TEXTS = f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize = 'unicode61')"
_ADD_FILE = (
    "INSERT INTO files (id, name, look, digest, started, account, card, complete) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD_WHOLE = "INSERT INTO wholes (id, whole) VALUES (?, ?)"
_ADD_TEXTS = f"INSERT INTO texts (rowid, {', '.join(FIELDS)}) VALUES (?{', ?' * len(FIELDS)})"


class Index:
    """An open index. Belongs to the thread that opened it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Open or create the index of a folder.

        Raises `StoreError` where another program keeps it locked.
        """
        self.folder = folder
        # Names of other files beside the sessions, as of the last `refresh`.
        self.beside: tuple[str, ...] = ()
        # Differs after each `refresh` that changed something. The second number is SQLite's
        # `data_version`: it changes when another thread or program has updated the index first.
        self.version = (0, 0)
        self._database = IndexDatabase(cache / f"{_key(folder)}.sqlite", _LAYOUT, _TABLES, _TEXTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def path(self) -> Path:
        """The file on disk; it does not exist while the index is in memory."""
        return self._database.path

    @property
    def remark(self) -> str:
        """A sentence on why the index is in memory; empty where it is on disk."""
        return self._database.remark

    @property
    def searchable(self) -> bool:
        """This Python's SQLite has full-text search."""
        return self._database.searchable

    # ---- updating -------------------------------------------------------------------------------

    def refresh(self, progress: Progress | None = None) -> int:
        """Update the index from the folder; return how many entries changed.

        `progress` receives the number of files read and the number to read. Raises `StoreError`
        where the folder cannot be read; the index then stays as it is.
        """
        while True:
            try:
                changed = self._refresh_once(progress)
                (others,) = self._database.execute("PRAGMA data_version").fetchone()
                self.version = (self.version[0] + changed, others)
            except DAMAGE as error:
                # A full disk, a deleted cache, a truncated file: start again, the second time in
                # memory.
                self._database.replace(error)
            else:
                return changed

    def _refresh_once(self, progress: Progress | None) -> int:
        removed, unread, appeared = self._compared()
        again = [name for name in self._broken() if name not in removed] if removed or appeared else []
        # Whether a file that is not a session is a conflicting version depends on the files beside
        # it.
        unread |= {name: _stat_of(os.path.join(os.fsencode(self.folder), name)) for name in again}  # noqa: PTH118 - bytes
        changed = len(removed)
        with self._database.transaction():
            for name in (*removed, *again):
                self._delete(name)
        done = 0
        for names, scanned in self._scan(sorted(unread)):
            with self._database.transaction():
                changed += self._take([(name, unread[name], one) for name, one in zip(names, scanned, strict=True)])
            done += len(names)
            if progress is not None:
                progress(done, len(unread))
        return changed

    def _broken(self) -> list[bytes]:
        return [
            name for (name,) in self._database.execute("SELECT name FROM files WHERE id NOT IN (SELECT id FROM wholes)")
        ]

    def _scan(self, unread: list[bytes]) -> Iterator[tuple[list[bytes], list[ScannedFile]]]:
        """Read these files in batches.

        Where there are many, other processes read the next batches meanwhile.
        """
        batches = [unread[start : start + TOGETHER] for start in range(0, len(unread), TOGETHER)]
        count = min(MOST_HELPERS, os.cpu_count() or 1) if len(unread) >= WORTH_HELPERS else 0
        processes: list[ScannerProcess] = []
        try:
            processes += [ScannerProcess(self.folder) for _ in range(count)]
            for batch, process in zip(batches, processes, strict=False):
                process.start(batch)
            for number, batch in enumerate(batches):
                if not processes:
                    yield batch, [scan_file(self.folder, name) for name in batch]
                    continue
                process = processes[number % count]
                scanned = process.result()
                if number + count < len(batches):
                    process.start(batches[number + count])
                yield batch, scanned
        finally:
            for process in processes:
                process.close()

    def _take(self, read: list[tuple[bytes, bytes, ScannedFile]]) -> int:
        """Store (name, stat, file) in the index; return the number of files with new content."""
        same, other = [], []
        for name, look, scanned in read:
            recorded = look if max(_STAT.unpack(look)[1:]) <= scanned.seen - DOUBT else b""
            known = self._database.execute("SELECT id, digest FROM files WHERE name = ?", (name,)).fetchone()
            if known is not None and known[1] == scanned.digest:
                same.append((recorded, known[0]))
            else:
                other.append((name, recorded, scanned))
                if known is not None:
                    self._delete(name)
        (last,) = self._database.execute("SELECT max(id) FROM files").fetchone()
        new = list(enumerate(other, (last or 0) + 1))
        execute = self._database.execute_many
        execute("UPDATE files SET look = ? WHERE id = ?", same)
        rows = (
            (id, name, look, f.digest, f.order, f.account, sealed(f.card), f.complete) for id, (name, look, f) in new
        )
        execute(_ADD_FILE, rows)
        execute(_ADD_WHOLE, ((id, sealed(scanned.whole)) for id, (_, _, scanned) in new if scanned.whole))
        if self._database.searchable:
            execute(_ADD_TEXTS, ((id, *scanned.texts) for id, (_, _, scanned) in new if scanned.texts))
        return len(other)

    def _delete(self, name: bytes) -> None:
        row = self._database.execute("SELECT id FROM files WHERE name = ?", (name,)).fetchone()
        if row is not None:
            if self._database.searchable:
                self._database.execute("DELETE FROM texts WHERE rowid = ?", row)
            self._database.execute("DELETE FROM wholes WHERE id = ?", row)
            self._database.execute("DELETE FROM files WHERE id = ?", row)

    def _compared(self) -> tuple[list[bytes], dict[bytes, bytes], bool]:
        """The removed files, the stat of each file to read, and whether one of these is new.

        Folder and index are walked together in the order of names: of a hundred thousand files
        little more than the names is in memory.
        """
        folder = os.path.join(os.fsencode(self.folder), b"")  # noqa: PTH118 - ends with the separator
        names = iter(self._names())
        removed, unread = list[bytes](), dict[bytes, bytes]()
        appeared = False
        name = next(names, None)
        for known, look in self._database.execute("SELECT name, look FROM files ORDER BY name"):
            while name is not None and name < known:
                unread[name] = _stat_of(folder + name)
                appeared = True
                name = next(names, None)
            if name != known:
                removed.append(known)
                continue
            now = _stat_of(folder + known)
            if now != look:
                unread[known] = now
            name = next(names, None)
        while name is not None:
            unread[name] = _stat_of(folder + name)
            appeared = True
            name = next(names, None)
        return removed, unread, appeared

    def _names(self) -> list[bytes]:
        """The sorted names of all files that may be sessions, as on disk."""
        try:
            names = contents.names(self.folder)
            self.beside = tuple(sorted(os.fsdecode(each) for each in names if b".toml." in each))
            return session_names(names)
        except FileNotFoundError as error:
            count = self.count()
            if not count:
                return []
            what = f"the folder is gone; {count} session{'s were' if count > 1 else ' was'} in it"
            raise StoreError(Fault(str(self.folder), what, "Is its drive connected?")) from error
        except OSError as error:
            do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
            raise StoreError(from_os_error(error, self.folder, do)) from error

    # ---- queries --------------------------------------------------------------------------------

    def count(self, *, broken: bool = False) -> int:
        """The number of files; with `broken`, of those that are no sessions."""
        statement = "SELECT count(*) FROM files"
        if broken:
            statement = f"SELECT ({statement}) - (SELECT count(*) FROM wholes)"
        return next(self._query(statement, (), lambda row: int(row[0])))

    def cards(self, account: str | None = None) -> Iterator[SessionCard]:
        """A card for each file, newest first, of one account or all."""
        of_account = "" if account is None else "WHERE account = ?"
        values = () if account is None else (name_key(account),)
        return self._query(f"SELECT card FROM files {of_account} {_BY_TIME}", values, lambda row: _card(row[0]))

    def accounts(self) -> tuple[str, ...]:
        """The name of every account, once, as its newest session writes it."""
        statement = "SELECT card, max(started || name) FROM files WHERE account != '' GROUP BY account"
        return tuple(self._query(statement, (), lambda row: _card(row[0]).account))

    def left_out(self) -> Iterator[SessionCard]:
        """The cards of the files that are no sessions, newest first."""
        statement = f"SELECT card FROM files WHERE id NOT IN (SELECT id FROM wholes) {_BY_TIME}"
        return self._query(statement, (), lambda row: _card(row[0]))

    def sessions(self, account: str | None = None) -> Iterator[Session]:
        """The readable sessions, newest first, of one account or all.

        Only one at a time is in memory.
        """
        # A readable session has an account. Where its packed session is missing the index is
        # damaged: the query then returns NULL, and decoding it fails, instead of leaving the
        # session out.
        of_account = "" if account is None else "AND account = ?"
        sound = f"WHERE (whole IS NOT NULL OR account <> '') {of_account}"
        statement = f"SELECT whole FROM files LEFT JOIN wholes USING (id) {sound} {_BY_TIME}"
        return self._query(statement, () if account is None else (name_key(account),), lambda row: _session(row[0]))

    def rows(self, account: str | None = None) -> Iterator[SessionFile]:
        """The files, readable and broken, newest first, of one account or all."""
        of_account = "" if account is None else "WHERE account = ?"
        statement = f"SELECT name, card, whole FROM files LEFT JOIN wholes USING (id) {of_account} {_BY_TIME}"
        return self._query(statement, () if account is None else (name_key(account),), self._row)

    def row(self, card: SessionCard) -> SessionFile | None:
        """The file of a card, as it was read; None where it was removed."""
        return self._named(card.file)

    def row_named(self, name: str) -> SessionFile | None:
        """The file of the session of this id; None where there is none."""
        return self._named(os.fsencode(f"{name}.toml"))

    def _named(self, file: bytes) -> SessionFile | None:
        statement = "SELECT name, card, whole FROM files LEFT JOIN wholes USING (id) WHERE name = ?"
        return next(self._query(statement, (file,), self._row), None)

    def complete(self) -> Iterator[tuple[str, bytes]]:
        """The file name and the packed tables of each session of which these say all: no comment,
        no unknown key (`session_file.unpacked`).
        """
        statement = "SELECT name, whole FROM files JOIN wholes USING (id) WHERE complete"
        return self._query(statement, (), lambda row: (os.fsdecode(row[0]), unsealed(row[1])))

    def matching(self, query: str, limit: int) -> Iterator[tuple[float, Session]]:
        """Sessions that match a full-text query, with a score, the best first (highest score)."""
        statement = (
            "SELECT score, whole FROM (SELECT rowid AS place,"
            f" -bm25(texts, {_WEIGHTS}) AS score FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT {NEWEST})"
            " JOIN files ON files.id = place LEFT JOIN wholes USING (id)"
            " ORDER BY score DESC, started DESC, name DESC LIMIT ?"
        )
        return self._query(statement, (query, limit), lambda row: (row[0], _session(row[1])))

    def matching_cards(self, query: str) -> Iterator[SessionCard]:
        """The cards of the sessions that match a full-text query, newest first."""
        statement = f"SELECT card FROM files WHERE id IN (SELECT rowid FROM texts WHERE texts MATCH ?) {_BY_TIME}"
        return self._query(statement, (query,), lambda row: _card(row[0]))

    def _row(self, values: tuple[bytes, bytes, bytes | None]) -> SessionFile:
        path = self.folder / os.fsdecode(values[0])
        if values[2] is not None:
            return SessionFile(path, _session(values[2]))
        card = _card(values[1])
        if card.fault is None and not card.merge:
            raise ValueError("the session of a sound file is gone from the index")
        return SessionFile(path, None, card.fault, card.merge)

    def _query(self, statement: str, values: tuple[Any, ...], decode: Callable[[Any], T]) -> Iterator[T]:
        """The rows of a query, decoded by `decode`.

        After damage the index is rebuilt, and the rows go on there.
        """
        given = 0
        while True:
            try:
                for at, row in enumerate(self._database.execute(statement, values)):
                    if at >= given:
                        one = decode(row)
                        given += 1
                        yield one
                return
            except DAMAGE as error:
                self._database.replace(error)
                self.refresh()


def drop(folder: Path, cache: Path) -> None:
    """Delete a folder's index, whose file may still contain deleted rows; raises `OSError`.

    The next use rebuilds it.
    """
    for kind in ("", "-plain"):
        for end in ("", "-wal", "-shm", "-journal"):
            (cache / f"{_key(folder)}{kind}.sqlite{end}").unlink(missing_ok=True)


def _stat_of(path: bytes) -> bytes:
    try:
        look = os.stat(path)  # noqa: PTH116 - in bytes, and ten thousand of them
    except OSError:  # a broken or circular link: reading the file reports which
        return _NO_STAT
    return _STAT.pack(look.st_size, look.st_mtime_ns & _UINT64, look.st_ctime_ns & _UINT64)


def _key(folder: Path) -> str:
    return hashlib.blake2s(os.fsencode(os.path.realpath(folder)), digest_size=16).hexdigest()


def _card(stored: bytes) -> SessionCard:
    return _CARDS.decode(unsealed(stored))


def _session(stored: bytes) -> Session:
    return _SESSIONS.decode(unsealed(stored))


_LAYOUT = int.from_bytes(hashlib.blake2s(f"{LAYOUT} {__version__}".encode(), digest_size=3).digest(), "big") + 1
_CARDS = msgspec.msgpack.Decoder(SessionCard)
_SESSIONS = msgspec.msgpack.Decoder(Session)
