"""The open session: its lock, its value, its history and its writer. The one door to change anything."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from session_tui.model import diff, edits, rebase
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.validation import unreadable
from session_tui.store import atomic, conflict_files, drafts, folders, locking, session_file, toml
from session_tui.store.clock import Anchor
from session_tui.store.deadline import ANSWER, COMMAND, within
from session_tui.store.drafts import Draft, DraftWriter
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.locking import Hold
from session_tui.store.path_expansion import expanded
from session_tui.store.session_file import Document
from session_tui.store.writer import SaveStatus, SaveTarget, Writer

LEAST = 0.3  # seconds that the draft is waited for, however long the session took


class OpenedSession:
    """A session that is held or changed now. Its methods never wait for the disk, but for `close` and `resolve`."""

    def __init__(
        self,
        path: Path,
        content: bytes,
        opened: Document,
        state: Path,
        by: str = "",
        hold: Hold | None = None,
        *,
        unsynced: bool = False,
    ) -> None:
        hold = locking.hold(path, state) if hold is None else hold
        self.by = by
        self.read_only = hold.read_only
        self._session = opened.session
        self._swap = threading.Lock()  # a change and the taking of another version never meet halfway
        self._closed = False
        self.given_up = False
        self._undo: list[Edit] = []
        self._redo: list[Edit] = []
        self._drafts = state / "drafts"
        self._state = state
        self._notices: list[str] = [hold.notice] if hold.notice else []
        self._arrived: tuple[str, ...] = ()  # what others changed, until somebody asks
        self._lock = hold.lock
        if opened.newer:
            self.read_only = f"written by a newer version of this program (schema {opened.session.schema})"
        do = f"session-tui merge {opened.session.id} puts both together."
        if (kept := path.with_name(f"{path.name}.ours")).exists():
            self._notices.append(f"Ours of an earlier conflict is kept in {kept.name}. {do}")
        self._notices += [
            f"Another version of this session is kept in {each.name}. {do}"
            for each in conflict_files.exchanged_out(path)
        ]
        # Where nothing can be entered, what is half-typed is that other window's, which goes on with it.
        draft = drafts.read(self._drafts, path)
        self._draft, self.draft_anchor = Draft() if self.read_only else draft, draft.anchor
        self._writer = Writer(path, content, opened, state, unsynced=unsynced)
        self._writer.take_in = self._take_in
        self._writer.start()
        self._draft_writer = DraftWriter(self._drafts)
        self._draft_writer.start()

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
    def save_status(self) -> SaveStatus:
        """saved, saving, or not saved: whether the newest value is on disk. It never lies."""
        return self._writer.save_status

    @property
    def trouble(self) -> Fault | None:
        """What stands in the way of writing, or the conflict that waits for a choice. That a disk does not answer is
        told to nobody: it is to be asked for.
        """
        return self._writer.unanswered or self._writer.trouble

    @property
    def draft_trouble(self) -> Fault | None:
        """Why the half-typed line and the signs of life are not kept now; to be asked for, as `trouble` is."""
        return self._draft_writer.trouble

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

    def arrived(self) -> tuple[str, ...]:
        """What other programs changed and was taken in since this was asked last: ids of entries, names of keys."""
        with self._swap:
            found, self._arrived = self._arrived, ()
        return tuple(dict.fromkeys(found))

    def listen(self, on_change: Callable[[], None]) -> None:
        """Call this from a writer's thread whenever saved value, lamp, troubles or notices have changed."""
        self._writer.on_change = self._draft_writer.on_change = on_change

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
        draft = replace(draft, anchor=self.draft_anchor)
        if replace(draft, alive_at=None) != replace(self._draft, alive_at=None) and not self.read_only:
            self._draft = draft
            self._draft_writer.want(self.path, draft)

    def alive(self, now: datetime, anchor: Anchor | None = None) -> None:
        """A sign of life: the time until now is no gap. The `anchor` is kept from then on where it is given."""
        if not self.read_only:
            self.draft_anchor = anchor or self.draft_anchor
            self._draft = replace(self._draft, alive_at=now, anchor=self.draft_anchor)
            self._draft_writer.want(self.path, self._draft)

    # ---- the file --------------------------------------------------------------------------------------------------

    def move_to(self, folder: Path, patience: float = COMMAND) -> Fault | None:
        """Write the session into another folder from now on; a fault where that cannot be."""
        try:
            path = expanded(folder, os.environ) / self.path.name
        except StoreError as error:
            return error.faults[0]
        content = self._writer.document.with_session(self._session).content()
        put = partial(_put, path, content, self._state)
        try:
            hold = within(patience, put, path, "Name another folder.", late=partial(_take_back, path))
        except FileExistsError:
            return Fault(str(path), "there is such a file already")
        except OSError as error:
            return from_os_error(error, path)
        except StoreError as error:
            return error.faults[0]
        lock = self._lock
        self._lock, self.read_only = hold.lock, hold.read_only
        self._notices += [hold.notice] if hold.notice else []
        if lock:
            lock.release()
        self._writer.move(path, content)
        self._draft_writer.want(self.path, self._draft)
        return None

    def theirs(self) -> Session | None:
        """The version somebody else wrote, or None where it is no session any more."""
        try:
            return session_file.read(self._writer.conflict or b"").session
        except StoreError:
            return None

    def resolve(self, keep: Literal["ours", "theirs"]) -> Fault | None:
        """End a conflict; the version not kept stays beside the file. A fault where that cannot be written."""
        try:
            if keep == "ours":
                self._writer.keep_ours()
            elif (there := self._writer.conflict) is not None:
                self._take(session_file.read(there))
        except StoreError as error:
            return error.faults[0]
        except OSError as error:
            return from_os_error(error, self.path)
        return None

    def _take_in(self, place: SaveTarget, theirs: Document, content: bytes) -> bool:
        """Take in another program's version, with what is not in the file yet laid over it. The writer's thread asks.

        False where both changed one thing, and not alike: that is a conflict.
        """
        while True:
            mine = self._session
            after = rebase.rebased(place.base, mine, theirs.session)
            if isinstance(after, Fault):
                return False
            with self._swap:
                if self._session is not mine:
                    continue  # something was typed meanwhile
                if not self._writer.rebase_on(place, theirs, content, after):
                    return True  # it was moved meanwhile, and is written there
                self._session = after
                self._arrived += tuple(put.id or put.where for put in rebase.between(mine, after))
            self._writer.on_change()
            return True

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
        end = time.monotonic() + timeout
        while not self._closed:
            if not self._writer.finish(0.0 if self.given_up else max(0.0, end - time.monotonic())):
                return False
            with self._swap:  # what was entered in this moment is written, what comes later is refused
                self._closed = self._writer.done
        if self._session.status in ("held", "cancelled") and not self._draft.line and not self.read_only:
            # One that cannot be forgotten is older than the session's end, and comes back to nobody.
            self._draft_writer.want(self.path, None)
        self._draft_writer.finish(min(max(end - time.monotonic(), LEAST), ANSWER))
        if self._lock:
            self._lock.release()
        return True

    def give_up(self) -> None:
        """What is not on disk is not waited for any more when this is closed: its disk does not answer."""
        self.given_up = True

    def settled(self, timeout: float = ANSWER) -> bool:
        """Wait until the newest value is on disk, or it is known that it cannot be now; whether it is on disk."""
        return self._writer.settled(timeout)

    def _apply(self, edit: Edit, now: datetime) -> Fault | None:
        if self.read_only:
            return Fault("", f"this session is read-only: {self.read_only}")
        if self._closed:
            return Fault("", "this session is closed", "Open it again.")
        with self._swap:
            after = diff.applied(self._session, edit, now, self.by)
            if isinstance(after, Fault):
                return after
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
            if not self.read_only and not self._closed:
                # Another program changed the same entry: the change before it can still be taken back.
                from_.pop()
            return fault
        to.append(from_.pop())
        return edit


def open_session(path: Path, state: Path, by: str = "", patience: float = COMMAND) -> OpenedSession:
    """Open a session's file; reading leaves it untouched. `StoreError` with every fault where it is no session, and
    where the disk does not answer for `patience` seconds.
    """
    do = "Nothing was changed. Try again when it answers."
    return within(patience, partial(_opened, path, state, by), path, do, late=OpenedSession.close)


def _opened(path: Path, state: Path, by: str) -> OpenedSession:
    hold = locking.hold(path, state)
    try:
        content = toml.read_bytes(path)
        return OpenedSession(path, content, read(path, content), state, by, hold)
    except BaseException:
        hold.release()
        raise


def read(path: Path, content: bytes) -> Document:
    """The document of a file that is to be changed; `StoreError` where it is no session, or one of two versions."""
    found = session_file.read(content, path)
    if found.session.id != path.stem and (conflict := conflict_files.conflicting_versions(path, content)):
        # What was entered here would be in the session only once the two are merged.
        raise StoreError(replace(conflict.fault, where=path.name))
    return found


def create_session(folder: Path, session: Session, state: Path, by: str = "") -> OpenedSession:
    """Write a new session's file, never over one that is there, and open it; `StoreError` where that fails, and where
    the disk does not answer: the file is taken away again then, should it be there later.
    """
    path = folder / f"{session.id}.toml"
    if faults := unreadable(session):
        raise StoreError(*faults)
    do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."

    def create() -> OpenedSession:
        fresh = session_file.new(session)
        content = fresh.content()
        try:
            folders.make(folder)
            atomic.write(path, content, exclusive=True)
        except folders.NotSyncedError:
            # It is begun all the same, and the lamp says that it is not saved.
            atomic.write(path, content, exclusive=True, for_good=False)
            return OpenedSession(path, content, fresh, state, by, unsynced=True)
        return OpenedSession(path, content, fresh, state, by)

    def take_back(late: OpenedSession) -> None:
        late.close()
        _unlink(path)

    try:
        return within(COMMAND, create, path, do, late=take_back)
    except FileExistsError:
        raise StoreError(Fault(str(path), "there is such a file already", "Try again.")) from None
    except OSError as error:
        raise StoreError(from_os_error(error, Path(os.fspath(folder)), do)) from error


def _put(path: Path, content: bytes, state: Path) -> Hold:
    """A session's content in another folder, and the hold of it there."""
    if not path.parent.is_dir():
        raise StoreError(Fault(str(path.parent), "there is no such folder"))
    atomic.write(path, content, exclusive=True)
    return locking.hold(path, state)


def _take_back(path: Path, hold: Hold) -> None:
    """What came too late, when another folder had been named."""
    hold.release()
    _unlink(path)


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
