"""Covers: session_tui.model.crm, session_tui.model.deal_phase, session_tui.model.pipeline.

A cell is read if it has one meaning, else its value is unknown; no cell gives a value that cannot
be compared.
"""

import math
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.crm import headings
from session_tui.model.crm.close_date import close_date, date_order
from session_tui.model.crm.money import Money, agree, currency, decimal_mark, money
from session_tui.model.deal_phase import is_among, is_closed, may_be_closed
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.vocabulary import DateOrder
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
    "480k": 480000,
    "480 TEUR": 480000,
    "480 k€": 480000,
    "0,48 Mio.": 480000,
    "1,2 MIO": 1200000,
    "0.48M": 480000,
    "1.2 bn USD": 1.2e9,
    "(480,000)": -480000,
    "-$5": -5,
    "4.8E+05": 480000,
    "EUR 480.000,00 (USD 520,000.00)": 480000,
    "2 M€": 2000000,
    "2 Mio€": 2000000,
    "480 K€": 480000,
    "480 T€": 480000,
    "5 M$": 5000000,
    "5 kr": 5,
    "CHF 1'250.-": 1250,
    "1.250,- €": 1250,
    "80,\u2014": 80,
    "+5000": 5000,
}


@pytest.mark.parametrize(("text", "meant"), AMOUNTS.items())
def test_an_amount_is_read_with_any_separators_scale_and_currency(text: str, meant: float) -> None:
    found = money(text)
    assert isinstance(found, Money) and found.value == meant


@pytest.mark.parametrize(
    "text", ["480 mil", "1.200k", "75%", "1e99", "nan", "inf", "9" * 400, "1.23.4", "--3", "٣", "(5", "5)", "EUR 5 USD"]
)
def test_what_may_be_another_amount_is_never_guessed(text: str) -> None:
    assert isinstance(money(text), Fault)


@pytest.mark.parametrize("text", ["", "-", "\u2013", "N/A", "n/a", "#N/A", "null", " "])
def test_a_text_for_no_value_is_no_value_and_no_fault(text: str) -> None:
    assert money(text) is None
    assert close_date(text) is None


@given(
    st.integers(0, 10**9),
    st.sampled_from([("", 1), ("k", 1000), (" Tsd.", 1000), (" Mio. €", 10**6), ("M", 10**6)])
    | st.tuples(
        st.sampled_from([("k", 1000), ("K", 1000), ("T", 1000), ("M", 10**6), ("Mio", 10**6), ("mn", 10**6)]),
        st.sampled_from(["€", "$", "£", "¥", "₹", "EUR", "usd", "US$"]),
        st.sampled_from(["", " "]),
    ).map(lambda parts: (f"{parts[2]}{parts[0][0]}{parts[1]}", parts[0][1])),
)
def test_a_scale_multiplies_the_number_before_it(number: int, scale: tuple[str, int]) -> None:
    found = money(f"{number}{scale[0]}")
    assert isinstance(found, Money) and found.value == number * scale[1]


@given(cents=st.lists(st.integers(0, 10**9), min_size=1, max_size=5), mark=st.sampled_from(".,"))
def test_a_column_with_one_decimal_mark_is_read_by_it_in_all_cells(cents: list[int], mark: str) -> None:
    cells = [f"{each // 1000}.{each % 1000:03}" for each in cents] + ["0.5"]
    cells = [cell.replace(".", mark) for cell in cells]
    assert decimal_mark(cells) == mark
    for cell, each in zip(cells, cents, strict=False):
        found = money(cell, mark)
        assert isinstance(found, Money) and found.value == each / 1000


def test_a_column_that_shows_no_mark_or_both_leaves_each_cell_to_itself() -> None:
    assert decimal_mark(["480.000", "480,000", "", "N/A"]) == ""
    assert decimal_mark(["1,234.50", "1.234,50"]) == ""


@given(st.one_of(texts, st.text(alphabet="0123456789.,' -€kE$\u00a0()", max_size=12), st.text(max_size=8)))
def test_any_cell_gives_a_finite_amount_nothing_or_a_fault(text: str) -> None:
    for mark in ("", ".", ","):
        found = money(text, mark)
        assert found is None or isinstance(found, Fault) or math.isfinite(found.value)
    for order in ("", "dmy", "mdy", "both"):
        for configured in (None, "dmy", "mdy", "ymd"):
            assert isinstance(close_date(text, order, configured), date | Fault | None)
    assert decimal_mark([text]) in ("", ".", ",")
    assert date_order([text]) in ("", "dmy", "mdy")
    assert isinstance(currency(text), str) and isinstance(is_closed(text), bool)
    assert isinstance(headings.recognised([text], {}), set)


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


@given(days=st.lists(st.dates(date(1980, 1, 1), date(2079, 12, 31)), min_size=1), short=st.booleans(), us=st.booleans())
def test_the_order_of_a_column_gives_each_day_of_it(days: list[date], short: bool, us: bool) -> None:
    form = ("%m/%d/" if us else "%d/%m/") + ("%y" if short else "%Y")
    cells = [f"{day:{form}}" for day in (*days, date(2027, 1, 29))]
    order = date_order(cells)
    assert order == ("mdy" if us else "dmy")
    assert [close_date(cell, order) for cell in cells[:-1]] == days


@pytest.mark.parametrize(
    "text",
    [
        "29.01.27",
        "29.01.2027 00:00",
        "2027-01-29 17:00",
        "1/29/2027 9:00 AM",
        "46416",
        "46416.75",
        "20270129",
        "29 Jan 2027",
        "29-Jan-27",
        "Jan 29, 2027",
        "29. Januar 2027",
        "Freitag, 29. Januar 2027",
        "29 janv. 2027",
        "29 de enero de 2027",
        "29.º de enero de 2027",
        "29/ene/2027",
    ],
)
def test_a_day_is_read_with_its_time_its_month_by_name_or_its_serial_number(text: str) -> None:
    assert close_date(text) == date(2027, 1, 29)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["12.31.2027", "3.4.2027"], [None, date(2027, 4, 3)]),
        (["31.12.2027", "12.31.2027", "3. 4. 2027"], [date(2027, 12, 31), None, date(2027, 4, 3)]),
        (
            ["12/15/2026", "15.12.2026", "1.8.2027", "1/8/2027"],
            [date(2026, 12, 15)] * 2 + [date(2027, 8, 1), date(2027, 1, 8)],
        ),
        (["15.12.2026", "1/8/2027"], [date(2026, 12, 15), None]),
        (["12/15/2026", "15/12/2026", "1/8/2027"], [date(2026, 12, 15), date(2026, 12, 15), None]),
    ],
)
def test_no_cell_turns_the_days_with_points_nor_one_with_points_the_others(
    cells: list[str], days: list[date | None]
) -> None:
    found = [close_date(cell, date_order(cells)) for cell in cells]
    assert [None if isinstance(day, Fault) else day for day in found] == days


@given(st.lists(st.dates(date(1980, 1, 1), date(2079, 12, 31))), st.lists(st.text("0123456789./- ", max_size=10)))
def test_a_day_with_points_is_day_first_whatever_else_stands_in_its_column(days: list[date], others: list[str]) -> None:
    cells = [f"{day:%d.%m.%Y}" for day in days]
    order = date_order([*others, "12.31.2027", *cells])
    assert [close_date(cell, order) for cell in cells] == days
    assert order == date_order(others)  # and is no evidence for dates with slashes


def test_the_configured_order_holds_for_every_date_and_a_cell_that_is_no_day_in_it_is_named() -> None:
    assert close_date("1.8.2027", "dmy", "mdy") == close_date("1/8/2027", "dmy", "mdy") == date(2027, 1, 8)
    assert close_date("1/8/2027", "mdy", "dmy") == date(2027, 8, 1)
    assert close_date("27.01.29", "dmy", "ymd") == date(2027, 1, 29)
    cases: tuple[tuple[str, DateOrder | None, str], ...] = (
        ("12.31.2027", None, "not a date with the day first, as points mean"),
        ("31.12.2027", "mdy", "not a date with the month first, as date_order says"),
        ("12/31/2027", "dmy", "not a date with the day first, as date_order says"),
    )
    for text, configured, words in cases:
        found = close_date(text, "", configured)
        assert isinstance(found, Fault) and words in found.what


@pytest.mark.parametrize("text", ["31.02.2026", "99999", "30/31/2026", "soon", "0000-01-01", "2026-12-31x", "5"])
def test_what_is_no_day_is_a_fault_that_shows_it(text: str) -> None:
    found = close_date(text)
    assert isinstance(found, Fault) and f'"{text}"' in found.what and "2026-12-31" in found.do


@pytest.mark.parametrize(
    ("text", "code"), [("eur", "EUR"), ("Euro", "EUR"), ("€", "EUR"), ("US Dollar", "USD"), ("$", "$"), ("", "")]
)
def test_a_currency_is_known_by_its_code_its_sign_and_its_name(text: str, code: str) -> None:
    assert currency(text) == code


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("$", "USD", True),
        ("$", "EUR", False),
        ("¥", "CNY", True),
        ("¥", "EUR", False),
        ("kr", "SEK", True),
        ("GBP", "EUR", False),
        ("TT$", "TTD", True),
        ("EUR", "MOON", True),
    ],
)
def test_a_sign_that_several_currencies_have_is_none_of_the_others(one: str, other: str, may_be: bool) -> None:
    assert agree(one, other) is agree(other, one) is may_be


@pytest.mark.parametrize(
    "phase",
    [
        "Closed Won",
        "closed-lost",
        "CLOSED",
        "won",
        "Lost ",
        "Closed: won",
        "6 - Closed Won",
        "Won - signed",
        "Gewonnen",
        "Cancelled",
        "Clôturée gagnée",
        "Cerrada perdida",
        "closedwon",
        "Closed Won (Sales Pipeline)",
        "Closed Lost - Price",
        "Closed - No Budget",
        "Lost (no response)",
        "Lost to Initech",
        "Verloren: Preis",
        "Rejected",
        "Sales Pipeline: Closed Lost",
        "Won (Verkaufspipeline)",
        "Lost to Initech (price)",
        "Closed Lost: no decision / budget",
        "Lost: budget",
        "Lost - project cancelled",
        "Verloren an Initech",
        "Perdue - sans suite",
        "Perdida - precio",
        "Cancelled - no budget",
        "Closed Won 100%",
    ],
)
def test_a_closed_phase_is_known_however_it_is_written(phase: str) -> None:
    assert is_closed(phase)
    assert not is_closed(f"not {phase}")


@pytest.mark.parametrize(
    "phase",
    [
        "",
        "Omitted",
        "Closing",
        "Negotiation",
        "Won back",
        "Contract Sent",
        "Closed plan",
        "Won (verbally)",
        "Lost - reopened",
        "Not yet closed",
    ],
)
def test_a_phase_with_another_meaning_and_a_forecast_category_are_open(phase: str) -> None:
    assert not is_closed(phase)


MAY_BE_ENDS = """
Geschlossen \u2013 Angebot offen; Closed/Won pending; Closed - pending signature; Closed (verbally)
Rejected - revise proposal; Declined: renegotiating; Lost? - verify; Lost, recycled; Cancelled / Rescheduled
Refuse - contre-offre; Won (verbally); Won (90%); Won - no contract signed; Closed - budget approved; Rejected - price
Closed - budget; Lost to Initech - revisit; Lost to Initech pending; Closed Won - price open; Gewonnen, Vertrag fehlt
"""


@pytest.mark.parametrize("phase", [text.strip() for text in re.split("[;\n]", MAY_BE_ENDS) if text.strip()])
def test_an_end_with_a_remark_that_is_no_known_reason_is_open_and_said_to_be_doubtful(phase: str) -> None:
    assert not is_closed(phase) and may_be_closed(phase)


@given(
    st.sampled_from(["Closed Won", "Lost", "Gewonnen", "Perdue", "Rejected", "Closed - no budget", "Lost to Initech"]),
    st.sampled_from([" - ", " (", ", ", ": ", " / ", "; ", " \u2013 "]),
    st.text("abcdefghij", min_size=4, max_size=9),
)
def test_an_unknown_word_behind_an_end_never_closes_a_deal(end: str, mark: str, word: str) -> None:
    assert is_closed(end)
    assert not is_closed(f"{end}{mark}{word}") and may_be_closed(f"{end}{mark}{word}")
    assert not is_closed(f"{end}?") and may_be_closed(f"{end}?")


def test_the_configuration_names_more_closed_phases() -> None:
    assert is_among("9: Handed over", ["9 handed over"])
    assert not is_among("", ["", "x"])


def test_no_heading_means_two_columns() -> None:
    sets = [{headings.heading_key(each) for each in text.split(";")} for text in headings.KNOWN.values()]
    assert sum(map(len, sets)) == len(set.union(*sets))


def test_names_are_one_whatever_their_case_spaces_and_accents() -> None:
    assert name_key("  STRASSE  Ko\u0308ln") == name_key("Straße Köln")
