"""Action items over sessions: an action carried forward several times is one, as in its newest
session.

Changes are made in that session's file. Cancelled sessions are ignored, and so are the carried
actions of prepared sessions: those are copies until the session is held.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from session_tui.model import dates, history
from session_tui.model.history import Identity
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Session


class TrackedAction(Struct, frozen=True):
    """An action item in its newest session; `slips` counts the moves to a later date."""

    session_id: str
    account: str
    zone: str
    opportunity: str
    item: ActionItem
    first_raised_in: str
    slips: int = 0

    @property
    def handle(self) -> str:
        """The action on the command line: the end of its session's id, and its id (`7k3q:t2`)."""
        return f"{self.session_id[-4:]}:{self.item.id}"

    @property
    def is_open(self) -> bool:
        """The action is neither done nor dropped."""
        return self.item.status == "open"

    def overdue(self, today: date) -> bool:
        """The action is open, and its due date is before today."""
        return self.is_open and self.item.due is not None and self.item.due < today


def follow(sessions: Iterable[Session]) -> tuple[TrackedAction, ...]:
    """Every action of these sessions (newest first), each once, by first occurrence."""
    newest: dict[Identity, tuple[Session, ActionItem]] = {}
    days: dict[Identity, tuple[date, ...]] = {}
    continued: set[str] = set()  # ids of sessions that a later one continues
    dropped: set[Identity] = set()  # removed from a later session by hand
    prepared = []
    for session in sessions:
        if session.status == "prepared":
            prepared.append(session)
        if session.status not in ("held", "live"):
            continue
        for item in session.action_items:
            who = history.identity(session, item)
            if who not in newest:
                if session.id in continued and item.status == "open" and not _reopened(session, item):
                    dropped.add(who)
                if who in dropped:
                    continue
                newest[who] = session, item
            # Older sessions come later, and have the earlier dates.
            days[who] = (*history.dates_in(session, item), *days.get(who, ()))
        if session.previous:
            continued.add(session.previous)
    for session in prepared:
        for item in session.action_items:
            if not item.first_raised_in or item.first_raised_in == session.id:
                newest[history.identity(session, item)] = session, item
    return tuple(
        _action(session, item, who, history.slips(days.get(who, ()))) for who, (session, item) in newest.items()
    )


class OwnPromises(Struct, frozen=True):
    """The number of a person's open actions, and how many of them are due today or overdue."""

    open: int = 0
    today: int = 0
    overdue: int = 0

    def __str__(self) -> str:
        if not self.open:
            return "You owe nothing"
        parts = (f"{self.overdue:,} overdue" if self.overdue else "", f"{self.today:,} today" if self.today else "")
        return ", ".join((f"You owe {self.open:,}", *filter(None, parts)))


def own_promises(actions: Sequence[TrackedAction], name: str, today: date) -> OwnPromises:
    """The open actions of a person, by the name or a part of it that fits one owner alone."""
    from session_tui.model.similar_names import match  # imports difflib, which the first paint does not need

    owner = name_key(match(name, (each.item.owner for each in actions)).name or name)
    theirs = [each for each in actions if each.is_open and name_key(each.item.owner) == owner]
    due_today = sum(each.item.due == today for each in theirs)
    return OwnPromises(len(theirs), due_today, sum(each.overdue(today) for each in theirs))


def outline(session: Session) -> Session:
    """The session with only the fields that `follow` reads, to save memory."""
    return Session(
        id=session.id,
        status=session.status,
        agenda=session.agenda,
        account=session.account,
        zone=session.zone,
        opportunity=session.opportunity,
        previous=session.previous,
        action_items=session.action_items,
        changes=session.changes,
    )


def open_by_owner(actions: Iterable[TrackedAction]) -> dict[str, int]:
    """The number of open actions of each owner over all accounts, by the key of the name."""
    counts: dict[str, int] = {}
    for action in actions:
        if action.is_open and action.item.owner:
            owner = name_key(action.item.owner)
            counts[owner] = counts.get(owner, 0) + 1
    return counts


def load(sessions: Iterable[Session], session: Session) -> dict[str, int]:
    """The number of open actions of each owner, without those in this session."""
    here = {history.identity(session, item) for item in session.action_items}
    return open_by_owner(
        each
        for each in follow(sessions)
        if each.session_id != session.id and (each.first_raised_in, each.item.id) not in here
    )


def owing(name: str, many: int) -> str:
    """The load of a person in words: `Ben Okafor has 3 open`."""
    return f"{name} has {many} open"


def became(before: ActionItem, after: ActionItem, today: date) -> str:
    """A change to an action in words: `is done: they agreed`, `is Mei Tan's, due Fri 27 Nov`."""
    if (before.status, before.result) != (after.status, after.result):
        again = " again" if after.status == "open" else ""
        return f"is {after.status}{again}{f': {after.result}' if after.result else ''}"
    whose = f"is {after.owner}'s" if after.owner else "is nobody's"
    return f"{whose}, due {dates.words(after.due, today)}" if after.due else f"{whose}, with no date"


def in_order(actions: Iterable[TrackedAction]) -> list[TrackedAction]:
    """Sort by owner (none first), open actions first, then by due date (none last)."""
    return sorted(
        actions,
        key=lambda each: (
            name_key(each.item.owner),
            not each.is_open,
            each.item.due is None,
            each.item.due or date.min,
            name_key(each.account),
            name_key(each.item.text),
        ),
    )


def _action(session: Session, item: ActionItem, who: Identity, slips: int) -> TrackedAction:
    return TrackedAction(session.id, session.account, session.zone, session.opportunity, item, who[0], slips)


def _reopened(session: Session, item: ActionItem) -> bool:
    """The action was settled, so that the next session did not carry it, and reopened since."""
    return any(row.entry == item.id and row.field == "status" and row.to == "open" for row in session.changes)
