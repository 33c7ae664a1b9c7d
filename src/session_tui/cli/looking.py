"""Looking at the program itself: doctor, export-schema."""

import os
import platform
import sys
from typing import Any

import click

from session_tui import __version__
from session_tui.cli.output import say
from session_tui.cli.reading import print_json
from session_tui.cli.shelves import library
from session_tui.cli.where import Where
from session_tui.store import agendas, copies
from session_tui.store.places import Place
from session_tui.store.trouble import StoreError

SCHEMAS = ("session", "agenda", "configuration", "readers", "scorecard", "practices", "enemies", "summary")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.pass_obj
def doctor(where: Where, as_json: bool) -> int:
    """What the program found, and why it is this and nothing else."""
    found = _findings(where)
    if as_json:
        print_json(found)
        return 0
    for name, value in found.items():
        if isinstance(value, dict):
            there = "" if value["exists"] else "; not there yet"
            say(f"{name:<12} {value['path']}  ({value['why']}{there})")
        elif isinstance(value, list):
            say(f"{name:<12} {', '.join(map(str, value)) or 'none'}")
        else:
            say(f"{name:<12} {value}")
    return 0


@click.command(name="export-schema")
@click.argument("name", type=click.Choice(SCHEMAS), default="session")
def export_schema(name: str) -> int:
    """The JSON Schema of a kind of file, for editors and checks."""
    import msgspec

    from session_tui.deliver.contract import Contract
    from session_tui.model.agenda import Agenda
    from session_tui.model.assessment import Practices, Scorecard
    from session_tui.model.configuration import Configuration
    from session_tui.model.enemies import Mine, Theirs, Us
    from session_tui.model.session import Readers, Session

    kinds: dict[str, Any] = {
        "session": Session,
        "agenda": Agenda,
        "configuration": Configuration,
        "readers": Readers,
        "scorecard": Scorecard,
        "practices": Practices,
        "summary": Contract,
    }
    if name == "enemies":  # one kind of file of three forms: about us, me, an account
        forms, parts = msgspec.json.schema_components((Us, Mine, Theirs), ref_template="#/$defs/{name}")
        print_json({"anyOf": list(forms), "$defs": parts})
        return 0
    print_json(msgspec.json.schema(kinds[name]))
    return 0


def _findings(where: Where) -> dict[str, Any]:
    places = where.places
    try:
        with library(where) as index:
            versions = sum(1 for card in index.cards() if card.merge)
            broken = index.count(broken=True) - versions
            counted = f"{index.count() - versions} sessions, {broken} of them broken"
        twofold = copies.waiting(places.sessions.path)
    except StoreError as error:
        counted, twofold = str(error), ()
    return {
        "version": __version__,
        "python": f"{platform.python_version()} on {platform.system()}",
        "sessions": _place(places.sessions),
        "holds": counted,
        "merge": [f"session-tui merge {each}" for each in twofold],
        "agendas": _place(places.agendas),
        "known": list(agendas.names(places.agendas.path)),
        "plans": _place(places.plans),
        "assessments": _place(places.assessments),
        "me": _place(places.me),
        "pipeline": _place(places.pipeline) if places.pipeline else "none found; due looks at the sessions alone",
        "config": _place(places.config) if places.config else "none found; every setting has its default",
        "faults": [str(fault) for fault in places.faults],
        "state": _place(places.state),
        "writable": _writable(places.sessions),
        "terminal": f"{os.environ.get('TERM', 'unknown')}, {'a terminal' if sys.stdout.isatty() else 'no terminal'}",
        "colours": "off (NO_COLOR)" if "NO_COLOR" in os.environ else places.configuration.theme,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": str(place.path), "why": place.why, "exists": place.path.exists()}


def _writable(place: Place) -> str:
    folder = place.path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return "yes" if folder.is_dir() and os.access(folder, os.W_OK) else f"no: {folder} may not be written"


COMMANDS: dict[str, click.Command] = {"doctor": doctor, "export-schema": export_schema}
