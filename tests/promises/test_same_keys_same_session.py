"""Covers: session_tui.tui.key_order and session_tui.tui.driver.

What is in the files is what was typed, in its order: slowly, in one packet, or with the program
stopped meanwhile.

It takes its time: a real program in a real terminal, typed into key by key, and then five times as
it comes. `make bench BENCH=packets` does it sixty times, with longer scripts.
"""

import random
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from cuts import TOP, cut, script, typed_slowly

pytestmark = pytest.mark.slow

SEED = 20261128
STEPS = 6
CUTS = 5


def test_the_same_keys_give_the_same_session_however_they_arrive(tmp_path: Path) -> None:
    keys = script(SEED, STEPS)
    slowly = typed_slowly(tmp_path / "slowly", keys)
    assert len(slowly) == len(list((TOP / "sessions").glob("*.toml"))) + 2, "the script holds two sessions of its own"
    for number in range(CUTS):
        assert cut(tmp_path / str(number), keys, random.Random(SEED + number)) == slowly, f"cut {number}"
