"""Covers: the curtain in a real terminal.

After the curtain nothing that it covers is in what the terminal is sent, through a crash too.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from terminal import Terminal

TOP = Path(__file__).parents[2]

COVERED = (
    "Bad debts",
    "hates us",
    "Secret note",
    "enemy",
    "mentor",
    "▮▮▮▮▮",
    "Map red",
    "nobody",
    "Nobody has",
    "in depth",
)


@contextmanager
def program(home: Path, *arguments: str) -> Iterator[Terminal]:
    own = {"SESSION_TUI_STATE": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
    environment = {**os.environ, **own, "PYTHONPATH": str(TOP / "src")}
    command = [sys.executable, "-m", "session_tui", "--sessions", str(home / "sessions"), *arguments]
    terminal = Terminal(command, 160, 40, environment, home, forked=True)
    try:
        yield terminal
    finally:
        terminal.close()


def test_after_the_curtain_nothing_that_it_covers_is_sent_to_the_terminal(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme Freight", "--attendee", "Ben Okafor") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types('Ruth Vale, CFO role:app !5 -- cov:in_depth pain:"Bad debts" note:"hates us"\r')
        terminal.waits_for(lambda text: "added s1" in text)
        terminal.types("n> Secret note\r")
        terminal.waits_for(lambda text: "added n1" in text and "enemy" in text and "● saved" in text)
        terminal.types("\x1b[17~")  # f6
        terminal.waits_for(lambda text: "▒ curtain" in text and "enemy" not in text)
        terminal.rests(0.3)
        terminal.written.clear()
        terminal.types("Mia Tran, COO ++ !4\r")
        terminal.waits_for(lambda text: "s2 added" in text and "● saved" in text)
        for keys in ("\x0c", "\x0c", "\x0c", "\x0c", "\x0f", "\x0e", "\x12", "*n1 remove\r", "\x1a"):
            terminal.types(keys)  # ^l, ^o, ^n, ^r, an entry removed, and back
            terminal.rests(0.15)
        for line in ("/health", "/since", "/comments", "/enemies", "/edit s1"):
            terminal.types(f"{line}\r")
            terminal.waits_for(lambda text: "Not now:" in text)
        terminal.types("half typed")
        terminal.waits_for(lambda text: "❯ half typed" in text)
        terminal.rests(0.3)
        assert not _seen(terminal.written)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    with program(tmp_path, "resume") as terminal:
        terminal.waits_for(lambda text: "❯ half typed" in text and "▒ curtain" in text and "Ruth Vale" in text)
        terminal.rests(0.5)
        assert not _seen(terminal.written)
        terminal.types("\x1b[17~")
        terminal.waits_for(lambda text: "enemy" in text and "▒ curtain" not in text)


def _seen(written: bytearray) -> list[str]:
    return [words for words in COVERED if words.encode() in written]
