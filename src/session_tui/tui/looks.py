"""How the stakeholders are looked at: table, chart, grid, coverage. The drawing stands where the table does."""

from functools import partial
from typing import TYPE_CHECKING

from session_tui.tui.parts import chart, gridded
from session_tui.tui.parts.canvas import Canvas
from session_tui.tui.parts.chart import Zoom
from session_tui.tui.parts.table import Look, View

if TYPE_CHECKING:
    from session_tui.tui.screens.live import LiveScreen
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

    def __init__(self, screen: "LiveScreen") -> None:
        self.screen = screen
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

    def after(self) -> Look:
        """The look that comes after this one."""
        return LOOKS[(LOOKS.index(self.look) + 1) % len(LOOKS)]

    def show(self, view: View) -> None:
        """Draw what the look wants drawn, in the table's place; the table where nothing is drawn."""
        from session_tui.tui.widgets.drawing import Drawing

        screen, drawing = self.screen, self.drawing
        canvas = self._canvas(view)
        if canvas is None:
            screen.rows.display = True
            if drawing is not None:
                if drawing.has_focus:
                    screen.typing.focus()
                drawing.display = False
            return
        if drawing is None:
            drawing = Drawing()
            screen.watch(screen.rows, "highlighted", partial(setattr, drawing, "highlighted"))
            screen.query_one("#main").mount(drawing, after=screen.rows)
        screen.rows.display, drawing.display = False, True
        drawing.canvas = canvas

    def _canvas(self, view: View) -> Canvas | None:
        if self.screen.kind() != "stakeholder_map" or not view.session.stakeholders:
            return None
        size = self.screen.query_one("#main").size
        above = 2 if self.screen.query_one("#prompt").display else 0
        width, height = size.width - 2, size.height - above - 1
        if self.look == "grid":
            return gridded.drawn(view, width, height)
        return chart.chart(view, self.zoom, width, height) if self.look == "map" else None
