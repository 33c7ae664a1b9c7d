"""Covers: session_tui.cli.prompt in a real terminal.

The questions of the commands, answered by keyboard in a real pseudo-terminal.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from session_tui.store import session_file
from terminal import Terminal

TOP = Path(__file__).parents[2]
ACME = "2026-11-09-acme-freight-2m9x.toml"


@contextmanager
def program(home: Path, *arguments: str) -> Iterator[Terminal]:
    """The program in a folder with one session on Acme Freight, and a home of its own."""
    (home / "sessions").mkdir(exist_ok=True)
    shutil.copy(TOP / "sessions" / ACME, home / "sessions")
    known = {key: value for key, value in os.environ.items() if not key.startswith(("NO_COLOR", "SESSION_TUI"))}
    environment = {
        **known,
        "HOME": str(home),
        "SESSION_TUI_STATE": str(home / "state"),
        "SESSION_TUI_BEHIND": "0",
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": str(TOP / "src"),
    }
    terminal = Terminal([sys.executable, "-m", "session_tui", *arguments], 100, 30, environment, home, forked=True)
    try:
        yield terminal
    finally:
        terminal.close()


def begun(home: Path) -> list[str]:
    """The accounts of the sessions that were begun."""
    files = [path for path in (home / "sessions").glob("*.toml") if path.name != ACME]
    return [session_file.read(path.read_bytes()).session.account for path in files]


@pytest.mark.parametrize(
    ("answer", "account"), [("1", "Acme Freight"), ("x\r1", "Acme Freight"), ("new", "Acme Fright")]
)
def test_a_name_that_is_nearly_a_known_one_is_asked_about(tmp_path: Path, answer: str, account: str) -> None:
    with program(tmp_path, "run", "Acme Fright", "--plain") as terminal:
        terminal.waits_for(lambda text: "1  Acme Freight" in text and "q leaves" in text)
        assert begun(tmp_path) == []
        terminal.types(f"{answer}\r")
        terminal.waits_for(lambda text: "Part 1 of 4" in text)
        terminal.types("/leave\r")
        assert terminal.ends() == 0
    assert begun(tmp_path) == [account]


@pytest.mark.parametrize("answer", ["q\r", "\x03", "\x04"])
def test_the_question_is_left_and_nothing_is_begun(tmp_path: Path, answer: str) -> None:
    with program(tmp_path, "prepare", "Acme Fright", "--plain") as terminal:
        terminal.waits_for(lambda text: "q leaves" in text)
        terminal.types(answer)
        if answer == "\x03":  # one that comes between Python's prompt and its read is noticed with the next key
            terminal.insists(answer)
        assert terminal.ends() != 0
        assert "should not have happened" not in terminal.text
    assert begun(tmp_path) == []


def test_the_full_screen_opens_after_the_answer(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme Fright") as terminal:
        terminal.waits_for(lambda text: "q leaves" in text)
        terminal.types("1\r")
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("/leave now\r")
        assert terminal.ends() == 0
    assert begun(tmp_path) == ["Acme Freight"]


def test_folders_outside_are_asked_about_once(tmp_path: Path) -> None:
    outside, here = tmp_path / "outside", tmp_path / "here"
    outside.mkdir()
    here.mkdir()
    (here / "session-tui.toml").write_text(f'schema = 1\nsessions = "{outside}"\n', encoding="utf-8")
    for answer, status, said in (("n", 1, "session-tui trust"), ("y", 0, "No session"), ("", 0, "No session")):
        with program(here, "list") as terminal:
            if answer:
                terminal.waits_for(lambda text: "Use it?" in text)
                terminal.types(f"{answer}\r")
            assert terminal.ends() == status
            assert said in terminal.text.replace("\n", "")


def test_the_home_screen_opens_after_the_yes_to_folders(tmp_path: Path) -> None:
    outside, here = tmp_path / "outside", tmp_path / "here"
    outside.mkdir()
    here.mkdir()
    (here / "session-tui.toml").write_text(f'schema = 1\nsessions = "{outside}"\n', encoding="utf-8")
    with program(here) as terminal:
        terminal.waits_for(lambda text: "Use it?" in text)
        terminal.types("y\r")
        terminal.waits_for(lambda text: "No session yet." in text)
        terminal.types("q")
        assert terminal.ends() == 0
