"""Commands of the team server killed at every step: before each call that opens, renames, links or
removes a file, `killed(job, folder)` leaves a folder as a kill at that moment leaves it.

Run as a program it is the process that forks for each moment: JOB FOLDER. A child ends by SIGKILL
at its moment; the first one that comes to its end is the last.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

SOURCE = Path(__file__).resolve().parent.parent / "src"
_EVENTS = frozenset(("open", "os.rename", "os.remove", "os.link", "os.truncate", "sqlite3.connect", "shutil.copyfile"))
_MOST = 200


def killed(job: str, folder: Path) -> list[Path]:
    """The folders, one a moment; the last one is of the job that was not killed."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"}
    command = [sys.executable, __file__, job, str(folder)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=120)
    return [Path(line) for line in done.stdout.splitlines()]


def _backup(folder: Path) -> None:
    from session_tui.server.operations import Place, make_backup

    make_backup(Place(folder / "data", "", _now, Random(3)), folder / "backup.db")


def _restore(folder: Path) -> None:
    from session_tui.server.operations import Place, restore_backup

    restore_backup(Place(folder / "data", "", _now, Random(3)), folder / "backup.db")


def _now() -> datetime:
    return datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


_JOBS: dict[str, Callable[[Path], None]] = {"backup": _backup, "restore": _restore}


def _child(job: Callable[[Path], None], folder: Path, last: int) -> None:
    counted = itertools.count(1)

    def called(event: str, arguments: tuple[object, ...]) -> None:
        if event in _EVENTS and str(folder) in str(arguments[0]) and next(counted) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(called)
    job(folder)


def _main(name: str, template: Path) -> None:
    import session_tui.server.operations  # noqa: F401 - loaded once, for all children

    for moment in range(1, _MOST):
        folder = template.with_name(f"{template.name}-{moment}")
        shutil.copytree(template, folder)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(_JOBS[name], folder, moment)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        print(folder, flush=True)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))
    sys.exit("it did not end")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
