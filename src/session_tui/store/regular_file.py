"""Reads ordinary files of a bounded size; refuses pipes, devices and folders."""

import os
import stat
from pathlib import Path

LARGEST = 16 * 1024 * 1024  # bytes; a session of a thousand entries has about 400 KB
_AT_LEAST = 64 * 1024  # bytes per read
# Opening a pipe without a writer would block; a terminal must not become the program's own.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class OddFileError(OSError):
    """The path is not an ordinary file, or it is too large; `strerror` is the reason, as part of a
    sentence.
    """

    def __init__(self, text: str) -> None:
        super().__init__(0, text)


def read(path: Path, largest: int = LARGEST) -> bytes:
    """Return a file's content. OSError: `OddFileError` where it is not an ordinary file or has
    more than `largest` bytes.

    The path is checked before it is opened, since opening a device can have effects, and the open
    file again, since another file may have taken the name in between.
    """
    _check(path.stat(), largest)
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        _check(status, largest)
        content = b""
        # The buffer has the size of the file: 16 MB each time would take longer than reading a
        # session's 6 KB.
        while len(content) <= largest and (more := os.read(handle, max(min(status.st_size, largest) + 1, _AT_LEAST))):
            content += more
    finally:
        os.close(handle)
    if len(content) > largest:  # it grew meanwhile
        raise _too_large(len(content))
    return content


def _check(status: os.stat_result, largest: int) -> None:
    # Opening a folder raises an error that says so.
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise OddFileError("it is not an ordinary file")
    if status.st_size > largest and stat.S_ISREG(status.st_mode):
        raise _too_large(status.st_size)


def _too_large(size: int) -> OddFileError:
    return OddFileError(f"{size // (1024 * 1024)} MB is too large for a file of this program")
