"""Reads a cell that holds an amount of money, and one that names a currency.

A cell is read if it has one meaning. A single mark before three digits separates thousands, unless
another cell of the column shows that the mark is its decimal mark.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from session_tui.model.crm.cell import is_blank, shown
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern

# A closed list of ISO 4217: with any three letters, "1,2 MIO" would be an amount of 1.2.
_ISO_4217 = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
    VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_ISO_4217.split())
_NAMES = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "us$": "USD", "us dollar": "USD", "us dollars": "USD",
    "u.s. dollar": "USD", "us-dollar": "USD", "dollar us": "USD", "dólar estadounidense": "USD", "£": "GBP",
    "pound": "GBP", "british pound": "GBP", "pound sterling": "GBP", "britisches pfund": "GBP", "swiss franc": "CHF",
    "schweizer franken": "CHF", "franc suisse": "CHF", "franco suizo": "CHF", "sfr": "CHF", "fr.": "CHF",
    "ca$": "CAD", "c$": "CAD", "canadian dollar": "CAD", "a$": "AUD", "au$": "AUD", "australian dollar": "AUD",
    "nz$": "NZD", "r$": "BRL", "hk$": "HKD", "₹": "INR", "indian rupee": "INR", "japanese yen": "JPY",
    "zł": "PLN", "kč": "CZK", "swedish krona": "SEK", "danish krone": "DKK", "norwegian krone": "NOK",
    "mx$": "MXN", "nt$": "TWD", "s$": "SGD", "₩": "KRW", "₪": "ILS", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₫": "VND",
    "฿": "THB", "₱": "PHP", "₦": "NGN", "kr": "kr",
}  # fmt: skip
_DOLLARS = """
    ARS AUD BBD BMD BND BSD BZD CAD CLP COP CVE DOP FJD GYD HKD JMD KYD LRD MOP MXN NAD NIO NZD SBD SGD SRD SVC TTD
    TWD USD UYU WST XCD
"""
# The signs that several currencies have.
_SHARED = {
    "$": frozenset(_DOLLARS.split()),
    "¥": frozenset(("CNY", "JPY")),
    "kr": frozenset(["DKK", "ISK", "NOK", "SEK"]),
}
# "mil" is a million in English and a thousand in Spanish, so it has no meaning here.
_SCALES = {
    "k": 1e3, "tsd": 1e3, "tausend": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6,
    "million": 1e6, "millions": 1e6, "millionen": 1e6, "millón": 1e6, "millones": 1e6, "mrd": 1e9, "bn": 1e9,
}  # fmt: skip

_SIGNED = lazy_pattern(
    r"(?P<minus>[-(]?) ?(?P<before>[^0-9\s.,'()-][^0-9\s,'()-]*|) ?(?P<inner>-?) ?"
    r"(?P<digits>(?:[0-9]|[.,](?=[0-9]))[0-9.,' ]*?) ?(?P<after>[^0-9\s.,'()-][^0-9,'()]*|)(?P<close>\)?)"
)
_PLAIN = lazy_pattern(r"([0-9]*)(?:([.,])([0-9]*))?")
_GROUPED = lazy_pattern(r"([1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)([.,])([0-9]*))?")
_LAKHS = lazy_pattern(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:(\.)([0-9]*))?")
_EXPONENT = lazy_pattern(r"(-?[0-9](?:[.,][0-9]+)?)[eE]\+?([0-9]{1,2})")
_SECOND = lazy_pattern(r"(.*[0-9].*?)\s*\(([^()]*[0-9][^()]*)\)")  # the amount in a second currency in brackets
_DIGITS = lazy_pattern(r"[0-9]+(?:\.[0-9]{1,2})?")
_WORD = lazy_pattern(r"[^\s]+")
_PLUS_OR_NO_CENTS = lazy_pattern(
    r"^\+(?=[0-9])|(?<=[0-9])[.,][-\u2013\u2014]{1,2}(?= |$)"
)  # "+500", "1'250.-", "80,- €"


class Money(Struct, frozen=True):
    """An amount, and the currency that its cell names: a code of ISO 4217, a sign such as `$`, or
    empty.
    """

    value: float
    currency: str = ""


def money(text: str, decimal: str = "") -> Money | Fault | None:
    """The amount of a cell; None for an empty one. `decimal` is the column's decimal mark."""
    if _DIGITS.fullmatch(text) and (decimal != "," or "." not in text) and len(text) < 300:
        return Money(float(text))
    bare = _bare(text)
    if is_blank(bare):
        return None
    found = _money(bare, decimal)
    if found is None and (second := _SECOND.fullmatch(bare)):
        # The second amount is the first one, converted; it must be an amount too.
        found = _money(second[1], decimal) if _money(second[2], decimal) else None
    if found is not None:
        return found
    return Fault("", f"amount: {shown(text)} is not an amount", "Write it as 420000 or 420000.50.")


def decimal_mark(cells: Iterable[str]) -> str:
    """The decimal mark that the cells of a column show, a point or a comma; empty where they show
    none, or both.
    """
    found = set()
    for cell in cells:
        if "." not in cell and "," not in cell:
            continue
        match = _SIGNED.fullmatch(_bare(cell))
        if match is None or _scale_and_currency(match["after"]) is None:
            continue
        found |= _shown_mark(match["digits"])
        if len(found) > 1:
            return ""
    return next(iter(found), "")


@lru_cache(maxsize=256)
def currency(text: str) -> str:
    """The code of a currency that is named by its code, sign or name; another text as it is."""
    bare = " ".join(text.split())
    if bare.upper() in CODES:
        return bare.upper()
    if known := _NAMES.get(bare.lower()):
        return known
    codes = [word for word in re.findall(r"[A-Z]{3}", bare) if word in CODES]  # "EUR - Euro", "Euro (EUR)"
    return codes[0] if len(set(codes)) == 1 else "" if is_blank(bare) else bare.upper()


def agree(one: str, other: str) -> bool:
    """Whether two currencies of one amount may be the same: `$` may be USD, never EUR. Of names
    that are no codes nothing is known.
    """
    for sign, another in ((one, other), (other, one)):
        shared = _SHARED.get(sign) or (_SHARED["$"] if sign.endswith("$") else None)
        if shared is not None:
            return another not in CODES or another in shared
    return one == other or not {one, other} <= CODES


def is_currency(text: str) -> bool:
    """Whether the text names a currency."""
    return currency(text) in CODES or _is_sign(text)


def _money(bare: str, decimal: str) -> Money | None:
    if found := _EXPONENT.fullmatch(bare):  # a spreadsheet writes large numbers so
        return Money(float(found[1].replace(",", ".")) * 10 ** int(found[2])) if int(found[2]) <= 15 else None
    match = _SIGNED.fullmatch(bare)
    if match is None:
        return None
    bracket = match["minus"] == "("
    if bracket != bool(match["close"]) or (match["minus"] and match["inner"]):
        return None
    behind = _scale_and_currency(match["after"])
    before = _scale_and_currency(match["before"])
    if behind is None or before is None or before[0] != 1 or (before[1] and behind[1] and before[1] != behind[1]):
        return None
    number = _number(match["digits"], decimal, scaled=behind[0] != 1)
    if number is None:
        return None
    value = number * behind[0]
    if value >= 1e6:
        value = round(value, 2)  # 0.48 * 1e6 is not 480000 in binary
    value = round(value, 6)
    return (
        Money(-value if match["minus"] or match["inner"] else value, before[1] or behind[1])
        if math.isfinite(value)
        else None
    )


def _number(digits: str, decimal: str, *, scaled: bool) -> float | None:
    if decimal and (found := _PLAIN.fullmatch(digits)) and found[2] == decimal:
        return _value(found[1], found[3])
    if found := _GROUPED.fullmatch(digits):
        # "1.200k" may be 1.2 thousand or 1,200 thousand.
        alone = found[4] is None and found[2] in ".," and digits.count(found[2]) == 1
        if (scaled and alone and decimal == "") or (found[2] == decimal and decimal):
            return None
        return _value(found[1], found[4])
    if found := _LAKHS.fullmatch(digits) or _PLAIN.fullmatch(digits):
        return _value(found[1], found[3])
    return None


def _value(whole: str, cents: str | None) -> float:
    return float(f"{''.join(filter(str.isdigit, whole)) or 0}.{cents or 0}")


def _shown_mark(digits: str) -> set[str]:
    """The mark in digits that can be nothing but a decimal mark, or follows from the thousands."""
    if found := _GROUPED.fullmatch(digits):
        if found[3]:
            return {found[3]}
        if found[2] in ".," and digits.count(found[2]) > 1:
            return {"," if found[2] == "." else "."}
        return set()
    if _LAKHS.fullmatch(digits):
        return {"."}
    found = _PLAIN.fullmatch(digits)
    return {found[2]} if found and found[2] and found[3] else set()


@lru_cache(maxsize=256)
def _scale_and_currency(text: str) -> tuple[float, str] | None:
    """The factor and the currency that stand beside a number; None where a word is unknown."""
    factor, code = 1.0, ""
    if text.strip().lower() in _NAMES:
        return 1.0, _NAMES[text.strip().lower()]
    for word in _WORD.findall(text):
        folded = word.lower().rstrip(".")
        if folded in _SCALES and factor == 1:
            factor = _SCALES[folded]
        elif (joined := _joined(word)) and factor == 1 and not code:
            factor, code = joined
        elif not code and (word.upper() in CODES or folded in _NAMES or _is_sign(word)):
            code = currency(folded if folded in _NAMES else word)
        else:
            return None
    return factor, code


def _joined(word: str) -> tuple[float, str] | None:
    """The factor and currency of one word: `k€`, `TEUR`, `Mio€`, `MUSD`, `M€`; None where it is
    the name of a currency, or no such word.
    """
    if word.upper() in CODES or word.lower() in _NAMES:
        return None
    for at in range(1, len(word)):
        scale, rest = word[:at].lower(), word[at:]
        factor = 1e3 if word[:at] == "T" else _SCALES.get(scale)
        if factor and (rest.upper() in CODES or rest.lower() in _NAMES or _is_mark(rest)):
            return factor, currency(rest)
    return None


def _is_sign(mark: str) -> bool:
    """Whether the text is the sign of a currency with its letters (`US$`)."""
    return len(mark) <= 3 and _is_mark(mark[-1:]) and (len(mark) == 1 or mark[:-1].isupper())


def _is_mark(text: str) -> bool:
    """Whether the text is one sign of a currency and nothing else."""
    return len(text) == 1 and unicodedata.category(text) == "Sc"


def _bare(text: str) -> str:
    bare = " ".join(text.split()).replace("\u2019", "'").replace("\u2212", "-")
    plain = bare[-1:].isdigit() and bare[0] != "+"
    return bare if plain else _PLUS_OR_NO_CENTS.sub("", bare)
