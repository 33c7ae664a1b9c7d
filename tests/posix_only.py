"""What only POSIX systems have: tests that need it are collected on Windows, and skipped there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

if sys.platform != "win32":
    import resource

ROOT = sys.platform != "win32" and os.geteuid() == 0
not_root = pytest.mark.skipif(ROOT, reason="nothing is read-only for root")


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Files grow to `room` bytes. The kernel refuses as on a full disk, with no disk to fill.

    Python ignores the signal that comes with it (SIGXFSZ).
    """
    if sys.platform == "win32":
        pytest.skip("no limit of a file's size here")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
