"""What the repository says of itself: version, README's tables, no addresses of registries, no paths of a machine."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import session_tui
from session_tui.cli import COMMANDS
from session_tui.model.capture.names import NAMES
from session_tui.tui.actions import ACTIONS, key_words

TOP = Path(__file__).parent.parent
README = (TOP / "README.md").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    if not shutil.which("git") or not (TOP / ".git").exists():
        pytest.skip("no git here: the files of the repository cannot be listed")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    return [TOP / name for name in listed.split("\0") if name and (TOP / name).is_file()]


def test_the_version_is_a_literal_that_the_changelog_knows() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", session_tui.__version__)
    assert session_tui.__version__ in (TOP / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_registry_address_and_no_path_of_a_machine_stands_in_the_tree() -> None:
    words = ("pypi" + ".org", "python" + "hosted", "/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/")
    for path in tracked():
        if path.suffix in (".png",):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [word for word in words if word in text]
        assert not found, f"{path.relative_to(TOP)}: {found}"


def test_the_readme_has_every_command_action_and_key() -> None:
    for command in COMMANDS:
        assert f"`{command}" in README, command
    for action in ACTIONS:
        assert f"/{action.name}" in README or action.name in ("up", "down"), action.name
        for key in action.keys:
            assert f"`{key_words(key)}`" in README, f"{action.name}: {key}"


def test_every_name_of_the_line_is_an_action_and_the_other_way_round() -> None:
    assert set(NAMES) == {action.name for action in ACTIONS} - {"up", "down"}
    assert all(NAMES[action.name] == action.arguments for action in ACTIONS if action.name in NAMES)


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=~! ]", dependency)[0]
        assert f"| {name} " in README or f" {name} " in README, name


def test_exit_statuses_are_in_the_readme() -> None:
    for words in ("`0`", "`1`", "`2`", "`3`"):
        assert words in README
