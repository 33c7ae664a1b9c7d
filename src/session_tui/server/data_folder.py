"""The data folder: who works on it, and where its database is.

A lock keeps a second server out, and commands that change the data while a server runs.
"""

import contextlib
import math
import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import URL

from session_tui.model.fault import Fault
from session_tui.server.control import ControlError
from session_tui.server.database import FILE, address

LOCK = "server.lock"
LAST_BACKUP = "last-backup"  # empty; its time is that of the newest backup
# Locks of files on these are another machine's, or nothing: two servers could write one file.
_NETWORK = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
    "prl_fs", "smb3", "smbfs", "vboxsf", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs",
    "fuse.vmhgfs-fuse", "fuse.davfs2", "fuse.gcsfuse", "fuse.ceph-fuse",
))  # fmt: skip
_MOUNTS = Path("/proc/self/mountinfo")  # on Linux
KEPT = "before-restore-*.db"  # the data that a restore replaced


class DataError(ControlError):
    """The data cannot be used, or a command on them failed; carries the fault to show."""


class InUseError(DataError):
    """A server, or another command, works on the folder."""


@contextlib.contextmanager
def own_folder(data: Path, *, make: bool = True) -> Iterator[None]:
    """The data folder, locked while the block runs; made where it is not there and `make` says so.
    `InUseError`, `DataError`.
    """
    if not make and not data.is_dir():
        raise DataError(Fault(str(data), "there is no such folder", "--data names another one."))
    lock = FileLock(data / LOCK)
    before = os.umask(0o077)  # what stands in the folder is for its owner alone
    try:
        with _locked(data, lock, make):
            try:
                yield
            finally:
                _keep_owner(data)
    finally:
        os.umask(before)


@contextlib.contextmanager
def _locked(data: Path, lock: FileLock, make: bool) -> Iterator[None]:
    try:
        if make:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        _remove_aliases(data)
    except Timeout:
        do = "session-tui serve token --data and the other commands ask it; end it with SIGTERM."
        raise InUseError(Fault(str(data), "a server runs on this data folder already", do)) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be used").lower()
        raise DataError(Fault(str(data), reason, "--data names another folder.")) from None
    try:
        yield
    finally:
        lock.release()


def database_place(data: Path, database: str) -> Path | URL:
    """Where the data are: the file of the folder, or what an address says. `DataError`."""
    if not database:
        _refuse_other_place(data)
        return data / FILE
    found = address(database)
    if found is None:
        what = "the database's address is not of the form postgresql://USER@HOST:PORT/NAME"
        raise DataError(Fault("", what, "Without one the data are in a file of the data folder."))
    return found


def file_system(folder: Path, mounts: str) -> str:
    """The type of the file system that an absolute path is on, by the text of `mountinfo`; empty
    where that does not say.
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        words = before.split(" ")
        if len(words) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), words[4]))
        # Of two at one place the later one is seen.
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = after.split(" ")[0], len(point.parts)
    return found


def _refuse_other_place(data: Path) -> None:
    """`DataError` where another server may write the same file: it is a link, or on a network."""
    if (data / FILE).is_symlink():
        what = "the database is a link, and another server may run on what it names"
        raise DataError(Fault(str(data / FILE), what, "--data names the folder that has it."))
    with contextlib.suppress(OSError):
        kind = file_system(data.resolve(), _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
        if kind in _NETWORK:
            what = f"the data folder is on a network's disk ({kind}), whose locks SQLite cannot rely on"
            do = "--data names a folder on a disk of this machine; --database takes a PostgreSQL."
            raise DataError(Fault(str(data), what, do))


def target_place(to: str) -> Path | URL:
    """Where a copy goes: an address of PostgreSQL, or `sqlite:///FILE`. `DataError`."""
    if to.startswith("sqlite:///") and (file := to.removeprefix("sqlite:///")):
        # Four slashes are SQLAlchemy's way to write a path from the root; three are taken so too.
        found = Path(file if file.startswith("/") or os.name == "nt" else f"/{file}")
        if not found.parent.is_dir():
            raise DataError(Fault(str(found.parent), "there is no such folder"))
        return found
    if (place := address(to)) is None:
        what = "a copy goes to postgresql://USER@HOST:PORT/NAME or to sqlite:///FILE"
        raise DataError(Fault("", what, "A server takes the file where it is team.db in its data folder."))
    return place


def shown_place(place: Path | URL) -> str:
    """The place as it is shown: without a password."""
    if isinstance(place, Path):
        return str(place)
    return place.set(drivername="postgresql").render_as_string(hide_password=True)


def note_backup(data: Path) -> None:
    """Remember that a backup was made now. Where that fails the backup is good all the same.

    The file is a new one each time: that of another user of the machine cannot be touched.
    """
    beside = data / f"{LAST_BACKUP}.new"
    with contextlib.suppress(OSError):
        beside.unlink(missing_ok=True)
        beside.touch(0o600)
        beside.replace(data / LAST_BACKUP)


def backup_age(data: Path, now: datetime) -> float:
    """The seconds since the newest backup was made; NaN where none is known."""
    try:
        return now.timestamp() - (data / LAST_BACKUP).stat().st_mtime
    except OSError:
        return math.nan


def _keep_owner(data: Path) -> None:
    """Give what root made in the folder of another user to that user, whose server could not open
    it.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return
    with contextlib.suppress(OSError):
        owner = data.stat()
        for path in data.iterdir() if owner.st_uid != 0 else ():
            found = path.lstat()
            if found.st_uid == 0 and stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _remove_aliases(data: Path) -> None:
    """Remove what a killed restore left: a second name of the database that is in use."""
    for path in data.glob(KEPT):
        if (data / FILE).exists() and path.samefile(data / FILE):
            path.unlink()


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk, where the system lets one."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
