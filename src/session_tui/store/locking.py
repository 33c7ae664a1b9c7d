"""The kernel's lock for a session's file on this machine; it lives in the state folder, so that no drive syncs it."""

from pathlib import Path

from filelock import FileLock

from session_tui.store import drafts, folders


def acquired(path: Path, state: Path) -> FileLock:
    """The lock, taken; `filelock.Timeout` where another window has it, OSError where there can be none."""
    folder = state / "locks"
    folders.make(folder, 0o700)
    # The screen closes a session in another thread than the one that opened it.
    lock = FileLock(folder / f"{drafts.key(path)}.lock", timeout=0, thread_local=False)
    lock.acquire()
    return lock
