"""Every fault of one file of any kind, and the first faults of all files beside the sessions.

Kinds: session, agenda, readers, scorecard, enemies, practices, configuration, theme.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from msgspec.structs import replace

from session_tui.model import agenda as agenda_model
from session_tui.model import validation
from session_tui.model.agenda import Agenda
from session_tui.model.colours import ThemeFile, theme_faults
from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.model.session import Readers, Session
from session_tui.model.team import enemies
from session_tui.model.team.enemies import Mine, Theirs, Us
from session_tui.model.team.practices import Practices, Scorecard, practice_faults, scorecard_faults
from session_tui.model.validation import ID
from session_tui.store import agendas, conflict_files, merge_readers, toml
from session_tui.store.contents import Contents, contents, copies_of, duplicate, not_here
from session_tui.store.decoding import newer, to_value, unknown_keys
from session_tui.store.errors import StoreError, contained
from session_tui.store.paths import Paths, unknown_theme
from session_tui.store.team.scorecards import PRACTICES
from session_tui.store.themes import BASES
from session_tui.store.toml import Table

Kind: TypeAlias = (
    type[Session]
    | type[Agenda]
    | type[Readers]
    | type[Scorecard]
    | type[Practices]
    | type[Us]
    | type[Mine]
    | type[Theirs]
    | type[Configuration]
    | type[ThemeFile]
)

MOST = 20  # faults of files beside the sessions; more of them point to one common cause
KINDS: dict[str, Kind] = {"scorecard": Scorecard}  # by the key `kind` of the files in `assessments/`


def kind_of(tables: Table, name: str = "") -> Kind:
    """Return the kind of a file by its key `kind`, by its name, or by its keys.

    A session has an account or an id, an agenda has parts.
    """
    if isinstance(kind := tables.get("kind"), str) and kind in KINDS:
        return KINDS[kind]
    if kind == "enemies":
        return enemies.BY_ABOUT.get(str(tables.get("about")), Us)
    if tables.keys() & {"account", "id", "status", "clock", "stakeholders"}:
        return Session
    if "practices" in tables or name == "practices.toml":
        return Practices
    if "ratings" in tables:
        return Scorecard
    if "parts" in tables:
        return Agenda
    if tables.keys() & (set(ThemeFile.__struct_fields__) - {"schema"}):
        return ThemeFile
    return Readers if tables.keys() & {"readers", "comments"} else Configuration


def faults_in(
    path: Path, of_keys: Callable[[Configuration], tuple[Fault, ...]] = lambda configuration: ()
) -> tuple[Fault, ...]:
    """Return every fault of a file with line and column (1:1 where unknown), in the order of the
    lines.

    `of_keys` checks the keys that a configuration sets, since this layer has no list of the
    actions.
    """
    try:
        with contained(path):
            return _all_faults(toml.read_bytes(path), path, of_keys)
    except StoreError as error:
        return tuple(Fault("", fault.what, fault.do, 1, 1) for fault in error.faults)


def _all_faults(content: bytes, path: Path, of_keys: Callable[[Configuration], tuple[Fault, ...]]) -> tuple[Fault, ...]:
    if conflict := conflict_files.conflicting_versions(path, content):
        fault = conflict.fault  # about the whole file, where git left no marks
        return (replace(fault, line=fault.line or 1, column=fault.column or 1),)
    try:
        tables = toml.parse(content)
        if copy := duplicate(path, _name_in):
            return (replace(copy.fault, where="", line=1, column=1),)
        faults = _faults(tables, path, of_keys)
    except StoreError as error:
        faults = error.faults
    if not faults:
        return ()
    from session_tui.store.source_positions import pinpointed

    return tuple(sorted(pinpointed(faults, content), key=lambda fault: (fault.line, fault.column)))


def _name_in(path: Path) -> str:
    """Return the name that an agenda gives itself; "" for a file of another kind."""
    try:
        tables = toml.parse(toml.read_bytes(path))
    except StoreError:
        return ""
    return str(tables.get("name")) if kind_of(tables, path.name) is Agenda else ""


def _faults(tables: Table, path: Path, of_keys: Callable[[Configuration], tuple[Fault, ...]]) -> tuple[Fault, ...]:
    kind: Any = kind_of(tables, path.name)
    if fault := newer(tables):
        return (fault,)
    about = tables.get("about")
    if tables.get("kind") == "enemies" and isinstance(about, str) and about not in enemies.BY_ABOUT:
        return (Fault("about", f'"{about}" is not one of {", ".join(enemies.BY_ABOUT)}'),)
    optional = kind in (Configuration, ThemeFile)
    missing = () if optional or "schema" in tables else (Fault("schema", "is missing"),)
    try:
        value = to_value(tables, kind)
    except StoreError as error:
        strange = unknown_keys(tables, Configuration) if kind is Configuration else ()
        return (*missing, *error.faults, *strange)
    if isinstance(value, Session):
        named = ID.fullmatch(path.stem) and value.id != path.stem
        name = (Fault("id", f'"{value.id}" is not what the file is called'),) if named else ()
        return (*missing, *validation.unreadable(value), *name, *validation.doubtful(value))
    if isinstance(value, Agenda):
        return (*missing, *agenda_model.check(value), *unknown_keys(tables, kind))
    if isinstance(value, Scorecard):
        return (*missing, *scorecard_faults(value), *unknown_keys(tables, kind))
    if isinstance(value, Us | Mine | Theirs):
        return (*missing, *enemies.faults(value), *enemies.unknown(value), *unknown_keys(tables, kind))
    if isinstance(value, Practices):
        return (*missing, *practice_faults(value), *unknown_keys(tables, kind))
    if isinstance(value, ThemeFile):
        return (*theme_faults(value, BASES), *unknown_keys(tables, kind))
    if isinstance(value, Configuration):
        theme = unknown_theme(value.theme, path.parent / "themes")
        return (*([theme] if theme else []), *unknown_keys(tables, kind), *of_keys(value))
    return missing


# ---- the files beside the sessions --------------------------------------------------------------


def faults_beside(places: Paths) -> tuple[Fault, ...]:
    """Return the first fault of each agenda, readers' file and assessment that is broken, and one
    of each copy.

    The file's name is the fault's `where`. Of people's answers only git's marks are reported,
    since a fault quotes the file. At most `MOST` faults.
    """
    found = tuple(_faults_beside(places))
    if len(found) <= MOST:
        return found
    return (*found[:MOST], Fault("", f"{len(found) - MOST} more are not listed", "session-tui validate lists all."))


def _faults_beside(places: Paths) -> Iterator[Fault]:
    own = _contents_of(places.agendas.path, agendas.named)
    yield from (_first_fault(path) for path in own.files if faults_in(path))
    yield from _copies_and_missing(own)
    for path in merge_readers.every(places):
        yield from merge_readers.conflicting_versions(path)
        if path.exists() and not merge_readers.conflicting_versions(path) and faults_in(path):
            yield _first_fault(path)
    answers = _contents_of(places.assessments.path)
    for path in answers.files:
        if path.name == PRACTICES and faults_in(path):
            yield _first_fault(path)
        elif (fault := _unreadable(path)) and fault.kind == "git":
            yield replace(fault, where=f"{path.name}:{fault.line}:1")
    yield from _copies_and_missing(answers)
    yield from (each.fault for each in copies_of(places.me.path / "enemies.toml"))


def _contents_of(folder: Path, name_in: Callable[[Path], str] | None = None) -> Contents:
    try:
        return contents(folder, name_in)
    except StoreError:
        return Contents()


def _copies_and_missing(found: Contents) -> Iterator[Fault]:
    yield from (each.fault for each in found.copies)
    yield from (not_here(path.name) for path in found.away)


def _first_fault(path: Path) -> Fault:
    first = faults_in(path)[0]
    what = f"{first.where}: {first.what}" if first.where else first.what
    return Fault(first.place(path.name), what, first.do)


def _unreadable(path: Path) -> Fault | None:
    try:
        toml.parse(toml.read_bytes(path))
    except StoreError as error:
        return error.faults[0]
    return None
