"""`doctor`, `export-schema` and `trust`: the state of the program and of its configuration."""

import os
import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
from msgspec.structs import replace

from session_tui import __version__
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_json
from session_tui.cli.prompt import confirm
from session_tui.cli.sessions import library
from session_tui.index.sessions import conflicted
from session_tui.model import formats
from session_tui.model.fault import Fault
from session_tui.outbox.trust import untrusted_fault, untrusted_folders
from session_tui.store import agendas, merge_readers, pipeline, removed_sessions, themes, validate
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import FoundPath, Paths
from session_tui.store.sync_programs import sync_programs
from session_tui.tui.actions import configured_keys, sound_keys

SCHEMAS = ("session", "agenda", "configuration", "readers", "scorecard", "practices", "enemies", "theme", "summary")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="An object of values.")
@click.pass_obj
def doctor(context: CommandContext, as_json: bool) -> int:
    """What the program found, and why it is this and nothing else. Exit status 1 where something
    is wrong.
    """
    found = _findings(context)
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            lines = (
                value if name == "faults" and value else [_WORDS.get(name, _formatted)(value)]
            )  # one line for each fault
            for number, line in enumerate(lines):
                echo(f"{'' if number else name:<12} {line}")
    return 1 if found["faults"] else 0


@click.command()
@click.option("--yes", is_flag=True, help="Say yes without being asked, as in a script.")
@click.pass_obj
def trust(context: CommandContext, yes: bool) -> int:
    """Say yes to the folders that a configuration names outside its own folder, where it came with
    a folder.
    """
    from session_tui.outbox import trust as store

    found = context.places
    unknown = store.untrusted_folders(found)
    if not unknown:
        echo("Nothing needs a yes, or it has it.")
        return 0
    echo(store.folder_question(found, unknown), err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault("", "there is no terminal to ask at", "--yes answers for you."))
        confirm("Yes?", abort=True)
    store.trust_folders(found, unknown, context.now())
    echo("They may be used from now on, as long as they stay what they are.")
    return 0


@click.command(name="export-schema")
@click.argument("words", nargs=-1, metavar="[KIND|COMMAND]")
def export_schema(words: tuple[str, ...]) -> int:
    """The JSON Schema of a kind of file, or of what a command prints with --json.

    `export-schema session` (the default), `export-schema actions`, `export-schema pipeline check`.
    An editor finds it by the first line of a TOML file: `#:schema ./configuration.json`.
    """
    from session_tui.cli.file_schemas import file_schema, unwrapped
    from session_tui.cli.json_schemas import OUTPUTS, output_schema

    name = " ".join(words) or "session"
    if name in OUTPUTS:
        print_json(unwrapped(output_schema(name)))
        return 0
    if name not in SCHEMAS:
        files, commands = ", ".join(SCHEMAS), ", ".join(OUTPUTS)
        raise click.UsageError(f"There is no schema {name}. Kinds of files: {files}. Commands: {commands}.")
    print_json(file_schema(name))
    return 0


def _findings(context: CommandContext) -> dict[str, Any]:
    """The findings as plain values.

    A path with its reason, a number, a boolean or a list; None where there is none.
    """
    places = context.found
    faults = [str(fault) for fault in (*_faults(places, context), *validate.faults_beside(places))]
    holds: dict[str, int] | None = None
    conflicting_versions: tuple[str, ...] = ()
    if not places.sessions.fault:
        try:
            with library(context) as index:
                standing = Counter(card.standing for card in index.left_out())
                holds = {
                    "sessions": index.count() - standing["to merge"],
                    "broken": standing["broken"],
                    "newer": standing["newer"],
                    "not_here": standing["not here"],
                }
                conflicting_versions = conflicted(index)
        except StoreError as error:
            faults += map(str, error.faults)
    removed = 0
    try:
        removed = len(removed_sessions.removed(places.sessions.path))
    except StoreError as error:
        faults += map(str, error.faults)
    readers = merge_readers.waiting(places)
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "sessions": _place(places.sessions),
        "holds": holds,
        "merge": [*conflicting_versions, *(each.name for each in readers)],
        "agendas": _place(places.agendas),
        "known": list(agendas.names(places.agendas.path)),
        "plans": _place(places.plans),
        "assessments": _place(places.assessments),
        "removed": removed,
        "sync": [each.name for each in places.configuration.endpoints if each.sync],
        "me": _place(places.me),
        "pipeline": _place(places.pipeline),
        "config": _place(places.config),
        "faults": faults,
        "state": _place(places.state),
        "writable": _writable(places.sessions),
        "terminal": context.environ.get("TERM") if sys.stdout.isatty() else None,
        "colours": None if "NO_COLOR" in context.environ else themes.chosen(places).name,
    }


def _faults(places: Paths, context: CommandContext) -> Iterator[Fault]:
    """The faults of the configured paths and of the files that people write."""
    if places.unread:
        yield places.unread
    if places.unsure and places.unsure != places.unread:
        yield places.unsure
    config = str(places.config.path) if places.config else ""
    for fault in (*places.faults, *sound_keys(configured_keys(places.configuration.keys))[1]):
        yield fault if os.path.isabs(fault.where) else replace(fault, where=f"{config}: {fault.where}".strip(": "))  # noqa: PTH117
    yield from _second_programs(places, context.environ)
    for place in (places.sessions, places.assessments, places.pipeline):
        if place and place.fault:
            yield place.fault
    sessions = places.sessions
    if sessions.fault is None and sessions.source == "option" and not sessions.path.is_dir():
        yield Fault(str(sessions.path), "there is no such folder", "session-tui run ACCOUNT makes it.")
    if places.pipeline and not places.pipeline.fault and not os.path.isfile(places.pipeline.path):  # noqa: PTH113
        yield Fault(str(places.pipeline.path), "there is no such file", "It is named as the pipeline.")
    elif places.pipeline and not places.pipeline.fault:
        try:
            pipeline.of(places.pipeline)
        except StoreError as error:
            yield from error.faults
    try:
        unknown = untrusted_folders(places)
    except StoreError as error:
        yield from error.faults
    else:
        if unknown:
            yield untrusted_fault(places, unknown)


def _second_programs(places: Paths, environment: Mapping[str, str]) -> Iterator[Fault]:
    """A fault for each program that syncs the folder of sessions too, where sync is on."""
    endpoints = [each.name for each in places.configuration.endpoints if each.sync]
    if not endpoints:
        return
    for each in sync_programs(places.sessions.path, environment):
        what = f"{each.name} keeps {each.folder} in step, and so does sync with {' and '.join(endpoints)}"
        do = "Two at one folder bring old copies back: take the folder out of one, or sync = true away."
        yield Fault(str(places.sessions.path), what, do)


def _place(place: FoundPath | None) -> dict[str, Any] | None:
    if place is None:
        return None
    fault = place.fault.words if place.fault else None
    try:
        place.path.stat()
        there = True
    except FileNotFoundError:
        there = False
    except PermissionError:
        there = False
        fault = fault or f"{place.path}: it may not be looked into"
    except (OSError, ValueError) as error:
        there = False
        fault = fault or (str(from_os_error(error, place.path)) if isinstance(error, OSError) else "it is not a path")
    return {"path": str(place.path), "why": place.why, "exists": there, "error": fault}


def _writable(place: FoundPath) -> bool:
    folder = place.path
    while not os.path.exists(folder) and folder != folder.parent:  # noqa: PTH110 - False where access is denied
        folder = folder.parent
    return place.fault is None and folder.is_dir() and os.access(folder, os.W_OK)


def _formatted(value: Any) -> str:
    """Format a value for the terminal."""
    if isinstance(value, dict):
        there = f"; {value['error']}" if value["error"] else "" if value["exists"] else "; not there yet"
        return f"{value['path']}  ({value['why']}{there})"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _holds(value: dict[str, int] | None) -> str:
    if not value:
        return "it cannot be read"
    others = (("newer", "of a newer version"), ("not_here", "not on this machine"))
    more = "".join(f", {value[name]} {words}" for name, words in others if value[name])
    broken = f", {value['broken']} of them broken" if value["broken"] else ""
    why = "; session-tui list says why" if broken or more else ""
    return f"{formats.count(value['sessions'], 'session')}{broken}{more}{why}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "holds": _holds,
    "removed": lambda many: f"{formats.count(many, 'session')}; session-tui restore shows them" if many else "none",
    "sync": lambda names: f"with {' and '.join(names)}" if names else "off",
    "merge": lambda ids: _formatted([f"session-tui merge {each}" for each in ids]),
    "pipeline": lambda place: _formatted(place) if place else "none found; due looks at the sessions alone",
    "config": lambda place: _formatted(place) if place else "none found; every setting has its default",
    "writable": lambda yes: "yes" if yes else "no",
    "terminal": lambda name: f"{name}, a terminal" if name else "no terminal",
    "colours": lambda name: name or "off (NO_COLOR)",
}

COMMANDS: dict[str, click.Command] = {"doctor": doctor, "export-schema": export_schema, "trust": trust}
