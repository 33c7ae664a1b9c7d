"""Covers: tui/editor.py, its key on the plan's screen, and tui/screens/live/outside_editor.py.

A plan, or the half-typed line of a session, is edited in the user's own editor; the screen comes
back with what the editor left.
"""

import os
import shlex
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
        [sys.executable, "-m", "session_tui", "read", "acme", "--as", "Ana Ruiz"],
        80,
        24,
        environment,
        cwd=home,
        forked=True,
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
    [("", "No editor is set"), ("no-such-editor", "could not be started"), ("false", "ended with status 1")],
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


# Adds what its second argument says to the line, and writes where the file was.
LINES = """
import pathlib, sys
path = pathlib.Path(sys.argv[-1])
pathlib.Path(sys.argv[2]).write_text(f"{path}\\n{path.parent.stat().st_mode & 0o777:o}\\n{path.read_text()}")
path.write_text(path.read_text().rstrip() + sys.argv[1].encode().decode("unicode_escape"))
"""


def in_session(home: Path, adds: str) -> Terminal:
    """A session in a terminal, with an editor that adds a text to the line."""
    (home / "sessions").mkdir()
    (home / "lines.py").write_text(LINES, encoding="utf-8")
    editor = shlex.join([sys.executable, str(home / "lines.py"), adds, str(home / "seen.txt")])
    environment = os.environ | {"HOME": str(home), "SESSION_TUI_STATE": str(home / "state"), "VISUAL": editor}
    terminal = Terminal(
        [sys.executable, "-m", "session_tui", "run", "Acme"], 100, 30, environment, cwd=home, forked=True
    )
    terminal.waits_for(lambda text: "Who is in the decision" in text)
    return terminal


F10 = "\x1b[21~"


@pytest.mark.slow  # opens a screen
def test_a_half_typed_line_goes_on_in_the_users_own_editor(tmp_path: Path) -> None:
    terminal = in_session(tmp_path, " Vale, CFO !5\\n")
    try:
        terminal.types("Ruth")
        terminal.waits_for(lambda text: "adds s1" in text)
        terminal.types(F10)
        terminal.waits_for(lambda text: "adds s1  Ruth Vale, CFO" in text)
        terminal.types("\r")
        terminal.waits_for(lambda text: "added s1  Ruth Vale, CFO" in text)
        where, mode, line = (tmp_path / "seen.txt").read_text(encoding="utf-8").splitlines()
        assert line == "Ruth"
        assert not Path(where).exists()
        if os.name == "posix":
            assert mode == "700"
    finally:
        terminal.close()


@pytest.mark.slow  # opens a screen
def test_several_lines_of_the_editor_are_a_list_and_stay_until_they_are_entered(tmp_path: Path) -> None:
    terminal = in_session(tmp_path, "Mia Tran, COO\\nOtto Lind, IT\\n")
    try:
        terminal.types(F10)
        terminal.waits_for(lambda text: "Mia Tran" in text and "Otto Lind" in text and "enter them all" in text)
        terminal.types("\x1b")
        terminal.waits_for(lambda text: "opens your text again" in text and "enter them all" not in text)
        terminal.types(F10)
        terminal.waits_for(lambda text: "enter them all" in text)
        assert "Otto Lind" in (tmp_path / "seen.txt").read_text(encoding="utf-8")
        terminal.types("\r")
        terminal.waits_for(lambda text: "s2" in text and "s3" in text)
    finally:
        terminal.close()
