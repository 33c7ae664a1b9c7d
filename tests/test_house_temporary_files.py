"""Covers: temporary_files, and the folder that each test is given.

Files of tests lie in memory where there is room, and those of a test that passed are removed.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from temporary_files import in_memory

EARLIER: list[Path] = []


def test_files_lie_in_memory_where_there_is_room(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert in_memory({}, tmp_path, free // 2)
    assert not in_memory({}, tmp_path, free * 2)
    assert not in_memory({}, tmp_path / "none", 0)


def test_the_user_says_another_place(tmp_path: Path) -> None:
    assert not in_memory({"TMPDIR": "elsewhere"}, tmp_path, 0)


def test_folders_of_tests_lie_where_all_temporary_files_do(tmp_path: Path) -> None:
    assert tempfile.gettempdir() == os.environ.get("TMPDIR", tempfile.gettempdir())
    assert tmp_path.is_relative_to(Path(tempfile.gettempdir()).resolve())


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_folder_of_a_test_that_passed_is_removed(tmp_path: Path, turn: str) -> None:
    assert not [each for each in EARLIER if each.exists()] and list(tmp_path.iterdir()) == []
    EARLIER.append(tmp_path)
    (tmp_path / turn).touch()
