"""Being there: the clock begins or goes on, time nobody was there is found, signs of life are left.

The full screen and the line-by-line mode share it; both look at the clock often, and before anything is done.
"""

from datetime import datetime, timedelta

from session_tui.model import agenda as agendas
from session_tui.model import steps
from session_tui.model.agenda import Agenda
from session_tui.model.edits import Mark, Put
from session_tui.model.fault import Fault
from session_tui.model.session import Clock
from session_tui.store.opened import OpenedSession

SIGN_OF_LIFE = timedelta(seconds=10)


class Presence:
    """Who holds this session is here, and was seen at `seen_at`."""

    def __init__(self, opened: OpenedSession, now: datetime) -> None:
        self.opened = opened
        self._seen_at = self._signed_at = now

    def begin(self, agenda: Agenda | None, now: datetime, *, wait: bool) -> Clock | None:
        """Start the clock of a new session (unless it waits), or find the gap since it was last alive, and give it.

        A session without parts takes those of its agenda. Nobody typed any of this: undo leaves it alone.
        """
        opened, gap = self.opened, None
        if opened.read_only:
            return None
        if not opened.session.parts and agenda:
            opened.change(Put("parts", "", (), agendas.session_parts(agenda)), now, undoable=False)
        if opened.session.clock:
            gap = self._recorded(steps.gap(opened.session, opened.draft.alive_at, now), now)
        elif not wait:
            self._recorded(steps.start(opened.session, now), now)
        opened.alive(now)
        self._seen_at = self._signed_at = now
        return gap

    def look(self, now: datetime) -> Clock | None:
        """The gap since the last look, now on record, or None; every ten seconds a sign of life is left."""
        opened = self.opened
        if opened.read_only:
            return None
        gap = self._recorded(steps.gap(opened.session, self._seen_at, now), now)
        if now - self._signed_at >= SIGN_OF_LIFE:
            self._signed_at = now
            opened.alive(now)
        self._seen_at = now
        return gap

    def _recorded(self, mark: Mark | Fault | None, now: datetime) -> Clock | None:
        if not isinstance(mark, Mark) or self.opened.change(mark, now) is not None:
            return None
        return mark.event
