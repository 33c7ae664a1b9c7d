"""The follower of a session that this window only reads: one thread that looks at two files.

The session's file is looked at twice a second, by its `stat`, on this thread alone: no kind of
notification reaches a network drive or a folder that a program syncs, and a look costs some
microseconds. The draft of the window that holds the session lies on this machine; it is looked at
twenty times a second, because the curtain must be here at once. A change of the draft also is a
reason to look at the session.

The follower writes nothing, and what it cannot read changes nothing: the last sound version stays.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import drafts, regular_file, session_file
from session_tui.store.deadline import SILENT, ResponseWatch
from session_tui.store.drafts import Draft
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.session_file import Document

LOOK = 0.5  # seconds between two looks at the session's file
GLANCE = 0.05  # seconds between two looks at the draft
RETURNS = "The last sound version is shown."

Seen = tuple[int, ...] | None  # a file's identity, size and times; None where there is none


class SessionFollower(threading.Thread):
    """Keeps a window that only reads in step with the file and with the holder's draft."""

    def __init__(
        self, path: Path, content: bytes, session: Session, folder: Path, take: Callable[[Document, bytes], None]
    ) -> None:
        """`content` is what the file held when it was opened, `folder` has the drafts; `take` is
        called on this thread with each new version.
        """
        super().__init__(name=f"follower of {path.name}", daemon=True)
        self.path = path
        self.draft: Draft | None = None  # the holder's; None where there is none
        self.on_change: Callable[[], None] = lambda: None
        self._content, self._id, self._take = content, session.id, take
        self._draft_file = drafts.file_of(folder, path)
        self._folder = folder
        self._seen: Seen = None
        self._seen_draft: Seen = None
        self._failed: Fault | None = None  # at the last look
        self._behind: Fault | None = None  # at two looks, one after the other
        self._watch = ResponseWatch()
        self._over = threading.Event()
        self._glance()

    @property
    def behind(self) -> Fault | None:
        """Why the shown version may not be the newest; None while it is. Poll it, for a silent
        disk.
        """
        return Fault(self.path.name, SILENT, RETURNS) if self._watch.overdue else self._behind

    def finish(self, timeout: float) -> None:
        """Stop looking; a look at a silent disk is not waited for."""
        self._over.set()
        self.join(timeout)

    def run(self) -> None:
        """Look until finished."""
        next_look = 0.0
        while not self._over.wait(GLANCE):
            changed = self._glance()
            if changed or time.monotonic() >= next_look:
                changed |= self._look()
                next_look = time.monotonic() + LOOK
            if changed and not self._over.is_set():
                self.on_change()

    def _glance(self) -> bool:
        """Read the draft where it has changed; whether it has."""
        seen = _stat(self._draft_file)
        if seen == self._seen_draft:
            return False
        self._seen_draft = seen
        self.draft = drafts.read(self._folder, self.path) if seen else None
        return True

    def _look(self) -> bool:
        """Read the session where its file has changed; whether anything has."""
        before = self._behind
        self._watch.start()
        try:
            failed, fresh = self._read()
        except Exception as error:  # noqa: BLE001 - the thread must go on looking
            failed, fresh = Fault(self.path.name, f"it cannot be read ({type(error).__name__})", RETURNS), False
        finally:
            late = self._watch.overdue
            self._watch.stop()
        # One failed look says nothing: other programs do not replace a file as one step.
        self._behind = failed if failed and self._failed else None
        self._failed = failed
        return fresh or late or self._behind != before

    def _read(self) -> tuple[Fault | None, bool]:
        seen = _stat(self.path)
        if seen is None:
            return self._gone(), False
        if seen == self._seen and not self._failed:
            return None, False
        try:
            content = regular_file.read(self.path)
            if content == self._content:
                self._seen = seen
                return None, False
            document = session_file.read(content)
        except FileNotFoundError:
            return self._gone(), False
        except OSError as error:
            return Fault(self.path.name, from_os_error(error, self.path).what, RETURNS), False
        except StoreError:
            # Without the fault's own words, which may hold a covered text.
            return Fault(self.path.name, "the session's file is broken", RETURNS), False
        if document.session.id != self._id:
            return Fault(self.path.name, "another session is in the file", RETURNS), False
        self._seen, self._content = seen, content
        self._glance()  # before the new version is shown: the curtain may cover it
        self._take(document, content)
        return None, True

    def _gone(self) -> Fault:
        """The fault of a missing file, with the name that a sync program may have given it."""
        try:
            near = sorted(each.name for each in self.path.parent.iterdir() if self._is_it(each.name))
        except OSError:
            return Fault(self.path.name, "the folder is gone", RETURNS)
        what = f"the session's file is gone; {near[0]} lies beside it" if near else "the session's file is gone"
        return Fault(self.path.name, what, RETURNS)

    def _is_it(self, name: str) -> bool:
        return name != self.path.name and name.startswith(self.path.stem) and name.endswith(".toml")


def _stat(path: Path) -> Seen:
    """What tells one version of a file from the next; None without a file. OSError is not a file
    either: the read says why.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
