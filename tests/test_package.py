"""Covers: pyproject.toml, the source archive (sdist) and the wheel.

What is unpacked from the archive can be run and tested as the repository can.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))


def built(kind: str, folder: Path) -> Path:
    """The one file that a build of this kind leaves."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: nothing is built here")
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True, timeout=60)
    (found,) = folder.iterdir()
    return found


def test_the_source_archive_holds_every_file_of_the_repository(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {each.name.partition("/")[2] for each in archive.getmembers()}
    if (TOP / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout.decode()
        assert {name for name in listed.split("\0") if name and (TOP / name).exists()} - names == set()
    prerequisites = {"Makefile", "pyproject.toml", "requirements/runtime.txt", "requirements/dev.txt", "SECURITY.md"}
    assert prerequisites <= names


def test_the_wheel_holds_agendas_samples_and_templates_and_no_test(tmp_path: Path) -> None:
    with zipfile.ZipFile(built("wheel", tmp_path)) as wheel:
        names = wheel.namelist()
    for pattern in ("agendas/strategy-30.toml", "samples/.*-acme-freight-.*", "export/page.html.jinja", ".*/live.tcss"):
        assert any(re.fullmatch(f"session_tui/{pattern}", name) for name in names), pattern
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"session_tui"}


def test_every_python_from_the_oldest_on_is_named() -> None:
    named = [line.rpartition(".")[2] for line in PROJECT["project"]["classifiers"] if ":: Python :: 3." in line]
    assert PROJECT["project"]["requires-python"] == f">=3.{named[0]}"
    assert named == [str(number) for number in range(int(named[0]), int(named[-1]) + 1)]
