"""Every fault of one file, whatever it is: session, agenda, readers, scorecard, enemies, practices, configuration."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from msgspec.structs import replace

from session_tui.model import agenda as agendas
from session_tui.model import validation
from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.model.session import Readers, Session
from session_tui.model.team import enemies
from session_tui.model.team.enemies import Mine, Theirs, Us
from session_tui.model.team.practices import Practices, Scorecard, practice_faults, scorecard_faults
from session_tui.model.validation import ID
from session_tui.store import conflict_files, toml
from session_tui.store.contents import duplicate
from session_tui.store.decoding import newer, to_value, unknown_keys
from session_tui.store.errors import StoreError, contained
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
)

KINDS: dict[str, Kind] = {"scorecard": Scorecard}  # files of `assessments/` say themselves what they are


def kind_of(tables: Table, name: str = "") -> Kind:
    """What a file is by its `kind`, by its name, or by its keys: a session has an account or an id, an agenda parts."""
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
    return Readers if tables.keys() & {"readers", "comments"} else Configuration


def faults_in(
    path: Path, of_keys: Callable[[Configuration], tuple[Fault, ...]] = lambda configuration: ()
) -> tuple[Fault, ...]:
    """All that is wrong with a file, pinpointed (1:1 where no place is known), in the order of the lines.

    `of_keys` says what is wrong with the keys that a configuration sets: what can be done is not known here.
    """
    try:
        with contained(path):
            return _all_faults(toml.read_bytes(path), path, of_keys)
    except StoreError as error:
        return tuple(Fault("", fault.what, fault.do, 1, 1) for fault in error.faults)


def _all_faults(content: bytes, path: Path, of_keys: Callable[[Configuration], tuple[Fault, ...]]) -> tuple[Fault, ...]:
    if conflicting_versions := conflict_files.told(path, content):
        return (conflicting_versions.fault,)
    try:
        tables = toml.parse(content)
        if copy := duplicate(path, _says):
            return (replace(copy.fault, where="", line=1, column=1),)
        faults = _faults(tables, path, of_keys)
    except StoreError as error:
        faults = error.faults
    if not faults:
        return ()
    from session_tui.store.source_positions import pinpointed

    return tuple(sorted(pinpointed(faults, content), key=lambda fault: (fault.line, fault.column)))


def _says(path: Path) -> str:
    """An agenda has a name of its own, whatever its file is called; other files have none."""
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
    missing = () if "schema" in tables else (Fault("schema", "is missing"),) if kind is not Configuration else ()
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
        return (*missing, *agendas.check(value))
    if isinstance(value, Scorecard):
        return (*missing, *scorecard_faults(value), *unknown_keys(tables, kind))
    if isinstance(value, Us | Mine | Theirs):
        return (*missing, *enemies.faults(value), *enemies.unknown(value), *unknown_keys(tables, kind))
    if isinstance(value, Practices):
        return (*missing, *practice_faults(value), *unknown_keys(tables, kind))
    return (*unknown_keys(tables, kind), *of_keys(value)) if isinstance(value, Configuration) else missing
