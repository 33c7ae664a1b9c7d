"""What is not yet an entry: the half-typed line, and the sign that the program is alive.

Drafts live in the user's state folder under a name made from the session file's path, so that nothing but sessions
stands in `sessions/`. They are synced as everything else: a sign of life that was left says for how long nobody
was away.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import msgspec

from session_tui.store import atomic, folders, json_values, regular_file
from session_tui.store.clock import Anchor
from session_tui.store.errors import StoreError
from session_tui.store.toml import FIRST_YEAR, LAST_YEAR


class Waiting(msgspec.Struct, frozen=True):
    """A line that was put aside for another, and the id of the entry it stands for."""

    line: str
    editing: str = ""


class Draft(msgspec.Struct, frozen=True):
    """`line` as it was typed, `editing` the id of the entry it stands for, `alive_at` the last sign of life.

    Behind the line wait those that were put aside, the newest last, and by id the edits that were given up. `anchor`
    is how session time goes on in this boot of the machine.
    """

    line: str = ""
    editing: str = ""
    alive_at: datetime | None = None
    waiting: tuple[Waiting, ...] = ()
    given_up: dict[str, str] = {}
    anchor: Anchor | None = None


def key(path: Path) -> str:
    """A file name for what belongs to this path on this machine."""
    return hashlib.blake2s(os.path.realpath(path).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def read(folder: Path, path: Path) -> Draft:
    """The draft of a session; an empty one where there is none, or none that can be read."""
    try:
        draft = json_values.decode(regular_file.read(folder / f"{key(path)}.json"), Draft)
    except (OSError, StoreError):
        return Draft()
    at = draft.alive_at if _sound(draft.alive_at) else None
    anchor = draft.anchor if draft.anchor and _sound(draft.anchor.at) and draft.anchor.bounded else None
    return msgspec.structs.replace(draft, alive_at=at, anchor=anchor)


def _sound(at: datetime | None) -> bool:
    return at is not None and at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR


def write(folder: Path, path: Path, draft: Draft) -> None:
    """Keep the draft; raises OSError."""
    folders.make(folder, 0o700)
    atomic.write(folder / f"{key(path)}.json", msgspec.json.encode(draft), private=True)


def forget(folder: Path, path: Path) -> None:
    """Nothing is half-typed any more."""
    (folder / f"{key(path)}.json").unlink(missing_ok=True)
