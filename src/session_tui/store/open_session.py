"""An open session: lock, value, undo history, writer. Every change of it goes through here."""

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
from session_tui.store.session_follower import SessionFollower
from session_tui.store.writer import SaveStatus, SaveTarget, Writer

CURTAIN_FIRST = 1.0  # seconds that a write waits at most for the draft with the curtain
LEAST = 0.3  # seconds to wait for the draft at least, however long the session took


class OpenedSession:
    """A session open for changes. `close`, `move_to`, `settled`, `resolve` wait for the disk."""

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
        self._swap = threading.Lock()  # keeps a change and the taking in of another version apart
        self._closed = False
        self.given_up = False
        self._undo: list[Edit] = []
        self._redo: list[Edit] = []
        self._drafts = state / "drafts"
        self._state = state
        self._notices: list[str] = [hold.notice] if hold.notice else []
        self._arrived: tuple[str, ...] = ()  # what other programs changed, until `arrived` is called
        self._lock = hold.lock
        if opened.newer:
            self.read_only = f"written by a newer version of this program (schema {opened.session.schema})"
        self._notices += conflict_files.notices(path, opened.session.id)
        # The half-typed line of a read-only session belongs to the window that has it open.
        draft = drafts.read(self._drafts, path)
        self._draft, self.draft_anchor = Draft() if self.read_only else draft, draft.anchor
        self._writer = Writer(path, content, opened, state, unsynced=unsynced)
        self._writer.take_in = self._take_in
        self._draft_writer = DraftWriter(self._drafts)
        self._curtain_draft = 0  # the number of the draft in which the curtain last changed
        self._writer.before_write = self._curtain_first
        self.follower: SessionFollower | None = None  # of a session that this window only reads
        if self.read_only:  # then neither writer runs: nothing here can write
            self.follower = SessionFollower(path, content, opened.session, self._drafts, self._follow)
            self.follower.start()
        else:
            self._writer.start()
            self._draft_writer.start()

    # ---- its state ------------------------------------------------------------------------------

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
        """The value on disk."""
        return self._session if self.follower is not None else self._writer.saved

    @property
    def save_status(self) -> SaveStatus:
        """saved, saving, or not saved: whether the newest value is on disk."""
        return self._writer.save_status

    @property
    def trouble(self) -> Fault | None:
        """Why the session is not saved, its conflict, or why the shown version may be old.

        Poll it, for a disk that is silent.
        """
        if self.follower is not None:
            return self.follower.behind
        return self._writer.unanswered or self._writer.trouble

    @property
    def draft_trouble(self) -> Fault | None:
        """Why the half-typed line and the signs of life are not saved; poll it, as `trouble`."""
        return self._draft_writer.trouble

    @property
    def notices(self) -> tuple[str, ...]:
        """Messages to show once, such as: comments are kept in another file."""
        return (*self._notices, *self._writer.notices)

    @property
    def can_undo(self) -> bool:
        """There is a change to undo."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """There is a change to redo."""
        return bool(self._redo)

    @property
    def draft(self) -> Draft:
        """The half-typed line and the last sign of life."""
        return self._draft

    @property
    def anchor(self) -> Anchor | None:
        """The saved anchor of session time: in a window that only reads, the holder's newest."""
        if self.follower is not None and self.follower.draft is not None:
            return self.follower.draft.anchor
        return self.draft_anchor

    @property
    def conflict(self) -> bytes | None:
        """The version of another program in the file, while the user has not chosen."""
        return self._writer.conflict

    @property
    def ours(self) -> Path:
        """The file with our version: the session's, or one beside it during a conflict."""
        return self._writer.ours or self.path

    def arrived(self) -> tuple[str, ...]:
        """Return ids and keys taken in from other programs since the last call."""
        with self._swap:
            arrived, self._arrived = self._arrived, ()
        return tuple(dict.fromkeys(arrived))

    def listen(self, on_change: Callable[[], None]) -> None:
        """Call `on_change`, on a thread of a writer, when its state or the notices change."""
        self._writer.on_change = self._draft_writer.on_change = on_change
        if self.follower is not None:
            self.follower.on_change = on_change

    # ---- changing -------------------------------------------------------------------------------

    def change(self, edit: Edit, now: datetime, *, undoable: bool = True) -> Fault | None:
        """Apply an edit and queue the write; return the fault where it is refused.

        An edit that the user did not type is not `undoable`.
        """
        fault = self._apply(edit, now)
        if fault is None and undoable and edits.inverse(edit) is not None and not edits.changes_nothing(edit):
            self._undo.append(edit)
            self._redo.clear()
        return fault

    def undo(self, now: datetime) -> Edit | Fault:
        """Undo the last undoable change; return its edit."""
        return self._step(self._undo, self._redo, now, "there is nothing to take back", back=True)

    def redo(self, now: datetime) -> Edit | Fault:
        """Redo the last undone change; return its edit."""
        return self._step(self._redo, self._undo, now, "there is nothing to do again", back=False)

    def keep_line(self, line: str, now: datetime, editing: str = "") -> None:
        """Save the half-typed line; `editing` is the id of the entry that it edits, if any."""
        self.keep_draft(Draft(line, editing, now))

    def keep_draft(self, draft: Draft) -> None:
        """Save the half-typed line and the lines that were put aside."""
        draft = replace(draft, anchor=self.draft_anchor, curtain=self._draft.curtain)
        if replace(draft, alive_at=None) != replace(self._draft, alive_at=None) and not self.read_only:
            self._draft = draft
            self._draft_writer.want(self.path, draft)

    def keep_curtain(self, drawn: bool) -> None:
        """Save whether the curtain is drawn, for a restart and for the windows that follow."""
        if drawn is not self._draft.curtain and not self.read_only:
            self._draft = replace(self._draft, curtain=drawn)
            self._curtain_draft = self._draft_writer.want(self.path, self._draft)

    def _curtain_first(self) -> None:
        # A window that follows reads the draft after the session, so what is entered behind the
        # curtain must not be there before it. A silent state folder costs no entry all the same.
        self._draft_writer.attempted(self._curtain_draft, CURTAIN_FIRST)

    def alive(self, now: datetime, anchor: Anchor | None = None) -> None:
        """Save a sign of life: the time until now is no gap. None keeps the saved anchor."""
        if not self.read_only:
            self.draft_anchor = anchor or self.draft_anchor
            self._draft = replace(self._draft, alive_at=now, anchor=self.draft_anchor)
            self._draft_writer.want(self.path, self._draft)

    # ---- the file -------------------------------------------------------------------------------

    def move_to(self, folder: Path, patience: float = COMMAND) -> Fault | None:
        """Write the session into another folder from now on; return the fault where that fails."""
        if self.follower is not None:
            return Fault("", f"this session is read-only: {self.read_only}")
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
        """The version of another program, or None where it is not a session."""
        try:
            return session_file.read(self._writer.conflict or b"").session
        except StoreError:
            return None

    def resolve(self, keep: Literal["ours", "theirs"]) -> Fault | None:
        """End a conflict; the other version stays beside the file. Return the fault if any."""
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
        """Take in another program's version under our unwritten changes; on the writer's thread.

        False where both changed one value differently: that is a conflict.
        """
        while True:
            mine = self._session
            after = rebase.rebased(place.base, mine, theirs.session)
            if isinstance(after, Fault):
                return False
            with self._swap:
                if self._session is not mine:
                    continue  # changed meanwhile
                if not self._writer.rebase_on(place, theirs, content, after):
                    return True  # moved meanwhile: it is written to the new folder
                self._session = after
                self._arrived += tuple(put.id or put.where for put in rebase.between(mine, after))
            self._writer.on_change()
            return True

    def _follow(self, theirs: Document, content: bytes) -> None:
        """Show a new version of the file in a window that only reads; on the follower's thread."""
        with self._swap:
            before, self._session = self._session, theirs.session
            self._arrived += tuple(put.id or put.where for put in rebase.between(before, theirs.session))

    def _take(self, theirs: Document) -> None:
        """Replace our version by theirs, after saving ours, with changes made meanwhile."""
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
        """Wait until all is on disk, then release the lock. False otherwise, and it stays open."""
        if self.follower is not None:
            self._closed = True
            self.follower.finish(min(timeout, ANSWER))
            if self._lock:
                self._lock.release()
            return True
        end = time.monotonic() + timeout
        while not self._closed:
            if not self._writer.finish(0.0 if self.given_up else max(0.0, end - time.monotonic())):
                return False
            with self._swap:  # a change until now is written, a later one is refused
                self._closed = self._writer.done
        if self._session.status in ("held", "cancelled") and not self._draft.line and not self.read_only:
            # A draft that stays is older than the session's end, so it is never restored.
            self._draft_writer.want(self.path, None)
        self._draft_writer.finish(min(max(end - time.monotonic(), LEAST), ANSWER))
        if self._lock:
            self._lock.release()
        return True

    def give_up(self) -> None:
        """Make `close` not wait for the disk, which does not answer."""
        self.given_up = True

    def settled(self, timeout: float = ANSWER) -> bool:
        """Wait until the newest value is on disk or a write failed; True if it is on disk."""
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
        assert inverse is not None  # only edits with an inverse are on the undo list
        fault = self._apply(inverse, now)
        if fault is not None:
            if not self.read_only and not self._closed:
                # Another program changed the entry; the change before this one can be undone.
                from_.pop()
            return fault
        to.append(from_.pop())
        return edit


def open_session(path: Path, state: Path, by: str = "", patience: float = COMMAND) -> OpenedSession:
    """Open a session's file without changing it.

    `StoreError` where it is not a session, or the disk does not answer for `patience` seconds.
    """
    do = "Nothing was changed. Try again when it answers."
    return within(patience, partial(_opened, path, state, by), path, do, late=OpenedSession.close)


def follow_session(path: Path, state: Path, why: str, patience: float = COMMAND) -> OpenedSession:
    """Open a session only to show it, whether or not another window holds it; `why` is the reason
    for refusing changes.

    `StoreError` as `open_session`.
    """
    do = "Try again when it answers."
    opening = partial(_opened, path, state, "", Hold(read_only=why))
    return within(patience, opening, path, do, late=OpenedSession.close)


def _opened(path: Path, state: Path, by: str, hold: Hold | None = None) -> OpenedSession:
    hold = hold or locking.hold(path, state)
    try:
        content = toml.read_bytes(path)
        return OpenedSession(path, content, read(path, content), state, by, hold)
    except BaseException:
        hold.release()
        raise


def read(path: Path, content: bytes) -> Document:
    """Return the document of a file to be changed; `StoreError` if it is not a session or has
    two.
    """
    document = session_file.read(content, path)
    if document.session.id != path.stem and (conflict := conflict_files.conflicting_versions(path, content)):
        # A change made here would reach the session only after the two are merged.
        raise StoreError(replace(conflict.fault, where=path.name))
    return document


def create_session(folder: Path, session: Session, state: Path, by: str = "") -> OpenedSession:
    """Write a new session's file and open it; never replaces a file.

    `StoreError` where that fails, and where the disk does not answer; a file that is written too
    late is removed.
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
            # The session begins all the same, and `save_status` is "not saved".
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
    """Write a session's content into another folder and lock it there."""
    if not path.parent.is_dir():
        raise StoreError(Fault(str(path.parent), "there is no such folder"))
    atomic.write(path, content, exclusive=True)
    return locking.hold(path, state)


def _take_back(path: Path, hold: Hold) -> None:
    """Undo `_put` that came too late."""
    hold.release()
    _unlink(path)


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
