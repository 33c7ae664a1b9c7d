"""The credit split: the shares of the commission, agreed before the work, 100 % in total."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from session_tui.model.analysis import ours
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line
from session_tui.model.session import CreditShare, Session

if TYPE_CHECKING:
    from session_tui.model.capture.result import Refusal

Shares = tuple[CreditShare, ...]
_ROUNDING = 0.01  # percent: thirds of a hundred add up
_SHARE = lazy_pattern(r"\s*(.*?[^\s=:])[\s=:]+([0-9]{1,3}(?:\.[0-9]+)?)\s*%?\s*")


def read(text: str, known: Iterable[str] = ()) -> "Shares | Refusal":
    """The shares in a text such as `Ben Okafor 70, Mei Tan 30`; none for an empty text.

    A part of a `known` name is enough, as with `@ben`; an unknown name is taken as typed. The sum
    is not checked here.
    """
    # These load the whole grammar of the capture line, 20 ms that a reader of files does not need.
    from session_tui.model.capture.lookup import one_of
    from session_tui.model.capture.result import Refusal, Refused

    names = tuple(known)
    shares: list[CreditShare] = []
    for each in one_line(text).split(","):
        if not each.strip():
            continue
        found = _SHARE.fullmatch(each)
        if found is None or float(found[2]) > 100:
            return Refusal(f"{each.strip()} is not a share", "Write names and percent: Ben Okafor 70, Mei Tan 30.")
        try:
            name = one_of(found[1], names) or found[1]
        except Refused as refused:
            return refused.refusal
        if any(name_key(name) == name_key(share.name) for share in shares):
            return Refusal(f"{name} has two shares", "Write each name once.")
        shares.append(CreditShare(name=name, percent=float(found[2])))
    return tuple(shares)


def read_for(session: Session, text: str, people: Iterable[str] = ()) -> "Shares | Refusal":
    """The same, with the names of the session's people; those of its shares do not count."""
    return read(text, ours(replace(session, credit_split=()), people))


def text(shares: Shares) -> str:
    """The shares as text that `read` takes."""
    return ", ".join(f"{share.name} {share.percent:g}" for share in shares)


def settled(shares: Shares) -> bool:
    """Whether there are shares and they add up to 100."""
    return bool(shares) and abs(total(shares) - 100) <= _ROUNDING


def total(shares: Shares) -> float:
    """The sum in percent."""
    return sum(share.percent for share in shares)


def words(shares: Shares) -> str:
    """Whether the credit is settled, in a few words."""
    if not shares:
        return "not settled yet"
    return "adds up to 100 %" if settled(shares) else f"adds up to {total(shares):g} %, not 100"
