"""Covers: session_tui.cli.read.

Reading a plan from a shell: real processes, real files, exit statuses, sentences.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import Shell

TEXT = "# Acme Freight\n\n## Assumptions\n- The budget is approved\n- The incumbent cannot ship\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
PREPARED = """schema = 1
id = "{name}"
status = "prepared"
agenda = "{agenda}"
account = "Acme Freight"
account_owner = "Ben Okafor"

[plan]
source = "plans/acme-freight.md"

[[attendees]]
name = "Ana Ruiz"
role = "{role}"
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    for name in ("sessions", "plans"):
        (tmp_path / name).mkdir()
    (tmp_path / "plans" / "acme-freight.md").write_text(TEXT, encoding="utf-8")
    return Shell(tmp_path)


def prepare(shell: Shell, day: str, agenda: str, role: str) -> None:
    name = f"{day}-acme-freight-7k3q"
    (shell.sessions / f"{name}.toml").write_text(PREPARED.format(name=name, agenda=agenda, role=role))


def readers(shell: Shell) -> dict[str, Any]:
    return tomllib.loads((shell.home / "plans" / "acme-freight.readers.toml").read_text(encoding="utf-8"))


def test_confirm_puts_it_on_record_and_prints_one_line(shell: Shell) -> None:
    done = shell.run("read", "acme-freight", "--as", "Ana Ruiz", "--confirm")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("plans/acme-freight.md: read, on record at ")
    assert len(done.stdout.splitlines()) == 1
    (row,) = readers(shell)["readers"]
    assert (row["name"], row["sha256"]) == ("Ana Ruiz", SHA)


def test_line_by_line_prints_the_plan_takes_comments_and_records(shell: Shell) -> None:
    done = shell.run("read", "acme-freight", "--as", "Ana Ruiz", "--plain", lines="4 Who told us?\nread\nquit\n5 no\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "4  - The budget is approved\n" in done.stdout
    assert "Kept, on line 4." in done.stdout
    assert "1 comment kept." in done.stdout.splitlines()[-1]
    found = readers(shell)
    assert [(row["line"], row["quote"], row["author"], row["text"]) for row in found["comments"]] == [
        (4, "The budget is approved", "Ana Ruiz", "Who told us?")
    ]
    assert found["readers"][0]["sha256"] == SHA
    again = shell.run("read", "acme-freight", "--as", "Mei Tan", "--plain").stdout
    assert again.index("budget is approved") < again.index("Ana Ruiz, ") < again.index("incumbent")
    assert "✓ Ana Ruiz" in again
    assert again.splitlines()[-1] == "plans/acme-freight.md: not recorded as read."


def test_a_refused_line_is_said_with_its_number_and_reading_goes_on(shell: Shell) -> None:
    lines = "9 x\n0 x\n4\nhello\n5 \x1b[31mWhy?\n"
    done = shell.run("read", "acme-freight", "--as", "Ana Ruiz", "--plain", lines=lines)
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in said] == ["line 1", "line 2", "line 3", "line 4"]
    assert "the plan has lines 1 to 5" in said[0]
    assert [row["text"] for row in readers(shell)["comments"]] == ["Why?"]


def test_the_changes_since_the_last_reading_are_shown(shell: Shell) -> None:
    shell.run("read", "acme-freight", "--as", "Ana Ruiz", "--confirm")
    (shell.home / "plans" / "acme-freight.md").write_text(TEXT.replace("approved", "signed"))
    done = shell.run("read", "acme-freight", "--as", "ana ruiz", "--plain", lines="changes\n")
    assert "Changed since you read it" in done.stdout
    assert "- - The budget is approved\n+ - The budget is signed\n" in done.stdout
    shell.run("read", "acme-freight", "--as", "ana ruiz", "--confirm")
    assert {row["name"] for row in readers(shell)["readers"]} == {"Ana Ruiz"}


def test_who_reads_is_asked_for_in_a_sentence_and_the_configured_name_serves(shell: Shell) -> None:
    done = shell.run("read", "acme-freight", "--confirm")
    assert done.returncode == 1
    assert "--as" in done.stderr
    assert "name in the configuration" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    (shell.home / "session-tui.toml").write_text('name = "Ana Ruiz"\n')
    assert shell.run("read", "acme-freight", "--confirm").returncode == 0
    assert readers(shell)["readers"][0]["name"] == "Ana Ruiz"


def test_role_and_agenda_are_those_of_the_newest_session_to_come_with_this_plan(shell: Shell) -> None:
    prepare(shell, "2026-11-20", "strategy-30", "presales")
    prepare(shell, "2026-11-25", "deep-dive-60", "Manager")
    done = shell.run("read", "acme-freight", "--as", "ana ruiz", "--plain").stdout
    assert "read by Ana Ruiz, Manager" in done
    assert "YOUR QUESTIONS AS MANAGER" in done
    assert "Who of their management has never met anybody of ours?" in done
    owner = shell.run("read", "acme-freight", "--as", "Ben Okafor", "--plain").stdout
    assert "YOUR QUESTIONS AS ACCOUNT OWNER" in owner
    given = shell.run(
        "read", "acme-freight", "--as", "Ana Ruiz", "--role", "presales", "--agenda", "strategy-30", "--plain"
    )
    assert "Which requirement do we believe we meet without having shown it?" in given.stdout
    nobody = shell.run("read", "acme-freight", "--as", "Mei Tan", "--plain").stdout
    assert "QUESTIONS" not in nobody


@pytest.fixture
def odd(shell: Shell) -> Iterator[Shell]:
    (shell.home / "plans" / "latin.md").write_bytes(b"# caf\xe9\n")
    with (shell.home / "plans" / "big.md").open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    (shell.home / "plans" / "folder").mkdir()
    (shell.home.parent / "theirs.md").write_text("# secret")
    (shell.home / "plans" / "out.md").symlink_to(shell.home.parent / "theirs.md")
    yield shell
    (shell.home.parent / "theirs.md").unlink()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("none", "there is no such plan. In"),
        ("latin", "byte 6, in line 1, belongs to no character. Save it as UTF-8."),
        ("big", "20.0 MB is too large for a plan"),
        ("folder", "it is a folder, not a plan"),
        ("out", "a link that leaves the plans folder"),
    ],
)
def test_what_is_no_plan_is_a_sentence_and_status_1(odd: Shell, wanted: str, said: str) -> None:
    done = odd.run("read", wanted, "--as", "Ana Ruiz", "--confirm")
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    begun = odd.run("run", "Acme", "--plan", wanted, "--plain", lines="")
    assert begun.returncode == 1
    assert said in begun.stderr
    assert list(odd.sessions.iterdir()) == []


def test_a_session_is_begun_with_the_version_of_the_plan_it_has_now(shell: Shell) -> None:
    assert shell.run("run", "Acme", "--plan", "acme-freight", "--plain", lines="").returncode == 0
    plan = json.loads(shell.run("show", "latest", "--json").stdout)["plan"]
    assert (plan["source"], plan["sha256"]) == ("plans/acme-freight.md", SHA)


def test_nothing_in_a_plan_acts_upon_the_terminal(shell: Shell) -> None:
    (shell.home / "plans" / "acme-freight.md").write_text("# \x1b]0;x\x07 \x1b[2J\u202e\n\x9b31m\n")
    done = shell.run("read", "acme-freight", "--as", "Ana\x1b[2J", "--plain", lines="1 \x1b[2Jx\n")
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_without_a_terminal_a_sentence_names_plain_and_confirm(shell: Shell) -> None:
    done = shell.run("read", "acme-freight", "--as", "Ana Ruiz")
    assert done.returncode == 1
    assert "--plain" in done.stderr
    assert "--confirm" in done.stderr
    assert not (shell.home / "plans" / "acme-freight.readers.toml").exists()


@pytest.mark.slow
def test_in_a_real_terminal_the_plan_is_read_to_its_end_and_the_record_is_said(shell: Shell) -> None:
    terminal = pytest.importorskip("terminal", reason="this system has no pseudo-terminals")
    command = [sys.executable, "-m", "session_tui", "read", "acme-freight", "--as", "Ana Ruiz", "--role", "manager"]
    screen = terminal.Terminal(command, environment=shell.environment, cwd=shell.home, forked=True)
    try:
        screen.waits_for(lambda text: "Not recorded yet" in text)
        # In one piece, as from a user who types ahead: no letter of the comment may turn a page,
        # or confirm.
        screen.types("jcWhy only now, qouny?\rj")
        screen.waits_for(lambda text: "Why only now, qouny?" in text and "line 4 of" in text)
        assert "Not recorded yet" in screen.text
        screen.types("\x1b[F")
        screen.waits_for(lambda text: "Read, on record at" in text)
        screen.types("\x11")
        assert screen.ends() == 0
        assert "acme-freight.md: read, on record at" in screen.text.replace("\n", "")
    finally:
        screen.close()
    found = readers(shell)
    assert found["readers"][0]["sha256"] == SHA
    assert [(row["line"], row["text"]) for row in found["comments"]] == [(3, "Why only now, qouny?")]
