"""The JSON Schemas of the kinds of files, for editors and checks.

They are made from the classes that read the files. Keys are described by
`cli/key_descriptions.py`. An unknown key is refused where `validate` reports it. In a session, in
readers and in a summary it may be of a newer version or of another program.
"""

from typing import Any

import msgspec

from session_tui.cli.key_descriptions import description
from session_tui.export.json import Contract
from session_tui.model.agenda import Agenda
from session_tui.model.colours import ThemeFile
from session_tui.model.configuration import Configuration
from session_tui.model.session import SCHEMA, Readers, Session
from session_tui.model.team.enemies import Mine, Theirs, Us
from session_tui.model.team.practices import Practices, Scorecard
from session_tui.store.paths import BUILT_IN_THEMES
from session_tui.tui.actions import ACTIONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: dict[str, tuple[Any, ...]] = {
    "session": (Session,),
    "agenda": (Agenda,),
    "configuration": (Configuration,),
    "readers": (Readers,),
    "scorecard": (Scorecard,),
    "practices": (Practices,),
    "enemies": (Us, Mine, Theirs),  # three forms: about us, me, an account
    "theme": (ThemeFile,),
    "summary": (Contract,),
}
OPEN = frozenset(("session", "readers", "summary"))  # kinds that may have keys unknown here


def file_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file, of `FILES`."""
    forms, parts = msgspec.json.schema_components(FILES[kind], ref_template="#/$defs/{name}")
    for name, table in parts.items():
        for key, value in table.get("properties", {}).items():
            if words := description(name, key):
                value["description"] = words
        if kind not in OPEN and "properties" in table:
            table["additionalProperties"] = False
    if kind == "configuration":
        names = [action.name for action in ACTIONS]
        parts["Configuration"]["properties"]["keys"]["propertyNames"] = {"enum": names}
        parts["Configuration"]["properties"]["theme"]["examples"] = list(BUILT_IN_THEMES)
    heads = {
        "$schema": DIALECT,
        "$id": f"urn:session-tui:schema:{kind}:{SCHEMA}",
        "title": f"session-tui: {kind}",
    }
    body = dict(forms[0]) if len(forms) == 1 else {"anyOf": list(forms)}
    return {**heads, **body, "$defs": {name: unwrapped(table) for name, table in parts.items()}}


def unwrapped(schema: Any) -> Any:
    """The schema with each paragraph of its descriptions on one line: they are docstrings, which
    are wrapped and indented.
    """
    if isinstance(schema, dict):
        return {
            key: "\n\n".join(" ".join(each.split()) for each in value.split("\n\n"))
            if key == "description" and isinstance(value, str)
            else unwrapped(value)
            for key, value in schema.items()
        }
    return [unwrapped(each) for each in schema] if isinstance(schema, list | tuple) else schema
