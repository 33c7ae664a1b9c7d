"""The controller of a running session: its state beside the file, and every operation on it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from session_tui.context import AppContext
from session_tui.model import (
    capture,
    carry_forward,
    curtain,
    edits,
    history,
    rebase,
    session_commands,
    session_end,
    timebox,
)
from session_tui.model.agenda import Agenda, questions
from session_tui.model.analysis import ownerless
from session_tui.model.capture import Command, Context, Reading, Refusal
from session_tui.model.fault import Fault
from session_tui.model.session import Clock, Session, find, part_kind
from session_tui.model.vocabulary import PartKind
from session_tui.store.drafts import Draft
from session_tui.store.heartbeat import Presence
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import BY_NAME, ActionState
from session_tui.tui.live import screen_text
from session_tui.tui.live.draft_stack import DraftStack
from session_tui.tui.live.face import Face
from session_tui.tui.live.follow_status import FollowStatus
from session_tui.tui.live.question_turn import QuestionTurn
from session_tui.tui.pieces import Pieces
from session_tui.tui.tables.table import MapView, View

if TYPE_CHECKING:
    from session_tui.index.sessions import SessionLibrary
    from session_tui.model.team.enemies import HabitsReport
    from session_tui.store.new_session import PriorSessions
    from session_tui.tui.live.trial import Trial

Handler: TypeAlias = Callable[["LiveController", str], None]  # takes the text behind the action's name
LONG_MESSAGE = 150  # characters; two rows of the smallest screen hold less where they break at words
OVER_WINDOWS = (
    "next",
    "pause",
    "curtain",
    "help",
    "legend",
    "leave",
)  # actions that leave the windows over the session open


class LiveController:
    """An open session and its state, without widgets and without the framework; a `Face` shows it.

    The controller holds the open session, the presence and the last reading of the clock (`box`),
    the half-typed line with its stack of drafts, the results from other sessions and files, the
    curtain, and the last message. The face holds what it shows, and the highlighted row. Every
    change takes the same way: a line is `typed` and `enter`ed, an action is carried out by `act`;
    both end in `change`, the only way to the file, which then calls the face. Call all methods in
    one thread, or under one lock; only the `look_up` methods belong in threads of their own.
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
        background: "PriorSessions | None" = None,
        presents: bool = False,
        trial: "Trial | None" = None,
    ) -> None:
        """`handlers` carry out the actions, by name; `background` holds the earlier sessions, if
        they are loaded already, and the remarks on how the session began. What `presents` to
        others has the holder's curtain, drawn wherever that is not known. `trial` has the words
        of the demo or the tutor.
        """
        self.face = face
        self.trial = trial
        self.presents = presents
        self.confirmed: set[str] = set()  # the carried judgements that were looked at and are right
        self.opened_here = False  # the curtain, in this window, because the holder's is not known
        self.opened, self.agenda, self.context, self.session_library = opened, agenda, context, session_library
        self.coach = QuestionTurn(agenda)
        self._handlers = handlers
        self.past = history.past(background.chain if background else ())
        self.remarks = background.remarks if background else ()
        self.curtain = presents or opened.draft.curtain is True
        self.follows = FollowStatus(opened) if opened.follower is not None else None
        self._followed = opened.session  # the shown version, in a window that follows
        self.bare_zones: tuple[str, ...] = ()
        self.load: Mapping[str, int] | None = None  # each person's open actions in other sessions, once counted
        self.enemies: HabitsReport | None = None  # the enemies of teamwork in this account, once looked up
        self.last_words: dict[str, str] = {}  # texts typed on the closing screen before the session was continued
        self.unsent = False  # the session was ended here, and is not sent yet to those who get it at its end
        self.promises_seen = False  # the facilitator opened the promises of the last session
        self.messages: Pieces = ()
        self.text_outside = ""  # the text of the user's own editor that was not entered
        # The line-by-line mode has no half-typed line, and must not enter one that a full screen
        # left behind.
        draft = opened.draft if face.full_screen else Draft()
        self.line = draft.line
        self._half = DraftStack(draft, opened.session)
        if self.curtain and self.editing:  # an edit would show what is covered
            self._half.give_up(self.line)
            self.line = self._half.come_back(covered=True)
        self._presence = Presence(opened, context.now, context.steady)
        self.box = self._time()
        self._noticed: tuple[str, ...] = ()
        self._cover = curtain.CurtainCover()

    # ---- what it is ----------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The newest value, which the open session holds; in a window that follows, the shown
        one.
        """
        return self.opened.session if self.follows is None else self._followed

    @property
    def editing(self) -> str:
        """The id of the entry that the next line replaces, or empty."""
        return self._half.editing

    def now(self) -> datetime:
        """Session time, which is recorded with each change. The wall clock is `AppContext.now`."""
        return self._presence.now()

    @property
    def wall_ahead(self) -> timedelta:
        """How far the computer's clock is ahead of session time."""
        return self._presence.wall_ahead

    def kind(self) -> PartKind:
        """The kind of the running part, or of the first before the start."""
        return part_kind(self.session, self.box.running)

    def action_state(self, arguments: str = "") -> ActionState:
        """The state for footer, help, palette and reasons why not; `arguments` are those of an
        action.
        """
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

    def shown(self) -> tuple[Session, history.Past]:
        """The session and the past to be drawn: behind the curtain, without what it covers."""
        return self._cover(self.session, self.past) if self.curtain else (self.session, self.past)

    def view(self, look: MapView = "table") -> View:
        """The input of the parts' tables."""
        context = self.context
        session, past = self.shown()
        return View(session, context.today, context.people, self.curtain, look, self.bare_zones, past)

    def capture_context(self) -> Context:
        """The context in which a line is read."""
        context, here = self.context, self.face.highlighted
        return Context(self.session, self.kind(), self.now(), context.today, here, self.editing, context.people)

    def questions(self) -> tuple[tuple[str, str], ...]:
        """The questions of the running part, as pairs of role and question; the curtain covers
        them.
        """
        if self.curtain:
            return ()
        here = max(self.box.running, 0)
        return tuple((role, text) for at, role, text in questions(self.agenda) if at == here) if self.agenda else ()

    # ---- the typed line ------------------------------------------------------------------------

    def typed(self, line: str) -> None:
        """Take a new half-typed line: show its preview, and save it in the draft."""
        self.line = line
        if line.strip():
            self.messages = ()
        self.read_line()
        self.keep_draft()

    def read_line(self) -> None:
        """Read the half-typed line again, and show its preview."""
        self.face.show_preview(self.read(self.line) if self.line.strip() or self.editing else None)

    def line_above(self) -> str:
        """The whole text above the capture line: the preview of what is typed, else the last
        message where two rows may be too few for it.
        """
        if self.line.strip() or self.editing:
            shown = screen_text.preview(self.read(self.line), self.session, self.context, self.curtain, self.load)
        else:
            shown = self.messages if sum(len(words) for words, _ in self.messages) > LONG_MESSAGE else ()
        return "".join(words for words, _ in shown).replace("   ", " · ")

    def read(self, line: str) -> Reading:
        """Read a line in the present context."""
        return capture.read(line, self.capture_context())

    def enter(self, line: str) -> Reading | None:
        """Carry out the line. Returns its reading, of which the face shows a refusal; None after
        an impossible edit, whose fault is shown already.
        """
        reading = self.read(line)
        match reading:
            case Refusal():
                pass
            case Command(name, arguments):
                if self.face.full_screen:  # line by line, the edit waits for the next line
                    self.line_is_done()
                self.act(name, arguments)
            case _:
                if not self.change(reading):
                    return None
                self._half.entered()
                self.line_is_done()
        return reading

    def after_entry(self, edit: edits.Edit, shown: tuple[str, ...], *, listed: bool = False) -> str:
        """The id to highlight after an entry, or empty if the highlight stays. It is the new row
        among those `shown` (the last of a list); in the owners part, after a single entry, the
        next row without a name.
        """
        touched, here = edits.touched(edit), self.face.highlighted
        if self.kind() != "owners":
            new = [each for each in touched if each in shown]
            return new[-1 if listed else 0] if new else ""
        bare = [entry.id for entry in ownerless(self.session, covered_up=self.curtain)]
        return bare[0] if bare and not listed and here in touched and here not in bare else ""

    def line_is_done(self) -> None:
        """Empty the line, or restore the line that was put aside."""
        self._put_line(self._half.come_back(covered=self.curtain))
        self.keep_draft()
        self.read_line()

    def edit(self, entry_id: str, written: str) -> None:
        """Put the line of an entry into the capture line; the half-typed line comes back
        afterwards.
        """
        if self.editing != entry_id or not self.face.full_screen:
            self._put_line(self._half.edit(entry_id, self.line, written))

    def leave_the_edit(self) -> None:
        """Give up the edit: the entry stays as it was, and the typed text comes back with the next
        edit of it.
        """
        self._half.give_up(self.line)
        self.show_message(f"{self.editing} is as it was; what you typed is kept for the next edit of it.")
        self.line_is_done()

    def ask_for(self, beginning: str) -> None:
        """Put the beginning of a `/name` line into the capture line; the half-typed line comes
        back afterwards.
        """
        if self.line != beginning:
            self._half.put_aside(self.line)
        self._put_line(beginning)

    def keep_draft(self) -> None:
        """Save the half-typed line and the lines behind it, for after the end of the program."""
        if self.face.full_screen:
            self.opened.keep_draft(self._half.draft(self.line, self.now()))

    def _put_line(self, line: str) -> None:
        self.line = line if self.face.full_screen else ""
        self.face.put_line(line)

    # ---- actions and changes -------------------------------------------------------------------

    def act(self, name: str, arguments: str = "") -> None:
        """Carry out an action by its name, or show why it is not possible now."""
        self.look_at_the_clock()
        action = BY_NAME[name]
        why = action.why_not(self.action_state(arguments))
        # Line by line, /edit works too, though help leaves it out because it needs an id.
        if not (self.face.full_screen or action.plain or name == "edit"):
            why = "it belongs to the full screen"
        if why:
            self.face.refuse(why, name)
        else:
            self._handlers[name](self, arguments)

    def act_alone(self, name: str) -> None:
        """Close the windows over the session, except for the actions in `OVER_WINDOWS`, then carry
        out the action.
        """
        if name not in OVER_WINDOWS:
            self.face.close_windows()
        self.act(name)

    def change(self, edit: edits.Edit, words: str = "") -> bool:
        """Apply an edit to the open session, and confirm it, with `words` if they are given; False
        after a fault, which is shown.
        """
        self.look_at_the_clock()
        before, now = self.session, self.now()
        if fault := self.opened.change(edit, now):
            self.face.refuse(fault.words)
            return False
        # Under the curtain only the id of an entry is shown: its words are covered.
        if not words and self.curtain and edits.touched(edit):
            words = f"{screen_text.edit_words(edit)}."
        spoken, ahead = not self.face.full_screen, self._presence.wall_ahead
        change = (before, edit, self.session, now, ahead, self.context.people)
        self.refresh(words or session_commands.confirmation(*change, spoken=spoken), edit)
        return True

    def park_again(self, parked_id: str) -> bool:
        """Park a parked line of the last session again; False after a fault, which is shown."""
        edit = carry_forward.park_again(self.session, self.past.last, parked_id, self.now())
        if isinstance(edit, Fault):
            self.face.refuse(edit.words)
            return False
        return self.change(edit)

    def refresh(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """Read the clock again and call the face, after a change of the session or of the state
        beside it.
        """
        self._read_clock(None)
        self._show_session(words, edit)

    def _show_session(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """Let the face show the session, then read the line again: what it means depends on the
        session, the running part, the curtain, and the row that the face then highlights.
        """
        self.face.session_changed(words, edit)
        self.read_line()

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show a message; `messages` keeps it until a key is typed."""
        self.messages = ((words, tone),)
        self.face.draw_message(words, tone)

    # ---- the clock and the disk ----------------------------------------------------------------

    def begin(self, *, wait: bool) -> Clock | None:
        """Start or resume the clock before the first paint. Returns the gap since the last
        heartbeat.
        """
        gap = self._presence.begin(self.agenda, wait=wait)
        if self.trial is not None:
            self.trial.begin(self.opened, self.now())
        self.opened.keep_curtain(self.curtain)
        self._follow()
        self.box = self._time()
        return gap

    def look_at_the_clock(self) -> None:
        """Compute the session time, and detect whether the machine slept or its clock was set."""
        gap = self._presence.look()
        uncovered = self._follow()
        self._read_clock(gap)
        if gap or uncovered:
            self._show_session()
        if words := self._presence.words():
            self.show_message("  ".join(words), "warn")

    def _read_clock(self, gap: Clock | None) -> None:
        before, self.box = self.box, self._time()
        self.face.time_passed(gap, sign=bool(timebox.sign(before, self.box)))

    def _time(self) -> timebox.Timebox:
        """The times of the session; its end is in the present time of the wall clock."""
        box = timebox.of(self.session, self.now())
        ahead = self._presence.wall_ahead
        return replace(box, end=timebox.later(box.end, ahead.total_seconds())) if box.end is not None and ahead else box

    def fresh_notices(self) -> tuple[str, ...]:
        """The new notices of the store, each once: comments kept in a copy, a missing file, a
        clock that was set.
        """
        fresh = tuple(each for each in self.opened.notices if each not in self._noticed)
        self._noticed += fresh
        return (*fresh, *self._presence.words())

    def turn_curtain_here(self) -> str:
        """Open or draw the curtain of a presenting window where the holder's is not known; return
        why not, or an empty text.
        """
        assert self.follows is not None
        if self.follows.curtain is not None:
            done = "drawn" if self.follows.curtain else "open"
            return f"The curtain is {done} in the window that holds the session, and is turned there."
        self.opened_here = not self.opened_here
        self.take_in()
        return ""

    def take_in(self) -> None:
        """Show the changes of other programs, with a message; the half-typed line stays. A window
        that follows highlights what is new.
        """
        if self.follows is not None:
            self.look_at_the_clock()
            for each in self.opened.arrived()[::-1]:
                if find(self.session, each):
                    self.face.highlight(each)
                    break
        elif arrived := self.opened.arrived():
            self.refresh()
            editing = self.editing if self.editing in arrived else ""
            self.show_message(rebase.words(arrived, editing), "warn" if editing else "muted")

    def _follow(self) -> bool:
        """In a window that follows: show the file's version and the holder's curtain; whether
        either changed.
        """
        if self.follows is None:
            return False
        before, curtain = self._followed, self.curtain
        # The follower reads the draft before it gives a new version: so the curtain that is read
        # after the version is never older than it.
        fresh, known = self.opened.session, self.follows.curtain
        self.follows.look(self.context.now(), self.now())
        if self.presents:
            known_now = self.follows.curtain is not None
            self.opened_here = self.opened_here and not known_now
            self.curtain = self.follows.curtain is not False and not self.opened_here
        elif self.follows.curtain and not known:
            self.curtain = True  # drawn there, so drawn here; f6 opens it here alone
        self._followed = fresh
        return before is not fresh or curtain is not self.curtain

    def put_down(self, line: str) -> None:
        """Leave the session live with this half-typed line, because the program ends."""
        self.line = line
        self.keep_draft()
        self.opened.alive(self.now())

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        """Save the half-typed line (after the end of the session: drop it), then close the session
        and leave.
        """
        if ended:
            self.opened.keep_draft(Draft("", "", self.now()))
        else:
            self.keep_draft()
        self.opened.alive(self.now())
        self.face.leave(ended=ended, to_library=to_library)

    def end(self) -> None:
        """Show what was agreed, after the session ended; line by line, leave at once. A trial is
        not sent.
        """
        self.unsent = self.trial is None
        self.opened.alive(self.now())
        if self.face.full_screen:
            self.face.show_view("closing")
        else:
            self.leave(ended=True)

    def reopen(self) -> str:
        """Continue the session that was ended here by mistake; return why not, or an empty
        text.
        """
        edit = session_end.reopen(self.session, self.now())
        if isinstance(edit, Refusal):
            return str(edit)
        if not self.unsent and self.trial is None:
            return "it was sent already; session-tui reopen-session opens it again"
        if not self.change(edit):
            return "".join(words for words, _ in self.messages)
        self.unsent = False
        return ""
