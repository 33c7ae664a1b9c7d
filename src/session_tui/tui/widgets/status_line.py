"""A line of toned pieces: the widget of prompt, finding, preview and suggestions, and the base of
the footer.
"""

from textual import events, message
from textual.reactive import reactive

from session_tui.tui.pieces import Pieces
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned
from session_tui.tui.widgets.paragraph import Paragraph


class StatusLine(Toned):
    """Text that does not fit is cut. `last_right` puts the last piece at the right edge,
    `all_right` all pieces.
    """

    pieces: reactive[Pieces] = reactive(())
    last_right: reactive[bool] = reactive(False)
    all_right: reactive[bool] = reactive(False)
    lead = " "  # the margin at the screen's edge; empty in a box with a margin of its own

    def say(self, *pieces: tuple[str, str]) -> None:
        """Show these pieces instead."""
        self.pieces = pieces

    def render(self) -> Text:
        """The pieces in one line."""
        text = Text(self.lead, no_wrap=True, overflow="ellipsis", end="")
        if self.all_right:
            text.append(" " * max(0, self.size.width - 2 - sum(Text(words).cell_len for words, _ in self.pieces)))
        for number, (words, tone) in enumerate(self.pieces):
            if self.last_right and number and number == len(self.pieces) - 1:
                room = self.size.width - text.cell_len - Text(words).cell_len - 1
                text.append(" " * max(1, room))
            text.append(words, self.tone(tone))
        return text


class Strip(StatusLine):
    """A status line that takes no room while it is empty."""

    class Clicked(message.Message):
        """The strip was clicked."""

    def watch_pieces(self, pieces: Pieces) -> None:
        """Show the strip while it has text."""
        self.set_class(bool(pieces), "-told")

    def on_click(self, event: events.Click) -> None:
        """Post `Clicked`, which the screen handles like the strip's key."""
        event.stop()
        self.post_message(self.Clicked())


class Message(Paragraph):
    """A message of one tone. It takes no room while it is empty, unless its style reserves the
    room.
    """

    def __init__(self, name: str = "said") -> None:
        """`name` is its id."""
        super().__init__(id=name)

    def say(self, *pieces: tuple[str, str]) -> None:
        """Show this text instead; its style gives the tone, those of the pieces are ignored."""
        words = "".join(text for text, _ in pieces)
        self.update(Text(words))
        self.set_class(bool(words), "-told")
