"""Merges versions of a plan's readers' file, as sync programs and git leave them; needs no
choice by the user.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import Sides
from session_tui.model.plan_readers import together
from session_tui.model.session import PlanComment, Reader, Readers
from session_tui.store import atomic, conflict_files, session_file, toml
from session_tui.store.contents import copies_of
from session_tui.store.decoding import newer, to_value
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import Paths
from session_tui.store.session_file import with_unknown
from session_tui.store.toml import Table
from session_tui.store.toml_file import TomlFile

END = ".readers.toml"
MOST = 20_000  # files to look at, at most


class ReadersVersion(Struct, frozen=True):
    """One version: its title, its value and its tables."""

    name: str
    readers: Readers
    tables: Table


class ReadersMergeInput(Struct, frozen=True):
    """All versions of one readers' file; `read` has the content of each file."""

    path: Path
    versions: tuple[ReadersVersion, ...]
    read: Mapping[Path, bytes]

    @property
    def together(self) -> Readers:
        """The merged value."""
        return together(*(each.readers for each in self.versions))

    @property
    def added(self) -> tuple[tuple[Reader, ...], tuple[PlanComment, ...]]:
        """The readers and comments that the first version lacks."""
        first, every = self.versions[0].readers, self.together
        readers = tuple(each for each in every.readers if each not in first.readers)
        return readers, tuple(each for each in every.comments if each not in first.comments)


def waiting(places: Paths) -> tuple[Path, ...]:
    """Return the readers' files with several versions: in the plans folder, and beside the
    sessions folder.
    """
    return tuple(path for path in every(places) if conflicting_versions(path))


def every(places: Paths) -> tuple[Path, ...]:
    """Return all readers' files, including those of which only a copy exists."""
    found: dict[Path, None] = {}
    for path in (*_below(places.plans.path), *_listed(places.sessions.path.parent)):
        if ".readers" in path.name and path.name.endswith(".toml"):
            found[path.with_name(f"{path.name[: path.name.rindex('.readers')]}{END}")] = None
    return tuple(sorted(found))


def conflicting_versions(path: Path) -> tuple[Fault, ...]:
    """Return a fault for each other version in or beside this file, with the command that
    merges them.
    """
    faults = [each.fault for each in copies_of(path)]
    if both := _sides(path):
        do = f"session-tui merge {path.name} puts them together."
        faults.insert(0, Fault(f"{path.name}:{both.line}:1", toml.GIT, do, kind="git"))
    return tuple(faults)


def locate(wanted: str, places: Paths) -> Path | None:
    """Find a readers' file by its path, its name, its plan's, or a copy's; None where it has no
    other version.
    """
    name = Path(wanted).name
    name = name if ".readers" in name else f"{name.removesuffix('.md')}{END}"
    given = Path(wanted).with_name(name)
    fitting = [each for each in waiting(places) if name in (each.name, *(c.path.name for c in copies_of(each)))]
    exact = [each for each in fitting if each.resolve().parent == given.resolve().parent]
    chosen = exact or fitting
    return chosen[0] if len(chosen) == 1 else None


def look(path: Path) -> ReadersMergeInput:
    """Read every version of this readers' file; changes nothing. `StoreError` where one cannot
    be read.
    """
    read: dict[Path, bytes] = {}
    versions: list[ReadersVersion] = []
    if path.exists():
        read[path] = toml.read_bytes(path)
        if both := conflict_files.sides_in(read[path]):
            ours, theirs = conflict_files.whose(both, path)
            versions += [_version(ours, both.ours.encode()), _version(theirs, both.theirs.encode())]
        else:
            versions.append(_version(path.name, read[path]))
    for each in copies_of(path):
        read[each.path] = toml.read_bytes(each.path)
        if conflict_files.sides_in(read[each.path]):
            do = "Settle it with git first, or move it elsewhere."
            raise StoreError(Fault(each.path.name, "git's marks are in this copy", do))
        versions.append(_version(each.path.name, read[each.path]))
    if len(versions) < 2 and path in read:
        raise StoreError(Fault(path.name, "there is one version of it, and no other to put together with it"))
    if not versions:
        raise StoreError(Fault(path.name, "there is no such file"))
    return ReadersMergeInput(path, tuple(versions), read)


def write(found: ReadersMergeInput, state: Path) -> tuple[str, ...]:
    """Write the merged file, keep copies of the replaced ones, and return messages about it.

    `StoreError` where that fails or a file was changed since it was read; then nothing was
    changed.
    """
    with TomlFile(found.path, Readers, state / "locks").locked():
        try:
            for path in {found.path, *found.read}:
                if (toml.read_bytes(path) if path.exists() else None) != found.read.get(path):
                    raise StoreError(
                        Fault(path.name, "it was changed meanwhile", "Nothing was written. Run the command again.")
                    )
            return tuple(_put(found))
        except OSError as error:
            raise StoreError(from_os_error(error, found.path, "What was there is unchanged.")) from error


def _put(found: ReadersMergeInput) -> Iterator[str]:
    path, before = found.path, found.read.get(found.path)
    content = _content(found)
    others = [each for each in found.read if each != path]
    yield f"The {len(found.versions)} versions of {path.name} are one now."
    if before is not None and content != before:
        yield f"What stood in it is kept in {atomic.keep_copy(path, 'before-merge', before).name}."
    # Copies first, removal last: after a crash in between there is a file too many, never too few.
    kept = {each: atomic.keep_copy(each, "merged", found.read[each]) for each in others if found.read[each] != before}
    if content != before:
        atomic.write(path, content, like=others[0] if others else None, exclusive=before is None)
    for each in others:
        each.unlink()
        where = f"is kept in {kept[each].name}" if each in kept else "was the same, byte for byte"
        yield f"{each.name} {where}."


def _content(found: ReadersMergeInput) -> bytes:
    """Return the bytes of the merged file; those of the first version if it has all values
    already.
    """
    first, every = found.versions[0], found.together
    pattern = next(iter(found.read.values()))
    if len(found.versions) == len(found.read) and every == first.readers and _no_more(found):
        return pattern
    tables = session_file.laid(first.tables, first.readers, every, sparse=True)
    for each in found.versions:
        tables = with_unknown(tables, every, each.tables, each.readers, {})
    return toml.framed(toml.dumps(tables), pattern)


def _no_more(found: ReadersMergeInput) -> bool:
    first = found.versions[0]
    more = (with_unknown(first.tables, first.readers, each.tables, each.readers, {}) for each in found.versions)
    return all(each == first.tables for each in more)


def _version(name: str, content: bytes) -> ReadersVersion:
    try:
        tables = toml.parse(content)
        if fault := newer(tables):
            raise StoreError(fault)
        return ReadersVersion(name, to_value(tables, Readers), tables)
    except StoreError as error:
        raise session_file.pinned(error, content, Path(name)) from None


def _sides(path: Path) -> Sides | None:
    try:
        return conflict_files.sides_in(toml.read_bytes(path))
    except StoreError:
        return None


def _below(folder: Path) -> Iterator[Path]:
    """Yield at most `MOST` files below a folder, without those in hidden folders."""
    count = 0
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each[:1] != ".")
        for each in sorted(names):
            count += 1
            if count > MOST:
                return
            if each[:1] != ".":
                yield Path(at, each)


def _listed(folder: Path) -> Iterator[Path]:
    try:
        yield from (folder / each for each in sorted(os.listdir(folder)) if each[:1] != ".")  # noqa: PTH208 - names alone
    except OSError:
        return
