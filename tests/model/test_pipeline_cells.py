"""Covers: session_tui.model.pipeline.

A cell is read if it has one meaning, else reported; no cell gives a value that cannot be compared.
"""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import PipelineRow, amount, close_date, is_closed, row_of
from strategies import texts

AMOUNTS = {
    "420.000,50": 420000.5,
    "420000,5": 420000.5,
    "420,000.50": 420000.5,
    "420 000": 420000,
    "420\u202f000,50 €": 420000.5,
    "420\u2019000.50": 420000.5,
    "420.000": 420000,
    "420,000": 420000,
    "1.234.567": 1234567,
    "12,34,567.00": 1234567,
    "1234.500": 1234.5,
    "0.500": 0.5,
    ",5": 0.5,
    "-5": -5,
    "\u22125 EUR": -5,
    "$420,000": 420000,
    "US$ 1,234": 1234,
    "eur 420000": 420000,
}


@pytest.mark.parametrize(("text", "meant"), AMOUNTS.items())
def test_an_amount_is_read_with_any_separators_and_a_currency(text: str, meant: float) -> None:
    assert amount(text) == meant


@pytest.mark.parametrize("text", ["420k", "1,2 Mio", "1.2 MIO", "1e9", "nan", "inf", "9" * 400, "1.23.4", "--3", "٣"])
def test_what_may_be_another_amount_is_never_guessed(text: str) -> None:
    assert isinstance(amount(text), Fault)


@given(st.one_of(texts, st.text(alphabet="0123456789.,' -€kE$\u00a0", max_size=12), st.text(max_size=8)))
def test_any_cell_gives_a_finite_amount_nothing_or_a_fault(text: str) -> None:
    found = amount(text)
    assert found is None or isinstance(found, Fault) or math.isfinite(found)
    assert isinstance(close_date(text), date | Fault | None)


@given(st.dates())
def test_a_day_written_by_people_is_that_day_or_said_to_be_doubtful(day: date) -> None:
    d, m, y = day.day, day.month, f"{day.year:04}"
    for text in (f"{day.isoformat()}", f"{day.isoformat()}T00:00:00.000Z", f"{d}.{m}.{y}", f"{d:02}.{m:02}.{y}"):
        assert close_date(text) == day
    for text in (f"{d:02}/{m:02}/{y}", f"{m}/{d}/{y}", f"{d:02}-{m:02}-{y}"):
        found = close_date(text)
        if d > 12 or d == m:
            assert found == day
        else:
            assert isinstance(found, Fault) and "may be two days" in found.what


@pytest.mark.parametrize("text", ["31.02.2026", "1.2.26", "30/31/2026", "soon", "0000-01-01", "2026-12-31x"])
def test_what_is_no_day_is_a_fault_that_shows_it(text: str) -> None:
    found = close_date(text)
    assert isinstance(found, Fault) and f'"{text}"' in found.what and "2026-12-31" in found.do


def test_a_line_without_an_account_is_a_fault() -> None:
    assert isinstance(row_of({"opportunity": "Rollout"}), Fault)
    assert isinstance(row_of({"account": " \t\u200b\x1b[31m".replace("\u200b", "")}), Fault)


def test_a_cell_is_kept_as_one_line_and_a_code_beside_the_amount_is_its_currency() -> None:
    row = row_of({"account": " Acme\nFreight\x1b[31m ", "amount": "420.000 eur", "close_on": ""})
    assert row == PipelineRow("Acme Freight", amount=420000.0, currency="EUR")


@pytest.mark.parametrize("phase", ["Closed Won", "closed-lost", "CLOSED", "won", "Lost ", "Closed: won"])
def test_a_closed_phase_is_known_however_it_is_written(phase: str) -> None:
    assert is_closed(phase)
    assert not is_closed(f"not {phase}")


def test_names_are_one_whatever_their_case_spaces_and_accents() -> None:
    assert name_key("  STRASSE  Ko\u0308ln") == name_key("Straße Köln")
