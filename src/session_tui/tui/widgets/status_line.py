"""A line of toned pieces: prompt, finding, preview, suggestions and footer are all drawn by this one widget."""

from textual import events, message
from textual.reactive import reactive

from session_tui.tui.pieces import Pieces
from session_tui.tui.text import Text
from session_tui.tui.widgets.base import Toned
from session_tui.tui.widgets.paragraph import Paragraph


class StatusLine(Toned):
    """Text that does not fit is cut; the last piece, or all, stand at the right edge if asked."""

    pieces: reactive[Pieces] = reactive(())
    last_right: reactive[bool] = reactive(False)
    all_right: reactive[bool] = reactive(False)
    lead = " "  # the screen's edge; none in a box that has its own

    def say(self, *pieces: tuple[str, str]) -> None:
        """Show these pieces instead."""
        self.pieces = pieces

    def render(self) -> Text:
        """The pieces one after the other."""
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
    """Takes no room while it has nothing to say."""

    class Clicked(message.Message):
        """Somebody clicked on it."""

    def watch_pieces(self, pieces: Pieces) -> None:
        """There, or not."""
        self.set_class(bool(pieces), "-told")

    def on_click(self, event: events.Click) -> None:
        """The same as its key."""
        event.stop()
        self.post_message(self.Clicked())


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
