"""Sync simulated over many seeds: a night's run. It prints every seed that is wrong, and a last
line with the figures.

`python scripts/simulate_sync.py 10000` or `… 1000000 --first 5000 --members 5 --steps 120`. With
`--files` the folders are real ones, and the server's application answers: about six runs a second.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "src"), str(TOP / "tests")]

from sync_file_simulation import simulate as simulate_files  # noqa: E402 - the path has to be set first
from sync_members import local_server  # noqa: E402
from sync_simulation import simulate  # noqa: E402


@contextmanager
def on_files(steps: int) -> Iterator[Callable[[int], str]]:
    """A function that runs a seed on real files."""
    with tempfile.TemporaryDirectory() as name, local_server(Path(name) / "server") as server:
        tokens = {"full": server.token("Ana", "facilitator"), "shared": server.token("Mei", "facilitator")}
        yield lambda seed: simulate_files(seed, Path(name), server, tokens, steps=steps)


def main() -> int:
    """Run the seeds; 1 where any of them is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--members", type=int, default=0, help="3 to 5 by turns where it is not given")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--files", action="store_true", help="three members on real files")
    asked = parser.parse_args()
    began = time.monotonic()
    wrong = 0
    with on_files(asked.steps) if asked.files else nullcontext() as run:
        for seed in range(asked.first, asked.first + asked.runs):
            members = 3 if run else asked.members or 3 + seed % 3
            if fault := run(seed) if run else simulate(seed, members=members, steps=asked.steps):
                wrong += 1
                print(f"seed {seed}, {members} members, {asked.steps} steps: {fault}", flush=True)
    print(f"{asked.runs:,} runs from seed {asked.first}, {wrong} wrong, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
