"""Covers: session_tui.context.

Each value of the context is found once, on first use; importing the module costs nothing.
"""

import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import START, context_of, no_places
from session_tui.cli.command_context import CommandContext
from session_tui.context import AppContext, utc_now
from session_tui.model.configuration import Configuration, Person
from session_tui.store.paths import Paths


def test_places_are_looked_up_once_and_only_when_they_are_asked_for() -> None:
    asked: list[Paths] = []

    def find() -> Paths:
        asked.append(no_places(Configuration(name="Ana Ruiz", people=(Person(name="Ben Okafor"),))))
        return asked[-1]

    context = AppContext(find, lambda: START, random.Random(7), {})
    assert context.today == START.astimezone().date()
    assert asked == []
    assert context.people == ("Ana Ruiz", "Ben Okafor")
    assert (context.sessions, context.state) == (asked[0].sessions.path, asked[0].state.path)
    assert context.places is asked[0]
    assert len(asked) == 1


def test_the_clock_of_a_real_run_is_the_systems_in_utc() -> None:
    assert abs(utc_now() - datetime.now(UTC)).total_seconds() < 60
    assert utc_now().tzinfo is UTC


def test_importing_it_loads_the_standard_library_alone() -> None:
    code = """
import sys, session_tui
before = set(sys.modules)
import session_tui.context
print(*sorted(set(sys.modules) - before - set(sys.stdlib_module_names)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    ours = [name for name in done.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names]
    assert ours == ["session_tui.context"]


def test_a_trial_leaves_the_users_folders_alone_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"SESSION_TUI_STATE": str(tmp_path / "mine"), "SESSION_TUI_SESSIONS": str(tmp_path / "team")}
    given = context_of(no_places(), environ=environ)
    context = CommandContext(given.now, given.rng, given.environ, command="demo")
    (tmp_path / "trial").mkdir()
    trial = context.trial(tmp_path / "trial")
    assert (trial.sessions, trial.state) == (tmp_path / "trial" / "sessions", tmp_path / "trial" / "state")
    assert (trial.now, trial.rng, trial.environ) == (context.now, context.rng, environ)
    assert trial.lines is context.lines
