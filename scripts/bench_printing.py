"""The tables of the command line for `make bench`: what printing ten thousand rows costs, beside
the same as JSON.

Processor time of whole processes, the best of some: what is printed must not cost more than twice
what is said as data.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROUNDS = 3
WORD = "payback"
COMMANDS = (("list",), ("actions",), ("due",), ("people",), ("search", WORD))
WIDE = "100"  # columns: a pipe's lines are whole, a terminal's are measured, cut and broken

Measured = tuple[str, float, float]  # what, printed, as JSON


def printed(folder: Path, environment: dict[str, str], say: Callable[[str], None]) -> Iterator[Measured]:
    """Milliseconds of each command over these sessions, into a pipe and for a terminal's columns,
    and with --json.
    """
    whole = {key: value for key, value in environment.items() if key != "COLUMNS"}
    command = [sys.executable, "-m", "session_tui", "--sessions", str(folder)]
    _processor([*command, "list", "--limit", "1"], whole)  # the index is up to date from here on
    for words in COMMANDS:
        say(f"printing {' '.join(words)}")
        name, data = " ".join(words), _best([*command, *words, "--json"], whole)
        yield f"{name} into a pipe (`--json`)", _best([*command, *words], whole), data
        yield f"{name} in {WIDE} columns (`--json`)", _best([*command, *words], whole | {"COLUMNS": WIDE}), data


def _best(command: list[str], environment: dict[str, str]) -> float:
    return min(_processor(command, environment) for _ in range(ROUNDS))


def _processor(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds of processor, the system's included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(os.devnull).open("wb") as nowhere:
        subprocess.run(command, env=environment, check=True, stdout=nowhere, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3
