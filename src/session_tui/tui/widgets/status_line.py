"""A line of toned pieces: the widget of prompt, finding, preview and suggestions, and the base of
the footer.
"""

from rich.cells import cell_len, set_cell_size
from textual import events, message
from textual.reactive import reactive

from session_tui.model.formats import plural
from session_tui.model.patterns import lazy_pattern
from session_tui.tui.pieces import Pieces
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned
from session_tui.tui.widgets.paragraph import Paragraph

LEAST_HEIGHT = 22  # rows of a terminal in which a line may go on in the next row
_WORD_ENDS = lazy_pattern(r"(?<=[^\s·])\s")
GAPS = ("   ", " · ", " ")  # where a text is broken: between two values, rather than in one


def folded(text: str, width: int, most: int) -> list[slice]:
    """The parts of the text that are rows: at most `most`, of at most `width` cells; the last one
    has all that is left. A line break in the text always begins a row.
    """
    rows: list[slice] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        while len(rows) + 1 < most and cell_len(text[start:end]) > width:
            left = text[start:end]
            cut = set_cell_size(left, width)  # its last is a space where a wide character does not fit whole
            fits = len(cut) - (not left.startswith(cut))
            # A gap too far to the left leaves more for the next row than it has room for.
            gaps = ((left.rfind(gap, 1, fits + len(gap)), len(gap)) for gap in GAPS)
            ends = (gap for gap in gaps if gap[0] > 0 and cell_len(left[sum(gap) :]) <= width)
            at, skipped = next(ends, (left.rfind(" ", 1, fits + 1), 1))
            if at < 1:
                at, skipped = fits, 0
            rows.append(slice(start, start + at))
            start += at + skipped
        rows.append(slice(start, end))
        start = end + 1
    return rows


def shortened(text: str, width: int, key: str = "") -> tuple[int, str]:
    """Where a text is cut that must fit into `width` cells, and what is written there: how many
    words are left out, and the key that shows them. A text that fits is whole.
    """
    if cell_len(text) <= width:
        return len(text), ""
    ends = [found.start() for found in _WORD_ENDS.finditer(text)]
    for at in reversed(ends):
        left = sum(any(map(str.isalnum, word)) for word in text[at:].split())
        rest = f" … {plural(left, '1 more word', f'{left} more words')}{f': {key}' if key else ''}"
        if left and cell_len(text[:at]) + cell_len(rest) <= width:
            return at, rest
    # One long word, or no room for the count.
    return max(0, len(set_cell_size(text, max(1, width - 1)).rstrip())), "…"


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


class FoldedLine(StatusLine):
    """A status line that goes on in the next row where it does not fit, in at most `most` rows; on
    a terminal too low for that in one. The last row ends with the number of words left out.
    """

    whole_at = ""  # the key that shows the whole text

    def __init__(self, *, id: str, most: int = 2) -> None:
        """`most` is the number of rows at the most; a line break in the text adds one."""
        super().__init__(id=id)
        self.most = most

    def watch_pieces(self) -> None:
        """Take as many rows as the text needs."""
        self._fit()

    def on_resize(self) -> None:
        """Fold the text for the new width."""
        self._fit()

    def render(self) -> Text:
        """The pieces in the rows that they need."""
        whole, text = self._whole(), Text(no_wrap=True, overflow="ellipsis", end="")
        for number, row in enumerate(self._rows(whole.plain)):
            text.append("\n" if number else "")
            text.append(self.lead)
            kept, rest = shortened(whole.plain[row], self.size.width - len(self.lead), self.whole_at)
            text.append(whole[row.start : row.start + kept])
            text.append(rest, self.tone("muted"))
        return text

    def rows_for(self, text: str) -> int:
        """The rows that this text would take."""
        return len(self._rows(text))

    def _fit(self) -> None:
        rows = self.rows_for(self._whole().plain) if self.size.width else 0
        set_to = self.styles.height
        if rows and (set_to is None or set_to.cells != rows):  # each setting lays out the whole screen
            self.styles.height = rows

    def _rows(self, text: str) -> list[slice]:
        most = self.most + text.count("\n") if self.app.size.height >= LEAST_HEIGHT else 1
        return folded(text, max(1, self.size.width - len(self.lead)), most)

    def _whole(self) -> Text:
        whole = Text()
        for words, tone in self.pieces:
            whole.append(words, self.tone(tone))
        return whole


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
