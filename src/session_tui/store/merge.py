"""Merges the files of two versions of a session into one, and keeps copies of what it replaces.

Versions: git's two in one file, a conflicted copy, ours of a conflict, another file with the id.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import formats
from session_tui.model.fault import Fault
from session_tui.model.merge import conflict_names
from session_tui.model.merge import merge as merge_model
from session_tui.model.merge.merge import Merge
from session_tui.model.merge.points import Choice
from session_tui.model.validation import doubtful, unreadable
from session_tui.store import (
    atomic,
    conflict_files,
    decoding,
    drafts,
    exchange,
    folders,
    locking,
    regular_file,
    session_file,
    session_folder,
    toml,
    unknown_keys,
)
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.session_file import Document, with_unknown

ELSEWHERE = "it is open in another window"


class SessionVersion(Struct, frozen=True):
    """One of the two versions: its title on a screen, its file and its content."""

    name: str
    path: Path
    document: Document


class MergeInput(Struct, frozen=True):
    """Two versions of one session, as their files were read; `more` are further files of its id.

    `read` has the content of each file, so that no unread version is replaced. `equal` are files
    with the same bytes as one of the two; they are removed with it.
    """

    path: Path
    ours: SessionVersion
    theirs: SessionVersion
    merge: Merge
    read: Mapping[Path, bytes]
    more: tuple[Path, ...] = ()
    equal: tuple[Path, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether there is no other version: all other files are equal, byte for byte."""
        return bool(self.equal) and self.theirs.path in (self.path, *self.equal)

    @property
    def id(self) -> str:
        """The session's id."""
        return self.path.name.removesuffix(".toml")


def locate(folder: Path, wanted: str) -> Path:
    """Find a session's file by its id, or a unique part of it. The file may be missing, with only
    a copy left.

    `StoreError` where nothing fits.
    """
    try:
        path = session_folder.find(folder, wanted)
    except StoreError:
        fitting = [
            each for each in session_folder.waiting(folder) if each.startswith(wanted) or each.endswith(f"-{wanted}")
        ]
        if len(fitting) != 1 or not wanted:
            raise
        return folder / f"{fitting[0]}.toml"
    conflict = conflict_files.conflicting_versions(path, toml.read_bytes(path))
    return path.with_name(f"{conflict.id}.toml") if conflict else path


def look(path: Path, state: Path) -> MergeInput:
    """Return the two versions of this file's session; changes nothing.

    `StoreError` where there is only one, where one cannot be read, or where an open screen writes
    one of them.
    """
    others = tuple(conflict_files.beside(path))
    _let_alone(path, others[:1], state)
    read: dict[Path, bytes] = {}
    equal: dict[Path, bytes] = {}
    if path.exists():
        read[path] = toml.read_bytes(path)
        others = _without_equal(others, read[path], equal)
        if both := conflict_files.sides_in(read[path]):
            called = conflict_files.whose(both, path)
            ours = _version(called[0], path, both.ours.encode())
            theirs = _version(called[1], path, both.theirs.encode())
            return _found(path, ours, theirs, read, others, equal)
    if equal and not others:
        here = _version(path.name, path, read[path])
        return _found(path, here, here, read, (), equal)
    if not others:
        raise StoreError(Fault(path.name, "there is one version of this session, and no other to merge it with"))
    read[others[0]] = toml.read_bytes(others[0])
    others = (others[0], *_without_equal(others[1:], read[others[0]], equal))
    if both := conflict_files.sides_in(read[others[0]]):
        what = "git's marks are in this copy"
        raise StoreError(Fault(others[0].name, what, "Settle it with git first, or move it elsewhere."))
    other = _version(_called(path, others[0]), others[0], read[others[0]])
    # There is only the copy: it becomes the file.
    here = _version(path.name, path, read[path]) if path in read else other
    if others[0].name.startswith(f"{path.name}.ours"):
        return _found(path, other, here, read, others[1:], equal)
    return _found(path, here, other, read, others[1:], equal)


def _without_equal(others: tuple[Path, ...], content: bytes, equal: dict[Path, bytes]) -> tuple[Path, ...]:
    """Return the files with another content, and record the others as equal."""
    left = []
    for each in others:
        there = toml.read_bytes(each)
        if there == content:
            equal[each] = there
        else:
            left.append(each)
    return tuple(left)


def write(found: MergeInput, choices: Mapping[str, Choice], state: Path) -> tuple[str, ...]:
    """Write the chosen values into the session's file, keep what that replaced, and return
    messages about it.

    A screen that has the session open takes it in. `StoreError` where a choice is missing, a
    screen writes one of the two, or a file was changed; then nothing was changed.
    """
    if undecided := merge_model.left(found.merge, choices):
        many = f"{formats.count(len(undecided), 'thing')} to decide"
        raise StoreError(Fault(found.id, f"there {'are' if len(undecided) > 1 else 'is'} {many} still"))
    content = result(found, choices).content()
    _let_alone(found.path, found.read, state)
    try:
        with locking.writing(found.path, state):
            _let_stand(found)
            messages = _put(found, content)
    except locking.LockTimeout:
        raise locking.busy(found.path) from None
    except OSError as error:
        raise StoreError(from_os_error(error, found.path, "What was there is unchanged.")) from error
    forget(found, state)
    session = session_file.read(content).session
    known = {fault.words for side in (found.ours, found.theirs) for fault in doubtful(side.document.session)}
    new = [f"To look at: {fault}" for fault in (each.words for each in doubtful(session)) if fault not in known]
    more = len(found.more)
    if more:
        messages += (f"{more} more version{'s are' if more > 1 else ' is'} there: session-tui merge {found.id} again.",)
    return (*messages, *new)


def result(found: MergeInput, choices: Mapping[str, Choice]) -> Document:
    """Return the document that these choices give, with the unknown keys of both versions."""
    session = merge_model.merged(found.merge, choices)
    if faults := unreadable(session):
        raise StoreError(*faults)
    after = found.ours.document.with_session(session)
    tables = after.tables
    for side, ids in zip((found.ours, found.theirs), merge_model.ids_after(found.merge, choices), strict=True):
        tables = with_unknown(tables, session, side.document.tables, side.document.session, ids)
    tables = unknown_keys.with_chosen(tables, found.theirs.document.tables, choices)
    return Document(session, tables, after.newline, after.bom)


def _let_stand(found: MergeInput) -> None:
    """Check that every file is as it was read, and that a missing one is still missing;
    `StoreError` otherwise.
    """
    for path in {found.path, *found.read}:
        there = toml.read_bytes(path) if path.exists() else None
        if there != found.read.get(path):
            raise _changed(path)


def _changed(path: Path) -> StoreError:
    return StoreError(Fault(path.name, "it was changed meanwhile", "Nothing was written. Look at it again."))


def _put(found: MergeInput, content: bytes) -> tuple[str, ...]:
    if found.settled:
        return _took_away(found)
    path = found.path
    messages = [f"The two versions of {found.id} are one now."]
    before = found.read.get(path)
    if before is not None:
        kept = atomic.keep_copy(path, "before-merge", before)
        messages.append(f"What stood in it is kept in {kept.name}.")
    # Copies first, removal last: after a crash in between there is a file too many, never too few.
    others = [each for each in found.read if each != path and each not in found.equal]
    aside = {each: atomic.keep_copy(each, "merged", found.read[each]) for each in others}
    if before is None:
        atomic.write(path, content, like=next(iter(aside), None), exclusive=True)
    elif exchange.exchange(path, content, before) is not None:
        raise _changed(path)
    for copy, there in aside.items():
        try:
            atomic.remove(copy)
            messages.append(f"The other version is kept in {there.name}.")
        except OSError as error:
            messages.append(
                f"Remove {copy.name} yourself: {from_os_error(error, copy).what}. It is in the session now."
            )
    ends = [each.suffix for each in (*((kept,) if before is not None else ()), *aside.values())]
    messages.append(f"To undo it, rename what is kept: without {' and '.join(ends)} at the end.")
    if not aside:
        messages.append(f"git add {path.name} tells git that it is settled.")
    return (*messages, *_took_away(found))


def _took_away(found: MergeInput) -> tuple[str, ...]:
    """Remove the equal files; all of their bytes are in the session or in a copy beside it."""
    left = []
    for each in found.equal:
        try:
            each.unlink()
        except OSError as error:
            left.append(f"Remove {each.name} yourself: {from_os_error(error, each).what}. It says nothing else.")
    many = len(found.equal) - len(left)
    were, are = ("copy was", "is") if many == 1 else ("copies were", "are")
    gone = f"{many} {were} the same, byte for byte, and {are} gone."
    return (*((gone,) if many else ()), *left)


def _found(
    path: Path,
    ours: SessionVersion,
    theirs: SessionVersion,
    read: Mapping[Path, bytes],
    more: tuple[Path, ...],
    equal: Mapping[Path, bytes],
) -> MergeInput:
    for each in (ours, theirs):
        if each.document.newer:
            what = f"{each.name} was written by a newer version of this program"
            raise StoreError(Fault(path.name, what, "Merge them with that one."))
        if each.document.session.id != path.name.removesuffix(".toml"):
            what = f'{each.name} is the session "{each.document.session.id}", not this one'
            raise StoreError(Fault(path.name, what, "Give it a name of its own, or correct its id."))
    merge = merge_model.compare(ours.document.session, theirs.document.session)
    if conflict_names.is_of_sync(theirs.path.name):  # others are put together without a question
        points = unknown_keys.differing(ours.document.tables, theirs.document.tables)
        merge = replace(merge, all=(*points, *merge.all))
    return MergeInput(path, ours, theirs, merge, {**read, **equal}, more, tuple(equal))


def _version(name: str, path: Path, content: bytes) -> SessionVersion:
    try:
        return SessionVersion(name, path, session_file.read(content))
    except StoreError as error:
        faults = [replace(fault, where=f"{name}: {fault.where}".removesuffix(": ")) for fault in error.faults]
        raise StoreError(*faults) from None


def _called(path: Path, other: Path) -> str:
    """Return a copy's name without the common beginning; that of sync in words."""
    if conflict_names.is_of_sync(other.name):
        return "the team server's version"
    if not other.name.endswith(".toml") or not other.name.startswith(path.name.removesuffix(".toml")):
        return other.name
    return other.name.removeprefix(path.name.removesuffix(".toml")).strip()


def _let_alone(path: Path, others: Iterable[Path], state: Path) -> None:
    """`StoreError` while a screen has the session open and may write ours of a conflict."""
    if any(each.name.startswith(f"{path.name}.ours") for each in others) and locking.held(path, state):
        raise StoreError(Fault(path.name, ELSEWHERE, "Close it there first."))


# ---- choices that wait --------------------------------------------------------------------------


class _Kept(Struct, frozen=True):
    digest: str
    choices: dict[str, Choice]


def keep(found: MergeInput, choices: Mapping[str, Choice], state: Path) -> None:
    """Save the choices until they are written or one of the versions changes. OSError."""
    folder = state / "drafts"
    folders.make(folder, 0o700)
    atomic.write(
        _draft(found, state), msgspec.json.encode(_Kept(_digest(found), dict(choices))), for_good=False, private=True
    )


def kept(found: MergeInput, state: Path) -> dict[str, Choice]:
    """Return the saved choices for exactly these versions."""
    try:
        there = decoding.from_json(regular_file.read(_draft(found, state)), _Kept)
    except (OSError, StoreError):
        return {}
    allowed = {point.key: point.choices for point in found.merge.points}
    fits = there.digest == _digest(found)
    return {key: choice for key, choice in there.choices.items() if fits and choice in allowed.get(key, ())}


def forget(found: MergeInput, state: Path) -> None:
    """Remove the saved choices. If that fails, they belong to versions that no longer exist."""
    with contextlib.suppress(OSError):
        _draft(found, state).unlink(missing_ok=True)


def _draft(found: MergeInput, state: Path) -> Path:
    return state / "drafts" / f"{drafts.key(found.path)}.merge.json"


def _digest(found: MergeInput) -> str:
    return hashlib.blake2b(b"\0".join(found.read[path] for path in sorted(found.read)), digest_size=16).hexdigest()
