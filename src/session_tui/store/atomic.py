"""Writes files atomically: after a crash there is the old file or the new one, whole."""

import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from session_tui.store import folders, regular_file

_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # seconds between tries to rename on Windows


def write(
    path: Path,
    content: bytes,
    *,
    for_good: bool = True,
    exclusive: bool = False,
    like: Path | None = None,
    stamp: float | None = None,
    private: bool = False,
) -> None:
    """Replace a file's content atomically; a link is followed, mode and owner are kept.

    The content is written to a temporary file beside it, synced, and renamed over the target; then
    the folder is synced. Without `for_good` the folder is not synced: a power cut may leave the
    old file then, never half of the new one. `exclusive` refuses to replace an existing file
    (FileExistsError).

    Only the owner may read a new file; in a group's folder the group may read and write it, unless
    it is `private`. A new file gets the mode of `like`, where that is given. `stamp` is the
    modification time of the file, in seconds since 1970, from the moment that its name exists.
    Raises OSError; the temporary file is then removed.
    """
    target = Path(os.path.realpath(path))
    beside = prepared(target, content, like=like, stamp=stamp, private=private)
    try:
        if exclusive:
            link(beside, target)
        else:
            rename(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    if for_good:
        try:
            folders.sync(target.parent)
        except OSError:
            # The caller reports "not saved" and tries again, which an existing file would refuse.
            if exclusive:
                with contextlib.suppress(OSError):
                    target.unlink()
            raise


def prepared(
    target: Path,
    content: bytes,
    *,
    like: Path | None = None,
    stamp: float | None = None,
    private: bool = False,
) -> Path:
    """Write the content to a temporary file beside `target`, synced, with its final mode; return
    its path. OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", suffix=".tmp", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            flush(file.fileno())
        folders.keep_owner(target, beside, like, private=private)
        if stamp is not None:
            os.utime(beside, (stamp, stamp))
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    return beside


def rename(beside: Path, target: Path) -> None:
    """Rename a file over `target`. Windows refuses while another program has it open: retried for
    about 2 s. OSError.
    """
    for pause in (*_PAUSES, None):
        try:
            beside.replace(target)
        except OSError as error:
            # Windows error numbers: access denied, in use by another process, a part of it is
            # locked.
            if pause is None or getattr(error, "winerror", None) not in (5, 32, 33):
                raise
            time.sleep(pause)
        else:
            return


def link(beside: Path, target: Path) -> None:
    """Rename a file to a `target` that must not exist; FileExistsError otherwise. By hard link,
    which never replaces.
    """
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems (FAT, some network drives) have no links; there only a check before is
        # possible.
        if target.exists():
            raise FileExistsError(str(target)) from None
        rename(beside, target)
    else:
        beside.unlink()


def remove(path: Path) -> None:
    """Remove a file, if it exists, so that no power cut brings it back. OSError."""
    path.unlink(missing_ok=True)
    folders.sync(path.parent)


def flush(handle: int) -> None:
    """Sync an open file to the disk itself. OSError.

    On macOS `fsync` ends at the drive's own cache, which a power cut empties.
    """
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # some file systems support `fsync` only
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def keep_copy(path: Path, suffix: str, content: bytes) -> Path:
    """Write a content beside a file as `NAME.suffix`, numbered where that exists; return its path.
    OSError.
    """
    for number in range(1, 1000):
        kept = path.with_name(f"{path.name}.{suffix}" if number == 1 else f"{path.name}.{suffix}-{number}")
        try:
            write(kept, content, exclusive=True, like=path)
        except FileExistsError:
            if not _is_kept(kept, content):
                continue
        return kept
    raise FileExistsError(f"{path.name}.{suffix} and 999 more of its kind")


def _is_kept(kept: Path, content: bytes) -> bool:
    """The file has this content and is synced now: a killed program may have written it without a
    sync.
    """
    try:
        if regular_file.read(kept, len(content)) != content:
            return False
    except regular_file.OddFileError:
        return False
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(kept, os.O_RDONLY)
        try:
            flush(handle)
        finally:
            os.close(handle)
    folders.sync(kept.parent)
    return True
