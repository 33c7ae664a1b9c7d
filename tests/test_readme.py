"""Covers: README.md.

The README is true: every command, action, key, dependency and exit status.
"""

import re
import tomllib
from pathlib import Path

from session_tui.cli import COMMANDS
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.model.team.metrics import DEFINITIONS, TITLES
from session_tui.store.validate import faults_in
from session_tui.tui.actions import ACTIONS, key_words

TOP = Path(__file__).parent.parent
README = (TOP / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_every_command_action_and_key() -> None:
    for command in COMMANDS:
        assert f"`{command}" in README, command
    for action in ACTIONS:
        assert f"/{action.name}" in README or action.name in ("up", "down"), action.name
        for key in action.keys:
            assert f"`{key_words(key)}`" in README, f"{action.name}: {key}"


def test_every_name_of_the_line_is_an_action_and_the_other_way_round() -> None:
    assert set(SLASH_COMMANDS) == {action.name for action in ACTIONS} - {"up", "down"}
    assert all(SLASH_COMMANDS[action.name] == action.arguments for action in ACTIONS if action.name in SLASH_COMMANDS)


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=~! ]", dependency)[0]
        assert f"| {name} " in README or f" {name} " in README, name


def test_exit_statuses_are_in_the_readme() -> None:
    for words in ("`0`", "`1`", "`2`", "`3`"):
        assert words in README


def test_every_figure_of_the_record_has_its_definition_in_the_readme() -> None:
    said = " ".join(README.split())
    for name, words in DEFINITIONS.items():
        assert f"{TITLES[name]}: {words}." in said, name


def test_the_readmes_examples_of_scorecards_and_practices_are_sound(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    examples = [each for each in blocks if "[[practices]]" in each or 'kind = "' in each]
    assert len(examples) >= 2
    for number, text in enumerate(examples):
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
        assert faults_in(tmp_path / f"{number}.toml") == ()
