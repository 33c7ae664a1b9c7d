"""Covers: cli/file_schemas.py, cli/key_descriptions.py, schemas/.

An editor can say of every key what it means, and which key is a mistake.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import json_schema
from program import Program, program
from session_tui.cli.doctor import SCHEMAS
from session_tui.cli.file_schemas import DIALECT, FILES, OPEN, file_schema
from session_tui.cli.key_descriptions import DESCRIPTIONS
from session_tui.store.validate import faults_in

__all__ = ["program"]

TOP = Path(__file__).resolve().parents[2]
CONFIGURATION = """#:schema ./configuration.json
schema = 1
name = "Ana Ruiz"
pipeline = { file = "pipeline.csv", closed = ["Won"] }
[cadence]
weekday = "monday"
[[endpoints]]
name = "team"
kind = "webhook"
url = "https://team.example.com/hook"
[keys]
next = ["ctrl+n", "f9"]
"""


def values(text: str) -> Any:
    """A TOML file as the JSON values that a schema is about."""
    return json.loads(json.dumps(tomllib.loads(text), default=lambda moment: moment.isoformat()))


def keys(kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every key of a kind of file: its table, its name, its schema."""
    for table, schema in file_schema(kind)["$defs"].items():
        for key, value in schema.get("properties", {}).items():
            yield table, key, value


def test_every_key_has_a_description_and_no_description_is_left_over() -> None:
    there = {(table, key): value for kind in FILES for table, key, value in keys(kind)}
    assert [each for each, value in there.items() if not value.get("description")] == []
    named = {(table, key) for table, rows in DESCRIPTIONS.items() if table for key in rows}
    assert named - there.keys() == set()
    assert DESCRIPTIONS[""].keys() - {key for table, key in there if key not in DESCRIPTIONS.get(table, {})} == set()


@pytest.mark.parametrize("kind", FILES)
def test_the_schemas_in_the_repository_are_those_of_the_program(kind: str, program: Program) -> None:
    printed = program.run("export-schema", kind).out
    kept = (TOP / "schemas" / f"{kind}.json").read_text(encoding="utf-8")
    assert kept == printed, f"session-tui export-schema {kind} > schemas/{kind}.json"
    schema = json.loads(printed)
    json_schema.validator_of(schema)
    assert (schema["$schema"], schema["$id"]) == (DIALECT, f"urn:session-tui:schema:{kind}:1")


def test_every_kind_can_be_asked_for() -> None:
    assert set(SCHEMAS) == set(FILES)


def test_the_samples_and_agendas_hold_to_their_schemas() -> None:
    for folder, kind in (("sessions", "session"), ("agendas", "agenda")):
        for path in sorted((TOP / folder).glob("*.toml")):
            json_schema.validate(values(path.read_text(encoding="utf-8")), file_schema(kind))


def test_a_configuration_names_its_schema_and_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "session-tui.toml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    json_schema.validate(values(CONFIGURATION), file_schema("configuration"))
    assert faults_in(path) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("configuration", CONFIGURATION.replace("name = ", "nme = ", 1)),
        ("configuration", CONFIGURATION.replace("weekday", "weekdya")),
        ("configuration", CONFIGURATION.replace("kind = ", "secret = 's'\nkind = ")),
        ("agenda", (TOP / "agendas" / "strategy-30.toml").read_text(encoding="utf-8").replace("prompts", "promts", 1)),
    ],
)
def test_an_unknown_key_is_a_mistake_for_an_editor_and_for_validate(kind: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(jsonschema.ValidationError, match="Additional properties"):
        json_schema.validate(values(text), file_schema(kind))
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    assert faults_in(path)


def test_an_action_that_is_none_is_a_mistake_too() -> None:
    with pytest.raises(jsonschema.ValidationError):
        json_schema.validate(values(CONFIGURATION.replace("next = ", "nxt = ")), file_schema("configuration"))


def test_a_session_may_have_keys_of_other_programs() -> None:
    text = next(iter(sorted((TOP / "sessions").glob("*.toml")))).read_text(encoding="utf-8")
    json_schema.validate(values(f'x_crm = "k"\n{text}'), file_schema("session"))
    assert {"session", "readers", "summary"} == OPEN
