"""What the operating system says, as a sentence for the person at the keyboard."""

import errno
from pathlib import Path

from session_tui.model.fault import Fault

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


def fault_of(error: OSError, path: Path, do: str = "") -> Fault:
    """An error of the operating system about a path."""
    words = error.strerror or "it cannot be used"
    # An error of our own has no number, and is worded as it is to be said.
    return Fault(str(path), _WHAT.get(error.errno, words.lower()) if error.errno else words, do)
