"""Two versions of a session from their files to one file, and what it replaced kept beside it.

Found: git's two versions in one file, a conflicted copy, ours of a conflict that was left, another file with the id.
"""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from filelock import Timeout
from msgspec import Struct
from msgspec.structs import fields, replace

from session_tui.model import merging
from session_tui.model.checks import doubtful, unreadable
from session_tui.model.fault import Fault
from session_tui.model.merging import Choice, Ids, Merge
from session_tui.store import atomic, copies, document, drafts, locking, shelf, toml
from session_tui.store.document import Document
from session_tui.store.toml import Table
from session_tui.store.trouble import StoreError, fault_of

ELSEWHERE = "it is open in another window"


class Version(Struct, frozen=True):
    """One of the two: what it is called on a screen, the file it is in, and what it says."""

    name: str
    path: Path
    document: Document


class Found(Struct, frozen=True):
    """Two versions of one session, as their files were when they were read; `more` are further files of its id.

    `read` are the contents of the files, so that nothing is replaced that nobody has looked at.
    """

    path: Path
    ours: Version
    theirs: Version
    merge: Merge
    read: Mapping[Path, bytes]
    more: tuple[Path, ...] = ()

    @property
    def id(self) -> str:
        """The session's id."""
        return self.path.name.removesuffix(".toml")


def locate(folder: Path, wanted: str) -> Path:
    """The file of a session by its id, or a part of it that fits no other. It may be gone, and a copy be all there is.

    `StoreError` where nothing fits.
    """
    try:
        path = shelf.find(folder, wanted)
    except StoreError:
        fitting = [each for each in copies.waiting(folder) if each.startswith(wanted) or each.endswith(f"-{wanted}")]
        if len(fitting) != 1 or not wanted:
            raise
        return folder / f"{fitting[0]}.toml"
    twofold = copies.told(path, toml.read_bytes(path))
    return path.with_name(f"{twofold.id}.toml") if twofold else path


def look(path: Path, state: Path) -> Found:
    """The two versions of the session of this file. Nothing is touched.

    `StoreError` where there is one alone, where one cannot be read, or where the session is open elsewhere.
    """
    _let_go(_locked(path, state))
    others = tuple(copies.beside(path))
    read: dict[Path, bytes] = {}
    if path.exists():
        read[path] = toml.read_bytes(path)
        if both := copies.sides_in(read[path]):
            ours = _version(f"git: {both.our_name or 'ours'}", path, both.ours.encode())
            theirs = _version(f"git: {both.their_name or 'theirs'}", path, both.theirs.encode())
            return _found(path, ours, theirs, read, others)
    if not others:
        raise StoreError(Fault(path.name, "there is one version of this session, and no other to merge it with"))
    read[others[0]] = toml.read_bytes(others[0])
    if both := copies.sides_in(read[others[0]]):
        what = "git's marks are in this copy"
        raise StoreError(Fault(others[0].name, what, "Settle it with git first, or move it elsewhere."))
    other = _version(_called(path, others[0]), others[0], read[others[0]])
    # The copy is all there is: it becomes the file.
    here = _version(path.name, path, read[path]) if path in read else other
    if others[0].name.startswith(f"{path.name}.ours"):
        return _found(path, other, here, read, others[1:])
    return _found(path, here, other, read, others[1:])


def write(found: Found, choices: Mapping[str, Choice], state: Path) -> tuple[str, ...]:
    """Put what was chosen into the session's file, and keep what that replaced; what was done, in sentences.

    `StoreError` where something is not decided, the session is open elsewhere, or a file is another one by now; then
    nothing was changed.
    """
    if undecided := merging.left(found.merge, choices):
        many = f"{len(undecided)} thing{'s' if len(undecided) > 1 else ''} to decide"
        raise StoreError(Fault(found.id, f"there {'are' if len(undecided) > 1 else 'is'} {many} still"))
    content = result(found, choices).content()
    lock = _locked(found.path, state)
    try:
        _let_stand(found)
        said = _put(found, content)
    except OSError as error:
        raise StoreError(fault_of(error, found.path, "What stood there stands there still.")) from error
    finally:
        _let_go(lock)
    forget(found, state)
    session = document.read(content).session
    known = {str(fault) for side in (found.ours, found.theirs) for fault in doubtful(side.document.session)}
    new = [f"To look at: {fault}" for fault in map(str, doubtful(session)) if fault not in known]
    more = len(found.more)
    if more:
        said += (f"{more} more version{'s are' if more > 1 else ' is'} there: session-tui merge {found.id} again.",)
    return (*said, *new)


def result(found: Found, choices: Mapping[str, Choice]) -> Document:
    """The document that these choices give, with the unknown keys of both versions."""
    session = merging.merged(found.merge, choices)
    if faults := unreadable(session):
        raise StoreError(*faults)
    after = found.ours.document.with_session(session)
    tables = after.tables
    for side, ids in zip((found.ours, found.theirs), merging.ids_after(found.merge, choices), strict=True):
        tables = _with_unknown(tables, session, side.document.tables, side.document.session, ids)
    return Document(session, tables, after.newline, after.bom)


def _let_stand(found: Found) -> None:
    """Every file is as it was when it was read, and where there was none there is none; `StoreError` otherwise."""
    for path in {found.path, *found.read}:
        there = toml.read_bytes(path) if path.exists() else None
        if there != found.read.get(path):
            raise StoreError(Fault(path.name, "it was changed meanwhile", "Nothing was written. Look at it again."))


def _put(found: Found, content: bytes) -> tuple[str, ...]:
    path = found.path
    said = [f"The two versions of {found.id} are one now."]
    before = found.read.get(path)
    if before is not None:
        kept = atomic.aside(path, "before-merge", before)
        said.append(f"What stood in it is kept in {kept.name}.")
    # Copied first and taken away last: a crash in between leaves a file too many, and none too few.
    aside = {each: atomic.aside(each, "merged", found.read[each]) for each in found.read if each != path}
    atomic.write(path, content, like=next(iter(aside), None), anew=before is None)
    for copy, there in aside.items():
        try:
            copy.unlink()
            said.append(f"The other version is kept in {there.name}.")
        except OSError as error:
            said.append(f"Take {copy.name} away yourself: {fault_of(error, copy).what}. It is in the session now.")
    ends = [each.suffix for each in (*((kept,) if before is not None else ()), *aside.values())]
    said.append(f"To undo it, rename what is kept: without {' and '.join(ends)} at the end.")
    if not aside:
        said.append(f"git add {path.name} tells git that it is settled.")
    return tuple(said)


def _found(path: Path, ours: Version, theirs: Version, read: Mapping[Path, bytes], more: tuple[Path, ...]) -> Found:
    for each in (ours, theirs):
        if each.document.newer:
            what = f"{each.name} was written by a newer version of this program"
            raise StoreError(Fault(path.name, what, "Merge them with that one."))
        if each.document.session.id != path.name.removesuffix(".toml"):
            what = f'{each.name} is the session "{each.document.session.id}", not this one'
            raise StoreError(Fault(path.name, what, "Give it a name of its own, or mend its id."))
    return Found(path, ours, theirs, merging.compare(ours.document.session, theirs.document.session), read, more)


def _version(name: str, path: Path, content: bytes) -> Version:
    try:
        return Version(name, path, document.read(content))
    except StoreError as error:
        faults = [replace(fault, where=f"{name}: {fault.where}".removesuffix(": ")) for fault in error.faults]
        raise StoreError(*faults) from None


def _called(path: Path, other: Path) -> str:
    """A copy's name without what both names begin with."""
    if not other.name.endswith(".toml") or not other.name.startswith(path.name.removesuffix(".toml")):
        return other.name
    return other.name.removeprefix(path.name.removesuffix(".toml")).strip()


def _locked(path: Path, state: Path) -> Any:
    try:
        return locking.acquired(path, state)
    except Timeout:
        raise StoreError(Fault(path.name, ELSEWHERE, "Close it there first.")) from None
    except OSError:
        return None  # as in an open session: nobody else is kept from it, and what was read is compared before a write


def _let_go(lock: Any) -> None:
    if lock is not None:
        lock.release()


# ---- unknown keys ----------------------------------------------------------------------------------------------------


def _with_unknown(raw: Table, value: Any, side_raw: Table, side: Any, ids: Ids) -> Table:
    """The table with the keys of another version's table that this program does not know; none is replaced."""
    known = {each.encode_name: each.name for each in fields(value)}
    table = dict(raw)
    for key, extra in side_raw.items():
        if key not in known:
            table[key] = _together(table[key], extra) if key in table else extra
            continue
        there, other = getattr(value, known[key]), getattr(side, known[key])
        if isinstance(there, Struct) and isinstance(other, Struct) and isinstance(table.get(key), dict):
            table[key] = _with_unknown(table[key], there, extra, other, ids)
        elif isinstance(table.get(key), list) and other and isinstance(other[0], Struct):
            table[key] = _rows(table[key], there, extra, other, ids)
    return raw if table == raw else table


def _rows(
    raw: list[Table], values: tuple[Any, ...], extra: list[Table], side: tuple[Any, ...], ids: Ids
) -> list[Table]:
    """Rows are the same by their id; those that have none by what they say."""
    keyed = {ids.get(each.id, each.id) if hasattr(each, "id") else each: at for at, each in enumerate(side)}
    found = []
    for row, value in zip(raw, values, strict=True):
        at = keyed.get(value.id if hasattr(value, "id") else value)
        found.append(row if at is None else _with_unknown(row, value, extra[at], side[at], ids))
    return found


def _together(mine: Any, other: Any) -> Any:
    """Two values of a key nobody knows: of two tables all keys; of anything else ours."""
    if not (isinstance(mine, dict) and isinstance(other, dict)):
        return mine
    return mine | {key: _together(mine[key], value) if key in mine else value for key, value in other.items()}


# ---- choices that wait -----------------------------------------------------------------------------------------------


class _Kept(Struct, frozen=True):
    digest: str
    choices: dict[str, Choice]


def keep(found: Found, choices: Mapping[str, Choice], state: Path) -> None:
    """Remember what was chosen until it is written, or until one of the versions is another one. OSError."""
    folder = state / "drafts"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    atomic.write(_draft(found, state), msgspec.json.encode(_Kept(_digest(found), dict(choices))), sync=False)


def kept(found: Found, state: Path) -> dict[str, Choice]:
    """What was chosen the last time, of these very versions."""
    try:
        there = msgspec.json.decode(_draft(found, state).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return {}
    allowed = {point.key: point.choices for point in found.merge.points}
    fits = there.digest == _digest(found)
    return {key: choice for key, choice in there.choices.items() if fits and choice in allowed.get(key, ())}


def forget(found: Found, state: Path) -> None:
    """Nothing waits any more; where that cannot be said, it belongs to versions that are no more."""
    with contextlib.suppress(OSError):
        _draft(found, state).unlink(missing_ok=True)


def _draft(found: Found, state: Path) -> Path:
    return state / "drafts" / f"{drafts.key(found.path)}.merge.json"


def _digest(found: Found) -> str:
    return hashlib.blake2b(b"\0".join(found.read[path] for path in sorted(found.read)), digest_size=16).hexdigest()
