"""The ledger on disk: what this folder of sessions and one server agreed on, at one detail.

It is an SQLite file in the state folder, for its owner alone. One that is lost or damaged costs
nothing: sync then compares contents, and takes nothing for removed.
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from session_tui.index.database import DAMAGE, IndexDatabase
from session_tui.model.sync.content import Content, digest, encoded
from session_tui.model.sync.ledger import Agreed
from session_tui.model.sync.losses import Losses

T = TypeVar("T")

_LAYOUT = 1
_TABLES = (
    "CREATE TABLE agreed (id TEXT PRIMARY KEY, revision TEXT, known TEXT, content TEXT, removed INTEGER, body BLOB)",
    "CREATE TABLE files (id TEXT PRIMARY KEY, look BLOB, content TEXT)",
    "CREATE TABLE hidden (id TEXT PRIMARY KEY, content TEXT)",
    "CREATE TABLE conflicts (id TEXT PRIMARY KEY, revision TEXT, name TEXT, bytes TEXT, body BLOB)",
    "CREATE TABLE moves (at REAL)",
)
# Tables that came later: programs of before do not know them, and lose nothing by it.
_LATER_TABLES = ("CREATE TABLE IF NOT EXISTS remarks (name TEXT PRIMARY KEY, value TEXT)",)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_PUT_BACK = "put back"
_WEEK = timedelta(days=7)  # so long losses are added up
# Behind a session's id in `conflicts`: the row of its losses. In a table of its own a program of
# before would leave the name of a forgotten person there; in this one it looks at every row.
_LOSSES = " losses"
UNREADABLE = (*DAMAGE, zlib.error, KeyError)  # errors of a row that is damaged


class AgreedRow(Struct, frozen=True):
    """What is agreed of a session, without its content: revision, content digest, and whether it
    is removed.
    """

    revision: str
    content: str
    removed: bool


class ConflictRow(Struct, frozen=True):
    """A version of the server that was laid beside a session's file because a user has to decide.

    `name` is that file's name and `bytes` the digest of what was written there; `content` is the
    server's content at `revision`.
    """

    revision: str
    name: str
    bytes: str
    content: Content


class LedgerFile:
    """An open ledger; belongs to the thread that opened it. `remark` says why it is not on disk.

    What is remembered is written by `flush`, all at once: where the program ends before, the next
    sync finds it again.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file. `StoreError` where another program keeps it locked."""
        self._database = IndexDatabase(path, _LAYOUT, (*_TABLES, *_LATER_TABLES), "")
        try:
            for statement in _LATER_TABLES:
                self._database.execute(statement)
        except DAMAGE as error:
            self._database.replace(error)
        self._pending: dict[str, Agreed] = {}

    @property
    def remark(self) -> str:
        """Why the ledger is not kept on disk; empty where it is."""
        return (
            self._database.remark
            and "What was agreed with the server cannot be kept on disk; sessions are compared anew."
        )

    def close(self) -> None:
        """Close the file. What was not written is found again by the next sync."""
        self._database.close()

    # ---- what was agreed ------------------------------------------------------------------------

    def rows(self) -> dict[str, AgreedRow]:
        """What is agreed of every session, without the contents."""
        query = "SELECT id, revision, content, removed FROM agreed"
        found = self._rows(query, lambda row: (str(row[0]), AgreedRow(str(row[1]), str(row[2]), bool(row[3]))))
        return dict(found)

    def agreed(self, session: str) -> Agreed | None:
        """What is agreed of a session; None where nothing is, or where it cannot be read."""
        if session in self._pending:
            return self._pending[session]
        query = "SELECT revision, known, removed, body, content FROM agreed WHERE id = ?"

        def read(row: tuple[str, str, int, bytes, str]) -> Agreed:
            content = unpacked(row[3])
            if digest(content) != row[4] or content.id != session:
                raise ValueError("the content is not what its digest says")
            return Agreed(row[0], content, tuple(row[1].split()), bool(row[2]))

        return next(iter(self._rows(query, read, session)), None)

    def remember(self, session: str, agreed: Agreed) -> None:
        """Remember what was agreed; on disk with the next `flush`."""
        self._pending[session] = agreed

    def flush(self) -> None:
        """Write what is remembered."""
        if not self._pending:
            return
        rows = [
            (key, each.revision, " ".join(each.known), digest(each.content), int(each.removed), packed(each.content))
            for key, each in self._pending.items()
        ]
        self._pending = {}
        self._write("INSERT OR REPLACE INTO agreed VALUES (?, ?, ?, ?, ?, ?)", rows)

    # ---- what the files were when they were last looked at --------------------------------------

    def looks(self) -> dict[str, tuple[bytes, str]]:
        """Of each file its `stat`, packed, and its content digest."""
        return dict(
            self._rows("SELECT id, look, content FROM files", lambda row: (str(row[0]), (bytes(row[1]), str(row[2]))))
        )

    def keep_looks(self, looks: dict[str, tuple[bytes, str]]) -> None:
        """Store the `stat` and the content digest of files."""
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [(key, *each) for key, each in looks.items()])

    # ---- what waits -----------------------------------------------------------------------------

    def hidden(self) -> dict[str, str]:
        """The sessions that the user may not see at the server, with the content digest that
        their file had then.
        """
        return dict(self._rows("SELECT id, content FROM hidden", lambda row: (str(row[0]), str(row[1]))))

    def hide(self, session: str, content: str) -> None:
        """Remember that a session is not shown by the server."""
        self._write("INSERT OR REPLACE INTO hidden VALUES (?, ?)", [(session, content)])

    def show(self, session: str) -> None:
        """Forget that a session was not shown."""
        self._write("DELETE FROM hidden WHERE id = ?", [(session,)])

    def conflict(self, session: str) -> ConflictRow | None:
        """The version of the server that was laid beside this session's file."""
        query = "SELECT revision, name, bytes, body FROM conflicts WHERE id = ?"
        found = self._rows(query, lambda row: ConflictRow(row[0], row[1], row[2], unpacked(row[3])), session)
        return found[0] if found else None

    def keep_conflict(self, session: str, row: ConflictRow) -> None:
        """Remember that a version was laid beside a session's file."""
        values = (session, row.revision, row.name, row.bytes, packed(row.content))
        self._write("INSERT OR REPLACE INTO conflicts VALUES (?, ?, ?, ?, ?)", [values])

    def end_conflict(self, session: str) -> None:
        """Forget the version beside a session's file."""
        self._write("DELETE FROM conflicts WHERE id = ?", [(session,)])

    def losses(self, session: str, now: datetime) -> Losses | None:
        """What versions of others took away from a session in the last week."""

        def read(row: tuple[str, str, bytes]) -> Losses:
            shares = {key: share for key, (share, _) in _recent_shares(row[1], now).items()}
            return Losses(unpacked(row[2]), row[0], shares)

        query = "SELECT revision, bytes, body FROM conflicts WHERE id = ?"
        found = next(iter(self._rows(query, read, session + _LOSSES)), None)
        return found if found is not None and found.shares else None

    def keep_losses(self, session: str, losses: Losses | None, now: datetime) -> None:
        """Keep what was taken away from a session; None: nothing."""
        name = session + _LOSSES
        if losses is None:
            self._write("DELETE FROM conflicts WHERE id = ?", [(name,)])
            return
        query = "SELECT bytes FROM conflicts WHERE id = ?"
        before = next(iter(self._rows(query, lambda row: _recent_shares(row[0], now), name)), {})
        shares = {
            key: (share, before[key][1] if key in before and before[key][0] >= share else now.timestamp())
            for key, share in losses.shares.items()
        }
        # Their last moment stands in the place of the name, so that they can be found by it.
        last = str(max(at for _, at in shares.values()))
        values = (name, losses.counted, last, msgspec.json.encode(shares).decode(), packed(losses.earlier))
        self._write("INSERT OR REPLACE INTO conflicts VALUES (?, ?, ?, ?, ?)", [values])

    def sweep_losses(self, now: datetime) -> None:
        """Forget losses of which the last is not of the last week."""
        statement = "DELETE FROM conflicts WHERE id LIKE ? AND CAST(name AS REAL) NOT BETWEEN ? AND ?"
        self._write(statement, [(f"%{_LOSSES}", *_span(now, _WEEK))])

    def moves(self, now: datetime) -> int:
        """How many files were moved to the removed ones in the last hour."""
        query = "SELECT count(*) FROM moves WHERE at BETWEEN ? AND ?"
        return next(iter(self._rows(query, lambda row: int(row[0]), *_span(now, _HOUR))), 0)

    def moved(self, now: datetime) -> None:
        """Remember that a file was moved to the removed ones."""
        self._write("DELETE FROM moves WHERE at NOT BETWEEN ? AND ?", [_span(now, _HOUR)])
        self._write("INSERT INTO moves VALUES (?)", [(now.timestamp(),)])

    # ---- the server -----------------------------------------------------------------------------

    def put_back(self, now: datetime) -> datetime | None:
        """When it was found that the server had been put back to an earlier state, or is another
        one; None where that was not within the last day.
        """
        query = "SELECT value FROM remarks WHERE name = ?"
        found = next(iter(self._rows(query, lambda row: datetime.fromisoformat(row[0]), _PUT_BACK)), None)
        return found if found is not None and _is_in(_span(now, _DAY), found.timestamp()) else None

    def found_put_back(self, now: datetime) -> None:
        """Remember that the server was put back to an earlier state, or is another one."""
        self._write("INSERT OR REPLACE INTO remarks VALUES (?, ?)", [(_PUT_BACK, now.isoformat())])

    # ---- the file -------------------------------------------------------------------------------

    def _rows(self, query: str, read: Callable[..., T], *values: object) -> list[T]:
        try:
            return [read(row) for row in self._database.execute(query, values)]
        except UNREADABLE as error:
            self._database.replace(error)
            return []

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            with self._database.transaction():
                self._database.execute_many(statement, rows)
        except DAMAGE as error:
            self._database.replace(error)


def _span(now: datetime, length: timedelta) -> tuple[float, float]:
    """The first and the last moment that count. What has a later one was noted under a wrong
    clock: it counts as too long ago does.
    """
    return (now - length).timestamp(), now.timestamp()


def _is_in(span: tuple[float, float], at: float) -> bool:
    return span[0] <= at <= span[1]


def _recent_shares(text: str, now: datetime) -> dict[str, tuple[float, float]]:
    """Of each entry how much went of it in the last week, and when last."""
    found, span = msgspec.json.decode(text, type=dict[str, tuple[float, float]]), _span(now, _WEEK)
    return {key: each for key, each in found.items() if _is_in(span, each[1])}


def packed(content: Content) -> bytes:
    """A content as the ledger keeps it."""
    return zlib.compress(encoded(content), 1)


def unpacked(body: bytes) -> Content:
    """A content that the ledger keeps; an error of `UNREADABLE` where it is none."""
    found = msgspec.json.decode(zlib.decompress(body))
    return Content(found["detail"], found["session"])
