"""Temporary files of tests lie in memory where the system keeps a file system there.

They are files like others, but a sync of one costs nothing: half of the time that tests of files
waited was for a disk that no test unplugs. `TMPDIR`, where it is set, says another place.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

MEMORY = Path("/dev/shm")
LEAST = 2 << 30  # bytes free in it, so that one test that writes much does not fill it


def in_memory(environ: Mapping[str, str], memory: Path = MEMORY, least: int = LEAST) -> bool:
    """Whether temporary files are to lie in `memory`."""
    if sys.platform == "win32" or "TMPDIR" in environ or not os.access(memory, os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(memory).free >= least


def install() -> None:
    """Let this process, and all that it starts, make temporary files there."""
    if in_memory(os.environ):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
