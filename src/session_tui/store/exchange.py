"""Compare and swap for a file that other programs write too: a replaced version is compared, never
lost.

The two files exchange their names where the system can do that. The replaced version then has a
name of its own (`ID.toml.replaced-…`) until it is compared; if it is not the expected one, it is
put back. If the program is killed in between, the file keeps this name, and `conflict_files` lists
it as another version of the session.

Not covered: a program that opened the old file before, and writes into it in place after the
comparison.
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

from session_tui.model.patterns import lazy_pattern
from session_tui.store import atomic, folders, regular_file

T = TypeVar("T")
Swap: TypeAlias = Callable[[Path, Path], None]  # two names in one folder exchange their files; OSError

REPLACED = ".replaced-"
_NAME = lazy_pattern(rf"(.+){re.escape(REPLACED)}([0-9a-f]{{16}})-([0-9a-f]{{16}})-\w+", re.DOTALL)
_TRIES = 5  # a file that comes and goes meanwhile
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM})
_OLD = 600.0  # seconds after which no running program still uses a temporary file


class Other(Struct, frozen=True):
    """The unexpected version of a file, which is still in place.

    `kept` is the path of a third version, which arrived while the other one was put back.
    """

    content: bytes
    kept: Path | None = None


@cache
def system_swap() -> Swap | None:
    """Return the system's exchange of two names; None where it has none."""
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
    """Replace `known` by `content`; None once that is on disk, else the other version, which is
    untouched.

    A link is followed, the mode stays. A missing file is written anew. OSError: then the file is
    unchanged, or has `content` but may not survive a power cut.
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
    """Another program wrote another version; it was not replaced."""

    def __init__(self) -> None:
        super().__init__(0, "it was changed meanwhile")


def put(path: Path, content: bytes, known: bytes | None, like: Path | None = None, *, private: bool = False) -> None:
    """Replace `known` by `content`; write a new file, with the mode of `like`, where `known` is
    None.

    OSError: `ChangedError` where the file has another version.
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
    """Call `work` until it raises no `ChangedError`; after the last try the error is raised."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(ChangedError):
            return work()
    return work()


def _replaced(target: Path, beside: Path, content: bytes, known: bytes, swap: Swap | None) -> Other | None:
    out = _name(target, beside, content, known)
    if swap is not None:
        # No sweep takes a file of this name for half-written.
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
    """Compare the version that was exchanged out: remove it if it was expected, else put it
    back.
    """
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
    """Replace without an exchange: the old file gets a second name and is compared before and
    after.

    A file that is renamed over it between the last comparison and our rename is lost;
    docs/decisions.md has the length of that gap.
    """
    try:
        os.link(target, out)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links (FAT, some network drives): only the comparison before is possible
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
    """Return a name with the digests of the two expected contents: a file with a third one is
    another version.
    """
    rng = beside.name.split(".")[-2]
    return target.with_name(f"{target.name}{REPLACED}{digest(known)}-{digest(content)}-{rng}")


def replaced_from(name: str) -> str:
    """Return the name of the file that this one was exchanged out of; "" for any other name."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def holds_another(path: Path) -> bool:
    """Whether a file that was exchanged out has an unexpected version. A missing file has none."""
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
    """Remove the leftovers of killed programs beside a file that was just written, except other
    versions.
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
    """Return sixteen hexadecimal digits that identify a content in a name."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()
