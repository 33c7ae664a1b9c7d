"""Covers: session_tui.cli.table.

Tables of the command line: whole lines in a pipe, nothing lost in a narrow terminal, printed as the rows come.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from session_tui.cli import output
from session_tui.cli.table import MEASURED, Cell, SpanningRow, TableColumn, paragraph, table

WORDS = st.lists(st.sampled_from(["pay", "漢字", "transport", "é", "a-long-word-that-has-no-end"]), max_size=8)
TEXTS = WORDS.map(" ".join)


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


def test_a_pipe_gets_whole_lines_whatever_comes_late(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    late = "late " * 30
    rows = [("a", "b", "c")] * MEASURED + [(late, late, "end")]
    table([TableColumn("One", "cut"), TableColumn("Two", "fold"), TableColumn("Three", right=True)], rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["One  Two  Three", "a    b        c"]
    assert lines[-1] == f"{late}  {late}    end"


def test_rows_are_printed_before_the_last_is_known(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []

    def rows() -> Iterator[tuple[str]]:
        for number in range(MEASURED * 3):
            yield (f"row {number}",)
        shown.append(capsys.readouterr().out)

    table([TableColumn("Row")], rows())
    assert "row 0" in shown[0] and f"row {MEASURED * 2}" in shown[0]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.integers(40, 90))
def test_what_is_folded_is_all_there_and_inside_the_terminal(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], texts: list[tuple[str, str]], room: int
) -> None:
    columns.setenv("COLUMNS", str(room))
    rows = [(str(number), one, other) for number, (one, other) in enumerate(texts)]
    table([TableColumn("No", right=True), TableColumn("Folded", "fold"), TableColumn("Cut", "cut")], rows)
    printed = capsys.readouterr().out
    assert all(cell_len(line) <= room for line in printed.splitlines())
    for one, other in texts:
        for word in one.split() + (other.split() if cell_len(other) <= 10 else []):
            assert word in printed or len(word) > 10  # a longer one may be broken


def test_where_all_columns_are_whole_they_break_between_words_and_an_id_never(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    columns.setenv("COLUMNS", "20")
    rows = [("2026-11-09-acme-2m9x", "pursue if")] * MEASURED
    table([TableColumn("Session"), TableColumn("Outcome")], [*rows, ("2026-11-09-acme-freight-7k3q", "undecidedly")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "Session               Outcome", "2026-11-09-acme-2m9x  pursue", "                      if",
    ]  # fmt: skip
    assert lines[-1] == "2026-11-09-acme-freight-7k3q  undecidedly"


def test_headings_lines_below_each_other_and_an_indent(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[SpanningRow | tuple[Cell, ...]] = [SpanningRow((("Ana", "bold"), "  2")), ("a", ["one", ("two", "dim")])]
    table([TableColumn(least=4), TableColumn()], rows, titled=False, indent=2)
    assert capsys.readouterr().out == "  Ana  2\n  a     one\n        two\n"


@pytest.mark.parametrize(
    ("environment", "styled"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_a_pipe_has_weights_only_where_they_are_asked_for(
    columns: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str], styled: bool
) -> None:
    for name, value in environment.items():
        columns.setenv(name, value)
    paragraph(("bold", "bold"), " and not")
    assert capsys.readouterr().out == ("\x1b[1mbold\x1b[0m and not\n" if styled else "bold and not\n")


@pytest.mark.parametrize("odd", ["", "0", "abc", "-3", "٣"])
def test_columns_that_are_no_number_are_none(columns: pytest.MonkeyPatch, odd: str) -> None:
    columns.setenv("COLUMNS", odd)
    assert output.width() == output.WHOLE


def test_a_table_loads_nothing_that_draws() -> None:
    code = """
import sys
from session_tui.cli.table import TableColumn, table
table([TableColumn("Id")], [["a"]])
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert "rich" not in done.stdout.split() and "rich.table" not in done.stdout.split()
