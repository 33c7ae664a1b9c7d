"""The reading pane: a session laid out to be read, scrolled by keys that its screen gives it, selected with the mouse.

Only the lines in sight are drawn, and a session is laid out in about 1.5 ms: a highlight that runs through a long list
brings another one at every key.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.sheet import sheet
from session_tui.tui.parts.sheet import GAP, Laid, Line, fault_lines, place, word_lines
from session_tui.tui.widgets.toned import Toned

BAR = "▌"
GUTTER = 2  # cells before the text, for the highlight's bar
EMPTY = ("Nothing to read here.", "Highlight a session in the list, and it stands here.")
_SELECTED = Style(reverse=True)  # in every theme, and where there is no colour at all

Shown: TypeAlias = Session | Fault | tuple[str, ...] | None


class ReadingPane(ScrollView, Toned):
    """A session, why its file cannot be read, or sentences: what to do to see one. It never takes the focus."""

    can_focus = False
    ALLOW_SELECT = True

    shown: reactive[Shown] = reactive(None)
    lit: reactive[str] = reactive("")  # the id of the highlighted action item, which a key may copy

    def __init__(
        self, today: Callable[[], date], shown: Shown = None, *, empty: tuple[str, ...] = EMPTY, id: str | None = None
    ) -> None:
        """`empty` are the sentences that stand there while nothing is shown."""
        super().__init__(id=id)
        self.laid = Laid()
        self.later: tuple[Session, ...] = ()
        self._today = today
        self._empty = empty
        self.set_reactive(ReadingPane.shown, shown)

    @property
    def session(self) -> Session | None:
        """The session that is read."""
        return self.shown if isinstance(self.shown, Session) else None

    def tell_later(self, later: tuple[Session, ...]) -> None:
        """What became of it: the sessions of its chain that came after, oldest first; where it is scrolled to stays."""
        if later != self.later:
            self.later = later
            self._lay()

    # ---- moving ----------------------------------------------------------------------------------------------------

    def move(self, by: int) -> None:
        """So many lines on or back."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, immediate=True)

    def turn(self, by: int) -> None:
        """A page on or back; two lines of it stay in sight."""
        self.move(by * max(1, self.size.height - 2))

    def edge(self, by: int) -> None:
        """The beginning or the end."""
        self.scroll_to(y=0 if by < 0 else self.laid.rows, animate=False, immediate=True)

    def light(self, by: int) -> bool:
        """Highlight the next action item or the one before; False where there is none."""
        ids = self.laid.actions
        if not ids:
            return False
        at = ids.index(self.lit) + by if self.lit in ids else (0 if by > 0 else len(ids) - 1)
        self.show_action(ids[max(0, min(len(ids) - 1, at))])
        return True

    def show_action(self, entry_id: str) -> None:
        """Highlight this action item, and bring it in sight."""
        rows = [self.laid.row_of(number) for number, line in enumerate(self.laid.lines) if line.id == entry_id]
        if rows:
            self.lit = entry_id
            # A line above it comes along, so that whose it is may be seen.
            region = Region(0, max(0, rows[0] - 1), 1, len(rows) + 1)
            self.scroll_to_region(region, animate=False, immediate=True, force=True)

    def show_again(self, session: Session) -> None:
        """The same session, changed: where it is scrolled to and what is highlighted stays."""
        if session == self.shown:
            return
        later, lit, at = self.later, self.lit, self.scroll_offset.y
        self.shown = session
        self.later = later
        self._lay()
        self.lit = lit if lit in self.laid.actions else ""
        self.scroll_to(y=at, animate=False, immediate=True)

    # ---- what happens to it ----------------------------------------------------------------------------------------

    def watch_shown(self) -> None:
        """Another session begins at its beginning, with nothing of it highlighted."""
        self.later = ()
        self.set_reactive(ReadingPane.lit, "")
        self._lay()
        self.scroll_to(y=0, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Another width is another layout."""
        if self._width() != self._laid_width:
            self._lay()

    def on_mount(self) -> None:
        """Laid out at once where there is a size already."""
        self._lay()

    _laid_width = -1

    def _width(self) -> int:
        return self.size.width - GUTTER - 1

    def _lay(self) -> None:
        if not self.size.width:
            return
        width = self._laid_width = self._width()
        if isinstance(self.shown, Session):
            self.laid = place(sheet(self.shown, self._today(), self.later), width)
        elif self.shown is None or isinstance(self.shown, tuple):
            self.laid = Laid((Line(), *word_lines(self.shown or self._empty, width)), width=width)
        else:
            self.laid = Laid((Line(), *fault_lines(self.shown, width)), width=width)
        self.virtual_size = Size(self.size.width, self.laid.rows)
        self.refresh()

    # ---- selecting -------------------------------------------------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, in the order of reading: the second column follows the end of the first."""
        found = []
        for number, line in enumerate(self.laid.lines):
            if (span := selection.get_span(number)) is not None:
                found.append(line.text[span[0] : None if span[1] < 0 else span[1]].rstrip())
        return "\n".join(found), "\n"

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The lines of this row, each behind the place for the highlight's bar."""
        ground, laid = self.rich_style, self.laid
        numbers = laid.on_row(y + self.scroll_offset.y)
        # A place without a line belongs to the end of its column: a selection may begin or end there.
        end = laid.turn or len(laid.lines)
        segments: list[Segment] = []
        for number in numbers or (-1,):
            size = laid.width + GUTTER if len(numbers) > 1 else self.size.width
            if segments:
                segments.append(Segment(" " * (GAP - GUTTER), ground))
            line = laid.lines[number] if number >= 0 else Line()
            lit = bool(line.id) and line.id == self.lit
            # The terminal's own colours have no ground for this: there the bar alone says it.
            under = ground + Style(bgcolor=self.tone("row").bgcolor) if lit else ground
            bar = Segment(f"{BAR} ", under + self.tone("key")) if lit else Segment(" " * GUTTER, under)
            drawn = Strip([bar, *self._drawn(line, number, under)]).adjust_cell_length(size, under)
            segments += _placed(drawn, number if number >= 0 else end)
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _drawn(self, line: Line, number: int, ground: Style) -> list[Segment]:
        pieces = [(words, ground + self.tone(tone)) for words, tone in line.pieces]
        selection = self.text_selection
        span = selection.get_span(number) if selection is not None and number >= 0 else None
        if span is not None:
            pieces = _selected(pieces, span[0], span[1] if span[1] >= 0 else len(line.text))
        return [Segment(words, style) for words, style in pieces]


def _selected(pieces: list[tuple[str, Style]], start: int, end: int) -> list[tuple[str, Style]]:
    """The pieces with those characters marked."""
    found: list[tuple[str, Style]] = []
    at = 0
    for words, style in pieces:
        first, last = (max(0, min(len(words), edge - at)) for edge in (start, end))
        found += [(words[:first], style), (words[first:last], style + _SELECTED), (words[last:], style)]
        at += len(words)
    return [piece for piece in found if piece[0]]


def _placed(strip: Strip, number: int) -> list[Segment]:
    """The segments with the places of their characters in this line, which is how the framework finds what is selected;
    the bar before them counts as the line's beginning.
    """
    at, found = 0, []
    for order, (words, style, _) in enumerate(strip):
        found.append(Segment(words, (style or Style()) + Style.from_meta({"offset": (at, number)})))
        at += len(words) if order else 0
    return found
