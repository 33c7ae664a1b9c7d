"""What the files of a folder are: those that stand for one thing each, copies of them that other
programs left, and files that are not on this machine. Locks of editors (`.#x.toml`) and what else
is hidden are nothing of ours.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import copy_among
from session_tui.store import toml
from session_tui.store.deadline import COMMAND, within
from session_tui.store.errors import StoreError, from_os_error

_END = ".toml"
_AWAY = b".icloud"  # iCloud calls the place of a file that it keeps elsewhere `.NAME.toml.icloud`


class Duplicate(Struct, frozen=True):
    """A copy that lies beside its file, called as `origin` calls them."""

    path: Path
    of: Path
    origin: str

    @property
    def fault(self) -> Fault:
        """What it is, as is said of the file itself; read now, so that equal ones are told."""
        what = f"a conflicted copy of {self.of.name}, named as by {self.origin}"
        if self.of.name.endswith(".readers.toml"):
            return Fault(self.path.name, what, f"session-tui merge {self.of.name} puts them together.")
        if not self.of.exists():
            return Fault(self.path.name, f"{what}, which is not there", f"Call it {self.of.name}, or take it away.")
        if same(self.path, self.of):
            return Fault(self.path.name, f"{what}, and the same byte for byte", "Take it away.")
        return Fault(self.path.name, what, "Take over what only it says, then take it away.")


class Contents(Struct, frozen=True):
    """The files of one kind in a folder; of `away` each by the name that it has where it is."""

    files: tuple[Path, ...] = ()
    copies: tuple[Duplicate, ...] = ()
    away: tuple[Path, ...] = ()


def contents(folder: Path, says: Callable[[Path], str] | None = None) -> Contents:
    """What the `*.toml` files of a folder are, in the order of their names; a folder that is not
    there has none.

    `says` gives the name that a file has for itself: one that is called like a copy, but says
    another name than the file it would be a copy of, is a file of its own. `StoreError` where the
    folder cannot be read.
    """
    names = _names(folder)
    stems = {name.removesuffix(_END) for name in names if name.endswith(_END) and not name.startswith(".")}
    files, found = [], []
    for stem in sorted(stems):
        path = folder / f"{stem}{_END}"
        if (copy := _copy(path, stems, says)) is None:
            files.append(path)
        else:
            found.append(copy)
    away = tuple(folder / each for each in sorted(map(_elsewhere, names)) if each and each not in names)
    return Contents(tuple(files), tuple(found), away)


def copies_of(path: Path) -> tuple[Duplicate, ...]:
    """The copies that lie beside one file, whether it is there or not; none where its folder
    cannot be read.
    """
    try:
        names = _names(path.parent)
    except StoreError:
        return ()
    stem = path.name.removesuffix(_END)
    others = {each.removesuffix(_END) for each in names if each.endswith(_END) and each.startswith(stem)} - {stem}
    found = (_copy(path.with_name(f"{each}{_END}"), {stem}, None) for each in sorted(others))
    return tuple(each for each in found if each and each.of.name == path.name)


def duplicate(path: Path, says: Callable[[Path], str] | None = None) -> Duplicate | None:
    """What a file is a copy of, by its name and by those beside it; None where it is a file of its
    own.
    """
    try:
        names = _names(path.parent)
    except StoreError:
        return None
    return _copy(path, {each.removesuffix(_END) for each in names if each.endswith(_END)}, says)


def same(one: Path, other: Path) -> bool:
    """Both files can be read and have the same bytes."""
    try:
        return toml.read_bytes(one) == toml.read_bytes(other)
    except StoreError:
        return False


def names(folder: Path) -> list[bytes]:
    """What is in a folder, in no order. OSError, and `StoreError` where the disk does not answer."""
    return within(COMMAND, lambda: os.listdir(os.fsencode(folder)), folder, "Is its drive connected?")  # noqa: PTH208 - of ten thousand files names alone


def session_names(names: Iterable[bytes]) -> list[bytes]:
    """Of the names in a folder of sessions those that are rows, in order: files, and what iCloud
    keeps elsewhere.
    """
    every = list(names)
    found = [each for each in every if each[-5:] == b".toml" and each[:1] != b"."]
    away = [each for each in every if each[-len(_AWAY) :] == _AWAY and _elsewhere(os.fsdecode(each))]
    if away:
        there = frozenset(found)
        found += [each for each in away if each[1 : -len(_AWAY)] not in there]
    return sorted(found)


def stem_of(name: str) -> str:
    """The id that the name of a row gives."""
    return (_elsewhere(name) or name).removesuffix(_END)


def away(name: str) -> Fault | None:
    """That a file of this name only says that the true one is not on this machine."""
    if not _elsewhere(name):
        return None
    return not_here("", "Open its folder in the Finder and download it, or keep the folder downloaded.")


def not_here(where: str, do: str = "") -> Fault:
    """That a file is not on this machine."""
    return Fault(where, "this file is not on this machine: iCloud keeps it elsewhere", do, kind="not here")


def _elsewhere(name: str) -> str:
    """The name of the file whose place this is; nothing for any other one."""
    end = _AWAY.decode()
    found = name[1 : -len(end)] if name.startswith(".") and name.endswith(end) else ""
    return found if found.endswith(_END) and not found.startswith(".") else ""


def _copy(path: Path, stems: set[str], says: Callable[[Path], str] | None) -> Duplicate | None:
    stem = path.name.removesuffix(_END)
    copy = copy_among(stem, stems - {stem})
    if copy is None:
        return None
    of = path.with_name(f"{copy.id}{_END}")
    if says is not None and copy_among(stem, ()) is None and says(path) != says(of):
        return None
    return Duplicate(path, of, copy.origin)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error
