"""The view of a table: only visible lines are drawn, so 500 rows take no longer than ten."""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from session_tui.model import glyphs
from session_tui.tui.tables.column_widths import fitted, widened
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.themes import Toned

HIGHLIGHT, UNSAVED = glyphs.HIGHLIGHT, glyphs.UNSAVED
WIDE = 130  # columns of a terminal with room for whole names and titles
GUTTER = 3


class TableView(ScrollView, Toned):
    """A header line, and a row for each entry; keys move the highlight, the table never has the
    focus.
    """

    can_focus = False
    widens_from = WIDE  # columns from which columns may be left out, so that names and titles are whole

    # Always updated: two tables may be equal although their `cells` functions give other texts.
    table: reactive[Table | None] = reactive(None, always_update=True)
    highlighted: reactive[str] = reactive("")  # the id of the highlighted entry
    unsaved: reactive[frozenset[str]] = reactive(frozenset())  # the ids of the entries that are not on disk yet

    class RowChosen(Message):
        """A row was clicked."""

        def __init__(self, table: "TableView", entry_id: str) -> None:
            super().__init__()
            self.table, self.entry_id = table, entry_id

        @property
        def control(self) -> "TableView":
            """The list of the row."""
            return self.table

    class RowsHidden(Message):
        """Another number of rows has no room: `above` and `below` those that are shown."""

        def __init__(self, table: "TableView", above: int, below: int) -> None:
            super().__init__()
            self.table = table
            self.above, self.below = above, below

        @property
        def control(self) -> "TableView":
            """The list."""
            return self.table

    _hidden = (0, 0)

    def move(self, by: int) -> str:
        """The id of the row `by` rows below the highlight, or above it; stops at both ends."""
        ids = self.table.ids if self.table else ()
        if not ids:
            return ""
        at = self._places().get(self.highlighted)
        to = (0 if by > 0 else len(ids) - 1) if at is None else min(len(ids) - 1, max(0, at + by))
        return ids[to]

    def cut_text(self) -> str:
        """The text of the highlighted row if the table is too narrow for it, else empty."""
        if self.table is None or self.highlighted not in self._places():
            return ""
        cells = self.table.cells(self.highlighted)
        flexible = [not column.width for column in self.table.columns]
        texts = [(cells[at].text, size) for at, _, size in self._layout(self.size.width) if flexible[at]]
        text, size = texts[0] if texts else ("", 0)
        return text if cell_len(text) > size else ""

    def watch_table(self) -> None:
        """Set the scroll range; the columns are measured at the next drawing."""
        self._index: dict[str, int] | None = None
        self._widths: tuple[int, list[tuple[int, Column, int]]] | None = None
        self._advice: tuple[int, list[str]] | None = None
        rows = len(self.table.ids) if self.table else 0
        self.virtual_size = Size(0, rows + 1)  # of no width, since it is never scrolled to the right
        self._keep_in_sight()
        self._count_hidden()

    def watch_highlighted(self) -> None:
        """Keep the highlighted row visible."""
        self._keep_in_sight()

    def on_click(self, event: object) -> None:
        """Post `RowChosen` for the clicked row."""
        y = int(getattr(event, "y", 0)) - 1 + self.scroll_offset.y
        if self.table and getattr(event, "y", 0) > 0 and y < len(self.table.ids):  # the header is no row
            self.post_message(self.RowChosen(self, self.table.ids[y]))

    def render_line(self, y: int) -> Strip:
        """The header on the first line, then the rows from the scroll position on."""
        width = self.size.width
        table = self.table
        if table is None or not table.ids:
            return self._empty_line(y, width)
        if y == 0:
            titles = tuple(Cell(column.title) for column in table.columns)
            return self._strip("", titles, self.ground + self.tone("muted"), width)
        number = y - 1 + self.scroll_offset.y
        if number >= len(table.ids):
            return Strip.blank(width, self.ground)
        entry_id = table.ids[number]
        highlighted = entry_id == self.highlighted
        ground = self.ground + self.tone("row") if highlighted else self.ground
        gutter = (HIGHLIGHT if highlighted else " ") + (UNSAVED if entry_id in self.unsaved else " ")
        return self._strip(gutter, table.cells(entry_id), ground, width)

    def _strip(self, gutter: str, cells: tuple[Cell, ...], ground: Style, width: int) -> Strip:
        segments = [Segment(f" {gutter:<{GUTTER - 1}}", ground)]
        for at, _, size in self._layout(width):
            cell = cells[at]
            shown = cell.text
            if cell_len(shown) > size:
                shown = set_cell_size(shown, size - 1) + "…" if size > 1 else ""
            style = ground + self.tone(cell.tone) if cell.tone else ground
            segments += [Segment(set_cell_size(shown, size), style), Segment("  ", ground)]
        return Strip(segments).adjust_cell_length(width, ground)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The header and the rows; without rows, the wrapped lines about what to do."""
        if self.table is not None and not self.table.ids:
            return len(self._empty_lines(width)) + 1
        return super().get_content_height(container, viewport, width)

    def measure_again(self) -> None:
        """Fit the columns again: cells of the same table have other texts now."""
        self._widths = None
        self.refresh()

    def _empty_lines(self, width: int) -> list[str]:
        if self._advice is None or self._advice[0] != width:
            from session_tui.tui.drawings.text_layout import paragraph

            words = self.table.empty if self.table else ()
            lines = [line.text for each in words for line in paragraph(((each, "muted"),), width - GUTTER)]
            self._advice = (width, lines)
        return self._advice[1]

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = self._empty_lines(width)
        if not 1 <= y <= len(lines):
            return Strip.blank(width, self.ground)
        segment = Segment(" " * GUTTER + lines[y - 1], self.ground + self.tone("muted"))
        return Strip([segment]).adjust_cell_length(width, self.ground)

    def _layout(self, width: int) -> list[tuple[int, Column, int]]:
        """The columns that fit: index among the cells, column, width in cells; flexible columns
        share the remaining width.
        """
        if self._widths is None or self._widths[0] != width:
            fit = widened if width >= self.widens_from else fitted
            table = fit(self.table, width - GUTTER) if self.table else None
            columns = [(at, c) for at, c in enumerate(table.columns) if c.least <= width <= c.most] if table else []
            fixed = sum(c.width + 2 for _, c in columns if c.width)
            shares = sum(c.share for _, c in columns if not c.width) or 1
            loose = max(0, width - GUTTER - fixed - 2 * sum(1 for _, c in columns if not c.width))
            self._widths = (width, [(at, c, c.width or int(loose * c.share / shares)) for at, c in columns])
        return self._widths[1]

    def _places(self) -> dict[str, int]:
        if self._index is None:
            self._index = {entry_id: at for at, entry_id in enumerate(self.table.ids)} if self.table else {}
        return self._index

    def _count_hidden(self) -> None:
        many, shown, top = len(self.table.ids) if self.table else 0, max(0, self.size.height - 1), self.scroll_offset.y
        hidden = (min(top, many), max(0, many - top - shown))
        if hidden != self._hidden and self.size.height:
            self._hidden = hidden
            self.post_message(self.RowsHidden(self, *hidden))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell how many rows are hidden now."""
        super().watch_scroll_y(old_value, new_value)
        self._count_hidden()

    def _keep_in_sight(self) -> None:
        at = self._places().get(self.highlighted)
        height = self.size.height - 1
        if at is None or height <= 0:
            return
        top = self.scroll_offset.y
        if at < top:
            self.scroll_to(y=at, animate=False, force=True)
        elif at >= top + height:
            self.scroll_to(y=at - height + 1, animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the highlighted row visible at the new size."""
        self._keep_in_sight()
        self._count_hidden()
