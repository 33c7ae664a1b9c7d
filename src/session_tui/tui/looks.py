"""How the stakeholders are looked at: table, chart, grid, coverage. The drawing stands where the table does."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from session_tui.model.words import PartKind
from session_tui.tui.parts.canvas import Canvas
from session_tui.tui.parts.table import Look, View, Zoom
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from session_tui.tui.widgets.drawing import Drawing

LOOKS: tuple[Look, ...] = ("table", "map", "grid", "coverage")
NAMES: dict[Look, str] = {
    "table": "The table, as entered.",
    "map": "The organisation chart.",
    "grid": "Power and support: key players above the line.",
    "coverage": "Their people against ours.",
}


class Looks:
    """The look of one live screen. The drawing is made when it is first looked at: a start does not pay for it."""

    def __init__(self, screen: Screen[Any], kind: Callable[[], PartKind]) -> None:
        """`kind` tells which kind of part is shown."""
        self.screen = screen
        self._kind = kind
        self.look: Look = "table"
        self.zoom: Zoom = "fit"

    @property
    def drawing(self) -> "Drawing | None":
        """The drawing, where there has been one yet."""
        from session_tui.tui.widgets.drawing import Drawing

        found = self.screen.query(Drawing)
        return found.first() if found else None

    @property
    def moving(self) -> "Drawing | None":
        """The drawing, while it has the keys."""
        drawing = self.drawing if self.look in ("map", "grid") else None
        return drawing if drawing is not None and drawing.has_focus else None

    @property
    def _rows(self) -> Rows:
        return self.screen.query_one(Rows)

    def after(self) -> Look:
        """The look that comes after this one."""
        return LOOKS[(LOOKS.index(self.look) + 1) % len(LOOKS)]

    def prepare(self) -> "Drawing":
        """Put the drawing in its place, out of sight: done when nobody waits for it, since it costs a key's time."""
        from session_tui.tui.parts import chart  # noqa: F401 - so that the first look need not load it
        from session_tui.tui.widgets.drawing import Drawing

        drawing = self.drawing
        if drawing is None:
            drawing = Drawing()
            drawing.display = False
            self.screen.watch(self._rows, "highlighted", partial(setattr, drawing, "highlighted"))
            self.screen.query_one("#main").mount(drawing, after=self._rows)
        return drawing

    def show(self, view: View) -> None:
        """Draw what the look wants drawn, in the table's place; the table where nothing is drawn."""
        if self.look not in ("map", "grid") and self._rows.display:
            return
        drawing = self.drawing
        canvas = self._canvas(view)
        if canvas is None:
            self._rows.display = True
            if drawing is not None:
                if drawing.has_focus:
                    self.screen.query_one(CaptureLine).focus()
                drawing.display = False
            return
        if drawing is None:
            drawing = self.prepare()
        self._rows.display, drawing.display = False, True
        drawing.canvas = canvas

    def _canvas(self, view: View) -> Canvas | None:
        if self._kind() != "stakeholder_map" or not view.session.stakeholders:
            return None
        size = self.screen.query_one("#main").size
        above = 2 if self.screen.query_one("#prompt").display else 0
        table = self._rows.table
        below = 2 if table is not None and "\n" in table.finding else 1
        width, height = size.width - 2, size.height - above - below
        # Both are loaded when they are first looked at.
        if self.look == "grid":
            from session_tui.tui.parts import gridded

            return gridded.drawn(view, width, height)
        if self.look != "map":
            return None
        from session_tui.tui.parts import chart

        return chart.chart(view, self.zoom, width, height)
