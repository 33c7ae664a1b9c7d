"""Covers: session_tui.cli.command_context.

An unreadable configuration blocks no other command, and sends no session into another folder.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from program import HELD, Program, program
from promises.test_no_other_folder import NEEDS
from session_tui.cli import COMMANDS
from session_tui.cli.command_context import READS, WITHOUT_SESSIONS

__all__ = ["program"]

SESSIONS = 'schema = 1\nsessions = "elsewhere"\n'
MARKS = f"<<<<<<< HEAD\n{SESSIONS}=======\nschema = 1\n>>>>>>> 1a2b3c4 (other)\n"
CONTENTS = {
    "no TOML": b"sessions = ",
    "git's marks": MARKS.encode(),
    "Latin-1": 'name = "J\u00f6rg"\n'.encode("latin-1"),
    "CR line ends": SESSIONS.replace("\n", "\r").encode(),
    "a late time": b"x = 9999-12-31T23:59:59-14:00\n",
    "deep": b"x = " + b"[" * 1000 + b"]" * 1000,
    "a large number": b"schema = 99999999999999999999999999\n",
    "NUL": b"\0\0\0",
}


def broken(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_command_goes_on_where_the_folder_is_found_without_it(program: Program, content: bytes) -> None:
    program.hold("North")
    whole = program.run("list", "--json").out
    broken(program.work / "session-tui.toml", content)
    done = program.run("list", "--json")
    assert (done.status, done.out) == (0, whole)
    if "9999" not in content.decode("latin-1"):  # valid TOML, by a narrow reading
        assert str(program.work / "session-tui.toml") in done.err
        assert f"Sessions are looked for in {program.sessions} (the folder here)." in done.err
    assert program.hold("North", lines='/end hold "y"\n').status == 0
    assert len(list(program.sessions.glob("*.toml"))) == 2
    assert program.run("doctor").status in (0, 1)


def test_gits_marks_are_said_to_be_gits(program: Program) -> None:
    broken(program.work / "session-tui.toml", MARKS.encode())
    assert ":1:1: git left two versions of this file in it" in program.run("doctor").out


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "none")


def no_toml(path: Path) -> None:
    path.write_text("sessions = ")


def a_bad_key(path: Path) -> None:
    path.write_text("sessions = 5")


@pytest.mark.parametrize("wrong", [a_folder, a_link_to_nowhere, no_toml, a_bad_key])
def test_where_only_it_could_name_the_folder_what_writes_refuses(
    program: Program, wrong: Callable[[Path], None]
) -> None:
    program.hold("North", lines="Ann Lee\n")  # stays live
    own = program.home / ".local/share/session-tui/sessions"
    own.parent.mkdir(parents=True)
    program.sessions.rename(own)
    before = {path: path.read_bytes() for path in program.files()}
    config = program.work / "session-tui.toml"
    wrong(config)
    for name in COMMANDS:
        if name in WITHOUT_SESSIONS or name in ("demo", "tutor", "resume"):
            continue
        done = program.run(name, *NEEDS.get(name, ()))
        assert str(config) in done.err, name
        if name in READS:
            assert "nothing was written" not in done.err and f"looked for in {own}" in done.err, name
        else:
            assert done.status == 1 and "nobody knows which folder of sessions is meant" in done.err, name
    assert {path: path.read_bytes() for path in program.files()} == before
    assert program.run("--sessions", str(own), "done", "x:t1").status == 1
    assert program.run("resume", "--plain", lines='/end hold "y"\n').status == 0
    found = json.loads(program.run("doctor", "--json").out)
    assert any(str(config) in fault for fault in found["faults"])


def test_nothing_is_sent_anywhere(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = '[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "http://127.0.0.1:9/x"\npush_on_end = true\n'
    path = program.own(endpoint)
    program.hold("North")
    assert len(json.loads(program.run("outbox", "--json").out)) == 1
    path.write_text(path.read_text(encoding="utf-8") + "x = ", encoding="utf-8")
    program.hold("North", lines='/end hold "y"\n')
    (waiting,) = json.loads(program.run("outbox", "--json").out)
    tried = waiting["attempts"]
    program.run("outbox", "retry")
    assert program.run("push").status == 1
    (waiting,) = json.loads(program.run("outbox", "--json").out)
    assert waiting["attempts"] == tried and waiting["state"] == "waiting"


def test_a_configuration_that_is_named_and_not_there_is_a_fault_and_doctor_says_it(program: Program) -> None:
    done = program.run("--config", "none.toml", "run", "North", "--plain", lines=HELD)
    assert done.status == 1 and "none.toml" in done.err and not program.files()
    done = program.run("--config", "none.toml", "doctor")
    assert done.status == 1 and "none.toml" in done.out


# ---- a configuration that came with a folder ----------------------------------------------------


@pytest.mark.parametrize("key", ["sessions", "agendas", "plans", "assessments", "pipeline"])
def test_a_folder_outside_its_own_is_asked_about_once(program: Program, key: str) -> None:
    there = program.home.parent / "there"
    there.mkdir()
    program.configure(f'{key} = "{there.as_posix()}"\n')
    done = program.run("run", "North", "--plain", lines=HELD)
    assert done.status == 1 and f"{key} = {there}" in done.err and "session-tui trust" in done.err
    assert not program.files()
    assert program.run("trust").status == 1  # there is no terminal to say yes at
    assert program.run("doctor").status == 1
    assert program.run("trust", "--yes").status == 0
    assert program.run("doctor").status == (1 if key == "pipeline" else 0)
    if key == "sessions":
        program.hold("North")
        assert len(list(there.glob("*.toml"))) == 1
    program.configure(f'{key} = "{program.home.as_posix()}"\n')  # another place needs another yes
    assert program.run("run", "North", "--plain", lines=HELD).status == 1


def test_a_folder_within_its_own_and_ones_own_configuration_need_no_yes(program: Program) -> None:
    program.configure('sessions = "deals"\n')
    program.hold("North")
    assert len(list((program.work / "deals").glob("*.toml"))) == 1
    (program.work / "session-tui.toml").unlink()
    program.own(f'sessions = "{(program.home.parent / "there").as_posix()}"\n')
    program.hold("North")


def test_a_link_that_leaves_the_folder_is_outside(program: Program) -> None:
    there = program.home.parent / "there"
    there.mkdir()
    (program.work / "deals").symlink_to(there)
    program.configure('sessions = "deals"\n')
    assert program.run("run", "North", "--plain", lines=HELD).status == 1 and not program.files()


def test_the_yes_to_folders_and_that_to_endpoints_lie_in_one_file(program: Program) -> None:
    there = program.home.parent / "there"
    there.mkdir()
    endpoint = '[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "https://hooks.example/x"\n'
    program.configure(f'sessions = "{there.as_posix()}"\n{endpoint}')
    assert program.run("endpoint", "trust", "team", "--yes").status == 0
    assert program.run("trust", "--yes").status == 0
    assert "needs no yes" in program.run("endpoint", "trust", "team", "--yes").out
    program.hold("North")
    text = next(program.home.rglob("trusted.toml")).read_text(encoding="utf-8")
    assert "[[folders]]" in text and "[[endpoints]]" in text and os.sep in text


def test_every_fault_of_it_has_its_place_and_of_thousands_the_first_are_said(program: Program) -> None:
    program.hold("North")
    config = program.configure('theme = "pink"\n' + '[[people]]\nname = ""\n' * 3_000)
    done = program.run("list")
    lines = done.err.splitlines()
    assert done.status == 0 and "North" in done.out
    assert lines[0].startswith(f'{config}:2:9: theme: "pink" is not one of')
    assert len(lines) == 21 and lines[-1].startswith("and 2,981 more")
    (program.sessions / "2026-11-24-bad-efgh.toml").write_bytes(config.read_bytes())
    assert len(program.run("show", "2026-11-24-bad-efgh").err.splitlines()) < 50


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_the_pipeline_is_not_waited_for(program: Program) -> None:
    program.hold("North")
    os.mkfifo(program.work / "deals.csv")
    program.configure('pipeline = "deals.csv"\n')
    for arguments in (("due",), ("brief", "North"), ("gate", "North"), ("list",)):
        done = program.run(*arguments)
        assert done.status == (1 if arguments == ("due",) else 0), arguments
    assert "deals.csv: it is not an ordinary file" in program.run("due").err
    (program.work / "deals.csv").unlink()
    (program.work / "deals.csv").write_bytes("account\nM\xfcller\n".encode("cp850"))
    done = program.run("doctor")
    assert done.status == 1 and "deals.csv:2: it is not UTF-8 text" in done.out
