"""What a screen leaves behind when it is left."""

from collections.abc import Iterable

from msgspec import Struct

from session_tui.outbox.message import PushResult


class Farewell(Struct, frozen=True):
    """`text` is for the terminal, once the program ends; of it `warning` is what must be read at once, or empty."""

    text: str
    warning: str = ""

    @property
    def news(self) -> str:
        """The one line for the screen below: where a session is kept is no news, that it went to nobody is."""
        return self.warning or self.text.partition("\n")[0]


def with_pushes(text: str, results: Iterable[PushResult]) -> Farewell:
    """What is said, and below it what became of each push; the first that failed is the warning."""
    told = tuple(results)
    return Farewell("\n".join((text, *map(str, told))), next((each.text for each in told if not each.queued), ""))
