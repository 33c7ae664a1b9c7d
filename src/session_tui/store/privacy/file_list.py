"""The files that are searched for a person: the program's own, and those that people wrote."""

import contextlib
import os
import re
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain
from pathlib import Path

from session_tui.model.patterns import lazy_pattern
from session_tui.store import removed_sessions, tutor
from session_tui.store.contents import as_called, away, stem_of
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import Paths

MOST = 20_000  # files to search besides the program's own, at most
_TEXTS = frozenset((".csv", ".eml", ".htm", ".html", ".ics", ".json", ".md", ".mmd", ".svg", ".toml", ".txt", ".vcf"))
_ENDS = tuple(_TEXTS)
_KEPT_COPY = lazy_pattern(r".+\.toml(?:\.replaced(?:-\w+){3}|\.[a-z][a-z-]*(?:-[0-9]+)?)+", re.DOTALL)
# Also the copy of a sync program: `NAME.readers (…).toml`.
_READERS = lazy_pattern(r".+\.readers(?:[ ._~(\[-].*)?\.toml(?:\.[a-z][a-z-]*(?:-[0-9]+)?)*", re.DOTALL)
_TEMPORARY = lazy_pattern(r"\..+\.[^.]+\.tmp", re.DOTALL)
_UNTOUCHED = ("trusted.toml", "forget.key")  # of the state folder


def program_files(places: Paths, remarks: list[str]) -> dict[str, str]:
    """The kind of each of the program's files, by its path; sessions, which identify entries, come
    last. Paths are texts: of most sessions no `Path` is ever needed.
    """
    found: dict[str, str] = {}
    for path, sort in chain(_of_state(places, remarks), _readers(places, remarks), _assessments(places, remarks)):
        found.setdefault(str(path), sort)
    for whole, sort in _sessions(places, remarks):
        found.setdefault(whole, sort)
    return found


def former_place(path: Path) -> Path:
    """Return the place that a session's file has, or had before it was removed: its draft is named
    after that.
    """
    folder = path.parent
    return folder.parent / path.name if folder.name == removed_sessions.FOLDER else path


def _of_state(places: Paths, remarks: list[str]) -> Iterator[tuple[Path, str]]:
    state = places.state.path
    skipped = (state / "locks", places.cache.path)
    # Unwritten answers for the folder of assessments, and answers about oneself.
    answers = (state / "scorecards", state / "enemies", places.me.path)
    for path in _walk(state, remarks, skipped):
        folder = path.parent
        if _TEMPORARY.fullmatch(path.name):
            yield path, "half-written"
        elif path.name in _UNTOUCHED:
            continue
        elif folder == state / "outbox" and path.suffix == ".toml":
            yield path, "parcel"
        elif path.suffix == ".json":
            yield path, "draft"
        elif folder == state / "plans":
            yield path, "kept plan"
        elif folder in answers and path.suffix == ".toml":
            yield path, "assessment"
        elif folder == state / tutor.FOLDER / "sessions" and path.suffix == ".toml":
            yield path, "tutor"
        elif path.suffix == ".toml":
            yield path, "journal"
        elif path.name == "last-error.txt":
            yield path, "error"


def _readers(places: Paths, remarks: list[str]) -> Iterator[tuple[Path, str]]:
    folders = [places.plans.path, *([] if _too_wide(places) else [places.sessions.path.parent])]
    skipped = (places.sessions.path, places.state.path, places.cache.path)
    for folder in folders:
        for path in _walk(folder, remarks, skipped):
            if _READERS.fullmatch(path.name) and not path.name.startswith("."):
                yield path, "readers"


def _assessments(places: Paths, remarks: list[str]) -> Iterator[tuple[Path, str]]:
    for path in _walk(places.assessments.path, remarks):
        if path.suffix == ".toml" and path.name != "practices.toml" and not path.name.startswith("."):
            yield path, "assessment"
        elif _TEMPORARY.fullmatch(path.name):
            yield path, "half-written"


def _sessions(places: Paths, remarks: list[str]) -> Iterator[tuple[str, str]]:
    for folder in (places.sessions.path, places.sessions.path / removed_sessions.FOLDER):
        begins = str(folder / "_")[:-1]
        for name in _listed(folder):
            if name.endswith(".toml") and not name.startswith("."):
                yield begins + name, "session"
            elif _TEMPORARY.fullmatch(name):
                yield begins + name, "half-written"
            elif away(name):
                remarks.append(f"Not looked into: {stem_of(name)} is not on this machine.")
            elif _KEPT_COPY.fullmatch(name):
                yield begins + name, "kept copy"


def other_files(places: Paths, remarks: list[str], ours: Container[str]) -> Iterator[Path]:
    """Yield the files that are only read: plans, documents, the configuration, the pipeline. Not
    those in `ours`.
    """

    def wanted(folder: str, name: str) -> bool:
        # Most files are sessions: no path is made for these.
        return name.lower().endswith(_ENDS) and os.path.join(folder, name) not in ours  # noqa: PTH118

    base = places.sessions.path.parent
    skipped = (places.state.path, places.cache.path)
    named = [each.path for each in (places.config, places.pipeline) if each is not None]
    if _too_wide(places):
        remarks.append(f"Of {base} only the program's own folders were looked into.")
        folders = [places.sessions.path, places.plans.path, places.agendas.path, places.assessments.path]
    else:
        folders = [base, places.plans.path, places.agendas.path]
    for folder in folders:
        named += [path for path in _walk(folder, remarks, skipped, wanted) if path.suffix.lower() in _TEXTS]
    yield from (path for path in dict.fromkeys(named) if str(path) not in ours)


def _too_wide(places: Paths) -> bool:
    """Whether the sessions are directly in the home folder or the root: then only the program's
    folders are searched.
    """
    base = os.path.realpath(places.sessions.path.parent)
    return base in (os.path.realpath(Path.home()), os.path.realpath(os.sep))


def _listed(folder: Path) -> list[str]:
    """The sorted names of the files in a folder, those of sessions as they are called."""
    try:
        with os.scandir(folder) as entries:  # knows which are files without asking for each
            found = [os.fsencode(each.name) for each in entries if each.is_file()]
        return sorted(map(os.fsdecode, as_called(found, lambda name: (folder / os.fsdecode(name)).exists())))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error


def _walk(
    folder: Path,
    remarks: list[str],
    skipped: Iterable[Path] = (),
    wanted: Callable[[str, str], bool] = lambda _folder, _name: True,
) -> Iterator[Path]:
    """Yield the wanted ones of at most `MOST` files below a folder, without hidden folders and
    links.
    """
    left_out = {os.path.realpath(each) for each in skipped}
    count = 0
    for at, folders, names in os.walk(folder, onerror=lambda error: remarks.append(_unread(error, folder))):
        folders[:] = sorted(
            each for each in folders if each[:1] != "." and os.path.realpath(Path(at, each)) not in left_out
        )
        for each in sorted(names):
            count += 1
            if count > MOST:
                remarks.append(f"{folder} has more than {MOST:,} files; the rest was not looked at.")
                return
            if wanted(at, each):
                yield Path(at, each)


def _unread(error: OSError, folder: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return ""
    return f"Not looked into: {from_os_error(error, Path(error.filename or folder))}"


class RealPaths:
    """Resolves paths; of ten thousand files in a folder, the folder once."""

    def __init__(self) -> None:
        self._folders: dict[str, tuple[str, frozenset[str]]] = {}  # its own path, names of links

    def __call__(self, whole: str) -> str:
        """The path without links."""
        folder, name = os.path.split(whole)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder), _links(folder)
        real, links = self._folders[folder]
        return os.path.realpath(whole) if name in links else os.path.join(real, name)  # noqa: PTH118


def _links(folder: str) -> frozenset[str]:
    """The names in a folder that are links."""
    with contextlib.suppress(OSError), os.scandir(folder or os.curdir) as entries:
        return frozenset(each.name for each in entries if each.is_symlink())
    return frozenset()
