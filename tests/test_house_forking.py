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
