"""The credit split: who shares the commission, settled before the work and adding up to 100 %."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from session_tui.model.analysis import ours
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import one_line
from session_tui.model.session import CreditShare, Session

if TYPE_CHECKING:
    from session_tui.model.capture.result import Refusal

Shares = tuple[CreditShare, ...]
_ROUNDING = 0.01  # percent: thirds of a hundred add up
_SHARE = re.compile(r"\s*(.*?[^\s=:])[\s=:]+([0-9]{1,3}(?:\.[0-9]+)?)\s*%?\s*")


def read(text: str, known: Iterable[str] = ()) -> "Shares | Refusal":
    """`Ben Okafor 70, Mei Tan 30` as shares in percent; nothing as none. That they add up is said, not demanded.

    A part of a `known` name is enough, as it is for `@ben`; a name nobody has is itself.
    """
    # The capture line's whole grammar comes with it, 20 ms that whoever reads files alone does not wait for.
    from session_tui.model.capture.lookup import one_of
    from session_tui.model.capture.result import Refusal, Refused

    names = tuple(known)
    shares: list[CreditShare] = []
    for each in one_line(text).split(","):
        if not each.strip():
            continue
        found = _SHARE.fullmatch(each)
        if found is None or float(found[2]) > 100:
            return Refusal(f"{each.strip()} is no share", "Write names and percent: Ben Okafor 70, Mei Tan 30.")
        try:
            name = one_of(found[1], names) or found[1]
        except Refused as refused:
            return refused.refusal
        if any(name_key(name) == name_key(share.name) for share in shares):
            return Refusal(f"{name} has two shares", "Write each name once.")
        shares.append(CreditShare(name=name, percent=float(found[2])))
    return tuple(shares)


def read_for(session: Session, text: str, people: Iterable[str] = ()) -> "Shares | Refusal":
    """The same for a session, whose people are known; the shares that stand there are no names to go by."""
    return read(text, ours(replace(session, credit_split=()), people))


def text(shares: Shares) -> str:
    """The shares as they are typed."""
    return ", ".join(f"{share.name} {share.percent:g}" for share in shares)


def settled(shares: Shares) -> bool:
    """There are shares, and they add up to 100."""
    return bool(shares) and abs(total(shares) - 100) <= _ROUNDING


def total(shares: Shares) -> float:
    """What they add up to, in percent."""
    return sum(share.percent for share in shares)


def words(shares: Shares) -> str:
    """Whether the credit is settled, in a few words."""
    if not shares:
        return "not settled yet"
    return "adds up to 100 %" if settled(shares) else f"adds up to {total(shares):g} %, not 100"
