"""The controller of a held session: its state beside the file, and everything that may be done with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from session_tui.context import AppContext
from session_tui.model import capture, carry_forward, edits, history, rebase, session_commands, timebox
from session_tui.model.agenda import Agenda, questions
from session_tui.model.analysis import ownerless
from session_tui.model.capture import Command, Context, Reading, Refusal
from session_tui.model.fault import Fault
from session_tui.model.session import Clock, Session
from session_tui.model.vocabulary import PartKind
from session_tui.store.drafts import Draft
from session_tui.store.heartbeat import Presence
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import BY_NAME, ActionState
from session_tui.tui.live import screen_text
from session_tui.tui.live.draft_stack import DraftStack
from session_tui.tui.live.face import Face
from session_tui.tui.pieces import Pieces
from session_tui.tui.tables.table import MapView, View

if TYPE_CHECKING:
    from session_tui.index.sessions import SessionLibrary
    from session_tui.model.team.enemies import HabitsReport

Handler: TypeAlias = Callable[["LiveController", str], None]  # is given what was typed behind the action's name
OVER_WINDOWS = ("next", "pause", "curtain", "help", "leave")  # actions that leave the windows over the session open


class LiveController:
    """One open session that is held, whatever shows it. No widget, and nothing of the framework.

    What it keeps: the open session, who is there and what the clock said at the last look (`box`), the half-typed line
    and what waits behind it, what is known of the sessions before and of other files, the curtain, and what was said
    last. What a face keeps: what it shows, and which row is highlighted. Whatever happens goes the same way: a line is
    `typed` and `enter`ed, an action is carried out by `act`, and both end in `change`, the one way to the file; then
    the face is told. All of it is called in one thread, or under one lock; the `look_up` functions alone are for
    threads of their own.
    """

    def __init__(
        self,
        face: Face,
        handlers: Mapping[str, Handler],
        opened: OpenedSession,
        agenda: Agenda | None,
        context: AppContext,
        *,
        session_library: "SessionLibrary | None" = None,
        background: PriorSessions | None = None,
    ) -> None:
        """`handlers` are what can be done here, by the actions' names; `background` the sessions before, where they
        are known, and what is to be said of how it began.
        """
        self.face = face
        self.opened, self.agenda, self.context, self.session_library = opened, agenda, context, session_library
        self._handlers = handlers
        self.past = history.past(background.chain if background else ())
        self.remarks = background.remarks if background else ()
        self.curtain = False
        self.bare_zones: tuple[str, ...] = ()
        self.load: Mapping[str, int] | None = None  # everybody's open actions elsewhere, once they are counted
        self.enemies: HabitsReport | None = None  # those of teamwork in this account, once they are looked up
        self.last_words: dict[str, str] = {}  # typed at the end, where the session then went on
        self.promises_seen = False  # the facilitator went to what was promised last time
        self.said: Pieces = ()
        # Line by line nothing is half-typed, and what another window left so is not entered by the next line.
        draft = opened.draft if face.full_screen else Draft()
        self.line = draft.line
        self._half = DraftStack(draft, opened.session)
        self._presence = Presence(opened, context.now, context.steady)
        self.box = self._time()
        self._noticed: tuple[str, ...] = ()

    # ---- what it is ------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The newest value; the open session is its one home."""
        return self.opened.session

    @property
    def editing(self) -> str:
        """The id of the entry that the next line becomes, or nothing."""
        return self._half.editing

    def now(self) -> datetime:
        """Session time: the moment that is recorded with what is done now. The clock on the wall is the desk's."""
        return self._presence.now()

    def kind(self) -> PartKind:
        """The kind of the running part, or of the first before the start."""
        running = self.box.running
        return self.session.parts[running if running >= 0 else 0].kind if self.session.parts else "notes"

    def standing(self, arguments: str = "") -> ActionState:
        """Where we are, for footer, help, palette and the reasons why not; `arguments` are an action's."""
        full_screen = self.face.full_screen
        return ActionState(
            session=self.session,
            box=self.box,
            read_only=self.opened.read_only,
            can_undo=self.opened.can_undo,
            can_redo=self.opened.can_redo,
            highlighted=arguments or (self.face.highlighted if full_screen else ""),
            curtain=self.curtain,
            full_screen=full_screen,
            last=self.past.last,
            enemies=self.enemies is not None,
        )

    def view(self, look: MapView = "table") -> View:
        """What the parts' tables are made of."""
        context = self.context
        return View(self.session, context.today, context.people, self.curtain, look, self.bare_zones, self.past)

    def capture_context(self) -> Context:
        """What a line is read in."""
        context, here = self.context, self.face.highlighted
        return Context(self.session, self.kind(), self.now(), context.today, here, self.editing, context.people)

    def questions(self) -> tuple[tuple[str, str], ...]:
        """What the running part asks of each role: role and question."""
        here = max(self.box.running, 0)
        return tuple((role, text) for at, role, text in questions(self.agenda) if at == here) if self.agenda else ()

    # ---- what is typed ---------------------------------------------------------------------------------------------

    def typed(self, line: str) -> None:
        """Another line is half-typed: show what it will become, and keep it in the draft."""
        self.line = line
        self.read_line()
        self.keep_draft()

    def read_line(self) -> None:
        """Read what is half-typed again, and show what it will become."""
        reading = self.read(self.line) if self.line.strip() or self.editing else None
        if reading is not None and self.line:
            self.said = ()
        self.face.show_preview(reading)

    def read(self, line: str) -> Reading:
        """What a line means here and now."""
        return capture.read(line, self.capture_context())

    def enter(self, line: str) -> Reading | None:
        """What the line says happens. Gives what it was read as, a refusal for the face to show; None where it was
        an edit that cannot be made, which is said.
        """
        reading = self.read(line)
        match reading:
            case Refusal():
                pass
            case Command(name, arguments):
                if self.face.full_screen:  # it stood where the edit did; line by line the edit waits for the next one
                    self.line_is_done()
                self.act(name, arguments)
            case _:
                if not self.change(reading):
                    return None
                self._half.entered()
                self.line_is_done()
        return reading

    def after_entry(self, edit: edits.Edit, shown: tuple[str, ...], *, listed: bool = False) -> str:
        """The id that is highlighted after an entry, or nothing where the highlight stays: the new row among those
        that are `shown`, the last one of a list; in the owners part, after a single entry, the next without a name.
        """
        touched, here = edits.touched(edit), self.face.highlighted
        if self.kind() != "owners":
            new = [each for each in touched if each in shown]
            return new[-1 if listed else 0] if new else ""
        bare = [entry.id for entry in ownerless(self.session, by_power=not self.curtain)]
        return bare[0] if bare and not listed and here in touched and here not in bare else ""

    def line_is_done(self) -> None:
        """The line is empty again, or what was put aside comes back."""
        self._put_line(self._half.come_back(covered=self.curtain))
        self.keep_draft()
        self.read_line()

    def edit(self, entry_id: str, written: str) -> None:
        """The line of an entry is put where lines are typed; what is half-typed there comes back afterwards."""
        if self.editing != entry_id or not self.face.full_screen:
            self._put_line(self._half.edit(entry_id, self.line, written))

    def leave_the_edit(self) -> None:
        """The entry stays as it was; what was typed of it comes back with the next edit."""
        self._half.give_up(self.line)
        self.show_message(f"{self.editing} is as it was; what you typed is kept for the next edit of it.")
        self.line_is_done()

    def ask_for(self, beginning: str) -> None:
        """Put the beginning of a `/name` line where lines are typed; what stood there comes back afterwards."""
        if self.line != beginning:
            self._half.put_aside(self.line)
        self._put_line(beginning)

    def keep_draft(self) -> None:
        """What is half-typed, and what waits behind it, outlives the program."""
        if self.face.full_screen:
            self.opened.keep_draft(self._half.draft(self.line, self.now()))

    def _put_line(self, line: str) -> None:
        self.line = line if self.face.full_screen else ""
        self.face.put_line(line)

    # ---- what is done ----------------------------------------------------------------------------------------------

    def act(self, name: str, arguments: str = "") -> None:
        """Carry out an action by its name, or say why not now."""
        self.look_at_the_clock()
        action = BY_NAME[name]
        why = action.why_not(self.standing(arguments))
        # Line by line, /edit is not among the actions that are told of, since it needs an id; it is there all the same.
        if not (self.face.full_screen or action.plain or name == "edit"):
            why = "it belongs to the full screen"
        if why:
            self.face.refuse(why, name)
        else:
            self._handlers[name](self, arguments)

    def act_alone(self, name: str) -> None:
        """Carry out an action that shows something: the windows over the session are closed, but for a few."""
        if name not in OVER_WINDOWS:
            self.face.close_windows()
        self.act(name)

    def change(self, edit: edits.Edit) -> bool:
        """Give the open session an edit; False, and said, where it cannot be made."""
        self.look_at_the_clock()
        before, now = self.session, self.now()
        if fault := self.opened.change(edit, now):
            self.face.refuse(str(fault))
            return False
        # Under the curtain an entry is named, never told: its words hold what the curtain covers.
        covered = self.curtain and edits.touched(edit)
        told = (before, edit, self.session, now, self._presence.wall_ahead)
        words = f"{screen_text.edit_words(edit)}." if covered else session_commands.confirmation(*told)
        self.refresh(words, edit)
        return True

    def park_again(self, parked_id: str) -> bool:
        """Park again what was parked last time; False, and said, where it was not."""
        edit = carry_forward.park_again(self.session, self.past.last, parked_id, self.now())
        if isinstance(edit, Fault):
            self.face.refuse(str(edit))
            return False
        return self.change(edit)

    def refresh(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """The session's value, or what is known beside it, is another: the clock is read again, the face is told."""
        self._read_clock(None)
        self.face.session_changed(words, edit)

    def show_message(self, words: str, tone: str = "muted") -> None:
        """A sentence about what happened; it can be asked for again as `said` until something is typed."""
        self.said = ((words, tone),)
        self.face.draw_message(words, tone)

    # ---- the clock and the disk ------------------------------------------------------------------------------------

    def begin(self, *, wait: bool) -> Clock | None:
        """Begin or pick up the clock before anything is shown, and give the gap since the last sign of life."""
        gap = self._presence.begin(self.agenda, wait=wait)
        self.box = self._time()
        return gap

    def look_at_the_clock(self) -> None:
        """Compute what time it is in the session; find out whether the machine slept, or its clock was set."""
        gap = self._presence.look()
        self._read_clock(gap)
        if gap:
            self.face.session_changed()
        if words := self._presence.words():
            self.show_message("  ".join(words), "warn")

    def _read_clock(self, gap: Clock | None) -> None:
        before, self.box = self.box, self._time()
        self.face.time_passed(gap, sign=bool(timebox.sign(before, self.box)))

    def _time(self) -> timebox.Timebox:
        """What time it is in the session; its end is by the clock on the wall, as that stands now."""
        box = timebox.read(self.session.parts, self.session.clock, self.now())
        ahead = self._presence.wall_ahead
        return replace(box, end=timebox.later(box.end, ahead.total_seconds())) if box.end is not None and ahead else box

    def fresh_notices(self) -> tuple[str, ...]:
        """What the store has to say, each once: comments kept aside, a file that had gone, a clock that was set."""
        fresh = tuple(each for each in self.opened.notices if each not in self._noticed)
        self._noticed += fresh
        return (*fresh, *self._presence.words())

    def take_in(self) -> None:
        """What other programs changed is shown and said; what is half-typed stays as it is."""
        if arrived := self.opened.arrived():
            self.refresh()
            self.read_line()
            editing = self.editing if self.editing in arrived else ""
            self.show_message(rebase.words(arrived, editing), "warn" if editing else "muted")

    def put_down(self, line: str) -> None:
        """Left live as it is, with this line half-typed, because the program ends."""
        self.line = line
        self.keep_draft()
        self.opened.alive(self.now())

    def leave(self, *, ended: bool) -> None:
        """Keep what is half-typed, unless the session has `ended`, then close it and go."""
        if ended:
            self.opened.keep_draft(Draft("", "", self.now()))
        else:
            self.keep_draft()
        self.opened.alive(self.now())
        self.face.leave(ended=ended)

    # ---- what is known beside the session --------------------------------------------------------------------------

    def look_up(self, back: Callable[..., Any]) -> None:
        """The sessions before, enemies and load, where they stand on disk. For a thread of its own; `back` brings a
        call to the face's.
        """
        from session_tui.tui import live_queries

        if self.past.last is None:
            back(self._found_past, *live_queries.past(self.session_library, self.session))
        back(self._found_enemies, live_queries.enemies(self.context.places, self.session))
        back(self._found_load, live_queries.load(self.session_library, self.session))

    def look_up_zones(self, back: Callable[..., Any]) -> None:
        """The account's zones in which we have no contact; in a thread, as `look_up`."""
        from session_tui.tui import live_queries

        back(self._found_zones, live_queries.bare_zones(self.session_library, self.session))

    def _found_past(self, past: history.Past, faults: tuple[Fault, ...]) -> None:
        self.past = past
        self.refresh()
        for fault in faults:
            self.show_message(str(fault), "warn")

    def _found_enemies(self, enemies: "HabitsReport | None") -> None:
        if enemies is not None:
            self.enemies = enemies
            self.refresh()

    def _found_load(self, load: Mapping[str, int]) -> None:
        self.load = load
        if not self.said:  # what was said stays until something is typed
            self.read_line()

    def _found_zones(self, bare: tuple[str, ...]) -> None:
        self.bare_zones = bare
        self.refresh()
