"""Covers: session_tui.store.clock in a real terminal.

The computer's clock is set while the program runs; the session's time goes on as real time.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_tui.store import session_file

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from terminal import Terminal

TOP = Path(__file__).parents[2]
LIBRARY = os.environ.get("FAKETIME_LIB") or str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), ""))

pytestmark = pytest.mark.skipif(not LIBRARY, reason="libfaketime, which sets the clock of one program, is not here")


class Computer:
    """Its clock on the wall can be set; the one that counts since it was started cannot."""

    def __init__(self, home: Path) -> None:
        self.home, self.offset = home, home / "offset"
        self.sets(0)

    def sets(self, seconds: int) -> None:
        """By so many seconds from the real time."""
        fresh = self.offset.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}")
        fresh.replace(self.offset)

    @contextmanager
    def runs(self, *arguments: str) -> Iterator[Terminal]:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
            "SESSION_TUI_STATE": str(self.home / "state"),
            "SESSION_TUI_BEHIND": "0",
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "PYTHONPATH": str(TOP / "src"),
            "LD_PRELOAD": LIBRARY,
            "FAKETIME_TIMESTAMP_FILE": str(self.offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        command = [sys.executable, "-m", "session_tui", "--sessions", str(self.home / "sessions"), *arguments]
        terminal = Terminal(command, 120, 30, environment, self.home)
        try:
            yield terminal
        finally:
            terminal.close()


def spent(text: str) -> int:
    """The running part's seconds on the rail; a busy machine may skip a second."""
    found = re.search(r"(\d+):(\d\d) of 10:00", text)
    return int(found[1]) * 60 + int(found[2]) if found else 0


def minutes_to_the_end(text: str) -> int:
    """By the screen's own words: when it ends, and what the clock on the wall says."""
    found = re.search(r"(\d\d):(\d\d) +ends (\d\d):(\d\d)", text)
    assert found, text
    now, ends = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return (ends - now) % 1440


def test_set_back_killed_and_set_forward_every_real_second_is_spent_once(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    launched = time.monotonic()  # the part begins between this moment and the first paint
    with computer.runs("run", "North") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        begun = time.monotonic()
        terminal.waits_for(lambda text: spent(text) >= 1)
        computer.sets(-3300)
        terminal.waits_for(lambda text: "The computer's clock was set back by 55 minutes;" in text)
        terminal.waits_for(lambda text: spent(text) >= 3)
        assert minutes_to_the_end(terminal.text) in (29, 30)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    computer.sets(7200)
    with computer.runs("resume") as terminal:
        terminal.waits_for(lambda text: "set forward by" in text and "❯" in text)
        assert minutes_to_the_end(terminal.text) in (29, 30)
        terminal.types("/next\r")
        least = time.monotonic() - begun
        terminal.waits_for(lambda text: "● saved" in text and "/next" not in text)
        most = time.monotonic() - launched
        terminal.types("/end hold later\r")
        terminal.leaves()
        assert terminal.ends() == 0
    (path,) = (tmp_path / "sessions").glob("*.toml")
    session = session_file.read(path.read_bytes()).session
    # A machine that is slow to start the program again was away for so long, which is no second
    # lost either.
    away = sum((each.until - each.at).total_seconds() for each in session.clock if each.event == "away" and each.until)
    assert least - 2 <= session.parts[0].spent_seconds + away <= most + 2
    assert [each.event for each in session.clock if each.event != "away"] == ["start", "part", "end"]
    assert abs((session.clock[0].wall_step or 0) - 7200) <= 1
