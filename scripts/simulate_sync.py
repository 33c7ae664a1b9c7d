"""Sync simulated over many seeds: a night's run. It prints every seed that is wrong, and a last
line with the figures.

`python scripts/simulate_sync.py 10000` or `… 1000000 --first 5000 --members 5 --steps 120`.
"""

import argparse
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "src"), str(TOP / "tests")]

from sync_simulation import simulate  # noqa: E402 - the path has to be set first


def main() -> int:
    """Run the seeds; 1 where any of them is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--members", type=int, default=0, help="3 to 5 by turns where it is not given")
    parser.add_argument("--steps", type=int, default=40)
    asked = parser.parse_args()
    began = time.monotonic()
    wrong = 0
    for seed in range(asked.first, asked.first + asked.runs):
        members = asked.members or 3 + seed % 3
        if fault := simulate(seed, members=members, steps=asked.steps):
            wrong += 1
            print(f"seed {seed}, {members} members, {asked.steps} steps: {fault}", flush=True)
    print(f"{asked.runs:,} runs from seed {asked.first}, {wrong} wrong, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
