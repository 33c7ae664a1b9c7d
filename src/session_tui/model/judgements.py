"""The team's judgement of a person, which may be missing: power and support in words, and their
order.

None is a judgement that was not made. It is no value between the others: an unknown power makes no
key player, and an unknown support is neither for us nor against us.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from session_tui.model.vocabulary import SUPPORT_SIGNS, SUPPORT_WORDS

Judgement: TypeAlias = int | None

FIELDS = ("power", "support")
NOT_JUDGED = "not judged"
UNKNOWN_SIGN = "?"
_LOWEST = min(SUPPORT_WORDS)


def power_value(power: Judgement) -> str:
    """`4`, for a place that has the word power already."""
    return NOT_JUDGED if power is None else str(power)


def power_sign(power: Judgement) -> str:
    """`4`, or a question mark, for a place with little room."""
    return UNKNOWN_SIGN if power is None else str(power)


def power_words(power: Judgement) -> str:
    """`power 4`, for a sentence or a list of facts."""
    return f"power {power_value(power)}"


def power_order(power: Judgement) -> int:
    """The rank of a power; an unknown one is below all others."""
    return 0 if power is None else power


def support_value(support: Judgement) -> str:
    """`neutral`, for a place that has the word support already."""
    return NOT_JUDGED if support is None else SUPPORT_WORDS[support]


def support_words(support: Judgement) -> str:
    """`neutral`, for a sentence or a list of facts."""
    return f"support {NOT_JUDGED}" if support is None else SUPPORT_WORDS[support]


def support_sign(support: Judgement) -> str:
    """The sign of a support as it is typed; a question mark for an unknown one."""
    return UNKNOWN_SIGN if support is None else SUPPORT_SIGNS[support]


def support_order(support: Judgement) -> int:
    """The rank of a support; an unknown one is below all others."""
    return _LOWEST - 1 if support is None else support


def support_tone(support: Judgement) -> str:
    """The tone of a support, for colours: good, bad, muted where unknown, or empty."""
    if support is None:
        return "muted"
    return "good" if support > 0 else "bad" if support < 0 else ""


def for_us(support: Judgement) -> bool:
    """Whether a supporter or mentor; an unknown support is not."""
    return support is not None and support > 0


def against_us(support: Judgement) -> bool:
    """Whether below neutral; an unknown support is not."""
    return support is not None and support < 0


def stand(power: Judgement, support: Judgement) -> str:
    """Both judgements as one fact: `power 4, neutral`."""
    if power is None and support is None:
        return f"power and support {NOT_JUDGED}"
    return f"{power_words(power)}, {support_words(support)}"


def change(was: Judgement, now: Judgement) -> int:
    """1 for more power or support, -1 for less; 0 where it is equal, or was or is unknown."""
    if was is None or now is None:
        return 0
    return (now > was) - (now < was)


def drop_unjudged(people: Iterable[dict[str, Any]]) -> None:
    """Remove the keys of missing judgements from JSON objects: null would be a value."""
    for person in people:
        for key in FIELDS:
            if person.get(key, 0) is None:
                del person[key]
