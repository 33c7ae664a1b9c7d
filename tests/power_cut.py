"""The disk states that a power cut can leave, for every moment of a program's writes.

The recorder listens at the interpreter's own doors to the system: before each opening, rename,
link or removal, and before and after each sync, it looks at the folder. From what it saw it
computes three disks for each moment:

- *killed*: every call to the system has its effect, synced or not;
- *least*: only what was synced is there: a content since the sync of its file, a name since the
  sync of its folder;
- *names first*: the names are those of the calls, contents are there only where synced.
"""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import NamedTuple, TypeAlias

Disk: TypeAlias = frozenset[tuple[str, bytes]]  # the files of the folder: path below it, content
Tree: TypeAlias = dict[str, int]  # path below the folder, inode; a folder's ends with a slash

_NAMES = ("rename", "link", "mkdir", "remove", "chmod", "utime", "truncate")
_EVENTS = frozenset({"open", *(f"os.{name}" for name in _NAMES)})


class Moment(NamedTuple):
    """The possible disks after a cut at this moment, and the entries acknowledged before it."""

    disks: tuple[Disk, ...]
    acknowledged: object


class Recorder:
    """Records every moment of a folder until `stop`; `acknowledged` lists what must be there."""

    def __init__(self, folder: Path, acknowledged: Callable[[], object]) -> None:
        self.moments: list[Moment] = []
        self.folder = os.path.realpath(folder)
        self._acknowledged = acknowledged
        self._contents: dict[int, bytes] = {}  # by inode: what was synced of it
        self._names: dict[int, Tree] = {}  # by a folder's inode: its own names as they were synced
        self._held: dict[int, int] = {}  # handles that keep an inode's number from being given to another file
        self._lock = RLock()
        self._inside = self._over = False
        self._sync = os.fsync
        os.fsync = self._synced  # type: ignore[assignment]
        sys.addaudithook(self._told)

    def stop(self) -> None:
        """The last moment, and no more."""
        self._look()
        self._over = True
        os.fsync = self._sync
        for handle in self._held.values():
            os.close(handle)

    def _told(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _EVENTS and not self._over:
            paths = [os.fsdecode(each) for each in arguments[:2] if isinstance(each, str | bytes | os.PathLike)]
            if any(each.startswith(self.folder) for each in paths):
                self._look()

    def _synced(self, handle: int) -> None:
        self._look()
        self._sync(handle)
        with self._alone() as free:
            look = os.fstat(handle)
            if free and stat.S_ISDIR(look.st_mode):
                with os.scandir(handle) as entries:
                    self._names[look.st_ino] = {f"{each.name}{'/' * each.is_dir()}": each.inode() for each in entries}
            elif free:
                self._contents[look.st_ino] = Path(f"/dev/fd/{handle}").read_bytes()
        self._look()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """False where the recorder's own look made the call."""
        with self._lock:
            free, self._inside = not self._inside, True
            try:
                yield free
            finally:
                self._inside = not free

    def _look(self) -> None:
        with self._alone() as free:
            if free:
                acknowledged = self._acknowledged()
                tree, contents = self._seen()
                killed = {path: contents[inode] for path, inode in tree.items() if not path.endswith("/")}
                first = {path: self._contents.get(inode, b"") for path, inode in tree.items() if path in killed}
                disks = (killed, dict(self._least("", Path(self.folder).stat().st_ino)), first)
                self.moments.append(Moment(tuple(frozenset(each.items()) for each in disks), acknowledged))

    def _seen(self) -> tuple[Tree, dict[int, bytes]]:
        """The names and contents at one moment; another thread may be changing them."""
        while True:
            with contextlib.suppress(FileNotFoundError):
                before = self._tree(self.folder)
                contents = {inode: self._content(path, inode) for path, inode in before.items() if path[-1] != "/"}
                if before == self._tree(self.folder):
                    return before, contents

    def _content(self, path: str, inode: int) -> bytes:
        if inode not in self._held:
            self._held[inode] = os.open(f"{self.folder}/{path}", os.O_RDONLY)
        look = os.fstat(self._held[inode])
        return os.pread(self._held[inode], look.st_size, 0)

    def _tree(self, folder: str) -> Tree:
        found: Tree = {}
        with os.scandir(folder) as entries:
            for each in entries:
                path = os.path.relpath(each.path, self.folder)
                if each.is_dir():
                    found[f"{path}/"] = each.inode()
                    found |= self._tree(each.path)
                else:
                    found[path] = each.inode()
        return found

    def _least(self, path: str, inode: int) -> Iterator[tuple[str, bytes]]:
        for name, child in self._names.get(inode, {}).items():
            if name.endswith("/"):
                yield from self._least(path + name, child)
            else:
                yield path + name, self._contents.get(child, b"")
