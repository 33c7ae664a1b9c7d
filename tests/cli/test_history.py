"""Covers: session_tui.cli.history.

Looking back from a shell: tables for people, JSON and CSV for programs, a sentence for what is not
there.
"""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from cli.test_commands import TOP, Shell
from conftest import EXAMPLE
from session_tui.store import session_file


@pytest.fixture
def team(tmp_path: Path) -> Shell:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return Shell(tmp_path)


def test_beliefs_tell_each_assumption_and_how_far_evidence_could_be_trusted(team: Shell) -> None:
    told = team.run("beliefs", "acme freight").stdout
    assert "✓" in told and "turned out true" in told and "1 → 2" in told and "too few to say" in told
    found = json.loads(team.run("beliefs", "acme freight", "--json").stdout)
    assert len(found["assumptions"]) == 5 and [each["evidence"] for each in found["trust"]] == [1, 2, 3, 4, 5]
    rows = list(csv.DictReader(io.StringIO(team.run("beliefs", "acme freight", "--csv").stdout)))
    assert [row["text"] for row in rows] == [each["text"] for each in found["assumptions"]]


def test_beliefs_without_an_account_are_about_all_of_them(team: Shell) -> None:
    told = team.run("beliefs").stdout
    assert "Over all accounts" in told and "Raised" not in told


def test_history_of_an_account_has_outcomes_minutes_and_everybodys_support(team: Shell) -> None:
    told = team.run("history", "borealis foods", COLUMNS="140").stdout
    assert "31 of 30" in told and "pursue on a condition" in told and "▂▄▆" in told
    assert "non-supporter → supporter" in told
    found = json.loads(team.run("history", "borealis foods", "--json").stdout)
    assert len(found["sessions"]) == 3 and found["people"][0]["points"]


def test_history_of_a_person_is_over_all_accounts(team: Shell) -> None:
    told = team.run("history", "--person", "mei").stdout
    assert "Acme Freight" in told and "Borealis Foods" in told
    assert "neutral → non-supporter" in team.run("history", "--person", "ruth").stdout


def test_compare_puts_the_earlier_first_whichever_is_named_first(team: Shell) -> None:
    one, other = (team.run("compare", *ids).stdout for ids in (("t4c1", "2m9x"), ("2m9x", "t4c1")))
    assert one == other and "~ Ruth Vale, CFO\n      support: neutral → non-supporter\n" in one
    found = json.loads(team.run("compare", "t4c1", "2m9x", "--json").stdout)
    assert [each["title"] for each in found][:2] == ["Deal", "People"]


def test_two_accounts_are_compared_by_name_and_that_is_said(team: Shell) -> None:
    assert "two accounts" in team.run("compare", "r7ya", "2m9x").stderr


def test_stats_say_each_action_and_no_zero_once_more(team: Shell) -> None:
    lines = [line for line in team.run("stats").stdout.splitlines() if line.startswith("Tom Adeyemi")]
    found = json.loads(team.run("stats", "--json").stdout)
    (tom,) = (each for each in found["owners"] if each["owner"] == "Tom Adeyemi")
    counts = [tom[key] for key in ("on_time", "late", "undated", "overdue", "dropped")]
    columns = [int(each) for each in lines[0].split()[2:] if each.isdigit()]
    assert sum(columns) == sum(counts) + tom["open"] - tom["overdue"]
    assert " 0 live" not in team.run("stats").stdout


def test_stats_have_an_owner_a_row_and_each_figure_in_json(team: Shell) -> None:
    told = team.run("stats").stdout
    assert "6 on 2 accounts" in told and "Mei Tan" in told
    found = json.loads(team.run("stats", "--json").stdout)
    assert (found["held"], found["prepared"], found["accounts"]) == (6, 1, 2)
    rows = list(csv.DictReader(io.StringIO(team.run("stats", "--csv").stdout)))
    assert [row["owner"] for row in rows] == [each["owner"] for each in found["owners"]]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("beliefs", "acme frieght"), 2, "Did you mean Acme Freight?"),
        (("history", "nobody"), 2, "there is no session on nobody"),
        (("beliefs", "r"), 2, "r may be Acme Freight, Borealis Foods. Write more of the name."),
        (("actions", "--json", "--csv"), 2, "Choose one of --json and --csv."),
        (("beliefs", "acme", "--json", "--screen"), 2, "Choose one of --json, --csv and --screen."),
        (("beliefs", "--screen"), 2, "Say which ACCOUNT"),
        (("history",), 2, "Say an ACCOUNT"),
        (("history", "acme freight", "--person", "ruth"), 2, "Say an ACCOUNT"),
        (("history", "--person", "zzz"), 2, "is on no map"),
        (("compare", "2m9x", "latest-but-one"), 1, "there is no session"),
        (("compare", "2m9x", "2m9x"), 2, "compared with itself"),
    ],
)
def test_what_is_not_there_is_a_sentence(team: Shell, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = team.run(*arguments)
    assert done.returncode == status and said in done.stderr


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    shell = Shell(tmp_path)
    assert "session-tui run ACCOUNT begins one" in shell.run("stats").stderr
    assert "none tested" in shell.run("beliefs").stdout


def test_nothing_is_cut_in_a_narrow_terminal(team: Shell) -> None:
    told = team.run("beliefs", "acme freight", COLUMNS="60").stdout
    words = told.replace("\n", " ").split()
    assert all(word in words for word in ("incumbent", "ship", "carrier", "tracking", "summer"))
    assert all(len(line) <= 60 for line in told.splitlines() if not line.startswith("Over all"))


def test_a_part_of_an_accounts_name_is_enough_and_the_whole_is_said(team: Shell) -> None:
    for command in ("beliefs", "history"):
        assert team.run(command, "acme").stdout.startswith("Acme Freight\n")
        assert team.run(command, "acme", "--json").stdout == team.run(command, "ACME FREIGHT", "--json").stdout


def test_who_tested_and_when_it_was_raised_is_told_at_any_width(team: Shell) -> None:
    for width in ("60", "80", "120"):
        told = " ".join(team.run("beliefs", "acme", COLUMNS=width).stdout.split())
        assert told.count("Mei Tan") == 3 and "Mon 26 Oct" in told, width


def test_stats_of_sessions_without_a_clock_say_that_no_minutes_are_known(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    shell = Shell(tmp_path)
    one = replace(session_file.read(EXAMPLE.read_bytes()).session, clock=(), parts=())
    (shell.sessions / f"{one.id}.toml").write_bytes(session_file.new(one).content())
    assert "no session has its minutes on record" in shell.run("stats").stdout


def test_compare_for_a_spreadsheet_has_a_line_a_fact(team: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(team.run("compare", "t4c1", "2m9x", "--csv").stdout)))
    moved = next(row for row in rows if row["name"] == "Ruth Vale, CFO" and row["fact"] == "support")
    assert (moved["kind"], moved["what"], moved["was"], moved["now"]) == (
        "People",
        "changed",
        "neutral",
        "non-supporter",
    )


def test_whoever_nobody_can_name_yet_is_told_by_the_title(team: Shell) -> None:
    assert "reports to: nothing → ?, Group CFO" in team.run("compare", "9kd3", "r7ya").stdout
