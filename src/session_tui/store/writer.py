"""The writer of an open session: one thread that writes its newest value and skips older ones.

Queuing a value never blocks. A write that fails is tried again, with growing pauses, until it
succeeds; the value stays in memory meanwhile. Before each write the file is compared with what was
last read or written. The changes of another program are taken in first; where both changed one
entry, theirs stays and our version goes to a file beside it.

A disk may not answer at all. That is reported after `ANSWER` seconds. A move to another folder
then starts another thread, and the blocked one is abandoned. When its disk answers after all, the
abandoned thread finishes its write, reads the old file, and reports how it differs; the old file
stays as it is.
"""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import atomic, exchange, locking, regular_file, session_file
from session_tui.store.deadline import ANSWER, SILENT, ResponseWatch
from session_tui.store.errors import from_os_error
from session_tui.store.session_file import Document
from session_tui.store.toml_file import keep_before

SaveStatus: TypeAlias = Literal["saved", "saving", "not saved"]

PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between tries; the last one for as long as it takes
PATIENCE_FOR_OTHERS = 2.0  # seconds to wait for another program that writes the file
LOOK = 0.5  # seconds between two checks of the file while there is nothing to write
KEPT = "Kept here, tried again; /elsewhere FOLDER saves it there."
SHOWN = 3  # differences that the notice about an old file lists
WAITED_FOR = "Kept here; /elsewhere FOLDER saves it there."  # short: 80 columns have to show it


class SaveTarget(Struct, frozen=True):
    """The session's file and its known state. Replaced as one value.

    A thread that finds another target than at its begin discards its result.
    """

    path: Path
    document: Document  # as it was last written or read
    content: bytes  # what the file held then
    base: Session  # the value that the file had then: what is ours is what was changed since
    conflict: bytes | None = None  # the version of another program, while the user has not chosen
    ours: Path | None = None  # the file with our version meanwhile
    behind: bool = False  # to be written even if the session has not changed
    rewritten: bool = False  # this program wrote the file: a copy of what it had before is kept


class _WriterThread(threading.Thread):
    """The thread that writes. On a disk that does not answer it can only be abandoned."""

    def __init__(self, path: Path, work: Callable[["_WriterThread"], None]) -> None:
        super().__init__(name=f"writer of {path.name}", daemon=True)
        self.watch = ResponseWatch()
        self.abandoned = False  # because its disk did not answer
        self.finished = False  # it writes nothing more
        self._work = work

    def run(self) -> None:
        """Write until finished, or until another thread has replaced this one."""
        self._work(self)


class Writer:
    """Owns the session's file: its path, its last known content, the document last written."""

    def __init__(self, path: Path, content: bytes, document: Document, state: Path, *, unsynced: bool = False) -> None:
        self.trouble: Fault | None = None
        self.notices: tuple[str, ...] = ()
        self.on_change: Callable[[], None] = lambda: None
        # Called on the writer's thread with another program's version; True where it was taken in.
        self.take_in: Callable[[SaveTarget, Document, bytes], bool] = lambda place, theirs, content: False
        # Called on the writer's thread before a value is put into the file.
        self.before_write: Callable[[], None] = lambda: None
        self._place = SaveTarget(path, document, content, document.session, behind=unsynced)
        self._state = state
        self._wanted = document.session
        self._tries = 0
        self._seen: tuple[int, ...] = ()
        self._swept = False
        self._attempt: bytes | None = None  # what was last put into the file, whether its sync succeeded or not
        self._closing = False
        self._changed = threading.Condition()
        self._thread = _WriterThread(path, self._write_all)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def path(self) -> Path:
        """The session's file."""
        return self._place.path

    @property
    def document(self) -> Document:
        """The document on disk, with the keys of the file that are not the session's."""
        return self._place.document

    @property
    def saved(self) -> Session:
        """The value on disk."""
        return self._place.document.session

    @property
    def conflict(self) -> bytes | None:
        """The version of another program, while the user has not chosen."""
        return self._place.conflict

    @property
    def ours(self) -> Path | None:
        """The file with our version, while there is a conflict."""
        return self._place.ours

    @property
    def save_status(self) -> SaveStatus:
        """Whether the newest value is on disk."""
        place = self._place
        if self._wanted is place.document.session and not place.behind:
            return "saved"
        return "not saved" if self._tries or self._thread.watch.overdue else "saving"

    @property
    def unanswered(self) -> Fault | None:
        """The fault while the disk does not answer. Poll it: `on_change` does not report it."""
        return Fault(str(self.path), SILENT, WAITED_FOR) if self._thread.watch.overdue else None

    def want(self, session: Session) -> None:
        """Queue a value to be written; returns at once."""
        with self._changed:
            self._wanted = session
            if self._thread.finished:  # a change just before the session was closed
                self._thread = _WriterThread(self.path, self._write_all)
                self._thread.start()
            self._changed.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until the newest value is on disk or a write failed; True if it is on disk."""
        with self._changed:
            self._changed.wait_for(lambda: not self._due() or self._tries > 0, timeout)
            return not self._due()

    def move(self, path: Path, content: bytes) -> None:
        """Write the session to `path` from now on; `content` was just written there."""
        with self._changed:
            # The value on disk belongs to the old file: it is written here as if it had changed.
            old = self._place.document
            document = Document(old.session, old.tables, old.newline, old.bom, {})
            self._place = SaveTarget(path, document, content, self._place.base, behind=True, rewritten=True)
            self._tries, self.trouble = 0, None
            self._changed.notify_all()
            if not self._thread.watch.busy:
                return
            self._thread.abandoned = self._thread.watch.overdue
            self._thread = _WriterThread(path, self._write_all)
            self._thread.start()

    def finish(self, timeout: float) -> bool:
        """Write what is queued, then stop. False if it is not on disk in time, and then go on."""
        with self._changed:
            self._closing = True
            self._tries = min(self._tries, 1)
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: not self._due(), timeout):
                self._closing = False
                return False
            thread = self._thread
        # Clean-up and checks may block on a disk that does not answer; the value is on disk.
        thread.join(min(timeout, ANSWER))
        return True

    @property
    def done(self) -> bool:
        """Nothing is left to write."""
        return not self._due()

    def _write_all(self, thread: _WriterThread) -> None:
        while True:
            with self._changed:
                while not self._due():
                    if self._closing or self._thread is not thread:
                        thread.finished = True
                        return
                    if not self._changed.wait(LOOK):
                        break
                if self._thread is not thread:
                    return
                session, place, due = self._wanted, self._place, self._due()
                thread.watch.start()
            if due:
                self._store(session, place, thread)
            else:
                with contextlib.suppress(Exception):  # any broken file: the next write reports it
                    self._check_file(place)
                thread.watch.stop()
            if self._thread is not thread:
                if thread.abandoned:
                    # Only now: this thread alone wrote the old file, and its last write is over.
                    self._report_old_file(place)
                return

    def _due(self) -> bool:
        return self._wanted is not self._place.document.session or self._place.behind

    def _notice(self, text: str) -> None:
        if text not in self.notices:
            self.notices = (*self.notices, text)
            self.on_change()

    def _store(self, session: Session, place: SaveTarget, thread: _WriterThread) -> None:
        fault, after = None, None
        try:
            self.before_write()
            written = place.document.with_session(session)
            after = self._put(place, session, written.content())
        except OSError as error:
            fault = from_os_error(error, place.path, KEPT)
        except Exception as error:  # noqa: BLE001 - nothing above this thread could report it; the value is kept
            fault = Fault(str(place.path), f"it cannot be written ({type(error).__name__}: {error})", KEPT)
        sweeps = False
        with self._changed:
            thread.watch.stop()
            # After a move or the end of a conflict meanwhile, the new target needs its own write.
            if self._place is place and fault is not None:
                self._tries, self.trouble = self._tries + 1, fault
            elif self._place is place and after is not None:
                self._place = replace(after, document=written, behind=False)
                self._tries, self.trouble = 0, _conflict(after)
                if sweeps := not self._swept:
                    self._swept = True
                    thread.watch.start()  # under the lock: a move must see that this thread is busy
            self._changed.notify_all()
        self.on_change()
        if fault is not None:
            self._pause(session, place)
        elif sweeps:
            exchange.sweep(place.path)
            thread.watch.stop()

    def _pause(self, session: Session, place: SaveTarget) -> None:
        with self._changed:
            pause = PATIENCE[min(max(self._tries, 1), len(PATIENCE)) - 1]
            # A newer value or another target is tried at once.
            self._changed.wait_for(lambda: self._wanted is not session or self._place is not place, pause)

    def _report_old_file(self, place: SaveTarget) -> None:
        """Add a notice on how the file on a disk that answered too late differs from the session.

        Called by the abandoned thread after its last write: reads the file, so the notice says
        what is in it. Which part of the session was written there depends on what blocked: a
        write, or a check or clean-up before it.
        """
        from session_tui.model.diff import conflict_sentences

        try:
            differs = conflict_sentences(self._wanted, session_file.read(regular_file.read(place.path)).session)
        except Exception:  # noqa: BLE001 - no session was written there
            return
        # Ids and keys alone: the texts may be covered on a screen that is shared.
        heads = [each.partition(":")[0] for each in differs]
        says = f"{'; '.join(heads[:SHOWN])}{' …' if len(heads) > SHOWN else ''}" if heads else "nothing"
        self._notice(
            f"The old place answered after all. It differs in: {says}. It is left as it is: {place.path}. "
            f"This session is {self.path}."
        )

    def _put(self, place: SaveTarget, session: Session, content: bytes) -> SaveTarget | None:
        """Write the content to the file, or beside it in a conflict; return the new target.

        None where a version was taken in: the caller then writes the combined value.
        """
        if place.conflict is None and (other := self._write_once(place, content)) is not None:
            if self._taken_in(place, other):
                return None
            place = replace(place, conflict=other)
        if place.conflict is not None:
            if place.ours is None:
                return replace(place, ours=atomic.keep_copy(place.path, "ours", content))
            atomic.write(place.ours, content)
            return place
        if place.ours is not None:  # a conflict ended with our version: the file has it now
            with contextlib.suppress(OSError):
                place.ours.unlink()
        return replace(place, content=content, base=session, ours=None, rewritten=True)

    def _write_once(self, place: SaveTarget, content: bytes) -> bytes | None:
        """Replace the last known content of the file; return the content found there instead, or
        None if replaced.

        OSError where the content is not on disk.
        """
        try:
            with locking.writing(place.path, self._state, PATIENCE_FOR_OTHERS):
                return self._exchanged(place, content)
        except locking.LockTimeout:
            # The program with the lock hangs. The exchange compares what it replaces anyway.
            return self._exchanged(place, content)

    def _exchanged(self, place: SaveTarget, content: bytes) -> bytes | None:
        known = place.content
        try:
            there = regular_file.read(place.path)
        except FileNotFoundError:
            if not place.path.parent.is_dir():
                raise
            self._notice(f"{place.path.name} had gone; it is written anew.")
        else:
            if there == self._attempt:  # our own version, whose sync failed
                known = there
            elif there not in (known, content):
                return there
        if not place.rewritten and place.content:
            for text in keep_before(place.path, place.content, place.document.tables, Session):
                self._notice(text)
        self._attempt = content
        other = exchange.exchange(place.path, content, known)
        if other is not None and other.kept is not None:
            self._notice(f"One more version that another program wrote is kept in {other.kept.name}.")
        return None if other is None else other.content

    def _check_file(self, place: SaveTarget) -> None:
        """Take in other programs' changes. The file is read only when its `stat` has changed."""
        try:
            look = place.path.stat()
            seen = (look.st_ino, look.st_size, look.st_mtime_ns, look.st_ctime_ns)
            if seen == self._seen or place.conflict is not None:
                return
            there = regular_file.read(place.path)
        except OSError:
            return  # the next write reports it
        self._seen = seen
        if there != place.content:
            # One that cannot be taken in may be half-written: a conflict only at the next write.
            self._taken_in(place, there)

    def _taken_in(self, place: SaveTarget, content: bytes) -> bool:
        """Take in another version; False where it is not a session or conflicts with ours."""
        try:
            theirs = session_file.read(content, place.path)
        except Exception:  # noqa: BLE001 - any broken file is a conflict
            return False
        if theirs.newer or theirs.session.id != place.document.session.id:
            return False
        return self.take_in(place, theirs, content)

    def rebase_on(self, place: SaveTarget, theirs: Document, content: bytes, wanted: Session) -> bool:
        """Base the next write on their version, which is in the file; False after a move."""
        with self._changed:
            if self._place is not place:
                return False
            self._place = SaveTarget(place.path, theirs, content, theirs.session)
            self._wanted, self._tries, self.trouble = wanted, 0, None
            self._changed.notify_all()
        return True

    def keep_ours(self) -> None:
        """End a conflict: our version goes into the file, theirs into a file beside it. OSError.

        A version written after the one that the user saw is a new conflict.
        """
        theirs = self._place.conflict
        if theirs is None:
            return
        atomic.keep_copy(self.path, "theirs", theirs)
        with self._changed:
            if self._place.conflict is theirs:
                self._place = replace(self._place, content=theirs, conflict=None, behind=True)
                self.trouble = None
                self._changed.notify_all()
        self.on_change()

    def keep_aside(self, mine: Session) -> None:
        """Write our version beside the file, before theirs is taken. OSError."""
        atomic.keep_copy(self.path, "mine", self.document.with_session(mine).content())

    def take(self, theirs: Document) -> None:
        """End a conflict: their version, which is in the file, becomes the session."""
        with self._changed:
            place = self._place
            if place.conflict is None:
                return
            self._place = SaveTarget(place.path, theirs, place.conflict, theirs.session)
            self._wanted, self.trouble, self._tries = theirs.session, None, 0
        if place.ours is not None:
            with contextlib.suppress(OSError):
                place.ours.unlink()
        self.on_change()


def _conflict(place: SaveTarget) -> Fault | None:
    if place.conflict is None or place.ours is None:
        return None
    what = "somebody else changed this file meanwhile"
    return Fault(place.path.name, what, f"/conflict compares. Ours is kept in {place.ours.name}.")
