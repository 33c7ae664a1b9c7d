"""A line that is there while it has something to say, and that a click answers."""

from textual import events
from textual.message import Message

from session_tui.tui.pieces import Pieces
from session_tui.tui.widgets.status_line import StatusLine


class Strip(StatusLine):
    """Takes no room while it has nothing to say."""

    class Clicked(Message):
        """Somebody clicked on it."""

    def watch_pieces(self, pieces: Pieces) -> None:
        """There, or not."""
        self.set_class(bool(pieces), "-told")

    def on_click(self, event: events.Click) -> None:
        """The same as its key."""
        event.stop()
        self.post_message(self.Clicked())
