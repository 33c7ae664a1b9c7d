"""What any one file can do to the others: mutated inputs over every kind of file, and how time
grows with a file.

Part of `make bench`. As a program of its own it tries the inputs of a range, and prints what came
of them as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(TOP / "src"), str(TOP / "tests")]

from hostile import BAD, World, ask, session  # noqa: E402 - the path has to be set first
from session_tui.model.fault import Fault  # noqa: E402
from session_tui.store.errors import StoreError  # noqa: E402
from session_tui.store.plans import files, markdown  # noqa: E402

INPUTS = 100_000
EVERY = 20  # inputs, one of which is asked a command as well
FIRST = 2_000  # after so many the memory is compared with that at the end
SLOWEST = 5_000.0  # ms for one input and one command, on a busy machine
PEOPLE = 1_500  # and twice as many
ACTIONS = 2_500
LINES = 10_000
GROWTH = 2.9  # twice as much may take twice as long, and what caches cost; the square of it would take four times
ROUNDS = 5

COMMANDS = (("validate", f"sessions/{BAD}.toml"), ("show", BAD), ("history", "Bad Ltd"), ("brief", "Bad Ltd"))

Measured = tuple[str, float, float, float]  # what, ours, the limit's own figure, the ratio allowed


def hostile(say: Callable[[str], None]) -> Iterator[Measured | str]:
    """All inputs, shared among the processors; every one of them that was not foreseen is told
    with its seed.
    """
    cores = os.cpu_count() or 1
    share = INPUTS // cores
    working = [
        subprocess.Popen(
            [sys.executable, "-X", "faulthandler", __file__, str(at * share), str((at + 1) * share)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for at in range(cores)
    ]
    say(f"{INPUTS:,} mutated inputs")
    came = []
    for each in working:
        told, why = each.communicate()
        if each.returncode:
            yield f"BROKEN: the mutated inputs ended with {each.returncode}: {why[-500:]}"
            return
        came.append(json.loads(told))
    unforeseen = [one for each in came for one in each["unforeseen"]]
    tried = sum(each["tried"] for each in came)
    if unforeseen or tried != share * cores:
        yield f"BROKEN: {len(unforeseen)} of {tried:,} mutated inputs were not foreseen: {unforeseen[:3]}"
    else:
        commands = sum(each["commands"] for each in came)
        yield f"{tried:,} mutated inputs over {came[0]['kinds']} files, {commands:,} commands: 0 unforeseen exceptions."
    yield "the slowest mutated input (the most it may take)", max(each["slowest"] for each in came), SLOWEST, 1.0
    first, last = (max(each[name] for each in came) for name in ("first", "last"))
    yield f"memory after {share:,} mutated inputs, MB (after {FIRST:,})", last, first, 1.5


def growth(say: Callable[[str], None]) -> Iterator[Measured | str]:
    """Twice as much in one file, beside as much."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for what, many, made in (("people in one line", PEOPLE, _line), ("actions", ACTIONS, _actions)):
            for command in (
                ("validate", f"sessions/{BAD}.toml"),
                ("show", BAD),
                ("history", "Bad Ltd"),
                ("brief", "Bad Ltd"),
            ):
                say(f"{command[0]} with {2 * many:,} {what}")
                times: dict[int, list[float]] = {many: [], 2 * many: []}
                for _ in range(ROUNDS):
                    for size in times:
                        with world.with_file(f"sessions/{BAD}.toml", (_head() + made(size)).encode()):
                            world.says("list")
                            times[size].append(_took(lambda command=command: world.says(*command)))  # type: ignore[misc]
                name = f"{command[0]} of {2 * many:,} {what} ({many:,})"
                yield name, min(times[2 * many]), min(times[many]), GROWTH
        times = {LINES: [], 2 * LINES: []}
        for _ in range(ROUNDS):
            for size in times:
                text = "# Assumptions\n" + "- One of them\n" * (size - 2)
                times[size].append(_took(lambda text=text: markdown.assumptions(text)))  # type: ignore[misc]
        yield (
            f"assumptions of a plan of {2 * LINES:,} lines ({LINES:,})",
            min(times[2 * LINES]),
            min(times[LINES]),
            GROWTH,
        )
        for what, text in (("400,000 list items", "- x\n" * 400_000), ("50,000 brackets", "[" * 50_000)):
            path = world.home / "plans" / "large.md"
            path.write_text(text, encoding="utf-8")
            began = time.perf_counter()
            fault = _fault(path, world.home)
            took = (time.perf_counter() - began) * 1e3
            yield (
                f"A plan of {what} is refused after {took:.0f} ms: {fault.what}."
                if fault
                else f"BROKEN: {what} are read"
            )


def _fault(path: Path, home: Path) -> Fault | None:
    try:
        files.open_plan(path, home)
    except StoreError as error:
        return error.faults[0]
    return None


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _head() -> str:
    return session(BAD, "Bad Ltd").split("\n[[stakeholders]]")[0]


def _line(many: int) -> str:
    row = '\n[[stakeholders]]\nid = "s{0}"\nname = "Person {0}"\nreports_to = "s{1}"\n'
    return "\n" + "".join(row.format(at, at + 1) for at in range(1, many + 1))


def _actions(many: int) -> str:
    row = '\n[[action_items]]\nid = "t{0}"\ntext = "Send figure {0}"\nowner = "Owner {1}"\ndue = 2026-12-01\n'
    return "\n" + "".join(row.format(at, at % 50) for at in range(1, many + 1))


def _memory() -> float:
    """Megabytes that the process has now, where the system says so; else 1."""
    try:
        words = Path("/proc/self/status").read_text(encoding="ascii").split()
    except OSError:
        return 1.0
    return int(words[words.index("VmRSS:") + 1]) / 1024


def _tried(first: int, last: int) -> dict[str, object]:
    unforeseen, slowest, memory = [], 0.0, 0.0
    # In memory where the system has such a folder: what is asked here is not how long a disk
    # takes to sync.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        world = World(Path(folder))
        for seed in range(first, last):
            began = time.perf_counter()
            if said := ask(world, seed, command=seed % EVERY == 0):
                unforeseen.append(said)
            slowest = max(slowest, (time.perf_counter() - began) * 1e3)
            if seed == first + FIRST:
                memory = _memory()
        return {
            "tried": last - first,
            "commands": len(range(first, last, EVERY)),
            "kinds": len(world.victims),
            "unforeseen": unforeseen,
            "slowest": slowest,
            "first": memory or _memory(),
            "last": _memory(),
        }


if __name__ == "__main__":
    print(json.dumps(_tried(int(sys.argv[1]), int(sys.argv[2]))))
