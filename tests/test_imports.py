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
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

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

ALL = RUN.replace('{name.partition(".")[0] for name in sys.modules}', "sys.modules")
assert ALL != RUN

# What is imported before the model is: all that `--version` needs beside click.
FIRST = {
    "session_tui",
    "session_tui.cli",
    "session_tui.cli.arguments",
    "session_tui.cli.command_group",
    "session_tui.cli.output",
    "session_tui.cli.streams",
    "session_tui.model",
    "session_tui.model.name_keys",
    "session_tui.model.patterns",
    "session_tui.model.sanitize",
    "session_tui.tui",
    "session_tui.tui.raw_mode",
}
OF_THE_SYSTEM = {"_locale", "atexit", "gc", "locale", "unicodedata"}  # the standard modules beside those of click
LIBRARIES = {"click", "msgspec", "platformdirs", "rtoml", "rich", "tomli_w", "typing_extensions"}
# Modules that take two milliseconds or more, and subjects that these commands have nothing to do
# with.
NOT_FOR_QUICK_COMMANDS = {
    "asyncio", "concurrent", "dataclasses", "email", "http", "importlib.metadata", "logging", "multiprocessing",
    "rich.console", "rich.text",
    "secrets", "socket", "ssl", "subprocess", "tomllib", "xml", "session_tui.export", "session_tui.model.sync",
    "session_tui.model.team", "session_tui.outbox", "session_tui.server", "session_tui.store.merge",
    "session_tui.store.new_session", "session_tui.store.plans", "session_tui.store.privacy", "session_tui.tui.screens",
    "session_tui.tui.tables", "session_tui.tui.widgets",
}  # fmt: skip

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


def loaded(
    home: Path, code: str, arguments: list[str], typed: str = "", also: Mapping[str, str] = MappingProxyType({})
) -> set[str]:
    """The modules that were loaded at the end of a run that went well; `also` are more variables
    of the environment.
    """
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(home), "SESSION_TUI_STATE": str(home / "state")}
    environment |= {"PYTHONPATH": str(TOP / "src"), **also}
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


@pytest.mark.parametrize(
    ("arguments", "line", "of_click", "more"),
    [
        (["--version"], "", "click", set()),
        (["--help"], "", "click._textwrap, shutil", {"session_tui.cli.command_help"}),
        ([], "session-tui li", "click, click.shell_completion", {"session_tui.cli.completion"}),
    ],
    ids=["--version", "--help", "completion of a command"],
)
def test_saying_what_it_is_loads_nothing_but_the_command_line(
    home: Path, arguments: list[str], line: str, of_click: str, more: set[str]
) -> None:
    variables = {"_SESSION_TUI_COMPLETE": "bash_complete", "COMP_LINE": line} if line else {}
    found = loaded(home, ALL, arguments, also=variables)
    before = loaded(home, f"import sys, {of_click}; print(*sys.modules, file=sys.stderr)", [])
    assert found - before - OF_THE_SYSTEM - more <= FIRST


QUICK = [
    (["list"], ""),
    (["list", "--json"], ""),
    (["search", "payback"], ""),
    (["actions"], ""),
    (["done", "2m9x:t3", "they agreed"], ""),
    ([], "session-tui show 2026"),
]


@pytest.mark.parametrize(("arguments", "line"), QUICK, ids=[" ".join(arguments) or line for arguments, line in QUICK])
def test_a_quick_command_loads_neither_slow_modules_nor_other_subjects(
    home: Path, arguments: list[str], line: str
) -> None:
    (home / "session-tui.toml").unlink()  # its endpoint is told about a change
    variables = {"_SESSION_TUI_COMPLETE": "bash_complete", "COMP_LINE": line} if line else {}
    found = loaded(home, ALL, arguments, also=variables)
    outside = {name.partition(".")[0] for name in found} - set(sys.stdlib_module_names) - {"session_tui", "__main__"}
    assert {name for name in outside if not name.startswith("_")} <= LIBRARIES
    assert {
        name for name in found if any(f"{name}.".startswith(f"{each}.") for each in NOT_FOR_QUICK_COMMANDS)
    } == set()


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
