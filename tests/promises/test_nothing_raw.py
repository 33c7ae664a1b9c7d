"""Covers: the bytes that reach a terminal.

No raw text of a file reaches the terminal: the bytes of every command and screen over a hostile
folder.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from textual.screen import Screen

import hostile_texts as hostile
from hostile_texts import EVIL, LATEST, OTHER, PREPARED, TWOFOLD
from session_tui.cli import group
from terminal import Terminal

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FIRST = f"Acme Freight{EVIL}"
TYPED = EVIL.replace("\n", "")
ANA = f"Ana Ruiz{EVIL}"

# What is typed after `session-tui`, and what is typed while it runs; what changes most comes last.
RUNS: list[tuple[list[str], str]] = [
    (["doctor"], ""),
    (["doctor", "--json"], ""),
    (["list"], ""),
    (["list", "--json"], ""),
    (["list", "--csv"], ""),
    (["search", "budget"], ""),
    (["search", "budget", "--json"], ""),
    (["show", LATEST], ""),
    (["show", LATEST, "--json"], ""),
    (["show", LATEST, "--markdown"], ""),
    (["show", EVIL], ""),
    (["actions"], ""),
    (["actions", "--csv"], ""),
    (["beliefs", FIRST], ""),
    (["history", FIRST], ""),
    (["history", "--person", f"Ruth Vale{EVIL}"], ""),
    (["compare", OTHER, LATEST], ""),
    (["stats"], ""),
    (["people"], ""),
    (["people", f"Ben Okafor{EVIL}"], ""),
    (["handover", f"Ben Okafor{EVIL}"], ""),
    (["export", LATEST, "--to", "md", "-o", "-"], ""),
    (["export", LATEST, "--to", "json", "-o", "-"], ""),
    (["export", LATEST, "--to", "md,html,ics,csv,crm,json,eml", "-o", "out"], ""),
    (["push", LATEST, "--preview"], ""),
    (["push", EVIL], ""),
    (["sync"], ""),
    (["sync", "--to", f"team{EVIL}"], ""),
    (["outbox"], ""),
    (["outbox", "--json"], ""),
    (["outbox", "retry", EVIL], ""),
    (["outbox", "drop", EVIL], ""),
    (["outbox", "work", "--help"], ""),
    (["endpoint"], ""),
    (["endpoint", "test", f"team{EVIL}"], ""),
    (["endpoint", "trust", f"team{EVIL}"], "n\n"),
    (["endpoint", "secret", f"team{EVIL}"], "\n"),
    (["trust", "--yes"], ""),
    (["map", LATEST], ""),
    (["map", LATEST, "-o", "-"], ""),
    (["due"], ""),
    (["due", "--json"], ""),
    (["due", "--ics"], ""),
    (["pipeline", "check"], ""),
    (["import", "contacts", "contacts.csv", "--yes"], ""),
    (["pipeline", "check", "--json"], ""),
    (["gate", FIRST], ""),
    (["gate", EVIL], ""),
    (["brief", FIRST], ""),
    (["value"], ""),
    (["scorecard", "--as", ANA, "--plain"], "8 often\n10 c\nleave\n"),
    (["scorecard", "report"], ""),
    (["enemies", "--about", FIRST, "--as", ANA, "--plain"], "o\n3\nleave\n"),
    (["enemies", "report", "--about", FIRST], ""),
    (["enemies", "report", "--about", "us"], ""),
    (["read", "acme", "--as", ANA, "--plain"], f"3 Who {TYPED}?\nread\n"),
    (["restore"], ""),
    (["restore", EVIL], ""),
    (["remove", OTHER], ""),
    (["remove", EVIL, "--yes"], ""),
    (["merge"], ""),
    (["merge", TWOFOLD], ""),
    (["merge", TWOFOLD, "--json"], ""),
    (["person", f"Ruth Vale{EVIL}"], ""),
    (["person", "Ruth", "-o", "person"], ""),
    (["validate"], ""),
    (["validate", "sessions/2026-11-01-broken-0000.toml"], ""),
    (["help", "run"], ""),
    (["help", f"no{EVIL}"], ""),
    (["completion", "bash"], ""),
    (["export-schema"], ""),
    (["prepare", FIRST, "--plain"], ""),
    (["run", FIRST, "--plain"], f"Ruth {TYPED}, CFO role:app !5\n/{TYPED}\n/end hold \"later {TYPED}\"\n"),
    (["resume", PREPARED, "--plain"], "/leave\n"),
    (["demo", "--plain"], "/leave\n"),
    (["tutor", "--plain"], f"Ruth {TYPED}\n/leave\n"),
    (["present", EVIL], ""),
    (["join", f"https://team.example.com/{EVIL}"], ""),
    (["serve", "--help"], ""),
    (["serve", "backup", f"no{EVIL}/team.db", "--data", "team"], ""),
    (["serve", "restore", f"no{EVIL}.db", "--data", "team"], ""),
    (["serve", "copy", "--to", f"postgresql://team@h/{EVIL}", "--data", "team"], ""),
    (["serve", "check", "--data", f"team{EVIL}"], ""),
    (["serve", "token", f"Ana{EVIL}", "--role", "member", "--data", "team"], ""),
    (["serve", "invite", f"Ana{EVIL}", "--role", "member", "--data", "team"], ""),
    (["serve", "approve", f"7Q2K{EVIL}", f"Ana{EVIL}", "--role", "member", "--data", "team"], ""),
    (["serve", "audit", "--account", f"Acme{EVIL}", "--data", f"team{EVIL}"], ""),
    (["serve", "people", "--data", f"team{EVIL}"], ""),
    (["serve", "people", "revoke", f"Ana{EVIL}", "--data", "team"], ""),
    (["serve", "people", "remove", f"Ana{EVIL}", "--data", "team"], ""),
    (["serve", "people", "role", f"Ana{EVIL}", "coach", "--data", "team"], ""),
    (["serve", "people", "accounts", f"Ana{EVIL}", f"Acme{EVIL}", "--data", "team"], ""),
    (["done", "2m9x:t3", f"they {EVIL}"], ""),
    (["reopen", "2m9x:t3"], ""),
    (["assign", "2m9x:t3", f"mei{EVIL}"], ""),
    (["cancel", PREPARED], ""),
    (["reopen-session", "latest"], ""),
    (["amend", LATEST, "--zone", f"DACH{EVIL}"], ""),
    (["handover", f"Ben Okafor{EVIL}", "--to", f"Mei Tan{EVIL}", "-o", "out"], ""),
    (["handover", "--undo"], ""),
    (["merge", TWOFOLD, "--keep", "ours"], ""),
    (["forget", f"Ruth Vale{EVIL}", "--yes"], ""),
    (["forget", "Ru", "--yes"], ""),
    ([f"no{EVIL}"], ""),
    (["list", f"--no{EVIL}"], ""),
]  # fmt: skip


def commands(found: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, and of every command below it."""
    if path:
        yield path
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            below = found.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    hostile.world(folder)
    return folder


def environment(home: Path) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("SESSION_TUI", "NO_COLOR"))}
    return known | {"HOME": str(home), "TMPDIR": str(home), "SESSION_TUI_STATE": str(home / "state")}


def test_every_command_is_run() -> None:
    run = [tuple(arguments) for arguments, _ in RUNS]
    assert [path for path in commands(group) if not any(each[: len(path)] == path for each in run)] == []


def test_no_command_writes_raw_what_a_file_holds(home: Path) -> None:
    (home / "runs.json").write_text(json.dumps(RUNS), encoding="utf-8")
    command = [sys.executable, str(HERE / "run_every_command.py"), str(home / "runs.json")]
    terminal = Terminal(command, 100, 40, environment(home), home, emulated=False, forked=True)
    try:
        assert terminal.ends(120) == 0
    finally:
        terminal.close()
    written = bytes(terminal.written)
    assert hostile.raw_in(written) == []
    assert b"UFdORUQ" in written and "\N{REPLACEMENT CHARACTER}".encode() in written  # it was there to be shown
    statuses = json.loads((home / "statuses.json").read_text(encoding="utf-8"))
    assert [run for run, status in zip(RUNS, statuses, strict=True) if status not in (0, 1, 2, 3)] == []
    assert "should not have happened" not in written.decode(errors="replace")


def screens() -> set[str]:
    """The names of the program's screens that are shown: those that no other is made from."""
    source = HERE.parent.parent / "src"
    for module in (source / "session_tui" / "tui" / "screens").rglob("*.py"):
        importlib.import_module(".".join(module.relative_to(source).with_suffix("").parts).removesuffix(".__init__"))

    def below(kind: type[Any]) -> Iterator[type[Any]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    ours = {each for each in below(Screen) if each.__module__.startswith("session_tui.")}
    return {each.__name__ for each in ours if not each.__subclasses__()}


def test_no_screen_writes_raw_what_a_file_holds(tmp_path: Path) -> None:
    # All thirty in one program, one after the other: that takes some ten seconds, and starting
    # each would take more.
    hostile.world(tmp_path)
    files = {path: path.read_bytes() for path in (tmp_path / "sessions").rglob("*.toml")}
    known = environment(tmp_path) | {"PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, str(HERE / "show_every_screen.py"), str(tmp_path)]
    terminal = Terminal(command, 120, 36, known, tmp_path, emulated=False, forked=True)
    try:
        assert terminal.ends(120) == 0, bytes(terminal.written[-3000:]).decode(errors="replace")
    finally:
        terminal.close()
    written = bytes(terminal.written)
    assert hostile.raw_in(written) == []
    seen = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert screens() - set(seen) == set()
    # What was there to be shown was shown, made visible.
    assert [name for name in sorted(screens()) if "\N{REPLACEMENT CHARACTER}" not in seen[name]] == []
    # And a field without typed text changed no file.
    assert [path.name for path, content in files.items() if path.read_bytes() != content] == []
