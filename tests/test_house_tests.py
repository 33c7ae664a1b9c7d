"""Covers: every module under tests.

A test module names its subject in the first line, and one module drives the full screen.
"""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
FILES = {path.relative_to(TESTS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("*.py"))}

SUBJECT = re.compile(r'"""Covers: \S[^\n]*\.\n')
A_DRIVER = re.compile(r"self\.pilot\b[^=\n]* = |\bsegment\.text for segment in strip\b")


def test_the_first_line_of_a_test_module_names_what_it_covers() -> None:
    modules = {name: text for name, text in FILES.items() if name.rsplit("/", 1)[-1].startswith("test_")}
    assert len(modules) > 100
    assert [name for name, text in modules.items() if not SUBJECT.match(text)] == []


def test_one_module_presses_keys_and_reads_the_full_screen() -> None:
    """Other modules derive a class from `driver.Driver`, which keeps the pilot and reads the
    rows.
    """
    assert [name for name, text in FILES.items() if A_DRIVER.search(text)] == ["driver.py"]
