"""Drafts: the half-typed line of a session, its signs of life, and the thread that writes them.

Drafts are in the user's state folder, named by a hash of the session file's path, so that
`sessions/` holds sessions only. They are synced as all files: the last sign of life tells how long
the program was not running.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from session_tui.model.fault import Fault
from session_tui.store import atomic, decoding, folders, regular_file
from session_tui.store.clock import Anchor
from session_tui.store.deadline import SILENT, ResponseWatch
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.toml import FIRST_YEAR, LAST_YEAR

NOT_KEPT = "the half-typed line is not kept: "


class Waiting(msgspec.Struct, frozen=True):
    """A line that was put aside for another, and the id of the entry that it edits."""

    line: str
    editing: str = ""


class Draft(msgspec.Struct, frozen=True):
    """`line` as it was typed, `editing` the id of the entry that it edits, `alive_at` the last
    sign of life.

    `waiting` are the lines that were put aside, the newest last; `given_up` are abandoned edits by
    entry id. `anchor` continues session time within this boot of the machine. `curtain` is whether
    the curtain is drawn; None where that is not known.
    """

    line: str = ""
    editing: str = ""
    alive_at: datetime | None = None
    waiting: tuple[Waiting, ...] = ()
    given_up: dict[str, str] = {}
    anchor: Anchor | None = None
    curtain: bool | None = None


def key(path: Path) -> str:
    """Return a file name, 32 hexadecimal digits, for data that belongs to this path on this
    machine.
    """
    return key_of_real(os.path.realpath(path))


def key_of_real(path: str) -> str:
    """Return the `key` of a path without links."""
    return hashlib.blake2s(path.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def file_of(folder: Path, path: Path) -> Path:
    """Return the file of a session's draft."""
    return folder / f"{key(path)}.json"


def read(folder: Path, path: Path) -> Draft:
    """Return the draft of a session; an empty one where there is none, or it cannot be read."""
    try:
        draft = decoding.from_json(regular_file.read(file_of(folder, path)), Draft)
    except (OSError, StoreError):
        return Draft()
    at = draft.alive_at if _sound(draft.alive_at) else None
    anchor = draft.anchor if draft.anchor and _sound(draft.anchor.at) and draft.anchor.bounded else None
    return msgspec.structs.replace(draft, alive_at=at, anchor=anchor)


def _sound(at: datetime | None) -> bool:
    return at is not None and at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR


def write(folder: Path, path: Path, draft: Draft) -> None:
    """Write the draft. OSError."""
    folders.make(folder, 0o700)
    atomic.write(file_of(folder, path), msgspec.json.encode(draft), private=True)


def forget(folder: Path, path: Path) -> None:
    """Remove the draft. OSError."""
    file_of(folder, path).unlink(missing_ok=True)


class DraftWriter(threading.Thread):
    """The thread that writes the newest draft of one session into `folder`; older ones are
    skipped.

    Separate from the session's writer: a session on a disk that hangs costs no half-typed line,
    and a state folder that hangs costs no entry.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(name="writer of drafts", daemon=True)
        self.on_change: Callable[[], None] = lambda: None
        self._folder = folder
        self._wanted: tuple[Path, Draft | None] | None = None  # None for a draft: remove it
        self._asked = self._done = 0  # drafts that were queued; those that were written, skipped or failed
        self._failed: Fault | None = None
        self._closing = False
        self._watch = ResponseWatch()
        self._changed = threading.Condition()

    @property
    def trouble(self) -> Fault | None:
        """Why the newest draft is not saved; None while it is saved or being written."""
        return Fault(str(self._folder), f"{NOT_KEPT}{SILENT}") if self._watch.overdue else self._failed

    def want(self, path: Path, draft: Draft | None) -> int:
        """Queue the draft of the session at `path` to be written, or to be removed where it is
        None; returns at once, with its number for `attempted`.
        """
        with self._changed:
            self._wanted = (path, draft)
            self._asked += 1
            self._changed.notify_all()
            return self._asked

    def attempted(self, number: int, timeout: float) -> None:
        """Wait until this draft, or a newer one, was written or failed, or for `timeout`."""
        with self._changed:
            self._changed.wait_for(lambda: self._done >= number, timeout)

    def finish(self, timeout: float) -> bool:
        """Write what is queued, then stop. False where that is not done in time."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self.join(timeout)
        return not self.is_alive() and self._failed is None

    def run(self) -> None:
        """Write until finished and nothing is queued."""
        while True:
            with self._changed:
                while self._wanted is None:
                    if self._closing:
                        return
                    self._changed.wait()
                (path, draft), number = self._wanted, self._asked
                self._wanted = None
                self._watch.start()
            before, failed = self._failed, None
            try:
                self._keep(path, draft)
            except OSError as error:
                failed = Fault(str(self._folder), f"{NOT_KEPT}{from_os_error(error, self._folder).what}")
            except Exception as error:  # noqa: BLE001 - the thread goes on with the next draft, and reports this one
                failed = Fault(str(self._folder), f"{NOT_KEPT}{type(error).__name__}: {error}")
            hung, self._failed = self._watch.overdue, failed
            self._watch.stop()
            with self._changed:
                self._done = number
                self._changed.notify_all()
            if hung or failed != before:
                self.on_change()

    def _keep(self, path: Path, draft: Draft | None) -> None:
        if draft is None:
            forget(self._folder, path)
        else:
            write(self._folder, path, draft)
