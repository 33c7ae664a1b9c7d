"""A line of toned pieces: the widget of prompt, finding, preview and suggestions, and the base of
the footer.
"""

from rich.cells import set_cell_size
from textual import events, message
from textual.reactive import reactive

from session_tui.tui.pieces import Pieces
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned
from session_tui.tui.widgets.paragraph import Paragraph


def in_two_lines(words: str, width: int) -> str:
    """The text with a line break where it is longer than `width` cells and has none."""
    if "\n" in words or width < 1 or Text(words).cell_len <= width:
        return words
    fits = len(set_cell_size(words, width))  # padded where a wide character does not fit whole
    at = words.rfind(" ", 0, fits)
    return f"{words[:at]}\n {words[at + 1 :]}" if at > 0 else words


class StatusLine(Toned):
    """Text that does not fit is cut. `last_right` puts the last piece at the right edge,
    `all_right` all pieces.
    """

    pieces: reactive[Pieces] = reactive(())
    last_right: reactive[bool] = reactive(False)
    all_right: reactive[bool] = reactive(False)
    lead = " "  # the margin at the screen's edge; empty in a box with a margin of its own

    class PieceClicked(message.Message):
        """A piece of the line was clicked."""

        def __init__(self, line: str, number: int, words: str) -> None:
            """`line` is the id of the line; `number` counts its pieces from 0."""
            super().__init__()
            self.line, self.number, self.words = line, number, words

    def say(self, *pieces: tuple[str, str]) -> None:
        """Show these pieces instead."""
        self.pieces = pieces

    def render(self) -> Text:
        """The pieces in one line."""
        text = Text(self.lead, no_wrap=True, overflow="ellipsis", end="")
        for gap, (words, tone) in zip(self._gaps(), self.pieces, strict=True):
            text.append(" " * gap)
            text.append(words, self.tone(tone))
        return text

    def on_click(self, event: events.Click) -> None:
        """Post `PieceClicked`, if a piece is under the mouse."""
        x, y = event.x - len(self.lead), 0
        for number, (gap, (words, _)) in enumerate(zip(self._gaps(), self.pieces, strict=True)):
            if words == "\n":
                x, y = event.x, y + 1
                continue
            x -= gap
            width = Text(words).cell_len
            if y == event.y and 0 <= x < width:
                self.post_message(self.PieceClicked(self.id or "", number, words))
                return
            x -= width

    def _gaps(self) -> list[int]:
        """The empty cells before each piece."""
        gaps = [0] * len(self.pieces)
        widths = [Text(words).cell_len for words, _ in self.pieces]
        if self.all_right and gaps:
            gaps[0] = max(0, self.size.width - 2 - sum(widths))
        if self.last_right and len(gaps) > 1:
            gaps[-1] = max(1, self.size.width - len(self.lead) - sum(widths) - gaps[0] - 1)
        return gaps


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
        event.prevent_default()
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
