"""The text of values on the screen and in documents: amounts, deals, counts. English, no locale.

Dates are in `model/dates.py`.
"""

_WRITTEN_OUT = 1e15  # from here on a float has no digit left for the units


def amount(value: float | None, currency: str = "") -> str:
    """`EUR 480,000`; cents only if there are any; empty for None."""
    if value is None:
        return ""
    if abs(value) >= _WRITTEN_OUT:
        number = f"{value:g}"
    else:
        number = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{currency} {number}".strip()


def deal(account: str, opportunity: str = "", zone: str = "") -> str:
    """A deal in one line: `Acme Freight · EMEA · Renewal`, without empty parts."""
    return " · ".join(each for each in (account, zone, opportunity) if each)


def count(number: int, one: str, many: str = "") -> str:
    """`1 person`, `2,000 people`; `many` is the plural, by default `one` with an s."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word for a number, without the number: `plural(n, "is", "are")`."""
    return one if number == 1 else many or f"{one}s"


def times(number: int) -> str:
    """`once`, `2 times`."""
    return "once" if number == 1 else f"{number:,} times"


def person(name: str, title: str) -> str:
    """`Ruth Vale, CFO`, or the name alone without a title."""
    return f"{name}, {title}" if title else name
