"""Reads a cell that holds a date, and finds which of day and month comes first in a column.

One program writes a column in one way: of dates with slashes or hyphens, a single cell with a day
over 12 settles the order for all. With points the day is first everywhere in the world.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, TypeAlias

from session_tui.model.crm.cell import is_blank, shown
from session_tui.model.fault import Fault
from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern
from session_tui.model.vocabulary import DateOrder

# Empty: no cell shows it; both: the cells contradict each other.
Found: TypeAlias = Literal["dmy", "mdy", "", "both"]

_MONTHS = {
    1: "january januar jaenner janner janvier enero jan jän janv ene",
    2: "february februar fevrier febrero feb febr fev fevr",
    3: "march marz maerz mars marzo mar mrz",
    4: "april avril abril apr avr abr",
    5: "may mai mayo",
    6: "june juni juin junio jun",
    7: "july juli juillet julio jul juil",
    8: "august aout agosto aug ago",
    9: "september septembre septiembre setiembre sep sept set",
    10: "october oktober octobre octubre oct okt",
    11: "november novembre noviembre nov",
    12: "december dezember decembre diciembre dec dez dic",
}
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_PIVOT = 80  # a two-digit year from here on is one of the 1900s
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers, from March 1900 on
_SERIALS = range(30_000, 80_000)  # 1982 to 2119; a smaller number is no close date

_TIME = (
    r"(?:(?:T|,? +|, ?)[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Uhr)?(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}))?(?: ?[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ISO = lazy_pattern(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_PACKED = lazy_pattern(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_TRIPLE = lazy_pattern(rf"([0-9]{{1,2}})(?:(\. ?|[/-]))([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_SERIAL = lazy_pattern(r"([0-9]{5})(?:[.,][0-9]+)?")
_DAY_FIRST = lazy_pattern(
    rf"(?:[^\W\d]+\.?,? +)?([0-9]{{1,2}})(?:st|nd|rd|th|er|\.?º|\.)?[ /-]?(?: ?(?:de|of) )?([^\W\d]{{3,12}})\.?,?"
    rf"[ /-]?(?: ?(?:de|del) )?([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_MONTH_FIRST = lazy_pattern(
    rf"(?:[^\W\d]+\.?,? +)?([^\W\d]{{3,12}})\.?[ -]([0-9]{{1,2}})(?:st|nd|rd|th)?,?[ -]([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_YEAR_FIRST = lazy_pattern(rf"([0-9]{{4}})[ -]([^\W\d]{{3,12}})\.?[ -]([0-9]{{1,2}}){_TIME}")

_DO = "Write it as 2026-12-31."


def close_date(text: str, order: Found = "", configured: DateOrder | None = None) -> date | Fault | None:
    """The day of a cell, without its time; None for an empty cell.

    `order` is that of the column; without one, a cell that may be two days is a fault. The
    `configured` order takes precedence: a cell that is no day in it is a fault too.
    """
    text = " ".join(text.split())
    if is_blank(text):
        return None
    try:
        found = _read(text, order, configured)
    except (ValueError, OverflowError):  # 31.02.2026
        found = None
    return found or Fault("", f"close_on: {shown(text)} is not a date", _DO)


def date_order(cells: Iterable[str]) -> Found:
    """Which of day and month comes first in the dates with slashes or hyphens, by the cells of a
    whole column. Dates with points show nothing of them.
    """
    found: set[Found] = set()
    for cell in cells:
        match = _TRIPLE.fullmatch(cell.strip()) if cell[:1].isdigit() else None
        if match is None or match[2].startswith("."):
            continue
        one, two = int(match[1]), int(match[3])
        if one > 12 >= two or two > 12 >= one:
            found.add("dmy" if one > 12 else "mdy")
            if len(found) > 1:
                return "both"
    return next(iter(found), "")


def _read(text: str, order: Found, configured: DateOrder | None) -> date | Fault | None:
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := _TRIPLE.fullmatch(text):
        return _triple(found, order, configured, text)
    if found := _PACKED.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(found[1])) if int(found[1]) in _SERIALS else None
    for pattern, (day, month, year) in ((_DAY_FIRST, (1, 2, 3)), (_MONTH_FIRST, (2, 1, 3)), (_YEAR_FIRST, (3, 2, 1))):
        if found := pattern.fullmatch(text):
            number = _MONTH_OF.get(folded(found[month]))
            return date(_year(found[year]), number, int(found[day])) if number else None
    return None


def _triple(found: re.Match[str], order: Found, configured: DateOrder | None, text: str) -> date | Fault:
    one, two, year = int(found[1]), int(found[3]), _year(found[4])
    if configured == "ymd" and len(found[4]) == 2:
        return date(_year(found[1]), two, int(found[4]))
    points = found[2].startswith(".")
    first = configured if configured in ("dmy", "mdy") else "dmy" if points else order
    if first in ("dmy", "mdy"):
        day, month = (one, two) if first == "dmy" else (two, one)
        if month > 12 >= day:
            which, why = ("day", "points mean") if first == "dmy" else ("month", "")
            why = "date_order says" if configured else why
            return Fault("", f"close_on: {shown(text)} is not a date with the {which} first, as {why}", _DO)
        return date(year, month, day)
    if max(one, two) > 12 or one == two:
        return date(year, *sorted((one, two)))
    why = "the column has both orders" if order == "both" else "by which comes first, day or month"
    do = f'{_DO} Or set date_order = "dmy" or "mdy" in [pipeline] of the configuration.'
    return Fault("", f"close_on: {shown(text)} may be two days, {why}", do)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < _PIVOT else 1900)
