"""Covers: forking.

A forked process prints and writes the same as a newly started one, so tests may use either.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import forking

pytestmark = pytest.mark.skipif(not forking.FORKS, reason="this system cannot fork")

TRIED = {
    "a command": ["-m", "session_tui", "list"],
    "what is not a command": ["-m", "session_tui", "lst"],
    "a sentence at the end": ["-c", "import sys; sys.exit('what is wrong')"],
    "a status": ["-c", "import sys; print('half'); sys.exit(7)"],
    "no status": ["-c", "print('ünï')"],
    "a traceback": ["-c", "raise ValueError('no')"],
    "what is done at the end": ["-c", "import atexit; atexit.register(print, 'last')"],
    "a thread that is still working": [
        "-c", "import threading, time; threading.Thread(target=lambda: (time.sleep(0.05), print('late'))).start()",
    ],
    "where and with what": ["-c", "import os, sys; print(os.getcwd(), sys.argv, os.environ['ONLY'], sys.stdin.read())"],
    "killed": ["-c", "import os; print('x', flush=True); os.kill(os.getpid(), 9)"],
}  # fmt: skip


def there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("arguments", TRIED.values(), ids=TRIED)
def test_it_ends_as_a_fresh_one_does(tmp_path: Path, arguments: list[str]) -> None:
    home = {"HOME": str(tmp_path), "SESSION_TUI_STATE": str(tmp_path / "state"), "ONLY": "here", "PYTHONUTF8": "1"}
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **home}
    (tmp_path / "sessions").mkdir()
    fresh = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, env=known, input="typed", capture_output=True, encoding="utf-8"
    )
    forked = forking.run(arguments, cwd=tmp_path, env=known, input="typed")
    last = [(done.stderr.splitlines() or [""])[-1] for done in (forked, fresh)]  # of a traceback: what it was
    assert (forked.returncode, forked.stdout, last[0]) == (fresh.returncode, fresh.stdout, last[1])


IN_A_TERMINAL = """
import os, signal, sys
own = (os.getsid(0) == os.getpid(), os.tcgetpgrp(0) == os.getpgrp())
with open("/dev/tty", "w") as terminal:
    print(own, [os.isatty(each) for each in range(3)], os.get_terminal_size(0), file=terminal)
print([str(signal.getsignal(each)) for each in (1, 15, 17, 28)], sys.stdout.line_buffering, sys.argv)
print(sys.stdin.encoding, sys.stdout.encoding, os.environ["TERM"], input("name? "), sys.stdin.readline())
sys.exit("what is wrong")
"""


def test_in_a_terminal_it_is_as_a_fresh_one(tmp_path: Path) -> None:
    terminal = pytest.importorskip("terminal", reason="this system has no pseudo-terminals")
    ended = {}
    for forked in (True, False):
        running = terminal.Terminal([sys.executable, "-c", IN_A_TERMINAL, "x"], 71, 19, cwd=tmp_path, forked=forked)
        try:
            running.waits_for(lambda text: "name?" in text)
            running.types("Ruth\rVale\r")
            ended[forked] = (running.ends(), running.text)
        finally:
            running.close()
    assert ended[True] == ended[False]
    assert ended[True][0] == 1 and "(True, True) [True, True, True]" in ended[True][1]
    assert "columns=71, lines=19" in ended[True][1] and "what is wrong" in ended[True][1]


def test_a_window_that_is_closed_ends_it(tmp_path: Path) -> None:
    terminal = pytest.importorskip("terminal", reason="this system has no pseudo-terminals")
    code = "import time; print('here', flush=True); time.sleep(60)"
    running = terminal.Terminal([sys.executable, "-c", code], cwd=tmp_path, forked=True)
    running.waits_for(lambda text: "here" in text)
    os.close(running.fd)
    running.fd = os.open(os.devnull, os.O_RDWR)
    assert running.ends() == -signal.SIGHUP
    running.close()


@pytest.mark.parametrize("name", ["PYTHONHASHSEED", "LD_PRELOAD", "TEXTUAL_THEME"])
def test_what_is_read_at_the_start_wants_a_fresh_one(name: str) -> None:
    assert forking.can_fork({"HOME": "/", "PYTHONPATH": "src"}) and not forking.can_fork({name: "1"})


def test_two_that_run_know_nothing_of_each_other(tmp_path: Path) -> None:
    known = {"PYTHONUTF8": "1"}
    code = "import random, session_tui.model.session as m; print(hasattr(m, 'left'), random.random()); m.left = 1"
    first, second = (forking.run(["-c", code], cwd=tmp_path, env=known).stdout for _ in range(2))
    assert first.startswith("False") and second.startswith("False") and first != second


def test_one_that_ended_unheard_is_there_to_be_killed_until_it_is_let_go(tmp_path: Path) -> None:
    streams = [os.open(os.devnull, os.O_RDWR)] * 3
    process = forking.ForkedProcess(["-c", "raise SystemExit(3)"], tmp_path, {"PYTHONUTF8": "1"}, streams)
    os.close(streams[0])
    end = time.monotonic() + 20
    while select.select([process._connection], [], [], 0) == ([], [], []):
        assert time.monotonic() < end, "it does not end"
    assert there(process.pid)  # so its number belongs to no other process
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(20) == 3
    gone(process.pid)


def gone(pid: int) -> None:
    """Wait until a process is not there any more."""
    end, tick = time.monotonic() + 20, threading.Event()
    while there(pid):
        assert time.monotonic() < end, "it goes on"
        tick.wait(0.005)


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    with pytest.raises(subprocess.TimeoutExpired):
        forking.run(["-c", code], cwd=tmp_path, env={"PYTHONUTF8": "1"}, timeout=2)
    gone(int((tmp_path / "pid").read_text()))
