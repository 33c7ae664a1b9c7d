"""Covers: session_tui.cli.remove.

A session is removed with a question, is in no list then, and comes back whole.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from messages import message
from program import Program, program
from session_tui.outbox.store import Outbox
from session_tui.store import locking
from terminal import Terminal

__all__ = ["program"]

TOP = Path(__file__).resolve().parents[2]
HELD, OTHER = "2026-11-09-acme-freight-2m9x", "2026-10-26-acme-freight-t4c1"


@pytest.fixture
def folder(program: Program) -> Path:
    shutil.copytree(TOP / "sessions", program.sessions, dirs_exist_ok=True)
    return program.sessions


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ids(program: Program) -> list[str]:
    return [each["id"] for each in json.loads(program.run("list", "--json").out)]


def test_a_removed_session_is_in_no_list_and_comes_back_whole(program: Program, folder: Path) -> None:
    before = files(folder)
    done = program.run("remove", "2m9x", "t4c1", "--yes")
    assert done.status == 0 and f"session-tui restore {HELD} brings it back, until " in done.out
    assert sorted(set(before) - set(files(folder))) == sorted([f"{HELD}.toml", f"{OTHER}.toml"])
    assert not {HELD, OTHER} & set(ids(program))
    assert HELD not in program.run("search", "freight", "--json").out
    assert HELD not in program.run("actions", "--json").out
    assert json.loads(program.run("doctor", "--json").out)["removed"] == 2
    assert "2 sessions; session-tui restore shows them" in program.run("doctor").out
    found = json.loads(program.run("restore", "--json").out)
    assert sorted((each["id"], each["account"], each["status"]) for each in found) == [
        (OTHER, "Acme Freight", "held"), (HELD, "Acme Freight", "held"),
    ]  # fmt: skip
    assert HELD in program.run("restore").out and "Kept until" in program.run("restore").out
    done = program.run("restore", "2m9x", OTHER)
    assert done.status == 0 and f"{HELD} is back." in done.out
    assert files(folder) == before
    assert {HELD, OTHER} <= set(ids(program))
    assert program.run("restore", "--json").out == "[]\n"


def test_without_a_terminal_it_says_what_it_would_do_and_removes_nothing(program: Program, folder: Path) -> None:
    before = files(folder)
    done = program.run("remove", "2m9x")
    assert done.status == 1 and files(folder) == before
    assert f"This session goes to {folder / 'removed'}, for all who share the folder, and is kept there" in done.err
    assert "--yes answers for you. Nothing was removed." in done.err


def test_where_one_cannot_be_removed_none_is(program: Program, folder: Path) -> None:
    path = folder / f"{OTHER}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "held"', 'status = "live"'), encoding="utf-8")
    before = files(folder)
    done = program.run("remove", HELD, OTHER, "--yes")
    assert done.status == 1 and "a live session is not removed" in done.err
    assert program.run("remove", HELD, "nowhere", "--yes").status == 1
    assert files(folder) == before


def test_a_session_that_a_window_has_open_stays(program: Program, folder: Path) -> None:
    path = folder / f"{HELD}.toml"
    lock = locking.session(path, program.home / ".local" / "state" / "session-tui")
    done = program.run("remove", HELD, "--yes")
    lock.release()
    assert done.status == 1 and "it is open in another window. Close it there first." in done.err and path.exists()


def test_a_removed_session_is_named_where_it_is_missed(program: Program, folder: Path) -> None:
    program.run("remove", HELD, "--yes")
    done = program.run("show", "2m9x")
    assert done.status == 1 and f"session-tui restore {HELD} brings it back" in done.err
    assert program.run("remove", HELD, "--yes").status == 1
    assert "no session x3fd was removed" in program.run("restore", "x3fd").err


def test_restoring_replaces_no_session(program: Program, folder: Path) -> None:
    path = folder / f"{HELD}.toml"
    content = path.read_bytes()
    program.run("remove", HELD, "--yes")
    path.write_bytes(content + b"# another\n")
    done = program.run("restore", HELD)
    assert done.status == 1 and "there is a session of this id" in done.err
    assert path.read_bytes() == content + b"# another\n" and (folder / "removed" / path.name).read_bytes() == content


def test_the_person_in_a_removed_session_is_found_and_forgotten(program: Program, folder: Path) -> None:
    program.run("remove", HELD, "--yes")
    found = program.run("person", "Ruth Vale").out
    assert os.path.join("removed", f"{HELD}.toml") in found  # noqa: PTH118 - as it is printed
    assert program.run("forget", "Ruth Vale", "--yes").status == 0
    assert b"Ruth Vale" not in (folder / "removed" / f"{HELD}.toml").read_bytes()


def test_a_message_that_still_waits_is_named(program: Program, folder: Path) -> None:
    outbox = Outbox(program.home / ".local" / "state" / "session-tui" / "outbox")
    outbox.put(message("msg_one", session=HELD))
    done = program.run("remove", HELD, "--yes")
    assert "session-tui outbox drop msg_one stops it." in done.err


def test_an_empty_list_says_what_was_removed(program: Program, folder: Path) -> None:
    program.run("remove", *ids(program), "--yes")
    done = program.run("list")
    assert "7 sessions were removed: session-tui restore shows them." in done.err


@pytest.mark.parametrize(("key", "there"), [("y", False), ("n", True)])
def test_on_a_terminal_it_asks(tmp_path: Path, key: str, there: bool) -> None:
    folder = tmp_path / "sessions"
    shutil.copytree(TOP / "sessions", folder)
    command = [sys.executable, "-m", "session_tui", "remove", HELD]
    known = {**os.environ, "HOME": str(tmp_path), "SESSION_TUI_STATE": str(tmp_path / "state")}
    terminal = Terminal(command, 100, 30, known, tmp_path, forked=True)
    try:
        terminal.waits_for(lambda text: "Remove it? [y/N]" in text)
        terminal.types(f"{key}\r")
        assert terminal.ends(30) == (1 if there else 0)
    finally:
        terminal.close()
    assert (folder / f"{HELD}.toml").exists() == there
