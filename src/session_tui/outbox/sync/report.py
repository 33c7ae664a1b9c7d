"""What became of a sync: counts, what waits for a user, and what else is worth saying."""

from datetime import datetime

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.formats import count
from session_tui.model.sync.planner import Notice


class WaitingSession(Struct, frozen=True):
    """A session that was not brought in step. `asks` are the keys that a user has to decide;
    `newer`: the server has a version that is not in the file.
    """

    session: str
    notices: tuple[Notice, ...] = ()
    asks: tuple[str, ...] = ()
    fault: Fault | None = None
    newer: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits for nothing but that a window is closed."""
        return self.notices == ("open",)

    @property
    def sentence(self) -> str:
        """Why it waits, and what settles it."""
        if self.asks:
            many = count(len(self.asks), "thing")
            return f"{self.session}: {many} changed on both sides. session-tui merge {self.session} asks about each."
        if self.fault is not None and "unreadable" in self.notices and not self.fault.do:
            do = "It was left alone; session-tui validate says more."
            return f"{self.session}: its file cannot be read. {self.fault}. {do}"
        if self.fault is not None:
            where = f"{self.session}: " if self.session not in self.fault.where else ""
            return f"{where}{self.fault}"
        if "open" in self.notices:
            return f"{self.session}: open in a window, and left alone. It is synced after it is closed."
        if "newer" in self.notices:
            return f"{self.session}: the server's was written by a newer program. Update this program."
        return f"{self.session}: it waits."


class SyncReport(Struct, frozen=True):
    """The result of a sync with one server.

    `here` and `there` count the sessions in the folder and on the server that the user may see;
    `in_step` says that the contents of both were compared and are the same. `removals` are files
    that stay until the user says that they may go, `late_removals` sessions that so stay on the
    server: it did not show them when they were removed here. `emptied` are those that stay
    although the server's versions lack most of their entries. `stopped` is why the sync did not
    come to its end; what was done until then stays. `not_taken` are sessions of the folder that
    the server does not take: those that it does not show this user, and those that the team
    removed.
    `put_back` is when a sync of the last day found that the server had been put back to an earlier
    state, or was another one.
    """

    endpoint: str
    sent: int = 0
    received: int = 0
    merged: int = 0
    removed: int = 0
    here: int = 0
    there: int = 0
    in_step: bool = False
    requests: int = 0
    removals: int = 0
    late_removals: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    hidden: int = 0
    not_taken: frozenset[str] = frozenset()
    waits: tuple[WaitingSession, ...] = ()
    notices: tuple[tuple[Notice, str], ...] = ()
    put_back: datetime | None = None
    stopped: Fault | None = None

    @property
    def put_back_sentence(self) -> str:
        """What it means that the server was put back, or is another one at the same name; empty
        where it was found to be neither.

        What colleagues alone have is on no machine that can be asked, until theirs give it back.
        """
        if self.put_back is None:
            return ""
        found = f"{self.put_back.astimezone():%d %b %H:%M}"
        why = "it was put back to an earlier state, or is another one"
        what = f"The server lacked versions that were synced before (found {found}): {why}."
        return f"{what} What only a colleague has comes back when that machine syncs: sync again after it did."

    @property
    def waiting(self) -> int:
        """How many sessions wait."""
        return len(self.waits) + self.removals + len(self.late_removals) + len(self.emptied)

    @property
    def status(self) -> int:
        """The exit status: 0 in step, 3 something waits, 1 failed."""
        if self.stopped is not None:
            return 1
        return 3 if self.waiting or not self.in_step else 0
