"""The view of a canvas: only visible lines are drawn; the highlighted entry stays visible."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Key
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from session_tui.tui.drawings.canvas import Canvas
from session_tui.tui.themes import Toned

MARGIN = 1  # cells at the left
STEP = (8, 2)  # cells and lines that one key scrolls


class CanvasView(ScrollView, Toned):
    """Shows the chart or the grid. The highlight is that of the table."""

    can_focus = False

    canvas: reactive[Canvas | None] = reactive(None)
    highlighted: reactive[str] = reactive("")

    BINDINGS = [
        ("left", "pan(-1, 0)", "left"),
        ("right", "pan(1, 0)", "right"),
        ("up", "pan(0, -1)", "up"),
        ("down", "pan(0, 1)", "down"),
        ("plus,equals_sign", "size('cards')", "larger"),
        ("minus", "size('small')", "smaller"),
        ("0", "size('fit')", "what fits"),
        ("escape,enter", "back", "to the line"),
    ]

    class Sized(Message):
        """A key for another size was pressed."""

        def __init__(self, size: str) -> None:
            super().__init__()
            self.size = size

    class LetterTyped(Message):
        """A letter was typed while the view had the focus: it belongs to the capture line, which
        gets the focus. An empty `character` only moves the focus.
        """

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    class EntryChosen(Message):
        """An entry was clicked."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    def watch_canvas(self, canvas: Canvas | None) -> None:
        """Set the scroll range of the new drawing."""
        self.virtual_size = Size(canvas.width + 2 * MARGIN, canvas.height) if canvas else Size(0, 0)
        self._into_sight()

    def watch_highlighted(self) -> None:
        """Keep the highlighted entry visible."""
        self._into_sight()

    def on_resize(self) -> None:
        """Keep the highlighted entry visible at the new size."""
        self._into_sight()

    def on_key(self, event: Key) -> None:
        """Pass any letter on to the capture line."""
        if event.is_printable and event.character and event.character not in "+=-0":
            event.stop()
            self.post_message(self.LetterTyped(event.character))

    def on_blur(self) -> None:
        """Refuse the focus again: the view takes it only for scrolling by keys, never on a click
        or tab.
        """
        self.can_focus = False

    def action_back(self) -> None:
        """Return the focus to the capture line."""
        self.post_message(self.LetterTyped(""))

    def action_size(self, size: str) -> None:
        """Request another size of the cards."""
        self.post_message(self.Sized(size))

    def action_pan(self, across: int, down: int) -> None:
        """Scroll by so many steps."""
        x, y = self.scroll_offset
        self.scroll_to(x + across * STEP[0], y + down * STEP[1], animate=False, force=True)

    def on_click(self, event: object) -> None:
        """Post `EntryChosen` for the clicked entry."""
        if self.canvas is None:
            return
        x = int(getattr(event, "x", 0)) + self.scroll_offset.x - MARGIN
        y = int(getattr(event, "y", 0)) + self.scroll_offset.y
        for each, spot in self.canvas.spots.items():
            if spot.x <= x < spot.x + spot.width and spot.y <= y < spot.y + spot.height:
                self.post_message(self.EntryChosen(each))

    def render_line(self, y: int) -> Strip:
        """The visible part of one line of the drawing."""
        width, (left, top) = self.size.width, self.scroll_offset
        ground = self.ground
        if self.canvas is None or y + top >= self.canvas.height:
            return Strip.blank(width, ground)
        segments, at = [Segment(" " * MARGIN, ground)], 0
        for piece in self.canvas.lines[y + top]:
            if piece.x > left + width:
                break
            if piece.x + 2 * len(piece.text) < left:  # no character has more than two cells
                continue
            highlighted = piece.entry and piece.entry == self.highlighted
            under = ground + self.tone("row") if highlighted else ground
            segments.append(Segment(" " * max(0, piece.x - at), ground))
            segments.append(Segment(piece.text, under + self.tone(piece.tone) if piece.tone else under))
            at = piece.x + cell_len(piece.text)
        strip = Strip(segments)
        wide = max(width + left, strip.cell_length)
        return strip.adjust_cell_length(wide, ground).crop(left, left + width)

    def _into_sight(self) -> None:
        spot = self.canvas.spots.get(self.highlighted) if self.canvas else None
        if spot is not None and self.size.height > 0:
            region = Region(spot.x, spot.y, spot.width + 2 * MARGIN, spot.height)
            self.scroll_to_region(region, animate=False, force=True)
