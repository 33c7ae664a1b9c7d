"""Covers: following windows in a real terminal.

One window holds the session; what it does is in the presenter's, and what its curtain covers is in
no byte that the presenter's window writes.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from terminal import Terminal

TOP = Path(__file__).parents[2]
F6 = "\x1b[17~"
SOON = 1.0  # seconds until what is readable in one window is so in the other
CURTAIN_SOON = 0.2
SHARE = 0.02  # of a core, the most that a following window takes


@contextmanager
def window(home: Path, *arguments: str, columns: int = 150, rows: int = 36) -> Iterator[Terminal]:
    environment = {
        **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
        "SESSION_TUI_STATE": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": str(TOP / "src"),
    }
    command = [sys.executable, "-m", "session_tui", "--sessions", str(home / "sessions"), *arguments]
    terminal = Terminal(command, columns, rows, environment, home, forked=True)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Terminal]:
    """The facilitator's window."""
    with window(tmp_path, "run", "Acme Freight") as first:
        first.waits_for(lambda text: "● saved" in text and "❯" in text)
        yield first


def enters(first: Terminal, line: str, words: str) -> float:
    """When the line is in the file."""
    first.types(f"{line}\r")
    return first.waits_for(lambda text: words in text and "● saved" in text)


def draws(first: Terminal, second: Terminal) -> float:
    """How long the curtain takes from the key to the other window."""
    began = time.perf_counter()
    first.types(F6)
    second.waits_for(lambda text: "▒ curtain" in text)
    took = time.perf_counter() - began
    first.rests(0.2)
    return took


def opens(first: Terminal, second: Terminal) -> None:
    first.types(F6)
    second.waits_for(lambda text: "◉ following" in text and "▒ curtain" not in text)
    first.rests(0.2)


def test_what_the_first_does_is_on_the_second_and_what_the_curtain_covers_is_in_no_byte(
    tmp_path: Path, first: Terminal
) -> None:
    with window(tmp_path, "present") as second:
        second.waits_for(lambda text: "◉ following" in text and "▒ curtain" not in text)
        done = enters(first, 'Ruth Vale, CFO !5 ++ pain:"kummerzahl"', "added s1")
        assert second.waits_for(lambda text: "Ruth Vale, CFO" in text) - done < SOON
        second.waits_for(lambda text: "kummerzahl" in text and "++ mentor" in text)
        assert b"kummerzahl" in second.written, "the check of the bytes below finds what is shown"
        first.types("halbzeile")
        first.waits_for(lambda text: "adds s2  halbzeile" in text)
        first.types("\x15")  # and takes it back
        draws(first, second)
        after = len(second.written)
        enters(first, 'Mia Tran, COO !4 -- pain:"sorgenfalte" note:"randbemerkung" cov:brief', "s2 added")
        second.waits_for(lambda text: "Mia Tran, COO" in text)
        enters(first, '*s1 pain:"kummerzahl zwei" -', "s1 changed")
        second.types("m")
        second.waits_for(lambda text: "Mia Tran" in text and "╭" in text)
        second.types("c")
        second.waits_for(lambda text: "No open action item." in text)
        second.types("t")
        first.types("\x0e")
        second.waits_for(lambda text: "▶ Assumptions" in text)
        enters(first, "The budget is approved !5 @ben", "a1 added")
        second.waits_for(lambda text: "The budget is approved" in text)
        first.types("\x14")
        second.waits_for(lambda text: "paused" in text)
        second.rests(0.6)
        written = bytes(second.written)[after:]
        for covered in (b"kummerzahl", b"sorgenfalte", b"randbemerkung", b"mentor", b"enemy", b"non-supporter"):
            assert covered not in written, covered
        assert b"halbzeile" not in second.written, "what is half-typed belongs to one window"
        first.types('/end pursue "All in"\r')
        second.waits_for(lambda text: "■ ended" in text and "No open action item." in text)
        second.types("q")
        assert second.ends() == 0


def test_the_curtain_is_drawn_on_the_second_at_once(tmp_path: Path, first: Terminal) -> None:
    with window(tmp_path, "present", columns=100, rows=30) as second:
        second.waits_for(lambda text: "◉ following" in text and "▒ curtain" not in text)
        times: list[float] = []
        while not times or (min(times) >= CURTAIN_SOON and len(times) < 8):  # a busy machine is no reason to fail
            times.append(draws(first, second))
            opens(first, second)
        assert min(times) < CURTAIN_SOON, times


def test_a_window_that_only_reads_follows_and_has_the_time_of_the_first(tmp_path: Path, first: Terminal) -> None:
    with window(tmp_path, "resume") as second:
        second.waits_for(lambda text: "◉ following · read only" in text)
        first.types("halbzeile")
        first.waits_for(lambda text: "adds s1  halbzeile" in text)
        first.types("\x15")
        enters(first, "Ruth Vale, CFO", "added s1")
        second.waits_for(lambda text: "▸ s1  Ruth Vale, CFO" in text)
        first.types("\x0e")
        second.waits_for(lambda text: "▶ Assumptions" in text)
        first.types("\x14")
        second.waits_for(lambda text: "paused" in text)
        first.rests(0.3)
        clocks = [re.search(r"▶ Assumptions +(\S+) of", each.text) for each in (first, second)]
        assert clocks[0] and clocks[1] and clocks[0][1] == clocks[1][1]
        first.types("/end hold later\r")
        second.waits_for(lambda text: "■ ended" in text)
        assert b"halbzeile" not in second.written


def test_two_presenters_show_the_same_and_a_tiny_one_shows_the_time_and_a_sentence(
    tmp_path: Path, first: Terminal
) -> None:
    with (
        window(tmp_path, "present", columns=200, rows=60) as second,
        window(tmp_path, "present", columns=20, rows=5) as third,
    ):
        third.waits_for(lambda text: "Too small for" in text and re.search(r"\d:\d\d", text) is not None)
        enters(first, "Ruth Vale, CFO", "added s1")
        second.waits_for(lambda text: "Ruth Vale, CFO" in text and "████████████" in text)
        first.types("/leave now\r")
        assert first.ends() == 0
        for each in (second, third):
            each.types("q")
            assert each.ends() == 0


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="no /proc to read the used time from")
@pytest.mark.parametrize("command", ["present", "resume"])
def test_a_following_window_takes_less_than_two_percent_of_a_core(
    tmp_path: Path, first: Terminal, command: str
) -> None:
    def used() -> float:
        tasks = Path(f"/proc/{second.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in tasks) / 1e9

    enters(first, "Ruth Vale, CFO !5 ++", "added s1")
    with window(tmp_path, command, columns=120) as second:
        second.waits_for(lambda text: "◉ following" in text)
        shares: list[float] = []
        while not shares or (min(shares) >= SHARE and len(shares) < 4):
            second.rests(1.5, 1.5)  # what is loaded after the first paint is no part of following
            before, began = used(), time.perf_counter()
            while time.perf_counter() - began < 3:
                second.rests(0.5, 0.5)
            shares.append((used() - before) / (time.perf_counter() - began))
        assert min(shares) < SHARE, shares
