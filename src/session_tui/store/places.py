"""Where things are: sessions, agendas, plans, assessments, pipeline, configuration, state, and why each is there."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from msgspec import Struct, convert
from msgspec.structs import replace

from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.store import toml
from session_tui.store.contents import copies_of
from session_tui.store.convert import faults_of, unknown_keys
from session_tui.store.trouble import StoreError

CONFIG_NAME = "session-tui.toml"
PIPELINE_NAME = "pipeline.csv"

_BY_OPTION = "the option --config"
_BY_VARIABLE = "SESSION_TUI_CONFIG"
_USERS = "your own configuration folder"


class Place(Struct, frozen=True):
    """A path, and why it is this one."""

    path: Path
    why: str


class Places(Struct, frozen=True):
    """Everything the program looks for on disk, the configuration read, and what is wrong with it."""

    sessions: Place
    agendas: Place
    plans: Place
    assessments: Place
    config: Place | None
    state: Place
    cache: Place
    me: Place
    configuration: Configuration
    faults: tuple[Fault, ...] = ()
    pipeline: Place | None = None


def find(
    cwd: Path,
    environment: Mapping[str, str],
    *,
    sessions: Path | None = None,
    config: Path | None = None,
    pipeline: Path | None = None,
) -> Places:
    """The places in force. `sessions`, `config` and `pipeline` are the options given on the command line.

    A configuration that cannot be read is a fault told to the user, and the rest goes on with what is sound in it; one
    that was named by option or environment and is not there raises `StoreError`.
    """
    user = platformdirs.PlatformDirs("session-tui", appauthor=False)
    place = _config(cwd, environment, config, Path(user.user_config_dir))
    configuration, faults = _read(place.path) if place else (Configuration(), ())
    faults = (*faults, *(each.fault for each in copies_of(place.path))) if place else faults
    base = place.path.parent if place else cwd
    data = Path(user.user_data_dir)

    def folder(name: str, option: Path | None, variable: str, key: str) -> Place:
        if option is not None:
            return Place(cwd / at_home(option), f"the option --{name}")
        if variable and environment.get(variable):
            return Place(cwd / at_home(Path(environment[variable])), f"the environment's {variable}")
        if key and place:
            return Place(base / at_home(Path(key)), f"{name} in {place.path.name}")
        if (cwd / name).is_dir():
            return Place(cwd / name, "the folder here")
        return Place(data / name, "your own data folder")

    def own(variable: str) -> Place | None:
        given = environment.get(variable)
        return Place(cwd / at_home(Path(given)), f"the environment's {variable}") if given else None

    state = own("SESSION_TUI_STATE")
    # Whoever moves the state wants nothing left in the home folder; what is derived goes with it.
    beside = Place(state.path / "cache", f"in the state folder, {state.why}") if state else None
    held = folder("sessions", sessions, "SESSION_TUI_SESSIONS", configuration.sessions)
    # A team's answers belong to the team's sessions: never into one person's own folder while those lie elsewhere.
    beside_held = Place(held.path.parent / "assessments", "beside the sessions")
    return Places(
        sessions=held,
        agendas=folder("agendas", None, "", configuration.agendas),
        plans=folder("plans", None, "", configuration.plans),
        assessments=folder("assessments", None, "", configuration.assessments)
        if configuration.assessments
        else beside_held,
        config=place,
        state=state or Place(Path(user.user_state_dir), "your own state folder"),
        cache=own("SESSION_TUI_CACHE") or beside or Place(Path(user.user_cache_dir), "your own cache folder"),
        # What somebody says of themselves lies with neither sessions nor assessments, wherever those are.
        me=Place(state.path / "me", f"in the state folder, {state.why}")
        if state
        else Place(data / "me", "your own data folder"),
        configuration=configuration,
        faults=faults,
        pipeline=_pipeline(cwd, pipeline, place, configuration.pipeline),
    )


def is_own(config: Place) -> bool:
    """The configuration is the user's own: named by option or environment, or in their own configuration folder. One
    that was found here or above may have come with the folder.
    """
    return config.why in (_BY_OPTION, _BY_VARIABLE, _USERS)


def command(places: Places | None, folder: Path) -> str:
    """The program's name with the options that lead it to this folder again, for a command to be pasted."""
    words = ["session-tui"]
    if places is not None:
        if places.config is not None and places.config.why.startswith("the option"):
            words += ["--config", str(places.config.path)]
        if places.sessions.why.startswith("the option") or folder != places.sessions.path:
            words += ["--sessions", str(folder)]
    return shlex.join(words)


def _pipeline(cwd: Path, option: Path | None, config: Place | None, key: str) -> Place | None:
    """One that is named stands even where it is missing, so that a mistyped name is told and not passed over."""
    if option is not None:
        return Place(cwd / at_home(option), "the option --pipeline")
    if key and config:
        return Place(config.path.parent / at_home(Path(key)), f"pipeline in {config.path.name}")
    here = cwd / PIPELINE_NAME
    return Place(here, "the file here") if here.is_file() else None


def at_home(path: Path) -> Path:
    """A path whose `~` is the user's home; one that nobody has here is a name like any other."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _config(cwd: Path, environment: Mapping[str, str], option: Path | None, users: Path) -> Place | None:
    for given, why in ((option, _BY_OPTION), (environment.get(_BY_VARIABLE), _BY_VARIABLE)):
        if given:
            return Place(cwd / at_home(Path(given)), why)
    for folder in (cwd, *cwd.parents):
        if (folder / CONFIG_NAME).is_file():
            return Place(folder / CONFIG_NAME, "the file here" if folder == cwd else "a folder above")
    if (users / CONFIG_NAME).is_file():
        return Place(users / CONFIG_NAME, _USERS)
    return None


def _read(path: Path) -> tuple[Configuration, tuple[Fault, ...]]:
    """What is sound in a configuration; what is not falls back to its default, and is told."""
    content = toml.read_bytes(path)
    try:
        tables = toml.parse(content)
    except StoreError as error:
        raise StoreError(*(replace(fault, where=str(path)) for fault in error.faults)) from None
    faults = (*faults_of(tables, Configuration), *unknown_keys(tables, Configuration))
    while broken := {fault.where.split(".")[0].split("[")[0] for fault in faults_of(tables, Configuration)}:
        tables = {key: value for key, value in tables.items() if key not in broken}
    configuration: Any = convert(tables, Configuration)
    return configuration, tuple(faults)
