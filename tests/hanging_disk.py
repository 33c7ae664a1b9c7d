"""A disk that does not answer: calls on a folder wait while a given file exists.

As a program: `python hanging_disk.py FOLDER FILE ARGUMENT …` is `session-tui ARGUMENT …` on such a
disk. Nothing of ours is replaced: the interpreter tells of each opening, rename, link and listing,
and the system's sync is wrapped.
"""

import os
import sys
import time
from pathlib import Path

# What the interpreter tells before it asks the system for it: the audit events of Python's
# documentation.
NAMES = ("rename", "link", "mkdir", "remove", "listdir", "scandir", "chmod", "utime", "truncate")
EVENTS = frozenset({"open", *(f"os.{name}" for name in NAMES)})


_disks: list["HangingDisk"] = []


def hanging_disk(folder: Path, hung: Path) -> "HangingDisk":
    """The disk of this process, for `folder` from now on: an audit hook cannot be removed."""
    if not _disks:
        _disks.append(HangingDisk(folder, hung))
    _disks[0].folder, _disks[0].hung = os.path.realpath(folder), hung
    return _disks[0]


class HangingDisk:
    """From now on calls under `folder` hang while the file `hung` exists, in the whole process."""

    def __init__(self, folder: Path, hung: Path) -> None:
        self.folder = os.path.realpath(folder)
        self.hung = hung
        self.waiting = 0  # threads that wait for an answer
        self._sync = os.fsync
        os.fsync = self._synced  # type: ignore[assignment]
        sys.addaudithook(self._told)

    def hang(self) -> None:
        """From now on nothing is answered."""
        self.hung.touch()

    def answer(self) -> None:
        """What waits goes on."""
        self.hung.unlink()

    def _told(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS and os.access(self.hung, os.F_OK):  # it hears of every file for the rest of the process
            for each in arguments[:2]:
                if isinstance(each, str | bytes | os.PathLike):
                    self._wait(str(Path.cwd() / os.fsdecode(each)))

    def _synced(self, handle: int) -> None:
        if Path("/proc/self/fd").exists():
            self._wait(str(Path(f"/proc/self/fd/{handle}").readlink()))
        else:  # macOS
            import fcntl

            self._wait(os.fsdecode(fcntl.fcntl(handle, 50, bytes(1024)).rstrip(b"\0")))  # F_GETPATH
        self._sync(handle)

    def _wait(self, path: str) -> None:
        if not (path.startswith(self.folder) and os.access(self.hung, os.F_OK)):
            return
        self.waiting += 1
        while os.access(self.hung, os.F_OK):
            time.sleep(0.005)
        self.waiting -= 1


if __name__ == "__main__":
    HangingDisk(Path(sys.argv[1]), Path(sys.argv[2]))
    from session_tui.cli import main

    main(sys.argv[3:])
