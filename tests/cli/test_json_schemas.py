"""Covers: session_tui.cli.json_schemas.

What a command prints with --json has the shape that `export-schema COMMAND` gives.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema.protocols import Validator

import json_schema
from program import Program, program
from session_tui.cli.json_schemas import OUTPUTS
from team_server import TeamServer

__all__ = ["program"]
SAMPLES = Path(__file__).parents[2] / "sessions"
ACME, NEWER = "2026-10-12-acme-freight-8hfq", "2026-11-09-acme-freight-2m9x"
COPY = f"{NEWER} (conflicted copy 2026-11-23).toml"
CONFIGURATION = """name = "Ben Okafor"
[[endpoints]]
name = "chat"
kind = "webhook"
url = "http://127.0.0.1:9/hook"
[[endpoints]]
name = "team"
kind = "team_server"
url = "http://127.0.0.1:9/api/v1/sessions"
secret_env = "TEAM_TOKEN"
"""
EXPORT = """Account Name,Opportunity Name,Stage,Amount,Close Date
Acme Freight,TMS,Evaluation,48000,2026-12-20
Bad,,,x,
"""
# A command may print more than one form.
CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "list": ((),),
    "search": (("payback",),),
    "show": ((ACME,), (NEWER,)),
    "actions": ((),),
    "beliefs": ((), ("Acme Freight",)),
    "history": (("Acme Freight",), ("--person", "Ruth Vale")),
    "compare": ((ACME, NEWER),),
    "stats": ((),),
    "people": ((),),
    "handover": (("Ben Okafor",),),
    "restore": ((),),
    "push": ((ACME,),),
    "sync": (("--to", "team"),),
    "outbox": ((),),
    "due": (("--pipeline", "export.csv"),),
    "gate": (("Acme Freight",),),
    "brief": (("Acme Freight",),),
    "value": ((),),
    "scorecard report": (("--round", "2026-Q4"),),
    "enemies report": (("--about", "us", "--round", "2026-Q4"), ("--about", "Acme Freight", "--round", "2026-Q4")),
    "merge": ((), (NEWER,)),
    "person": (("Ruth Vale",), ("Ben Okafor",)),
    "forget": (("Ruth Vale", "--everywhere", "--dry-run"),),
    "doctor": ((),),
    "pipeline check": (("export.csv",),),
    "serve people": ((),),
    "serve audit": ((),),
}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """The option that names a team server with a person and an invitation."""
    with TeamServer(tmp_path / "team") as server:
        server.token("Ana Ruiz", "facilitator")
        assert server.run("invite", "Mei Tan", "--role", "member").returncode == 0
        yield ("--data", str(server.data))


def fill(program: Program) -> None:
    """The samples, a broken file, another version of a session, and a CRM's export."""
    for path in SAMPLES.glob("*.toml"):
        shutil.copy(path, program.sessions)
    (program.sessions / "2026-11-01-broken-0000.toml").write_text("id = ", encoding="utf-8")
    text = (SAMPLES / f"{NEWER}.toml").read_text(encoding="utf-8")
    (program.sessions / COPY).write_text(text.replace('headline = "', 'headline = "Again: ', 1), encoding="utf-8")
    (program.work / "export.csv").write_text(EXPORT, encoding="utf-8")
    program.own(CONFIGURATION)
    assert program.run("remove", "t4c1", "--yes").status == 0


def answer(program: Program) -> None:
    """Three people, as many as a result of the habits needs, rate the practices and the habits."""
    for name in ("Ana Ruiz", "Mei Tan", "Tom Achterberg"):
        rated = program.run("scorecard", "--plain", "--as", name, "--round", "2026-Q4", lines="8 c\n5 s\n")
        assert rated.status == 0, rated.err
        for about in ("us", "Acme Freight"):
            habits = program.run("enemies", "--about", about, "--round", "2026-Q4", "--plain", lines="seen\n" * 40)
            assert habits.status == 0, habits.err


def validator_of(program: Program, command: str) -> Validator:
    """What checks a command's output by the schema that the program prints for it."""
    printed = program.run("export-schema", *command.split())
    assert printed.status == 0, printed.err
    return json_schema.validator_of(json.loads(printed.out))


@pytest.mark.parametrize("command", OUTPUTS)
def test_what_a_command_prints_has_its_schema_and_nothing_wrong_has(
    command: str, program: Program, request: pytest.FixtureRequest
) -> None:
    fill(program)
    if command.endswith("report"):
        answer(program)
    if command == "outbox":  # nothing answers there: the message waits
        program.run("push", ACME)
        (program.home / ".local/state/session-tui/outbox/msg_broken.toml").write_text("id = ", encoding="utf-8")
    team = request.getfixturevalue("team") if command.startswith("serve") else ()
    validator = validator_of(program, command)
    for arguments in CALLS[command]:
        done = program.run(*command.split(), *arguments, *team, "--json")
        found = json.loads(done.out)
        assert found != [], done.err
        validator.validate(found)
        assert every_key_is_named(validator.schema, found), "a key that is printed stands in no schema"
        wrong = list(wrongly(found))
        assert len(wrong) > 4
        for each in wrong:
            assert not validator.is_valid(each), each


@pytest.mark.parametrize("command", OUTPUTS)
def test_what_a_command_prints_of_an_empty_folder_has_its_schema_too(command: str, program: Program) -> None:
    validator = validator_of(program, command)
    for arguments in CALLS[command]:
        done = program.run(*command.split(), *arguments, "--json")
        if done.out:
            validator.validate(json.loads(done.out))
        else:  # there is no such session, person or file
            assert done.status in (1, 2), done
            assert set(json.loads(done.err)) == {"error", "do", "status"}
    if command in ("outbox", "due", "list", "actions"):
        assert program.run(command, "--json").out == "[]\n"


def wrongly(found: Any) -> Iterator[Any]:
    """Documents that differ from a true one in one place, of a wrong type each."""
    yield from ("text", 5, None, {"rows": found}, [found])
    row = found[0] if isinstance(found, list) else found
    if isinstance(row, dict):
        for key in row:
            hurt = row | {key: "text" if isinstance(row[key], dict | list) else [["list", {}]]}
            yield ([hurt, *found[1:]] if isinstance(found, list) else hurt)


def every_key_is_named(schema: Any, found: Any) -> bool:
    """Whether the schema names every key at the top of the output."""
    forms = schema.get("anyOf", [schema])
    names: set[str] = set()
    for form in forms:
        inner = form.get("items", form)
        names |= set(schema["$defs"].get(inner.get("$ref", "").rpartition("/")[2], {}).get("properties", ()))
    rows = found if isinstance(found, list) else [found]
    return all(set(row) <= names for row in rows if isinstance(row, dict))


def test_a_schema_refuses_another_shape(program: Program) -> None:
    fill(program)
    validator = validator_of(program, "actions")
    rows = json.loads(program.run("actions", "--json").out)
    for key in rows[0]:
        assert not validator.is_valid([{name: value for name, value in rows[0].items() if name != key}])


def test_an_unknown_name_is_answered_with_all_that_there_are(program: Program) -> None:
    done = program.run("export-schema", "pipelines")
    assert done.status == 2 and "pipeline check" in done.err and "scorecard report" in done.err
