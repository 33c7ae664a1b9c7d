"""What holds for the repository as a whole: its version, its pins, and what must not stand in any file of it."""

import re
import shutil
import subprocess
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

# Written so that this file does not hold what it looks for.
ADDRESSES = [r"pypi\.or[g]", r"pythonhoste[d]", r"npmjs\.or[g]", r"(?:extra-)?index-ur[l]\s*[=:]", r"/simpl[e]/"]
MACHINES = [r"(?<![\w.~-])/(?:root|work|opt/(?:pypi|wheels)|hom[e]/\w+|Users/\w+)/", r"[A-Z]:\\\\?User[s]"]
FORBIDDEN = re.compile("|".join([*ADDRESSES, *MACHINES]))


def pins(name: str) -> dict[str, str]:
    """The versions in one of the files of requirements/, by name."""
    lines = (TOP / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := PIN.match(line))}


def test_the_version_is_the_one_that_was_installed() -> None:
    # A literal, because asking importlib.metadata costs every start 50 ms.
    try:
        installed = metadata.version("session-tui")
    except metadata.PackageNotFoundError:
        pytest.skip("session-tui is not installed here")
    assert session_tui.__version__ == installed


def test_the_changelog_begins_with_this_version() -> None:
    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## ([0-9.]+)", text, re.MULTILINE)
    assert found and found[1] == session_tui.__version__


def test_no_file_holds_the_address_of_a_registry_or_a_path_of_one_machine() -> None:
    if not (TOP / ".git").exists() or not shutil.which("git"):
        pytest.skip("this is no git checkout, or git is not there: which files are ours cannot be told")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout
    found = []
    for name in listed.decode().split("\0"):
        path = TOP / name
        if not name or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{name}:{number}: {match[0]}")
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "https://pypi" + ".org/project/x",
            "--extra-" + "index-url = https://example.com",
            "files.python" + "hosted.org",
        ),
        *("see /ho" + "me/ana/notes", "/ro" + "ot/.cache", 'open("/wo' + 'rk/main/x")', "C:\\Us" + "ers\\Ana"),
    ],
)
def test_what_must_not_stand_in_a_file_would_be_found(line: str) -> None:
    assert FORBIDDEN.search(line)


@pytest.mark.parametrize("name", ["runtime", "dev", "build"])
def test_everything_pinned_has_its_hashes(name: str) -> None:
    text = (TOP / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    rows = re.split(r"\n(?=\S)", text.strip())
    assert rows
    for row in rows:
        assert PIN.match(row) and "--hash=sha256:" in row, row


def test_what_two_files_pin_they_pin_alike() -> None:
    runtime, dev, build = pins("runtime"), pins("dev"), pins("build")
    assert runtime.items() <= dev.items()
    assert {name: build[name] for name in build.keys() & dev.keys()} == {
        name: dev[name] for name in build.keys() & dev.keys()
    }


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
        ("build", PROJECT["build-system"]["requires"]),
    ],
)
def test_the_pins_are_within_the_ranges_of_the_project(name: str, wanted: list[str]) -> None:
    pinned = pins(name)
    for requirement in map(Requirement, wanted):
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"make lock: {requirement} is pinned to {version}"


def test_what_the_pages_say_make_can_do_it_can() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "lint", "bench", "shots", "lock", "clean"} <= targets
    for page in (TOP / "CONTRIBUTING.md", TOP / "README.md", *(TOP / "docs").glob("*.md")):
        said = re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")) if page.exists() else []
        assert set(said) <= targets, page.name


def test_what_the_architecture_page_names_is_there() -> None:
    text = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:model|store|deliver|tui|cli|tests|scripts|docs|agendas|sessions)/[\w./-]*)`", text)
    assert len(named) > 10
    package = TOP / "src" / "session_tui"
    assert [name for name in named if not (package / name).exists() and not (TOP / name).exists()] == []
