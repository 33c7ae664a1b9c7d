"""Where the ledger of a synced folder lies, and whether the folder goes to a server by itself."""

import hashlib
import os
from pathlib import Path
from typing import get_args

from session_tui.model.configuration import Endpoint
from session_tui.model.vocabulary import Detail
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
    details: tuple[Detail, ...] = get_args(Detail)
    return any(path_of(places.state.path, folder.path, endpoint.name, each).exists() for each in details)
