"""Folders: made and synced, so that neither one nor a name in it is lost with the power; listed."""

import errno
import os
from pathlib import Path

from session_tui.store.deadline import COMMAND, within

# What a file system says that has no such thing as a sync of a folder; every other error is a failed one.
_NO_SUCH_THING = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def make(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, each synced in the one it stands in. OSError.

    `mode` is the folder's own; those above it get the usual one. One that is there is left as it is.
    """
    if folder.is_dir():
        return
    missing = [folder]
    while not (above := missing[-1].parent).exists():
        missing.append(above)
    for each in reversed(missing):
        try:
            each.mkdir(mode if each is folder else 0o777)
        except FileExistsError:
            if not each.is_dir():
                raise
        # Where another program was quicker, it may not have synced it yet.
        sync(each.parent)


def names(folder: Path) -> list[bytes]:
    """What is in a folder, in no order. OSError, and `StoreError` where the disk does not answer."""
    return within(COMMAND, lambda: os.listdir(os.fsencode(folder)), folder, "Is its drive connected?")  # noqa: PTH208 - of ten thousand files names alone


def sync(folder: Path) -> None:
    """Make the names in a folder as durable as the files they stand for. OSError where that fails.

    Nothing is done where there is no such thing: on Windows, and where the file system says so.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_THING:
            raise
    finally:
        os.close(handle)
