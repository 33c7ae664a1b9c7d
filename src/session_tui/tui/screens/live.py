"""The live screen: one session, typed while people talk.

It composes widgets, turns their messages into edits of the open session, and gives the new session back to the
widgets (`_show`). What a part's table holds, what a line means and what the clock says are functions elsewhere.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Digits

from session_tui.model import capture, carrying, conduct, edits, history, rebase, timebox
from session_tui.model.agenda import Agenda, questions
from session_tui.model.capture import Context, Do, Refusal
from session_tui.model.fault import Fault
from session_tui.model.findings import ownerless
from session_tui.model.history import Past
from session_tui.model.session import Session
from session_tui.model.words import PartKind
from session_tui.store.beginning import Background
from session_tui.store.drafts import Draft
from session_tui.store.opened import OpenedSession
from session_tui.store.presence import Presence
from session_tui.tui import parts, showing
from session_tui.tui.actions import ACTIONS, BY_NAME, Standing, key_words
from session_tui.tui.deeds import DEEDS
from session_tui.tui.desk import Desk
from session_tui.tui.farewell import Farewell, with_pushes
from session_tui.tui.half_typed import HalfTyped
from session_tui.tui.key_order import BEHIND, KeyOrder
from session_tui.tui.looks import Looks
from session_tui.tui.parts import panel, since
from session_tui.tui.parts.table import Look, View
from session_tui.tui.pieces import Pieces
from session_tui.tui.postman import Posts
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.rail import Rail
from session_tui.tui.widgets.rows import Rows
from session_tui.tui.widgets.strip import Strip

if TYPE_CHECKING:
    from session_tui.library.shelves import Shelves
    from session_tui.model.enemies import Report
    from session_tui.tui.widgets.drawing import Drawing

TICK = 0.2  # seconds between two looks at the clock; the time shown is computed, so none is ever missed


class LiveScreen(Screen[Farewell]):
    """Holds an open session on the screen. Its result is what to say when it is left."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (180, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (14, "-short"), (22, "-tall")]
    BINDINGS = [
        Binding(",".join(action.keys), f"act('{action.name}')", action.short, id=action.name, priority=True)
        for action in ACTIONS
        if action.keys
    ]

    class Stored(Message):
        """The writer has news: a value is on disk, or could not be written."""

    def __init__(
        self,
        opened: OpenedSession,
        agenda: Agenda | None,
        desk: Desk,
        *,
        wait: bool = False,
        shelves: "Shelves | None" = None,
        background: Background | None = None,
    ) -> None:
        super().__init__()
        self.shelves = shelves
        self.opened = opened
        self.agenda = agenda
        self.desk = desk
        self.wait = wait
        # The sessions before: known where one was just begun, else looked for after the first paint.
        self.past = history.past(background.chain if background else ())
        self.curtain = False
        self.remarks = background.remarks if background else ()  # what is to be said of how it began
        self.looks = Looks(self, self.kind)
        self.bare_zones: tuple[str, ...] = ()
        self.load: Mapping[str, int] | None = None  # everybody's open actions elsewhere, once they are counted
        self.enemies: Report | None = None  # those of teamwork in this account, once they are looked up
        self.last_words: dict[str, str] = {}  # typed at the end, where the session then went on
        self.promises_seen = False  # the facilitator went to what was promised last time
        self.half = HalfTyped(opened.draft, opened.session)
        self.said: Pieces = ()
        self._entered = (-1, 0)  # the batch of keys in which a line was entered last, and how many were in it
        self.presence = Presence(opened, desk.now())
        self.box = timebox.read(opened.session.parts, opened.session.clock, desk.now())
        self._shown_part = -1
        self._seen_disk: object = None  # what was shown of it
        self._seen_time: object = None  # what the rail shows; it is drawn again when a second has passed
        self._reading: capture.Reading = Refusal("")

    @property
    def session(self) -> Session:
        """The newest value; the open session is its one home."""
        return self.opened.session

    def compose(self) -> ComposeResult:
        """From top to bottom: which deal, how much time, what was said, what is being typed, what the keys do."""
        # Known now, so that the first resize finds the classes as they are and styles nothing a second time.
        self.add_class(_breakpoint(self.HORIZONTAL_BREAKPOINTS, self.app.size.width))
        self.add_class(_breakpoint(self.VERTICAL_BREAKPOINTS, self.app.size.height))
        yield Heading()
        with Horizontal(id="top"):
            yield Rail()
            with Vertical(id="time"):
                yield Digits("")
                yield Line(id="pace")
        with Horizontal(id="middle"):
            with Vertical(id="main"):
                yield Line(id="prompt")
                yield Rows()
                yield Line(id="finding")
            yield Panel()
        with Vertical(id="bottom"):
            yield Strip(id="promised")
            yield Line(id="preview")
            with Horizontal(id="typing"):
                yield Paragraph(" ❯", id="sign")
                yield CaptureLine()
            yield Line(id="suggestions")
        yield Footer()

    def on_mount(self) -> None:
        """Find the widgets once, begin or pick up the clock, bring the half-typed line back."""
        self._heading, self._rail, self.rows = self.query_one(Heading), self.query_one(Rail), self.query_one(Rows)
        self._digits, self._panel, self.typing = (
            self.query_one(Digits),
            self.query_one(Panel),
            self.query_one(CaptureLine),
        )
        self._sign = self.query_one("#sign", Paragraph)
        self._lines = {line.id: line for line in self.query(Line)}
        self._foot = self.query_one(Footer)
        self._lines["pace"].all_right = True
        self.opened.listen(self._stored)
        now = self.desk.now()
        self.presence.begin(self.agenda, now, wait=self.wait)
        self.box = timebox.read(self.session.parts, self.session.clock, now)
        self.typing.put(self.opened.draft.line)
        self.typing.focus()
        self._noticed = list(self.opened.notices)
        if notices := (*self.remarks, *self.opened.notices):
            self.tell("  ".join(notices), "warn")
        self.show()
        self.set_interval(TICK, self.look_at_the_clock)
        self.set_timer(1.0, self.looks.prepare)
        # The panel can wait; the first paint should not share the processor with reading a folder.
        self.set_timer(0.3, partial(self.run_worker, self._look_around, thread=True, group=BEHIND))

    # ---- what the facilitator types -------------------------------------------------------------------------------

    def on_capture_line_typed(self) -> None:
        """Another line: read it, show what it will become, keep it in the draft."""
        self.read_line()
        self._keep_what_is_typed()

    def on_capture_line_entered(self, message: CaptureLine.Entered) -> None:
        """Enter: what the preview shows happens."""
        reading = self._read(message.line)
        match reading:
            case Refusal():
                self._preview(reading, message.line)
            case Do(name, arguments):
                self._line_is_done()
                self.act(name, arguments)
            case _:
                self._enter(reading)

    def on_capture_line_pasted(self, message: CaptureLine.Pasted) -> None:
        """A pasted list is shown before it becomes entries."""
        from session_tui.tui.screens.paste import PasteScreen

        lines = capture.list_of(message.text)
        reading = capture.read_list(lines, self.place())

        def answered(yes: bool | None) -> None:
            if yes and not isinstance(reading, Refusal) and self.change(reading):
                self._show_newest(reading)

        self.app.push_screen(PasteScreen(lines, reading, self.session, self.desk, self.curtain), answered)

    def on_capture_line_escaped(self) -> None:
        """Escape leaves an edit, and never loses a word: the edit is kept for the next time."""
        if self.half.editing:
            self.leave_the_edit()
        elif self.has_class("-panel"):
            self.act("panel")

    def leave_the_edit(self) -> None:
        """The entry stays as it was; what was typed of it comes back with the next edit."""
        self.half.give_up(self.typing.value)
        self.tell(f"{self.half.editing} is as it was; what you typed is kept for the next edit of it.")
        self._line_is_done()

    def on_drawing_chosen(self, message: "Drawing.Chosen") -> None:
        """A click on a card, too."""
        self.highlight(message.entry_id)

    def on_drawing_sized(self, message: "Drawing.Sized") -> None:
        """Larger, smaller, what fits."""
        self.act("zoom", message.size)

    def on_drawing_typed(self, message: "Drawing.Typed") -> None:
        """Whoever types while moving about types into the line."""
        self.typing.focus()
        self.typing.insert_text_at_cursor(message.character)

    def on_strip_clicked(self) -> None:
        """To what was promised last time."""
        self.act("promises")

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self.highlight(message.entry_id)

    def _enter(self, edit: edits.Edit) -> None:
        was = self.rows.highlighted
        if self.change(edit):
            self.half.entered()
            self._line_is_done()
            self._move_on(edit, was)
            self._count_entered()

    def _count_entered(self) -> None:
        """Lines that came together, as in a paste that the terminal does not mark, are entered one by one; how many."""
        batch, many = self._entered
        now = self.app.batch if isinstance(self.app, KeyOrder) else 0
        self._entered = (now, many + 1 if now == batch else 1)
        if now == batch:
            undo = key_words(next(iter(self.desk.keys["undo"]), "/undo"))
            self.tell(f"{many + 1} lines entered; {undo} takes back one at a time.  {self.said[0][0]}")

    def _move_on(self, edit: edits.Edit, was: str) -> None:
        """Where the highlight goes after an entry: to the new row, or in the owners part to the next without a name."""
        touched = edits.touched(edit)
        if self.kind() != "owners":
            shown = self.rows.table.ids if self.rows.table else ()
            if new := next((each for each in touched if each in shown), ""):
                self.highlight(new)
        elif was in touched:
            bare = [entry.id for entry in ownerless(self.session, by_power=not self.curtain)]
            if was not in bare and bare:
                self.highlight(bare[0])

    def _show_newest(self, edit: edits.Edit) -> None:
        """Of a list that was entered the last row is in sight; in the owners part the highlight has its own walk."""
        shown = self.rows.table.ids if self.rows.table else ()
        new = [each for each in edits.touched(edit) if each in shown]
        if new and self.kind() != "owners":
            self.highlight(new[-1])

    def _line_is_done(self) -> None:
        """The line is empty again, or what was put aside comes back."""
        self.typing.put(self.half.come_back(covered=self.curtain))
        self._keep_what_is_typed()
        self.read_line()

    def _keep_what_is_typed(self) -> None:
        self.opened.keep_draft(self.half.draft(self.typing.value, self.desk.now()))

    def place(self) -> Context:
        """What the capture line needs to know to read a line."""
        now = self.desk.now()
        return Context(
            session=self.session,
            part=self.kind(),
            now=now,
            today=self.desk.today,
            highlighted=self.rows.highlighted,
            editing=self.half.editing,
            people=self.desk.people,
        )

    def _read(self, line: str) -> capture.Reading:
        return capture.read(line, self.place())

    def read_line(self) -> None:
        """Read what is typed again, and show what it will become."""
        line = self.typing.value
        self._preview(self._read(line) if line.strip() or self.half.editing else None, line)

    def _preview(self, reading: capture.Reading | None, line: str) -> None:
        if reading is not None and line:
            self.said = ()
        self._lines["preview"].pieces = (
            self.said if reading is None else showing.preview(reading, self.session, self.desk, self.curtain, self.load)
        )
        completions = capture.complete(line, self.typing.cursor_position, self.place()) if line else ()
        first = completions[0] if completions else None
        self.typing.completion = (first.text, first.cursor) if first else None
        self._lines["suggestions"].pieces = showing.suggestions(completions)

    # ---- what the facilitator does --------------------------------------------------------------------------------

    def action_act(self, name: str) -> None:
        """A key of the table was pressed."""
        self.act(name)

    def act(self, name: str, arguments: str = "") -> None:
        """Carry out an action by its name, or say why not now."""
        self.look_at_the_clock()
        why = BY_NAME[name].why_not(self.standing())
        if why:
            self.tell(f"Not now: {why}.", "warn")
        elif name in DEEDS:
            DEEDS[name](self, arguments)
        else:
            self.conduct(name, arguments)

    def act_alone(self, name: str) -> None:
        """Carry out an action that shows something: the windows over the session are closed, but for a few."""
        if name not in ("next", "pause", "curtain", "help", "leave"):
            self.close_windows()
        self.act(name)

    def close_windows(self) -> None:
        """What lies over the session goes, unanswered."""
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()

    def conduct(self, name: str, arguments: str) -> None:
        """Carry out an action that changes the session itself, as it is done line by line too."""
        edit = conduct.edit_for(name, arguments, self.session, self.desk.now())
        if isinstance(edit, Refusal):
            self.tell(str(edit), "warn")
        elif self.change(edit) and self.session.status == "held":
            self.leave(ended=True)

    def standing(self) -> Standing:
        """Where we are, for footer, help, palette and the reasons why not."""
        return Standing(
            session=self.session,
            box=self.box,
            read_only=self.opened.read_only,
            can_undo=self.opened.can_undo,
            can_redo=self.opened.can_redo,
            highlighted=self.rows.highlighted,
            curtain=self.curtain,
            last=self.past.last,
            enemies=self.enemies is not None,
        )

    def view(self) -> View:
        """What the parts' tables are made of."""
        return View(
            session=self.session,
            today=self.desk.today,
            people=self.desk.people,
            curtain=self.curtain,
            look=self.looks.look,
            bare_zones=self.bare_zones,
            past=self.past,
        )

    def look_at(self, look: Look) -> None:
        """Another look at the stakeholders; zones nobody has are looked for when coverage is first looked at."""
        self.looks.look = look
        self.show_table()
        if look == "coverage":
            self.run_worker(self._find_zones, thread=True, exclusive=True, group=f"{BEHIND} zones")

    def park_again(self, parked_id: str) -> bool:
        """Park again what was parked last time; False, and said, where it was not."""
        edit = carrying.park_again(self.session, self.past.last, parked_id, self.desk.now())
        if isinstance(edit, Fault):
            self.tell(str(edit), "warn")
            return False
        return self.change(edit)

    def ask_for(self, beginning: str) -> None:
        """Put the beginning of a `/name` line into the capture line; what stood there comes back afterwards."""
        if self.typing.value != beginning:
            self.half.put_aside(self.typing.value)
        self.typing.put(beginning)

    # ---- the one way a session changes, and how it is shown -------------------------------------------------------

    def change(self, edit: edits.Edit) -> bool:
        """Give the open session an edit; False, and said, where it cannot be made."""
        self.look_at_the_clock()
        before, now = self.session, self.desk.now()
        fault = self.opened.change(edit, now)
        if fault:
            self.tell(str(fault), "warn")
            return False
        self.show()
        told = conduct.told(before, edit, self.session, now)
        # Under the curtain an entry is named, never told: its words hold what the curtain covers.
        self.tell(f"{showing.edit_words(edit)}." if self.curtain and edits.touched(edit) else told)
        return True

    def tell(self, words: str, tone: str = "muted") -> None:
        """A sentence where the preview stands, until something is typed; what went wrong goes before a preview."""
        self.said = ((words, tone),)
        if not self.typing.value or tone in ("warn", "bad"):
            self._lines["preview"].pieces = self.said

    def _stored(self) -> None:
        # Called by the writer's thread: posting is all that may be done here.
        self.post_message(self.Stored())

    def on_live_screen_stored(self) -> None:
        """The writer has news; a notice of it is told once."""
        fresh = [each for each in self.opened.notices if each not in self._noticed]
        self._noticed += fresh
        if fresh:
            self.tell("  ".join(fresh), "warn")
        if arrived := self.opened.arrived():
            self._show_what_arrived(arrived)
        self._show_lamp()

    def _show_what_arrived(self, arrived: tuple[str, ...]) -> None:
        """Another program changed the session: what is shown follows, what is being typed stays as it is."""
        self.show()
        self.read_line()
        editing = self.half.editing if self.half.editing in arrived else ""
        self.tell(rebase.words(arrived, editing), "warn" if editing else "muted")

    def show(self) -> None:
        """Everything that depends on the session's value."""
        self._show_time()
        self.show_table()
        self._show_lamp()
        self.show_promised()
        here = max(self.box.running, 0)
        asked = tuple((role, text) for at, role, text in questions(self.agenda) if at == here) if self.agenda else ()
        self._panel.sections = panel.sections(
            self.session, self.past, self.desk.today, self.curtain, asked, self.enemies
        )

    def show_promised(self) -> None:
        """How much was promised last time, until the facilitator goes there."""
        told = not self.promises_seen and not BY_NAME["promises"].why_not(self.standing())
        self._lines["promised"].pieces = (
            showing.promised(self.session, self.desk.today, self.desk.keys["promises"]) if told else ()
        )

    def show_table(self) -> None:
        """The running part's table; another part begins at its newest row, the owners part at what has no name."""
        kind, view = self.kind(), self.view()
        self.rows.table = parts.table(kind, view)
        self.looks.show(view)
        if self.box.running != self._shown_part:
            self._shown_part = self.box.running
            ids = self.rows.table.ids
            self.rows.highlighted = (ids[0] if kind == "owners" else ids[-1]) if ids else ""
        self._show_prompt()
        self._show_finding()

    def _show_prompt(self) -> None:
        told = since.words(self.view(), self.rows.highlighted)
        self._lines["prompt"].pieces = showing.prompt(self.agenda, self.box.running, self.rows.cut_text(), told)

    def _show_finding(self) -> None:
        table = self.rows.table
        words = table.finding if table else ""
        # The smallest step up stands below the reason, where the map is looked at.
        self._lines["finding"].set_class("\n" in words, "-two")
        troubles = (self.opened.trouble, self.opened.draft_trouble)
        self._lines["finding"].pieces = showing.finding(self.session, self.box, words, *troubles)

    def _show_lamp(self) -> None:
        self._heading.lamp = self.opened.lamp
        self._heading.remark = showing.remark(self.opened)
        self.rows.unsaved = showing.unsaved(self.session, self.opened.saved)
        self._show_finding()

    def _show_time(self) -> None:
        now = self.desk.now()
        before, self.box = self.box, timebox.read(self.session.parts, self.session.clock, now)
        self._heading.deal = showing.deal(self.session, self.past)
        self._heading.hours = showing.hours(self.box, now)
        if (seen := (self.session.parts, self.box.running, self.box.seconds)) != self._seen_time:
            self._seen_time = seen
            self._rail.parts, self._rail.times = self.session.parts, self.box
        digits, states = showing.digits(self.box)
        if self._digits.value != digits:
            self._digits.update(digits)
            # Where there is no room for large digits, the time stands before the line.
            self._sign.update(f" {digits} ❯" if self.has_class("-tiny") else " ❯")
        for state in ("-last-minute", "-over", "-paused"):
            self._digits.set_class(state in states, state)
        self._lines["pace"].pieces = showing.pace(self.box)
        self._foot.hints = showing.foot(self.standing(), self.desk.keys)
        if (sign := timebox.sign(before, self.box)) and self.desk.configuration.sound:
            self.app.bell()
        if sign:
            self._show_finding()

    def highlight(self, entry_id: str) -> None:
        """Another row is highlighted; what is typed may mean it."""
        if entry_id:
            self.rows.highlighted = entry_id
            self._show_prompt()
            self.read_line()

    def kind(self) -> PartKind:
        """The kind of the running part, or of the first before the start."""
        running = self.box.running
        return self.session.parts[running if running >= 0 else 0].kind if self.session.parts else "notes"

    def on_resize(self) -> None:
        """Another width: other texts are cut."""
        self._digits.update("")
        self._show_time()
        if self.looks.look in ("map", "grid"):
            self.call_after_refresh(self.show_table)
        self.call_after_refresh(self._show_prompt)

    # ---- the clock and the disk -----------------------------------------------------------------------------------

    def look_at_the_clock(self) -> None:
        """Compute what time it is in the session; find out whether the machine slept meanwhile."""
        if self.presence.look(self.desk.now()):
            self.show()
        else:
            self._show_time()
        # Nobody tells that a disk does not answer: whoever could is waiting for it.
        disk = (self.opened.lamp, self.opened.trouble, self.opened.draft_trouble)
        if disk != self._seen_disk:
            self._seen_disk = disk
            self._show_lamp()

    def off_the_loop(self, work: Callable[[], Fault | None], done: Callable[[Fault | None], None]) -> None:
        """Let the disk work in a thread of its own, and say here what came of it."""
        self.run_worker(lambda: self.app.call_from_thread(done, work()), thread=True)

    def _look_around(self) -> None:
        from session_tui.tui import lookups

        if self.past.last is None:
            self.app.call_from_thread(self._show_past, *lookups.past(self.shelves, self.session))
        self.app.call_from_thread(self._show_enemies, lookups.enemies(self.desk.places, self.session))
        self.app.call_from_thread(self._show_load, lookups.load(self.shelves, self.session))

    def _show_enemies(self, enemies: "Report | None") -> None:
        if enemies is not None:
            self.enemies = enemies
            self.show()

    def _show_load(self, load: Mapping[str, int]) -> None:
        self.load = load
        if self.typing.value:  # what was said stays until somebody types
            self.read_line()

    def _show_past(self, past: Past, faults: tuple[Fault, ...]) -> None:
        self.past = past
        self.show()
        for fault in faults:
            self.tell(str(fault), "warn")

    def _find_zones(self) -> None:
        from session_tui.tui import lookups

        self.app.call_from_thread(self._show_zones, lookups.bare_zones(self.shelves, self.session))

    def _show_zones(self, bare: tuple[str, ...]) -> None:
        self.bare_zones = bare
        self.show_table()

    # ---- leaving --------------------------------------------------------------------------------------------------

    def put_down(self) -> None:
        """Left live as it is, because the program ends."""
        if self.is_mounted:
            self._keep_what_is_typed()
            self.opened.alive(self.desk.now())

    def leave(self, *, ended: bool) -> None:
        """Wait until everything is on disk, off the event loop, then go."""
        now = self.desk.now()
        self.opened.keep_draft(Draft("", "", now) if ended else self.half.draft(self.typing.value, now))
        self.opened.alive(now)
        self._lines["preview"].pieces = (("Saving …", "muted"),)
        self.run_worker(partial(self._close, ended), thread=True, exclusive=True)

    def leave_without(self) -> None:
        """Go at once, with words for what is not on disk."""
        self.opened.give_up()
        self.leave(ended=False)

    def _close(self, ended: bool) -> None:
        if self.opened.close(timeout=5.0):
            told = showing.farewell(self.opened, ended, self.desk.places)
            pushed = self.app.postman.at_end(self.opened.session) if ended and isinstance(self.app, Posts) else ()
            self.app.call_from_thread(self._go, with_pushes(told, pushed))
        elif self.opened.given_up:
            self.app.call_from_thread(self._go, Farewell(showing.not_on_disk(self.opened)))
        else:
            self.app.call_from_thread(self._not_on_disk)

    def _go(self, farewell: Farewell) -> None:
        # A question that was opened while it was saved is closed with the session.
        self.close_windows()
        if len(self.app.screen_stack) > 1:
            self.dismiss(farewell)
        else:
            self.app.exit(farewell.text)

    def post_waits(self, waiting: int) -> None:
        """How many summaries wait to be sent: a number, whatever they are about."""
        self._heading.waits = waiting

    def _not_on_disk(self) -> None:
        self.tell(
            f"Not left: {self.opened.trouble or 'the disk does not answer'}. /elsewhere FOLDER saves it there.", "bad"
        )


def _breakpoint(breakpoints: list[tuple[int, str]] | None, cells: int) -> str:
    """The class that a screen of so many cells has."""
    return [name for least, name in breakpoints or () if cells >= least][-1]
