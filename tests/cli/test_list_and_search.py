"""Covers: session_tui.cli.list_command.

Sessions are found by filters and by search; the JSON form is stable for programs.
"""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from cli.test_commands import Shell
from conftest import EXAMPLE, START
from session_tui.store import session_file


@pytest.fixture
def many(tmp_path: Path) -> Shell:
    """Three sessions on two accounts, a prepared one, and a broken file."""
    (tmp_path / "sessions").mkdir()
    shell = Shell(tmp_path)
    example = session_file.read(EXAMPLE.read_bytes()).session
    for number, (account, zone, outcome) in enumerate(
        [("Acme Freight", "EMEA", "pursue"), ("Acme Rail", "", "hold"), ("Borealis Foods", "Nordics", "pursue_if")]
    ):
        began = START - timedelta(days=number * 40)
        one = replace(
            example, id=f"{began:%Y-%m-%d}-a-aaa{number}", account=account, zone=zone, outcome=outcome, started_at=began
        )
        (shell.sessions / f"{one.id}.toml").write_bytes(session_file.new(one).content())
    ready = replace(example, id="2026-11-30-a-aaa9", status="prepared", started_at=None, outcome=None)
    (shell.sessions / f"{ready.id}.toml").write_bytes(session_file.new(ready).content())
    (shell.sessions / "2026-01-01-broken-xxxx.toml").write_text("no = ", encoding="utf-8")
    return shell


def ids(shell: Shell, *options: str) -> list[str | None]:
    return [row["id"] for row in json.loads(shell.run("list", "--json", *options).stdout)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--account", "acme f"), "9 0"),
        (("--account", "RAIL"), "1"),
        (("--zone", "emea"), "9 0"),
        (("--outcome", "hold"), "1"),
        (("--status", "prepared"), "9"),
        (("--since", "2026-11-01"), "0"),
        (("--until", "2026-11-01"), "1 2"),
        (("--since", "2026-10-01", "--until", "2026-10-31"), "1"),
        (("--owner", "ben"), "9 0 1 2"),
    ],
)
def test_a_filter_finds_what_it_names(many: Shell, options: tuple[str, ...], found: str) -> None:
    assert [each[-1] for each in ids(many, *options) if each] == found.split()


def test_without_filters_the_broken_file_is_there_with_its_error(many: Shell) -> None:
    rows = json.loads(many.run("list", "--json").stdout)
    assert len(rows) == 5 and sum(row["id"] is None and bool(row["error"]) for row in rows) == 1


def test_a_filter_that_is_no_date_says_which_are(many: Shell) -> None:
    done = many.run("list", "--since", "lately")
    assert done.returncode == 2 and "lately is not a date" in done.stderr and "-30d" in done.stderr


def test_a_filter_that_finds_nothing_says_so(many: Shell) -> None:
    done = many.run("list", "--zone", "nobody")
    assert (done.returncode, done.stdout) == (0, "") and "Use fewer filters" in done.stderr


def test_csv_has_the_keys_of_json_and_no_cell_is_a_formula(many: Shell) -> None:
    path = next(many.sessions.glob("*aaa0.toml"))
    path.write_bytes(path.read_bytes().replace(b'account = "Acme Freight"', b'account = "=HYPERLINK(1)"'))
    rows = list(csv.DictReader(io.StringIO(many.run("list", "--csv").stdout)))
    assert len(rows) == 5
    assert list(rows[0]) == list(json.loads(many.run("list", "--json").stdout)[0])
    assert "'=HYPERLINK(1)" in [row["account"] for row in rows]


def test_search_gives_the_documented_keys_and_the_entry_that_says_it(many: Shell) -> None:
    found = json.loads(many.run("search", "payback", "rail", "--json").stdout)
    assert [list(row) for row in found] == [["session_id", "account", "field", "snippet", "score"]]
    assert found[0]["account"] == "Acme Rail" and isinstance(found[0]["score"], float)


def test_search_shows_which_session_and_what_it_says(many: Shell) -> None:
    told = many.run("search", "payback", "rail").stdout
    assert "Acme Rail" in told and "payback" in told


def test_a_phrase_that_the_shell_quoted_stands_together(many: Shell) -> None:
    assert many.run("search", "payback the seen").stdout == ""
    assert "Acme" in many.run("search", "seen the payback").stdout


def test_nothing_found_is_said_and_is_no_failure(many: Shell) -> None:
    done = many.run("search", "zebra")
    assert (done.returncode, done.stdout) == (0, "") and "Nothing found" in done.stderr


def test_latest_is_the_newest_by_time_and_not_by_name(many: Shell) -> None:
    shown = json.loads(many.run("show", "latest", "--json").stdout)
    assert shown["id"] == ids(many)[0]


def test_the_id_and_short_words_are_whole_at_any_width_and_long_names_give_way(many: Shell) -> None:
    example = session_file.read(EXAMPLE.read_bytes()).session
    one = replace(example, id="2026-11-29-a-aaa7", account="日本電気輸送株式会社" * 6, zone="North America " * 4)
    (many.sessions / f"{one.id}.toml").write_bytes(session_file.new(one).content())
    for width in (60, 80, 120):
        lines = many.run("list", COLUMNS=str(width)).stdout.splitlines()
        assert all(cell_len(line) <= width for line in lines)
        assert "Outcome" in lines[0] and lines[0].rstrip().endswith("Open")
        line = next(line for line in lines if one.id in line)
        assert "pursue" in line and "…" in line
        assert any("prepared" in line for line in lines)


def test_what_was_found_is_one_line_and_what_it_says_is_set_in(many: Shell) -> None:
    lines = many.run("search", "cfo", COLUMNS="60").stdout.splitlines()
    assert lines and all(line.startswith(("2026-", "  ")) and len(line) <= 60 for line in lines)


def test_a_field_that_is_none_is_said_where_nothing_is_found(many: Shell) -> None:
    done = many.run("search", "poeple:ruth")
    assert done.returncode == 0 and "poeple: is not a field; fields are account, headline, people" in done.stderr


def test_scores_tell_the_ranks_apart_however_common_a_word_is(many: Shell) -> None:
    scores = [row["score"] for row in json.loads(many.run("search", "cfo", "--json").stdout)]
    assert len(scores) > 1 and all(score > 0 for score in scores) and scores == sorted(scores, reverse=True)
