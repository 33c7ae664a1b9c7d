"""Line by line: the same session, grammar, actions and file without a full screen.

It prints a line and reads a line; nothing asks a question that a script would have to know of.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO, TypeVar

from session_tui.cli.lines import InputLines
from session_tui.cli.output import echo
from session_tui.cli.prompt import Prompt
from session_tui.cli.run_plain_views import PlainViews
from session_tui.context import AppContext
from session_tui.model import capture, carry_forward, edits, session_commands
from session_tui.model.agenda import Agenda
from session_tui.model.analysis import ownerless
from session_tui.model.capture import Reading, Refusal
from session_tui.model.session import Clock, Session, headline_text
from session_tui.model.timebox import clock_text
from session_tui.store.deadline import ANSWER
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import command
from session_tui.store.team import enemies as enemies_of
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.handlers import HANDLERS
from session_tui.tui.live.screen_text import not_on_disk

Found = TypeVar("Found")


def hold_plain(
    session: OpenedSession,
    agenda: Agenda | None,
    context: AppContext,
    background: PriorSessions | None = None,
    *,
    wait: bool = False,
    lines: InputLines,
) -> int:
    """Hold the session from standard input; 1 where a line was refused or something is not on disk, else 0."""
    if background is None:
        chain, faults = context.session_library.before(session.session)
        background = PriorSessions(chain, tuple(map(str, faults)))
    lines.unsaved = lambda: not_on_disk(session) if session.save_status != "saved" else ""
    status = PlainSession(session, agenda, context, background, lines).hold(wait=wait)
    return lines.ending.status if lines.ending.asked_by else status


class PlainSession:
    """One session read from lines. The clock's thread looks at it too, so everything happens under one lock."""

    full_screen = False

    def __init__(
        self,
        opened: OpenedSession,
        agenda: Agenda | None,
        context: AppContext,
        background: PriorSessions,
        lines: InputLines,
    ) -> None:
        self.live = LiveController(self, HANDLERS, opened, agenda, context, background=background)
        # Those of teamwork in this account: a count until they are asked for.
        self.live.enemies = enemies_of.here(context.places.assessments.path, opened.session.account)
        self.opened, self.context = opened, context
        self.out, self.err = sys.stdout, sys.stderr
        self.prompt = Prompt(lines, numbered=True, say=self._say)
        self.left = False
        self._views = PlainViews(self.live)
        self._trouble, self._draft_trouble = "", ""  # what was said of the disk already
        self._not_on_disk = 0  # changes that were said not to be there yet
        self._door = threading.Lock()
        self._over = threading.Event()

    @property
    def session(self) -> Session:
        """The newest value."""
        return self.live.session

    def hold(self, *, wait: bool) -> int:
        """Begin or go on, read lines until they end or the session does, and wait for the disk."""
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
        """One line: what it means happens, or why not is said with its number."""
        with self._door:
            self.live.look_at_the_clock()
            reading = self.live.enter(line)
            if isinstance(reading, Refusal) and reading.what:
                self.refuse(str(reading))
            self._say_trouble()

    def _read_all(self) -> None:
        while not self.left and self.session.status in ("live", "prepared"):
            try:
                line = self.prompt.line()
            except KeyboardInterrupt:
                return  # as at the end of the lines: what was entered is brought to disk, and where it is is said
            if line is None:
                return
            if line.strip():
                self.take(line)
            elif self.live.editing:
                self.live.line_is_done()
                self._say("Left as it was.")

    # ---- what the controller asks for ------------------------------------------------------------------------------

    @property
    def highlighted(self) -> str:
        """The first entry without a name: a line of marks alone is meant for it."""
        bare = ownerless(self.session)
        return bare[0].id if bare else ""

    def session_changed(self, words: str = "", edit: edits.Edit | None = None) -> None:
        """What was done is said; where that leads to another part, or to the next entry without a name, that too."""
        if words:
            self._say_settled(words)
        if isinstance(edit, edits.Mark) and edit.event.event in ("start", "part"):
            self._say_part()
        elif edit is not None and self.live.kind() == "owners":
            self._say_next_ownerless()

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Only a gap is said."""
        if gap and gap.until:
            away = clock_text((gap.until - gap.at).total_seconds())
            self._say(f"Away {away}, not counted. /count makes it session time.")

    def draw_message(self, words: str, tone: str) -> None:
        """A line."""
        self._say(words)

    def refuse(self, why: str, action: str = "") -> None:
        """With the number of the line that was read last."""
        self.prompt.refuse(f"/{action}: not now: {why}" if action else why)

    def show_preview(self, reading: Reading | None) -> None:
        """Lines come whole: nothing is half-typed."""

    def put_line(self, line: str) -> None:
        """The line of an entry is shown, to be typed again."""
        if line:
            self._say(f"{self.live.editing} is: {line}")
            self._say("The next line becomes it; an empty one leaves it.")

    def highlight(self, entry_id: str) -> None:
        """No row is highlighted."""

    def show_view(self, name: str, arguments: str = "") -> None:
        """In words."""
        for line in self._views.lines(name):
            self._say(line)

    def close_windows(self) -> None:
        """There are none."""

    def offer(self, lines: tuple[str, ...], edit: edits.Edit, title: str) -> None:
        """What the lines become is said and done at once; it can be taken back."""
        for each in edit.edits if isinstance(edit, edits.Several) else (edit,):
            self._say(f"From the plan: {capture.preview(each, self.session, self.live.context.today)}")
        self.live.change(edit)

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """The next line waits for it."""
        done(work())

    def leave(self, *, ended: bool) -> None:
        """No more lines are read."""
        self.left = True

    # ---- the clock -------------------------------------------------------------------------------------------------

    def _begin(self, wait: bool) -> None:
        session = self.session
        self._say(" · ".join(each for each in (session.account, session.zone, session.opportunity) if each))
        self._say_trouble()
        for remark in self.live.remarks:
            self._say(remark)
        if self.live.enemies is not None:
            living = len(self.live.enemies.living)
            self._say(f"Enemies of teamwork here: {living} often or ruling, private: /enemies opens them.")
        begun = not session.clock
        gap = self.live.begin(wait=wait)
        if begun and carry_forward.promises(self.session):
            self.show_view("promises")
        if not self.session.clock:
            self._say("The clock stands; /go_on starts it.")
            return
        self.time_passed(gap, sign=False)
        self._say_notices()
        if self.opened.draft.line:
            self._say(f"Half-typed when it was left: {self.opened.draft.line}")
        self._say_part()

    def _keep_alive(self) -> None:
        """A sign of life while a line is waited for; a closed lid is found at the first look after it."""
        while not self._over.wait(1.0):
            with self._door:
                self.live.look_at_the_clock()
                self._say_trouble()  # a disk that does not answer does not say so: it is asked for

    # ---- words -----------------------------------------------------------------------------------------------------

    def _say_settled(self, words: str) -> None:
        """That something is done is said once it is on disk; else that it is not, and later that it is.

        A disk that is known to be silent is not waited for again with each line.
        """
        # A little longer than it takes until the silence is known, so that it is said with its reason.
        if self.opened.settled(0 if self.opened.trouble else ANSWER + 0.2):
            self._say_on_disk()
            self._say(words)
            return
        self._say_trouble()
        self._not_on_disk += 1
        self._say(f"Not on disk yet: {words}")

    def _say_on_disk(self) -> None:
        if self._not_on_disk and self.opened.save_status == "saved":
            many = "change" if self._not_on_disk == 1 else f"{self._not_on_disk} changes"
            self._not_on_disk = 0
            self._say(f"On disk now: the {many} before this line.")

    def _say_trouble(self) -> None:
        """What stands in the way of writing, and what the store has to say, each once."""
        self._say_on_disk()
        if (draft := str(self.opened.draft_trouble or "")) and draft != self._draft_trouble:
            self._say(draft, err=True)
        self._draft_trouble = draft
        trouble = str(self.opened.trouble or "")
        if trouble and trouble != self._trouble:
            self._say(f"not saved: {trouble}", err=True)
        self._trouble = trouble
        self._say_notices()
        self.live.take_in()

    def _say_notices(self) -> None:
        for notice in self.live.fresh_notices():
            self._say(notice)

    def _say_part(self) -> None:
        box, agenda = self.live.box, self.live.agenda
        if not 0 <= box.running < len(self.session.parts):
            return
        part = self.session.parts[box.running]
        left = clock_text(box.remaining)
        ends = f", the session ends {box.end.astimezone():%H:%M}" if box.end else ""
        self._say(f"Part {box.running + 1} of {len(self.session.parts)}: {part.title}, {left} left{ends}.")
        if agenda and box.running < len(agenda.parts):
            for prompt in agenda.parts[box.running].prompts:
                self._say(prompt)
        if part.kind == "owners":
            self._say_next_ownerless()

    def _say_next_ownerless(self) -> None:
        if bare := ownerless(self.session):
            self._say(f"Next without a name: {bare[0].id} {headline_text(bare[0])}. @name due:fri gives it one.")
        elif self.live.kind() == "owners":
            self._say("Everything has a name.")

    def _say(self, words: str, *, err: bool = False) -> None:
        """Print a line. Where nobody reads any more (`| head`, a closed window) the session goes on to its end."""
        stream = self.err if err else self.out
        try:
            echo(words, file=stream)
            stream.flush()
        except Exception:  # noqa: BLE001 - whatever became of the stream, the lines are still to be entered
            _let_go(stream)
            if not err:
                self._say("nobody reads what is printed any more; the session goes on to its end", err=True)

    def _finish(self) -> int:
        moment, program = self.live.now(), command(self.context.places, self.opened.path.parent)
        self.opened.alive(moment)
        self.opened.keep_line("", moment)
        safe = self.opened.close()
        self._say_on_disk()
        if not safe:
            self.opened.give_up()
            self._say(not_on_disk(self.opened), err=True)
        elif self.opened.conflict is not None:
            safe = False
            words = (
                f"somebody else changed {self.opened.path}, and it is as they left it; ours is in {self.opened.ours}"
            )
            self._say(words, err=True)
        elif self.session.status == "held":
            if bare := session_commands.without_name(self.session):
                self._say(bare)
            self._say(f"Held. {self.opened.path}")
            if self.context.configuration.endpoints:
                from session_tui.cli.push import at_end

                for said in at_end(self.context, self.session):
                    self._say(said)
        else:
            again = f"Left live. Go on with: {program} resume {self.session.id}"
            if self.session.status == "prepared":
                again = f'Prepared. {program} run "{self.session.account}" starts it.'
            self._say(again)
            self._say(str(self.opened.path))
        return 0 if safe and not self.prompt.refused else 1


def _let_go(stream: TextIO) -> None:
    """What is still to be written, now and when the program ends, goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
