"""Covers: README.md and the pages of docs/.

Every dependency, exit status, definition and example on a page is true.
"""

import re
import tomllib
from pathlib import Path

import pytest

from session_tui.cli import COMMANDS
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.store.validate import faults_in
from session_tui.tui.actions import ACTIONS

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"
PAGES = [TOP / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    called = re.findall(r"(?:^ {4}|`)session-tui (?:--\w+ \S+ )*([a-z][a-z-]*)", text, re.MULTILINE)
    assert set(called) - set(COMMANDS) == set()


def test_every_name_of_the_line_is_an_action_and_the_other_way_round() -> None:
    assert set(SLASH_COMMANDS) == {action.name for action in ACTIONS} - {"up", "down"}
    assert all(SLASH_COMMANDS[action.name] == action.arguments for action in ACTIONS if action.name in SLASH_COMMANDS)


def test_every_dependency_has_its_reason() -> None:
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for several in project["optional-dependencies"].values() for each in several]
    for dependency in (*project["dependencies"], *extras):
        name = re.escape(re.split(r"[<>=~! ]", dependency)[0])
        assert re.search(rf"^\| {name}[ |]", page, re.MULTILINE), name


def test_exit_statuses_are_in_the_reference() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [status for status in "0123" if f"| `{status}` |" not in page] == []


def test_the_examples_of_whole_files_are_sound(tmp_path: Path) -> None:
    examples = []
    for page in PAGES:
        blocks = re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        examples += [each for each in blocks if "schema = 1" in each]
    assert len(examples) >= 5
    for number, text in enumerate(examples):
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
        assert faults_in(tmp_path / f"{number}.toml") == ()
