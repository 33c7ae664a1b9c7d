"""Finds files that are versions of one session: conflicted copies, git's two versions in one file,
two files with one id.

They are shown as such, with the command that merges them, and never opened as a session.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.merge import conflict_names
from session_tui.model.merge.conflict_names import Sides
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text
from session_tui.model.validation import ID
from session_tui.store import contents, exchange, toml
from session_tui.store.errors import StoreError, contained

_COMMIT = lazy_pattern(r"[0-9a-f]{7,40} \(.*\)")  # the name of the applied commit in a rebase or cherry-pick
OURS = ".toml.ours"  # suffix of our version, saved beside a file that another program changed
_KEPT = lazy_pattern(f"({ID.pattern}){re.escape(OURS)}(?:-[0-9]+)?", re.ASCII)


class ConflictingVersions(Struct, frozen=True):
    """The id of the session that a file is another version of, and the fault."""

    id: str
    fault: Fault


def conflicting_versions(path: Path, content: bytes) -> ConflictingVersions | None:
    """Return why a file is not a session of its own: another version is in it or beside it; else
    None.
    """
    stem = path.name.removesuffix(".toml")
    inside = _id_in(content)
    copy = conflict_names.copy_of(stem, inside)
    wanted = copy.id if copy else stem
    if ID.fullmatch(wanted) and (both := sides_in(content)):
        what = "git left two versions of this session in the file, between its marks"
        return ConflictingVersions(wanted, Fault("", what, _do(wanted), both.line, 1))
    if copy and inside:
        what = f"a conflicted copy of {copy.id}, named as by {copy.origin}"
        return ConflictingVersions(copy.id, Fault("", what, _do(copy.id)))
    if copy:
        what = f"a conflicted copy of {copy.id}, named as by {copy.origin}, that cannot be read"
        return ConflictingVersions(copy.id, Fault("", what, "Repair it by hand, or move it elsewhere."))
    if inside != stem and ID.fullmatch(inside) and path.with_name(f"{inside}.toml").exists():
        what = f"two files have one id: {inside}.toml is the session {inside} as well"
        return ConflictingVersions(inside, Fault("id", what, f"{_do(inside)} Or give this one its own."))
    return None


def sides_in(content: bytes) -> Sides | None:
    """Return the two versions that git put into a file; None where it has no such marks."""
    if b"<<<<<<<" not in content:
        return None
    try:
        toml.parse(content)
    except StoreError as error:
        if error.faults[0].kind == "git":
            return conflict_names.sides(content.decode("utf-8"))
    return None


def whose(both: Sides, path: Path) -> tuple[str, str]:
    """Return the titles of git's two versions in this file, with their owners where git swaps
    them.

    During a rebase git's "ours" is the others' version, and "theirs" is the user's own.
    """
    ours, theirs = f"git: {both.our_name or 'ours'}", f"git: {both.their_name or 'theirs'}"
    if _rebasing(path):
        return f"{ours}, the others' (you rebase onto it)", f"{theirs}, your own"
    if both.their_name == "Stashed changes":
        return f"{ours}, what is there now", f"{theirs}, your own"
    if _COMMIT.fullmatch(both.their_name):
        return f"{ours}, what is there now", f"{theirs}, a commit put on top of it"
    return ours, theirs


def _rebasing(path: Path) -> bool:
    """Whether git is rebasing in this file's repository. `git am` has a folder of the same
    name.
    """
    try:
        folder = path.absolute().parent
        place = next((each / ".git" for each in (folder, *folder.parents) if (each / ".git").exists()), None)
        if place is None:
            return False
        if place.is_file():  # a worktree: a line with the path of its folder
            place = place.parent / place.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        apply = place / "rebase-apply"
        return (place / "rebase-merge").is_dir() or (apply.is_dir() and not (apply / "applying").exists())
    except (OSError, ValueError):
        return False


def beside(path: Path) -> Iterator[Path]:
    """Yield the files with other versions of this session: copies, ours of a conflict, other files
    with its id.
    """
    stem = path.name.removesuffix(".toml")
    try:
        names = sorted(map(os.fsdecode, contents.names(path.parent)))
    except (OSError, StoreError):
        return
    yield from exchanged_out(path)
    for name in names:
        each = path.with_name(name)
        if name != path.name and _one_file(each, path):  # removing it would remove the session
            continue
        session = name.endswith(".toml") and not name.startswith(".") and name != path.name
        kept = _KEPT.fullmatch(name)
        if (kept and kept[1] == stem) or (session and (found := _quick_look(each, stem)) and found.id == stem):
            yield each


def _one_file(one: Path, other: Path) -> bool:
    """Whether it is one file by two names: by a link to it, or in other letters on a disk that
    does not tell cases apart.
    """
    try:
        linked = one.is_symlink() or other.is_symlink()
        return (linked or one.stat().st_nlink == 1) and one.samefile(other)
    except OSError:
        return False


def exchanged_out(path: Path) -> Iterator[Path]:
    """Yield versions of other programs that a killed program had exchanged out of a session's
    file.
    """
    target = Path(os.path.realpath(path))  # versions are saved beside a link's target
    for each, stem in _kept(target.parent):
        if f"{stem}.toml" == target.name and exchange.REPLACED in each.name:
            yield each


def notices(path: Path, session: str) -> Iterator[str]:
    """Yield a sentence on each version that the program left beside an open session."""
    if (kept := path.with_name(f"{path.name}.ours")).exists():
        yield f"Ours of an earlier conflict is kept in {kept.name}. {_do(session)}"
    for each in exchanged_out(path):
        yield f"Another version of this session is kept in {each.name}. {_do(session)}"


def beside_files(folder: Path, names: Iterable[str] | None = None) -> tuple[tuple[str, Path], ...]:
    """Return id and path of the versions that no list shows as a row, since their names are no
    session's.

    `names` are those in the folder, if they are known already.
    """
    return tuple((stem, path) for path, stem in _kept(folder, names) if ID.fullmatch(stem))


def _kept(folder: Path, names: Iterable[str] | None = None) -> Iterator[tuple[Path, str]]:
    """Yield versions of a conflict and exchanged-out ones, each with its session's file name
    without `.toml`.
    """
    try:
        # Lists names alone, since there may be ten thousand files; few go on after `.toml`.
        found = sorted(name for name in os.listdir(folder) if ".toml." in name) if names is None else names  # noqa: PTH208
    except OSError:
        return
    for name in found:
        if kept := _KEPT.fullmatch(name):
            yield folder / name, kept[1]
        elif exchange.REPLACED in name and exchange.holds_another(folder / name):
            yield folder / name, exchange.replaced_from(name).removesuffix(".toml")


def _quick_look(path: Path, stem: str) -> ConflictingVersions | None:
    """Like `conflicting_versions`, but does not parse a file without the id in name or content."""
    try:
        with contained(path):
            content = toml.read_bytes(path)
            return conflicting_versions(path, content) if stem in path.name or stem.encode() in content else None
    except StoreError:
        return None


def _do(wanted: str) -> str:
    return f"session-tui merge {wanted} puts both together."


def _id_in(content: bytes) -> str:
    try:
        found = toml.parse(content).get("id", "")
    except StoreError:
        return ""
    return safe_text(found) if isinstance(found, str) else ""
