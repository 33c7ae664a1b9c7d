"""Who may read and write a file or folder of ours: its owner alone, and in a group's folder the group."""

import contextlib
import os
import stat
from pathlib import Path

OWNER_ALONE = 0o600
WITH_GROUP = 0o660


def keep(target: Path, beside: Path, like: Path | None, *, private: bool) -> None:
    """Mode, owner and group of the file that is replaced, or is the pattern; else those the folder gives a new file."""
    with contextlib.suppress(OSError):
        pattern = target if target.exists() else like
        if pattern is None or not pattern.exists():
            _as_the_folder_wants(beside, private=private)
            return
        wanted = pattern.stat()
        _give(beside, wanted.st_uid, wanted.st_gid)
        mode = stat.S_IMODE(wanted.st_mode)
        if hasattr(os, "chown") and beside.stat().st_gid != wanted.st_gid:
            mode &= ~0o070  # what one group might do is nothing for another
        beside.chmod(mode)


def _as_the_folder_wants(beside: Path, *, private: bool) -> None:
    folder = beside.parent.stat()
    groups = bool(folder.st_mode & stat.S_ISGID) or folder.st_mode & 0o022 == 0o020
    shared = groups and bool(folder.st_mode & 0o010) and not private
    if hasattr(os, "geteuid") and os.geteuid() == 0 and folder.st_uid != 0:
        _give(beside, folder.st_uid, folder.st_gid)  # sudo in the folder of another: the file is that one's
    elif shared:
        _give(beside, -1, folder.st_gid)
    beside.chmod(WITH_GROUP if shared and beside.stat().st_gid == folder.st_gid else OWNER_ALONE)


def _give(path: Path, owner: int, group: int) -> None:
    """Owner and group, as far as this process may give them away; -1 leaves one as it is."""
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
    """A folder that was just made is the group's too where the one above it is a group's, whatever the umask says."""
    with contextlib.suppress(OSError):
        above = folder.parent.stat()
        if above.st_mode & stat.S_ISGID or above.st_mode & 0o022 == 0o020:
            _give(folder, -1, above.st_gid)
            if folder.stat().st_gid == above.st_gid:
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | above.st_mode & 0o2070)
