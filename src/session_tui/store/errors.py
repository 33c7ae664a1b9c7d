"""Errors of files, folders and typed names as faults: sentences for the user.

Unexpected exceptions leave an error report.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from session_tui.model.fault import Fault

T = TypeVar("T")
REPORT_NAME = "last-error.txt"
_NAMES_SHOWN = 3  # names in one message
_WHAT = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file may not grow any further",
    errno.EACCES: "it may not be written",
    errno.EPERM: "it may not be written",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the folder is gone",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EIO: "the disk does not answer",
}


class StoreError(Exception):
    """A file or folder cannot be used; carries the faults to show."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.words for fault in faults))
        self.faults = faults


class WrongUsage(StoreError):
    """What was typed cannot be done as it stands: exit status 2, not 1."""


class WrongName(WrongUsage):
    """A typed name matches nothing, or two things: wrong usage, with suggestions."""


def resolve(typed: str, known: Iterable[str], nobody: str, otherwise: str = "") -> str:
    """Return the known name that equals the typed one, or the only one that contains it.

    `WrongName` where two match or none does. `nobody` is the message for none, with {} for the
    name; `otherwise` is the advice where no known name is similar.
    """
    from session_tui.model.similar_names import match

    found = match(typed, known)
    if found.name:
        return found.name
    if not typed.strip():
        raise WrongName(Fault("", "no name is given", otherwise))
    if found.several:
        raise WrongName(Fault("", f"{typed} may be {_some(found.several)}", "Write more of the name."))
    do = f"Did you mean {' or '.join(found.near)}?" if found.near else otherwise
    raise WrongName(Fault("", nobody.replace("{}", typed), do))


def _some(names: tuple[str, ...]) -> str:
    """Return the first three names, and how many more there are."""
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"{', '.join(names[:_NAMES_SHOWN])}{more}"


def from_os_error(error: OSError, path: Path, do: str = "") -> Fault:
    """Return an error of the operating system about a path as a fault; `do` is the advice."""
    text = error.strerror or "it cannot be used"
    # An error of our own has no number, and its text is shown as it is.
    return Fault(str(path), _WHAT.get(error.errno, text.lower()) if error.errno else text, do)


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Turn every exception inside into a `StoreError` about this file, so that a loop over files
    goes on.

    An unexpected exception is saved as an error report, and the fault names the report.
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
    """Return the same function, which raises no other exception than `StoreError`, so that a
    screen always gets one.
    """

    def done() -> T:
        try:
            return work()
        except StoreError:
            raise
        except Exception as error:
            raise StoreError(unforeseen(error)) from error

    return done


def unforeseen(error: Exception, where: str = "") -> Fault:
    """Return the fault for an unexpected exception, and save its report."""
    report = keep_report(error)
    what = "something in it was not foreseen" if where else "this should not have happened"
    return Fault(where, f"{what} ({type(error).__name__})", f"Details: {report}" if report else "")


def keep_report(error: BaseException) -> Path | None:
    """Write the traceback to `last-error.txt`, for the owner alone; None where that fails."""
    import traceback

    import platformdirs

    from session_tui.store import atomic, folders

    try:
        own = os.environ.get("SESSION_TUI_STATE")
        folder = Path(own) if own else platformdirs.user_state_path("session-tui", appauthor=False)
        folders.make(folder, 0o700)
        path = folder / REPORT_NAME
        text = "".join(traceback.format_exception(error))
        atomic.write(path, text.encode("utf-8", "backslashreplace"), for_good=False, private=True)
        path.chmod(folders.OWNER_ALONE)  # an older report may be readable by others
    except (OSError, ValueError):
        return None
    return path
