"""Runs a command and is killed at a given sync, when a disk may hold half of its writes."""

import os
import signal
import sys

from session_tui.cli import status


def main(at: int, arguments: list[str]) -> int:
    """Stops by itself where it syncs fewer times."""
    real, times = os.fsync, 0

    def fsync(handle: int) -> None:
        nonlocal times
        times += 1
        if times == at:
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)

    os.fsync = fsync  # type: ignore[assignment]
    return status(arguments)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
