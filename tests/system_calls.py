"""A running process whose system calls fail or kill it, by strace."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE = 20.0  # seconds until strace holds all threads


@contextlib.contextmanager
def injected(process: int, log: Path, calls: str, what: str = "") -> Iterator[None]:
    """While the block runs these calls do something else: `error=ENOSPC`, or `signal=KILL:when=3`
    for the third one of a thread. With nothing said they are listed in `log` alone.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log.unlink(missing_ok=True)
    command = [strace, "-f", "-o", str(log), "-e", f"trace={calls}"]
    command += ["-e", f"inject={calls}:{what}"] if what else []
    tracing = subprocess.Popen([*command, "-p", str(process)], stderr=subprocess.PIPE)
    try:
        assert tracing.stderr is not None
        end = time.monotonic() + _PATIENCE
        while not _holds(process, tracing.pid):
            if tracing.poll() is not None:
                pytest.skip(f"strace may not look at other processes here: {tracing.stderr.read().decode()[:200]}")
            assert time.monotonic() < end
            time.sleep(0.01)
        yield
    finally:
        _end(tracing)


def _end(tracing: "subprocess.Popen[bytes]") -> None:
    """End strace; where all it held are killed it may wait for ever, and hold their ends up."""
    for each in (signal.SIGINT, signal.SIGKILL):
        if tracing.poll() is None:
            tracing.send_signal(each)
        with contextlib.suppress(subprocess.TimeoutExpired):
            tracing.communicate(timeout=0.3)
            return


def _holds(process: int, tracer: int) -> bool:
    """Whether the tracer holds every thread of the process."""
    tasks = Path(f"/proc/{process}/task")
    with contextlib.suppress(OSError):
        status = [(each / "status").read_text() for each in tasks.iterdir()]
        return bool(status) and all(f"TracerPid:\t{tracer}\n" in each for each in status)
    return False
