"""Covers: cli/pager.py.

What is longer than the terminal goes to the user's pager, on a terminal alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from session_tui.cli.pager import rows
from terminal import Terminal

TOP = Path(__file__).resolve().parents[2]
# Says that it was called, how many lines it was given, and waits for a key as a pager does.
PAGER = """
import sys
lines = sys.stdin.read().splitlines()
print(f"paged {len(lines)} lines, first {lines[0][:12]}", flush=True)
open("/dev/tty").readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The samples, and a pager."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    (tmp_path / "pager.py").write_text(PAGER, encoding="utf-8")
    return tmp_path


def opened(home: Path, *arguments: str, pager: str | None = None, lines: int = 24) -> Terminal:
    """The program in a terminal, with a pager."""
    command = f"{sys.executable} {home / 'pager.py'}" if pager is None else pager
    environment = os.environ | {"HOME": str(home), "SESSION_TUI_STATE": str(home / "state"), "PAGER": command}
    return Terminal([sys.executable, "-m", "session_tui", *arguments], 80, lines, environment, cwd=home, forked=True)


def test_long_output_goes_to_the_pager_and_the_status_stays(home: Path) -> None:
    terminal = opened(home, "show", "latest")
    try:
        terminal.waits_for(lambda text: "paged" in text)
        assert terminal.status is None
        terminal.types("\r")
        assert terminal.ends() == 0
    finally:
        terminal.close()


@pytest.mark.parametrize(("arguments", "lines"), [(("list",), 24), (("show", "latest"), 400)])
def test_what_fits_is_printed(home: Path, arguments: tuple[str, ...], lines: int) -> None:
    terminal = opened(home, *arguments, lines=lines)
    try:
        assert terminal.ends() == 0
        assert "paged" not in terminal.text and "orealis" in terminal.text
    finally:
        terminal.close()


def test_a_pager_that_is_left_early_does_no_harm(home: Path) -> None:
    terminal = opened(home, "export-schema", "session", pager="head -n 1")
    try:
        assert terminal.ends() == 0
        assert terminal.text.strip() == "{"
    finally:
        terminal.close()


@pytest.mark.parametrize("pager", ["no-such-pager", "'"])
def test_a_pager_that_is_not_there_is_said_and_all_is_printed(home: Path, pager: str) -> None:
    terminal = opened(home, "help", "run", pager=pager)
    try:
        assert terminal.ends() == 0
        assert "15 minutes, and the clock waits for you" in terminal.text and "could not be started" in terminal.text
    finally:
        terminal.close()


@pytest.mark.parametrize("pager", ["", "cat"])
def test_without_a_pager_all_is_printed(home: Path, pager: str) -> None:
    terminal = opened(home, "help", "run", pager=pager)
    try:
        assert terminal.ends() == 0 and "15 minutes, and the clock waits for you" in terminal.text
    finally:
        terminal.close()


def test_a_pipe_is_never_paged(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "session_tui", "show", "latest"],
        cwd=home,
        env=os.environ | {"HOME": str(home), "PAGER": "false"},
        capture_output=True,
        timeout=30,
        encoding="utf-8",
    )
    assert done.returncode == 0 and len(done.stdout.splitlines()) > 24


def test_rows_are_those_of_the_terminal() -> None:
    assert (rows("a\n\n", 80), rows("x" * 81 + "\n", 80), rows("\x1b[1mx\x1b[0m\n", 1), rows("x", 80)) == (2, 2, 1, 0)
