"""Covers: session_tui.store.team.handover_journal.

A killed handover is either complete or can be resumed, and can be undone; it is never half done in
silence.
"""

import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import forking
from cli.test_commands import TOP, Shell
from session_tui.model.session import Session
from session_tui.store import session_file

KILLED = Path(__file__).parent / "hand_over_and_be_killed.py"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")]


def samples(home: Path) -> Shell:
    home.mkdir()
    shutil.copytree(TOP / "sessions", home / "sessions")
    return Shell(home)


def run_and_kill(shell: Shell, at: int, *arguments: str) -> int:
    done = forking.run([str(KILLED), str(at), *arguments], cwd=shell.home, env=shell.environment)
    assert "Traceback" not in done.stderr
    return done.returncode


def read(shell: Shell) -> dict[str, Session]:
    return {path.stem: session_file.read(path.read_bytes(), path).session for path in shell.sessions.glob("*.toml")}


def without_changes(shell: Shell) -> dict[str, str]:
    paths = shell.sessions.glob("*.toml")
    return {path.stem: path.read_text(encoding="utf-8").partition("[[changes]]")[0].strip() for path in paths}


def holds(shell: Shell, name: str) -> str:
    return shell.run("handover", name, "--csv").stdout


def each_kill(tmp_path: Path, prepared: Callable[[Shell], None], *arguments: str) -> list[Shell]:
    """A folder for each moment at which the command can be killed, and has been."""
    found = list[Shell]()
    for at in range(1, 60):
        shell = samples(tmp_path / str(at))
        prepared(shell)
        returned = run_and_kill(shell, at, *arguments)
        if returned == 0:
            return found
        assert returned == -signal.SIGKILL
        found.append(shell)
    raise AssertionError("it never came to its end")


def test_killed_at_any_moment_it_is_said_and_goes_on_to_its_end(tmp_path: Path) -> None:
    whole = samples(tmp_path / "whole")
    assert whole.run("handover", "mei", "--to", "tom").returncode == 0
    expected = without_changes(whole)
    untouched = without_changes(samples(tmp_path / "untouched"))
    assert sum(expected[name] != untouched[name] for name in expected) >= 2  # several files, or nothing could be half
    states = set()
    killed = each_kill(tmp_path, lambda _: None, "handover", "mei", "--to", "tom")
    for shell in killed:
        now = without_changes(shell)
        assert all(now[name] in (expected[name], untouched[name]) for name in now)  # no file is half
        said = shell.run("handover", "ana").stderr
        interrupted = "A hand-over from Mei Tan to Tom Adeyemi was interrupted after" in said
        states.add((interrupted, now == expected, now == untouched))
        if not interrupted:
            assert now in (expected, untouched)  # nothing half is silent
            continue
        assert "handover --resume goes on, --undo takes it back" in said
        assert shell.run("handover", "--resume").returncode == 0
        assert without_changes(shell) == expected
        assert len(list(shell.home.glob("handover-tom-adeyemi-*.md"))) == 1
    assert (True, False, False) in states  # one was killed between two files


def test_killed_while_it_is_taken_back_it_is_said_and_undo_goes_on(tmp_path: Path) -> None:
    def handed_over(shell: Shell) -> None:
        assert shell.run("handover", "mei", "--to", "tom").returncode == 0

    untouched = without_changes(samples(tmp_path / "untouched"))
    over = samples(tmp_path / "over")
    handed_over(over)
    whole = without_changes(over)
    killed = each_kill(tmp_path, handed_over, "handover", "--undo")
    for shell in killed:
        now = without_changes(shell)
        said = shell.run("handover", "ana").stderr
        if "Taking back a hand-over from Mei Tan to Tom Adeyemi was interrupted" not in said:
            assert now in (whole, untouched)  # nothing half is silent
            continue
        assert shell.run("handover", "--resume").returncode == 1
        assert shell.run("handover", "--undo").returncode == 0
        assert without_changes(shell) == untouched
    assert len(killed) > 4


def test_an_interrupted_one_can_be_taken_back_instead(tmp_path: Path) -> None:
    untouched = without_changes(samples(tmp_path / "untouched"))
    shell = samples(tmp_path / "one")
    assert run_and_kill(shell, 5, "handover", "mei", "--to", "tom") == -signal.SIGKILL
    assert without_changes(shell) != untouched
    refused = shell.run("handover", "ben", "--to", "ana")  # one at a time: the last is what --undo takes back
    assert refused.returncode == 1 and "interrupted" in refused.stderr
    assert shell.run("handover", "--undo").returncode == 0
    assert without_changes(shell) == untouched
    assert "Tom" not in holds(shell, "mei") and "interrupted" not in shell.run("handover", "mei").stderr
