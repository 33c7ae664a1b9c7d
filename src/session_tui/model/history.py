"""The history of an account's entries: earlier values, moved dates, entries without a change.

The identity of an entry over sessions is (`first_raised_in`, `id`); an empty `first_raised_in` is
the id of the entry's session.
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

SAME_STORY = 3  # sessions without a change of the entry, the present one included
# Changes of these keys (a moved date, a renewed acceptance) do not count as changes of the entry.
_NO_STORY = ("id", "first_raised_in", "due", "accepted_at")


def day_of(session: Session) -> date | None:
    """The local date on which a session began."""
    if session.started_at is None:
        return None
    try:
        return session.started_at.astimezone().date()
    except (OverflowError, ValueError, OSError):  # the calendar's first and last day, in another zone
        return session.started_at.date()


def identity(session: Session, entry: Lasting) -> Identity:
    """The identity of an entry, the same in all sessions."""
    return entry.first_raised_in or session.id, entry.id


def lasting(session: Session) -> tuple[Lasting, ...]:
    """The entries that can be carried into the next session."""
    return (*session.stakeholders, *session.assumptions, *session.action_items)


class Past(Struct, frozen=True):
    """The sessions before the present one, newest first, with mappings for the look-ups of each
    row.
    """

    sessions: tuple[Session, ...] = ()
    standing: Mapping[Identity, Lasting] = {}
    dates: Mapping[Identity, tuple[date, ...]] = {}
    stories: Mapping[Identity, dict[str, Any]] = {}

    @property
    def last(self) -> Session | None:
        """The session before this one."""
        return self.sessions[0] if self.sessions else None

    def before(self, session: Session, entry: Lasting) -> Lasting | None:
        """The entry as it is in the last session's file; None where it is new."""
        return self.standing.get(identity(session, entry))

    def due_dates(self, session: Session, action: ActionItem) -> tuple[date, ...]:
        """All due dates of the action, in the order in which they were set."""
        return _moves((*self.dates.get(identity(session, action), ()), *dates_in(session, action)))

    def slips(self, session: Session, action: ActionItem) -> int:
        """How often the due date of the action was moved to a later one."""
        return slips(self.due_dates(session, action))

    def same_story(self, session: Session, entry: Lasting) -> bool:
        """Whether the entry has not changed in `SAME_STORY` sessions; `_NO_STORY` keys do not
        count.
        """
        story = self.stories.get(identity(session, entry))
        return story is not None and story == _story(entry)


def past(sessions: Iterable[Session]) -> Past:
    """The past with these sessions, which come newest first."""
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
    stories = [{identity(session, entry): _story(entry) for entry in lasting(session)} for session in chain]
    return {key: story for key, story in stories[0].items() if all(other.get(key) == story for other in stories[1:])}


def _story(entry: Lasting) -> dict[str, Any]:
    return {key: value for key, value in asdict(entry).items() if key not in _NO_STORY}


def slips(dates: Iterable[date]) -> int:
    """How often a date was moved to a later one."""
    return sum(later > sooner for sooner, later in pairwise(_moves(tuple(dates))))


def dates_in(session: Session, action: ActionItem) -> tuple[date, ...]:
    """The due dates of an action in one session: at its end, then after each change."""
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
