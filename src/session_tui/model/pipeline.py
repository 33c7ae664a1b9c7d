"""Deals of the pipeline, and the parser for the cells of a CRM's export: amounts and dates.

A cell is read only if it has one meaning. An amount that is wrong by a factor of a thousand, or a
date that is wrong by months, costs more than a line that is reported and left out.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import one_line, safe_text

COLUMNS = ("account", "opportunity", "phase", "amount", "currency", "close_on", "owner")
CLOSED = frozenset({"closed", "closed won", "closed lost", "won", "lost"})

Deal: TypeAlias = tuple[str, str]  # the keys of an account and an opportunity

# A closed list of ISO 4217: with any three letters, "1,2 MIO" would be an amount of 1.2.
_ISO_4217 = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
    VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
_CODES = frozenset(_ISO_4217.split())
_MONEY = re.compile(r"(-?) ?([^0-9\s.,'-]*) ?(-?) ?((?:[0-9]|[.,](?=[0-9]))[0-9.,' ]*?) ?([^0-9\s.,'-]*)", re.ASCII)
_GROUPED = re.compile(r"([1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]*))?")
_LAKHS = re.compile(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:(\.)([0-9]*))?")
_PLAIN = re.compile(r"([0-9]*)(?:([.,])([0-9]*))?")

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.]+(?:Z| ?[+-][0-9:]+)?)?")
_DOTTED = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_EITHER = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})")
_NO_LETTERS = re.compile(r"[\W_]+")


class PipelineRow(Struct, frozen=True):
    """One deal of the CRM's export."""

    account: str
    opportunity: str = ""
    phase: str = ""
    amount: float | None = None
    currency: str = ""
    close_on: date | None = None
    owner: str = ""

    @property
    def deal(self) -> Deal:
        """The key by which deals are compared."""
        return deal(self.account, self.opportunity)


def deal(account: str, opportunity: str) -> Deal:
    """The key by which deals are compared."""
    return name_key(account), name_key(opportunity)


def is_closed(phase: str) -> bool:
    """Whether the phase means a won or lost deal; punctuation does not count."""
    return _NO_LETTERS.sub(" ", name_key(phase)).strip() in CLOSED


def row_of(cells: Mapping[str, str]) -> PipelineRow | Fault:
    """The deal of a line. `cells` are by the names of `COLUMNS`; a fault has no place yet."""
    texts = {name: one_line(cells.get(name, "")).strip() for name in COLUMNS}
    if not texts["account"]:
        return Fault("", "the line has no account", "Write whose deal it is.")
    sum_, day = amount(texts["amount"]), close_date(texts["close_on"])
    for found in (sum_, day):
        if isinstance(found, Fault):
            return found
    assert not isinstance(sum_, Fault) and not isinstance(day, Fault)  # the loop has returned a fault
    return PipelineRow(
        account=texts["account"],
        opportunity=texts["opportunity"],
        phase=texts["phase"],
        amount=sum_,
        currency=texts["currency"].upper() or _code_in(texts["amount"]),
        close_on=day,
        owner=texts["owner"],
    )


def amount(text: str) -> float | Fault | None:
    """An amount with any usual separators and the sign or code of a currency; None if empty.

    `420.000` and `420,000` are 420 thousand: three digits after a single mark are thousands, any
    other number of digits are decimals.
    """
    bare = " ".join(text.split()).replace("\u2019", "'").replace("\u2212", "-")
    if not bare:
        return None
    found = _MONEY.fullmatch(bare)
    if found and not (found[1] and found[3]) and _is_currency(found[2]) and _is_currency(found[5]):
        digits = next(filter(None, (each.fullmatch(found[4]) for each in (_GROUPED, _LAKHS, _PLAIN))), None)
        if digits:
            whole = "".join(filter(str.isdigit, digits[1]))
            value = float(f"{found[1]}{found[3]}{whole or 0}.{digits[3] or 0}")
            if math.isfinite(value):
                return value
    return Fault("", f"amount: {_shown(text)} is no amount", "Write it as 420000 or 420000.50.")


def close_date(text: str) -> date | Fault | None:
    """A date with one meaning: 2026-12-31, 31.12.2026, 31/12/2026; None for an empty cell."""
    text = text.strip()
    if not text:
        return None
    do = "Write it as 2026-12-31."
    try:
        if found := _YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[3]), int(found[4]))
        if found := _DOTTED.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _EITHER.fullmatch(text):
            one, two, year = int(found[1]), int(found[3]), int(found[4])
            if max(one, two) > 12 or one == two:
                return date(year, *sorted((one, two)))
            return Fault("", f"close_on: {_shown(text)} may be two days, by which comes first, day or month", do)
    except ValueError:  # 31.02.2026
        pass
    return Fault("", f"close_on: {_shown(text)} is no date", do)


def _is_currency(mark: str) -> bool:
    """Whether the text is empty, a code, or a sign with its letters (`US$`); not k or Mio."""
    if not mark or mark.upper() in _CODES:
        return True
    return unicodedata.category(mark[-1]) == "Sc" and len(mark) <= 3 and (mark[:-1].isupper() or len(mark) == 1)


def _code_in(text: str) -> str:
    return next((word for word in re.findall(r"[A-Z]{3}", text.upper()) if word in _CODES), "")


def _shown(text: str) -> str:
    clean = safe_text(text)
    return f'"{clean}"' if len(clean) <= 40 else f'"{clean[:37]}..."'
