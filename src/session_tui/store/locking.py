"""Two locks of the kernel, which are released when the process that has them ends.

The *session lock* belongs to the screen that has the session open; its file is in the state
folder. The *write lock* is held while a file is read, changed and written, by screens and commands
alike. It is on the folder itself where the system can lock folders: then it holds for all users
and state folders of this machine, and no drive syncs it.

No other module imports filelock, and this one when a file is locked: to import it takes a tenth of
the time of a command, and most commands lock a folder at most.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.store import drafts, folders
from session_tui.store.errors import StoreError, from_os_error

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE = 5.0  # seconds to wait for the write lock; it is held for some milliseconds
_PAUSE = 0.002  # seconds between two tries
_LONGEST_PAUSE = 0.05  # of a lock that may be held for seconds
_GLANCE = 0.2  # seconds; a command that calls `held` has the lock that long at most, on a busy machine


class LockTimeout(TimeoutError):
    """Another process, or another part of this one, has the lock."""


def acquired(lock: Path, patience: float = 0.0) -> "FileLock":
    """Return the lock in this file, acquired; `LockTimeout` after `patience` seconds. OSError."""
    from filelock import FileLock, Timeout

    # It may be released on another thread: a screen closes a session where it is.
    found = FileLock(lock, timeout=0, thread_local=False)
    end, pause = time.monotonic() + patience, _PAUSE
    while True:
        try:
            found.acquire()
        except Timeout:
            left = end - time.monotonic()
            if left <= 0:
                raise LockTimeout(str(lock)) from None
        else:
            return found
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def session(path: Path, state: Path, patience: float = 0.0) -> "FileLock":
    """Return the acquired lock of a session; `LockTimeout` if another window has it. OSError."""
    return acquired(_lock_path(path, state, ".lock"), patience)


def held(path: Path, state: Path) -> bool:
    """Whether a screen with this state folder has the session open."""
    try:
        session(path, state).release()
    except LockTimeout:
        return True
    except OSError:
        return False
    return False


def is_open(path: Path, state: Path) -> bool:
    """The same as `held`; makes no lock file where the session was never opened."""
    return _lock_path(path, state, ".lock").exists() and held(path, state)


class Hold(Struct, frozen=True):
    """A session's lock, or why there is none: `read_only` (another window has it) or `notice` (no
    lock possible).
    """

    lock: "FileLock | None" = None
    read_only: str = ""
    notice: str = ""

    def release(self) -> None:
        """Release the lock, if there is one."""
        if self.lock is not None:
            self.lock.release()


def hold(path: Path, state: Path) -> Hold:
    """Lock a session for a screen, or return the reason why not. Never raises."""
    try:
        return Hold(session(path, state, _GLANCE))
    except LockTimeout:
        return Hold(read_only="open in another window")
    except OSError as error:
        fault = from_os_error(error, state / "locks")
        return Hold(notice=f"Nobody else is kept from opening this session: {fault.words}")


@contextlib.contextmanager
def writing(path: Path, state: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the write lock of a file; `LockTimeout` after `patience` seconds.

    Where no lock is possible nothing is locked; `store/exchange.py` compares what it replaces in
    any case.
    """
    handle = _opened(Path(os.path.realpath(path)).parent)
    try:
        if handle is None or not _locked(handle, path, patience):
            with _locked_in_state(path, state, patience):
                yield
        else:
            try:
                yield
            finally:
                _unlock(handle)
    finally:
        if handle is not None:
            os.close(handle)


def busy(path: Path) -> StoreError:
    """Return the error for a write lock that timed out."""
    what = f"another program has been writing in this folder for {PATIENCE:.0f} seconds"
    return StoreError(Fault(path.name, what, "Nothing was changed. Try again."))


def _opened(folder: Path) -> int | None:
    if not hasattr(os, "O_DIRECTORY"):
        return None
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None


def _locked(handle: int, path: Path, patience: float) -> bool:
    """Lock the folder; False where this file system cannot. `LockTimeout`."""
    import fcntl

    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise LockTimeout(str(path)) from None
            time.sleep(_PAUSE)
        except OSError:
            return False
        else:
            return True


def _unlock(handle: int) -> None:
    """Unlock explicitly: closing is not enough, since a process forked meanwhile has a copy of the
    handle.
    """
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_UN)


@contextlib.contextmanager
def _locked_in_state(path: Path, state: Path, patience: float) -> Iterator[None]:
    lock = None
    try:
        lock = acquired(_lock_path(path, state, ".write.lock"), patience)
    except LockTimeout:
        raise
    except OSError:
        lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _lock_path(path: Path, state: Path, ending: str) -> Path:
    folder = state / "locks"
    with contextlib.suppress(folders.NotSyncedError):  # locks do not outlive a power cut
        folders.make(folder, 0o700)
    return folder / f"{drafts.key(path)}{ending}"
