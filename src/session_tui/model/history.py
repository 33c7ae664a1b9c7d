"""One account through time: what an entry was last time, how often its date slipped, what nobody has touched.

An entry's identity over sessions is (`first_raised_in`, `id`), the session's own id where the file has none.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict

from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder

Lasting: TypeAlias = Stakeholder | Assumption | ActionItem
Identity: TypeAlias = tuple[str, str]

SAME_STORY = 3  # sessions, this one included, in which an entry stood as it is
# A date that moved on and a yes that was given again are no news of the entry itself.
_NO_STORY = ("id", "first_raised_in", "due", "accepted_at")


def day_of(session: Session) -> date | None:
    """The local day on which a session began."""
    if session.started_at is None:
        return None
    try:
        return session.started_at.astimezone().date()
    except (OverflowError, ValueError, OSError):  # the calendar's first and last day, in another zone
        return session.started_at.date()


def identity(session: Session, entry: Lasting) -> Identity:
    """Who or what this is, in whatever session it stands."""
    return entry.first_raised_in or session.id, entry.id


def lasting(session: Session) -> tuple[Lasting, ...]:
    """The entries that live longer than a session."""
    return (*session.stakeholders, *session.assumptions, *session.action_items)


class Past(Struct, frozen=True):
    """The sessions before one, newest first, and what is asked of them for every row: looked up, never searched."""

    sessions: tuple[Session, ...] = ()
    standing: Mapping[Identity, Lasting] = {}
    dates: Mapping[Identity, tuple[date, ...]] = {}
    stories: Mapping[Identity, dict[str, Any]] = {}

    @property
    def last(self) -> Session | None:
        """The session before this one."""
        return self.sessions[0] if self.sessions else None

    def before(self, session: Session, entry: Lasting) -> Lasting | None:
        """What the entry was when the last session ended (or was changed since), None where it is new."""
        return self.standing.get(identity(session, entry))

    def due_dates(self, session: Session, action: ActionItem) -> tuple[date, ...]:
        """Every date the action was promised for, in the order in which it was."""
        return _moves((*self.dates.get(identity(session, action), ()), *dates_in(session, action)))

    def slips(self, session: Session, action: ActionItem) -> int:
        """How often its date was moved to a later one."""
        return slips(self.due_dates(session, action))

    def same_story(self, session: Session, entry: Lasting) -> bool:
        """The entry stands for the third session as it is, but for its date: nobody has changed a word."""
        story = self.stories.get(identity(session, entry))
        return story is not None and story == _story(entry)


def past(sessions: Iterable[Session]) -> Past:
    """The past that these sessions are, newest first."""
    chain = tuple(sessions)
    standing = {identity(chain[0], entry): entry for entry in lasting(chain[0])} if chain else {}
    dates: dict[Identity, tuple[date, ...]] = {}
    for session in reversed(chain):
        for action in session.action_items:
            key = identity(session, action)
            dates[key] = _moves((*dates.get(key, ()), *dates_in(session, action)))
    return Past(chain, standing, dates, _unchanged(chain[: SAME_STORY - 1]))


def _unchanged(chain: tuple[Session, ...]) -> dict[Identity, dict[str, Any]]:
    if len(chain) < SAME_STORY - 1:
        return {}
    told = [{identity(session, entry): _story(entry) for entry in lasting(session)} for session in chain]
    return {key: story for key, story in told[0].items() if all(other.get(key) == story for other in told[1:])}


def _story(entry: Lasting) -> dict[str, Any]:
    return {key: value for key, value in asdict(entry).items() if key not in _NO_STORY}


def slips(dates: Iterable[date]) -> int:
    """How often a date was moved to a later one."""
    return sum(later > sooner for sooner, later in pairwise(_moves(tuple(dates))))


def dates_in(session: Session, action: ActionItem) -> tuple[date, ...]:
    """The dates of an action in one session: as it ended, then as `[[changes]]` moved it."""
    moved = [row for row in session.changes if row.entry == action.id and row.field == "due"]
    texts = [moved[0].from_, *(row.to for row in moved)] if moved else []
    if not texts:
        return () if action.due is None else (action.due,)
    return tuple(day for day in map(_date, texts) if day is not None)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a change from or to no date, or a row written by hand
        return None


def _moves(dates: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(day for at, day in enumerate(dates) if at == 0 or day != dates[at - 1])
