"""Covers: session_tui.cli.pipeline.

`pipeline check` says how a CRM's export is read: each heading, and each line.
"""

import json
import os
import time
from pathlib import Path

import pytest

from cli.test_commands import Shell

CRM = Path(__file__).resolve().parent.parent / "data" / "crm"
KEYS = [
    "line",
    "account",
    "opportunity",
    "phase",
    "amount",
    "currency",
    "close_on",
    "owner",
    "closed",
    "unknown",
    "why",
]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_check_gives_every_line_with_what_it_became(shell: Shell) -> None:
    done = shell.run("pipeline", "check", str(CRM / "footer-total.csv"), "--json")
    lines = json.loads(done.stdout)
    assert done.returncode == 0
    assert [list(line) for line in lines] == [KEYS] * 6
    assert [line["account"] for line in lines] == ["Good Ltd", *[None] * 5]
    assert all(line["why"] for line in lines[1:])
    (line,) = json.loads(shell.run("pipeline", "check", str(CRM / "us-amb.csv"), "--json").stdout)
    assert (line["close_on"], line["unknown"], line["closed"]) == (None, ["close_on"], False)
    assert "may be two days" in line["why"]


def test_a_phase_that_may_be_an_end_stays_open_until_the_configuration_says_so(shell: Shell) -> None:
    (shell.home / "crm.csv").write_text("account,stage\nAcme,Closed - pending signature\nBorea,Closed - no budget\n")
    done = shell.run("pipeline", "check", "crm.csv", "--json")
    assert done.returncode == 0
    assert [line["closed"] for line in json.loads(done.stdout)] == [False, True]
    why = 'the phase "Closed - pending signature" may be an end; if it is one, put it in closed of [pipeline]'
    assert [line["why"] for line in json.loads(done.stdout)] == [why, ""]
    assert why in " ".join(shell.run("pipeline", "check", "crm.csv", COLUMNS="200").stdout.split())
    due = shell.run("due", "--json", "--pipeline", "crm.csv")
    assert ([each["account"] for each in json.loads(due.stdout)], due.stderr) == (["Acme"], "")
    (shell.home / "session-tui.toml").write_text(
        'schema = 1\n[pipeline]\nfile = "crm.csv"\nclosed = ["Closed - Pending signature"]\n'
    )
    lines = json.loads(shell.run("pipeline", "check", "--json").stdout)
    assert [(line["closed"], line["why"]) for line in lines] == [(True, ""), (True, "")]


def test_one_cell_turns_no_date_with_points_and_a_configured_order_turns_all(shell: Shell) -> None:
    days = ("03.04.2027", "05.06.2027", "12.31.2027", "31.12.2027", "1/29/2027", "1/2/2027")
    (shell.home / "crm.csv").write_text("account,close date\n" + "".join(f"A{day},{day}\n" for day in days))

    def found() -> list[str | None]:
        return [line["close_on"] for line in json.loads(shell.run("pipeline", "check", "crm.csv", "--json").stdout)]

    assert found() == ["2027-04-03", "2027-06-05", None, "2027-12-31", "2027-01-29", "2027-01-02"]
    (shell.home / "session-tui.toml").write_text('schema = 1\n[pipeline]\ndate_order = "mdy"\n')
    assert found() == ["2027-03-04", "2027-05-06", "2027-12-31", None, "2027-01-29", "2027-01-02"]
    (shell.home / "session-tui.toml").write_text('schema = 1\n[pipeline]\ndate_order = "dmy"\n')
    assert found() == ["2027-04-03", "2027-06-05", None, "2027-12-31", None, "2027-02-01"]
    (shell.home / "session-tui.toml").write_text('schema = 1\n[pipeline]\ndate_order = "ymd"\n')
    assert found() == ["2027-04-03", "2027-06-05", None, "2027-12-31", "2027-01-29", None]


def test_a_line_that_gave_no_deal_is_status_one(shell: Shell) -> None:
    (shell.home / "crm.csv").write_text("account,opportunity\n,Rollout\nAcme,TMS\n", encoding="utf-8")
    done = shell.run("pipeline", "check", "crm.csv", "--json")
    assert done.returncode == 1
    assert [line["account"] for line in json.loads(done.stdout)] == [None, "Acme"]


@pytest.mark.parametrize("columns", ["60", "80", "140"])
def test_check_says_which_heading_was_taken_and_what_was_not_used(shell: Shell, columns: str) -> None:
    done = shell.run("pipeline", "check", str(CRM / "two-amounts.csv"), COLUMNS=columns)
    words = " ".join(done.stdout.split())
    for each in ("Amount (EUR)", "Not used: Pipeline Phase, Amount (converted)", "EUR 480,000", "1 deal", "comma"):
        assert each in words
    assert all(len(line) <= int(columns) for line in done.stdout.splitlines())


def test_check_takes_the_pipeline_and_the_settings_of_the_configuration(shell: Shell) -> None:
    (shell.home / "deals.csv").write_text("Wer;Wann;Lage\nAcme;1/2/2027;Handed over\n", encoding="utf-8")
    (shell.home / "session-tui.toml").write_text(
        'schema = 1\n[pipeline]\nfile = "deals.csv"\ndate_order = "dmy"\nclosed = ["Handed over"]\n'
        '[pipeline.columns]\naccount = "Wer"\nclose_on = "Wann"\nphase = "Lage"\n'
    )
    (line,) = json.loads(shell.run("pipeline", "check", "--json").stdout)
    assert (line["account"], line["close_on"], line["closed"]) == ("Acme", "2027-02-01", True)
    assert json.loads(shell.run("due", "--json").stdout) == []
    (shell.home / "session-tui.toml").write_text('schema = 1\n[pipeline]\nfile = "deals.csv"\ndate_order = "dym"\n')
    assert 'pipeline.date_order: "dym" is not one of' in shell.run("pipeline", "check").stderr


def test_without_a_file_and_a_pipeline_the_usage_is_said(shell: Shell) -> None:
    done = shell.run("pipeline", "check")
    assert (done.returncode, "FILE is missing" in done.stderr) == (2, True)


def test_a_folder_and_a_large_file_are_a_sentence_each(shell: Shell) -> None:
    done = shell.run("pipeline", "check", str(shell.home))
    assert (done.returncode, "it is a folder" in done.stderr) == (1, True)
    with (shell.home / "big.csv").open("wb") as big:
        big.truncate(2**40)  # with a hole: it takes no room, and reading it would take minutes
    begin = time.monotonic()
    done = shell.run("pipeline", "check", "big.csv")
    assert (done.returncode, "larger than 20 MB" in done.stderr) == (1, True)
    assert time.monotonic() - begin < 20


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_no_program_writes_into_ends_in_a_sentence(shell: Shell) -> None:
    os.mkfifo(shell.home / "pipe")
    done = shell.run("pipeline", "check", "pipe")
    assert (done.returncode, "no program wrote into it" in done.stderr) == (1, True)


@pytest.mark.slow
def test_fifty_thousand_lines_are_printed_in_bounded_time(shell: Shell) -> None:
    with (shell.home / "large.csv").open("w", encoding="utf-8") as file:
        file.write("Account Name,Opportunity Name,Stage,Amount,Close Date\n")
        file.writelines(f"Account {n},Deal {n},Proposal,{n}.00,{n % 12 + 1}/{n % 28 + 1}/2027\n" for n in range(50_000))
    begin = os.times().children_user
    done = shell.run("pipeline", "check", "large.csv", COLUMNS="140")
    assert done.stdout.count("\n") > 50_000
    assert os.times().children_user - begin < 6  # 1.6 s on an idle machine


@pytest.mark.slow
def test_what_is_due_of_fifty_thousand_lines_is_printed_in_bounded_time(shell: Shell) -> None:
    with (shell.home / "large.csv").open("w", encoding="utf-8") as file:
        file.write("Account Name,Opportunity Name,Stage,Amount,Close Date\n")
        file.writelines(f"Account {n},Deal {n},Proposal,{n}.00,{n % 12 + 1}/{n % 28 + 1}/2027\n" for n in range(50_000))
    begin = os.times().children_user
    done = shell.run("due", "--pipeline", "large.csv")
    assert done.stdout.count("\n") > 50_000
    assert os.times().children_user - begin < 6  # 1.7 s on an idle machine
