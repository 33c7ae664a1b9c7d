"""Moves the file of a removed session into the folder `removed` of its sessions' folder, and back.

A removed file keeps its name and its bytes; its modification time is the moment of the removal.
The versions that the program keeps beside it (`ID.toml.before-merge`) go along. Nothing here
deletes a file, but `sweep`, which deletes what was removed long ago.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import copy_of
from session_tui.model.validation import ID
from session_tui.store import atomic, contents, folders, locking, regular_file
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.exchange import ChangedError

Needed: TypeAlias = Callable[[frozenset[str]], frozenset[str]]

FOLDER = "removed"
KEPT_DAYS = 90
_END = 4  # characters at the end of an id
_EARLIER = "earlier"  # suffix of a version that was removed before, and restored by another way


class RemovedSession(Struct, frozen=True):
    """A removed session: its id, its file, and the moment of the removal."""

    id: str
    path: Path
    at: datetime


def place(path: Path) -> Path:
    """The path that the file of a session has once it is removed; `path` is that in the folder of
    sessions.
    """
    return path.parent / FOLDER / path.name


def removed(folder: Path) -> tuple[RemovedSession, ...]:
    """The removed sessions of a folder of sessions, the last removed first. `StoreError` where it
    cannot be read.
    """
    found = []
    try:
        for name in map(os.fsdecode, contents.names(folder / FOLDER)):
            path = folder / FOLDER / name
            session = name.removesuffix(".toml")
            if name.endswith(".toml") and ID.fullmatch(session):
                with contextlib.suppress(FileNotFoundError):
                    found.append(RemovedSession(session, path, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError(from_os_error(error, folder / FOLDER)) from error
    return tuple(sorted(found, key=lambda each: (each.at, each.id), reverse=True))


def named(folder: Path, wanted: str) -> tuple[RemovedSession, ...]:
    """The removed sessions that an id, its beginning or its last four characters name, in order.
    `StoreError`.
    """
    known = {each.id: each for each in removed(folder)}
    if wanted in known:
        return (known[wanted],)
    found = [each for each in sorted(known) if wanted and each.startswith(wanted)]
    if not found and len(wanted) == _END:
        found = [each for each in sorted(known) if each.endswith(f"-{wanted}")]
    return tuple(known[each] for each in found)


def move(path: Path, state: Path, now: datetime, known: bytes | None = None) -> Path:
    """Move the file of a session to the removed ones; return its new path.

    It is not moved where it is no longer `known`: `ChangedError`. `StoreError` where there is
    none, where a window has it open, or where the disk refuses.
    """
    with _locked(path, state):
        target = place(path)
        with contextlib.suppress(folders.NotSyncedError):  # the move below syncs both folders
            folders.make(target.parent)
        content = regular_file.read(path)
        if known is not None and content != known:
            raise ChangedError
        _make_room(target, content)
        if path.is_symlink():  # its file stays where it is: elsewhere a relative link would lead to nothing
            atomic.write(target, content, exclusive=True, like=path, stamp=now.timestamp())
            atomic.remove(path)
        else:
            os.utime(path, (now.timestamp(), now.timestamp()))  # before the move: a sweep goes by it
            path.rename(target)  # whatever is there by now moves: nothing is deleted
            if regular_file.read(target) != content:  # another program wrote it meanwhile
                _put_back(target, path)
                raise ChangedError
        _move_kept(path, target.parent, now)
        folders.sync(target.parent)
        folders.sync(path.parent)
        return target


def restore(path: Path, state: Path) -> Path:
    """Move a removed session's file back to `path`, its place among the sessions; return `path`.

    `StoreError` where it was not removed, where there is a file of that name, or where the disk
    refuses.
    """
    with _locked(path, state):
        try:
            atomic.link(place(path), path)
        except FileExistsError:
            what = "there is a session of this id"
            raise StoreError(Fault(path.name, what, "Nothing was changed.")) from None
        for each in _kept(place(path)):
            with contextlib.suppress(OSError):  # one that cannot be moved stays where it is
                atomic.link(each, path.with_name(each.name))
        folders.sync(path.parent)
        folders.sync(place(path).parent)
        return path


def sweep(folder: Path, now: datetime, needed: Needed = lambda ids: frozenset()) -> tuple[str, ...]:
    """Delete what was removed more than `KEPT_DAYS` days ago; return the ids. Never raises.

    `needed` is asked, of the ids whose time is over, for those that stay all the same. A file that
    was put there by hand keeps an old modification time, so the moment at which it came there
    counts too.
    """
    over: list[tuple[str, Path]] = []
    with contextlib.suppress(OSError, StoreError):
        for name in map(os.fsdecode, contents.names(folder / FOLDER)):
            session, found, kept = name.partition(".toml")
            path = folder / FOLDER / name
            copy = copy_of(session)
            if not found or kept[:1] not in ("", ".") or not (ID.fullmatch(session) or copy):
                continue
            with contextlib.suppress(OSError):
                look = path.lstat()
                at = datetime.fromtimestamp(max(look.st_mtime, look.st_ctime), UTC)
                if stat.S_ISREG(look.st_mode) and now - at > timedelta(days=KEPT_DAYS):
                    over.append((copy.id if copy else session, path))
    stays = needed(frozenset(session for session, _ in over)) if over else frozenset()
    gone = []
    for session, path in over:
        with contextlib.suppress(OSError):
            if session not in stays:
                path.unlink()
                gone += [session] if path.name == f"{session}.toml" else []
    return tuple(sorted(gone))


@contextlib.contextmanager
def _locked(path: Path, state: Path) -> Iterator[None]:
    """Keep windows and other writers away from a session's file."""
    hold = locking.hold(path, state)
    try:
        if hold.read_only:
            raise StoreError(Fault(path.name, "it is open in another window", "Close it there first."))
        with locking.writing(path, state):
            yield
    except locking.LockTimeout:
        raise locking.busy(path) from None
    except ChangedError:
        raise
    except FileNotFoundError as error:
        raise StoreError(Fault(path.name, "there is no such file", "Nothing was changed.")) from error
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Nothing was changed.")) from error
    finally:
        hold.release()


def _make_room(target: Path, content: bytes) -> None:
    """Give a version that was removed before another name, so that it is kept too."""
    try:
        before = regular_file.read(target)
    except FileNotFoundError:
        return
    if before != content:
        atomic.keep_copy(target, _EARLIER, before)
    target.unlink()


def _kept(path: Path) -> list[Path]:
    """The versions that the program keeps beside a session's file, and beside copies of it:
    `ID.toml.before-merge`, `ID (conflicted copy).toml.merged`.
    """
    found = []
    for name in os.listdir(path.parent):  # noqa: PTH208 - of ten thousand files names alone
        stem, _, end = name.partition(".toml.")
        if end and (stem == path.stem or ((copy := copy_of(stem)) is not None and copy.id == path.stem)):
            found.append(path.with_name(name))
    return sorted(found)


def _move_kept(path: Path, target: Path, now: datetime) -> None:
    """Move what is kept beside a session to the folder `target`; what cannot be moved stays."""
    for each in _kept(path):
        with contextlib.suppress(OSError):
            moved = target / each.name
            _make_room(moved, regular_file.read(each))
            atomic.link(each, moved)
            os.utime(moved, (now.timestamp(), now.timestamp()))


def _put_back(target: Path, path: Path) -> None:
    # Where a file of that name has come meanwhile, this one stays among the removed.
    with contextlib.suppress(FileExistsError):
        atomic.link(target, path)
