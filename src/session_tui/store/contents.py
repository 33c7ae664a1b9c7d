"""Lists the TOML files of a folder: own files, copies that sync programs left, and files not on
this machine.

Hidden files, such as the locks of editors (`.#x.toml`), are ignored.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import copy_among
from session_tui.model.patterns import lazy_pattern
from session_tui.model.validation import ID
from session_tui.store import toml
from session_tui.store.deadline import COMMAND, within
from session_tui.store.errors import StoreError, from_os_error

_END = ".toml"
_SESSION = lazy_pattern(rb"(?:%s)\.toml" % ID.pattern.encode())
_AWAY = b".icloud"  # iCloud names the placeholder of a file that is not downloaded `.NAME.toml.icloud`


class Duplicate(Struct, frozen=True):
    """A copy beside its file `of`, named as the program `origin` names copies."""

    path: Path
    of: Path
    origin: str

    @property
    def fault(self) -> Fault:
        """The fault about the copy. Reads both files to see whether they are equal."""
        what = f"a conflicted copy of {self.of.name}, named as by {self.origin}"
        if self.of.name.endswith(".readers.toml"):
            return Fault(self.path.name, what, f"session-tui merge {self.of.name} puts them together.")
        if not self.of.exists():
            return Fault(self.path.name, f"{what}, which is not there", f"Call it {self.of.name}, or remove it.")
        if same(self.path, self.of):
            return Fault(self.path.name, f"{what}, and the same byte for byte", "Remove it.")
        return Fault(self.path.name, what, "Take over what only it says, then remove it.")


class Contents(Struct, frozen=True):
    """The files of a folder; `away` are the paths that files would have if they were on this
    machine.
    """

    files: tuple[Path, ...] = ()
    copies: tuple[Duplicate, ...] = ()
    away: tuple[Path, ...] = ()


def contents(folder: Path, name_in: Callable[[Path], str] | None = None) -> Contents:
    """Return the `*.toml` files of a folder, sorted by name; none where there is no folder.

    `name_in` returns the name that a file gives itself. A file named like a copy, but with another
    name inside than the file beside it, is no copy. `StoreError` where the folder cannot be read.
    """
    names = _names(folder)
    stems = {name.removesuffix(_END) for name in names if name.endswith(_END) and not name.startswith(".")}
    files, copies = [], []
    for stem in sorted(stems):
        path = folder / f"{stem}{_END}"
        if (copy := _copy(path, stems, name_in)) is None:
            files.append(path)
        else:
            copies.append(copy)
    away = tuple(folder / each for each in sorted(map(_elsewhere, names)) if each and each not in names)
    return Contents(tuple(files), tuple(copies), away)


def copies_of(path: Path) -> tuple[Duplicate, ...]:
    """Return the copies beside one file, which need not exist; none where its folder cannot be
    read.
    """
    try:
        names = _names(path.parent)
    except StoreError:
        return ()
    stem = path.name.removesuffix(_END)
    others = {each.removesuffix(_END) for each in names if each.endswith(_END) and each.startswith(stem)} - {stem}
    found = (_copy(path.with_name(f"{each}{_END}"), {stem}, None) for each in sorted(others))
    return tuple(each for each in found if each and each.of.name == path.name)


def duplicate(path: Path, name_in: Callable[[Path], str] | None = None) -> Duplicate | None:
    """Return what a file is a copy of, by its name and the names beside it; None where it is no
    copy.
    """
    try:
        names = _names(path.parent)
    except StoreError:
        return None
    return _copy(path, {each.removesuffix(_END) for each in names if each.endswith(_END)}, name_in)


def same(one: Path, other: Path) -> bool:
    """Whether both files can be read and have the same bytes."""
    try:
        return toml.read_bytes(one) == toml.read_bytes(other)
    except StoreError:
        return False


def names(folder: Path) -> list[bytes]:
    """Return the names in a folder, unsorted. OSError, and `StoreError` where the disk does not
    answer.

    A session's file that was renamed in case alone, on a disk that does not tell cases apart, is
    there by the session's own name, and has it here.
    """
    place = os.fsencode(folder)

    def listed() -> list[bytes]:
        found = os.listdir(place)  # noqa: PTH208 - of ten thousand files names alone
        return as_called(found, lambda name: os.path.exists(os.path.join(place, name)))  # noqa: PTH110, PTH118

    return within(COMMAND, listed, folder, "Is its drive connected?")


def as_called(names: list[bytes], is_there: Callable[[bytes], bool]) -> list[bytes]:
    """Return the names of a folder, those of sessions in small letters where their file is there
    by that name. `is_there` says whether the folder has a file by a name.
    """
    others = [each for each in names if not each.islower() and _SESSION.fullmatch(each.lower())]
    if not others:
        return names
    there = frozenset(names)
    called = {each: each.lower() for each in others if each.lower() not in there and is_there(each.lower())}
    return [called.get(each, each) for each in names]


def session_names(names: Iterable[bytes]) -> list[bytes]:
    """Return the names of session files, sorted: `*.toml`, and the placeholders of iCloud without
    their file.
    """
    every = list(names)
    found = [each for each in every if each[-5:] == b".toml" and each[:1] != b"."]
    away = [each for each in every if each[-len(_AWAY) :] == _AWAY and _elsewhere(os.fsdecode(each))]
    if away:
        there = frozenset(found)
        found += [each for each in away if each[1 : -len(_AWAY)] not in there]
    return sorted(found)


def stem_of(name: str) -> str:
    """Return the session id in the name of a session file or placeholder."""
    return (_elsewhere(name) or name).removesuffix(_END)


def away(name: str) -> Fault | None:
    """Return the fault for a placeholder's name; None for any other name."""
    if not _elsewhere(name):
        return None
    return not_here("", "Open its folder in the Finder and download it, or keep the folder downloaded.")


def not_here(where: str, do: str = "") -> Fault:
    """Return the fault for a file that is not on this machine."""
    return Fault(where, "this file is not on this machine: iCloud keeps it elsewhere", do, kind="not here")


def _elsewhere(name: str) -> str:
    """Return the name of the file that a placeholder stands for; "" for any other name."""
    end = _AWAY.decode()
    found = name[1 : -len(end)] if name.startswith(".") and name.endswith(end) else ""
    return found if found.endswith(_END) and not found.startswith(".") else ""


def _copy(path: Path, stems: set[str], name_in: Callable[[Path], str] | None) -> Duplicate | None:
    stem = path.name.removesuffix(_END)
    copy = copy_among(stem, stems - {stem})
    if copy is None:
        return None
    of = path.with_name(f"{copy.id}{_END}")
    if name_in is not None and copy_among(stem, ()) is None and name_in(path) != name_in(of):
        return None
    return Duplicate(path, of, copy.origin)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error
