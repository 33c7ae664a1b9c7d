"""Covers: requirements/.

The pinned versions are exact, with hashes, the same in every file, and within the project's
ranges.
"""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import session_tui

TOP = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9-]+)==([^ ;]+)")


def rows(name: str) -> list[str]:
    """What one of the files of requirements/ says, a text a package."""
    return re.split(r"\n(?=\S)", (TOP / "requirements" / f"{name}.txt").read_text(encoding="utf-8").strip())


def pins(name: str) -> dict[str, str]:
    """The versions in that file, by name."""
    return {found[1]: found[2] for row in rows(name) if (found := PIN.match(row))}


def test_the_version_is_the_one_that_was_installed() -> None:
    # A literal, because asking importlib.metadata costs every start 50 ms.
    try:
        installed = metadata.version("session-tui")
    except metadata.PackageNotFoundError:
        pytest.skip("session-tui is not installed here")
    assert session_tui.__version__ == installed


@pytest.mark.parametrize("name", ["runtime", "server", "dev", "build"])
def test_every_row_is_an_exact_version_with_hashes_and_nothing_else(name: str) -> None:
    row = re.compile(rf"{PIN.pattern}( ; [^\\\n]+)? \\\n(    --hash=sha256:[0-9a-f]{{64}}( \\\n|$))+$")
    assert [each for each in rows(name) if not row.match(each)] == []


def test_what_two_files_pin_they_pin_alike() -> None:
    assert pins("runtime").items() <= pins("server").items() <= pins("dev").items()
    both = pins("build").keys() & pins("dev").keys()
    assert {name: pins("build")[name] for name in both} == {name: pins("dev")[name] for name in both}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("server", PROJECT["project"]["optional-dependencies"]["server"]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
        ("build", PROJECT["build-system"]["requires"]),
    ],
)
def test_the_pins_are_within_the_ranges_of_the_project(name: str, wanted: list[str]) -> None:
    for requirement in map(Requirement, wanted):
        version = pins(name)[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"make lock: {requirement} is pinned to {version}"
