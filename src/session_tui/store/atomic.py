"""Writing a file so that a crash leaves the old one or the new one, whole."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

OWNER_ALONE = 0o600
WITH_GROUP = 0o660


def write(
    path: Path,
    content: bytes,
    *,
    sync: bool = True,
    anew: bool = False,
    like: Path | None = None,
    stamp: float | None = None,
    private: bool = False,
) -> None:
    """Replace a file's content at once; a link is followed, mode and owner are kept.

    A new file is its owner's alone, and in a group's folder the group's to read and write; `private` keeps it its
    owner's alone there too.

    The content is written beside the file, synced, and renamed over it; then the folder is synced. `anew` refuses to
    replace a file that is there (FileExistsError). A new file gets the mode of `like`, where that is given: whoever may
    read the one may read the other. `stamp` is the time, in seconds since 1970, that the file shows instead of this
    moment, from the first moment of its name on. Raises OSError; what was written beside is then removed.
    """
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", suffix=".tmp", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        _keep_mode(target, beside, like, private=private)
        if stamp is not None:
            os.utime(beside, (stamp, stamp))
        if anew:
            _link(beside, target)
        else:
            beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    if sync:
        _sync_folder(target.parent)


def _keep_mode(target: Path, beside: Path, like: Path | None, *, private: bool) -> None:
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
    """Owner and group, as far as whoever runs this may give them away; -1 leaves one as it is."""
    if not hasattr(os, "chown"):
        return
    has = path.stat()
    if has.st_gid != group and group != -1:
        with contextlib.suppress(OSError):
            os.chown(path, -1, group)
    if has.st_uid != owner and owner != -1:
        with contextlib.suppress(OSError):
            os.chown(path, owner, -1)


def make_folder(path: Path) -> None:
    """A folder and those above it; in a group's folder what is made is the group's too, whatever the umask says."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        with contextlib.suppress(OSError):
            above = each.parent.stat()
            if above.st_mode & stat.S_ISGID or above.st_mode & 0o022 == 0o020:
                _give(each, -1, above.st_gid)
                if each.stat().st_gid == above.st_gid:
                    each.chmod(stat.S_IMODE(each.stat().st_mode) | above.st_mode & 0o2070)


def _link(beside: Path, target: Path) -> None:
    """Give the file its name, unless something has it: a hard link fails there, where a rename would replace."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems (FAT, some network drives) have no links; then looking first is the best there is.
        if target.exists():
            raise FileExistsError(str(target)) from None
        beside.replace(target)
    else:
        beside.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name as durable as the content; Windows offers no such thing."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def aside(path: Path, word: str, content: bytes) -> Path:
    """Keep a content beside a file as `NAME.word`, numbered where that is taken; gives where."""
    for number in range(1, 1000):
        kept = path.with_name(f"{path.name}.{word}" if number == 1 else f"{path.name}.{word}-{number}")
        try:
            if kept.exists() and kept.read_bytes() == content:
                return kept
            write(kept, content, anew=True, like=path)
        except FileExistsError:
            continue
        return kept
    raise FileExistsError(f"{path.name}.{word} and 999 more of its kind")
