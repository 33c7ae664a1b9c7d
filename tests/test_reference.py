"""Covers: scripts/reference.py.

The reference is what the program's own tables say, to the letter.
"""

import re
from pathlib import Path

import click
import pytest
import reference

from session_tui.cli import COMMANDS
from session_tui.tui.actions import ACTIONS, key_words

REFERENCE = reference.TOP / "docs" / "reference"
GENERATED = [page for page in reference.pages() if reference.names_in(page.read_text(encoding="utf-8"))]
SOURCE = reference.TOP / "src" / "session_tui"


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.name)
def test_a_page_is_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert reference.written(text) == text, f"{page.name} is not current: make docs"


def test_every_generated_part_stands_on_a_page() -> None:
    used = [name for page in GENERATED for name in reference.names_in(page.read_text(encoding="utf-8"))]
    assert set(used) == set(reference.PARTS)


def test_every_mark_of_a_generated_part_has_its_end() -> None:
    for page in reference.pages():
        text = page.read_text(encoding="utf-8")
        assert len(re.findall("<!-- generated: ", text)) == len(reference.names_in(text)), page.name


def test_every_command_and_option_is_in_the_reference() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"\n### {name}\n" not in page] == []
    for name, command in reference.all_commands():
        section = page.split(f"\n### {name}\n", 1)[1].split("\n### ", 1)[0]
        shown = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
        options = [each for option in shown for each in option.opts]
        assert [each for each in options if f"`{each}`" not in section] == [], name


def test_every_action_and_key_is_in_the_reference() -> None:
    page = (REFERENCE / "keys.md").read_text(encoding="utf-8")
    for action in ACTIONS:
        assert f"`/{action.name}" in page or action.name in ("up", "down"), action.name
        assert [key for key in action.keys if f"`{key_words(key)}`" not in page] == []


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    page = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    named = {name for path in SOURCE.rglob("*.py") for name in re.findall(r'"(SESSION_TUI_[A-Z]+)"', path.read_text())}
    assert len(named) > 3
    assert [name for name in sorted(named) if f"`{name}`" not in page] == []


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    assert reference.table(("a",), [("one|two\nthree",)]) == "| a |\n| --- |\n| one\\|two three |"
