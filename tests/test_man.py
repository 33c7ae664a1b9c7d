"""Covers: scripts/man.py, docs/session-tui.1.

The man page has every command and option, and a reader of man pages takes it without a complaint.
"""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from man import PAGE, escaped, page

from session_tui.cli import COMMANDS

TOP = Path(__file__).resolve().parent.parent


def test_the_man_page_is_made_from_the_tables_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make man"


def test_every_command_has_its_place() -> None:
    text = page()
    assert [name for name in COMMANDS if f".SS {escaped(name)}\n" not in text] == []


def test_the_wheel_has_it_where_man_looks() -> None:
    targets = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["shared-data"] == {"docs/session-tui.1": "share/man/man1/session-tui.1"}


def test_groff_takes_the_page() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not here")
    done = subprocess.run([groff, "-man", "-Tutf8", "-ww", str(PAGE)], capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("text", [".TH x", "'br", "a\\fB", "-o"])
def test_no_text_is_a_request(text: str) -> None:
    assert not escaped(text).startswith((".", "'")) and "\\f" not in escaped(text)
