"""Folders: made and synced, so that neither one nor a name in it is lost with the power."""

import errno
import os
from pathlib import Path

from session_tui.store import ownership

# What a file system says that has no such thing as a sync of a folder; every other error is a failed one.
_NO_SUCH_THING = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


class NotSyncedError(OSError):
    """It is there, and a power cut may take it away."""


def make(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, each synced in the one it stands in. OSError; where that is
    `NotSyncedError` they are all there.

    `mode` is the folder's own; those above it get the usual one. One that is there is left as it is. In a group's
    folder what is made with the usual mode is the group's too, whatever the umask says.
    """
    if folder.is_dir():
        return
    missing = [folder]
    while not (above := missing[-1].parent).exists():
        missing.append(above)
    failed: NotSyncedError | None = None
    for each in reversed(missing):
        try:
            each.mkdir(mode if each is folder else 0o777)
        except FileExistsError:
            if not each.is_dir():
                raise
        else:
            if each is not folder or mode == 0o777:
                ownership.share(each)
        # Where another program was quicker, it may not have synced it yet.
        try:
            sync(each.parent)
        except NotSyncedError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def sync(folder: Path) -> None:
    """Make the names in a folder as durable as the files they stand for. OSError, `NotSyncedError` where that fails.

    Nothing is done where there is no such thing: on Windows, and where the file system says so.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_THING:
            raise NotSyncedError(error.errno, error.strerror) from error
    finally:
        os.close(handle)
