"""Finds the paths of sessions, agendas, plans, assessments, pipeline, configuration and state,
with the reason for each.
"""

import os
import shlex
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import platformdirs
from msgspec import Struct, convert
from msgspec.structs import replace

from session_tui.model.configuration import Configuration, PipelineSettings
from session_tui.model.fault import Fault
from session_tui.model.vocabulary import Theme
from session_tui.store import toml
from session_tui.store.contents import copies_of
from session_tui.store.decoding import faults_of, unknown_keys
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.path_expansion import deleted, expanded

CONFIG_NAME = "session-tui.toml"
PIPELINE_NAME = "pipeline.csv"
BUILT_IN_THEMES: tuple[str, ...] = get_args(Theme)

_VARIABLE = "SESSION_TUI_CONFIG"

# What set a path: an option, the environment, a configuration, its presence in the current folder
# (here), in one above it or beside another path, or the default in the user's own folder.
Source: TypeAlias = Literal["option", "environment", "configuration", "here", "above", "beside", "own"]


class FoundPath(Struct, frozen=True):
    """A path, and why it is this one: `source` for the program, `why` in words.

    `fault` is why it cannot be used; no other path is tried then.
    """

    path: Path
    source: Source
    why: str
    fault: Fault | None = None


class PipelinePath(FoundPath, frozen=True):
    """The path of the CRM's export, with the settings by which it is read."""

    settings: PipelineSettings = PipelineSettings()


class Outside(Struct, frozen=True):
    """A folder that a configuration sets outside its own folder, with the key."""

    key: str
    path: Path


class Paths(Struct, frozen=True):
    """All paths of the program, the configuration, and their faults.

    `unread` is why the configuration cannot be read. `unsure` is why the folder of sessions is not
    known: nothing may be written then. `outside` are folders outside of a configuration that came
    with its folder: they are used only after the user agrees.
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
    pipeline: PipelinePath | None = None
    unread: Fault | None = None
    unsure: Fault | None = None
    outside: tuple[Outside, ...] = ()
    themes: Path = Path(os.devnull)  # the folder of the user's own themes


def find(
    cwd: Path | None,
    environment: Mapping[str, str],
    *,
    sessions: Path | None = None,
    config: Path | None = None,
    pipeline: Path | None = None,
) -> Paths:
    """Return the paths in use; never raises. `cwd` is None where the current folder was deleted.

    `sessions`, `config` and `pipeline` are options of the command line. Valid keys of a
    configuration are used, the others are faults.
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
        """Return a path that was named. If it cannot be used it has a fault, and no other is
        tried.
        """
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
    # A user who moves the state wants nothing in the home folder: the cache moves too.
    beside = FoundPath(state.path / "cache", "beside", f"in the state folder, {state.why}") if state else None
    held = folder("sessions", sessions, "SESSION_TUI_SESSIONS", configuration.sessions)
    by_chance = held.path == data / "sessions" and held.source == "own"
    if held.fault is None:
        held = replace(held, fault=deleted() if by_chance and cwd is None else _barrier(held.path, named=not by_chance))
    # A team's answers belong beside its sessions, never into one person's own folder.
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
        # Answers about oneself are never beside sessions or assessments.
        me=FoundPath(state.path / "me", "beside", f"in the state folder, {state.why}")
        if state
        else FoundPath(data / "me", "own", "your own data folder"),
        configuration=configuration,
        pipeline=_pipeline(cwd, pipeline, named, configuration.pipeline_settings, given),
        unread=read.unread,
        unsure=_unsure(named, read) if by_chance else None,
    )
    themes = (named.path.parent if named and is_own(named) else Path(user.user_config_dir)) / "themes"
    if fault := unknown_theme(configuration.theme, themes):
        faults = [*(_placed((fault,), read.content, named.path) if named else ()), *faults]
        found = replace(found, configuration=replace(configuration, theme=""))
    return replace(found, faults=tuple(faults), outside=tuple(elsewhere), themes=themes)


def unknown_theme(name: str, themes: Path) -> Fault | None:
    """Return the fault that no theme has this name; None for an empty one."""
    if not name or name in BUILT_IN_THEMES:
        return None
    if Path(name).name == name and os.path.lexists(themes / f"{name}.toml"):
        return None
    return Fault("theme", f'"{name}" is not one of {", ".join(BUILT_IN_THEMES)}', f"Your own are files in {themes}.")


def is_own(config: FoundPath) -> bool:
    """Whether the configuration is the user's own: set by option or environment, or in their
    configuration folder.

    One that was found here or above may have come with the folder.
    """
    return config.source in ("option", "environment", "own")


def command(places: Paths, folder: Path) -> str:
    """Return the program's name with the options that select this folder, as a command to
    paste.
    """
    words = ["session-tui"]
    if places.config is not None and places.config.source == "option":
        words += ["--config", str(places.config.path)]
    if places.sessions.source == "option" or folder != places.sessions.path:
        words += ["--sessions", str(folder)]
    return shlex.join(words)


def _pipeline(
    cwd: Path | None,
    option: Path | None,
    config: FoundPath | None,
    settings: PipelineSettings,
    given: Callable[..., FoundPath],
) -> PipelinePath | None:
    """Return the path of the pipeline. A named one is returned even if it is missing, so that a
    mistyped name is reported.
    """
    if option is not None:
        place = given(option, "option", "the option --pipeline", cwd)
    elif settings.file and config:
        place = given(settings.file, "configuration", f"pipeline in {config.path.name}", config.path.parent, "pipeline")
        # A pipe named by an option has a writer; one named by a configuration would block.
        if place.fault is None and os.path.exists(place.path) and not os.path.isfile(place.path):  # noqa: PTH110, PTH113
            place = replace(place, fault=Fault(str(place.path), "it is not an ordinary file", "Name a CSV file."))
    elif cwd is not None and os.path.isfile(cwd / PIPELINE_NAME):  # noqa: PTH113 - False where it may not be read
        place = FoundPath(cwd / PIPELINE_NAME, "here", "the file here")
    else:
        return None
    return PipelinePath(place.path, place.source, place.why, place.fault, settings)


def _within(path: Path, folder: Path) -> bool:
    """Whether the path is in this folder, with links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _barrier(path: Path, *, named: bool) -> Fault | None:
    """Return why a folder cannot be used. One that does not exist can, if its parent does: the
    first session makes it.

    A missing parent is likely a drive that is not connected; a folder made in its place would be
    hidden under the drive later. `named` is False for the user's own folders, which are made with
    their parents.
    """
    do = "--sessions names another."
    try:
        return None if stat.S_ISDIR(path.stat().st_mode) else Fault(str(path), "it is not a folder", do)
    except FileNotFoundError:
        if path.is_symlink():
            target = os.path.realpath(path)
            return Fault(str(path), f"it leads to {target}, which is not there", "Is its drive connected?")
        if named and not os.path.isdir(path.parent):  # noqa: PTH112 - False where it may not be read
            what = "neither it nor the folder that is to hold it is there"
            return Fault(str(path), what, "Is its drive connected? Or make the folder above it.")
        return None
    except PermissionError:
        return Fault(str(path), "it may not be looked into", do)
    except (OSError, ValueError) as error:
        what = from_os_error(error, path).what if isinstance(error, OSError) else "it is not a path"
        return Fault(str(path), what, do)


def _unsure(config: FoundPath | None, read: "_Read") -> Fault | None:
    """Return the fault that only the configuration could set the sessions folder, and that it
    cannot be read.
    """
    if config is None or not (read.unread or read.unread_sessions):
        return None
    why = "it cannot be read" if read.unread else "its key sessions cannot be read"
    what = f"{why}, so nobody knows which folder of sessions is meant; nothing was written"
    return Fault(str(config.path), what, "Repair it, or name the folder with --sessions.")


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
        # A folder of this name or a broken link was meant as a configuration: it gets a fault.
        if os.path.lexists(folder / CONFIG_NAME):
            if folder == cwd:
                return FoundPath(folder / CONFIG_NAME, "here", "the file here")
            return FoundPath(folder / CONFIG_NAME, "above", "a folder above")
    if os.path.lexists(users / CONFIG_NAME):
        return FoundPath(users / CONFIG_NAME, "own", "your own configuration folder")
    return None


class _Read(Struct, frozen=True):
    """The readable part of a configuration, and its faults."""

    configuration: Configuration = Configuration()
    faults: tuple[Fault, ...] = ()
    unread: Fault | None = None
    unread_sessions: bool = False
    content: bytes = b""


def _read(place: FoundPath) -> _Read:
    """Read a configuration: an invalid key gets its default and a fault."""
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
    return _Read(configuration, _placed((*wrong, *strange), content, path), None, "sessions" in broken, content)


def _placed(faults: tuple[Fault, ...], content: bytes, path: Path) -> tuple[Fault, ...]:
    """Return the faults with the file's path, line and column as one word that an editor opens."""
    if not faults or not content:
        return faults
    from session_tui.store.source_positions import pinpointed

    return tuple(
        replace(
            fault,
            where=f"{fault.place(path)}{f': {fault.where}' if fault.where else ''}",
            line=0,
            column=0,
        )
        for fault in pinpointed(faults, content)
    )
