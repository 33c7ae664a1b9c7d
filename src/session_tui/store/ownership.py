"""Mode, owner and group of the program's files and folders: owner alone, in a group's folder the
group too.
"""

import contextlib
import os
import stat
from pathlib import Path

OWNER_ALONE = 0o600
WITH_GROUP = 0o660


def keep(target: Path, beside: Path, like: Path | None, *, private: bool) -> None:
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


def share(folder: Path) -> None:
    """Give a new folder the group and the group's rights of a shared folder above it, whatever the
    umask is.
    """
    with contextlib.suppress(OSError):
        above = folder.parent.stat()
        if above.st_mode & stat.S_ISGID or above.st_mode & 0o022 == 0o020:
            _give(folder, -1, above.st_gid)
            if folder.stat().st_gid == above.st_gid:
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | above.st_mode & 0o2070)
