"""Disks that fail during a session: entries, shown save status, and the files at the end."""

import errno
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

from hanging_disk import hanging_disk
from posix_only import ROOT, full_disk
from session_tui.model import edits
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.store import session_file
from session_tui.store.open_session import OpenedSession, create_session

_NOBODY = 65534  # the user that has no files, on every POSIX system
_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Fault: TypeAlias = Callable[[Path], AbstractContextManager[None]]


class Came(NamedTuple):
    """Missing entries, false save statuses, and the longest time of one entry in seconds."""

    lost: int
    lies: int
    slowest: float


def full(path: Path) -> AbstractContextManager[None]:
    """The file may not grow."""
    return full_disk(path.stat().st_size)


@contextmanager
def vanished(path: Path) -> Iterator[None]:
    """The folder is gone, as a network drive is, and comes back."""
    away = path.parent.with_name("away")
    path.parent.rename(away)
    try:
        yield
    finally:
        away.rename(path.parent)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """The folder is read-only; root, for whom it is not, becomes another user meanwhile."""
    path.parent.chmod(0o500)
    if ROOT:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if ROOT:
            os.seteuid(0)
        path.parent.chmod(0o700)


@contextmanager
def unsynced(path: Path) -> Iterator[None]:
    """Every sync of a folder fails."""
    real = os.fsync

    def fails(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(handle)

    os.fsync = fails  # type: ignore[assignment]
    try:
        yield
    finally:
        os.fsync = real


@contextmanager
def a_pipe(path: Path) -> Iterator[None]:
    """The file became a pipe, and is there again."""
    aside = path.with_name("aside")
    path.rename(aside)
    os.mkfifo(path)
    try:
        yield
    finally:
        aside.replace(path)


@contextmanager
def silent(path: Path) -> Iterator[None]:
    """The disk does not answer for a while."""
    disk = hanging_disk(path.parent, path.parent.with_name("hung"))
    disk.hang()
    try:
        yield
    finally:
        disk.answer()


FAULTS: dict[str, Fault] = {
    "full": full,
    "vanished": vanished,
    "read_only": read_only,
    "unsynced": unsynced,
    "a_pipe": a_pipe,
    "silent": silent,
}


def possible(name: str) -> str:
    """Why a fault cannot be made on this system; empty where it can."""
    return "this system has no named pipes" if name == "a_pipe" and not hasattr(os, "mkfifo") else ""


def typed_through(fault: Fault, base: Path, rounds: int, rng: Random) -> Came:
    """Types while the fault comes and goes, so many times; reads the disk after each "saved"."""
    opened = create_session(
        base / "sessions", Session(id="2026-11-23-acme-7k3q", status="live", agenda="x", account="Acme"), base / "state"
    )
    lies, slowest, entered = 0, 0.0, 0
    for _ in range(rounds):
        with fault(opened.path):
            for _ in range(rng.randrange(1, 5)):
                entered += 1
                began = time.perf_counter()
                _enter(opened, entered)
                slowest = max(slowest, time.perf_counter() - began)
                threading.Event().wait(rng.random() * 0.03)
                lies += opened.save_status == "saved" and opened.saved is not opened.session
        end = time.monotonic() + 30
        while opened.save_status != "saved" and time.monotonic() < end:
            threading.Event().wait(0.005)
        lies += opened.save_status == "saved" and _there(opened.path) != entered
    opened.close(30)
    return Came(entered - _there(opened.path), lies, slowest)


def _enter(opened: OpenedSession, number: int) -> None:
    person = Stakeholder(id=next_id(opened.session, "s"), name=f"Person {number}")
    assert opened.change(edits.add(person), _NOW) is None


def _there(path: Path) -> int:
    names = [person.name for person in session_file.read(path.read_bytes()).session.stakeholders]
    return len(names) if names == [f"Person {number + 1}" for number in range(len(names))] else -1
