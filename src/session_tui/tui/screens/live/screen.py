"""The live screen: one session, typed while people talk.

A face of the session's controller (`tui/live/controller.py`): it composes widgets, passes their
messages on, and shows the controller's values. Tables and previews are functions elsewhere.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message

from session_tui.context import AppContext
from session_tui.model import capture, edits, glyphs
from session_tui.model.agenda import Agenda
from session_tui.model.capture import Command, Reading, Refusal
from session_tui.model.sentence import sentence
from session_tui.model.session import Clock
from session_tui.store.open_session import OpenedSession
from session_tui.tui import tables
from session_tui.tui.actions import ACTIONS, BY_NAME, keymap_of
from session_tui.tui.key_order import BEHIND, KeyOrder, start_worker
from session_tui.tui.live import other_sessions, screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.handlers import HANDLERS
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.live import clicks, side_panel, windows
from session_tui.tui.screens.live.map_views import MapViews
from session_tui.tui.screens.live.session_screen import SessionScreen
from session_tui.tui.screens.live.time_display import TimeDisplay, time_left
from session_tui.tui.shutdown import Farewell, LeavesSessions, with_pushes
from session_tui.tui.sync_service import Syncs
from session_tui.tui.tables import markers
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine, Strip
from session_tui.tui.widgets.table_view import TableView

if TYPE_CHECKING:
    from session_tui.index.sessions import SessionLibrary
    from session_tui.outbox.sync.team_state import TeamStanding
    from session_tui.store.new_session import PriorSessions
    from session_tui.tui.live.trial import Trial
    from session_tui.tui.widgets.canvas_view import CanvasView

Found = TypeVar("Found")
TICK = 0.2  # seconds between two looks at the clock; the shown time is computed, so it is exact


class LiveScreen(SessionScreen):
    """The screen of an open session."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (180, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (14, "-short"), (22, "-tall")]
    BINDINGS = [
        Binding(",".join(action.keys), f"act('{action.name}')", action.short, id=action.name, priority=True)
        for action in ACTIONS
        if action.keys
    ]
    full_screen = True

    class SessionStored(Message):
        """The writer has news: a value is on disk, or could not be written."""

    def __init__(
        self,
        opened: OpenedSession,
        agenda: Agenda | None,
        context: AppContext,
        *,
        wait: bool = False,
        session_library: "SessionLibrary | None" = None,
        background: "PriorSessions | None" = None,
        trial: "Trial | None" = None,
    ) -> None:
        super().__init__()
        self.live = LiveController(
            self,
            HANDLERS,
            opened,
            agenda,
            context,
            session_library=session_library,
            background=background,
            trial=trial,
        )
        self.wait = wait
        self.looks = MapViews(self, self.live, self._show_table)
        self._entered = (-1, 0)  # the batch of keys of the last entered line, and its number of lines
        self._shown_part = -1
        self._seen_disk: object = None  # the state of the disk as shown
        self._asked = ("", "")  # the coaching question as shown

    @property
    def opened(self) -> OpenedSession:
        """The open session; the application closes it when the program is ended from outside."""
        return self.live.opened

    def compose(self) -> ComposeResult:
        """Compose the deal, the time, the table, the preview, the capture line and the keys."""
        # Set now, so that the first resize changes no class and styles nothing twice.
        size = self.app.size
        for breakpoints, cells in ((self.HORIZONTAL_BREAKPOINTS, size.width), (self.VERTICAL_BREAKPOINTS, size.height)):
            self.add_class([name for least, name in breakpoints if cells >= least][-1])
        yield Heading()
        with Horizontal(id="top"):
            yield Rail()
            yield from time_left()
        with Horizontal(id="middle"):
            with Vertical(id="main"):
                yield StatusLine(id="prompt")
                yield TableView()
                yield FoldedLine(id="finding")
            yield Panel()
        with Vertical(id="bottom"):
            yield Strip(id="promised")
            preview = FoldedLine(id="preview")
            preview.whole_at = screen_text.key_of("help", self.live.context)
            yield preview
            with Horizontal(id="typing"):
                yield Paragraph(f" {glyphs.LINE}", id="sign")
                yield CaptureLine()
            yield StatusLine(id="suggestions")
        yield Footer()

    def on_mount(self) -> None:
        """Find the widgets once, begin or pick up the clock, bring the half-typed line back."""
        self._heading, self._panel = self.query_one(Heading), self.query_one(Panel)
        self.rows, self.typing = self.query_one(TableView), self.query_one(CaptureLine)
        self._lines = {line.id: line for line in self.query(StatusLine)}
        self._foot = self.query_one(Footer)
        self._time = TimeDisplay(self, self.live)
        self.live.opened.listen(self._stored)
        self.live.begin(wait=self.wait)
        self.typing.put(self.live.line)
        self.typing.focus()
        if notices := (*self.live.remarks, *self.live.fresh_notices()):
            self.live.show_message("  ".join(notices), "warn")
        elif self.live.trial is not None:
            self.live.show_message(self.live.trial.opening, "accent")
        if isinstance(self.app, Syncs):
            self.team_stands(self.app.sync_service.standing)
        self.live.refresh()
        self.set_interval(TICK, self.live.look_at_the_clock)
        self.set_timer(1.0, self.looks.prepare)
        # The panel can wait; the first paint should not share the processor with reading a folder.
        look_up = partial(other_sessions.look_up, self.live, self.app.call_from_thread)
        self.set_timer(0.3, partial(self.run_worker, look_up, thread=True, group=BEHIND))

    # ---- what the facilitator types and clicks --------------------------------------------------

    def on_capture_line_edited(self) -> None:
        """Read the line, show its preview, and keep it in the draft."""
        self.live.typed(self.typing.value)

    def on_capture_line_entered(self, message: CaptureLine.Entered) -> None:
        """Carry out what the preview shows."""
        reading = self.live.enter(message.line)
        if isinstance(reading, Refusal):
            self.show_preview(reading)
        elif reading is not None and not isinstance(reading, Command):
            self.highlight(self.live.after_entry(reading, self._shown))
            self._count_entered()

    def on_capture_line_pasted(self, message: CaptureLine.Pasted) -> None:
        """Show a pasted list before it becomes entries."""
        self.take_paste(message.text)

    def take_paste(self, text: str, declined: Callable[[], None] = lambda: None) -> None:
        """Show a list before it becomes entries; `declined` is called where it does not."""

        def entered(edit: edits.Edit) -> None:
            self.live.text_outside = ""
            self.highlight(self.live.after_entry(edit, self._shown, listed=True))

        windows.paste(self.app, self.live, text, entered, declined)

    def on_capture_line_escaped(self) -> None:
        """Leave an edit, which is kept for the next time; else show all rows, or close the
        panel.
        """
        if self.live.editing:
            self.live.leave_the_edit()
        elif self.looks.words:
            self.looks.act("find", "")
        elif self.has_class("-panel"):
            self.live.act("panel")

    def on_canvas_view_entry_chosen(self, message: "CanvasView.EntryChosen") -> None:
        """Highlight the clicked card."""
        self.highlight(message.entry_id)

    def on_canvas_view_sized(self, message: "CanvasView.Sized") -> None:
        """Change the size of the chart."""
        self.live.act("zoom", message.size)

    def on_canvas_view_letter_typed(self, message: "CanvasView.LetterTyped") -> None:
        """Move the focus and the typed letter from the drawing into the line."""
        self.typing.focus()
        self.typing.insert_text_at_cursor(message.character)

    def on_rail_part_clicked(self, message: Rail.PartClicked) -> None:
        """Ask before the time moves to another part."""
        clicks.part(self.app, self.live, message.index)

    def on_large_time_time_clicked(self) -> None:
        """Pause the clock, or let it go on; a click never starts it."""
        self.live.act("time" if self.live.box.state == "waiting" else "pause")

    def on_heading_word_clicked(self, message: Heading.WordClicked) -> None:
        """Explain the clicked word."""
        clicks.heading(self.live, message.word, self._heading.waits)
        if message.word == "team" and isinstance(self.app, Syncs) and (standing := self.app.sync_service.standing):
            self.live.show_message(standing.explained(self.live.session.id))

    def on_panel_line_clicked(self, message: Panel.LineClicked) -> None:
        """Carry out the action that the line names."""
        clicks.line_of_panel(self.live, message.action)

    def on_status_line_piece_clicked(self, message: StatusLine.PieceClicked) -> None:
        """Explain the time under the digits, or take the completion."""
        if message.line == "pace":
            self.live.act("time")
        elif message.line == "suggestions":
            self.typing.action_take_completion()

    def on_strip_clicked(self) -> None:
        """Open the promises of the last session, or the panel with all tasks of the tutor."""
        self.live.act("panel" if self.live.trial and self.live.trial.again else "promises")

    def on_table_view_row_chosen(self, message: TableView.RowChosen) -> None:
        """Highlight the clicked row."""
        self.highlight(message.entry_id)

    def action_act(self, name: str) -> None:
        """Run the action of a key."""
        self.live.act(name)

    def _count_entered(self) -> None:
        """Count lines that arrived together, as in an unmarked paste; each is its own entry."""
        batch, many = self._entered
        now = self.app.batch if isinstance(self.app, KeyOrder) else 0
        self._entered = (now, many + 1 if now == batch else 1)
        if now == batch:
            undo = screen_text.key_of("undo", self.live.context)
            message = f"{many + 1} lines entered; {undo} takes back one at a time.  {self.live.messages[0][0]}"
            self.live.show_message(message)

    @property
    def _shown(self) -> tuple[str, ...]:
        return self.rows.table.ids if self.rows.table else ()

    # ---- what the controller asks for -----------------------------------------------------------

    @property
    def highlighted(self) -> str:
        """The id of the highlighted row."""
        return self.rows.highlighted

    def highlight(self, entry_id: str) -> None:
        """Highlight a row, and read the line again, which may refer to it."""
        if entry_id:
            self.rows.highlighted = entry_id
            self._show_prompt()
            self.live.read_line()

    def draw_message(self, words: str, tone: str) -> None:
        """Show a sentence in the preview's place; a warning replaces a preview too."""
        if not self.typing.value or tone in ("warn", "bad"):
            self._lines["preview"].pieces = self.live.messages

    def refuse(self, why: str, action: str = "") -> None:
        """Show why an action is not possible."""
        self.live.show_message(f"Not now: {why}." if action else sentence(why), "warn")

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show a message of the application."""
        self.live.show_message(words, tone)

    def put_line(self, line: str) -> None:
        """Put a text into the capture line, which then posts `Edited`."""
        self.typing.put(line)

    def show_preview(self, reading: Reading | None) -> None:
        """Show the line's preview or the last message, and the completion that tab takes."""
        live, line = self.live, self.typing.value
        beside = (live.session, live.context, live.curtain, live.load)
        self._lines["preview"].pieces = live.messages if reading is None else screen_text.preview(reading, *beside)
        completions = capture.complete(line, self.typing.cursor_position, live.capture_context()) if line else ()
        first = completions[0] if completions else None
        self.typing.completion = (first.text, first.cursor) if first else None
        meaning = screen_text.meaning(reading, live.session, line, curtain=live.curtain)
        self._lines["suggestions"].pieces = screen_text.suggestions(completions, meaning)

    def show_view(self, name: str, arguments: str = "") -> None:
        """Open a window over the session, another view of the stakeholders, or the panel."""
        if name == "palette":
            self.app.action_command_palette()
        elif name == "panel":
            # Without room beside the table the panel replaces it.
            self.toggle_class("-panel" if self.has_class("-narrow") else "-folded")
        elif name == "editor":
            from session_tui.tui.screens.live.outside_editor import edit_line

            start_worker(self, partial(edit_line, self.app, self.live, self.typing, self.take_paste))
        elif name == "scroll":
            self._panel.page_on()
        elif name == "question":
            self._show_prompt()
        elif windows.open_window(self.app, self.live, name, arguments):
            self._show_promised()
        else:
            self.looks.act(name, arguments)

    def close_windows(self) -> None:
        """Close all windows over the session without an answer."""
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()

    def offer(self, lines: tuple[str, ...], edit: edits.Edit, title: str) -> None:
        """Show the lines in a window before they become entries."""
        windows.offer(self.app, self.live, lines, edit, title)

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Run `work` in a thread, then `done` on the event loop; keys wait for it."""
        self.run_worker(lambda: self.app.call_from_thread(done, work()), thread=True)

    # ---- how the session is shown ---------------------------------------------------------------

    def session_changed(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """Draw all that depends on the session's value, except the time."""
        live = self.live
        self._show_table()
        self._show_save_status()
        self._show_promised()
        beside = (*live.shown(), live.context.today, live.curtain, live.questions(), live.enemies)
        self._panel.sections = (
            *(live.trial.sections(live.session) if live.trial else ()),
            *side_panel.sections(*beside),
        )
        if words:
            live.show_message(words)

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Show the time; the table, the digits and the rail are drawn only where they changed."""
        self._show_time()
        if sign and self.live.context.configuration.sound:
            self.app.bell()
        if sign:
            self._show_finding()
        if self.live.coach.shown(self.live.box) != self._asked:
            self._show_prompt()
        # A disk that does not answer sends no message, so its state is read on each tick.
        opened = self.live.opened
        status = screen_text.save_status(opened, self.live.follows)
        disk = (*status, opened.trouble, opened.draft_trouble, screen_text.alone(self.live.follows))
        if disk != self._seen_disk:
            self._seen_disk = disk
            self._show_save_status()

    def _stored(self) -> None:
        # Called by the writer's thread: posting is all that may be done here.
        self.post_message(self.SessionStored())

    def on_live_screen_session_stored(self) -> None:
        """Show the writer's state, and its new notices once."""
        if fresh := self.live.fresh_notices():
            self.live.show_message("  ".join(fresh), "warn")
        self.live.take_in()
        self._show_save_status()

    def _show_promised(self) -> None:
        """Show the number of promises until the facilitator opens them."""
        live, keys = self.live, keymap_of(self.live.context).keys
        shown = not live.promises_seen and not BY_NAME["promises"].why_not(live.action_state())
        pieces = screen_text.promised(live.session, live.context.today, keys["promises"]) if shown else ()
        self._lines["promised"].pieces = (live.trial.strip(live.session) if live.trial else ()) or pieces

    def _show_table(self) -> None:
        """Show the running part's table; a new part highlights its newest or first row."""
        kind, view, running = self.live.kind(), self.live.view(self.looks.look), self.live.box.running
        self.rows.table = self.looks.selected(tables.table(kind, view), view, running)
        self.looks.show(view)
        if running != self._shown_part:
            self._shown_part = running
            ids = self.rows.table.ids
            self.rows.highlighted = (ids[0] if kind == "owners" else ids[-1]) if ids else ""
        self._show_prompt()
        self._show_finding()

    def _show_prompt(self) -> None:
        live = self.live
        marks = markers.words(live.view(self.looks.look), self.rows.highlighted)
        self._asked = live.coach.shown(live.box)
        self._lines["prompt"].pieces = screen_text.prompt(self._asked, self.rows.cut_text(), marks)

    def _show_finding(self) -> None:
        table, opened = self.rows.table, self.live.opened
        words = table.finding if table else ""  # in the map's views with the smallest step up below
        troubles = (opened.trouble, opened.draft_trouble or screen_text.alone(self.live.follows))
        self._lines["finding"].pieces = screen_text.finding(self.live.session, self.live.box, words, *troubles)

    def _show_save_status(self) -> None:
        opened = self.live.opened
        self._heading.save_status, self._heading.remark = screen_text.save_status(opened, self.live.follows)
        self.rows.unsaved = screen_text.unsaved(opened.session, opened.saved)
        self._show_finding()

    def _show_time(self) -> None:
        self._time.show()
        self._foot.hints = screen_text.foot(self.live.action_state(), keymap_of(self.live.context).keys)

    def on_resize(self) -> None:
        """Cut the texts for the new width."""
        self._time.show(again=True)
        if self.looks.look in ("map", "grid"):
            self.call_after_refresh(self._show_table)
        self.call_after_refresh(self._show_prompt)

    def post_waits(self, waiting: int) -> None:
        """Show the number of summaries that wait to be sent; no more than the number."""
        self._heading.waits = waiting

    def team_stands(self, standing: "TeamStanding | None") -> None:
        """Show how the sessions and the team's servers stand, in two or three words."""
        id = self.live.session.id
        self._heading.team = (standing.words(id), standing.tone(id)) if standing is not None else ("", "")

    # ---- leaving --------------------------------------------------------------------------------

    def put_down(self) -> None:
        """Leave the session live, because the program ends."""
        if self.is_mounted:
            self.live.put_down(self.typing.value)

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        """Wait in a thread until everything is on disk, then leave."""
        self._lines["preview"].pieces = (("Saving …", "muted"),)
        self.run_worker(partial(self._close, ended, to_library), thread=True, exclusive=True)

    def _close(self, ended: bool, to_library: bool) -> None:
        opened, back = self.live.opened, self.app.call_from_thread
        if opened.close(timeout=5.0):
            again = self.live.trial.again if self.live.trial else ""
            farewell = screen_text.farewell(opened, ended, self.live.context.places, again)
            unsent, self.live.unsent = self.live.unsent, False
            pushed = self.app.outbox_service.at_end(opened.session) if unsent and isinstance(self.app, Posts) else ()
            back(self._go, with_pushes(farewell, pushed), ended, to_library)
        elif opened.given_up:
            back(self._go, Farewell(screen_text.not_on_disk(opened)), ended, to_library)
        else:
            trouble = opened.trouble or "the disk does not answer"
            back(self._not_left, f"Not left: {trouble}. /elsewhere FOLDER saves it there.")

    def _not_left(self, words: str) -> None:
        self.close_windows()  # the line takes /elsewhere
        self.show_message(words, "bad")

    def _go(self, farewell: Farewell, ended: bool, to_library: bool) -> None:
        # A window that was opened during the save is closed with the session.
        self.close_windows()
        if isinstance(self.app, LeavesSessions):
            self.app.session_left(self, farewell, ended=ended, to_library=to_library)
