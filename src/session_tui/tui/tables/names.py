"""Names as short as they can be without being mistaken for another's."""

from collections import Counter
from collections.abc import Callable, Iterable

from session_tui.model.sanitize import safe_text


def shortener(names: Iterable[str]) -> Callable[[str], str]:
    """A function that gives the first word of a name where nobody else's begins with it, else the whole name.

    The names are counted once, so that drawing a row costs the same with ten people and with five hundred.
    """
    firsts = Counter(name.split(" ", 1)[0] for name in set(names))

    def short(name: str) -> str:
        first = name.split(" ", 1)[0]
        return safe_text(first if firsts[first] <= 1 else name)

    return short
