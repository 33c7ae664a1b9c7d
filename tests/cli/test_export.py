"""Covers: session_tui.cli.export.

`export` as a real process: documents beside each other, one printed, nothing written over, faults
in a sentence.
"""

import json
import sys
from pathlib import Path

import pytest

from cli.test_commands import Shell
from cli.test_due_and_gate import hold
from session_tui.model.session import ActionItem, Stakeholder
from terminal import Terminal

RUTH = Stakeholder(id="s1", name="Ruth Vale \x1b[31m", title="CFO", power=5, support=-1, pain="costs are up")
CALL = ActionItem(id="t1", text="=cmd() | call <b>Ruth</b>", owner="Ben Okafor")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def test_documents_are_written_beside_each_other_and_named_as_the_session(shell: Shell) -> None:
    held = hold(shell, 7, stakeholders=(RUTH,), action_items=(CALL,))
    done = shell.run("export", held, "--to", "md,json", "-o", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"out/{held}.md", f"out/{held}.json"]
    told = json.loads((shell.home / "out" / f"{held}.json").read_bytes())
    assert (told["detail"], told["id"]) == ("shared", held)
    page = (shell.home / "out" / f"{held}.md").read_text()
    assert "costs are up" not in page
    assert "\x1b" not in page
    assert r"\<b\>Ruth" in page


def test_full_is_asked_for_and_one_document_can_be_printed(shell: Shell) -> None:
    held = hold(shell, 7, stakeholders=(RUTH,))
    assert "pain: costs are up" in shell.run("export", held, "--detail", "full", "-o", "-").stdout
    two = shell.run("export", held, "--to", "md", "--to", "json", "-o", "-")
    assert two.returncode == 2
    assert "One document" in two.stderr


def test_several_sessions_are_documents_beside_each_other_or_none_is(shell: Shell) -> None:
    ids = [hold(shell, 7, action_items=(CALL,)), hold(shell, 8, "Carta")]
    assert shell.run("export", *ids, "zzzz", "-o", "out").returncode == 1
    assert not (shell.home / "out").exists()
    done = shell.run("export", *ids, "--to", "md,ics", "-o", "out")
    assert done.returncode == 0
    assert done.stdout.split() == [f"out/{id}.{ending}" for id in ids for ending in ("md", "ics")]
    assert shell.run("export", *ids, "-o", "-").returncode == 2


def test_an_action_without_a_date_is_said_to_be_in_no_calendar(shell: Shell) -> None:
    held = hold(shell, 7, action_items=(ActionItem(id="t1", text="Call"),))
    done = shell.run("export", held, "--to", "ics")
    assert done.stderr == "1 open action without a date is not in the calendar; export --tasks has them.\n"
    assert shell.run("export", held, "--to", "ics", "--tasks", "--force").stderr == ""


def test_a_file_that_is_there_stays_unless_it_is_said(shell: Shell) -> None:
    held = hold(shell, 7)
    kept = shell.home / f"{held}.md"
    kept.write_text("mine")
    done = shell.run("export", held, "--to", "md,json")
    assert done.returncode == 1
    assert done.stderr == f"session-tui: {held}.md: is there already, and nothing was written. --force does it.\n"
    assert kept.read_text() == "mine"
    assert not (shell.home / f"{held}.json").exists()
    assert shell.run("export", held, "--to", "md", "--force").returncode == 0
    assert kept.read_text() != "mine"


def test_at_a_terminal_it_is_asked(shell: Shell) -> None:
    held = hold(shell, 7)
    kept = shell.home / f"{held}.md"
    kept.write_text("mine")
    terminal = Terminal(
        [sys.executable, "-m", "session_tui", "export", held],
        environment=shell.environment,
        cwd=shell.home,
        forked=True,
    )
    try:
        terminal.waits_for(lambda text: "Write over? [y/N]" in text)
        terminal.types("y\r")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    assert kept.read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "ended", "said"),
    [
        (["--to", "doc,md"], 2, "--to: doc is not a format. Known are md, html, ics, csv, crm, json, eml."),
        (["--to", ","], 2, "no format is named"),
        (["-o", "file/below"], 1, "file/below: a part of the path is not a folder. Choose another folder with -o."),
    ],
)
def test_what_cannot_be_is_said(shell: Shell, arguments: list[str], ended: int, said: str) -> None:
    held = hold(shell, 7)
    (shell.home / "file").write_text("")
    done = shell.run("export", held, *arguments)
    assert done.returncode == ended
    assert said in done.stderr
