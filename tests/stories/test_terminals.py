"""Covers: session_tui.tui.driver in the terminals that were tried.

Each tested terminal with its keys and colours, through tmux, and with delays.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_tui.model.session import Session
from session_tui.store import session_file

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from terminal import Terminal

TOP = Path(__file__).parents[2]
# What the keys left, end, f1 and escape send; ⏎ is 0d everywhere but where kitty's protocol is on.
KEYS = {
    "xterm-256color": ("\x1b[D", "\x1b[F", "\x1bOP", "\x1b", "\r"),
    "xterm": ("\x1bOD", "\x1bOF", "\x1b[11~", "\x1b", "\r"),
    "linux": ("\x1b[D", "\x1b[4~", "\x1b[[A", "\x1b", "\r"),
    "rxvt-unicode": ("\x1b[D", "\x1b[8~", "\x1b[11~", "\x1b", "\r"),
    "tmux-256color": ("\x1bOD", "\x1b[4~", "\x1bOP", "\x1b", "\r"),
    "xterm-kitty": ("\x1b[D", "\x1b[F", "\x1b[P", "\x1b[27u", "\x1b[13u"),
}


@contextmanager
def program(home: Path, term: str) -> Iterator[Terminal]:
    own = {"SESSION_TUI_STATE": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
    environment = {**os.environ, **own, "PYTHONPATH": str(TOP / "src")}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "session_tui", "--sessions", str(home / "sessions"), "run", "North"]
    line = f'unset COLORTERM; export TERM={term}; exec "$@"'
    terminal = Terminal(["bash", "-c", line, "bash", *command], 80, 24, environment, home)
    try:
        yield terminal
    finally:
        terminal.close()


def session(home: Path) -> Session:
    (path,) = (home / "sessions").glob("*.toml")
    return session_file.read(path.read_bytes()).session


@pytest.mark.parametrize("term", KEYS)
def test_the_keys_and_colours_of_each_terminal(tmp_path: Path, term: str) -> None:
    left, end, f1, escape, enter = KEYS[term]
    with program(tmp_path, term) as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        if term == "xterm-kitty":
            assert b"\x1b[?u" in bytes(terminal.written)
            terminal.types("\x1b[?29u")
        terminal.types(f"An Lee{left * 4}n{end}{f1}")
        terminal.waits_for(lambda text: "A session in six lines" in text)
        terminal.types(escape)
        terminal.waits_for(lambda text: "adds s1  Ann Lee" in text)
        terminal.types(enter)
        terminal.waits_for(lambda text: "added s1  Ann Lee" in text and "● saved" in text)
        if term in ("xterm", "linux", "rxvt-unicode"):
            assert b"38;2;" not in bytes(terminal.written)
    assert [each.name for each in session(tmp_path).stakeholders] == ["Ann Lee"]


def test_what_is_typed_over_a_slow_line_is_what_is_saved(tmp_path: Path) -> None:
    rng = random.Random(7)
    typed = "Zoë 東京\x1b[D\x1b[D\x1b[D\x1b[DX\x1b[F, CFO\r\x1b[200~Ann Lee\x1b[201~\x1b[H\x1b[3~A\r".encode()
    with program(tmp_path, "xterm-256color") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        at = 0
        while at < len(typed):
            size = rng.choice((1, 1, 2, 3, 7))
            os.write(terminal.fd, typed[at : at + size])
            at += size
            terminal.rests(rng.choice((0.0, 0.01, 0.15)), 0.15)
        terminal.waits_for(lambda text: "added s2  Ann Lee" in text and "● saved" in text)
    assert [(each.name, each.title) for each in session(tmp_path).stakeholders] == [
        ("ZoXë 東京", "CFO"),
        ("Ann Lee", ""),
    ]


def test_text_stays_as_it_was_typed_and_pasted_in_one_line_or_many(tmp_path: Path) -> None:
    names = ["می\u200cروم", "ශ්\u200dරී", "👩\u200d💻 Team", "東京\u3000太郎", "new sign \U0001faea"]
    with program(tmp_path, "xterm-256color") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        for name in names:
            terminal.types(f"{name}\r\x1b[200~s{name}\u200b\x1b[201~\r")
        listed = "\n".join(f"m{name}\u2060" for name in names)
        terminal.types(f"\x1b[200~{listed}\x1b[201~\r")
        terminal.waits_for(lambda text: "s15" in text and "● saved" in text)
        os.write(terminal.fd, b"\x1b[200~Zo\xeb Vale\x1b[201~")
        terminal.waits_for(lambda text: "1 byte was no UTF-8 text and left out" in text)
        terminal.types("\r")
        terminal.waits_for(lambda text: "s16  Zo Vale" in text and "● saved" in text)
    stored = [each.name for each in session(tmp_path).stakeholders]
    assert stored[:10:2] == names
    assert stored[1:10:2] == [f"s{name}" for name in names]
    assert stored[10:] == [*(f"m{name}" for name in names), "Zo Vale"]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_session_in_tmux(tmp_path: Path) -> None:
    server = f"session-tui-{os.getpid()}"
    environment = {**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONPATH": str(TOP / "src")}
    environment |= {"SESSION_TUI_STATE": str(tmp_path / "state"), "TERM": "xterm-256color"}

    def tmux(*arguments: str) -> str:
        line = ["tmux", "-L", server, "-f", "/dev/null", *arguments]
        return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=10, check=False).stdout

    def waits_for(true: Callable[[str], bool]) -> None:
        end = time.perf_counter() + 30
        while not true(shown := tmux("capture-pane", "-p")):
            assert time.perf_counter() < end, shown
            time.sleep(0.05)

    def rests() -> None:
        """Wait until the screen stays: the last one drops keys typed before it is there."""
        shown, end = "", time.perf_counter() + 30
        while shown != (shown := tmux("capture-pane", "-p")):
            assert time.perf_counter() < end, shown
            time.sleep(0.2)

    run = f"{sys.executable} -m session_tui --sessions {tmp_path}/sessions run North; echo status $?; exec cat"
    try:
        tmux("new-session", "-d", "-x", "100", "-y", "30", run)
        waits_for(lambda text: "● saved" in text and "❯" in text)
        tmux("send-keys", "-l", "An Leee")
        tmux("send-keys", "BSpace", "Left", "Left", "Left", "Left", "n", "End", "Enter")
        waits_for(lambda text: "added s1  Ann Lee" in text)
        tmux("set-buffer", "Bob Ray\nCid Fox\n")
        tmux("paste-buffer", "-p")
        waits_for(lambda text: "2 pasted lines" in text)
        tmux("send-keys", "Enter")
        waits_for(lambda text: "2 pasted lines" not in text and "Cid Fox" in text)
        tmux("resize-window", "-x", "80", "-y", "24")
        tmux("send-keys", "C-q")
        waits_for(lambda text: "Leave this session?" in text)
        tmux("send-keys", "Escape")
        waits_for(lambda text: "Leave this session?" not in text)
        tmux("send-keys", "-l", "/end hold later")
        tmux("send-keys", "Enter")
        waits_for(lambda text: "What now" in text)
        rests()
        tmux("send-keys", "-l", "/leave")
        tmux("send-keys", "Enter")
        waits_for(lambda text: "Held." in text and "status 0" in text)
    finally:
        tmux("kill-server")
    assert [each.name for each in session(tmp_path).stakeholders] == ["Ann Lee", "Bob Ray", "Cid Fox"]
