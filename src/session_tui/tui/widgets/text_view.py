"""The text view: toned lines to read, scroll and select with the mouse; a highlight steps from key
to key.

Only visible lines are drawn, and the layout is a function of the width that can run in a thread:
with 100,000 lines a key takes no longer than with fifty.
"""

from collections.abc import Callable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from session_tui.model import glyphs
from session_tui.tui.drawings.text_layout import GAP, NARROWEST, TextLayout, TextLine
from session_tui.tui.themes import Toned, toned

BAR = f"{glyphs.BLOCK} "
_SELECTED = Style(reverse=True)  # in every theme, and where there is no colour at all
_STYLES = {
    "bold": Style(bold=True), "dim": Style(dim=True), "em": Style(italic=True), "strike": Style(strike=True),
    "underline": Style(underline=True),
}  # fmt: skip

LayOut = Callable[[int], TextLayout | None]


class TextView(ScrollView, Toned):
    """Shows lines laid out at its width, with one highlighted key or none. The screen handles the
    keyboard; the view never has the focus.
    """

    can_focus = False
    ALLOW_SELECT = True
    DEFAULT_CSS = """
    TextView {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        scrollbar-gutter: stable;
    }
    """

    text_layout: reactive[TextLayout] = reactive(TextLayout(), always_update=True)
    highlighted: reactive[str] = reactive("")  # the highlighted key

    class Moved(Message):
        """The view has a new layout, or (`by_hand`) was scrolled or highlights another key."""

        def __init__(self, by_hand: bool = True) -> None:
            super().__init__()
            self.by_hand = by_hand

    class LineChosen(Message):
        """A line with a key was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self, lay_out: LayOut, *, bar: str = "", widest: int = 0, follows: bool = False, id: str | None = None
    ) -> None:
        """`lay_out` returns the layout for a width in cells, or None if a thread works on it and
        calls `put` later.

        `bar` is drawn before the highlighted lines; without one, the lines themselves must show
        the highlight. `widest` is the maximum width of text in cells, 0 for no limit. With
        `follows` there is always a highlight, and it follows scrolling.
        """
        super().__init__(id=id)
        self.lay_out, self.bar, self.widest, self.follows = lay_out, bar, widest, follows
        self.by_hand = False  # true once it was scrolled with keys or the wheel
        self._laying = False
        self._asked_width = -1

    # ---- layout --------------------------------------------------------------------------------

    @property
    def text_width(self) -> int:
        """The width of a line of text in cells."""
        room = self.scrollable_size.width - len(self.bar)
        return max(NARROWEST, min(self.widest or room, room))

    def lay_again(self) -> None:
        """Lay out again, because the text has changed."""
        self._asked_width = self.text_width if self.size.width else -1
        laid = self.lay_out(self._asked_width) if self.size.width else None
        if laid is not None:
            self.put(laid)

    def put(self, laid: TextLayout) -> None:
        """Show this layout; a visible highlight stays visible and at its place on the screen."""
        top, end = self.text_layout.rows_of(self.highlighted)
        above = self.scroll_offset.y
        seen = not self.text_layout.lines or (top < above + self.size.height and end > above)
        self._laying = True
        self.text_layout = laid
        if self.highlighted not in laid.spans:
            self.highlighted = laid.keys[0] if self.follows and laid.keys else ""
        self.virtual_size = Size(self.size.width, laid.rows)
        # A view that was not scrolled stays at its beginning, above its first key too.
        if above and seen and end:
            self.jump(laid.rows_of(self.highlighted)[0] - top + above)
        if seen and (above or laid.keys[:1] != (self.highlighted,)):
            self.bring()  # the highlighted lines may have grown, and all must be visible
        self._laying = False
        self.refresh()
        self.post_message(self.Moved(by_hand=False))

    def on_resize(self) -> None:
        """Lay out again at a new width; keep the highlight visible at a new height."""
        if self._asked_width != self.text_width:
            self.lay_again()
        elif self.highlighted:
            self._laying = True
            self.bring()
            self._laying = False

    # ---- scrolling and highlight ---------------------------------------------------------------

    @property
    def at_end(self) -> bool:
        """Whether it is scrolled to its last line, or highlights its last key."""
        return self.text_layout.keys[-1:] == (self.highlighted,) or 0 < self.max_scroll_y <= self.scroll_offset.y

    def jump(self, row: int) -> None:
        """Scroll this row to the top, or as near to it as possible."""
        self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def move(self, by: int) -> None:
        """Scroll by so many lines; negative: back."""
        self.jump(self.scroll_offset.y + by)

    def turn(self, by: int) -> None:
        """Scroll a page down (1) or up (-1); two lines stay visible. At the end, a following
        highlight goes to the first or last key.
        """
        self.by_hand = True
        above = self.scroll_offset.y
        self.move(by * max(1, self.size.height - 2))
        if self.follows and self.scroll_offset.y == above and self.text_layout.keys:
            self.highlighted = self.text_layout.keys[0 if by < 0 else -1]
        self._follow()
        self.post_message(self.Moved())

    def edge(self, by: int) -> None:
        """Scroll to the beginning (-1) or the end (1)."""
        self.by_hand = True
        self.jump(0 if by < 0 else self.text_layout.rows)
        if self.follows and self.text_layout.keys:
            self.highlighted = self.text_layout.keys[0 if by < 0 else -1]
        self.post_message(self.Moved())

    def step(self, by: int) -> bool:
        """Highlight the key `by` keys further on; one that is taller than the view is scrolled
        through first.

        Returns False if there are no keys.
        """
        keys, height, above = self.text_layout.keys, self.size.height, self.scroll_offset.y
        if not keys:
            return False
        top, end = self.text_layout.rows_of(self.highlighted)
        seen, below = top < above + height and end > above, above + height
        if seen and end - top > height and ((by == 1 and end > below) or (by == -1 and top < above)):
            self.by_hand = True
            self.move(by * max(1, height - 2))
            self.post_message(self.Moved())
            return True
        if self.highlighted in self.text_layout.spans:
            here = self.text_layout.order(self.highlighted)
        else:
            here = -1 if by > 0 else len(keys)
        self.highlight(keys[max(0, min(len(keys) - 1, here + by))], by)
        return True

    def highlight(self, key: str, by: int = 0, *, at_top: bool = False) -> None:
        """Highlight this key and make it visible: `by` is the direction of the step, as for
        `bring`; `at_top` puts it at the top.
        """
        self.by_hand = True
        self.highlighted = key
        if at_top:
            self.jump(max(0, self.text_layout.rows_of(key)[0] - 1))
        else:
            self.bring(by)
        self.post_message(self.Moved())

    def bring(self, by: int = 0) -> None:
        """Make the highlighted lines visible. If they are taller than the view, the first lines
        are shown, or the last ones after a step back (`by` below 0).
        """
        top, end = self.text_layout.rows_of(self.highlighted)
        height, above = self.size.height, self.scroll_offset.y
        if not end:
            return
        first = self.text_layout.spans[self.highlighted][0]
        if by < 0 and self.text_layout.keys[0] == self.highlighted and end <= height:
            top = 0  # the lines before the first key are visible together with it
        elif first and top and not (title := self.text_layout.lines[first - 1]).key and title.pieces:
            top -= 1  # a title above the key is visible together with it
        if end - top > height:
            in_sight = top < above + height and end > above
            to = above if in_sight and not by else end - height if by < 0 else top
        else:
            to = min(max(above, end - height), top)
        if to != above:
            self.jump(to)

    def _follow(self) -> None:
        """Move a following highlight to a visible key, unless its own key is visible."""
        above, below = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        top, end = self.text_layout.rows_of(self.highlighted)
        if not self.follows or (end > above and top < below):
            return
        seen = [line.key for line in self.text_layout.lines[above:below] if line.key]
        if seen:
            self.highlighted = seen[0] if top < above else seen[-1]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Post `Moved` after each kind of scrolling."""
        super().watch_scroll_y(old_value, new_value)
        if not self._laying and round(old_value) != round(new_value):
            self.by_hand = True
            self.post_message(self.Moved())

    def on_mouse_scroll_down(self) -> None:
        """Let the highlight follow the wheel."""
        self._follow()

    def on_mouse_scroll_up(self) -> None:
        """Let the highlight follow the wheel."""
        self._follow()

    def on_click(self, event: Click) -> None:
        """Post `LineChosen` for a clicked line with a key."""
        x, y = event.get_content_offset_capture(self)
        numbers = self.text_layout.on_row(y + self.scroll_offset.y) if y >= 0 else ()
        second = len(numbers) > 1 and x >= self.text_layout.width + len(self.bar)
        number = numbers[-1 if second else 0] if numbers else -1
        if number >= 0 and (key := self.text_layout.lines[number].key):
            self.post_message(self.LineChosen(key))

    # ---- selection -----------------------------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text in reading order: the second column follows the end of the first."""
        selected = []
        for number, line in enumerate(self.text_layout.lines):
            if (span := selection.get_span(number)) is not None:
                selected.append(line.text[span[0] : None if span[1] < 0 else span[1]].rstrip())
        return "\n".join(selected), "\n"

    # ---- drawing -------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The lines of this row, each behind the space for the highlight's bar."""
        ground, laid, gutter = self.ground, self.text_layout, len(self.bar)
        numbers = laid.on_row(y + self.scroll_offset.y)
        # An empty place belongs to the end of its column: a selection may begin or end there.
        end = laid.turn or len(laid.lines)
        segments: list[Segment] = []
        for number in numbers or (-1,):
            size = laid.width + gutter if len(numbers) > 1 else self.size.width
            if segments:
                segments.append(Segment(" " * (GAP - gutter), ground))
            line = laid.lines[number] if number >= 0 else TextLine()
            highlighted = bool(self.bar and line.key) and line.key == self.highlighted
            # The terminal's own colours have no background for this: there the bar alone shows it.
            under = ground + Style(bgcolor=self.tone("row").bgcolor) if highlighted else ground
            bar = Segment(self.bar, under + self.tone("key")) if highlighted else Segment(" " * gutter, under)
            drawn = Strip([bar, *self._drawn(line, number, under)]).adjust_cell_length(size, under)
            segments += _placed(drawn, number if number >= 0 else end)
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _drawn(self, line: TextLine, number: int, ground: Style) -> list[Segment]:
        theme = self.app.theme
        pieces = [(words, ground + _style(theme, tone)) for words, tone in line.pieces]
        selection = self.text_selection
        span = selection.get_span(number) if selection is not None and number >= 0 else None
        if span is not None:
            pieces = _selected(pieces, span[0], span[1] if span[1] >= 0 else len(line.text))
        return [Segment(words, style) for words, style in pieces]


@lru_cache(maxsize=500)
def _style(theme: str, tone: str) -> Style:
    """The style of a tone, which may be several words, such as `strong em`."""
    return Style.combine([_STYLES.get(word) or toned(theme, word) for word in tone.split() or ("",)])


def _selected(pieces: list[tuple[str, Style]], start: int, end: int) -> list[tuple[str, Style]]:
    """The pieces, with the characters from `start` to `end` marked as selected."""
    marked: list[tuple[str, Style]] = []
    at = 0
    for words, style in pieces:
        first, last = (max(0, min(len(words), edge - at)) for edge in (start, end))
        marked += [(words[:first], style), (words[first:last], style + _SELECTED), (words[last:], style)]
        at += len(words)
    return [piece for piece in marked if piece[0]]


def _placed(strip: Strip, number: int) -> list[Segment]:
    """The segments with the offsets of their characters in this line, from which the framework
    determines the selection. The bar before them counts as the line's beginning.
    """
    at, placed = 0, []
    for order, (words, style, _) in enumerate(strip):
        placed.append(Segment(words, (style or Style()) + Style.from_meta({"offset": (at, number)})))
        at += len(words) if order else 0
    return placed
