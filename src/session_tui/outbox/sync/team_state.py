"""How the folder of sessions and the team servers stand, as screens show it."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.outbox.sync.report import SyncReport

# Fits into a row of 80 columns. An open screen syncs again by itself.
_PUT_BACK = "The server was put back, or is a new one; the rest comes as colleagues sync."
StandingKind: TypeAlias = Literal["in step", "waiting", "syncing", "not reached"]


class TeamStanding(Struct, frozen=True):
    """The result of the last sync with all servers, in a few words.

    `waiting` counts the sessions that wait for a user; `newer` are those that are open in a window
    and have a newer version at a server. `reason` is why a server was not reached, or what else
    a user should know of it, `progress` how far a long sync is.
    """

    kind: StandingKind
    waiting: int = 0
    newer: frozenset[str] = frozenset()
    reason: str = ""
    progress: str = ""

    def tone(self, session: str = "") -> str:
        """The tone of these words."""
        return "accent" if session in self.newer or self.kind == "waiting" else "muted"

    def words(self, session: str = "") -> str:
        """The words for a screen, for that of an open session with its id."""
        if session in self.newer:
            return "team: newer"
        match self.kind:
            case "waiting":
                return f"team: {self.waiting:,} waiting"
            case "syncing":
                return f"team: {self.progress}"
            case kind:
                return f"team: {kind}"

    def explained(self, session: str = "") -> str:
        """What the words mean, in a sentence."""
        if session in self.newer:
            return "A colleague changed this session; both versions are put together after it is closed."
        match self.kind:
            case "waiting":
                waits = f"{self.waiting:,} wait for a decision of yours; session-tui sync names them."
                return f"{waits} {self.reason}".rstrip()
            case "syncing":
                return "Sessions go to the team's server and come from it; nothing here waits for that."
            case "not reached":
                return f"The team's server was not reached, and is tried again. {self.reason}"
            case _:
                return f"The folder and the team's server hold the same sessions. {self.reason}".rstrip()


def standing_of(reports: Iterable[SyncReport]) -> TeamStanding:
    """The standing after these syncs: the worst of them.

    A session that is open in a window does not count as waiting: it is synced once that is closed.
    """
    found = tuple(reports)
    newer = frozenset(each.session for report in found for each in report.waits if each.is_open and each.newer)
    waiting = sum(report.waiting - sum(each.is_open for each in report.waits) for report in found)
    stopped = next((f"{each.endpoint}: {each.stopped}" for each in found if each.stopped is not None), "")
    if stopped:
        return TeamStanding("not reached", waiting, newer, stopped)
    put_back = _PUT_BACK if any(report.put_back is not None for report in found) else ""
    if waiting:
        return TeamStanding("waiting", waiting, newer, put_back)
    open_alone = all(report.in_step or any(each.is_open for each in report.waits) for report in found)
    if not open_alone:  # colleagues wrote meanwhile: the next sync looks again
        return TeamStanding("syncing", 0, newer, progress="syncing")
    return TeamStanding("in step", 0, newer, put_back)
