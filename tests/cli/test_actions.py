"""Covers: session_tui.cli.actions, session_tui.cli.done.

Following up from a shell: what is owed, and what became of it, in the one file where it stands.
"""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import TOP, Shell

LATEST = "2026-11-09-acme-freight-2m9x"
KEYS = [
    "session_id", "id", "text", "owner", "due", "status", "account", "overdue", "first_raised_in",
    "zone", "opportunity", "result", "slips", "done_on",
]  # fmt: skip


@pytest.fixture
def team(tmp_path: Path) -> Shell:
    """The sample sessions: two accounts, three sessions each."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return Shell(tmp_path)


def rows(shell: Shell, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shell.run("actions", "--json", *options).stdout)
    return found


def item(shell: Shell, entry: str) -> dict[str, Any]:
    tables = tomllib.loads((shell.sessions / f"{LATEST}.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(each for each in tables["action_items"] if each["id"] == entry)
    return found


def test_actions_have_the_documented_keys_and_each_stands_once(team: Shell) -> None:
    found = rows(team)
    assert all(list(row) == KEYS for row in found)
    assert len({(row["first_raised_in"], row["id"]) for row in found}) == len(found)


@pytest.mark.parametrize(
    ("options", "holds"),
    [
        (("--open",), lambda row: row["status"] == "open"),
        (("--overdue",), lambda row: row["overdue"]),
        (("--owner", "mei"), lambda row: row["owner"] == "Mei Tan"),
        (("--owner", ""), lambda row: row["owner"] is None),
        (("--account", "acme"), lambda row: row["account"] == "Acme Freight"),
        (("--due-before", "2026-11-20"), lambda row: row["status"] == "open" and row["due"] < "2026-11-20"),
    ],
)
def test_a_filter_leaves_what_it_names_and_all_of_it(team: Shell, options: tuple[str, ...], holds: Any) -> None:
    found = rows(team, *options)
    assert found and all(map(holds, found))
    assert found == [row for row in rows(team) if holds(row)]


def test_done_writes_result_and_day_into_the_file_and_says_so_among_its_changes(team: Shell) -> None:
    done = team.run("done", "2m9x:t3", "under", "200", "a", "phone", "call", "does")
    assert done.returncode == 0 and "2m9x:t3 is done" in done.stdout and "reopen 2m9x:t3" in done.stderr
    assert item(team, "t3")["status"] == "done" and item(team, "t3")["result"] == "under 200 a phone call does"
    tables = tomllib.loads((team.sessions / f"{LATEST}.toml").read_text(encoding="utf-8"))
    assert {"status", "result", "done_on"} <= {row["field"] for row in tables["changes"] if row["entry"] == "t3"}


def test_several_actions_are_done_at_once_with_one_result(team: Shell) -> None:
    done = team.run("done", "2m9x:t6", "t7", "they", "agreed")
    assert done.returncode == 0 and done.stdout.count(" is done: ") == 2
    assert "session-tui reopen 2m9x:t6 2m9x:t7 takes them back." in done.stderr
    assert [(item(team, id)["status"], item(team, id)["result"]) for id in ("t6", "t7")] == [
        ("done", "they agreed")
    ] * 2
    assert team.run("reopen", "2m9x:t6", "t7").returncode == 0
    assert all("status" not in item(team, id) or item(team, id)["status"] == "open" for id in ("t6", "t7"))
    assert team.run("assign", "2m9x:t6", "2m9x:t7", "mei", "--due", "2026-12-04").returncode == 0
    assert {item(team, id)["owner"] for id in ("t6", "t7")} == {"Mei Tan"}


def test_a_word_that_may_be_an_action_is_never_taken_for_a_result(team: Shell) -> None:
    before = (team.sessions / f"{LATEST}.toml").read_bytes()
    for words in (("2m9x:t6", "they", "agreed", "2m9x:t7"), ("2m9x:t6", "moved", "to", "t7")):
        done = team.run("done", *words)
        assert done.returncode == 2 and "--result TEXT" in done.stderr
    assert team.run("done", "2m9x:t6", "agreed", "--result", "x").returncode == 2
    assert (team.sessions / f"{LATEST}.toml").read_bytes() == before
    assert team.run("done", "2m9x:t6", "--result", "moved to t7").returncode == 0
    assert item(team, "t6")["result"] == "moved to t7"


def test_one_name_that_is_none_leaves_all_as_they_were(team: Shell) -> None:
    before = (team.sessions / f"{LATEST}.toml").read_bytes()
    done = team.run("done", "2m9x:t6", "2m9x:t99", "2m9x:t4", "agreed")
    assert done.returncode == 1 and "no action t99" in done.stderr and "nothing was changed" in done.stderr
    assert (team.sessions / f"{LATEST}.toml").read_bytes() == before


def test_an_action_was_done_on_the_day_that_is_said(team: Shell) -> None:
    assert team.run("done", "2m9x:t3", "--on", "2026-11-20").returncode == 0
    assert str(item(team, "t3")["done_on"]) == "2026-11-20"
    (row,) = (row for row in rows(team) if (row["session_id"], row["id"]) == (LATEST, "t3"))
    assert row["done_on"] == "2026-11-20"
    for day in ("9999-01-01", "someday"):
        done = team.run("done", "2m9x:t6", "--on", day)
        assert done.returncode == 2 and "--on" in done.stderr


def test_me_is_the_name_in_the_configuration(team: Shell) -> None:
    assert "does not say who you are" in team.run("actions", "--mine").stderr
    (team.home / "session-tui.toml").write_text('name = "mei tan"\n')
    mine = rows(team, "--mine")
    assert mine and mine == rows(team, "--owner", "me") == rows(team, "--owner", "Mei Tan")
    team.run("assign", "2m9x:t6", "me")
    assert item(team, "t6")["owner"] == "Mei Tan"
    (team.home / "session-tui.toml").write_text('name = "Zoe Quill"\n')
    done = team.run("actions", "--mine")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No action matches.\n")


def test_done_and_reopen_leave_the_rest_of_the_file_to_the_letter(team: Shell) -> None:
    path = team.sessions / f"{LATEST}.toml"
    before = path.read_text(encoding="utf-8").partition("[[changes]]")[0]
    team.run("done", "2m9x:t3")
    team.run("reopen", "2m9x:t3")
    assert path.read_text(encoding="utf-8").partition("[[changes]]")[0] == before


def test_the_name_it_had_in_an_earlier_session_leads_to_the_same_action(team: Shell) -> None:
    first = next(row for row in rows(team) if row["id"] == "t3" and row["session_id"] == LATEST)["first_raised_in"]
    assert first != LATEST
    assert team.run("done", f"{first}:t3").returncode == 0
    assert item(team, "t3")["status"] == "done"


def test_of_several_those_that_are_as_asked_already_are_no_failure(team: Shell) -> None:
    assert team.run("assign", "2m9x:t3", "mei").returncode == 0
    done = team.run("assign", "2m9x:t3", "2m9x:t7", "r7ya:t8", "mei")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("is Mei Tan's") == 3
    again = team.run("assign", "2m9x:t3", "r7ya:t8", "mei")
    assert again.returncode == 1 and "t3 is like that already" in again.stderr
    mixed = team.run("assign", "2m9x:t3", "r7ya:t6", "mei")
    assert mixed.returncode == 0 and "2m9x:t3 is like that already" in mixed.stderr


def test_assign_finds_one_of_ours_by_a_part_of_the_name_and_says_how_much_they_have(team: Shell) -> None:
    done = team.run("assign", "2m9x:t3", "mei", "--due", "2026-12-04")
    assert (item(team, "t3")["owner"], str(item(team, "t3")["due"])) == ("Mei Tan", "2026-12-04")
    assert "Mei Tan has 2 open actions now" in done.stderr
    assert "accepted_at" not in item(team, "t3")  # another person's acceptance


def test_assign_finds_one_of_ours_whom_only_another_session_knows(team: Shell) -> None:
    done = team.run("assign", "2m9x:t3", "r7ya:t6", "ben")
    assert done.returncode == 0, done.stderr
    assert "r7ya:t6 is Ben Okafor's" in done.stdout and "is new" not in done.stderr
    assert "Ben Okafor is known from other sessions, and new in this one." in done.stderr
    begun = team.run("assign", "2m9x:t3", "--to", "To")  # of Tom Adeyemi, who is in the other session alone
    assert "2m9x:t3 is To's" in begun.stdout and "To is new" in begun.stderr
    new = team.run("assign", "r7ya:t6", "Zoe Quill")
    assert "Zoe Quill is new: nobody here had that name before." in new.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("done", "t3"), 1, "names no action"),
        (("done", "zzzz:t3"), 1, "no session zzzz"),
        (("done", "2m9x:t99"), 1, "no action t99"),
        (("done", "2026:t1"), 1, "Write more of the id"),
        (("done", "2m9x:t4"), 1, "done already"),
        (("reopen", "2m9x:t3"), 1, "open already"),
        (("assign", "2m9x:t3"), 2, "Name the new owner"),
        (("assign", "2m9x:t3", "--due", "someday"), 2, "--due"),
        (("actions", "--due-before", "someday"), 2, "not a date"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    team: Shell, arguments: tuple[str, ...], status: int, said: str
) -> None:
    before = {path.name: path.read_bytes() for path in team.sessions.iterdir()}
    done = team.run(*arguments)
    assert done.returncode == status and said in done.stderr
    assert {path.name: path.read_bytes() for path in team.sessions.iterdir()} == before


def test_a_folder_without_actions_says_so(shell_without: Shell) -> None:
    done = shell_without.run("actions")
    assert (done.returncode, done.stdout) == (0, "") and "Nothing was promised yet" in done.stderr
    assert rows(shell_without) == []


@pytest.fixture
def shell_without(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def test_for_people_it_is_grouped_by_owner_with_dates_and_slips(team: Shell) -> None:
    told = team.run("actions", "--account", "acme").stdout
    lines = [line.strip() for line in told.splitlines()]
    ben, mei = lines.index("Ben Okafor  2 open"), lines.index("Mei Tan  1 open")
    assert any(line.startswith("2m9x:t3") and line.endswith("2×") for line in lines[ben:mei])


def test_how_much_an_owner_has_is_over_all_accounts_whatever_is_shown(team: Shell) -> None:
    first = team.run("actions", "--owner", "ben", "--due-before", "2026-11-21").stdout
    assert "Ben Okafor  2 open" in first
    team.run("assign", "r7ya:t8", "Ben Okafor")
    told = team.run("actions", "--account", "acme").stdout
    assert "Ben Okafor  3 open" in told and "r7ya:t8" not in told


def test_a_long_name_takes_no_room_from_what_was_promised(team: Shell) -> None:
    team.run("assign", "2m9x:t3", "Ana Ruiz of the second regional office for the north")
    told = team.run("actions", "--account", "acme", "--open", COLUMNS="80").stdout
    assert "Ask procurement which tender" in told and all(len(line) <= 80 for line in told.splitlines())


def test_a_name_that_nobody_had_is_taken_and_said_to_be_new(team: Shell) -> None:
    done = team.run("assign", "2m9x:t3", "Bne Okafor")
    assert done.returncode == 0
    assert "Bne Okafor is new: nobody here had that name before. There is Ben Okafor." in done.stderr
    assert "is new" not in team.run("assign", "2m9x:t3", "mei").stderr
