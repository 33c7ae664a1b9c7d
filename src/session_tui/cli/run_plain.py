"""A session line by line: the same grammar, actions and file, without a full screen.

It prints and reads lines; it asks no question that a script would have to expect.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, TypeVar

from session_tui.cli.output import echo
from session_tui.cli.prompt import InputLines, Prompt
from session_tui.cli.run_plain_paste import END_OF_PASTE, PlainPaste
from session_tui.cli.run_plain_views import PlainViews
from session_tui.context import AppContext
from session_tui.model import capture, carry_forward, edits, fixed_end, session_end
from session_tui.model.agenda import Agenda
from session_tui.model.analysis import ownerless
from session_tui.model.capture import Reading, Refusal
from session_tui.model.glossary import first_used
from session_tui.model.session import Clock, Session, Stakeholder
from session_tui.model.timebox import clock_text
from session_tui.store.deadline import ANSWER
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import command
from session_tui.store.team import enemies as enemies_of
from session_tui.tui.live import paste_text, screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.handlers import HANDLERS
from session_tui.tui.tables import owners

if TYPE_CHECKING:
    from session_tui.tui.live.trial import Trial

Found = TypeVar("Found")


def hold_plain(
    session: OpenedSession,
    agenda: Agenda | None,
    context: AppContext,
    background: PriorSessions | None = None,
    *,
    wait: bool = False,
    lines: InputLines,
    trial: "Trial | None" = None,
) -> int:
    """Hold the session with the lines of standard input.

    Returns 1 where a line was refused or a change is not on disk, else 0.
    """
    if background is None:
        chain, faults = context.session_library.before(session.session)
        background = PriorSessions(chain, tuple(map(str, faults)))
    lines.unsaved = lambda: screen_text.not_on_disk(session) if session.save_status != "saved" else ""
    status = PlainSession(session, agenda, context, background, lines, trial).hold(wait=wait)
    return lines.ending.status if lines.ending.asked_by else status


class PlainSession:
    """One session, read from lines; the main thread and the clock's thread share it under one
    lock.
    """

    full_screen = False

    def __init__(
        self,
        opened: OpenedSession,
        agenda: Agenda | None,
        context: AppContext,
        background: PriorSessions,
        lines: InputLines,
        trial: "Trial | None" = None,
    ) -> None:
        self.live = LiveController(self, HANDLERS, opened, agenda, context, background=background, trial=trial)
        self._asked = ("", "")  # the coaching question that was printed last
        self._task = ""  # the tutor's task that was printed last
        # The enemies of teamwork in this account; only their number until the user asks for them.
        self.live.enemies = enemies_of.here(context.places.assessments.path, opened.session.account)
        self.opened, self.context = opened, context
        self.out, self.err = sys.stdout, sys.stderr
        self.prompt = Prompt(lines, numbered=True, say=self._print)
        self.left = False
        self._paste: PlainPaste | None = None  # while the lines of a pasted list are read
        self._views = PlainViews(self.live)
        self._trouble, self._draft_trouble = "", ""  # the last printed messages about the disk
        self._not_on_disk = 0  # the printed number of changes that are not on disk
        self._door = threading.Lock()
        self._over = threading.Event()

    @property
    def session(self) -> Session:
        """The newest state of the session."""
        return self.live.session

    def hold(self, *, wait: bool) -> int:
        """Begin or continue, read lines until they or the session end, and wait for the disk."""
        with self._door:
            self._begin(wait)
        clock = threading.Thread(target=self._keep_alive, daemon=True)
        clock.start()
        try:
            self._read_all()
        finally:
            self._over.set()
            clock.join()
        return self._finish()

    def take(self, line: str) -> None:
        """Carry out one line; where it is refused, print the reason with its number."""
        with self._door:
            self.live.look_at_the_clock()
            reading = self.live.enter(line)
            if isinstance(reading, Refusal) and reading.what:
                self.refuse(reading.words)
            self._print_trouble()

    def _read_all(self) -> None:
        while not self.left and self.session.status in ("live", "prepared"):
            try:
                line = self.prompt.line()
            except KeyboardInterrupt:
                return  # as at the end of the lines: the entries go to disk, and the path is printed
            if line is None:
                self._end_paste()
                return
            if self._paste is not None:
                self._paste_line(line)
            elif line.strip():
                self.take(line)
            elif self.live.editing:
                self.live.line_is_done()
                self._print("Left as it was.")

    def _paste_line(self, line: str) -> None:
        if line.strip() == END_OF_PASTE:
            self._end_paste()
        elif self._paste is not None:
            self._paste.lines.append(line)

    def _end_paste(self) -> None:
        """Enter the pasted lines that can be read, and print why the others cannot."""
        paste, self._paste = self._paste, None
        if paste is None:
            return
        with self._door:
            self.live.look_at_the_clock()
            pasted = paste.read(self.live.capture_context())
            if pasted.refused:
                self.refuse(pasted.refused.words)
            for words in paste.previews(pasted, self.live):
                self._print(words)
            for each in pasted.unread:
                why = each.reading.words if isinstance(each.reading, Refusal) else ""
                self.prompt.refuse(why, paste.begun + each.line.number)
            if left_out := paste_text.left_out(pasted.left_out, "/paste mail takes them too"):
                self._print(left_out)
            paste_text.enter(self.live, pasted)
            self._print_trouble()

    # ---- what the controller asks for -----------------------------------------------------------

    @property
    def highlighted(self) -> str:
        """The first entry without a name: a line of marks alone applies to it."""
        bare = ownerless(self.session, covered_up=self.live.curtain)
        return bare[0].id if bare else ""

    def session_changed(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """Print what was done; also the next part, or the next entry without a name, where it
        leads there.
        """
        begins = isinstance(edit, edits.Mark) and edit.event.event in ("start", "part")
        if words:
            self._print_saved(screen_text.time_words(self.session, self.live.box) if begins else words)
        if begins:
            self._print_part(time=not words)
        elif edit is not None and self.live.kind() == "owners" and self.session.status == "live":
            self._print_next_ownerless()
        if isinstance(edit, edits.Close):
            self.show_view("closing")
        if edit is not None:
            if not self.live.curtain:
                for term in first_used(edit, self.session):
                    self._print(f"{term.word}: {term.means}")
            self._print_question()
        self._print_task()

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Print a gap in the clock only."""
        if gap and gap.until:
            away = clock_text((gap.until - gap.at).total_seconds())
            stays = f"; {still}" if (still := fixed_end.words(self.live.box)) else ""
            self._print(f"Away {away}, not counted{stays}. /count makes it session time.")

    def draw_message(self, words: str, tone: str) -> None:
        """A line."""
        self._print(words)

    def refuse(self, why: str, action: str = "") -> None:
        """Refuse the latest line, with its number."""
        self.prompt.refuse(f"/{action}: not now: {why}" if action else why)

    def show_preview(self, reading: Reading | None) -> None:
        """Lines are complete, so there is no preview."""

    def put_line(self, line: str) -> None:
        """Print the line of an entry, to be typed again."""
        if line:
            self._print(f"{self.live.editing} is: {line}")
            self._print("The next line becomes it; an empty one leaves it.")

    def highlight(self, entry_id: str) -> None:
        """Without a screen, no row is highlighted."""

    def show_view(self, name: str, arguments: str = "") -> None:
        """Print the view in words; a pasted list is read from the next lines."""
        if name == "paste":
            self._paste = PlainPaste(self.prompt.number, arguments)
            self._print(f"Paste the list; a line with {END_OF_PASTE} alone ends it.")
            return
        if name == "question":
            self._print_question()
            return
        for line in self._views.lines(name, arguments):
            self._print(line)

    def close_windows(self) -> None:
        """There are no windows."""

    def offer(self, lines: tuple[str, ...], edit: edits.Edit, title: str) -> None:
        """Print the entries from the plan and add them at once; the user can undo it."""
        context = self.live.context
        for each in edit.edits if isinstance(edit, edits.Several) else (edit,):
            found = capture.preview(each, self.session, context.today, context.people, spoken=True)
            self._print(f"From the plan: {found.spoken()}")
        self.live.change(edit)

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Run at once; the next line waits for it."""
        done(work())

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        """Stop reading lines."""
        self.left = True

    # ---- the clock ------------------------------------------------------------------------------

    def _begin(self, wait: bool) -> None:
        session = self.session
        self._print(", ".join(each for each in (session.account, session.zone, session.opportunity) if each))
        self._print_trouble()
        for remark in self.live.remarks:
            self._print(remark)
        if self.live.curtain:
            self._print("The curtain is drawn; /curtain opens it.")
        elif self.live.enemies is not None:
            living = len(self.live.enemies.living)
            self._print(f"Enemies of teamwork here: {living} often or ruling, private: /enemies opens them.")
        begun = not session.clock
        gap = self.live.begin(wait=wait)
        if begun and carry_forward.promises(self.session):
            self.show_view("promises")
        if not self.session.clock:
            self._print("The clock stands; /go_on starts it.")
            return
        self.time_passed(gap, sign=False)
        self._print_notices()
        if self.opened.draft.line:
            self._print(f"Half-typed when it was left: {self.opened.draft.line}")
        self._print_part()
        if self.live.trial is not None:
            if self.live.trial.opening:
                self._print(self.live.trial.opening)
            self._print_task()

    def _keep_alive(self) -> None:
        """Write the heartbeat while a line is awaited; detect a suspended computer at the first
        look after it.
        """
        while not self._over.wait(1.0):
            with self._door:
                self.live.look_at_the_clock()
                self._print_trouble()  # a silent disk raises no error, so its state is checked

    # ---- words ----------------------------------------------------------------------------------

    def _print_saved(self, words: str) -> None:
        """Confirm a change once it is on disk; until then, report that it is not.

        With a disk that is known to be silent, later lines do not wait again.
        """
        # Slightly longer than the detection of a silent disk takes, so that the message has the
        # reason.
        if self.opened.settled(0 if self.opened.trouble else ANSWER + 0.2):
            self._print_on_disk()
            self._print(words)
            return
        self._print_trouble()
        self._not_on_disk += 1
        self._print(f"Not on disk yet: {words}")

    def _print_on_disk(self) -> None:
        if self._not_on_disk and self.opened.save_status == "saved":
            many = "change" if self._not_on_disk == 1 else f"{self._not_on_disk} changes"
            self._not_on_disk = 0
            self._print(f"On disk now: the {many} before this line.")

    def _print_trouble(self) -> None:
        """Print each fault that prevents writing, and each message of the store, once."""
        self._print_on_disk()
        if (draft := str(self.opened.draft_trouble or "")) and draft != self._draft_trouble:
            self._print(draft, err=True)
        self._draft_trouble = draft
        trouble = str(self.opened.trouble or "")
        if trouble and trouble != self._trouble:
            self._print(f"Not saved: {trouble}", err=True)
        self._trouble = trouble
        self._print_notices()
        self.live.take_in()

    def _print_notices(self) -> None:
        for notice in self.live.fresh_notices():
            self._print(notice)

    def _print_part(self, *, time: bool = True) -> None:
        box = self.live.box
        if not 0 <= box.running < len(self.session.parts):
            return
        part = self.session.parts[box.running]
        if time:
            self._print(screen_text.time_words(self.session, box))
        self._print_question(more=True)
        if part.kind == "owners":
            self._print_next_ownerless()

    def _print_next_ownerless(self) -> None:
        if bare := ownerless(self.session, covered_up=self.live.curtain):
            marks = "@name" if isinstance(bare[0], Stakeholder) else "@name due:fri"
            self._print(f"Next without a name: {screen_text.entry_words(bare[0])}. {marks} gives it one.")
        elif self.live.kind() == "owners" and not self.live.curtain and (words := owners.finding(self.session)):
            self._print(words)

    def _print_question(self, *, more: bool = False) -> None:
        """Print the coaching question where it is another one; with `more`, how to ask the
        next.
        """
        asked = self.live.coach.shown(self.live.box)
        if asked != self._asked and asked[0]:
            first = f"Question {asked[1]}: {asked[0]}" if asked[1] else asked[0]
            self._print(f"{first} /question asks the next." if more and asked[1] else first)
        self._asked = asked

    def _print_task(self) -> None:
        """Print the tutor's next task where it is another one."""
        task = self.live.trial.task(self.session) if self.live.trial is not None else ""
        if task and task != self._task:
            self._print(task)
        self._task = task

    def _print(self, words: str, *, err: bool = False) -> None:
        """Print a line; without a reader (`| head`, a closed window) the session still goes on to
        its end.
        """
        stream = self.err if err else self.out
        try:
            echo(words, file=stream)
            stream.flush()
        except Exception:  # noqa: BLE001 - the stream is broken, and the lines are still to be entered
            _redirect_to_null(stream)
            if not err:
                self._print("Nobody reads what is printed any more; the session goes on to its end", err=True)

    def _finish(self) -> int:
        moment, program = self.live.now(), command(self.context.places, self.opened.path.parent)
        self.opened.alive(moment)
        self.opened.keep_line("", moment)
        safe = self.opened.close()
        self._print_on_disk()
        if not safe:
            self.opened.give_up()
            self._print(screen_text.not_on_disk(self.opened), err=True)
        elif self.opened.conflict is not None:
            safe = False
            words = (
                f"somebody else changed {self.opened.path}, and it is as they left it; ours is in {self.opened.ours}"
            )
            self._print(words, err=True)
        elif self.session.status == "held":
            if bare := session_end.without_name(self.session):
                self._print(bare)
            self._print(f"Held. {self.opened.path}")
            if self.context.configuration.endpoints and self.live.trial is None:
                from session_tui.cli.push import push_ended_session

                for line in push_ended_session(self.context, self.session):
                    self._print(line)
        else:
            trial = self.live.trial.again if self.live.trial is not None else ""
            again = f"Left live. Go on with: {trial or f'{program} resume {self.session.id}'}"
            if self.session.status == "prepared":
                again = f'Prepared. {program} run "{self.session.account}" starts it.'
            self._print(again)
            self._print(str(self.opened.path))
        return 0 if safe and not self.prompt.refused else 1


def _redirect_to_null(stream: TextIO) -> None:
    """Redirect the stream to the null device, now and for the flush at the end of the program."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
