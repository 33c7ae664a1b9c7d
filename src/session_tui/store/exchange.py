"""Compare and swap for a file that other programs write too: what is replaced is looked at, and
never lost.

The two names are exchanged where the system can do that. The version that was replaced then has a
name of its own (`ID.toml.replaced-…`) until it has been compared: where it is not the one that was
expected, it is put back. A program that is killed in between leaves it under that name, which
`copies` knows as another version of the session.

What no exchange can see: a program that opened the old file before and writes into it in place
after it was compared.
"""

import contextlib
import errno
import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from msgspec import Struct

from session_tui.store import atomic, folders, regular_file

T = TypeVar("T")
Swap: TypeAlias = Callable[[Path, Path], None]  # two names in one folder exchange their files; OSError

REPLACED = ".replaced-"
_NAME = re.compile(rf"(.+){re.escape(REPLACED)}([0-9a-f]{{16}})-([0-9a-f]{{16}})-\w+", re.DOTALL)
_TRIES = 5  # a file that comes and goes meanwhile
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM})
_OLD = 600.0  # seconds after which what lies beside a file belongs to no program that is still at work


class Other(Struct, frozen=True):
    """What stood there instead of what was expected, and stands there still.

    `kept` is where a third version lies that arrived while the other one was put back.
    """

    content: bytes
    kept: Path | None = None


@cache
def system_swap() -> Swap | None:
    """The system's exchange of two names; None where it has none."""
    import ctypes  # nothing else needs it, and reading does not need it either

    if sys.platform == "win32":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        function, here, flag = getattr(library, "renamex_np", None), (), 2  # RENAME_SWAP
    else:
        function, here, flag = getattr(library, "renameat2", None), (-100,), 2  # AT_FDCWD, RENAME_EXCHANGE
    if function is None:
        return None

    def swap(one: Path, other: Path) -> None:
        if function(*here, os.fsencode(one), *here, os.fsencode(other), flag) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(other))

    return swap


def exchange(path: Path, content: bytes, known: bytes, swap: Swap | None = None) -> Other | None:
    """Put `content` in the place of `known`: None once it is on disk, else what stood there
    instead, untouched.

    A link is followed, a mode is kept. A file that is gone is written anew. Raises OSError; then
    the file is as it was, or holds `content` without being sure to survive a power cut.
    """
    target = Path(os.path.realpath(path))
    swap = swap or system_swap()
    beside = atomic.prepared(target, content)
    try:
        for _ in range(_TRIES):
            try:
                there = regular_file.read(target)
                if there not in (known, content):
                    return Other(there)
                other = _replaced(target, beside, content, known, swap)
            except FileNotFoundError:
                try:
                    atomic.link(beside, target)
                except FileExistsError:
                    continue
                other = None
            if other is None:
                folders.sync(target.parent)
            return other
        raise OSError(errno.EBUSY, "it comes and goes", str(path))
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


class ChangedError(OSError):
    """Another program put another version in place; nothing of ours was written over it."""

    def __init__(self) -> None:
        super().__init__(0, "it was changed meanwhile")


def put(path: Path, content: bytes, known: bytes | None, like: Path | None = None, *, private: bool = False) -> None:
    """Replace `known` by `content`, or write a new file where `known` is None. OSError:
    `ChangedError` where another version stands there. A new file gets the mode of `like`.
    """
    if known is not None:
        if exchange(path, content, known) is not None:
            raise ChangedError
        return
    try:
        atomic.write(path, content, exclusive=True, like=like, private=private)
    except FileExistsError:
        raise ChangedError from None


def again(work: Callable[[], T]) -> T:
    """Read, change and `put` once more where another program was quicker; the last `ChangedError`
    is raised.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(ChangedError):
            return work()
    return work()


def _replaced(target: Path, beside: Path, content: bytes, known: bytes, swap: Swap | None) -> Other | None:
    out = _name(target, beside, content, known)
    if swap is not None:
        # From here on the name is one that no sweep takes for half-written.
        beside.rename(out)
        try:
            swap(out, target)
        except OSError as error:
            out.rename(beside)
            if error.errno not in _CANNOT:
                raise
        else:
            return _compared(target, out, content, known, swap)
    return _replaced_aside(target, beside, out, content, known)


def _compared(target: Path, out: Path, content: bytes, known: bytes, swap: Swap) -> Other | None:
    """What was exchanged out is looked at: taken away where it was expected, else put back."""
    there = regular_file.read(out)
    if there in (known, content):
        out.unlink()
        return None
    swap(out, target)
    if regular_file.read(out) == content:
        out.unlink()
        return Other(there)
    return Other(there, out)


def _replaced_aside(target: Path, beside: Path, out: Path, content: bytes, known: bytes) -> Other | None:
    """Without an exchange: the old one gets a second name, and is looked at before and after it is
    replaced.

    What is renamed over it between the last look and our own rename is lost; docs/decisions.md has
    how long that is.
    """
    try:
        os.link(target, out)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links (FAT, some network drives): looking before is all there is
        atomic.rename(beside, target)
        return None
    there = regular_file.read(out)
    if there not in (known, content) or not out.samefile(target):
        out.unlink()
        return Other(regular_file.read(target))
    atomic.rename(beside, target)
    if (there := regular_file.read(out)) in (known, content):
        out.unlink()
        return None
    if regular_file.read(target) != content:
        return Other(regular_file.read(target), out)
    atomic.rename(out, target)
    return Other(there)


# ---- what a killed program left -----------------------------------------------------------------


def _name(target: Path, beside: Path, content: bytes, known: bytes) -> Path:
    """A name that says what the file may hold without being another version: what was there, and
    what was to be.
    """
    rng = beside.name.split(".")[-2]
    return target.with_name(f"{target.name}{REPLACED}{digest(known)}-{digest(content)}-{rng}")


def replaced_from(name: str) -> str:
    """The name of the file that a file of this name was exchanged out of; empty where it is none
    such.
    """
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def holds_another(path: Path) -> bool:
    """A file that was exchanged out holds a version that nobody expected there. One that has gone
    holds none.
    """
    found = _NAME.fullmatch(path.name)
    if found is None:
        return False
    try:
        return digest(regular_file.read(path)) not in (found[2], found[3])
    except FileNotFoundError:
        return False
    except OSError:
        return True


def sweep(path: Path) -> None:
    """Take away what killed programs left beside a file that was just written; another version
    never.
    """
    target = Path(os.path.realpath(path))
    half_written = f".{target.name[:60]}."
    with contextlib.suppress(OSError):
        written = target.stat().st_mtime  # by the clock of the disk, which may be another machine's
        for name in os.listdir(target.parent):  # noqa: PTH208 - of ten thousand files names alone
            temporary = name.startswith(half_written) and name.endswith(".tmp")
            if not temporary and replaced_from(name) != target.name:
                continue
            each = target.with_name(name)
            with contextlib.suppress(OSError):
                if written - each.stat().st_mtime > _OLD and (temporary or not holds_another(each)):
                    each.unlink()


def digest(content: bytes) -> str:
    """Sixteen hexadecimal digits that stand for a content in a name."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()
