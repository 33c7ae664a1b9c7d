"""Covers: session_tui.model.formats.

Values in the form that people read.
"""

from hypothesis import given
from hypothesis import strategies as st

from session_tui.model import formats


def test_an_amount_has_its_currency_before_it_and_cents_only_where_there_are_any() -> None:
    assert formats.amount(480000.0, "EUR") == "EUR 480,000"
    assert formats.amount(420000.5, "USD") == "USD 420,000.50"
    assert formats.amount(0.0, "EUR") == "EUR 0"
    assert formats.amount(2000.0) == "2,000"
    assert formats.amount(None, "EUR") == ""
    assert formats.amount(-480000.0, "EUR") == "EUR -480,000"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_amount_that_a_file_can_hold_fits_in_a_cell(value: float) -> None:
    assert len(formats.amount(value, "EUR")) <= 30


def test_a_deal_names_what_is_there_and_nothing_else() -> None:
    assert formats.deal("Acme Freight", "Renewal", "EMEA") == "Acme Freight · EMEA · Renewal"
    assert formats.deal("Acme Freight", "Renewal") == "Acme Freight · Renewal"
    assert formats.deal("Acme Freight") == "Acme Freight"


def test_one_is_one_and_everything_else_is_many() -> None:
    assert [formats.count(each, "session") for each in (0, 1, 2, 2000)] == [
        "0 sessions",
        "1 session",
        "2 sessions",
        "2,000 sessions",
    ]
    assert formats.count(3, "person", "people") == "3 people"
    assert formats.plural(1, "is", "are") == "is"
    assert formats.times(1) == "once" and formats.times(3) == "3 times"
