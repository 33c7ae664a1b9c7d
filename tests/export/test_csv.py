"""Covers: session_tui.export.csv.

A spreadsheet computes nothing in the file, and every text can be read back from it.
"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.samples import PRIVATE, SETTING, WHOLE
from session_tui.export.csv import KEYS, csv_text, render
from session_tui.export.summary import summarise
from session_tui.model.sanitize import one_line, safe_text


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", '"=1+1', "'=1+1", "\u00a0=1"),
        *(
            "＝1+1",
            "＋1",
            "－1+x",
            "＠SUM(A1)",
            '=HYPERLINK("http://evil.example","x")',
            "=cmd|' /C calc'!A0",
            "-2+3+cmd|x",
        ),
    ],
)
def test_nothing_is_computed(cell: str) -> None:
    (_, (made,)) = csv.reader(io.StringIO(csv_text(("a",), ((cell,),))))
    assert made.startswith("'")
    assert made[1:] == safe_text(one_line(cell))


def test_a_semicolon_begins_no_cell_that_is_computed() -> None:
    assert csv_text(("a",), (("b;=1+1; +2;c",),)) == "a\nb;'=1+1;' +2;c\n"


@pytest.mark.parametrize("cell", ["-inf", "-1_0", "+１", "﹦1", "“=1"])
def test_what_looks_like_a_number_or_a_sign_is_no_way_in(cell: str) -> None:
    assert csv_text(("a",), ((cell,),)) == f"a\n'{cell}\n"


@pytest.mark.parametrize("cell", ["-5", "+3.5", "5", "1e3", "2026-11-30", "a=b", "Call; ask, “why”", "x\ny"])
def test_numbers_and_ordinary_texts_are_left_alone(cell: str) -> None:
    (_, (made,)) = csv.reader(io.StringIO(csv_text(("a",), ((cell,),))))
    assert made == safe_text(one_line(cell))


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_stands_in_a_cell_a_row_is_a_row(rows: list[list[str]]) -> None:
    found = list(csv.reader(io.StringIO(csv_text(("a", "b"), rows, "\r\n"), newline="")))
    assert len(found) == len(rows) + 1
    assert all(len(row) == 2 for row in found)


def test_the_file_has_the_action_items_as_a_spreadsheet_program_wants_them() -> None:
    made = render(summarise(WHOLE, "shared"), SETTING)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.count(b"\r\n") == len(WHOLE.action_items) + 1
    first, second, *_ = csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    assert tuple(first) == KEYS
    assert (first["text"], first["owner"], first["due"], first["status"]) == (
        "Meet the CFO",
        "Ben Okafor",
        "2026-11-20",
        "open",
    )
    assert (first["owner_absent"], second["owner_absent"]) == ("", "yes")
    assert second["accepted_at"] == "2026-11-16T09:00:00+00:00"
    assert [word for word in PRIVATE if word in made.decode().casefold()] == []
