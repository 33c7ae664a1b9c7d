"""Dates: the forms that the capture line accepts, and the text of a date on the screen.

All are local dates with English names, without a locale, so a line means the same date on each
machine.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from session_tui.model.patterns import lazy_pattern

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WORDS = (*WEEKDAYS, "today", "tomorrow", "eow", "eom")
KNOWN = "today, tomorrow, mon … sun, eow, eom, 30nov, +3d, +2w, 2026-11-30"

KNOWN_PAST = "today, yesterday, mon … sun (the last one), 30nov (the last one), -30d, -2w, 2026-11-30"

_ISO = lazy_pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_AHEAD = lazy_pattern(r"\+([0-9]{1,7})([dw])")
_BACK = lazy_pattern(r"-([0-9]{1,7})([dw])")
_DAY_OF_MONTH = lazy_pattern(r"([0-9]{1,2})([a-z]{3,9})")
_LEAP_GAP = 8  # years: 29 February is never further away than this
_NEAR = timedelta(days=180)  # a nearer date is clear without its year


def file_moment(moment: datetime) -> datetime:
    """A moment as in files: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def read(text: str, today: date) -> date | None:
    """The date of a text in one of the `KNOWN` forms, else None. Words may be shortened while
    unique.

    A weekday is the next one, never today. `eow` is this week's Friday, on Saturday and Sunday
    next week's. `eom` is the last day of the month, `30nov` the next one, today included. `+3d`
    counts calendar days. An ISO date may be past.
    """
    text = text.lower()
    try:
        if found := _ISO.fullmatch(text):
            return date(*map(int, found.groups()))
        if found := _AHEAD.fullmatch(text):
            return today + timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
        if found := _DAY_OF_MONTH.fullmatch(text):
            years = range(today.year, today.year + _LEAP_GAP + 1)
            return next((day for day in _days_of_month(int(found[1]), found[2], years) if day >= today), None)
        return _worded(text, today)
    except (ValueError, OverflowError):  # 2026-02-30; a day after the calendar's last
        return None


def read_past(text: str, today: date) -> date | None:
    """A past date in one of the `KNOWN_PAST` forms, else None.

    A weekday and `30nov` are the last one, today included. `-30d` counts calendar days.
    """
    text = text.lower()
    try:
        if found := _BACK.fullmatch(text):
            return today - timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
        if found := _DAY_OF_MONTH.fullmatch(text):
            years = range(today.year, today.year - _LEAP_GAP - 1, -1)
            return next((day for day in _days_of_month(int(found[1]), found[2], years) if day <= today), None)
        if text == "yesterday":
            return today - timedelta(days=1)
        if word := unique(text, WEEKDAYS):
            return today - timedelta(days=(today.weekday() - WEEKDAYS.index(word)) % 7)
        if found := _ISO.fullmatch(text):
            return date(*map(int, found.groups()))
        return today if text == "today" else None
    except (ValueError, OverflowError):
        return None


def words(day: date, today: date) -> str:
    """A date for people: `Fri 27 Nov`, with its year if it is another year and far away."""
    text = f"{WEEKDAYS[day.weekday()][:3].capitalize()} {day.day} {MONTHS[day.month - 1][:3].capitalize()}"
    return text if day.year == today.year or abs(day - today) <= _NEAR else f"{text} {day.year:04}"


def short(day: date, today: date) -> str:
    """A date in at most nine characters: `today`, `Fri` within six days, `27 Nov`, `1 Mar 28`."""
    ahead = (day - today).days
    if 0 <= ahead < 7:
        return WEEKDAYS[day.weekday()][:3].capitalize() if ahead else "today"
    text = f"{day.day} {MONTHS[day.month - 1][:3].capitalize()}"
    return text if day.year == today.year or abs(ahead) <= _NEAR.days else f"{text} {day.year % 100:02}"


def unique(typed: str, known: Iterable[str]) -> str:
    """The known word that is equal to the typed text, else the only one that begins with it, else
    empty.
    """
    if not typed:
        return ""
    fits = [word for word in known if word.startswith(typed)]
    return typed if typed in fits else fits[0] if len(fits) == 1 else ""


def _worded(text: str, today: date) -> date | None:
    word = unique(text, WORDS)
    match word:
        case "":
            return None
        case "today":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "eow":
            return today + timedelta(days=(WEEKDAYS.index("friday") - today.weekday()) % 7)
        case "eom":
            return today.replace(day=monthrange(today.year, today.month)[1])
        case _:
            return today + timedelta(days=(WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1)


def _days_of_month(day: int, month: str, years: Iterable[int]) -> Iterator[date]:
    """The day of the month in each of the years; a year without that day is left out."""
    name = unique(month, MONTHS)
    number = MONTHS.index(name) + 1 if name else 0
    for year in years:
        if number and 1 <= day <= monthrange(year, number)[1]:
            yield date(year, number, day)
