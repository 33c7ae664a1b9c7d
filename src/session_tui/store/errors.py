"""What the operating system says, as a sentence for the person at the keyboard."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from session_tui.model.fault import Fault

T = TypeVar("T")
REPORT_NAME = "last-error.txt"
_WHAT = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file may not grow any further",
    errno.EACCES: "it may not be written",
    errno.EPERM: "it may not be written",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the folder is gone",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EIO: "the disk does not answer",
}


class StoreError(Exception):
    """Something in a folder or file stands in the way; carries the faults to say."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class WrongName(StoreError):
    """A name that was typed means nothing here, or two things: wrong usage, with what may have been meant."""


def from_os_error(error: OSError, path: Path, do: str = "") -> Fault:
    """An error of the operating system about a path."""
    words = error.strerror or "it cannot be used"
    # An error of our own has no number, and is worded as it is to be said.
    return Fault(str(path), _WHAT.get(error.errno, words.lower()) if error.errno else words, do)


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside is a fault of this file, as a `StoreError`; never an end of what reads many files.

    What nobody foresaw is kept as an error report, and the fault says where.
    """
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(from_os_error(error, path)) from error
    except Exception as error:
        raise StoreError(unforeseen(error, path.name)) from error


def foreseen(work: Callable[[], T]) -> Callable[[], T]:
    """The same work, of which a screen hears `StoreError` alone: it is never left waiting for an answer."""

    def done() -> T:
        try:
            return work()
        except StoreError:
            raise
        except Exception as error:
            raise StoreError(unforeseen(error)) from error

    return done


def unforeseen(error: Exception, where: str = "") -> Fault:
    """The fault that stands for an exception that nobody foresaw; its report is kept."""
    kept = keep_report(error)
    what = (
        f"something in it was not foreseen ({type(error).__name__})"
        if where
        else (f"this should not have happened ({type(error).__name__})")
    )
    return Fault(where, what, f"Details: {kept}" if kept else "")


def keep_report(error: BaseException) -> Path | None:
    """Write the newest error's traceback, for its owner alone; None where even that fails."""
    import traceback

    import platformdirs

    from session_tui.store import atomic, folders, ownership

    try:
        own = os.environ.get("SESSION_TUI_STATE")
        folder = Path(own) if own else platformdirs.user_state_path("session-tui", appauthor=False)
        folders.make(folder, 0o700)
        path = folder / REPORT_NAME
        text = "".join(traceback.format_exception(error))
        atomic.write(path, text.encode("utf-8", "backslashreplace"), for_good=False, private=True)
        path.chmod(ownership.OWNER_ALONE)  # one that an earlier version left may be open to others
    except (OSError, ValueError):
        return None
    return path
