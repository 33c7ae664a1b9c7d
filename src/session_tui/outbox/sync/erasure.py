"""What the ledgers of sync keep of a person who is forgotten.

Of a session that is still there, a ledger has the version that was agreed on last: the mark is put
there too, and the next sync brings the file's to the server. Of a removed session nothing comes
after it, so it is deleted here; sync then finds the session removed on both sides, and does
nothing.
"""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.person_names import Name
from session_tui.model.person_removal import without
from session_tui.model.sync.content import Content, content_of_tables, digest, encoded
from session_tui.model.sync.ledger import Agreed, agreed_without
from session_tui.outbox.sync.ledger_file import UNREADABLE, packed, unpacked
from session_tui.outbox.synced_folder import FOLDER
from session_tui.store import locking

_LOCKED = 10.0  # seconds to wait for a running sync

Mark = Callable[[], str]


def forget_in_ledgers(state: Path, name: Name, mark: Mark, account: str = "") -> bool:
    """Put the mark in the place of this name in every ledger, of all sessions or of those on an
    account; whether all could be looked into. `mark` is called where the name is found.
    """
    whole = True
    for path in sorted((state / FOLDER).glob("*.db")):
        try:
            with contextlib.ExitStack() as locks:
                for lock in sorted((state / FOLDER).glob("*.lock")):  # a sync that runs has the name in memory
                    locks.callback(locking.acquired(lock, _LOCKED).release)
                with contextlib.closing(sqlite3.connect(path, timeout=_LOCKED, isolation_level=None)) as ledger:
                    ledger.execute("PRAGMA secure_delete = ON")
                    _forget(ledger, name, mark, name_key(account))
                    # What was deleted before may say the name too: SQLite may have left it there.
                    ledger.execute("VACUUM")
                    ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, OSError):
            whole = False
    return whole


def _forget(ledger: sqlite3.Connection, name: Name, mark: Mark, account: str) -> None:
    # What sync laid beside a file is laid there again, as long as both sides differ.
    conflicts = [
        session for session, body in ledger.execute("SELECT id, body FROM conflicts") if _says(body, name, account)
    ]
    rows = "SELECT id, revision, known, removed, body FROM agreed"
    found = [row for row in ledger.execute(rows) if _says(row[4], name, account)]
    for session, revision, known, removed, body in found:
        content = None if removed else _without(body, name, mark())
        if content is None:
            ledger.execute("DELETE FROM agreed WHERE id = ?", (session,))
            continue
        after = agreed_without(Agreed(revision, content, tuple(known.split())), content)
        values = (after.revision, " ".join(after.known), digest(content), packed(content), session)
        ledger.execute("UPDATE agreed SET revision = ?, known = ?, content = ?, body = ? WHERE id = ?", values)
    ledger.executemany("DELETE FROM conflicts WHERE id = ?", [(session,) for session in conflicts])


def _says(body: bytes, name: Name, account: str) -> bool:
    """Whether a content says the name, on this account; true where it cannot be read."""
    try:
        content = unpacked(body)
        return account in ("", name_key(str(content.session.get("account", "")))) and name.in_(
            encoded(content).decode()
        )
    except UNREADABLE:
        return True


def _without(body: bytes, name: Name, mark: str) -> Content | None:
    try:
        content = unpacked(body)
        found = content_of_tables(without(content.session, name, mark), content.detail)
    except UNREADABLE:
        return None
    return None if isinstance(found, Fault) else found
