"""Covers: a disk that does not answer, on every face.

What the screens, the prompts and the commands show while the disk does not answer.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import EXAMPLE
from session_tui.store import session_file

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the silent disk is not shown here")

from stories.test_real_terminal import TOP, program
from terminal import Terminal

pytestmark = pytest.mark.slow

HANGING = TOP / "tests" / "hanging_disk.py"


def names(path: Path) -> list[str]:
    return [person.name for person in session_file.read(path.read_bytes()).session.stakeholders]


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Path]:
    """The file that makes the disk of the sessions hang."""
    path = tmp_path / "hung"
    yield path
    path.unlink(missing_ok=True)


def held(home: Path, hung: Path, columns: int = 80, rows: int = 24):  # type: ignore[no-untyped-def]
    """A live session on the full screen, on a disk that can hang."""
    code = (str(HANGING), str(home / "sessions"), str(hung))
    return program(home, "run", "Acme Freight", columns=columns, rows=rows, code=code)


def only(home: Path) -> Path:
    (path,) = (home / "sessions").glob("*.toml")
    return path


def typed_on_a_hung_disk(terminal: Terminal, hung: Path) -> None:
    terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
    terminal.types("Ruth Vale, CFO !5\r")
    terminal.waits_for(lambda text: "added s1" in text and "● saved" in text)
    hung.touch()
    terminal.types("Mia Tran, COO ++\r")
    terminal.waits_for(lambda text: "▲ not saved" in text)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_the_screen_says_it_and_another_folder_has_everything(
    tmp_path: Path, hung: Path, columns: int, rows: int
) -> None:
    """Over three seconds, since a disk may take that long before the program reports it."""
    (tmp_path / "stick").mkdir()
    with held(tmp_path, hung, columns, rows) as terminal:
        typed_on_a_hung_disk(terminal, hung)
        terminal.waits_for(
            lambda text: "▲ The disk does not answer. Kept here; /elsewhere FOLDER saves it there." in text
        )
        typed = time.perf_counter()
        terminal.types("Otto Hall")
        shown = terminal.waits_for(lambda text: "adds s3  Otto Hall" in text)
        assert shown - typed < 1, "typing never waits"
        terminal.types("\r")
        terminal.waits_for(lambda text: "added s3" in text)
        terminal.types(f"/elsewhere {tmp_path / 'stick'}\r")
        terminal.waits_for(lambda text: "● saved" in text and "does not answer" not in text)
        (there,) = (tmp_path / "stick").glob("*.toml")
        assert names(there) == ["Ruth Vale", "Mia Tran", "Otto Hall"]
        hung.unlink()
        terminal.waits_for(lambda text: "answered after all" in text)
        terminal.types("/leave now\r")
        terminal.waits_for(lambda text: "Left live" in text)
        assert terminal.ends() == 0
    assert names(only(tmp_path)) == ["Ruth Vale", "Mia Tran"]


def test_it_is_left_knowingly_within_seconds(tmp_path: Path, hung: Path) -> None:
    """Over three seconds, since a disk may take that long before the program reports it."""
    with held(tmp_path, hung) as terminal:
        typed_on_a_hung_disk(terminal, hung)
        terminal.types("\x11")
        terminal.waits_for(lambda text: "Not everything is on disk" in text and "leave without it" in text)
        terminal.types("x")
        began = time.perf_counter()
        assert terminal.ends(10) == 1
        assert time.perf_counter() - began < 5
        said = bytes(terminal.written).decode()
        assert "not on disk" in said
        assert "s2 Mia Tran" in said
        assert "the disk does not answer" in said
    hung.unlink()
    assert names(only(tmp_path)) == ["Ruth Vale"]


def test_a_prepared_one_is_left_knowingly_too(tmp_path: Path, hung: Path) -> None:
    """Over three seconds, the time until a report, and five more until leaving is refused."""
    code = (str(HANGING), str(tmp_path / "sessions"), str(hung))
    with program(tmp_path, "prepare", "Acme Freight", code=code) as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "Attendees" in text)
        hung.touch()
        terminal.types("Ben Okafor:account owner\r")
        terminal.waits_for(lambda text: "▲ The disk does not answer. What is entered is kept here." in text)
        terminal.types("\x1b")
        terminal.waits_for(
            lambda text: "Not left: the disk does not answer. ctrl+x leaves without what is not saved." in text
        )
        terminal.types("\x18")
        assert terminal.ends(10) == 1
        assert "not on disk" in bytes(terminal.written).decode()


class Lines:
    """The session line by line, its answers one after the other."""

    def __init__(self, home: Path, hung: Path) -> None:
        self.began = time.perf_counter()
        command = [sys.executable, str(HANGING), str(home / "sessions"), str(hung)]
        self.process = subprocess.Popen(
            [*command, "--sessions", str(home / "sessions"), "run", "Acme Freight", "--plain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=home,
            env={**os.environ, "SESSION_TUI_STATE": str(home / "state"), "PYTHONPATH": str(TOP / "src")},
        )

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def says(self, words: str) -> str:
        """Everything up to the line with these words."""
        assert self.process.stdout is not None
        found = ""
        for line in self.process.stdout:
            found += line
            if words in line:
                return found
        raise AssertionError(f"never said: {words}\n{found}")


def test_line_by_line_added_is_said_when_it_is_on_disk(tmp_path: Path, hung: Path) -> None:
    """Over three seconds, since a disk may take that long before the program reports it."""
    lines = Lines(tmp_path, hung)
    try:
        lines.types("s> Ruth Vale, CFO")
        lines.says("added s1")
        assert names(only(tmp_path)) == ["Ruth Vale"]
        hung.touch()
        lines.types("s> Mia Tran, COO")
        assert "Not on disk yet: added s2" in lines.says("s2")
        hung.unlink()
        lines.says("On disk now: the change before this line.")
        assert names(only(tmp_path)) == ["Ruth Vale", "Mia Tran"]
        lines.types("/leave")
        lines.says("Left live")
        assert lines.process.wait(10) == 0
    finally:
        lines.process.kill()
    assert lines.process.stderr is not None
    assert "Not saved: " in lines.process.stderr.read()


def test_whatever_waits_for_a_silent_disk_ends_in_its_time(tmp_path: Path, hung: Path) -> None:
    """Takes over ten seconds, the wait of a command and of the prompts' end; both run at once."""
    lines = Lines(tmp_path, hung)
    with contextlib.ExitStack() as ended:
        ended.callback(lines.process.kill)
        lines.types("s> Ruth Vale, CFO")
        lines.says("added s1")
        example = tmp_path / "sessions" / EXAMPLE.name
        example.write_bytes(EXAMPLE.read_bytes())
        environment = {**os.environ, "SESSION_TUI_STATE": str(tmp_path / "state"), "PYTHONPATH": str(TOP / "src")}
        hung.touch()
        lines.types("s> Mia Tran, COO")
        began = time.perf_counter()
        command = [sys.executable, str(HANGING), str(tmp_path / "sessions"), str(hung)]
        done = subprocess.Popen(
            [*command, "--sessions", str(example.parent), "done", "7k3q:t1", "they agreed"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment,
        )  # fmt: skip
        ended.callback(done.kill)
        _, said = lines.process.communicate(timeout=20)
        assert lines.process.returncode == 1
        assert "s2 Mia Tran" in said
        assert "not on disk" in said
        out, said = done.communicate(timeout=20)
        assert time.perf_counter() - began < 18
    assert (done.returncode, out) == (1, "")
    assert "the disk has not answered for 10 seconds" in said
    hung.unlink()
    assert example.read_bytes() == EXAMPLE.read_bytes()
