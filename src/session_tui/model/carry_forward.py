"""Carry forward: a new session begins with entries of the session before on the same account.

It takes over the stakeholders, the untested assumptions and the open actions. The earlier session
does not change. Settled entries are not carried but are news; parked ones are offered.
"""

from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.edits import Edit, Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import (
    LISTS,
    ActionItem,
    Assumption,
    ChangeAfter,
    Entry,
    LastIds,
    Parked,
    Session,
    Stakeholder,
    entries,
    find,
    next_id,
)

Lasting = TypeVar("Lasting", bound=Stakeholder | Assumption | ActionItem)

# The keys of the deal, which hold until they are changed. Attendees differ at each meeting and are
# not carried.
_DEAL = (
    "zone",
    "opportunity",
    "phase",
    "amount",
    "currency",
    "close_on",
    "crm_id",
    "crm_url",
    "account_owner",
    "credit_split",
)


class News(Struct, frozen=True):
    """An assumption or action that was settled in the last session or since.

    `change` has the time and the person; None where that is not on record.
    """

    entry: Assumption | ActionItem
    change: ChangeAfter | None = None


def carry(new: Session, last: Session) -> Session:
    """The new session with the carried entries of the last one, under the same ids.

    Keys of the deal that the new session has already stay.
    """
    return replace(
        new,
        **{key: getattr(last, key) for key in _DEAL if getattr(new, key) in ("", None, ())},
        previous=last.id,
        last_ids=last_ids(last),
        stakeholders=tuple(_from(last, person) for person in last.stakeholders),
        assumptions=tuple(_from(last, each) for each in last.assumptions if each.status == "untested"),
        action_items=tuple(_served(_from(last, each), last) for each in last.action_items if each.status == "open"),
    )


def carried(session: Session, entry: Stakeholder | Assumption | ActionItem) -> bool:
    """Whether the entry was raised before this session."""
    return entry.first_raised_in not in ("", session.id)


def promises(session: Session) -> tuple[ActionItem, ...]:
    """The actions that were carried into this session, settled or not, by due date."""
    found = [action for action in session.action_items if carried(session, action)]
    return tuple(sorted(found, key=lambda action: (action.due is None, action.due)))


def news(last: Session) -> tuple[News, ...]:
    """The settled entries of the last session, which are not carried; those settled since come
    first.
    """
    when = {row.entry: row for row in last.changes if row.field == "status"}
    settled = [
        *(News(each, when.get(each.id)) for each in last.assumptions if each.status != "untested"),
        *(News(each, when.get(each.id)) for each in last.action_items if each.status != "open"),
    ]
    return tuple(sorted(settled, key=lambda each: each.change is None))


def offered(session: Session, last: Session) -> tuple[Parked, ...]:
    """The parked entries of the last session that this session has not taken up yet."""
    here = {name_key(each.text) for each in session.parking_lot} | {
        name_key(each.text) for each in session.action_items
    }
    return tuple(each for each in last.parking_lot if name_key(each.text) not in here)


ALL_IMPORTED = "The plan has no assumptions that are not in the session already."


def imported(session: Session, texts: tuple[str, ...]) -> Several | None:
    """The edit that adds the plan's assumptions, without those of the session; None if none is
    left.
    """
    here = {name_key(each.text) for each in session.assumptions}
    fresh = [text for text in dict.fromkeys(texts) if name_key(text) not in here]
    added = [
        edits.add(Assumption(id=next_id(session, "a", at), text=text, first_raised_in=session.id))
        for at, text in enumerate(fresh)
    ]
    return Several(tuple(added)) if added else None


def park_again(session: Session, last: Session | None, parked_id: str, now: datetime) -> Edit | Fault:
    """The edit that parks an entry of the last session again, under a new id."""
    found = offered(session, last) if last else ()
    parked = next((each for each in found if each.id == parked_id), None)
    if parked is None:
        ids = ", ".join(each.id for each in found)
        return Fault("", f"{parked_id or 'nothing'} was not parked last time", f"There is: {ids or 'nothing'}.")
    return edits.add(Parked(id=next_id(session, "p"), text=parked.text, at=now.replace(microsecond=0)))


def catch_up(session: Session, last: Session) -> Edit | None:
    """The edit that removes entries of a prepared session that were settled in the last one
    meanwhile.

    None where there are none. Entries that were changed since they were carried stay.
    """
    removals: list[Edit] = []
    for each in news(last):
        entry = find(session, each.entry.id)
        if entry is not None and _untouched(entry, _from(last, each.entry)):
            removals.append(edits.remove(session, entry))
            after = edits.apply(session, removals[-1])
            assert isinstance(after, Session)  # the entry was found in this session
            session = after
    return Several(tuple(removals)) if removals else None


def last_ids(last: Session) -> LastIds:
    """The highest numbers given so far, of `[last_ids]` and of the entries."""
    highest = {}
    for letter in LISTS:
        numbers = [int(entry.id[1:]) for entry in entries(last, letter) if entry.id[1:].isdecimal()]
        highest[letter] = max([getattr(last.last_ids, letter), *numbers])
    return LastIds(**highest)


def _from(last: Session, entry: Lasting) -> Lasting:
    return replace(entry, first_raised_in=entry.first_raised_in or last.id)


def _served(action: ActionItem, last: Session) -> ActionItem:
    """The action without references to settled entries, which are not carried."""
    kept = {person.id for person in last.stakeholders}
    kept |= {each.id for each in last.assumptions if each.status == "untested"}
    return replace(action, about=tuple(each for each in action.about if each in kept))


def _untouched(entry: Entry, settled: Assumption | ActionItem) -> bool:
    """Whether an entry is as it was carried; its state and the entries it serves do not count."""
    if isinstance(entry, Assumption) and isinstance(settled, Assumption):
        return entry == replace(settled, status="untested", result=entry.result)
    if isinstance(entry, ActionItem) and isinstance(settled, ActionItem):
        return entry == replace(settled, status="open", result=entry.result, done_on=None, about=entry.about)
    return False
