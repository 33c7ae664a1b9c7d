"""Reading a file that may have become something else: a pipe, a device, a folder, gigabytes."""

import os
import stat
from pathlib import Path

LARGEST = 16 * 1024 * 1024  # bytes; a session of a thousand entries has about 400 KB
_AT_LEAST = 64 * 1024  # bytes asked for at a time
# A pipe that nobody writes into keeps even the opening of it waiting; a terminal must not become ours.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class OddFileError(OSError):
    """What stands under the name is no file of this program; its `strerror` says why, as part of a sentence."""

    def __init__(self, words: str) -> None:
        super().__init__(0, words)


def read(path: Path, largest: int = LARGEST) -> bytes:
    """A file's content. Raises OSError: `OddFileError` where it is no ordinary file or larger than `largest` bytes.

    It is looked at before it is opened, since opening alone can have effects on a device, and once more when it is
    open, since another one may have taken the name in between.
    """
    _check(path.stat(), largest)
    handle = os.open(path, _FLAGS)
    try:
        look = os.fstat(handle)
        _check(look, largest)
        content = b""
        # No more room than it needs is asked for: 16 MB each time would take longer than reading a session's 6 KB.
        while len(content) <= largest and (more := os.read(handle, max(min(look.st_size, largest) + 1, _AT_LEAST))):
            content += more
    finally:
        os.close(handle)
    if len(content) > largest:  # it grew meanwhile
        raise _too_large(len(content))
    return content


def _check(look: os.stat_result, largest: int) -> None:
    # A folder says what it is by itself.
    if not (stat.S_ISREG(look.st_mode) or stat.S_ISDIR(look.st_mode)):
        raise OddFileError("it is no ordinary file")
    if look.st_size > largest and stat.S_ISREG(look.st_mode):
        raise _too_large(look.st_size)


def _too_large(size: int) -> OddFileError:
    return OddFileError(f"{size // (1024 * 1024)} MB is too large for a file of this program")
