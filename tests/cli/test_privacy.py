"""Covers: session_tui.cli.privacy.

`session-tui person` shows and exports all data about a person; `forget` prints its effects and its
limits, and asks.
"""

import contextlib
import csv
import io
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from forgotten import BOREALIS, NAME, NOVEMBER, saying, world
from session_tui.cli import status
from session_tui.store.open_session import open_session
from terminal import Terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    world(tmp_path)
    return tmp_path


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(home)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("SESSION_TUI_STATE", str(home / "state"))

    def run(*arguments: str) -> tuple[int, str, str]:
        done = status(list(arguments))
        told = capsys.readouterr()
        return done, told.out, told.err

    return run


def test_everything_is_shown_by_file_with_what_it_says(run: Any) -> None:
    done, out, err = run("person", "ruth vale")
    assert done == 0
    assert f"sessions/{NOVEMBER}.toml  session  Acme Freight" in out
    said = " ".join(out.split())
    assert "stakeholder CFO; buying role approver; power 5; support -1" in said
    assert "pain Freight cost per order up 11 % in a year" in said
    assert "plans/acme.readers.toml file of a plan's readers" in said and "comment # RUTH VALE" in said
    assert "Ruth Vale may be several people: a stakeholder of Acme Freight, one of our people." in err


def test_a_name_on_many_accounts_is_said_in_one_line(run: Any, home: Path) -> None:
    """Of 66 accounts the terminal names five; the data have all."""
    content = (home / "sessions" / f"{NOVEMBER}.toml").read_text(encoding="utf-8")
    for number in range(7):
        other = NOVEMBER.replace("acme", f"acme{number}")
        text = content.replace(NOVEMBER, other).replace('"Acme Freight"', f'"Freight {number}"')
        (home / "sessions" / f"{other}.toml").write_text(text, encoding="utf-8")
    _, out, err = run("person", "ruth vale", "--json")
    assert "a stakeholder of Freight 3, a stakeholder of 3 more accounts, one of our people." in err
    assert len(json.loads(out)["stakeholder_of"]) == 8


def test_as_data_every_place_has_its_file_and_its_entry(run: Any) -> None:
    data = json.loads(run("person", "vale", "--json")[1])
    assert (data["name"], data["stakeholder_of"], data["one_of_ours"]) == (NAME, ["Acme Freight"], True)
    place = next(
        each for each in data["places"] if each["file"].endswith(f"{NOVEMBER}.toml") and each["as"] == "stakeholder"
    )
    assert place["entry"]["title"] == "CFO" and place["where"] == "stakeholders[3].name"
    rows = list(csv.DictReader(io.StringIO(run("person", "vale", "--csv")[1])))
    assert len(rows) == len(data["places"])
    assert {each["kind"] for each in rows} >= {
        "session",
        "kept copy",
        "readers",
        "assessment",
        "parcel",
        "draft",
        "journal",
    }


def test_what_somebody_answered_is_theirs_and_shown(run: Any, home: Path) -> None:
    scores = '[[ratings]]\nid = "x"\ntext = "One owner"\nimportance = 3\nexecution = "often"\n'
    head = 'schema = 1\nround = "2026-Q4"\nname = "Ana Ruiz"\n'
    (home / "assessments" / "scores.toml").write_text(f"{head}\n{scores}", encoding="utf-8")
    (home / "state" / "enemies").mkdir()
    kept = home / "state" / "enemies" / "account-acme-enemies.toml"
    kept.write_text(f'{head}\n[answers]\nno_trust = "often"\n', encoding="utf-8")
    places = json.loads(run("person", "Ana Ruiz", "--json")[1])["places"]
    answered = {each["says"]: each for each in places if each["as"] == "answered"}
    assert set(answered) == {"round 2026-Q4; One owner: often, importance 3", "round 2026-Q4; no trust often"}
    assert {each["kind"] for each in answered.values()} == {"assessment"}
    assert answered["round 2026-Q4; no trust often"]["entry"]["answers"] == {"no_trust": "often"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: max(0, whole.find(b"Ruth Vale") - 20)],
        lambda whole: whole.replace(b"Ruth Vale", b"Ruth\xff\xfeale"),
        lambda whole: whole.replace(b"Ruth Vale", b"Mary Vale"),
        lambda whole: b"",
    ],
    ids=["cut", "not decodable", "decodable", "empty"],
)
def test_a_damaged_index_hides_no_session_that_has_the_name(run: Any, home: Path, damage: Any) -> None:
    expected = run("person", "Ruth Vale", "--json")
    (index,) = home.rglob("*.sqlite")
    with contextlib.closing(sqlite3.connect(index, isolation_level=None)) as connection:
        rows = connection.execute("SELECT id, whole FROM wholes").fetchall()
        connection.executemany("UPDATE wholes SET whole = ? WHERE id = ?", [(damage(whole), id) for id, whole in rows])
    assert run("person", "Ruth Vale", "--json") == expected


def test_it_is_written_as_documents_and_never_over_a_file(run: Any, home: Path) -> None:
    assert run("person", NAME, "-o", "excerpt")[0] == 0
    assert json.loads((home / "excerpt" / "ruth-vale.json").read_text(encoding="utf-8"))["name"] == NAME
    page = (home / "excerpt" / "ruth-vale.md").read_text(encoding="utf-8")
    assert (
        page.startswith("# What the files hold about Ruth Vale\n")
        and "- **stakeholder** CFO; buying role approver" in page
    )
    done, _, err = run("person", NAME, "-o", "excerpt")
    assert done == 1 and "there is such a file already. Choose another folder with -o." in err


def test_what_is_in_a_file_cannot_command_the_terminal(run: Any, home: Path) -> None:
    path = home / "sessions" / f"{NOVEMBER}.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('title = "CFO"', 'title = "\\u001b[31m=CFO[b]"'), encoding="utf-8"
    )
    for form in ((), ("--json",), ("--csv",)):
        assert "\x1b" not in run("person", NAME, *form)[1]


def test_nobody_of_that_name_is_said(run: Any) -> None:
    assert run("person", "Nobody Here") == (0, "", "No file here says Nobody Here.\n")
    assert run("forget", "Nobody Here", "--yes") == (0, "", "No file of the program says Nobody Here.\n")


def test_a_slip_in_a_name_is_told_from_somebody_of_whom_nothing_is_here(run: Any, home: Path) -> None:
    before = saying(home, NAME)
    for command in (["person"], ["forget", "--yes"], ["forget", "--dry-run"]):
        done, out, err = run(*command, "Ruth Vael")
        assert (done, out) == (2, "") and f"Did you mean {NAME}?" in err, command
    assert saying(home, NAME) == before


def test_forgetting_again_is_done_though_another_has_a_name_like_it(run: Any, home: Path) -> None:
    path = home / "sessions" / f"{NOVEMBER}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Ben Okafor", "Ruth Valen"), encoding="utf-8")
    assert run("forget", NAME, "--yes", "--everywhere")[0] == 0
    assert run("forget", NAME, "--yes", "--everywhere")[0] == 0


def test_two_people_of_one_name_are_not_forgotten_as_one(run: Any, home: Path) -> None:
    before = saying(home, NAME)
    done, _, err = run("forget", NAME, "--yes")
    assert done == 1 and "Ruth Vale may be 2 people: a stakeholder of Acme Freight, one of our people." in err
    assert "--in ACCOUNT forgets the one there, --everywhere all of them as one person." in err
    assert saying(home, NAME) == before
    assert run("forget", NAME, "--yes", "--in", "acme", "--everywhere")[0] == 2
    done, _, err = run("forget", NAME, "--yes", "--in", "acme")
    assert done == 0, err
    # The scorecard of ours, the hand-over and the unclear texts belong to another person of that
    # name; they were reported.
    assert all(each.startswith(("assessments/", "plans/", "state/")) for each in saying(home, NAME))
    assert "with the name is not about Acme Freight" in err or "with the name are not about Acme Freight" in err


def test_a_part_of_a_name_is_refused_with_the_whole_ones(run: Any, home: Path) -> None:
    before = saying(home, "Ruth")
    done, _, err = run("forget", "ruth", "--yes")
    assert done == 1 and "ruth is nobody's whole name here: Ruth Vale. Write the whole name." in err
    path = home / "sessions" / f"{BOREALIS}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Ana Ruiz", "Ruth Stone"), encoding="utf-8")
    done, _, err = run("person", "ruth")
    assert done == 2 and "ruth fits 2 people: Ruth Stone, Ruth Vale" in err
    assert set(before) <= set(saying(home, "Ruth"))


def test_a_part_that_stands_in_longer_names_alone_is_refused_and_never_told_as_done(run: Any, home: Path) -> None:
    before = saying(home, "Mei")
    for options in (("--yes",), ("--dry-run",)):
        done, _, err = run("forget", "Mei", *options)
        assert done == 1 and "Mei is nobody's whole name here: Mei Tan. Write the whole name." in err
    assert saying(home, "Mei") == before
    assert run("forget", "Nobody Here", "--dry-run")[2] == "No file of the program says Nobody Here.\n"


def test_a_name_that_is_a_part_of_another_leaves_the_other(run: Any, home: Path) -> None:
    path = home / "sessions" / f"{BOREALIS}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Ana Ruiz", "Ruth Vale Stone"), encoding="utf-8")
    content = path.read_bytes()
    done, _, err = run("forget", NAME, "--yes", "--everywhere")
    assert done == 0 and "Left as they are, since they are other names: Ruth Vale Stone." in err
    assert path.read_bytes() == content and saying(home, NAME) == [f"sessions/{BOREALIS}.toml"]


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Any, home: Path) -> None:
    def all_files() -> dict[str, tuple[int, bytes]]:
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in home.rglob("*") if path.is_file()}

    before = all_files()
    done, out, err = run("forget", NAME, "--everywhere", "--dry-run")
    assert (done, out) == (0, "") and "stakeholder: a mark instead" in err and "note or pain: dropped" in err
    assert "What this cannot reach:" in err and "1 session went to team (hooks.borealis.example) already" in err
    data = json.loads(run("forget", NAME, "--everywhere", "--dry-run", "--json")[1])
    assert data["mark"] is None and {each["state"] for each in data["files"]} == {"would change"}
    assert all_files() == before


def test_without_a_terminal_nobody_can_type_the_name(run: Any, home: Path) -> None:
    before = saying(home, NAME)
    done, _, err = run("forget", NAME, "--everywhere")
    assert done == 1 and "there is no terminal to type the name at. --yes answers for you." in err
    assert saying(home, NAME) == before


def test_as_data_it_says_what_became_of_each_file_and_what_is_left_fails(run: Any, home: Path) -> None:
    opened = open_session(home / "sessions" / f"{NOVEMBER}.toml", home / "state")
    done, out, err = run("forget", NAME, "--everywhere", "--yes", "--csv")
    rows = {each["file"]: each for each in csv.DictReader(io.StringIO(out))}
    assert done == 1 and rows[f"sessions/{NOVEMBER}.toml"]["state"] == "left"
    assert "it is open in another window" in rows[f"sessions/{NOVEMBER}.toml"]["why"]
    assert rows["plans/acme.readers.toml"]["state"] == "forgotten"
    assert "session-tui forget does the rest when it is said again." in err
    opened.close()
    done, out, _ = run("forget", NAME, "--everywhere", "--yes", "--json")
    assert done == 0 and {each["state"] for each in json.loads(out)["files"]} == {"forgotten"}
    assert saying(home, NAME) == []


@pytest.mark.parametrize(("typed", "gone"), [("ruth vale\r", True), ("y\r", False), ("\r", False)])
def test_only_typing_the_name_means_it(home: Path, typed: str, gone: bool) -> None:
    environment = {**os.environ, "SESSION_TUI_STATE": str(home / "state"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "session_tui", "forget", NAME, "--everywhere"]
    terminal = Terminal(command, 100, 60, environment, home, forked=True)
    try:
        terminal.waits_for(lambda text: "Type the name to forget it" in text)
        terminal.types(typed)
        assert terminal.ends() == (0 if gone else 1)
        assert ("Ruth Vale is person-" in terminal.text) == gone
        assert ("that is not the name, and nothing was changed" in terminal.text) != gone
    finally:
        terminal.close()
    assert bool(saying(home, NAME)) != gone
