"""Makes and syncs folders, and sets mode, owner and group of the program's files.

After a sync a power cut loses neither a folder nor a name in it. Files and folders are for the
owner alone, in a group's folder for the group too.
"""

import contextlib
import errno
import os
import stat
from pathlib import Path

OWNER_ALONE = 0o600
WITH_GROUP = 0o660

# Errors of file systems that cannot sync a folder at all; every other error is a failed sync.
_NOT_SUPPORTED = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


class NotSyncedError(OSError):
    """The folder exists, but its name is not synced: a power cut may remove it."""


def make(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and its missing parents, and sync each name. OSError; after `NotSyncedError`
    all of them exist.

    `mode` is the folder's own; its parents get the default. An existing folder is not changed.
    Below a folder that is shared with a group, folders of the default mode are shared with it too,
    independent of the umask.
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
                _share(each)
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


# ---- mode, owner and group ----------------------------------------------------------------------


def keep_owner(target: Path, beside: Path, like: Path | None, *, private: bool) -> None:
    """Give `beside` the mode, owner and group of the `target` it will replace, or of `like`.

    Where neither exists: those of a new file in this folder.
    """
    with contextlib.suppress(OSError):
        pattern = target if target.exists() else like
        if pattern is None or not pattern.exists():
            _as_the_folder_wants(beside, private=private)
            return
        wanted = pattern.stat()
        _give(beside, wanted.st_uid, wanted.st_gid)
        mode = stat.S_IMODE(wanted.st_mode)
        if hasattr(os, "chown") and beside.stat().st_gid != wanted.st_gid:
            mode &= ~0o070  # the group's rights are not for another group
        beside.chmod(mode)


def _as_the_folder_wants(beside: Path, *, private: bool) -> None:
    folder = beside.parent.stat()
    groups = bool(folder.st_mode & stat.S_ISGID) or folder.st_mode & 0o022 == 0o020
    shared = groups and bool(folder.st_mode & 0o010) and not private
    if hasattr(os, "geteuid") and os.geteuid() == 0 and folder.st_uid != 0:
        _give(beside, folder.st_uid, folder.st_gid)  # sudo in another user's folder: the file is that user's
    elif shared:
        _give(beside, -1, folder.st_gid)
    beside.chmod(WITH_GROUP if shared and beside.stat().st_gid == folder.st_gid else OWNER_ALONE)


def _give(path: Path, owner: int, group: int) -> None:
    """Set owner and group as far as this process may; -1 leaves one unchanged."""
    if not hasattr(os, "chown"):
        return
    has = path.stat()
    if has.st_gid != group and group != -1:
        with contextlib.suppress(OSError):
            os.chown(path, -1, group)
    if has.st_uid != owner and owner != -1:
        with contextlib.suppress(OSError):
            os.chown(path, owner, -1)


def _share(folder: Path) -> None:
    """Give a new folder the group and the group's rights of a shared folder above it,
    independent of the umask.
    """
    with contextlib.suppress(OSError):
        above = folder.parent.stat()
        if above.st_mode & stat.S_ISGID or above.st_mode & 0o022 == 0o020:
            _give(folder, -1, above.st_gid)
            if folder.stat().st_gid == above.st_gid:
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | above.st_mode & 0o2070)
