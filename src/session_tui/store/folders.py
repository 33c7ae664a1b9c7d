"""Makes and syncs folders, so that a power cut loses neither a folder nor a name in it."""

import errno
import os
from pathlib import Path

from session_tui.store import ownership

# Errors of file systems that cannot sync a folder at all; every other error is a failed sync.
_NOT_SUPPORTED = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


class NotSyncedError(OSError):
    """The folder exists, but its name is not synced: a power cut may remove it."""


def make(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and its missing parents, and sync each name. OSError; after `NotSyncedError`
    all of them exist.

    `mode` is the folder's own; its parents get the default. An existing folder is not changed.
    Below a folder that is shared with a group, folders of the default mode are shared with it too,
    whatever the umask is.
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
        # Also where another program made it: that one may not have synced it yet.
        try:
            sync(each.parent)
        except NotSyncedError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def sync(folder: Path) -> None:
    """Sync the names in a folder. OSError, `NotSyncedError` where that fails.

    Does nothing on Windows, and where the file system has no such operation.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise NotSyncedError(error.errno, error.strerror) from error
    finally:
        os.close(handle)
