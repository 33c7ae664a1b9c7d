"""What a window that only reads can say about the session that it follows."""

from datetime import datetime
from typing import Literal, TypeAlias

from session_tui.store.drafts import Draft
from session_tui.store.heartbeat import SIGN_OF_LIFE
from session_tui.store.open_session import OpenedSession

FollowState: TypeAlias = Literal["following", "behind", "ended"]
# Why it is not known whether the holder's curtain is drawn: no window on this computer holds the
# session; the one that does is silent, or does not tell; the session is over.
CurtainUnknown: TypeAlias = Literal["", "elsewhere", "silent", "untold", "ended"]
SILENCE = 3 * SIGN_OF_LIFE  # without a sign of life for so long, the holder's curtain is not known


class FollowStatus:
    """Whether the window is in step with the file, and what it knows of the window that holds the
    session.
    """

    def __init__(self, opened: OpenedSession) -> None:
        self._opened = opened
        self._behind_since: datetime | None = None  # by the wall clock
        self.alone_since: datetime | None = None  # the holder's last sign of life, once that is long ago
        self.curtain: bool | None = None  # whether the holder's curtain is drawn; None where that is not known
        self.curtain_unknown: CurtainUnknown = "elsewhere"

    def look(self, wall: datetime, now: datetime) -> None:
        """Take in the follower's state; `wall` is the wall clock, `now` session time."""
        opened, follower = self._opened, self._opened.follower
        behind = follower is not None and follower.behind is not None
        self._behind_since = (self._behind_since or wall) if behind else None
        draft = follower.draft if follower is not None else None
        alive = draft is not None and _alive(draft, now)
        self.curtain = draft.curtain if draft is not None and alive else None
        self.curtain_unknown = self._why_unknown(draft, alive=alive)
        lost = draft is not None and not alive and opened.session.status == "live"
        self.alone_since = draft.alive_at if draft is not None and lost else None

    def _why_unknown(self, draft: Draft | None, *, alive: bool) -> CurtainUnknown:
        if self.curtain is not None:
            return ""
        if self._opened.session.status in ("held", "cancelled"):
            return "ended"
        if draft is None:
            return "elsewhere"
        return "untold" if alive else "silent"

    @property
    def state(self) -> FollowState:
        """The word of the heading."""
        if self._behind_since is not None:
            return "behind"
        return "ended" if self._opened.session.status in ("held", "cancelled") else "following"

    @property
    def since(self) -> str:
        """Since when it is behind, as part of the heading; empty while it is not."""
        return f"since {self._behind_since.astimezone():%H:%M}" if self._behind_since else ""


def _alive(draft: Draft, now: datetime) -> bool:
    at = draft.alive_at
    return at is not None and abs(now - at) <= SILENCE
