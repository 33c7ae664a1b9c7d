"""The views of the stakeholders: table, chart, grid, coverage. A drawing replaces the table."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from session_tui.tui.drawings.canvas import Canvas
from session_tui.tui.key_order import BEHIND
from session_tui.tui.live import other_sessions
from session_tui.tui.live.controller import LiveController
from session_tui.tui.tables import selection
from session_tui.tui.tables.table import ZOOM_WORDS, ZOOMS, MapView, Table, View, Zoom
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.status_line import FoldedLine
from session_tui.tui.widgets.table_view import TableView

if TYPE_CHECKING:
    from session_tui.tui.widgets.canvas_view import CanvasView

Name = TypeVar("Name", bound=str)
_SCROLL_BAR = 2  # cells
LOOKS: tuple[MapView, ...] = ("table", "map", "grid", "coverage")
NAMES: dict[MapView, str] = {
    "table": "The table, as entered.",
    "map": "The organisation chart.",
    "grid": "Power and support: key players above the line.",
    "coverage": "Their people against ours.",
}


class MapViews:
    """The view of one live screen. The drawing is made at its first use, not at the start."""

    def __init__(self, screen: Screen[Any], live: LiveController, redraw: Callable[[], None]) -> None:
        """`redraw` draws the table or its replacement again."""
        self.screen = screen
        self._live = live
        self._redraw = redraw
        self.look: MapView = "table"
        self.zoom: Zoom = "fit"
        self.words = ""  # the table shows the rows with these alone
        self._sorted = False
        self._known: frozenset[str] = frozenset()  # the rows when the words were given
        self._part = -1

    # ---- what the actions ask for ---------------------------------------------------------------

    def act(self, name: str, arguments: str) -> None:
        """Change the view, the size or the row, as the action's name says.

        Views and sizes follow one another, or are named by their beginning.
        """
        match name:
            case "map" if look := self._named(arguments, self.look, LOOKS):
                self._show(look)
            case "zoom" if size := self._named(arguments, self.zoom, ZOOMS):
                self.zoom = size
                self._show("map")
                self._live.show_message(f"Chart: {ZOOM_WORDS[size]}.")
            case "coverage":
                self._show("table" if self.look == "coverage" else "coverage")
            case "move":
                self._give_keys()
            case "find":
                self._find(arguments.strip())
            case "sort":
                self._sorted, self.look = not self._sorted, "table"
                self._redraw()
                word = selection.sorted_by(self._live.kind(), self._live.curtain)
                self._live.show_message(f"By {word}." if self._sorted else "In the order of entry.")
            # The screen's keys precede a widget's, so the drawing does not get these two itself.
            case "up" | "down" if self.moving is not None:
                self.moving.action_pan(0, -1 if name == "up" else 1)
            case "up" | "down":
                self._live.face.highlight(self._rows.move(-1 if name == "up" else 1))

    def _find(self, words: str) -> None:
        """Show the rows with these words alone; without words all rows, or begin the line."""
        if not words and not self.words:
            self._live.ask_for("/find ")
            return
        self.words, self.look = words, "table"
        self._known = frozenset()
        self._redraw()
        ids = self._rows.table.ids if self._rows.table else ()
        if ids and self._rows.highlighted not in ids:
            self._live.face.highlight(ids[0])

    def selected(self, table: Table, view: View, running: int) -> Table:
        """The table with the chosen rows in the chosen order.

        Another part and a new row show all rows again: an entry must be seen at once.
        """
        if running != self._part:
            self._part, self._sorted, self.words = running, False, ""
        if self.words and self._known and not self._known.issuperset(table.ids):
            self.words = ""
        if self.look != "table":
            return table
        if self._sorted:
            table = selection.in_order(table, self._live.kind(), view)
        if self.words:
            self._known = self._known or frozenset(table.ids)
            table = selection.matching(table, view, self.words)
        return table

    def _give_keys(self) -> None:
        """Focus the drawing until a letter is typed."""
        if self.look not in ("map", "grid"):
            self._show("map")
        drawing, message = self.drawing, "Nothing is drawn here. /zoom cards draws it."
        if drawing is not None and drawing.display:
            drawing.can_focus = True
            drawing.focus()
            message = "Arrows move over the map, + - 0 change its size; esc or any letter goes back to the line."
        self._live.show_message(message)

    def _named(self, arguments: str, now: Name, names: tuple[Name, ...]) -> Name | None:
        """Return the one name that begins so, or the one after `now`.

        An unclear name is refused with a message, and None is returned.
        """
        if not (wanted := arguments.strip().lower()):
            return names[(names.index(now) + 1) % len(names)]
        found = [each for each in names if each.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        self._live.face.refuse(f"{arguments} is none of these: {', '.join(names)}.")
        return None

    def _show(self, look: MapView) -> None:
        """Show this view; coverage starts the search for zones without a contact."""
        live = self._live
        if live.kind() != "stakeholder_map":
            live.show_message("The map belongs to the stakeholder part; ^r goes back to it.")
            return
        self.look = look
        self._redraw()
        if look == "coverage":
            work = partial(other_sessions.look_up_zones, live, self.screen.app.call_from_thread)
            self.screen.run_worker(work, thread=True, exclusive=True, group=f"{BEHIND} zones")
        listed = look == "map" and self._rows.display and bool(live.session.stakeholders)
        words = "The chart, a line a person: cards do not fit here. /zoom cards draws them."
        live.show_message(words if listed else NAMES[look])

    # ---- the drawing ----------------------------------------------------------------------------

    @property
    def drawing(self) -> "CanvasView | None":
        """The drawing, or None before its first use."""
        from session_tui.tui.widgets.canvas_view import CanvasView

        found = self.screen.query(CanvasView)
        return found.first() if found else None

    @property
    def moving(self) -> "CanvasView | None":
        """The drawing while it has the focus, else None."""
        drawing = self.drawing if self.look in ("map", "grid") else None
        return drawing if drawing is not None and drawing.has_focus else None

    @property
    def _rows(self) -> TableView:
        return self.screen.query_one(TableView)

    def prepare(self) -> "CanvasView":
        """Mount the drawing, hidden. It takes as long as a key may, so it is done while idle."""
        from session_tui.tui.drawings import chart  # noqa: F401 - so that the first look need not load it
        from session_tui.tui.widgets.canvas_view import CanvasView

        drawing = self.drawing
        if drawing is None:
            drawing = CanvasView()
            drawing.display = False
            self.screen.watch(self._rows, "highlighted", partial(setattr, drawing, "highlighted"))
            self.screen.query_one("#main").mount(drawing, after=self._rows)
        return drawing

    def show(self, view: View) -> None:
        """Show the view's drawing in the table's place, or the table where it has none."""
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
        if self._live.kind() != "stakeholder_map" or not view.session.stakeholders:
            return None
        size = self.screen.query_one("#main").size
        above = 2 if self.screen.query_one("#prompt").display else 0
        table = self._rows.table
        below = self.screen.query_one("#finding", FoldedLine).rows_for(table.finding if table else "")
        width, height = size.width - 2, size.height - above - below
        # Both modules are loaded at their first use.
        if self.look == "grid":
            from session_tui.tui.drawings import grid

            whole = grid.drawn(view, width, height)
            # A scroll bar at the right must not make one below necessary.
            return whole if whole.height <= height else grid.drawn(view, width - _SCROLL_BAR, height)
        if self.look != "map":
            return None
        from session_tui.tui.drawings import chart

        return chart.chart(view, self.zoom, width, height)
