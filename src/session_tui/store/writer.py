"""One thread a session that brings its values to disk, in order, a newer one standing for those it overtook.

Giving it a value never waits. A write that fails is tried again, with growing pauses, until it succeeds: the
value stays here meanwhile. Before each write the file is compared with what was last read or written: what another
program changed is taken in first; where both changed one entry, theirs stays and our version goes to a file beside it.

A disk may also not answer at all. That is said after some seconds; another place then gets another thread, and the one
that waits is left behind. When its disk answers after all, what it wrote is compared, said, and left where it is.
"""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import Timeout
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import atomic, exchange, locking, regular_file, rewrite, session_file
from session_tui.store.deadline import ANSWER, SILENT, ResponseWatch
from session_tui.store.errors import from_os_error
from session_tui.store.session_file import Document

SaveStatus: TypeAlias = Literal["saved", "saving", "not saved"]

PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between tries; the last one for as long as it takes
PATIENCE_FOR_OTHERS = 2.0  # seconds that another program may take to write the file
LOOK = 0.5  # seconds between two looks at the file, while there is nothing to write
KEPT = "Kept here, tried again; /elsewhere FOLDER saves it there."
SHOWN = 3  # differences that are told of a disk that answered after all
WAITED_FOR = "Kept here; /elsewhere FOLDER saves it there."  # short: 80 columns have to show it


class SaveTarget(Struct, frozen=True):
    """Where the session goes, and how things stand there. One value: whoever finds another one than it began with knows
    that what it did belongs to a place that is no more.
    """

    path: Path
    document: Document  # as it was last written or read
    content: bytes  # what the file held then
    base: Session  # the value that the file had then: what is ours is what was changed since
    conflict: bytes | None = None  # what somebody else wrote, while that waits for a choice
    ours: Path | None = None  # where ours is kept meanwhile
    behind: bool = False  # to be written whether the session is another one or not
    rewritten: bool = False


class _Hand(threading.Thread):
    """The thread that writes. Where the disk does not answer it cannot be stopped, only left behind."""

    def __init__(self, path: Path, work: Callable[["_Hand"], None]) -> None:
        super().__init__(name=f"writer of {path.name}", daemon=True)
        self.watch = ResponseWatch()
        self.late = False  # it was left behind because its disk did not answer
        self.over = False  # it was told to finish, and writes nothing more
        self._work = work

    def run(self) -> None:
        """Until it is finished and nothing is left to write, or another one has taken its place."""
        self._work(self)


class Writer:
    """Owns the file: its path, its content as we know it, the document last written."""

    def __init__(self, path: Path, content: bytes, document: Document, state: Path, *, unsynced: bool = False) -> None:
        self.trouble: Fault | None = None
        self.notices: tuple[str, ...] = ()
        self.on_change: Callable[[], None] = lambda: None
        # Asked from this thread about a version that others wrote: whether it was taken in, with ours laid over it.
        self.take_in: Callable[[SaveTarget, Document, bytes], bool] = lambda place, theirs, content: False
        self._place = SaveTarget(path, document, content, document.session, behind=unsynced)
        self._state = state
        self._wanted = document.session
        self._tries = 0
        self._seen: tuple[int, ...] = ()
        self._swept = False
        self._attempt: bytes | None = None  # what was last put into the file, whether its sync succeeded or not
        self._closing = False
        self._news = threading.Condition()
        self._hand = _Hand(path, self._write_all)

    def start(self) -> None:
        """Begin to write what is wanted."""
        self._hand.start()

    @property
    def path(self) -> Path:
        """The session's file."""
        return self._place.path

    @property
    def document(self) -> Document:
        """What is on disk, with everything of the file that is not the session's."""
        return self._place.document

    @property
    def saved(self) -> Session:
        """The value that is on disk."""
        return self._place.document.session

    @property
    def conflict(self) -> bytes | None:
        """What somebody else wrote, while that waits for a choice."""
        return self._place.conflict

    @property
    def ours(self) -> Path | None:
        """Where ours is kept, while there is a conflict."""
        return self._place.ours

    @property
    def save_status(self) -> SaveStatus:
        """Whether all is on disk."""
        place = self._place
        if self._wanted is place.document.session and not place.behind:
            return "saved"
        return "not saved" if self._tries or self._hand.watch.overdue else "saving"

    @property
    def unanswered(self) -> Fault | None:
        """What is said while the disk does not answer; nobody is told of its beginning, so it is to be asked for."""
        return Fault(str(self.path), SILENT, WAITED_FOR) if self._hand.watch.overdue else None

    def want(self, session: Session) -> None:
        """This value is to be on disk; returns at once."""
        with self._news:
            self._wanted = session
            if self._hand.over:  # entered in the moment in which the session was about to be closed
                self._hand = _Hand(self.path, self._write_all)
                self._hand.start()
            self._news.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until what is wanted is on disk, or it is known that it cannot be now; whether it is on disk."""
        with self._news:
            self._news.wait_for(lambda: not self._due() or self._tries > 0, timeout)
            return not self._due()

    def move(self, path: Path, content: bytes) -> None:
        """From now on the session is written here, where `content` was just put."""
        with self._news:
            # The value on disk is none of this place's: it is written as if it had changed.
            was = self._place.document
            document = Document(was.session, was.tables, was.newline, was.bom, {})
            self._place = SaveTarget(path, document, content, self._place.base, behind=True, rewritten=True)
            self._tries, self.trouble = 0, None
            self._news.notify_all()
            if not self._hand.watch.busy:
                return
            self._hand.late = self._hand.watch.overdue
            self._hand = _Hand(path, self._write_all)
            self._hand.start()

    def finish(self, timeout: float) -> bool:
        """Write what is to be written, then stop. False where it is not on disk in time; the thread goes on trying."""
        with self._news:
            self._closing = True
            self._tries = min(self._tries, 1)
            self._news.notify_all()
            if not self._news.wait_for(lambda: not self._due(), timeout):
                self._closing = False
                return False
            hand = self._hand
        # Tidying up and looking are not waited for longer where the disk does not answer.
        hand.join(min(timeout, ANSWER))
        return True

    @property
    def done(self) -> bool:
        """Nothing is left to write."""
        return not self._due()

    def _write_all(self, hand: _Hand) -> None:
        while True:
            with self._news:
                while not self._due():
                    if self._closing or self._hand is not hand:
                        hand.over = True
                        return
                    if not self._news.wait(LOOK):
                        break
                if self._hand is not hand:
                    return
                session, place, due = self._wanted, self._place, self._due()
                hand.watch.start()
            if due:
                self._store(session, place, hand)
            else:
                with contextlib.suppress(Exception):  # whatever a file of others holds: it is said at the next write
                    self._look_at(place)
                hand.watch.stop()
            if self._hand is not hand:
                if hand.late:
                    self._compare(place)
                return

    def _due(self) -> bool:
        return self._wanted is not self._place.document.session or self._place.behind

    def _notice(self, words: str) -> None:
        if words not in self.notices:
            self.notices = (*self.notices, words)
            self.on_change()

    def _store(self, session: Session, place: SaveTarget, hand: _Hand) -> None:
        fault, after = None, None
        try:
            written = place.document.with_session(session)
            after = self._put(place, session, written.content())
        except OSError as error:
            fault = from_os_error(error, place.path, KEPT)
        except Exception as error:  # noqa: BLE001 - the thread is the last one who can still say it; nothing is lost
            fault = Fault(str(place.path), f"it cannot be written ({type(error).__name__}: {error})", KEPT)
        with self._news:
            hand.watch.stop()
            # Moved, or a conflict ended, while this was written: that place wants its own writing.
            if self._place is place and fault is not None:
                self._tries, self.trouble = self._tries + 1, fault
            elif self._place is place and after is not None:
                self._place = replace(after, document=written, behind=False)
                self._tries, self.trouble = 0, _conflict(after)
            self._news.notify_all()
        self.on_change()
        if fault is not None:
            self._pause(session, place)
        elif after is not None and not self._swept:
            self._swept = True
            hand.watch.start()
            exchange.sweep(place.path)
            hand.watch.stop()

    def _pause(self, session: Session, place: SaveTarget) -> None:
        with self._news:
            pause = PATIENCE[min(max(self._tries, 1), len(PATIENCE)) - 1]
            # A newer value or another place is worth a try at once.
            self._news.wait_for(lambda: self._wanted is not session or self._place is not place, pause)

    def _compare(self, place: SaveTarget) -> None:
        """A disk that was left behind has answered: what its file says now, beside what counts."""
        from session_tui.model.diff import conflict_sentences

        try:
            differs = conflict_sentences(self._wanted, session_file.read(regular_file.read(place.path)).session)
        except Exception:  # noqa: BLE001 - nothing of a session landed there
            return
        # Which entries and keys alone: what they say may be covered on a screen that is shared.
        heads = [each.partition(":")[0] for each in differs]
        says = f"{'; '.join(heads[:SHOWN])}{' …' if len(heads) > SHOWN else ''}" if heads else "nothing"
        self._notice(
            f"The old place answered after all. It differs in: {says}. It is left as it is: {place.path}. "
            f"This session is {self.path}."
        )

    def _put(self, place: SaveTarget, session: Session, content: bytes) -> SaveTarget | None:
        """Write the content to the file, or beside it where the file is somebody else's now; how things stand then.

        None where theirs was taken in: another value is to be written now, if any.
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
        if place.ours is not None:  # of a conflict that ended for ours: the file has it all now
            with contextlib.suppress(OSError):
                place.ours.unlink()
        return replace(place, content=content, base=session, ours=None, rewritten=True)

    def _write_once(self, place: SaveTarget, content: bytes) -> bytes | None:
        """Put the content in the place of what the file held when we last looked; what stands there instead, or None.

        OSError where it is not on disk, or where another program has been writing for too long.
        """
        try:
            with locking.writing(place.path, self._state, PATIENCE_FOR_OTHERS):
                return self._exchanged(place, content)
        except Timeout:
            # Whoever has the lock stands still: what was typed is not kept waiting, and nothing is replaced unseen.
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
            if there == self._attempt:  # it is ours, though its sync failed
                known = there
            elif there not in (known, content):
                return there
        if not place.rewritten and place.content:
            for words in rewrite.keep_before(place.path, place.content, place.document.tables, Session):
                self._notice(words)
        self._attempt = content
        other = exchange.exchange(place.path, content, known)
        if other is not None and other.kept is not None:
            self._notice(f"One more version that another program wrote is kept in {other.kept.name}.")
        return None if other is None else other.content

    def _look_at(self, place: SaveTarget) -> None:
        """Take in what others wrote meanwhile. Whether the file was touched is asked of it often, and only that."""
        try:
            look = place.path.stat()
            seen = (look.st_ino, look.st_size, look.st_mtime_ns, look.st_ctime_ns)
            if seen == self._seen or place.conflict is not None:
                return
            there = regular_file.read(place.path)
        except OSError:
            return  # nothing is to be written: it is said when something is
        self._seen = seen
        if there != place.content:
            # What cannot be taken in may be half a file, still on its way: a conflict once something is to be written.
            self._taken_in(place, there)

    def _taken_in(self, place: SaveTarget, content: bytes) -> bool:
        """Whether another version of the session is what this one goes on from now."""
        try:
            theirs = session_file.read(content, place.path)
        except Exception:  # noqa: BLE001 - whatever a file of others holds: what is no session is a conflict
            return False
        if theirs.newer or theirs.session.id != place.document.session.id:
            return False
        return self.take_in(place, theirs, content)

    def rebase_on(self, place: SaveTarget, theirs: Document, content: bytes, wanted: Session) -> bool:
        """Theirs, which stands in the file, is what the session is written over from now on; False where it moved."""
        with self._news:
            if self._place is not place:
                return False
            self._place = SaveTarget(place.path, theirs, content, theirs.session)
            self._wanted, self._tries, self.trouble = wanted, 0, None
            self._news.notify_all()
        return True

    def keep_ours(self) -> None:
        """End a conflict: ours goes into the file, theirs is kept aside. OSError where it cannot be.

        A version that somebody wrote after the one that was shown is another conflict.
        """
        theirs = self._place.conflict
        if theirs is None:
            return
        atomic.keep_copy(self.path, "theirs", theirs)
        with self._news:
            if self._place.conflict is theirs:
                self._place = replace(self._place, content=theirs, conflict=None, behind=True)
                self.trouble = None
                self._news.notify_all()
        self.on_change()

    def keep_aside(self, mine: Session) -> None:
        """Our version beside the file, before theirs is taken. OSError."""
        atomic.keep_copy(self.path, "mine", self.document.with_session(mine).content())

    def take(self, theirs: Document) -> None:
        """End a conflict: theirs, which stands in the file, is the session now. No disk is touched but to tidy up."""
        with self._news:
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
