"""Covers: session_tui.cli.merge.

`session-tui merge` in lines: what differs is printed, what is to be kept is said, and every list says what waits.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from session_tui.cli import status
from session_tui.store import session_file
from tui.test_merge_screen import COPY, ID, team

__all__ = ["team"]


@pytest.fixture
def run(team: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(team)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("SESSION_TUI_STATE", str(team / "state"))

    def run(*arguments: str) -> tuple[int, str, str]:
        done = status(list(arguments))
        told = capsys.readouterr()
        return done, told.out, told.err

    return run


def files(team: Path) -> set[str]:
    return {each.name for each in (team / "sessions").iterdir() if each.name.startswith(ID)}


def test_what_differs_is_printed_and_nothing_is_written(run: Any, team: Path) -> None:
    done, out, _ = run("merge", "2m9x", "--plain")
    assert done == 0 and files(team) == {f"{ID}.toml", COPY}
    assert "? headline: to decide\n    ours    Winnable once" in out
    assert "  s6: both stay: ours is s6, theirs s7\n    ours    Otto Berg\n" in out
    assert "5 differ, " in out and "2 to decide." in out
    assert "\x1b" not in out


def test_without_a_terminal_it_prints_too(run: Any) -> None:
    assert run("merge", ID)[1] == run("merge", ID, "--plain")[1]


def test_what_is_to_be_kept_decides_what_both_changed_and_the_rest_keeps_both(run: Any, team: Path) -> None:
    done, out, _ = run("merge", ID, "--keep", "theirs")
    assert done == 0 and f"{ID}.toml.before-merge" in out and f"{COPY}.merged" in out
    merged = session_file.read((team / "sessions" / f"{ID}.toml").read_bytes()).session
    assert merged.headline == "Winnable if finance agrees"
    assert [each.name[:4] for each in merged.stakeholders[-2:]] == ["Otto", "Sana"]
    assert run("merge")[1:] == ("", "Of no session there are two versions.\n")


def test_what_cannot_be_both_is_named_and_a_second_choice_serves(run: Any, team: Path) -> None:
    done, _, err = run("merge", ID, "--keep", "both")
    assert done == 1 and "cannot be both: headline" in err and files(team) == {f"{ID}.toml", COPY}
    assert run("merge", ID, "--keep", "both", "--keep", "ours")[0] == 0


def test_json_has_both_and_what_is_chosen(run: Any) -> None:
    found = json.loads(run("merge", ID, "--json")[1])
    assert found["id"] == ID and found["theirs"].startswith("(Ana's")
    (headline,) = [each for each in found["differs"] if each["key"] == "headline"]
    assert headline["choice"] is None and headline["choices"] == ["ours", "theirs"]
    assert headline["ours"] == {"says": "Winnable once the CFO has seen the payback", "facts": {}}
    assert json.loads(run("merge", "--json")[1]) == [ID]


def test_every_list_says_what_waits_and_how_it_is_put_together(run: Any, team: Path) -> None:
    done, out, err = run("list")
    (row,) = [line for line in out.splitlines() if "▲" in line]
    assert done == 0 and row.split() == [ID, "▲", "two", "versions", "to", "merge"]
    assert (
        err == f"{COPY}: a conflicted copy of {ID}, named as by Dropbox. session-tui merge {ID} puts both together.\n"
    )
    (row,) = [each for each in json.loads(run("list", "--json")[1]) if each["error"]]
    assert row["id"] is None and row["path"].endswith(COPY) and "conflicted copy" in row["error"]
    done, out, _ = run("doctor")
    assert "holds        7 sessions\n" in out and f"session-tui merge {ID}" in out
    done, out, _ = run("validate", str(team / "sessions" / COPY))
    assert done == 1 and f":1:1: a conflicted copy of {ID}, named as by Dropbox. session-tui merge {ID}" in out


def test_what_counts_sessions_says_that_a_copy_is_not_counted(run: Any) -> None:
    done, _, err = run("stats")
    said = "1 file is another version of a session and not counted; session-tui merge says of which.\n"
    assert (done, err) == (0, said)


def test_latest_is_never_a_copy(run: Any, team: Path) -> None:
    path = team / "sessions" / "2026-11-23-borealis-foods-x3fd.toml"
    path.with_name(f"{path.stem}_conflict-20261124-101500.toml").write_bytes(path.read_bytes())
    assert json.loads(run("show", "latest", "--json")[1])["id"] == path.stem


def test_a_session_with_one_version_and_one_nobody_knows_are_sentences(run: Any) -> None:
    done, _, err = run("merge", "t4c1")
    assert done == 1 and "one version of this session" in err
    done, _, err = run("merge", "nothing-like-that")
    assert done == 1 and "there is no session" in err


def test_a_copy_of_another_account_is_asked_about_and_not_mixed_silently(run: Any, team: Path) -> None:
    path = team / "sessions" / COPY
    read = session_file.read(path.read_bytes())
    path.write_bytes(read.with_session(replace(read.session, account="Borealis Foods")).content())
    assert "? account: to decide" in run("merge", ID, "--plain")[1]
