"""What the ledgers of sync keep of a person who is forgotten.

Of a session that is still there, a ledger has the version that was agreed on last: the next sync
replaces it by the one with the mark. Of a removed session nothing comes after it, so it is deleted
here; sync then finds the session removed on both sides, and does nothing.
"""

import contextlib
import sqlite3
import zlib
from pathlib import Path

from session_tui.model.person_names import Name
from session_tui.outbox.synced_folder import FOLDER

# What sync laid beside a file is laid there again, as long as both sides differ.
_PLACES = (
    ("SELECT id, body FROM agreed WHERE removed = 1", "DELETE FROM agreed WHERE id = ?"),
    ("SELECT id, body FROM conflicts", "DELETE FROM conflicts WHERE id = ?"),
)
_LOCKED = 10.0  # seconds to wait for a running sync


def forget_in_ledgers(state: Path, name: Name) -> bool:
    """Delete from every ledger the removed sessions that say this name; whether all could be
    looked into.
    """
    whole = True
    for path in sorted((state / FOLDER).glob("*.db")):
        try:
            with contextlib.closing(sqlite3.connect(path, timeout=_LOCKED, isolation_level=None)) as ledger:
                ledger.execute("PRAGMA secure_delete = ON")
                for rows, deletion in _PLACES:
                    found = [(session,) for session, body in ledger.execute(rows).fetchall() if _says(body, name)]
                    if found:
                        ledger.executemany(deletion, found)
                        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            whole = False
    return whole


def _says(body: object, name: Name) -> bool:
    if not isinstance(body, bytes):
        return True
    try:
        return name.in_(zlib.decompress(body).decode("utf-8", "replace"))
    except zlib.error:
        return True
