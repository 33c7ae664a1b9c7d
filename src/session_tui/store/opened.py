"""The open session: its lock, its value, its history and its writer. The one door to change anything."""

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from msgspec.structs import replace

from session_tui.model import changes, edits
from session_tui.model.checks import unreadable
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import atomic, copies, document, drafts, locking, toml
from session_tui.store.document import Document
from session_tui.store.drafts import Draft
from session_tui.store.path_expansion import expanded
from session_tui.store.trouble import StoreError, fault_of
from session_tui.store.writer import Lamp, Writer


class OpenedSession:
    """A session that is held or changed now. Its methods never wait for the disk, but for `close` and `resolve`."""

    def __init__(self, path: Path, content: bytes, opened: Document, state: Path, by: str = "") -> None:
        self.by = by
        self.read_only = ""
        self._session = opened.session
        self._swap = threading.Lock()  # a change and the taking of another version never meet halfway
        self._closed = False
        self._undo: list[Edit] = []
        self._redo: list[Edit] = []
        self._drafts = state / "drafts"
        self._state = state
        self._notices: list[str] = []
        self._lock = self._locked(path)
        if opened.newer:
            self.read_only = f"written by a newer version of this program (schema {opened.session.schema})"
        if (kept := path.with_name(f"{path.name}.ours")).exists():
            do = f"session-tui merge {opened.session.id} puts both together."
            self._notices.append(f"Ours of an earlier conflict is kept in {kept.name}. {do}")
        self._draft = drafts.read(self._drafts, path)
        self._writer = Writer(path, content, opened, self._drafts)
        self._writer.start()

    # ---- what it is ------------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The session's file."""
        return self._writer.path

    @property
    def session(self) -> Session:
        """The newest value."""
        return self._session

    @property
    def saved(self) -> Session:
        """The value that is on disk."""
        return self._writer.saved

    @property
    def lamp(self) -> Lamp:
        """saved, saving, or not saved: whether the newest value is on disk. It never lies."""
        return self._writer.lamp

    @property
    def trouble(self) -> Fault | None:
        """What stands in the way of writing, or the conflict that waits for a choice."""
        return self._writer.trouble

    @property
    def notices(self) -> tuple[str, ...]:
        """What is to be said once: comments kept aside, a file that had gone."""
        return (*self._notices, *self._writer.notices)

    @property
    def can_undo(self) -> bool:
        """There is a change to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """There is a change to do again."""
        return bool(self._redo)

    @property
    def draft(self) -> Draft:
        """The half-typed line and last sign of life that the session was opened with, or has now."""
        return self._draft

    @property
    def conflict(self) -> bytes | None:
        """What somebody else wrote into the file, while that waits for a choice."""
        return self._writer.conflict

    @property
    def ours(self) -> Path:
        """Where our version is: the session's file, or beside it while a conflict waits."""
        return self._writer.ours or self.path

    def listen(self, told: Callable[[], None]) -> None:
        """Call this from the writer's thread whenever saved value, lamp, trouble or notices have changed."""
        self._writer.told = told

    # ---- changing --------------------------------------------------------------------------------------------------

    def change(self, edit: Edit, now: datetime, *, undoable: bool = True) -> Fault | None:
        """Apply an edit and queue its writing; a fault says why not. What nobody typed is not `undoable`."""
        fault = self._apply(edit, now)
        if fault is None and undoable and edits.inverse(edit) is not None and not edits.changes_nothing(edit):
            self._undo.append(edit)
            self._redo.clear()
        return fault

    def undo(self, now: datetime) -> Edit | Fault:
        """Take back the last change that can be; gives the edit taken back."""
        return self._step(self._undo, self._redo, now, "there is nothing to take back", back=True)

    def redo(self, now: datetime) -> Edit | Fault:
        """Do again what was taken back last; gives that edit."""
        return self._step(self._redo, self._undo, now, "there is nothing to do again", back=False)

    def keep_line(self, line: str, now: datetime, editing: str = "") -> None:
        """Keep the half-typed line (for the entry it stands for, where it does)."""
        self.keep_draft(Draft(line, editing, now))

    def keep_draft(self, draft: Draft) -> None:
        """Keep what is half-typed, and what waits behind it."""
        if replace(draft, alive_at=None) != replace(self._draft, alive_at=None) and not self.read_only:
            self._draft = draft
            self._writer.want_draft(draft)

    def alive(self, now: datetime) -> None:
        """A sign of life: the time until now is no gap."""
        if not self.read_only:
            self._draft = replace(self._draft, alive_at=now)
            self._writer.want_draft(self._draft)

    # ---- the file --------------------------------------------------------------------------------------------------

    def move_to(self, folder: Path) -> Fault | None:
        """Write the session into another folder from now on; a fault where that cannot be."""
        try:
            path = expanded(folder, os.environ) / self.path.name
        except StoreError as error:
            return error.faults[0]
        try:
            if not path.parent.is_dir():
                return Fault(str(path.parent), "there is no such folder")
            content = self._writer.document.with_session(self._session).content()
            atomic.write(path, content, anew=True)
        except FileExistsError:
            return Fault(str(path), "there is such a file already")
        except OSError as error:
            return fault_of(error, path)
        lock = self._lock
        self._lock = self._locked(path)
        if lock:
            lock.release()
        self._writer.move(path, content)
        self._writer.want_draft(self._draft)
        return None

    def theirs(self) -> Session | None:
        """The version somebody else wrote, or None where it is no session any more."""
        try:
            return document.read(self._writer.conflict or b"").session
        except StoreError:
            return None

    def resolve(self, keep: Literal["ours", "theirs"]) -> Fault | None:
        """End a conflict; the version not kept stays beside the file. A fault where that cannot be written."""
        try:
            if keep == "ours":
                self._writer.keep_ours()
            elif (there := self._writer.conflict) is not None:
                self._take(document.read(there))
        except StoreError as error:
            return error.faults[0]
        except OSError as error:
            return fault_of(error, self.path)
        return None

    def _take(self, theirs: Document) -> None:
        """Theirs instead of ours, once ours is kept aside: with what was typed while it was being kept, too."""
        while True:
            mine = self._session
            self._writer.keep_aside(mine)
            with self._swap:
                if self._session is mine:
                    self._writer.take(theirs)
                    self._session = theirs.session
                    self._undo.clear()
                    self._redo.clear()
                    return

    def close(self, timeout: float = 10.0) -> bool:
        """Wait until all is on disk, then give the file free. False where it is not: it stays open and keeps trying."""
        if not self._writer.finish(timeout):
            return False
        self._closed = True
        try:
            if self._session.status in ("held", "cancelled") and not self._draft.line:
                drafts.forget(self._drafts, self.path)
        except OSError:
            pass  # a draft that is not forgotten is older than the session's end, and comes back to nobody
        finally:
            if self._lock:
                self._lock.release()
        return True

    def _apply(self, edit: Edit, now: datetime) -> Fault | None:
        if self.read_only:
            return Fault("", f"this session is read-only: {self.read_only}")
        if self._closed:
            return Fault("", "this session is closed", "Open it again.")
        with self._swap:
            after = edits.apply(self._session, edit)
            if isinstance(after, Fault):
                return after
            if self._session.status == "held":
                after = changes.recorded(self._session, after, now, self.by)
            if after != self._session:
                self._session = after
                self._writer.want(after)
        return None

    def _step(self, from_: list[Edit], to: list[Edit], now: datetime, nothing: str, *, back: bool) -> Edit | Fault:
        if not from_:
            return Fault("", nothing)
        edit = from_[-1]
        inverse = edits.inverse(edit) if back else edit
        assert inverse is not None  # only what has an inverse is remembered
        fault = self._apply(inverse, now)
        if fault is not None:
            return fault
        to.append(from_.pop())
        return edit

    def _locked(self, path: Path) -> FileLock | None:
        """The file's lock; where another window has it, the session is read-only."""
        try:
            return locking.acquired(path, self._state)
        except Timeout:
            self.read_only = "open in another window"
        except OSError as error:
            locks = self._state / "locks"
            self._notices.append(f"Nobody else is kept from opening this session: {fault_of(error, locks)}")
        return None


def open_session(path: Path, state: Path, by: str = "") -> OpenedSession:
    """Open a session's file; reading leaves it untouched. `StoreError` with every fault where it is no session."""
    content = toml.read_bytes(path)
    found = document.read(content, path)
    if found.session.id != path.stem and (twofold := copies.told(path, content)):
        # What was entered here would be in the session only once the two are merged.
        raise StoreError(replace(twofold.fault, where=path.name))
    return OpenedSession(path, content, found, state, by)


def create_session(folder: Path, session: Session, state: Path, by: str = "") -> OpenedSession:
    """Write a new session's file, never over one that is there, and open it; `StoreError` where that fails."""
    path = folder / f"{session.id}.toml"
    if faults := unreadable(session):
        raise StoreError(*faults)
    fresh = document.new(session)
    content = fresh.content()
    try:
        atomic.make_folder(folder)
        atomic.write(path, content, anew=True)
    except FileExistsError:
        raise StoreError(Fault(str(path), "there is such a file already", "Try again.")) from None
    except OSError as error:
        do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
        raise StoreError(fault_of(error, Path(os.fspath(folder)), do)) from error
    return OpenedSession(path, content, fresh, state, by)
