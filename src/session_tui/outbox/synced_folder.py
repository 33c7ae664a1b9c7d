"""Where the ledger of a synced folder lies, whether the folder goes to a server by itself, and
which removals the server has not had yet.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import get_args

from session_tui.model.configuration import Endpoint
from session_tui.model.vocabulary import Detail
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths

FOLDER = "sync"


def path_of(state: Path, folder: Path, endpoint: str, detail: Detail) -> Path:
    """The file of the ledger for a folder of sessions, an endpoint's name and a detail.

    A server that moves to another address keeps its ledger. That of another server does no harm:
    only a revision that the server's chain contains is ever a base.
    """
    words = "\n".join((endpoint, detail, os.path.realpath(folder)))
    return (
        state / FOLDER / f"{hashlib.blake2s(words.encode('utf-8', 'surrogateescape'), digest_size=16).hexdigest()}.db"
    )


def is_for(places: Paths, endpoint: Endpoint) -> bool:
    """Whether the folder of sessions goes to this server by itself: the configuration names it or
    lies beside it, it is the user's own, or it was brought there before.
    """
    folder, config = places.sessions, places.config
    if folder.source in ("configuration", "own"):
        return True
    if config is not None and config.path.absolute().parent == folder.path.absolute().parent:
        return True
    return bool(_ledgers(places, endpoint))


def unsent_removals(places: Paths, sessions: frozenset[str]) -> frozenset[str]:
    """Of these removed sessions those whose removal a server of the folder has not had yet; all
    where that cannot be known.

    Until then their files are what says that they were removed: without them the sessions would
    come back from that server.
    """
    if places.unread or places.faults:  # an endpoint may be in what could not be read
        return sessions
    import sqlite3

    found: set[str] = set()
    try:
        for each in places.configuration.endpoints:
            if not each.sync:
                continue
            if ledgers := _ledgers(places, each):
                address = f"{ledgers[-1].absolute().as_uri()}?mode=ro"
                with contextlib.closing(sqlite3.connect(address, uri=True)) as ledger:
                    rows = ledger.execute("SELECT id, removed FROM agreed").fetchall()
                if not rows:  # made anew, and no sync has come to its end since
                    return sessions
                found |= {session for session, removed in rows if not removed}
            elif is_for(places, each):
                return sessions
    except (StoreError, OSError, sqlite3.Error):
        return sessions
    return sessions & found


def _ledgers(places: Paths, endpoint: Endpoint) -> list[Path]:
    """The ledgers of the folder with this server, the one that was used last at the end."""
    details: tuple[Detail, ...] = get_args(Detail)
    paths = (path_of(places.state.path, places.sessions.path, endpoint.name, each) for each in details)
    return sorted((each for each in paths if each.exists()), key=_used)


def _used(ledger: Path) -> float:
    beside = (ledger, ledger.with_name(f"{ledger.name}-wal"))
    return max(each.stat().st_mtime for each in beside if each.exists())
