"""Covers: session_tui.cli.scorecard.

The scorecard at a shell: rated line by line, and the report that lays the record beside the
opinion.
"""

import csv
import io
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import TOP, Shell
from session_tui.model.team.metrics import DEFINITIONS, TITLES

ANA = "8 often\n10 c\n6 s\n4 s\n9 c\n7 c\n3 s\n2 o\n9 n\n"
BEN = "8 n\n3 c\n6 s\n7 c\n9 o\n7 n\n3 s\n2 o\n9 n\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """No session yet."""
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


@pytest.fixture
def team(tmp_path: Path) -> Shell:
    """The sample sessions, of which one in six has a credit split that adds up."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return Shell(tmp_path)


@pytest.fixture
def rated(team: Shell) -> Shell:
    """Two people rated everything this quarter."""
    for name, lines in (("Ana Ruiz", ANA), ("Ben Okafor", BEN)):
        done = team.run("scorecard", "--plain", "--as", name, "--round", "2026-Q4", lines=lines)
        assert done.returncode == 0, done.stderr
    return team


def report(shell: Shell, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.run("scorecard", "report", "--json", *options).stdout)
    return found


def files(shell: Shell) -> list[Path]:
    return sorted((shell.home / "assessments").glob("*.toml"))


def test_what_contradicts_the_record_is_the_first_line(rated: Shell) -> None:
    first = rated.run("scorecard", "report", COLUMNS="1000").stdout.splitlines()[0]
    assert first.startswith("▲ Rated consistently, on record 17 %: Credit splits are settled beforehand")
    assert "1 of 6 sessions with a credit split that adds up" in first and "Said by Ana Ruiz." in first


def test_the_report_has_people_levels_gaps_spread_record_and_fits_80_columns(rated: Shell) -> None:
    said = rated.run("scorecard", "report", COLUMNS="80").stdout
    assert max(map(len, said.splitlines())) <= 80
    assert "2 people (Ana Ruiz and Ben Okafor)" in said
    for words in (
        "INDIVIDUAL",
        "OPPORTUNITY",
        "ACCOUNT",
        "INDUSTRY",
        "Ana Ruiz 0, Ben Okafor 21",
        "█",
        *TITLES.values(),
    ):
        assert words in said, words


def test_json_and_csv_have_the_documented_keys(rated: Shell) -> None:
    found = report(rated)
    assert list(found) == [
        "round", "people", "contradictions", "practices", "levels", "rounds", "trend", "record", "unfinished",
    ]  # fmt: skip
    assert found["people"] == ["Ana Ruiz", "Ben Okafor"] and len(found["practices"]) == 9
    assert found["contradictions"][0]["id"] == "credit-settled" and found["contradictions"][0]["share"] == 0.167
    assert [each["definition"] for each in found["record"]] == list(DEFINITIONS.values())
    rows = list(csv.DictReader(io.StringIO(rated.run("scorecard", "report", "--csv").stdout)))
    assert [row["id"] for row in rows] == [each["id"] for each in found["practices"]]
    assert {row["id"]: row["record"] for row in rows}["credit-settled"] == "credit_settled 1/6"
    assert rated.run("scorecard", "report", "--csv", "--json").returncode == 2


@pytest.mark.parametrize("command", [("scorecard", "--help"), ("scorecard", "report", "--help")])
def test_help_defines_every_figure_of_the_record(shell: Shell, command: tuple[str, ...]) -> None:
    said = " ".join(shell.run(*command).stdout.split())
    for name, words in DEFINITIONS.items():
        assert f"{TITLES[name]}: {words}." in said


def test_rounds_are_laid_beside_each_other_and_an_unknown_one_names_those_there_are(rated: Shell) -> None:
    rated.run("scorecard", "--plain", "--as", "Ana Ruiz", "--round", "2027-Q1", lines="8 c\n")
    found = report(rated)
    assert (found["round"], found["rounds"]) == ("2027-Q1", ["2026-Q4", "2027-Q1"])
    assert found["unfinished"] == [{"name": "Ana Ruiz", "practices": 8}]
    assert report(rated, "--round", "2026-Q4")["rounds"] == ["2026-Q4"]
    said = rated.run("scorecard", "report").stdout
    assert "Over the rounds" in said and "Ana Ruiz has 8 practices left to rate." in said
    none = rated.run("scorecard", "report", "--round", "2025-Q1")
    assert none.returncode == 1 and "There are: 2026-Q4, 2027-Q1." in none.stderr
    assert rated.run("scorecard", "report", "--round", "../x").returncode == 2
    assert report(rated, "--round", "2026-q4")["round"] == "2026-Q4"  # a slip of the finger is no round of its own


def test_an_answer_out_of_range_is_a_sentence_and_the_practice_is_asked_again(shell: Shell) -> None:
    done = shell.run("scorecard", "--plain", "--as", "Ana Ruiz", lines="11 often\n8\noften\nback\n\nleave\n")
    assert "11 is not between 1 and 10" in done.stderr and "And how often do we do it" in done.stdout
    assert "[8 often]" in done.stdout  # going back shows what was answered
    (path,) = files(shell)
    (rating,) = tomllib.loads(path.read_text(encoding="utf-8"))["ratings"]
    assert (rating["id"], rating["importance"], rating["execution"]) == ("rewarded", 8, "often")


def test_begun_again_it_goes_on_with_what_is_not_rated(shell: Shell) -> None:
    shell.run("scorecard", "--plain", "--as", "Ana Ruiz", lines="8 often\n\n")
    again = shell.run("scorecard", "--plain", "--as", "Ana Ruiz", lines="3 c\n")
    assert "1/9" not in again.stdout and "2/9" in again.stdout
    assert len(files(shell)) == 1
    shell.run("scorecard", "--plain", "--as", "Mei Tan", lines="3 c\n")
    assert len(files(shell)) == 2


def test_a_practice_that_was_removed_between_rounds_is_told_by_its_text(rated: Shell) -> None:
    (rated.home / "assessments" / "practices.toml").write_text(
        'schema = 1\n[[practices]]\nid = "lunch"\nlevel = "individual"\ntext = "We have lunch together"\n',
        encoding="utf-8",
    )
    found = report(rated)
    gone = {each["text"]: each["asked"] for each in found["practices"]}
    assert gone["Credit splits are settled beforehand and support the strategy"] is False and len(gone) == 9
    assert "(not asked any more)" in rated.run("scorecard", "report").stdout
    asked = rated.run("scorecard", "--plain", "--as", "Ana Ruiz", "--round", "2027-Q1", lines="5 s\n")
    assert "1/1 individual: We have lunch together" in asked.stdout


def test_broken_practices_are_a_sentence_with_its_place_and_the_report_is_still_there(rated: Shell) -> None:
    own = rated.home / "assessments" / "practices.toml"
    own.write_text('schema = 1\n[[practices]]\nid = "lunch"\nlevel = "kitchen"\ntext = "We eat"\n', encoding="utf-8")
    asked = rated.run("scorecard", "--plain", "--as", "Ana Ruiz", lines="5 s\n")
    assert asked.returncode == 1 and "practices.toml:4:9" in asked.stderr and '"kitchen"' in asked.stderr
    told = rated.run("scorecard", "report")
    assert told.returncode == 0 and "practices.toml:4:9" in told.stderr and "INDIVIDUAL" in told.stdout


def test_two_files_of_one_person_and_a_broken_one_are_a_sentence_each(rated: Shell) -> None:
    first = files(rated)[0]
    first.with_name("copy.toml").write_bytes(first.read_bytes())
    first.with_name("broken.toml").write_text("kind = \n", encoding="utf-8")
    told = rated.run("scorecard", "report")
    assert told.returncode == 0 and "2 people" in told.stdout
    assert "copy.toml: Ana Ruiz has another scorecard in round 2026-Q4" in told.stderr
    assert "broken.toml" in told.stderr and len(told.stderr.splitlines()) == 3  # and where the figures are explained


def test_a_broken_file_of_the_enemies_is_not_told_by_the_scorecard(rated: Shell) -> None:
    folder = files(rated)[0].parent
    secret = 'schema = 1\nkind = "enemy"\nround = "2026-Q4"\n[[answers]]\nno_trust = "rules" "rules"\n'
    for name in ("2026-Q4-enemies-7k3q.toml", "account-acme-freight-enemies-2026-Q4-7k3q.toml"):
        (folder / name).write_text(secret, encoding="utf-8")
    told = rated.run("scorecard", "report")
    assert told.returncode == 0 and "enemies" not in told.stderr and "rules" not in told.stderr


def test_nobody_yet_and_nobody_known_are_sentences(shell: Shell) -> None:
    none = shell.run("scorecard", "report")
    assert none.returncode == 0 and "Nobody has rated anything yet" in none.stderr and not none.stdout
    assert report(shell)["people"] == []
    assert shell.run("scorecard", "report", "--csv").stdout.startswith("round,level,id,")
    who = shell.run("scorecard", "--plain")
    assert who.returncode == 1 and "who answers is not known" in who.stderr
    screen = shell.run("scorecard", "--as", "Ana Ruiz")
    assert screen.returncode == 1 and "--plain asks line by line" in screen.stderr


def test_a_folder_that_cannot_be_written_is_said_at_once_and_the_answers_are_kept(shell: Shell) -> None:
    (shell.home / "assessments").write_text("in the way", encoding="utf-8")
    done = shell.run("scorecard", "--plain", "--as", "Ana Ruiz", lines="8 c\n5 s\n")
    assert done.returncode == 1 and done.stderr.count("Not saved: ") == 2 and "Your answers are kept in" in done.stderr
    (kept,) = (shell.home / "state" / "scorecards").glob("*.toml")
    assert len(tomllib.loads(kept.read_text(encoding="utf-8"))["ratings"]) == 2


def test_options_of_the_report_before_it_are_wrong_usage_and_not_passed_over(rated: Shell) -> None:
    done = rated.run("scorecard", "--round", "2026-Q3", "report")
    assert done.returncode == 2 and "stand behind it" in done.stderr


def test_markup_and_controls_in_practices_and_names_are_shown_as_text(shell: Shell) -> None:
    folder = shell.home / "assessments"
    folder.mkdir()
    (folder / "practices.toml").write_text(
        'schema = 1\n[[practices]]\nid = "x"\nlevel = "individual"\ntext = "[red]We\\u001b[2J eat[/]"\n',
        encoding="utf-8",
    )
    shell.run("scorecard", "--plain", "--as", "Ana [b]Ruiz", lines="5 s\n")
    said = shell.run("scorecard", "report").stdout
    assert "\x1b" not in said and "[red]We" in said and "Ana [b]Ruiz" in said


def test_validate_and_export_schema_know_the_files(rated: Shell) -> None:
    names = [str(path) for path in files(rated)]
    assert rated.run("validate", *names).returncode == 0
    for kind in ("scorecard", "practices"):
        assert "$defs" in json.loads(rated.run("export-schema", kind).stdout)
