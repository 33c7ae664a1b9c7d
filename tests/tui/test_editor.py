"""Covers: tui/editor.py, and the key of the plan's screen.

A plan is edited in the user's own editor; the screen comes back with the new version.
"""

import os
import sys
from pathlib import Path

import pytest

from terminal import Terminal

# As an editor: it says that it is there, and adds a line to the file once a key was pressed.
EDITOR = """
import sys
print("the editor has", sys.argv[-1].rsplit("/", 1)[-1], flush=True)
open("/dev/tty").readline()
with open(sys.argv[-1], "a") as plan:
    plan.write("\\n## Added by hand\\nThe works council asks too.\\n")
"""


def reading(home: Path, editor: str) -> Terminal:
    """The plan's screen in a terminal, with this editor."""
    (home / "sessions").mkdir()
    (home / "plans").mkdir()
    (home / "plans" / "acme.md").write_text("# Acme\n\nThe budget is approved.\n", encoding="utf-8")
    (home / "editor.py").write_text(EDITOR, encoding="utf-8")
    environment = os.environ | {"HOME": str(home), "SESSION_TUI_STATE": str(home / "state"), "EDITOR": editor}
    environment.pop("VISUAL", None)
    terminal = Terminal(
        [sys.executable, "-m", "session_tui", "read", "acme", "--as", "Ana Ruiz"], 80, 24, environment, cwd=home
    )
    terminal.waits_for(lambda text: "The budget is approved" in text)
    return terminal


@pytest.mark.slow  # opens a screen
def test_a_plan_is_edited_in_the_users_own_editor_and_shown_again(tmp_path: Path) -> None:
    terminal = reading(tmp_path, f"{sys.executable} {tmp_path / 'editor.py'}")
    try:
        terminal.types("e")
        terminal.waits_for(lambda text: "the editor has acme.md" in text)
        terminal.types("\r")
        terminal.waits_for(lambda text: "Added by hand" in text and "y puts on record" in text)
        terminal.types("y")
        terminal.waits_for(lambda text: (tmp_path / "plans" / "acme.readers.toml").exists())
        terminal.types("\x1b")
        assert terminal.ends() == 0
        assert (tmp_path / "plans" / "acme.md").read_text(encoding="utf-8").count("budget") == 1
    finally:
        terminal.close()


@pytest.mark.slow  # opens a screen
@pytest.mark.parametrize(
    ("editor", "said"),
    [("", "no editor is set"), ("no-such-editor", "could not be started"), ("false", "ended with status 1")],
)
def test_without_an_editor_the_screen_stays_and_says_why(tmp_path: Path, editor: str, said: str) -> None:
    terminal = reading(tmp_path, editor)
    try:
        terminal.types("e")
        terminal.waits_for(lambda text: said in text and "The budget is approved" in text)
        terminal.types("\x1b")
        assert terminal.ends() == 0
    finally:
        terminal.close()
