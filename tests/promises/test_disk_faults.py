"""Covers: promise 1 on disks that fail.

Promise 1: no entry is lost, and the save status is true. `make bench BENCH=disks` runs more
examples.
"""

from pathlib import Path
from random import Random

import pytest

from disk_faults import FAULTS, possible, typed_through

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FAULTS)
def test_a_disk_that_fails_loses_nothing_and_the_lamp_never_lies(name: str, tmp_path: Path) -> None:
    if why := possible(name):
        pytest.skip(why)
    came = typed_through(FAULTS[name], tmp_path, 2, Random(name))
    assert (came.lost, came.lies) == (0, 0)
    assert came.slowest < 0.5, "typing never waits for a disk"
