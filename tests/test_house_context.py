"""Covers: every module under src.

Environment, clock and chance come as arguments; a module that asks the system is on a short list,
with a reason.

What is given through `AppContext` (`context.py`) can be another in a test, and is one thing
everywhere.
"""

import ast
from pathlib import Path

import pytest

from syntax_trees import nodes

SOURCE = Path(__file__).resolve().parent.parent / "src" / "session_tui"

ALLOWED = {
    "context.py": "it is where they come from",
    "cli/__init__.py": "the entry, which makes the context",
    "cli/arguments.py": "click reads the options of the program, paths among them, before there is a context",
    "cli/output.py": "what this process's terminal can show; a wrong option is reported before any context",
    "index/scanner.py": "the time of a look is compared with what the disk says of a file, by the same clock",
    "outbox/sync/session_files.py": "the same, for the stored digests of files",
    "store/errors.py": "what nobody foresaw may happen before there is a context, and is kept all the same",
    "store/open_session.py": "a folder typed while a session is open is read as a shell would",
}

# What gives a value of this machine, this moment, or chance. A type (`random.Random`) gives none,
# nor does a span of time (`time.monotonic`).
SYSTEM = {
    "os": {"environ", "environb", "getenv", "getenvb", "urandom"},
    "random": None,  # everything but the type
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns"},
    "secrets": None,
    "uuid": None,
}
OURS = {"utc_now", "steady_clock"}
TYPES = {"Random"}


def asks_the_system(text: str) -> list[str]:
    """Every place at which this source asks the system, as `name (line)`."""
    found: list[tuple[int, str]] = []
    for node in nodes(text):
        if isinstance(node, ast.ImportFrom):
            names = {each.name for each in node.names}
            module = node.module or ""
            if module == "session_tui.context":
                found += [(node.lineno, name) for name in names & OURS]
            elif module in SYSTEM and module != "datetime":
                known = SYSTEM[module]
                found += [(node.lineno, name) for name in (names - TYPES if known is None else names & known)]
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner in SYSTEM:
                known = SYSTEM[owner]
                if node.attr in known if known is not None else node.attr not in TYPES:
                    found.append((node.lineno, f"{owner}.{node.attr}"))
    return [f"{name} (line {line})" for line, name in sorted(found)]


def test_nothing_below_the_entry_asks_the_system_for_environment_clock_or_chance() -> None:
    found = {
        name: asked
        for path in sorted(SOURCE.rglob("*.py"))
        if (asked := asks_the_system(path.read_text(encoding="utf-8")))
        and (name := path.relative_to(SOURCE).as_posix()) not in ALLOWED
    }
    assert found == {}


def test_who_is_on_the_list_still_needs_to_be() -> None:
    idle = [name for name in ALLOWED if not asks_the_system((SOURCE / name).read_text(encoding="utf-8"))]
    assert idle == []


@pytest.mark.parametrize(
    "line",
    [
        "os.environ.get('HOME')",
        "os.getenv('HOME')",
        "from os import environ",
        "random.SystemRandom()",
        "random.random()",
        "from random import SystemRandom, Random",
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "date.today()",
        "os.urandom(8)",
        "time.time_ns()",
        "time.time()",
        "secrets.token_hex(4)",
        "uuid.uuid4()",
        "from session_tui.context import utc_now",
    ],
)
def test_a_line_that_asks_the_system_would_be_found(line: str) -> None:
    assert len(asks_the_system(line)) == 1


@pytest.mark.parametrize(
    "line",
    ["rng: random.Random", "context.now()", "desk.environ", "time.monotonic()", "from datetime import date, datetime"],
)
def test_a_line_that_is_given_what_it_needs_may_stay(line: str) -> None:
    assert asks_the_system(line) == []
