"""Covers: session_tui.cli.run.

`run --until` fixes the end before the session begins; what cannot be is refused, and no file is
written.
"""

import json
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli.test_commands import Shell


def wall(minutes: int) -> str:
    return f"{datetime.now().astimezone() + timedelta(minutes=minutes):%H:%M}"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def test_a_session_ends_at_the_time_it_was_begun_with_and_an_extension_moves_it(shell: Shell) -> None:
    end, later = wall(21), wall(26)
    done = shell.run("run", "Acme", "--until", end, "--plain", lines="/time\n/pause\n/extend 5\n/end hold later\n")
    assert done.returncode == 0, done.stderr
    assert f"the session ends {end}, and pauses do not move that" in done.stdout
    assert f"Paused; the end stays {end}." in done.stdout
    assert f"the session ends {later}." in done.stdout
    tables = tomllib.loads(shell.only_file().read_text())
    assert f"{tables['ends_at'].astimezone():%H:%M}" == later
    exported = json.loads(shell.run("export", "latest", "--to", "json", "-o", "-").stdout)
    assert datetime.fromisoformat(exported["ends_at"]) == tables["ends_at"]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "is past"),
        (4, "is the earliest end. A shorter agenda needs less."),
        (None, "is not a time of day"),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_no_file_is_written(shell: Shell, minutes: int | None, words: str) -> None:
    done = shell.run("run", "Acme", "--until", "noon" if minutes is None else wall(minutes), "--plain")
    assert done.returncode == 2
    assert words in done.stderr
    assert not list(shell.sessions.glob("*.toml"))


def test_a_prepared_session_takes_its_end_when_it_is_run_and_undo_takes_until_back(shell: Shell) -> None:
    assert shell.run("prepare", "Acme", "--plain").returncode == 0
    first, second = wall(25), wall(28)
    lines = f"/until {second}\n/undo\n/until none\n/until none\n/end hold later\n"
    done = shell.run("run", "Acme", "--until", first, "--plain", lines=lines)
    assert f"The session ends {second}; pauses do not move it." in done.stdout
    assert "The end moves with pauses again." in done.stdout
    assert "no time of end is set" in done.stderr
    assert "ends_at" not in tomllib.loads(shell.only_file().read_text())


def test_a_live_session_is_left_as_it_is_and_the_sentence_says_where_its_end_is_set(shell: Shell) -> None:
    shell.run("run", "Acme", "--plain", lines="t> Call\n")
    done = shell.run("run", "Acme", "--until", wall(20), "--plain")
    assert done.returncode != 0
    assert "resume" in done.stderr


def test_a_session_is_prepared_with_its_end_and_takes_another_one(shell: Shell) -> None:
    first, second = wall(45), wall(50)
    done = shell.run("prepare", "Acme", "--until", first, "--plain")
    assert f"Ends at {first}; pauses do not move it" in done.stdout, done.stderr
    done = shell.run("prepare", "Acme", "--until", second, "--plain")
    assert f"Ends at {second}; pauses do not move it" in done.stdout, done.stderr
    done = shell.run("prepare", "Acme", "--until", "noon", "--plain")
    assert done.returncode == 2 and "is not a time of day" in done.stderr
    done = shell.run("run", "Acme", "--plain", lines="/time\n/end hold later\n")
    assert f"the session ends {second}, and pauses do not move that" in done.stdout
    done = shell.run("prepare", "Borealis", "--until", wall(-5), "--plain")
    assert done.returncode == 2 and "is past" in done.stderr
    assert len(list(shell.sessions.glob("*.toml"))) == 1
