"""The clock of an open session: starts or resumes it, finds gaps, writes signs of life.

The full screen and the line-by-line mode share it; both call `look` often, and before each change.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from session_tui.model import agenda as agendas
from session_tui.model import clock_commands
from session_tui.model.agenda import Agenda
from session_tui.model.clock_commands import elsewhere_words, step_words
from session_tui.model.edits import Mark, Put
from session_tui.model.fault import Fault
from session_tui.model.session import Clock
from session_tui.store.clock import LEAST_STEP, SessionClock, SteadyClock
from session_tui.store.open_session import OpenedSession

SIGN_OF_LIFE = timedelta(seconds=10)


class Presence:
    """The running clock of one open session; `now` is session time, which no setting of the wall
    clock changes.
    """

    def __init__(self, opened: OpenedSession, wall: Callable[[], datetime], steady: SteadyClock | None = None) -> None:
        """`wall` is the clock that can be set; it alone counts where there is no `steady` one."""
        self.opened = opened
        self._clock = SessionClock(wall, steady)
        self._messages: list[str] = []
        self._followed: object = None  # the recorded moments and the anchor that the clock was resumed from
        if opened.session.clock:
            self._resume()
        self._seen_at = self._signed_at = self.now()

    def now(self) -> datetime:
        """Session time, aware, UTC, with fractions of a second."""
        return self._clock.now()

    @property
    def wall_ahead(self) -> timedelta:
        """How far the wall clock is ahead of session time; negative where it is behind."""
        return self._clock.ahead

    def begin(self, agenda: Agenda | None, *, wait: bool) -> Clock | None:
        """Start the clock of a new session (unless `wait`), or record the gap since its last sign
        of life; return it.

        A session without parts takes those of its agenda. None of these changes can be undone.
        """
        opened, gap = self.opened, None
        if opened.read_only:
            return None
        self._check_wall_clock()
        now = self.now()
        if not opened.session.parts and agenda:
            opened.change(Put("parts", "", (), agendas.session_parts(agenda)), now, undoable=False)
        if opened.session.clock:
            gap = self._recorded(clock_commands.gap(opened.session, opened.draft.alive_at, now), now)
        elif not wait:
            mark = clock_commands.start(opened.session, now)
            if isinstance(mark, Fault) and opened.session.ends_at is not None:
                self._messages.append(str(mark))
            self._recorded(mark, now)
        self.sign(now)
        self._seen_at = now
        return gap

    def look(self) -> Clock | None:
        """Record and return the gap since the last call, or None; writes a sign of life every ten
        seconds.
        """
        opened = self.opened
        self._check_wall_clock()
        if opened.read_only:
            return None
        now = self.now()
        gap = self._recorded(clock_commands.gap(opened.session, self._seen_at, now), now)
        if now - self._signed_at >= SIGN_OF_LIFE:
            self.sign(now)
        self._seen_at = now
        return gap

    def sign(self, now: datetime) -> None:
        """Write a sign of life, and the anchor of session time where this boot has an id."""
        self._signed_at = now
        self.opened.alive(now, self._clock.anchor if self._clock.boot and self.opened.session.clock else None)

    def words(self) -> tuple[str, ...]:
        """Return new messages about the computer's clock, each once."""
        messages, self._messages = tuple(self._messages), []
        return messages

    def _resume(self) -> None:
        session, clock = self.opened.session, self._clock
        self._followed = (session.clock, self.opened.anchor)
        holds, behind = clock.resume(session.clock, self.opened.anchor)
        # The end removed the draft with the anchor: a reopened session says nothing of another
        # computer.
        reopened = self.opened.anchor is None and any(each.event == "end" for each in session.clock)
        if session.status == "live" and not self.opened.read_only and clock.told_apart and not holds and not reopened:
            self._messages.append(elsewhere_words(behind, known=bool(clock.boot)))

    def _check_wall_clock(self) -> None:
        """Find out whether the wall clock was set; while the session runs, record it and add a
        message. A window that only reads takes the holder's time.
        """
        session, read_only = self.opened.session, self.opened.read_only
        if not session.clock:
            self._clock.follow_wall()
        elif read_only and self._followed != (session.clock, self.opened.anchor):
            before = self._clock.ahead
            self._resume()
            self._say_step(round((self._clock.ahead - before).total_seconds()))
        elif read_only:
            self._say_step(self._clock.step())
        elif (step := self._clock.step()) and session.status == "live":
            now = self.now()
            if self._recorded(clock_commands.stepped(session, step), now):
                self.sign(now)
                self._messages.append(step_words(step))

    def _say_step(self, step: int) -> None:
        """Add the message about a step to a window that only reads."""
        if self._clock.told_apart and abs(step) >= LEAST_STEP and self.opened.session.status == "live":
            self._messages.append(step_words(step))

    def _recorded(self, mark: Mark | Fault | None, now: datetime) -> Clock | None:
        if not isinstance(mark, Mark) or self.opened.change(mark, now, undoable=False) is not None:
            return None
        return mark.event
