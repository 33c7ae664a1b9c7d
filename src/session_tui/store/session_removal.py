"""Removes sessions because a user wants it, and brings them back: what may be removed, what can be
restored.

The files themselves are moved by `removed_sessions`, for a removal that came from a server too.
"""

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import copy_of
from session_tui.model.session import Session
from session_tui.store import (
    conflict_files,
    contents,
    drafts,
    locking,
    removed_sessions,
    session_file,
    session_folder,
    toml,
)
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.exchange import ChangedError


class Restorable(Struct, frozen=True):
    """A removed session: its id, its file among the removed ones, when it was removed, and until
    when it is kept at least. `session` is None, and `fault` the reason, where it cannot be read.
    """

    id: str
    path: Path
    at: datetime
    until: datetime
    session: Session | None = None
    fault: Fault | None = None


def refusal(path: Path, state: Path) -> Fault | None:
    """Return why a session cannot be removed now; None where it can. A file that is broken can."""
    id = contents.stem_of(path.name)
    try:
        with contained(path):
            row = session_folder.row_of(path, toml.read_bytes(path), session_file.read_session)
    except StoreError as error:
        return error.faults[0]
    if other := row.merge or _other_version(path):
        what = "there are two versions of it"
        return Fault(id, what, f"session-tui merge {other} makes one of them; remove that one.")
    if locking.held(path, state):
        return Fault(id, "it is open in another window", "Close it there first.")
    if row.session is not None and row.session.status == "live":
        do = (
            f"End it (session-tui resume {id}, then /end), or say that it does not take place: session-tui cancel {id}."
        )
        return Fault(id, "it is live, and a live session is not removed", do)
    return None


def remove(path: Path, state: Path, now: datetime) -> Restorable:
    """Move a session's file, and the versions kept beside it, to the removed ones.

    `StoreError` where it may not be removed, was changed meanwhile, or the disk refuses.
    """
    with contained(path):
        content = toml.read_bytes(path)
    if fault := refusal(path, state):
        raise StoreError(fault)
    try:
        target = removed_sessions.move(path, state, now, content)
    except ChangedError:
        raise StoreError(
            Fault(path.name, "it was changed meanwhile", "It was not removed. Run the command again.")
        ) from None
    return _restorable(removed_sessions.RemovedSession(path.stem, target, now))


def restorable(folder: Path) -> tuple[Restorable, ...]:
    """Return what can be restored in this folder of sessions, the last removed first.
    `StoreError`.
    """
    return tuple(map(_restorable, removed_sessions.removed(folder)))


def find(folder: Path, wanted: str) -> Restorable:
    """Find a removed session by its id, a unique beginning or the last four characters of it.

    `StoreError` otherwise.
    """
    fitting = removed_sessions.named(folder, wanted)
    if len(fitting) > 1:
        some = ", ".join(each.id for each in fitting[:4]) + (" …" if len(fitting) > 4 else "")
        what = f"{wanted} fits {len(fitting)} removed sessions: {some}"
        raise StoreError(Fault("", what, "Write more of the id."))
    if not fitting:
        what = f"no session {wanted} was removed in {folder}"
        raise StoreError(Fault("", what, "session-tui restore shows what can be restored."))
    return _restorable(fitting[0])


def restore(folder: Path, id: str, state: Path) -> Path:
    """Move a removed session back to its folder; return its path there.

    `StoreError` where a session of this id is there, or the disk refuses.
    """
    return removed_sessions.restore(folder / f"{id}.toml", state)


def sweep(
    folder: Path, state: Path, now: datetime, needed: removed_sessions.Needed = lambda ids: frozenset()
) -> tuple[str, ...]:
    """Delete what was removed long ago, and the drafts of those sessions; return the ids. Never
    raises. `needed` as for `removed_sessions.sweep`.
    """
    gone = removed_sessions.sweep(folder, now, needed)
    for id in gone:
        path = folder / f"{id}.toml"
        with contextlib.suppress(OSError):
            if not path.exists():
                drafts.forget(state / "drafts", path)
    return gone


def _restorable(found: removed_sessions.RemovedSession) -> Restorable:
    until = found.at + timedelta(days=removed_sessions.KEPT_DAYS)
    one = Restorable(found.id, found.path, found.at, until)
    try:
        with contained(found.path):
            return replace(one, session=session_file.read_session(toml.read_bytes(found.path), found.path))
    except StoreError as error:
        return replace(one, fault=error.faults[0])


def _other_version(path: Path) -> str:
    """Return the session's id where another file is named as a version of it; else ""."""
    id = contents.stem_of(path.name)
    try:
        names = [name.decode("utf-8", "replace") for name in contents.names(path.parent)]
    except OSError as error:
        raise StoreError(from_os_error(error, path.parent)) from error
    copies = (copy_of(name.removesuffix(".toml")) for name in names if name.endswith(".toml"))
    beside = (stem for stem, _ in conflict_files.beside_files(path.parent, names))
    return id if any(copy is not None and copy.id == id for copy in copies) or id in beside else ""
