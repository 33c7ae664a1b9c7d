"""Finds words that look like a mistyped key of the capture line (`rol:foo`), which are text.

They are not refused, because a colon belongs to times, addresses and names; the preview says which
key is near.
"""

from collections.abc import Iterable, Sequence

from session_tui.model.capture.fields import PLACES
from session_tui.model.capture.lexer import KEYWORDS
from session_tui.model.patterns import lazy_pattern

_KEY_LIKE = lazy_pattern(r"([A-Za-z]{2,}(?:_[a-z]+)?):(?!//)")
_PERSON = "@name"


def words(texts: Sequence[str], letter: str) -> tuple[str, ...]:
    """A remark for each word of the text that is nearly a key."""
    return tuple(_remark(name, key) for name, key in found(texts, letter).items())


def found(texts: Sequence[str], letter: str) -> dict[str, str]:
    """The words of the text that are nearly a key of this kind of entry, without their colon, each
    with the key.

    `texts` are the words as typed, with their escapes; `letter` is the kind's.
    """
    near: dict[str, str] = {}
    for at, text in enumerate(texts):
        # A key at the end of the line may still get its value.
        if (typed := _KEY_LIKE.match(text)) and (typed.end() < len(text) or at + 1 < len(texts)):
            key = nearest(typed[1], PLACES.get(letter, ())) or _of_field(typed[1], letter)
            if key:
                near.setdefault(typed[1], key)
    return near


def nearest(typed: str, keys: Iterable[str]) -> str:
    """The key that the typed name is, begins, or differs from by one letter; else an empty text.

    A key of two letters has too many such neighbours: only its own letters count, in any order.
    """
    name = typed.lower()
    known = [key for key in keys if key in KEYWORDS]
    if name in known:
        return name
    begun = [key for key in known if key.startswith(name)]
    near = [key for key in known if len(key) > 2 and _one_apart(name, key)]
    turned = [key for key in known if len(key) == 2 and name == key[::-1]]
    return next(iter((*begun, *near, *turned)), "")


def _of_field(typed: str, letter: str) -> str:
    """The mark of the field with this name (`owner`, `support`, `reports`), or an empty text."""
    name = typed.lower()
    marks = [key for key, field in PLACES.get(letter, {}).items() if name in (field, field.split("_")[0])]
    return next((key for key in marks if key in KEYWORDS), _PERSON if "@" in marks else "")


def _remark(name: str, key: str) -> str:
    if name == key:
        return f"{name}: is text here; write its value right behind the colon"
    return f"{name}: is text here; the key is {shown(key)}"


def shown(key: str) -> str:
    """The key as it is typed: `role:`, `@name`."""
    return key if key == _PERSON else f"{key}:"


def _one_apart(one: str, other: str) -> bool:
    """Whether two different words differ by one letter, or by the order of two neighbours."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]
