"""The folder of sessions as sync sees it: the contents of the files, and the one door by which
sync writes, moves and lays beside.
"""

import contextlib
import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.sync.content import Content, digest, replaced, seen
from session_tui.model.sync.planner import Local
from session_tui.model.validation import ID
from session_tui.model.vocabulary import Detail
from session_tui.store import (
    atomic,
    contents,
    exchange,
    folders,
    locking,
    regular_file,
    removed_sessions,
    session_content,
)
from session_tui.store.deadline import COMMAND, within
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.session_file import Document
from session_tui.store.toml_file import keep_before

T = TypeVar("T")

BEFORE = "before-sync"  # suffix of a copy of what sync replaced
BEFORE_LOSSES = "before-losses"  # of one of what versions of others took away by parts
_LOOK = struct.Struct("=QQQQ")  # size, inode, mtime and ctime, the times in nanoseconds
_UINT64 = 2**64 - 1
_DOUBT = 2_000_000_000  # a file that changed this short before it was read may have changed since


class SessionFiles:
    """The sessions of a folder, and their removed ones. For one thread at a time."""

    def __init__(
        self, folder: Path, state: Path, now: Callable[[], datetime], rest: Callable[[], None] = lambda: None
    ) -> None:
        """`rest` is called after each file that was read: it may wait, or raise to end sync."""
        self.folder = folder
        self._rest = rest
        self.faults: dict[str, Fault] = {}  # why a session's file cannot be read
        self._state, self._now = state, now
        self._is_synced = True

    def path(self, session: str) -> Path:
        """The file of a session."""
        return self.folder / f"{session}.toml"

    # ---- looking --------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """The ids of the sessions that have a file, sorted; also where it is not on this machine.

        `StoreError` where the folder cannot be read.
        """
        try:
            found = contents.session_names(contents.names(self.folder))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreError(from_os_error(error, self.folder)) from error
        stems = (contents.stem_of(os.fsdecode(name)) for name in found)
        return tuple(stem for stem in stems if ID.fullmatch(stem))

    def digests(
        self, detail: Detail, looks: Mapping[str, tuple[bytes, str]], sessions: Iterable[str] | None = None
    ) -> tuple[dict[str, str], dict[str, tuple[bytes, str]]]:
        """The content digest of each session at this detail, empty where it cannot be read; and
        what to store of those that were read.

        `looks` are the stored ones: a file that has not changed since is not read. Without
        `sessions` it is of all in the folder; one that has no file is left out.
        """
        found: dict[str, str] = {}
        read: dict[str, tuple[bytes, str]] = {}
        for session in self.names() if sessions is None else sessions:
            look = _look(self.path(session))
            known = looks.get(session)
            if known is not None and look == known[0]:
                found[session] = known[1]
                continue
            seen_at = time.time_ns()
            local, _, _ = self._local(session)
            if local.state in ("missing", "removed"):
                continue
            content = local.file
            found[session] = digest(seen(content, detail)) if content is not None else ""
            if content is not None and look and max(_LOOK.unpack(look)[2:]) <= seen_at - _DOUBT:
                read[session] = (look, found[session])
            self._rest()
        return found, read

    def removed(self) -> frozenset[str]:
        """The ids of the removed sessions."""
        return frozenset(each.id for each in removed_sessions.removed(self.folder))

    def local(self, session: str) -> Local:
        """The file of a session as it is now."""
        path = self.path(session)
        if locking.is_open(path, self._state):
            return Local("open")
        return self._local(session)[0]

    def _local(self, session: str) -> tuple[Local, bytes, Document | None]:
        """The file of a session, its bytes, and its document."""
        path = self.path(session)
        for each, state in ((path, "here"), (removed_sessions.place(path), "removed")):
            try:
                raw = regular_file.read(each)
            except FileNotFoundError:
                if state == "here" and _is_elsewhere(path):
                    self.faults[session] = contents.not_here(path.name)
                    return Local("unreadable"), b"", None
                continue
            except OSError as error:
                self.faults[session] = from_os_error(error, each)
                return Local("unreadable"), b"", None
            read = session_content.content_in(raw, path)
            if isinstance(read, Fault):
                self.faults[session] = read
                return Local("unreadable"), raw, None
            self.faults.pop(session, None)
            return Local("here" if state == "here" else "removed", read[1]), raw, read[0]
        return Local("missing"), b"", None

    # ---- writing --------------------------------------------------------------------------------

    def write(self, session: str, over: Local, content: Content, *, keep: bool, earlier: Content | None = None) -> bool:
        """Write a content into a session's file, where that is still `over`; a removed one comes
        back. `keep` leaves a copy of what is replaced, and of `earlier`.

        False where it was not written because something changed. `StoreError` where the disk
        refuses, or no file can hold the content.
        """
        return self._within(session, lambda: self._write(session, over, content, keep, earlier))

    def _write(self, session: str, over: Local, content: Content, keep: bool, earlier: Content | None) -> bool:
        path = self.path(session)
        with contextlib.suppress(folders.NotSyncedError):
            folders.make(self.folder)
        with self._writing(path):
            now, raw, before = self._local(session)
            if now != over or locking.is_open(path, self._state):
                return False
            document = session_content.document_of(content, before)
            if isinstance(document, Fault):
                raise StoreError(document)
            if now.state != "here":
                try:
                    atomic.write(path, document.content(), exclusive=True, for_good=False)
                except FileExistsError:
                    return False
                self._is_synced = False
                if now.state == "removed":
                    self._superseded(removed_sessions.place(path), raw, now, content)
                return True
            if keep:
                atomic.keep_copy(path, BEFORE, raw)
            if earlier is not None and not isinstance(lost := session_content.document_of(earlier, before), Fault):
                atomic.keep_copy(path, BEFORE_LOSSES, lost.content())
            assert before is not None
            keep_before(path, raw, before.tables, Session)
            return exchange.exchange(path, document.content(), raw) is None

    def _superseded(self, place: Path, raw: bytes, before: Local, content: Content) -> None:
        """A removed file that came back goes; a copy stays where it held something else."""
        assert before.file is not None
        if digest(before.file) != digest(content):
            atomic.keep_copy(place, "earlier", raw)
        atomic.remove(place)

    def sync(self) -> None:
        """Keep the names of new files over a power cut; to be called before they are remembered.
        `StoreError`.
        """
        if not self._is_synced:
            self._within("", lambda: folders.sync(self.folder))
            self._is_synced = True

    def move(self, session: str, over: Local) -> bool:
        """Move a session's file to the removed ones, where it is still `over`; whether it was
        moved. `StoreError` where the disk refuses.
        """
        return self._within(session, lambda: self._move(session, over))

    def _move(self, session: str, over: Local) -> bool:
        path = self.path(session)
        now, raw, _ = self._local(session)
        if now != over or locking.is_open(path, self._state):
            return False
        try:
            removed_sessions.move(path, self._state, self._now(), raw)
        except exchange.ChangedError:
            return False
        return True

    def lay_beside(self, session: str, name: str, content: Content) -> bytes:
        """Write another version of a session beside its file, with what is private here; return
        its bytes. `StoreError`.
        """
        return self._within(session, lambda: self._lay_beside(session, name, content))

    def _lay_beside(self, session: str, name: str, content: Content) -> bytes:
        path = self.path(session)
        local, _, before = self._local(session)
        document = session_content.document_of(replaced(local.file, content).content, before)
        if isinstance(document, Fault):
            raise StoreError(document)
        written = Document(document.session, document.tables).content()
        # What stands there already may hold a user's edits; it is merged as it is.
        with contextlib.suppress(FileExistsError):
            atomic.write(path.with_name(name), written, like=path, exclusive=True)
        return written

    def take_away(self, session: str, name: str, raw_digest: str) -> bool:
        """Remove a version that sync laid beside a file, where it is still what was written."""
        path = self.path(session).with_name(name)
        try:
            if exchange.digest(regular_file.read(path)) == raw_digest:
                atomic.remove(path)
                return True
        except OSError:
            pass
        return False

    def beside(self, session: str, name: str) -> str:
        """The digest of the bytes of a file beside a session's; empty where there is none."""
        try:
            return exchange.digest(regular_file.read(self.path(session).with_name(name)))
        except OSError:
            return ""

    @contextlib.contextmanager
    def _writing(self, path: Path) -> Iterator[None]:
        with locking.writing(path, self._state):
            yield

    def _within(self, session: str, work: Callable[[], T]) -> T:
        path = self.path(session)

        def guarded() -> T:
            try:
                return work()
            except locking.LockTimeout:
                raise locking.busy(path) from None
            except OSError as error:
                raise StoreError(from_os_error(error, path, "It is synced next time.")) from error

        return within(COMMAND, partial(guarded), path, "It is synced next time.")


def _is_elsewhere(path: Path) -> bool:
    """Whether iCloud keeps the file elsewhere, with a placeholder in its place."""
    return path.with_name(f".{path.name}.icloud").exists()


def _look(path: Path) -> bytes:
    try:
        look = path.stat()
    except OSError:
        return b""
    return _LOOK.pack(look.st_size, look.st_ino & _UINT64, look.st_mtime_ns & _UINT64, look.st_ctime_ns & _UINT64)
