"""Covers: session_tui.model.dates.

Each word of the closed list of dates has one meaning on each day; other words have none.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model import dates

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
any_day = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@pytest.mark.parametrize(
    ("typed", "today", "meant"),
    [
        ("today", MONDAY, MONDAY),
        ("tomorrow", MONDAY, date(2026, 11, 24)),
        ("tomorrow", date(2026, 12, 31), date(2027, 1, 1)),
        ("fri", MONDAY, FRIDAY),
        ("friday", MONDAY, FRIDAY),
        ("Fri", MONDAY, FRIDAY),
        ("fri", FRIDAY, date(2026, 12, 4)),  # the next one, never today
        ("mon", MONDAY, date(2026, 11, 30)),
        ("sun", MONDAY, SUNDAY),
        ("mon", SUNDAY, date(2026, 11, 30)),
        ("tod", MONDAY, MONDAY),
        ("eow", MONDAY, FRIDAY),
        ("eow", FRIDAY, FRIDAY),
        ("eow", SATURDAY, date(2026, 12, 4)),
        ("eow", SUNDAY, date(2026, 12, 4)),
        ("eom", MONDAY, date(2026, 11, 30)),
        ("eom", date(2026, 11, 30), date(2026, 11, 30)),
        ("eom", date(2028, 2, 3), date(2028, 2, 29)),
        ("30nov", MONDAY, date(2026, 11, 30)),
        ("23nov", MONDAY, MONDAY),  # the next one, today included
        ("22nov", MONDAY, date(2027, 11, 22)),
        ("1dec", MONDAY, date(2026, 12, 1)),
        ("01dec", MONDAY, date(2026, 12, 1)),
        ("3january", MONDAY, date(2027, 1, 3)),
        ("29feb", MONDAY, date(2028, 2, 29)),
        ("29feb", date(2096, 3, 1), date(2104, 2, 29)),  # 2100 has none
        ("+0d", MONDAY, MONDAY),
        ("+3d", MONDAY, date(2026, 11, 26)),
        ("+2w", MONDAY, date(2026, 12, 7)),
        ("2026-11-30", MONDAY, date(2026, 11, 30)),
        ("2020-02-29", MONDAY, date(2020, 2, 29)),  # the past is accepted; the preview warns
    ],
)
def test_every_date_of_the_list_is_the_day_it_says(typed: str, today: date, meant: date) -> None:
    assert dates.read(typed, today) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "5",
            "5d",
            "3d",
            "+3",
            "+d",
            "-3d",
            "+3m",
            "+3.5d",
            "+ 3d",
            "1.12",
            "1/12",
            "30.11.",
            "nov",
            "nov30",
        ),
        *("31nov", "0dec", "32dec", "30feb", "5ju", "5ma", "5d", "2026-13-01", "2026-02-30", "20261130", "2026-W48-1"),
        *(
            "26-11-30",
            "2026-11-30T10:00",
            "next",
            "t",
            "s",
            "to",
            "fry",
            "fri.",
            "+99999999d",
            "+9999999w",
            "٣nov",
            "+٣d",
        ),
        *("yesterday", "noon", "0000-01-01", "fri 27", "fridays"),
    ],
)
def test_anything_else_is_no_date(typed: str) -> None:
    assert dates.read(typed, MONDAY) is None


@pytest.mark.parametrize("today", [date.min, date.max, date(9999, 12, 30)])
def test_the_ends_of_the_calendar_raise_nothing(today: date) -> None:
    for typed in (*dates.WORDS, "+1d", "1jan", "29feb", "31dec"):
        found = dates.read(typed, today)
        assert found is None or found >= today


@given(st.text(max_size=12) | st.text(alphabet="0123456789+-dwfrinov", max_size=8), any_day)
def test_any_text_is_a_date_or_none(typed: str, today: date) -> None:
    assert isinstance(dates.read(typed, today), date | None)


@given(any_day)
def test_weekdays_lie_one_to_seven_days_ahead_and_eow_is_a_friday(today: date) -> None:
    for number, word in enumerate(dates.WEEKDAYS):
        found = dates.read(word[:3], today)
        assert found is not None
        assert found.weekday() == number
        assert timedelta(days=1) <= found - today <= timedelta(days=7)
    eow, eom = dates.read("eow", today), dates.read("eom", today)
    assert eow is not None
    assert eom is not None
    assert eow.weekday() == 4 and timedelta(0) <= eow - today <= timedelta(days=6)
    assert eom.month == today.month and (eom + timedelta(days=1)).day == 1


@given(any_day, any_day)
def test_an_iso_date_reads_back_as_itself(day: date, today: date) -> None:
    assert dates.read(day.isoformat(), today) == day


def test_every_example_of_the_list_that_refusals_show_is_a_date() -> None:
    shown = [word for word in dates.KNOWN.replace("…", ",").replace(",", " ").split() if word]
    assert len(shown) >= 9
    assert all(dates.read(word, MONDAY) for word in shown)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", MONDAY),
        ("yesterday", MONDAY - timedelta(days=1)),
        ("mon", MONDAY),
        ("fri", FRIDAY - timedelta(days=7)),
        ("-30d", MONDAY - timedelta(days=30)),
        ("-2w", MONDAY - timedelta(days=14)),
        ("30nov", date(2025, 11, 30)),
        ("23nov", MONDAY),
        ("29feb", date(2024, 2, 29)),
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-13-01", None),
        ("soon", None),
        ("+3d", None),
        ("-9999999d", None),
    ],
)
def test_a_date_looked_back_to_is_the_last_one(typed: str, day: date | None) -> None:
    assert dates.read_past(typed, MONDAY) == day


def test_a_date_for_people_has_its_weekday_and_its_year_where_it_is_not_plain() -> None:
    assert dates.words(FRIDAY, MONDAY) == "Fri 27 Nov"
    assert dates.words(date(2027, 1, 15), MONDAY) == "Fri 15 Jan"
    assert dates.words(date(2028, 1, 15), MONDAY) == "Sat 15 Jan 2028"
    assert dates.words(date(2026, 1, 2), MONDAY) == "Fri 2 Jan"


@given(any_day, any_day)
def test_a_short_date_fits_its_column(day: date, today: date) -> None:
    assert 3 <= len(dates.short(day, today)) <= 9
