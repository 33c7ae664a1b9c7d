"""Account plans: Markdown files that are read before a session, and their readers' files with
readers and comments.

A plan belongs to the user and is never written. Its readers' file (`NAME.readers.toml`) is read
and written whole under a lock, so two programs at once lose none of each other's entries.
"""

import contextlib
import difflib
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.dates import file_moment
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import PlanComment, Reader, Readers
from session_tui.store import atomic, folders, merge_readers, toml
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.path_expansion import current, on_disk
from session_tui.store.plans.markdown import assumptions, lines_of, outline, placed, plain
from session_tui.store.toml import BOM
from session_tui.store.toml_file import TomlFile

__all__ = [
    "PlanFile",
    "add_comment",
    "add_reader",
    "assumptions",
    "changed_since",
    "keep_version",
    "lines_of",
    "locate",
    "of_source",
    "open_plan",
    "outline",
    "placed",
    "plain",
    "readers",
    "readers_path",
    "remove_comment",
]

LARGEST = 2 * 1024 * 1024  # bytes; a plan of ten pages has about 30 KB
MOST_LINES = 20_000  # ten pages have about 300; laying out so many takes two seconds
MOST_BRACKETS = 10_000  # the parser compares each opening one with all closing ones
KEPT = 50  # versions that were read, on this machine
_SHA256 = lazy_pattern(r"[0-9a-f]{64}")
_SESSIONS = "sessions"


class PlanFile(Struct, frozen=True):
    """A plan as it was read: `source` is its path below the folder that holds `sessions/`,
    `sha256` that of its bytes.
    """

    path: Path
    source: str
    text: str
    sha256: str


# ---- finding and opening ------------------------------------------------------------------------


def locate(wanted: Path, home: Path, plans: Path) -> Path:
    """Return the real path of a plan: as given, else in the plans folder, with or without .md;
    `StoreError` otherwise.
    """
    inside = plans / wanted
    choices = (wanted, inside, inside.with_name(f"{inside.name}.md") if inside.name else inside)
    try:
        path = next((each for each in choices if each.is_file()), None)
        path = path or next((each for one in choices if (each := on_disk(one, name_key)).is_file()), None)
        if path is None:
            raise StoreError(_absent(wanted, choices, plans))
        if fault := _outside(path, home, plans):
            raise StoreError(fault)
        return Path(os.path.realpath(path))
    except OSError as error:
        raise StoreError(from_os_error(error, wanted)) from error


def open_plan(path: Path, home: Path) -> PlanFile:
    """Read a plan; `StoreError` where it is too large, no text, or not below `home`."""
    try:
        if not path.is_file():
            raise StoreError(Fault(str(path), _what_instead(path), "Name a Markdown file."))
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(from_os_error(error, path)) from error
    content = toml.read_bytes(path) if size <= LARGEST else b""
    if max(size, len(content)) > LARGEST:
        what = f"{max(size, len(content)) / (1024 * 1024):.1f} MB is too large for a plan; 2 MB is the most"
        raise StoreError(Fault(str(path), what, "Keep in the plan what is to be read; put the rest beside it."))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"the plan is not UTF-8 text: byte {error.start + 1:,}, in line {line:,}, belongs to no character"
        raise StoreError(Fault(str(path), what, "Save it as UTF-8.")) from None
    lines = lines_of(text.removeprefix(BOM))
    for many, what, most in ((len(lines), "lines", MOST_LINES), (text.count("["), "square brackets", MOST_BRACKETS)):
        if many > most:
            problem = f"{many:,} {what} are too many for a plan; {most:,} are the most"
            raise StoreError(Fault(str(path), problem, "Keep in the plan what is to be read; put the rest beside it."))
    text = "\n".join(lines)
    return PlanFile(path, _source(path, home), text, hashlib.sha256(content).hexdigest())


def of_source(source: str, home: Path, plans: Path) -> Path | None:
    """Return the path of a session's plan, always below `home`; None where the file does not
    exist.
    """
    written = (PurePosixPath(source), PureWindowsPath(source))
    if not source or "\0" in source or any(each.anchor or ".." in each.parts for each in written):
        return None
    try:
        path = on_disk(home / source, name_key)
        if not path.is_file() or _outside(path, home, plans):
            return None
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return None


def _source(path: Path, home: Path) -> str:
    try:
        source = Path(os.path.realpath(path)).relative_to(os.path.realpath(home)).as_posix()
    except ValueError:
        raise StoreError(_not_below(path, home)) from None
    if not source.isprintable():
        raise StoreError(Fault(str(path), "its name has characters that cannot be shown", "Rename it."))
    return source


def _outside(path: Path, home: Path, plans: Path) -> Fault | None:
    """Return the fault that this file is no plan, with its real path."""
    real, real_home, real_plans = (Path(os.path.realpath(each)) for each in (path, home, plans))
    named = (Path(os.path.normpath(current() / path)), Path(os.path.realpath(path.parent)) / path.name)
    folders = (Path(os.path.normpath(current() / plans)), real_plans)
    below = any(name.is_relative_to(folder) for name in named for folder in folders)
    if below and not real.is_relative_to(real_plans):
        return Fault(str(path), "it is a link that leaves the plans folder", "Put the plan itself there.")
    if not real.is_relative_to(real_home):
        return _not_below(path, home)
    if real.parent == real_home / _SESSIONS:
        # Its readers' file would be taken for a session.
        return Fault(str(path), "a plan does not lie among the sessions", f"Put it into {plans}.")
    return None


def _not_below(path: Path, home: Path) -> Fault:
    return Fault(str(path), f"a plan lies below {os.path.realpath(home)}", "Put it there, beside the sessions.")


def _absent(wanted: Path, choices: tuple[Path, ...], plans: Path) -> Fault:
    if there := next((each for each in choices if each.exists()), None):
        return Fault(str(there), _what_instead(there), "Name a Markdown file in it." if there.is_dir() else "")
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(path.name for path in plans.iterdir() if path.suffix == ".md" and path.is_file())
    some = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return Fault(
        str(wanted), "there is no such plan", f"In {plans} there are: {some}." if some else f"Put it into {plans}."
    )


def _what_instead(path: Path) -> str:
    if path.is_dir():
        return "it is a folder, not a plan"
    return "it is not a file that can be read" if path.exists() else "there is no such plan"


# ---- who read it, and what they asked -----------------------------------------------------------


def readers_path(plan: Path) -> Path:
    """Return the path of a plan's readers' file: `acme-freight.readers.toml` beside
    `acme-freight.md`.
    """
    return plan.with_name(f"{plan.stem}.readers.toml")


def readers(plan: Path) -> Readers:
    """Return readers and comments of a plan; empty where there is no file, `StoreError` where
    it is broken.
    """
    with _versions_named(plan):
        return _file(plan, plan.parent).read(Readers()).value


def add_reader(plan: Path, reader: Reader, locks: Path) -> None:
    """Record that a reader read this version; for the same version the newest time stays."""

    def added(found: Readers) -> Readers:
        same = [
            at for at, each in enumerate(found.readers) if _same_name(each, reader) and each.sha256 == reader.sha256
        ]
        if not same:
            # Notations of one name are one person.
            known = next((each.name for each in found.readers if _same_name(each, reader)), reader.name)
            fresh = replace(reader, name=known, read_at=_seconds(reader.read_at))
            return replace(found, readers=(*found.readers, fresh))
        at = max(same, key=lambda at: _moment(found.readers[at].read_at))
        if _moment(found.readers[at].read_at) >= _moment(reader.read_at):
            return found
        again = replace(found.readers[at], read_at=_seconds(reader.read_at))
        return replace(found, readers=(*found.readers[:at], again, *found.readers[at + 1 :]))

    _change(plan, locks, added)


def add_comment(plan: Path, comment: PlanComment, locks: Path) -> None:
    """Add a comment, unless an equal one exists."""
    kept = replace(comment, at=_seconds(comment.at))

    def added(found: Readers) -> Readers:
        return found if kept in found.comments else replace(found, comments=(*found.comments, kept))

    _change(plan, locks, added)


def remove_comment(plan: Path, comment: PlanComment, locks: Path) -> None:
    """Remove a comment, if it exists."""
    gone = replace(comment, at=_seconds(comment.at))

    def removed(found: Readers) -> Readers:
        return replace(found, comments=tuple(each for each in found.comments if each != gone))

    _change(plan, locks, removed)


def _same_name(one: Reader, other: Reader) -> bool:
    return name_key(one.name) == name_key(other.name)


def _moment(read_at: datetime | None) -> datetime:
    return read_at or datetime.min.replace(tzinfo=UTC)


def _seconds(moment: datetime | None) -> datetime | None:
    """Cut a time to whole seconds, as in files, so that it equals the one that is read back."""
    return moment and file_moment(moment)


def _change(plan: Path, locks: Path, changed: Callable[[Readers], Readers]) -> None:
    with _versions_named(plan):
        _file(plan, locks).change(changed, Readers())


@contextmanager
def _versions_named(plan: Path) -> Iterator[None]:
    """Name the command that merges the versions, where git left two in the readers' file."""
    try:
        yield
    except StoreError as error:
        path = readers_path(plan)
        if error.faults[0].kind == "git" and (versions := merge_readers.conflicting_versions(path)):
            raise StoreError(versions[0]) from None
        raise


def _file(plan: Path, locks: Path) -> TomlFile[Readers]:
    """Return the readers' file; it gets the mode of the plan, so both have the same readers."""
    return TomlFile(readers_path(plan), Readers, locks, stays_in=plan.parent, like=plan)


# ---- versions that were read --------------------------------------------------------------------


def keep_version(state: Path, plan: PlanFile) -> None:
    """Save the text that was read on this machine, to show later changes; the newest 50 stay."""
    folder = state / "plans"
    # A disk that fails prevents the comparison, not the record of the reading.
    with contextlib.suppress(OSError):
        folders.make(folder, 0o700)
        atomic.write(folder / f"{plan.sha256}.md", plan.text.encode(), for_good=False, private=True)
        kept = sorted(folder.glob("*.md"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in kept[KEPT:]:
            path.unlink(missing_ok=True)


def changed_since(state: Path, sha256: str, plan: PlanFile) -> tuple[str, ...] | None:
    """Return the lines added ("+ …") and removed ("- …") since that version; None where it was
    not saved here.
    """
    if sha256 == plan.sha256:
        return ()
    if not _SHA256.fullmatch(sha256):  # it comes from a file and is used as a file's name
        return None
    try:
        before = toml.read_bytes(state / "plans" / f"{sha256}.md").decode()
    except (StoreError, UnicodeDecodeError):
        return None
    # The first two lines are names of files; those with @@ are positions.
    lines = difflib.unified_diff(lines_of(before), lines_of(plan.text), lineterm="", n=0)
    return tuple(f"{line[0]} {line[1:]}" for at, line in enumerate(lines) if at > 1 and line[0] != "@")
