"""Covers: session_tui.cli.streams.

What is piped is UTF-8 on every system, documents are bytes, and a reader who has gone is no internal error.
"""

import io
import os
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path
from typing import Any

import click
import pytest

from cli.test_commands import TOP, Shell, shell
from program import Program, program
from session_tui.cli import status

__all__ = ["program", "shell"]

SAMPLES = TOP / "sessions"
COMMANDS = (
    ("list",), ("list", "--json"), ("list", "--csv"), ("show", "latest"), ("show", "latest", "--markdown"), ("due",),
    ("actions",), ("beliefs", "Acme Freight"), ("history", "Acme Freight"), ("stats",), ("map", "latest"),
    ("map", "latest", "-o", "-"), ("brief", "Acme Freight"), ("export", "latest", "-o", "-"),
    ("export-schema", "session"), ("doctor",), ("--help",), ("people",), ("value",),
)  # fmt: skip


@pytest.fixture
def samples(program: Program) -> Program:
    for path in SAMPLES.glob("*.toml"):
        (program.sessions / path.name).write_bytes(path.read_bytes())
    return program


class Broken(io.RawIOBase):
    """A standard output that answers with an error of the system."""

    def __init__(self, number: int, place: int) -> None:
        self.number, self.place = number, place

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.place

    def write(self, content: Any) -> int:
        if self.number:
            raise OSError(self.number, os.strerror(self.number))
        return len(memoryview(content))


def answer(monkeypatch: pytest.MonkeyPatch, number: int, tmp_path: Path, *command: str) -> int:
    # A descriptor of its own, which the program lets go of as it does of descriptor 1.
    raw = Broken(number, os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY))
    stream = io.TextIOWrapper(io.BufferedWriter(raw, 1), encoding="utf-8", write_through=True)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        done = status(list(command))
    raw.number = 0  # what is buffered goes when the stream is collected
    return done


@pytest.mark.parametrize("number", [32, 22])  # EPIPE; EINVAL, as Windows says it
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_who_has_gone_is_silence(
    samples: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    command: tuple[str, ...], number: int,
) -> None:  # fmt: skip
    assert answer(monkeypatch, number, tmp_path, *command) == 0
    told = capsys.readouterr().err
    assert "session-tui:" not in told and "should not" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_the_output_is_a_sentence(
    samples: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    command: tuple[str, ...],
) -> None:  # fmt: skip
    assert answer(monkeypatch, 28, tmp_path, *command) == 1
    assert "standard output: the disk is full" in capsys.readouterr().err
    assert not list(samples.home.rglob("last-error.txt"))


def test_an_error_of_another_file_is_not_taken_for_one_of_the_output(
    samples: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from session_tui.cli import doctor

    def full(name: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor, "export_schema", full)
    monkeypatch.setitem(doctor.COMMANDS, "export-schema", click.command()(lambda: full("")))
    assert status(["export-schema"]) == 1
    assert "should not have happened" in capsys.readouterr().err


def test_a_pipe_is_utf_8_and_a_document_is_the_bytes_of_the_file(shell: Shell) -> None:
    for path in SAMPLES.glob("*.toml"):
        (shell.sessions / path.name).write_bytes(path.read_bytes())
    windows = {**shell.environment, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}

    def piped(*command: str) -> bytes:
        line = [sys.executable, "-m", "session_tui", *command]
        done = subprocess.run(line, cwd=shell.home, env=windows, capture_output=True, check=True, timeout=60)
        return done.stdout

    picture = piped("map", "latest", "-o", "-")
    xml.dom.minidom.parseString(picture)
    assert b"\\u" not in picture
    shell.run("map", "latest", "-o", "m.svg")
    assert (shell.home / "m.svg").read_bytes() == picture
    for command in (("show", "latest", "--markdown"), ("beliefs", "Acme Freight"), ("history", "Acme Freight")):
        text = piped(*command).decode("utf-8")
        assert "\\u" not in text and not text.isascii(), command


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full disk at hand")  # noqa: PTH110
def test_a_real_full_disk_and_a_real_head(shell: Shell) -> None:
    (shell.sessions / "x").mkdir()
    for command, said in ((f"{sys.executable} -m session_tui list --json > /dev/full", "the disk is full"),
                          (f"{sys.executable} -m session_tui list --json 2> /dev/full | head -c 1", "")):  # fmt: skip
        line = ["sh", "-c", command]
        done = subprocess.run(line, cwd=shell.home, env=shell.environment, capture_output=True, text=True, timeout=60)
        assert said in done.stderr and "should not" not in done.stderr and "Exception" not in done.stderr
