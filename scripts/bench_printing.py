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
ACCOUNT, PERSON, ACCENTED = "Galtier Seeds South", "Yara Brok", "Zoë Núñez"  # of the generated sessions
COMMANDS = (
    ("list",),
    ("actions",),
    ("due",),
    ("people",),
    ("search", WORD),
    ("brief", ACCOUNT),
    ("gate", ACCOUNT),
    ("beliefs",),
    ("stats",),
    ("value",),
    ("merge",),
    ("doctor",),
    ("person", PERSON),
    ("person", ACCENTED),
)
DAILY = frozenset(("list", "actions", "due", "people", "search", "brief", "gate", "merge", "doctor", "person"))
DONE_WITHIN = 3.0  # times `list --json`, for the commands of every day and `done`
CRM_LINES = 50_000
WIDE = "100"  # columns: a pipe's lines are whole, a terminal's are measured, cut and broken

Measured = tuple[str, float, float, float]  # what, its milliseconds, those of the other, allowed ratio


def printed(folder: Path, environment: dict[str, str], say: Callable[[str], None]) -> Iterator[Measured]:
    """Milliseconds of each command over these sessions, into a pipe and for a terminal's columns,
    and with --json.
    """
    whole = {key: value for key, value in environment.items() if key != "COLUMNS"}
    command = [sys.executable, "-m", "session_tui", "--sessions", str(folder)]
    listed = 0.0
    processor([*command, "list", "--limit", "1"], whole)  # the index is up to date from here on
    for words in COMMANDS:
        say(f"printing {' '.join(words)}")
        name, data = " ".join(words), _best([*command, *words, "--json"], whole)
        if words == ("list",):
            listed = data
        piped = _best([*command, *words], whole)
        yield f"{name} into a pipe (`--json`)", piped, data, 2.0
        yield f"{name} in {WIDE} columns (`--json`)", _best([*command, *words], whole | {"COLUMNS": WIDE}), data, 2.0
        if words[0] in DAILY:
            yield f"{name} into a pipe (`list --json`)", piped, listed, DONE_WITHIN
    say(f"printing due of {CRM_LINES:,} lines")
    lines = [*command, "due", "--pipeline", str(_crm_export(folder))]
    data = _best([*lines, "--json"], whole)
    yield f"due of a CRM's {CRM_LINES:,} lines into a pipe (`--json`)", _best(lines, whole), data, 2.0
    say("done")
    action = _an_action(folder)
    yield "done ACTION (`list --json`)", processor([*command, "done", action], whole), listed, DONE_WITHIN


def _crm_export(folder: Path) -> Path:
    """A CRM's export with many deals, beside the sessions."""
    path = folder.parent / "crm.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Account Name,Opportunity Name,Stage,Amount,Close Date,Opportunity Owner\n")
        file.writelines(
            f"Account {n % 20_000},Deal {n},Proposal,{n}.00,{n % 12 + 1}/{n % 28 + 1}/2027,Mei Tan\n"
            for n in range(CRM_LINES)
        )
    return path


def _an_action(folder: Path) -> str:
    """An open action of the newest session that has one."""
    for path in sorted(folder.glob("*.toml"), reverse=True):
        text = path.read_text(encoding="utf-8")
        for block in text.split("[[action_items]]")[1:]:
            if '\nstatus = "open"' in block.partition("[[")[0]:
                entry = block.partition('id = "')[2].partition('"')[0]
                return f"{path.stem}:{entry}"
    raise ValueError("no generated session has an open action")


def _best(command: list[str], environment: dict[str, str]) -> float:
    return min(processor(command, environment) for _ in range(ROUNDS))


def processor(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds of processor, the system's included; an exit status of 0, or 3 of `gate`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(os.devnull).open("wb") as nowhere:
        done = subprocess.run(command, env=environment, check=False, stdout=nowhere, stderr=subprocess.DEVNULL)
        if done.returncode not in (0, 3):
            raise subprocess.CalledProcessError(done.returncode, command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3
