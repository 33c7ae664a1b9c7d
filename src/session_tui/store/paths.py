"""Where things are: sessions, agendas, plans, assessments, pipeline, configuration, state, and why
each is there.
"""

import os
import shlex
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import platformdirs
from msgspec import Struct, convert
from msgspec.structs import replace

from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.store import toml
from session_tui.store.contents import copies_of
from session_tui.store.decoding import faults_of, unknown_keys
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.path_expansion import deleted, expanded

CONFIG_NAME = "session-tui.toml"
PIPELINE_NAME = "pipeline.csv"

_VARIABLE = "SESSION_TUI_CONFIG"

# Who named a path: an option of the command line, the environment, a configuration, nobody (what
# lies in the current folder, in one above it, beside another place), or the program, with a folder
# of the user's own.
Source: TypeAlias = Literal["option", "environment", "configuration", "here", "above", "beside", "own"]


class FoundPath(Struct, frozen=True):
    """A path, and why it is this one: `source` for the program, `why` in words. `fault` says why
    it cannot be used; nothing is looked for elsewhere then.
    """

    path: Path
    source: Source
    why: str
    fault: Fault | None = None


class Outside(Struct, frozen=True):
    """A folder that a configuration names outside its own folder: by which key, and where it
    leads.
    """

    key: str
    path: Path


class Paths(Struct, frozen=True):
    """Everything the program looks for on disk, the configuration read, and what is wrong with it.

    `unread` says why the configuration cannot be read, or was named and is not there. `unsure`
    says why nobody knows which folder of sessions is meant: nothing may be written then. `outside`
    are the folders that a configuration which came along names elsewhere: they are used after a
    yes alone.
    """

    sessions: FoundPath
    agendas: FoundPath
    plans: FoundPath
    assessments: FoundPath
    config: FoundPath | None
    state: FoundPath
    cache: FoundPath
    me: FoundPath
    configuration: Configuration
    faults: tuple[Fault, ...] = ()
    pipeline: FoundPath | None = None
    unread: Fault | None = None
    unsure: Fault | None = None
    outside: tuple[Outside, ...] = ()


def find(
    cwd: Path | None,
    environment: Mapping[str, str],
    *,
    sessions: Path | None = None,
    config: Path | None = None,
    pipeline: Path | None = None,
) -> Paths:
    """The places in force; never raises. `cwd` is None where the current folder was deleted.

    `sessions`, `config` and `pipeline` are the options given on the command line. What is sound in
    a configuration is used, and the rest is a fault.
    """
    user = platformdirs.PlatformDirs("session-tui", appauthor=False)
    named = _config(cwd, environment, config, Path(user.user_config_dir))
    read = _read(named) if named else _Read()
    configuration = read.configuration
    base = named.path.parent if named else cwd
    data = Path(user.user_data_dir)
    faults = [*read.faults, *(each.fault for each in copies_of(named.path))] if named else []
    elsewhere: list[Outside] = []
    came_along = named is not None and not is_own(named)

    def given(path: Path | str, source: Source, why: str, start: Path | None, key: str = "") -> FoundPath:
        """A place that was named: where it cannot be used it says so, and no other is looked for."""
        try:
            where = expanded(path, environment, start)
        except StoreError as error:
            return FoundPath((start or Path(os.sep)) / path, source, why, error.faults[0])
        if start is None and not where.is_absolute():
            return FoundPath(Path(os.sep) / where, source, why, replace(deleted(), where=str(where)))
        where = start / where if start else where
        if key and came_along and base is not None and not _within(where, base):
            elsewhere.append(Outside(key, where))
        return FoundPath(where, source, why)

    def folder(name: str, option: Path | None, variable: str, key: str) -> FoundPath:
        if option is not None:
            return given(option, "option", f"the option --{name}", cwd)
        if variable and environment.get(variable):
            return given(environment[variable], "environment", f"the environment's {variable}", cwd)
        if key and named:
            return given(key, "configuration", f"{name} in {named.path.name}", base, name)
        if cwd is not None and os.path.lexists(cwd / name):
            here = FoundPath(cwd / name, "here", "the folder here")
            fault = _barrier(here.path, named=False)
            if fault is None or name == "sessions":
                return replace(here, fault=fault)
            faults.append(replace(fault, do=f"{data / name} is used instead."))
        return FoundPath(data / name, "own", "your own data folder")

    def own(variable: str) -> FoundPath | None:
        if not environment.get(variable):
            return None
        return given(environment[variable], "environment", f"the environment's {variable}", cwd)

    state = own("SESSION_TUI_STATE")
    # Whoever moves the state wants nothing left in the home folder; what is derived goes with it.
    beside = FoundPath(state.path / "cache", "beside", f"in the state folder, {state.why}") if state else None
    held = folder("sessions", sessions, "SESSION_TUI_SESSIONS", configuration.sessions)
    by_chance = held.path == data / "sessions" and held.source == "own"
    if held.fault is None:
        held = replace(held, fault=deleted() if by_chance and cwd is None else _barrier(held.path, named=not by_chance))
    # A team's answers belong to the team's sessions: never into one person's own folder while
    # those lie elsewhere.
    answers = FoundPath(held.path.parent / "assessments", "beside", "beside the sessions")
    if configuration.assessments:
        answers = folder("assessments", None, "", configuration.assessments)
        answers = replace(answers, fault=answers.fault or _barrier(answers.path, named=True))
    agendas = folder("agendas", None, "", configuration.agendas)
    plans = folder("plans", None, "", configuration.plans)
    faults += [each.fault for each in (agendas, plans) if each.fault]
    found = Paths(
        sessions=held,
        agendas=agendas,
        plans=plans,
        assessments=answers,
        config=named,
        state=state or FoundPath(Path(user.user_state_dir), "own", "your own state folder"),
        cache=own("SESSION_TUI_CACHE")
        or beside
        or FoundPath(Path(user.user_cache_dir), "own", "your own cache folder"),
        # What somebody says of themselves lies with neither sessions nor assessments, wherever
        # those are.
        me=FoundPath(state.path / "me", "beside", f"in the state folder, {state.why}")
        if state
        else FoundPath(data / "me", "own", "your own data folder"),
        configuration=configuration,
        pipeline=_pipeline(cwd, pipeline, named, configuration.pipeline, given),
        unread=read.unread,
        unsure=_unsure(named, read) if by_chance else None,
    )
    return replace(found, faults=tuple(faults), outside=tuple(elsewhere))


def is_own(config: FoundPath) -> bool:
    """The configuration is the user's own: named by option or environment, or in their own
    configuration folder. One that was found here or above may have come with the folder.
    """
    return config.source in ("option", "environment", "own")


def command(places: Paths, folder: Path) -> str:
    """The program's name with the options that lead it to this folder again, for a command to be
    pasted.
    """
    words = ["session-tui"]
    if places.config is not None and places.config.source == "option":
        words += ["--config", str(places.config.path)]
    if places.sessions.source == "option" or folder != places.sessions.path:
        words += ["--sessions", str(folder)]
    return shlex.join(words)


def _pipeline(
    cwd: Path | None, option: Path | None, config: FoundPath | None, key: str, given: Callable[..., FoundPath]
) -> FoundPath | None:
    """One that is named stands even where it is missing, so that a mistyped name is told and not
    passed over.
    """
    if option is not None:
        return given(option, "option", "the option --pipeline", cwd)
    if key and config:
        place = given(key, "configuration", f"pipeline in {config.path.name}", config.path.parent, "pipeline")
        # Whoever names a pipe for one command writes into it; one that a configuration names would
        # be waited for.
        if place.fault is None and os.path.exists(place.path) and not os.path.isfile(place.path):  # noqa: PTH110, PTH113
            place = replace(place, fault=Fault(str(place.path), "it is no ordinary file", "Name a CSV file."))
        return place
    if cwd is None or not os.path.isfile(cwd / PIPELINE_NAME):  # noqa: PTH113 - False where nobody may look
        return None
    return FoundPath(cwd / PIPELINE_NAME, "here", "the file here")


def _within(path: Path, folder: Path) -> bool:
    """The path leads into this folder, links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _barrier(path: Path, *, named: bool) -> Fault | None:
    """Why a folder cannot be used. One that is not there yet can, where its parent is: the first
    session makes it.

    A parent that is not there either is likely a drive that is not connected; what is made in its
    place would lie hidden under it later. `named` is False for the user's own folders, of which
    all is made.
    """
    do = "--sessions names another."
    try:
        return None if stat.S_ISDIR(path.stat().st_mode) else Fault(str(path), "it is no folder", do)
    except FileNotFoundError:
        if path.is_symlink():
            target = os.path.realpath(path)
            return Fault(str(path), f"it leads to {target}, which is not there", "Is its drive connected?")
        if named and not os.path.isdir(path.parent):  # noqa: PTH112 - False where nobody may look
            what = "neither it nor the folder that is to hold it is there"
            return Fault(str(path), what, "Is its drive connected? Or make the folder above it.")
        return None
    except PermissionError:
        return Fault(str(path), "it may not be looked into", do)
    except (OSError, ValueError) as error:
        what = from_os_error(error, path).what if isinstance(error, OSError) else "it is no path"
        return Fault(str(path), what, do)


def _unsure(config: FoundPath | None, read: "_Read") -> Fault | None:
    """Only the configuration could have named the folder of the sessions, and it cannot be asked."""
    if config is None or not (read.unread or read.unread_sessions):
        return None
    why = "it cannot be read" if read.unread else "its key sessions cannot be read"
    what = f"{why}, so nobody knows which folder of sessions is meant; nothing was written"
    return Fault(str(config.path), what, "Mend it, or name the folder with --sessions.")


def _config(cwd: Path | None, environment: Mapping[str, str], option: Path | None, users: Path) -> FoundPath | None:
    named: tuple[tuple[Path | str | None, Source, str], ...] = (
        (option, "option", "the option --config"),
        (environment.get(_VARIABLE), "environment", _VARIABLE),
    )
    for name, source, why in named:
        if name:
            try:
                where = expanded(name, environment, cwd)
            except StoreError as error:
                return FoundPath(Path(name), source, why, error.faults[0])
            if cwd is None and not where.is_absolute():
                return FoundPath(where, source, why, replace(deleted(), where=str(where)))
            return FoundPath(cwd / where if cwd else where, source, why)
    for folder in (cwd, *cwd.parents) if cwd else ():
        # A folder of this name, or a link that leads nowhere, was meant to be one: that is told.
        if os.path.lexists(folder / CONFIG_NAME):
            if folder == cwd:
                return FoundPath(folder / CONFIG_NAME, "here", "the file here")
            return FoundPath(folder / CONFIG_NAME, "above", "a folder above")
    if os.path.lexists(users / CONFIG_NAME):
        return FoundPath(users / CONFIG_NAME, "own", "your own configuration folder")
    return None


class _Read(Struct, frozen=True):
    """A configuration as far as it can be read."""

    configuration: Configuration = Configuration()
    faults: tuple[Fault, ...] = ()
    unread: Fault | None = None
    unread_sessions: bool = False


def _read(place: FoundPath) -> _Read:
    """What is sound in a configuration; what is not falls back to its default, and is told."""
    if place.fault:
        return _Read(unread=place.fault)
    path, content = place.path, b""
    try:
        with contained(path):
            content = toml.read_bytes(path)
            tables = toml.parse(content)
            wrong = tuple(faults_of(tables, Configuration))
            strange = unknown_keys(tables, Configuration)
            broken = {fault.where.split(".")[0].split("[")[0] for fault in wrong}
            sound = {key: value for key, value in tables.items() if key not in broken}
            configuration: Any = convert(sound, Configuration)
    except StoreError as error:
        return _Read(unread=_placed(error.faults, content, path)[0])
    return _Read(configuration, _placed((*wrong, *strange), content, path), None, "sessions" in broken)


def _placed(faults: tuple[Fault, ...], content: bytes, path: Path) -> tuple[Fault, ...]:
    """Faults of the file with its name and the place in it, as one word that an editor takes."""
    if not faults or not content:
        return faults
    from session_tui.store.source_positions import pinpointed

    return tuple(
        replace(
            fault,
            where=f"{path}:{fault.line}:{fault.column}{f': {fault.where}' if fault.where else ''}",
            line=0,
            column=0,
        )
        for fault in pinpointed(faults, content)
    )
