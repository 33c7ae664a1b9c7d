"""Values as people read them: amounts, deals, counts. English, no locale, one way for each.

Dates that people type, and how dates are written, are in `model/dates.py`.
"""

_WRITTEN_OUT = 1e15  # from here on a float has no digit left for the units


def amount(value: float | None, currency: str = "") -> str:
    """`EUR 480,000`, with cents only where there are any; empty where there is no value."""
    if value is None:
        return ""
    if abs(value) >= _WRITTEN_OUT:
        number = f"{value:g}"
    else:
        number = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{currency} {number}".strip()


def deal(account: str, opportunity: str = "", zone: str = "") -> str:
    """Which deal, in one line: `Acme Freight · EMEA · Renewal`; what is empty is left out."""
    return " · ".join(each for each in (account, zone, opportunity) if each)


def count(number: int, one: str, many: str = "") -> str:
    """`1 person`, `2,000 people`; `many` is the word for all but one, by default `one` with an s."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word alone, for one or for any other number: `plural(n, "is", "are")`."""
    return one if number == 1 else many or f"{one}s"


def times(number: int) -> str:
    """`once`, `2 times`."""
    return "once" if number == 1 else f"{number:,} times"


def person(name: str, title: str) -> str:
    """Somebody by name and title, as far as both are known."""
    return f"{name}, {title}" if title else name
