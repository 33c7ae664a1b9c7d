"""Covers: what each command loads.

A command loads only what it needs: each starts in a fresh interpreter that lists the loaded
modules.

The import contracts of `make lint` see which module may import which; whether an import is late,
only a run can tell.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from session_tui.cli import COMMANDS

TOP = Path(__file__).resolve().parent.parent
FULL_SCREEN = "textual"
CONNECTIONS = "httpx"
DOCUMENTS = {"jinja2", "icalendar"}
PLACES_OF_FAULTS = "tree_sitter"
SERVER = {"starlette", "uvicorn", "sqlalchemy", "psycopg", "prometheus_client", "asyncio"}
SAMPLE = "2026-11-09-acme-freight-2m9x"
TWOFOLD = "2026-11-03-borealis-foods-9kd3"
PREPARED = "2026-11-23-borealis-foods-x3fd"

RUN = """
import sys
from session_tui.cli import status
result = status(sys.argv[1:])
sys.stdout.flush()
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(result)
"""

# What is typed after `session-tui`, and what is typed while it runs.
LINES = [
    (["--version"], ""),
    (["--help"], ""),
    (["run", "Acme Freight", "--plain"], 'Ruth Vale, CFO role:app !5\n/end hold "later"\n'),
    (["prepare", "Acme Freight", "--plain"], ""),
    (["brief", "Acme Freight"], ""),
    (["value"], ""),
    (["resume", PREPARED, "--plain"], "/leave\n"),
    (["demo", "--plain"], "/leave\n"),
    (["tutor", "--plain"], "/leave\n"),
    (["list"], ""),
    (["list", "--json"], ""),
    (["search", "payback"], ""),
    (["actions"], ""),
    (["done", "2m9x:t3", "they agreed"], ""),
    (["reopen", "2m9x:t4"], ""),
    (["assign", "2m9x:t3", "mei"], ""),
    (["beliefs", "Acme Freight"], ""),
    (["history", "Acme Freight"], ""),
    (["compare", "t4c1", "2m9x"], ""),
    (["stats"], ""),
    (["people"], ""),
    (["people", "ben", "--json"], ""),
    (["handover", "ben"], ""),
    (["handover", "ben", "--to", "mei", "-o", "out"], ""),
    (["show", SAMPLE], ""),
    (["show", SAMPLE, "--json"], ""),
    (["show", SAMPLE, "--markdown"], ""),
    (["show", SAMPLE, "--map"], ""),
    (["export", SAMPLE, "--to", "md,json", "-o", "out"], ""),
    (["push", SAMPLE, "--preview"], ""),
    (["outbox"], ""),
    (["sync", "--help"], ""),
    (["endpoint"], ""),
    (["map", SAMPLE], ""),
    (["map", SAMPLE, "-o", "-"], ""),
    (["due"], ""),
    (["due", "--json"], ""),
    (["pipeline", "check", "pipeline.csv"], ""),
    (["import", "contacts", "contacts.csv", "--yes"], ""),
    (["gate", "Acme Freight", "--within", "3650"], ""),
    (["scorecard", "--as", "Ana Ruiz", "--plain"], "8 often\n10 c\n"),
    (["scorecard", "report"], ""),
    (["enemies", "--about", "us", "--plain"], "seen\n" * 20),
    (["enemies", "--about", "me", "--plain"], "o\n3\n"),
    (["enemies", "--about", "Acme Freight", "--as", "Ana Ruiz", "--plain"], "o\n3\n"),
    (["enemies", "report", "--about", "us"], ""),
    (["enemies", "report", "--about", "me"], ""),
    (["enemies", "report", "--about", "Acme Freight", "--json"], ""),
    (["read", "acme-freight", "--as", "Ana Ruiz", "--plain"], "3 Who told us?\nread\n"),
    (["cancel", PREPARED], ""),
    (["reopen-session", "--help"], ""),
    (["amend", SAMPLE, "--zone", "DACH"], ""),
    (["person", "Ruth Vale"], ""),
    (["person", "Ruth Vale", "-o", "out"], ""),
    (["forget", "Ruth Vale", "--yes"], ""),
    (["remove", SAMPLE, "--yes"], ""),
    (["restore", "--json"], ""),
    (["merge"], ""),
    (["merge", TWOFOLD, "--keep", "both"], ""),
    (["validate", f"sessions/{SAMPLE}.toml"], ""),
    (["doctor"], ""),
    (["join", "--help"], ""),
    (["serve", "--help"], ""),
    (["serve", "token", "--help"], ""),
    (["serve", "audit", "--help"], ""),
    (["serve", "people", "--help"], ""),
    (["serve", "invite", "--help"], ""),
    (["serve", "approve", "--help"], ""),
    (["trust"], ""),
    (["completion", "bash"], ""),
    (["help", "run"], ""),
    (["export-schema"], ""),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with the samples in it, and nothing else."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    copy = tmp_path / "sessions" / f"{TWOFOLD} (Ana's conflicted copy 2026-11-24).toml"
    copy.write_bytes((TOP / "sessions" / f"{TWOFOLD}.toml").read_bytes())
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "acme-freight.md").write_text("# Acme Freight\n\nThe budget is approved.\n", encoding="utf-8")
    endpoint = '[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "https://team.example.com/hook"\n'
    (tmp_path / "session-tui.toml").write_text(f"schema = 1\n{endpoint}", encoding="utf-8")
    (tmp_path / "contacts.csv").write_text("Name,Account\nNoor Haddad,Acme Freight\n", encoding="utf-8")
    (tmp_path / "pipeline.csv").write_text("account,opportunity\nAcme Freight,Rollout\n", encoding="utf-8")
    return tmp_path


def loaded(home: Path, code: str, arguments: list[str], typed: str = "") -> set[str]:
    """The top-level modules that were loaded at the end of a run that went well."""
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(home), "SESSION_TUI_STATE": str(home / "state")}
    environment["PYTHONPATH"] = str(TOP / "src")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=home,
        env=environment,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_every_command_is_looked_at() -> None:
    # `present` is nothing without the full screen.
    assert set(COMMANDS) - {"present"} <= {arguments[0] for arguments, _ in LINES}


@pytest.mark.parametrize(("arguments", "typed"), LINES, ids=[" ".join(arguments) for arguments, _ in LINES])
def test_without_the_full_screen_neither_it_nor_connections_are_loaded(
    home: Path, arguments: list[str], typed: str
) -> None:
    never = {FULL_SCREEN, CONNECTIONS, PLACES_OF_FAULTS, *DOCUMENTS, *SERVER}
    assert loaded(home, RUN, arguments, typed) & never == set()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_saying_what_it_is_loads_nothing_but_the_command_line(home: Path, option: str) -> None:
    beyond = {"msgspec", "rtoml", "tomli_w", "rich", "platformdirs", "filelock", "importlib_metadata"}
    assert loaded(home, RUN, [option]) & beyond == set()


def test_the_first_paint_does_not_wait_for_what_only_merging_and_reading_need(home: Path) -> None:
    code = "import sys, session_tui.cli.launch; print(*(name for name in sys.modules), file=sys.stderr)"
    found = loaded(home, code.replace(";", ", session_tui.tui.screens.live.screen;"), [])
    assert "session_tui.tui.app" in found
    assert not found & {
        "session_tui.store.merge",
        "session_tui.store.new_session",
        "session_tui.store.plans.reader",
        "session_tui.tui.screens.merge.screen",
    }
    # The presenter's view and the library begin without the screen that takes lines.
    assert "session_tui.tui.screens.live.screen" not in loaded(home, code, [])


def test_the_place_of_a_fault_is_looked_for_in_a_faulty_file_only(home: Path) -> None:
    path = home / "sessions" / f"{SAMPLE}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("power = 4", "power = 7"), encoding="utf-8")
    code = RUN.replace("sys.exit(result)", "sys.exit(result != 1)")
    assert PLACES_OF_FAULTS in loaded(home, code, ["validate", str(path)])


def test_the_controller_of_a_session_knows_no_widget(home: Path) -> None:
    code = "import sys, session_tui.tui.live.handlers; print(*sys.modules, file=sys.stderr)"
    names = loaded(home, code, [])
    assert "session_tui.tui.live.controller" in names
    assert {name.partition(".")[0] for name in names} & {FULL_SCREEN, "rich", CONNECTIONS} == set()


def test_the_full_screen_loads_only_what_it_shows(home: Path) -> None:
    # Markdown, TextArea and jinja2 up front made the first frame a third slower.
    code = """
import sys
import session_tui.cli.launch, session_tui.tui.screens.live.screen
print(*sys.modules, file=sys.stderr)
"""
    names = loaded(home, code, [])
    assert FULL_SCREEN in names
    unseen = {"textual.widgets._markdown", "textual.widgets._text_area", "markdown_it", "jinja2"}
    assert names & {*unseen, CONNECTIONS, PLACES_OF_FAULTS} == set()
