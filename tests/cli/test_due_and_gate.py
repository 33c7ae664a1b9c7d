"""Covers: session_tui.cli.due.

due and gate as a script asks them: real processes, real files, exit statuses that can be relied
upon.
"""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from cli.test_commands import Shell
from conftest import EXAMPLE
from session_tui.model.session import ActionItem, Session
from session_tui.store import session_file

EVERY_FORTNIGHT = "[cadence]\nevery_days = 14\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def today() -> date:
    return datetime.now().astimezone().date()


def hold(shell: Shell, days_ago: int, account: str = "Acme Freight", opportunity: str = "", **more: object) -> str:
    """A session that was held so many days ago, as a file; its id."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    slug = "".join(each for each in account.casefold() if each.isascii() and each.isalnum()) or "account"
    session = Session(
        id=f"{began:%Y-%m-%d}-{slug}-0000",
        status="held",
        agenda="strategy-30",
        account=account,
        opportunity=opportunity,
        started_at=began,
        outcome="pursue",
    )
    session = replace(session, **more)
    (shell.sessions / f"{session.id}.toml").write_bytes(session_file.new(session).content())
    return session.id


def configure(shell: Shell, text: str) -> None:
    (shell.home / "session-tui.toml").write_text(text, encoding="utf-8")


def test_due_names_what_is_owed_with_its_documented_keys(shell: Shell) -> None:
    configure(shell, EVERY_FORTNIGHT)
    last = hold(shell, 15, opportunity="Rollout", phase="evaluation", account_owner="Mei Tan")
    hold(shell, 3, "Borealis Foods")
    (shell.home / "pipeline.csv").write_text(
        "account\nBorealis Foods\nCarta\nAcme Freight,Rollout\n".replace("account", "account,opportunity")
    )
    done = shell.run("due", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    acme, carta = json.loads(done.stdout)
    assert list(acme) == ["account", "opportunity", "phase", "last_session", "due_on", "reasons", "owner"]
    assert acme == {
        "account": "Acme Freight",
        "opportunity": "Rollout",
        "phase": "evaluation",
        "last_session": last,
        "due_on": (today() - timedelta(days=1)).isoformat(),
        "reasons": ["15 days since the last, 14 are the most"],
        "owner": "Mei Tan",
    }
    assert (carta["account"], carta["last_session"], carta["reasons"]) == ("Carta", None, ["never held"])
    assert carta["due_on"] == today().isoformat()


def test_nothing_due_is_status_0_and_one_line_on_standard_error(shell: Shell) -> None:
    for arrange in (lambda: None, lambda: hold(shell, 1), lambda: configure(shell, EVERY_FORTNIGHT)):
        arrange()
        done = shell.run("due")
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.startswith("Nothing is due")
        assert done.stderr.count("\n") == 1
    assert json.loads(shell.run("due", "--json").stdout) == []


@pytest.mark.parametrize("columns", [None, "80", "60", "30"])
def test_account_and_why_are_never_cut_away(shell: Shell, columns: str | None) -> None:
    account = "Acme Freight and Logistics of the Upper Rhine"
    action = ActionItem(id="t1", text="Get 30 minutes with the CFO and show the payback model", due=date(2026, 1, 2))
    hold(shell, 40, account, "Transport management replacement for all divisions", action_items=(action,))
    configure(shell, EVERY_FORTNIGHT)
    shell.environment.pop("COLUMNS", None)  # tests that run side by side are given one
    done = shell.run("due", **({"COLUMNS": columns} if columns else {}))
    assert done.returncode == 0
    if columns is None:
        lines = done.stdout.splitlines()[1:]
        assert len(lines) == 2  # each reason is one, with its deal
        assert all(account in line for line in lines)
        assert "t1 is overdue since Fri 2 Jan" in lines[1]
        assert lines[1].endswith(": Get 30 minutes with the CFO and show the payback model")
    else:
        assert all(len(line) <= int(columns) for line in done.stdout.splitlines())
    shown = done.stdout.split()
    for word in (*account.split(), "40", "days", *action.text.split()):
        assert word in shown, word


def test_a_pipeline_is_found_by_option_configuration_or_here_and_doctor_says_which(shell: Shell) -> None:
    def found() -> "tuple[str, str]":
        place = json.loads(shell.run("doctor", "--json").stdout)["pipeline"]
        (owed,) = json.loads(shell.run("due", "--json").stdout)
        return owed["account"], place["why"]

    assert "none found" in shell.run("doctor").stdout
    (shell.home / "pipeline.csv").write_text("account\nHere\n")
    assert found() == ("Here", "the file here")
    (shell.home / "crm").mkdir()
    (shell.home / "crm" / "export.csv").write_text("account\nConfigured\n")
    (shell.home / "crm" / "team.toml").write_text('pipeline = "export.csv"\n')
    shell.environment["SESSION_TUI_CONFIG"] = "crm/team.toml"
    assert found() == ("Configured", "pipeline in team.toml")
    (shell.home / "mine.csv").write_text("account\nOption\n")
    (owed,) = json.loads(shell.run("due", "--json", "--pipeline", "mine.csv").stdout)
    assert owed["account"] == "Option"


@pytest.mark.parametrize("name", ["none.csv", "sessions", "~nobody-here/x.csv"])
def test_a_pipeline_that_cannot_be_read_is_a_sentence_and_status_1(shell: Shell, name: str) -> None:
    hold(shell, 100)
    configure(shell, f"{EVERY_FORTNIGHT}[gate]\nwithin_days = 365\n")
    done = shell.run("due", "--pipeline", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    configure(shell, f'pipeline = "{name}"\n{EVERY_FORTNIGHT}')
    done = shell.run("due")
    assert done.returncode == 1 and "Only the sessions were asked" in done.stderr
    assert "Acme Freight" in done.stdout  # what the sessions alone say of it
    assert shell.run("list").returncode == 0
    assert shell.run("gate", "Acme Freight", "--within", "365").returncode == 0


def test_unknown_values_of_the_pipeline_are_told_and_their_deals_count(shell: Shell) -> None:
    lines = "account,amount\nAcme,420 mil\nBorealis,1\n"
    (shell.home / "pipeline.csv").write_text(lines)
    done = shell.run("due", "--json")
    assert done.returncode == 0
    assert 'pipeline.csv:2: amount: "420 mil" is not an amount' in done.stderr
    assert [each["account"] for each in json.loads(done.stdout)] == ["Acme", "Borealis"]
    (shell.home / "pipeline.csv").write_text(lines + "".join(f"Account {n},420 mil\n" for n in range(100)))
    told = shell.run("due", "--json").stderr.splitlines()
    assert len(told) == 21
    assert told[-1].startswith("81 more lines of the pipeline have faults or remarks")


def test_broken_sessions_are_counted_and_the_others_judged(shell: Shell) -> None:
    hold(shell, 1)
    (shell.sessions / "2026-11-24-broken-0000.toml").write_bytes(EXAMPLE.read_bytes()[:900])
    for command in (("due",), ("gate", "Acme Freight")):
        done = shell.run(*command)
        assert done.returncode == 0
        assert "1 session file is broken and does not count" in done.stderr


def test_the_gate_passes_with_status_0_and_one_line(shell: Shell) -> None:
    session = hold(shell, 3, opportunity="Rollout")
    done = shell.run("gate", "ACME freight", "--opportunity", "rollout")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Acme Freight · Rollout: passed, by {session}\n"
    verdict = json.loads(shell.run("gate", "Acme Freight", "--json").stdout)
    assert verdict == {
        "account": "Acme Freight",
        "opportunity": "",
        "passed": True,
        "reasons": [],
        "session": session,
    }
    assert list(verdict) == ["account", "opportunity", "passed", "reasons", "session"]


def test_the_gate_says_every_reason_on_a_line_with_status_3(shell: Shell) -> None:
    configure(shell, "[gate]\nrequire_plan_read = true\nrequire_owned_actions = true\n")
    session = hold(shell, 31, action_items=(ActionItem(id="t1", text="Call the CFO"),))
    done = shell.run("gate", "Acme Freight")
    assert (done.returncode, done.stderr) == (3, "")
    day = today() - timedelta(days=31)
    assert done.stdout.splitlines() == [
        f"the last session was 31 days ago, on {day}; 30 are the most",
        "no plan is on record",
        "no facilitator is on record",
        "t1 has no owner: Call the CFO",
    ]
    done = shell.run("gate", "Acme Freight", "--json", "--within", "31")
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["passed"], len(verdict["reasons"])) == (3, False, 3)
    assert verdict["session"] == session


def test_a_mistyped_name_was_not_never_held_and_one_that_is_like_none_was(shell: Shell) -> None:
    hold(shell, 1, opportunity="Rollout")
    done = shell.run("gate", "Acme Frieght")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "session-tui: there is no account Acme Frieght. Did you mean Acme Freight?\n"
    assert shell.run("gate", "acme").returncode == 0
    done = shell.run("gate", "Acme Freight", "--opportunity", "Rolout")
    assert (done.returncode, done.stderr) == (2, "session-tui: there is no deal Rolout. Did you mean Rollout?\n")
    done = shell.run("gate", "Zebra", "--json")
    assert (done.returncode, done.stderr) == (3, "")
    assert json.loads(done.stdout)["session"] is None


def test_a_wrong_question_is_status_2(shell: Shell) -> None:
    for command in (("gate",), ("gate", " "), ("gate", "Acme", "--within", "soon"), ("due", "Acme")):
        assert shell.run(*command).returncode == 2


def test_a_pipe_gets_utf_8_whatever_code_page_the_system_has(shell: Shell) -> None:
    hold(shell, 40, "Acme 東", phase="\u0142")
    configure(shell, EVERY_FORTNIGHT)
    for command in (("due",), ("gate", "Acme 東", "--within", "50"), ("list",)):
        done = shell.run(*command, PYTHONIOENCODING="cp1252")
        assert (done.returncode, done.stderr) == (0, "")
        assert "東" in done.stdout


NASTY = "\x1b]0;pwned\x07[red]Acme[/red]\u202e\x9b2J"


def test_what_stands_in_a_cell_or_a_session_never_acts_upon_the_terminal(shell: Shell) -> None:
    hold(shell, 40, NASTY, NASTY, phase=NASTY)
    hold(shell, 1, "\u202eemcA")
    assert shell.run("gate", "\u202eemcA").stdout.startswith("\ufffdemcA: passed")
    with (shell.home / "pipeline.csv").open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([["account", "opportunity", "amount"], [f"B{NASTY}", NASTY, NASTY], [f"C{NASTY}"]])
    configure(shell, EVERY_FORTNIGHT)
    for command in (("due",), ("due", "--json"), ("gate", NASTY), ("gate", f"{NASTY}x"), ("gate", NASTY, "--json")):
        done = shell.run(*command)
        assert done.returncode in (0, 1, 2, 3)
        for said in (done.stdout, done.stderr):
            assert all(line.isprintable() for line in said.split("\n"))
    assert "[red]Acme[/red]" in shell.run("due").stdout


def test_a_pipe_that_closes_is_no_error(shell: Shell) -> None:
    (shell.home / "pipeline.csv").write_text("account\n" + "".join(f"Account {n}\n" for n in range(3000)))
    command = ["sh", "-c", f"{sys.executable} -m session_tui due | head -c 1"]
    done = subprocess.run(command, cwd=shell.home, env=shell.environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "should not" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="scripts of another kind")
def test_a_script_can_grant_or_refuse_by_the_exit_status(shell: Shell) -> None:
    hold(shell, 1)
    script = f"{sys.executable} -m session_tui gate 'Acme Freight' >reasons.txt && echo granted || echo refused"
    for files, answer in ((1, "granted"), (0, "refused")):
        if not files:
            shell.only_file().unlink()
        done = subprocess.run(
            ["sh", "-c", script], cwd=shell.home, env=shell.environment, capture_output=True, text=True, check=True
        )
        assert done.stdout == f"{answer}\n"
    assert (shell.home / "reasons.txt").read_text() == "never held\n"


def test_what_is_due_can_be_imported_into_a_calendar(shell: Shell) -> None:
    configure(shell, EVERY_FORTNIGHT)
    hold(shell, 15)
    done = shell.run("due", "--ics")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SUMMARY:Strategy session on Acme Freight is due" in done.stdout
    assert "BEGIN:VEVENT" in done.stdout and "VTODO" not in done.stdout
    assert "BEGIN:VTODO" in shell.run("due", "--ics", "--tasks").stdout
    for wrong in (("--ics", "--json"), ("--json", "--csv"), ("--tasks",)):
        assert shell.run("due", *wrong).returncode == 2


def test_a_line_that_stands_twice_is_a_remark_and_no_failure(shell: Shell) -> None:
    (shell.home / "pipeline.csv").write_text("account\nAcme\nAcme\n")
    done = shell.run("due")
    assert done.returncode == 0 and "stands in line 2 already" in done.stderr


@pytest.fixture
def three(shell: Shell) -> Shell:
    """Three deals that are due: two of Ben Okafor, one of Mei Tan."""
    lines = ("account,opportunity,owner", "Acme,Rollout,Ben Okafor", "Acme,Pilot,Mei Tan", "Carta,,Ben Okafor")
    (shell.home / "pipeline.csv").write_text("\n".join(lines))
    configure(shell, 'name = "ben okafor"\n')
    return shell


@pytest.mark.parametrize(
    ("options", "accounts"),
    [
        (("--mine",), ["Acme Rollout", "Carta"]),
        (("--owner", "me"), ["Acme Rollout", "Carta"]),
        (("--owner", "mei"), ["Acme Pilot"]),
        (("--account", "acm"), ["Acme Pilot", "Acme Rollout"]),
        (("--account", "acm", "--mine"), ["Acme Rollout"]),
        (("--limit", "1"), ["Acme Pilot"]),
    ],
)
def test_a_manager_sees_whose_deals_she_asks_for(three: Shell, options: tuple[str, ...], accounts: list[str]) -> None:
    found = json.loads(three.run("due", "--json", *options).stdout)
    assert [f"{each['account']} {each['opportunity']}".strip() for each in found] == accounts
    rows = list(csv.DictReader(three.run("due", "--csv", *options).stdout.splitlines()))
    assert [list(row) for row in rows] == [list(each) for each in found]
    assert [row["reasons"] for row in rows] == ["never held"] * len(accounts)


def test_a_deal_of_several_owners_is_of_each(shell: Shell) -> None:
    cells = ("Ben Okafor; Mei Tan", "Mei Tan, Ben Okafor", "Okafor, Ben", "Sales, North", "Ruiz Gomez, Ana")
    lines = "".join(f'A{at},"{cell}"\n' for at, cell in enumerate(cells))
    (shell.home / "pipeline.csv").write_text(f"account,owner\n{lines}")

    def of(*options: str) -> list[str]:
        return [each["account"] for each in json.loads(shell.run("due", "--json", *options).stdout)]

    configure(shell, 'name = "ben okafor"\n')
    assert of("--mine") == of("--owner", "ben") == ["A0", "A1", "A2"]
    assert of("--owner", "mei") == ["A0", "A1"]
    assert of("--owner", "north") == ["A3"]
    configure(shell, 'name = "Ana Ruiz Gomez"\n')
    assert of("--mine") == ["A4"]


def test_what_is_left_out_and_who_is_unknown_is_said(three: Shell) -> None:
    assert three.run("due", "--limit", "1").stderr == "2 more are due.\n"
    done = three.run("due", "--owner", "Bne Okafor")
    assert done.returncode == 2 and "Did you mean Ben Okafor?" in done.stderr
    assert three.run("due", "--mine", "--owner", "mei").returncode == 2
    configure(three, 'name = "Zoe Quill"\n')
    done = three.run("due", "--mine")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No deal that matches is due.\n")
    configure(three, "")
    for command in (("due", "--mine"), ("due", "--owner", "ME")):
        done = three.run(*command)
        assert done.returncode == 1 and "does not say who you are" in done.stderr
