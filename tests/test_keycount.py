"""Covers: scripts/keycount.py.

A whole session takes fewer key presses than the same facts as Markdown notes; a page has the
figures.
"""

import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def test_a_whole_session_takes_fewer_keys_than_notes_and_the_page_has_the_figures() -> None:
    # The script stops where a line does not give its fact, and fails where any kind of notes is
    # the shorter.
    done = subprocess.run(
        [sys.executable, "scripts/keycount.py"],
        cwd=TOP,
        env=os.environ | {"PYTHONPATH": str(TOP / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout in (TOP / "docs" / "guide" / "capture-line.md").read_text(encoding="utf-8")
