"""A sentence of more than one line: what was just said, where there is room for all of it."""

from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph


class Message(Paragraph):
    """Takes no room while it has nothing to say, but where its style keeps it."""

    def __init__(self, name: str = "said") -> None:
        """`name` is its id."""
        super().__init__(id=name)

    def say(self, *pieces: tuple[str, str]) -> None:
        """Say this instead, in the one tone that its style gives it."""
        words = "".join(text for text, _ in pieces)
        self.update(Text(words))
        self.set_class(bool(words), "-told")
