"""The presenter's view: the window that is shared, while the facilitator types in another one.

It follows the session's file and the curtain of the window that holds the session, and has no
line, no panel and no questions. The curtain is drawn until that window says that it is open; where
it cannot say so, a key opens it here.
"""

from collections.abc import Callable
from typing import Literal, TypeVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from session_tui.context import AppContext
from session_tui.model import glyphs
from session_tui.model.capture import Reading
from session_tui.model.edits import Edit
from session_tui.model.sentence import sentence
from session_tui.model.session import Clock
from session_tui.store.open_session import OpenedSession
from session_tui.tui import tables
from session_tui.tui.drawings import chart
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.tables import closing
from session_tui.tui.tables.table import Table
from session_tui.tui.widgets.canvas_view import CanvasView
from session_tui.tui.widgets.field import PromptLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.large_time import LargeTime
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine
from session_tui.tui.widgets.status_line import Message as Said
from session_tui.tui.widgets.table_view import TableView

Found = TypeVar("Found")
Shown = Literal["part", "map", "list"]
TICK = 0.2  # seconds between two looks at the clock
LEAST = (40, 14)  # columns and lines; below it only the time is shown
RAIL = 38  # columns that the rail keeps beside the digits
NARROW = 60  # columns; below it the rail is left out
TOO_SMALL = f"Too small for more: {LEAST[0]} x {LEAST[1]} show the table."
EMPTY: dict[Shown, str] = {"part": "Nothing yet.", "map": "Nobody yet.", "list": "No open action item."}


class PresenterScreen(BaseScreen[str]):
    """A face of the session's controller that takes no line."""

    FOOT = ("map", "list", "part", "help", "back")
    BINDINGS = [
        ("m,ctrl+l", "map", "map"),
        ("c", "list", "closing list"),
        ("t", "part", "running part"),
        ("f6", "curtain", "curtain, where it is not known"),
        ("q,ctrl+q", "leave", "leave"),
    ]
    HELP_TITLE = "In this window"
    HELP_ROWS = (
        ("m", "the stakeholder map"),
        ("c", "the closing list: who does what, by when"),
        ("t", "the table of the running part"),
        ("f6", "opens the curtain here, where that of the other window is not known"),
        ("q esc", "close this window; the session goes on in the other"),
    )
    full_screen = False
    highlighted = ""  # no line refers to a row

    class Followed(Message):
        """The follower has news: another version of the file, another curtain, or a fault."""

    def __init__(self, opened: OpenedSession, context: AppContext) -> None:
        super().__init__()
        self.opened = opened
        self.live = LiveController(self, {}, opened, None, context, presents=True)
        self._view: Shown = "part"
        self._newest = ""  # the entry that arrived last
        self._ended = False
        self._seen: object = None  # what the rail shows; it is drawn again when a second has passed
        self._curtain_said = ""
        self._said: object = None  # the states below the table, as shown

    def compose(self) -> ComposeResult:
        """Compose heading, digits and rail, the table or the map, the finding and the keys."""
        yield Heading()
        with Horizontal(id="top"):
            yield LargeTime(id="digits")
            with Vertical(id="beside"):
                yield StatusLine(id="pace")
                yield Rail()
        yield Paragraph(TOO_SMALL, id="small")
        with Vertical(id="main"):
            yield TableView()
            drawing = CanvasView()
            drawing.display = False
            yield drawing
            yield FoldedLine(id="finding")
        yield from self.bottom()

    def bottom(self, message: StatusLine | Said | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """Compose the message and the keys: nothing is typed here."""
        yield message or FoldedLine(id="said")
        yield Footer()

    def on_mount(self) -> None:
        """Find the widgets, begin to follow, and paint what is known."""
        self._heading, self._rail, self._digits = (
            self.query_one(Heading),
            self.query_one(Rail),
            self.query_one(LargeTime),
        )
        self._rows, self._drawing = self.query_one(TableView), self.query_one(CanvasView)
        self._rows.widens_from = 0
        self._pace, self._finding = self.query_one("#pace", StatusLine), self.query_one("#finding", FoldedLine)
        self.opened.listen(self._stored)
        self.live.begin(wait=True)
        self._fit()
        self.live.refresh()
        self.set_interval(TICK, self.live.look_at_the_clock)

    # ---- what the controller asks for -----------------------------------------------------------

    def session_changed(self, words: str = "", edit: Edit | None = None) -> None:
        """Draw all that depends on the session's value and the curtain."""
        ended = self.live.box.state == "ended"
        if ended is not self._ended:
            self._view = "list" if ended else "part"  # what was agreed is read out; a reopened session goes on
        self._ended = ended
        self._show_main()
        self._show_status()

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Draw the time."""
        live, box = self.live, self.live.box
        self._heading.deal = screen_text.deal(*live.shown())
        self._heading.hours = screen_text.hours(box, live.context.now())
        if (seen := (live.session.parts, box.running, box.state, box.seconds)) != self._seen:
            self._seen = seen
            self._rail.parts, self._rail.times = live.session.parts, box
        self._digits.value, self._digits.look = screen_text.digits(box)
        self._pace.pieces = screen_text.pace(box)
        self._show_status()

    def highlight(self, entry_id: str) -> None:
        """Highlight what arrived last."""
        self._newest = entry_id
        if self._rows.table is not None and entry_id in self._rows.table.ids:
            self._rows.highlighted = self._drawing.highlighted = entry_id

    def draw_message(self, words: str, tone: str) -> None:
        """Draw a message."""
        self.query_one("#said", StatusLine).say((words, tone))

    def refuse(self, why: str, action: str = "") -> None:
        """Draw a reason."""
        self.draw_message(f"Not now: {why}." if action else sentence(why), "warn")

    def show_preview(self, reading: Reading | None) -> None:
        """Show nothing: what is half-typed belongs to the other window."""

    def put_line(self, line: str) -> None:
        """Show nothing, for the same reason."""

    def show_view(self, name: str, arguments: str = "") -> None:
        """Open nothing: there are no windows over this screen."""

    def close_windows(self) -> None:
        """Close nothing."""

    def offer(self, lines: tuple[str, ...], edit: Edit, title: str) -> None:
        """Offer nothing: this window changes nothing."""

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Run `work` in a thread, then `done` on the event loop."""
        self.work(work, done)

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        """Close the window."""
        self.go_back()

    def put_down(self) -> None:
        """Hand over nothing: the program ends, and nothing was typed here."""

    # ---- what the keys ask for ------------------------------------------------------------------

    def action_map(self) -> None:
        """Show the stakeholder map."""
        self._turn("map")

    def action_list(self) -> None:
        """Show the closing list."""
        self._turn("list")

    def action_part(self) -> None:
        """Show the table of the running part."""
        self._turn("part")

    def _turn(self, view: Shown) -> None:
        self._view = view
        self._show_main()

    def words_for(self, action: str, words: str) -> str:
        """Return `leave` for the key that closes the window."""
        return "leave" if action == "back" else words

    def action_curtain(self) -> None:
        """Open or draw the curtain here, where the holder's is not known."""
        if why := self.live.turn_curtain_here():
            self.draw_message(why, "muted")
        else:
            self.session_changed()

    # ---- how it is drawn ------------------------------------------------------------------------

    def _stored(self) -> None:
        # Called by the follower's thread: posting is all that may be done here.
        self.post_message(self.Followed())

    def on_presenter_screen_followed(self) -> None:
        """Take in the newest version and the curtain."""
        self.live.take_in()

    def _show_main(self) -> None:
        view = self.live.view("map" if self._view == "map" else "table")
        size = self.query_one("#main").size
        table = replace(self._table(), empty=(EMPTY[self._view],))
        height = size.height - self._finding.rows_for(table.finding.partition("\n")[0])
        canvas = chart.chart(view, "fit", size.width - 2, height) if self._view == "map" else None
        self._drawing.display, self._rows.display = canvas is not None, canvas is None
        self._drawing.canvas = canvas
        self._rows.table = table
        self._rows.highlighted = self._newest if self._newest in table.ids else ""
        self._show_finding(table.finding)

    def _table(self) -> Table:
        """The table that is shown; of the map its lines, where no chart fits."""
        if self._view == "list":
            return closing.table(self.live.view())
        if self._view == "map":
            return tables.table("stakeholder_map", self.live.view("map"))
        return tables.table(self.live.kind(), self.live.view())

    def _show_finding(self, words: str) -> None:
        if self._view == "part" and self.live.kind() == "owners":
            words = ""  # it says what to type
        if fault := self.opened.trouble or screen_text.alone(self.live.follows):
            self._finding.say((f"{glyphs.WARNING} {sentence(fault.what)}. {fault.do}", "warn"))
        else:
            self._finding.pieces = screen_text.time_sign(self.live.box) or ((words.partition("\n")[0], "muted"),)

    def _show_status(self) -> None:
        """Show whether the window is in step, where that changed."""
        live = self.live
        state, remark = screen_text.save_status(self.opened, live.follows)
        self._heading.curtain = live.curtain
        remark = remark if state == "behind" else ""
        sign = screen_text.time_sign(live.box)
        why = screen_text.unknown_curtain(live.follows, opened_here=live.opened_here)
        if why != self._curtain_said:
            self._curtain_said = why
            self.draw_message(why, "muted")
        if (said := (state, remark, self.opened.trouble, screen_text.alone(live.follows), sign)) != self._said:
            self._said = said
            self._heading.save_status, self._heading.remark = state, remark
            self._show_finding(self._rows.table.finding if self._rows.table else "")

    def on_resize(self) -> None:
        """Use the room of the new size."""
        self._fit()
        self.call_after_refresh(self._show_main)

    def _fit(self) -> None:
        """Choose what fits: the size of the digits, and below `LEAST` the time alone."""
        width, height = self.app.size
        small = width < LEAST[0] or height < LEAST[1]
        self.set_class(small, "-small")
        self.set_class(width < NARROW, "-narrow")
        beside = RAIL if width >= NARROW else 0
        self._digits.room = (width, 1) if small else (width - 2 - beside, max(3, height // 4))
