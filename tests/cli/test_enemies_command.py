"""Covers: session_tui.cli.enemies.

The enemies of teamwork at a shell: the remarks before an answer is written, refused options, and
what a report reveals.
"""

import csv
import io
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import TOP, Shell
from cli.test_due_and_gate import hold
from session_tui.model.team.enemies import HABITS
from terminal import Terminal

ALL = len(HABITS)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def answer(shell: Shell, *said: str) -> None:
    """Each a person about us, on their own."""
    for each in said:
        done = shell.run("enemies", "--about", "us", "--round", "2026-Q4", "--plain", lines=f"{each}\n" * ALL)
        assert done.returncode == 0, done.stderr


def report(shell: Shell, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.run("enemies", "report", "--about", "us", "--json", *options).stdout)
    return found


def files(shell: Shell) -> list[Path]:
    return sorted((shell.home / "assessments").glob("*.toml"))


def test_one_answer_and_two_give_the_same_and_nothing_in_any_form(shell: Shell) -> None:
    said = []
    for each in ("seen", "rules"):
        answer(shell, each)
        runs = [
            shell.run("enemies", "report", "--about", "us", "--round", "2026-Q4", *form)
            for form in ((), ("--json",), ("--csv",))
        ]
        said.append([(done.returncode, done.stdout, done.stderr) for done in runs])
    assert said[0] == said[1]
    assert all("fewer than three answers about us in round 2026-Q4" in stderr for _, _, stderr in said[0])
    assert json.loads(said[0][1][1]) | {"error": ""} == {
        "about": "us", "round": None, "people": None, "habits": [], "error": "",
    }  # fmt: skip
    assert said[0][2][1] == "about,round,people,id,habit,not_seen,seen,often,rules,share,weight\n"


def test_three_make_a_report_and_the_fourth_changes_nothing_in_it(shell: Shell) -> None:
    answer(shell, "seen", "rules", "often")
    before = report(shell)
    assert before["people"] == 3 and len(before["habits"]) == ALL
    assert before["habits"][0] | {"id": "", "habit": ""} == {
        "id": "", "habit": "", "not_seen": 0, "seen": 1, "often": 1, "rules": 1, "share": 1.0, "weight": 2.0,
    }  # fmt: skip
    answer(shell, "not seen")
    assert report(shell) == before
    answer(shell, "not seen", "not seen")
    assert report(shell)["people"] == 6
    shown = shell.run("enemies", "report", "--about", "us", COLUMNS="80").stdout
    assert "6 people answered" in shown and "███" in shown and max(map(len, shown.splitlines())) <= 80
    rows = list(csv.DictReader(io.StringIO(shell.run("enemies", "report", "--about", "us", "--csv").stdout)))
    assert len(rows) == ALL and rows[0]["not_seen"] == "3"


def test_a_quarter_in_small_letters_is_no_round_of_its_own(shell: Shell) -> None:
    shell.run("enemies", "--about", "me", "--round", "2026-q4", "--plain", lines="rules\n")
    assert report_about(shell, "me", "--round", "2026-Q4")["habits"][0]["rules"] == 1


def test_git_is_told_before_anything_is_written(shell: Shell) -> None:
    subprocess.run(["git", "init", "-q", str(shell.home)], check=True, timeout=20)
    done = shell.run("enemies", "--about", "us", "--plain", lines="")
    assert f"git keeps this folder ({shell.home}): the commit names who added a file" in done.stdout
    assert "--together asks several people in turn" in done.stdout
    assert not (shell.home / "assessments").exists()


def test_without_git_it_is_not_said(shell: Shell) -> None:
    assert "commit" not in shell.run("enemies", "--about", "us", "--plain").stdout


def test_several_in_turn_are_one_file_and_half_an_answer_is_in_none(shell: Shell) -> None:
    lines = "seen\n" * ALL + "\n" + "rules\n" * ALL + "\n" + "often\n" * 3
    done = shell.run("enemies", "--about", "us", "--together", "--plain", lines=lines)
    assert "2 answers about us" in done.stdout and "was not finished, so nothing of it is kept" in done.stderr
    (path,) = files(shell)
    assert path.read_text(encoding="utf-8").count("[[answers]]") == 2
    assert '"often"' not in path.read_text(encoding="utf-8")


def test_whoever_is_interrupted_loses_nothing_of_those_who_finished(shell: Shell) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "session_tui", "enemies", "--about", "us", "--together", "--plain"],
        environment=shell.environment,
        cwd=shell.home,
        forked=True,
    )
    try:
        terminal.waits_for(lambda text: "1/20" in text)
        terminal.types("seen\r" * ALL)
        terminal.waits_for(lambda text: "An empty line begins the next person's" in text)
        assert files(shell) == []
        terminal.types("\r")
        terminal.waits_for(lambda text: "1/20" in text)
        terminal.types("rules\r\x03")
        terminal.insists("\x03")  # one that comes between Python's prompt and its read is noticed with the next key
        assert terminal.ends() == 1
    finally:
        terminal.close()
    (path,) = files(shell)
    assert path.read_text(encoding="utf-8").count("[[answers]]") == 1


def test_half_an_answer_about_us_leaves_nothing_on_disk(shell: Shell) -> None:
    done = shell.run("enemies", "--about", "us", "--plain", lines="seen\n" * (ALL - 1) + "\nleave\n")
    assert "About us all twenty are answered" in done.stderr and "Nothing was written." in done.stdout
    left = [path for path in shell.home.rglob("*") if path.is_file() and b"seen" in path.read_bytes()]
    assert left == []


def test_an_answer_out_of_range_is_a_sentence_and_asked_again(shell: Shell) -> None:
    done = shell.run("enemies", "--about", "me", "--plain", lines="7\nrules\nleave\n")
    assert done.returncode == 1
    assert (
        done.stderr
        == "7 is not an answer here. Write 0 not seen, 1 seen, 2 often, 3 rules, or the first letter: n s o r.\n"
    )
    assert report_about(shell, "me")["habits"][0]["id"] == "personal_agendas"


def report_about(shell: Shell, whom: str, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.run("enemies", "report", "--about", whom, "--json", *options).stdout)
    return found


@pytest.mark.parametrize("whom", ["me", "ME", "Me "])
def test_what_is_about_me_is_in_my_own_folder_and_in_no_other(shell: Shell, whom: str) -> None:
    environment = {"SESSION_TUI_STATE": ""}  # as most people have it
    shell.run("enemies", "--about", whom, "--plain", lines="rules\nleave\n", **environment)
    mine = shell.home / "data" / "session-tui" / "me" / "enemies.toml"
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600 and stat.S_IMODE(mine.parent.stat().st_mode) == 0o700
    others = [
        path for path in shell.home.rglob("*") if path.is_file() and path != mine and b"rules" in path.read_bytes()
    ]
    assert others == [] and files(shell) == []


def test_the_state_folder_moves_what_is_about_me(shell: Shell) -> None:
    shell.run("enemies", "--about", "me", "--plain", lines="rules\n")
    assert (shell.home / "state" / "me" / "enemies.toml").exists()


def test_rounds_about_me_are_told_with_their_trend(shell: Shell) -> None:
    for round_, said in (("2026-Q3", "rules"), ("2026-Q4", "seen")):
        shell.run("enemies", "--about", "me", "--round", round_, "--plain", lines=f"{said}\n" * ALL)
    shown = shell.run("enemies", "report", "--about", "me").stdout
    assert "Over the rounds" in shown and "█▃" in shown
    assert [each["often_or_ruling"] for each in report_about(shell, "me")["rounds"]] == [20, 0]
    assert report_about(shell, "me", "--round", "2026-Q3")["habits"][0]["rules"] == 1
    assert (
        report_about(shell, "me", "--round", "2026-Q1")["error"]
        == "Nothing was answered about you in round 2026-Q1 yet."
    )


def test_about_an_account_needs_a_name_and_takes_the_sessions_spelling(shell: Shell) -> None:
    shutil.copytree(TOP / "sessions", shell.sessions, dirs_exist_ok=True)
    nobody = shell.run("enemies", "--about", "Acme Freight", "--plain", lines="rules\n")
    assert nobody.returncode == 1 and "who answers about an account is not known" in nobody.stderr
    done = shell.run("enemies", "--about", "acme freight", "--as", "Ana Ruiz", "--plain", lines="rules\n")
    assert done.stderr == "" and files(shell)[0].name.startswith("account-acme-freight-enemies-")
    assert 'account = "Acme Freight"' in files(shell)[0].read_text(encoding="utf-8")
    typo = shell.run("enemies", "--about", "Acme Fright", "--as", "Ana Ruiz", "--plain", lines="")
    assert typo.returncode == 2 and "Did you mean Acme Freight?" in typo.stderr


def test_a_report_is_a_page_with_a_picture_and_none_about_me_or_of_two(shell: Shell) -> None:
    def page(*whom: str) -> str:
        return shell.run("enemies", "report", "--html", "--about", *whom).stdout

    answer(shell, "seen", "rules")
    assert page("us") == ""
    answer(shell, "rules")
    shown = page("us")
    assert shown.startswith("<!doctype html>") and shown.count('class="gap"') == ALL
    assert "About us: 3 people answered." in shown and "2 rules, 1 seen" in shown and "<script" not in shown
    shell.run("enemies", "--about", "<b>Acme", "--as", "Ana Ruiz", "--plain", lines="rules\n")
    assert "About &lt;b&gt;Acme: 1 person answered." in page("<b>Acme")
    shell.run("enemies", "--about", "me", "--plain", lines="rules\n")
    mine = shell.run("enemies", "report", "--html", "--about", "me")
    assert (mine.returncode, mine.stdout) == (2, "") and "What is about me is in no document." in mine.stderr


def test_a_part_of_an_account_s_name_is_that_account_and_never_another(shell: Shell) -> None:
    shutil.copytree(TOP / "sessions", shell.sessions, dirs_exist_ok=True)
    shell.run("enemies", "--about", "acme", "--as", "Ana Ruiz", "--plain", lines="rules\n")
    assert 'account = "Acme Freight"' in files(shell)[0].read_text(encoding="utf-8")
    told = json.loads(shell.run("enemies", "report", "--about", "freight", "--json").stdout)
    assert (told["about"], told["people"]) == ("Acme Freight", 1)


def test_what_is_said_of_an_account_is_in_no_document_whatever_the_detail(shell: Shell) -> None:
    held = hold(shell, 7)
    account = json.loads(shell.run("list", "--json").stdout)[0]["account"]
    lines = "rules\n" * ALL
    shell.run("enemies", "--about", account, "--as", "Xqzv Private", "--plain", lines=lines)
    shell.run("enemies", "--about", "me", "--plain", lines=lines)
    words = ("Xqzv", *(each for each in HABITS if "_" in each), *(each for each in HABITS.values() if " " in each))
    for detail in ("shared", "full"):
        out = shell.home / f"out-{detail}"
        done = shell.run("export", held, "--to", "md,html,ics,csv,json,eml", "--detail", detail, "-o", str(out))
        assert done.returncode == 0, done.stderr
        for path in out.iterdir():
            text = path.read_text(encoding="utf-8-sig")
            assert [each for each in words if each in text] == [], path.name
    for command in (
        ("show", held),
        ("show", held, "--json"),
        ("brief", account),
        ("list", "--json"),
        ("stats", "--json"),
    ):
        text = shell.run(*command).stdout
        assert [each for each in words if each in text] == [], command
    index = b"".join(path.read_bytes() for path in (shell.home / "state" / "cache").rglob("*") if path.is_file())
    assert [each for each in words if each.encode() in index] == []


def test_line_by_line_a_session_counts_them_until_they_are_asked_for(shell: Shell) -> None:
    shell.run("enemies", "--about", "Acme Freight", "--as", "Ana Ruiz", "--plain", lines="rules\n" * 5)
    done = shell.run("run", "acme freight", "--plain", lines="/leave\n")
    assert "Enemies of teamwork here: 5 often or ruling, private: /enemies opens them." in done.stdout
    assert "no compromise" not in done.stdout
    done = shell.run("resume", "--plain", lines="/enemies\n/leave\n")
    assert "  no compromise: rules\n" in done.stdout and "is this customer worth the team's time?" in done.stdout
    other = shell.run("run", "Borealis Foods", "--plain", lines="/enemies\n/leave\n")
    assert "/enemies: not now: nobody has answered on this account" in other.stderr
    assert "Enemies" not in other.stdout


def test_a_habit_of_a_newer_list_is_said_kept_and_not_counted(shell: Shell) -> None:
    answer(shell, "seen", "seen", "seen")
    path = files(shell)[0]
    path.write_text(path.read_text(encoding="utf-8") + 'ghosting = "rules"\n', encoding="utf-8")
    done = shell.run("enemies", "report", "--about", "us", "--json")
    assert "speak of a habit that this version does not know: ghosting. Kept, and not counted." in done.stderr
    assert "ghosting" not in done.stdout and json.loads(done.stdout)["people"] == 3


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["enemies"], 2, "Say whom it is about, with --about"),
        (["enemies", "report"], 2, "Say whom it is about, with --about"),
        (["enemies", "--about", "me", "--together"], 2, "--together is about us"),
        (["enemies", "--about", "us", "--round", "../x"], 2, "--round: ../x is not letters, digits and hyphens"),
        (["enemies", "--about", "us"], 1, "--plain asks line by line"),
        (["enemies", "--about", "us", "report", "--about", "us"], 2, "Options of the report stand behind it"),
        (["enemies", "report", "--about", "us", "--json", "--csv"], 2, "Choose one of --json, --csv and --html."),
    ],
)
def test_wrong_use_is_a_sentence(shell: Shell, arguments: list[str], status: int, said: str) -> None:
    done = shell.run(*arguments)
    assert done.returncode == status and said in done.stderr


def test_the_schema_has_all_three_forms(shell: Shell) -> None:
    schema = json.loads(shell.run("export-schema", "enemies").stdout)
    assert len(schema["anyOf"]) == 3 and {"Us", "Mine", "Theirs"} <= schema["$defs"].keys()


def test_in_a_real_terminal_twenty_keys_and_enter_keep_an_answer(shell: Shell) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "session_tui", "enemies", "--about", "us", "--round", "2026-Q4"],
        environment=shell.environment,
        cwd=shell.home,
        forked=True,
    )
    try:
        terminal.waits_for(lambda text: "answer alone" in text)
        terminal.types("\r")
        terminal.waits_for(lambda text: "0 of 20 answered" in text)
        terminal.types("2" * ALL)
        terminal.waits_for(lambda text: "All twenty are answered" in text)
        assert files(shell) == []
        terminal.types("\r")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    assert len(files(shell)) == 1
