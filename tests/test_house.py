"""Covers: every file of the repository.

Rules for every file of the repository, and for the version number.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import session_tui

TOP = Path(__file__).resolve().parent.parent

# Written so that this file does not hold what it looks for.
REGISTRIES = [r"pypi\.or[g]", r"pythonhoste[d]", r"npmjs\.or[g]", r"index-ur[l]\s*[=:]", r"/simpl[e]/"]
MACHINES = [r"(?<![\w.~-])/(?:root|work|opt/(?:pypi|wheels)|hom[e]/\w+|Users/\w+)/", r"[A-Z]:\\\\?User[s]"]
FORBIDDEN = re.compile("|".join([*REGISTRIES, *MACHINES]))


def test_the_changelog_begins_with_this_version() -> None:
    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## ([0-9.]+)", text, re.MULTILINE)
    assert found and found[1] == session_tui.__version__


def test_no_file_holds_the_address_of_a_registry_or_a_path_of_one_machine() -> None:
    if not (TOP / ".git").exists() or not shutil.which("git"):
        pytest.skip("this is no git checkout, or git is not there: which files are ours cannot be told")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout
    found = []
    for path in (TOP / name for name in listed.decode().split("\0") if name):
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(TOP)}:{number}: {match[0]}")
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "https://pypi" + ".org/project/x",
        "--extra-ind" + "ex-url = https://example.com",
        "files.python" + "hosted.org",
        "see /ho" + "me/ana/notes",
        "/ro" + "ot/.cache",
        'open("/wo' + 'rk/main/x")',
        "C:\\Us" + "ers\\Ana",
    ],
)
def test_what_must_not_stand_in_a_file_would_be_found(line: str) -> None:
    assert FORBIDDEN.search(line)


SOURCES = sorted((TOP / "src" / "session_tui").rglob("*.py"))


def _that_say(pattern: str, *allowed: str) -> list[str]:
    found = re.compile(pattern, re.MULTILINE)
    names = {str(path.relative_to(TOP / "src" / "session_tui")): path.read_text(encoding="utf-8") for path in SOURCES}
    return [name for name, text in names.items() if found.search(text) and name not in allowed]


def test_one_place_reads_toml() -> None:
    """Parsing is bounded in this module alone: depth, whole numbers, years."""
    assert _that_say(r"^\s*(?:import|from)\s+(?:rtoml|tomllib|tomli|tomlkit)\b", "store/toml.py") == []


def test_windows_and_actions_know_the_controller_and_never_the_screen() -> None:
    those_that_open_or_find_it = ("tui/app.py", "tui/screens/library/session_opener.py", "tui/screens/plan/prepare.py")
    assert _that_say(r"\bLiveScreen\b", "tui/screens/live/screen.py", *those_that_open_or_find_it) == []


def test_no_handler_of_a_message_calls_that_of_its_base_class() -> None:
    """Textual calls the handlers of all base classes itself: called again, they act twice."""
    with_uvicorn = "server/connection.py"  # its protocol has methods of such names
    assert _that_say(r"super\(\)\.on_(?!event\b)", with_uvicorn) == []


def test_one_place_reads_json_that_is_not_our_own() -> None:
    # What a receiver answered is taken apart where it came, and a push is shown in lines of its
    # own. A ledger holds contents in their canonical form.
    theirs = (
        "store/decoding.py",
        "outbox/response.py",
        "outbox/sync/ledger_file.py",
        "outbox/sync/team_client.py",
        "tui/screens/outbox/export.py",
    )
    assert _that_say(r"json\.(?:loads?|decode)\(", *theirs) == []
