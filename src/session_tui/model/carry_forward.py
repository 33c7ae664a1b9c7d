"""Carry forward: a session begins with the people, the untested assumptions and the open actions of the one before.

Nothing of the earlier session changes. What was settled in it or since is news, not carried; what was parked is
offered.
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

# Of the deal: what holds until somebody says otherwise. Who is there is a fact of each meeting, and is not carried.
_DEAL = ("zone", "opportunity", "phase", "amount", "currency", "close_on", "account_owner", "credit_split")


class News(Struct, frozen=True):
    """An assumption or action that was settled in the last session or since; `change` says when and by whom, where
    that is on record.
    """

    entry: Assumption | ActionItem
    change: ChangeAfter | None = None


def carry(new: Session, last: Session) -> Session:
    """The new session with what the last one hands on, under the same ids; what it says itself of the deal stays."""
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
    """The entry was there before this session."""
    return entry.first_raised_in not in ("", session.id)


def promises(session: Session) -> tuple[ActionItem, ...]:
    """What was promised last time, in the order of dates: the actions carried into this session, settled or not."""
    found = [action for action in session.action_items if carried(session, action)]
    return tuple(sorted(found, key=lambda action: (action.due is None, action.due)))


def news(last: Session) -> tuple[News, ...]:
    """What is settled of the last session and so was not carried; what was settled since it ended comes first."""
    when = {row.entry: row for row in last.changes if row.field == "status"}
    settled = [
        *(News(each, when.get(each.id)) for each in last.assumptions if each.status != "untested"),
        *(News(each, when.get(each.id)) for each in last.action_items if each.status != "open"),
    ]
    return tuple(sorted(settled, key=lambda each: each.change is None))


def offered(session: Session, last: Session) -> tuple[Parked, ...]:
    """What was parked last time and is not taken up in this session yet."""
    here = {name_key(each.text) for each in session.parking_lot} | {
        name_key(each.text) for each in session.action_items
    }
    return tuple(each for each in last.parking_lot if name_key(each.text) not in here)


ALL_IMPORTED = "The plan has no assumptions that are not in the session already."


def imported(session: Session, texts: tuple[str, ...]) -> Several | None:
    """Assumptions of the plan as entries, those left out that the session has already; None where none is left."""
    here = {name_key(each.text) for each in session.assumptions}
    fresh = [text for text in dict.fromkeys(texts) if name_key(text) not in here]
    added = [
        edits.add(Assumption(id=next_id(session, "a", at), text=text, first_raised_in=session.id))
        for at, text in enumerate(fresh)
    ]
    return Several(tuple(added)) if added else None


def park_again(session: Session, last: Session | None, parked_id: str, now: datetime) -> Edit | Fault:
    """A line that was parked last time, parked in this session; its id there is a new one."""
    found = offered(session, last) if last else ()
    parked = next((each for each in found if each.id == parked_id), None)
    if parked is None:
        there = ", ".join(each.id for each in found)
        return Fault("", f"{parked_id or 'nothing'} was not parked last time", f"There is: {there or 'nothing'}.")
    return edits.add(Parked(id=next_id(session, "p"), text=parked.text, at=now.replace(microsecond=0)))


def catch_up(session: Session, last: Session) -> Edit | None:
    """What a prepared session lets go of because it was settled in the last one's file meanwhile; None: nothing.

    Only entries that nobody touched since they were carried: what was typed in the preparation stays.
    """
    gone: list[Edit] = []
    for each in news(last):
        standing = find(session, each.entry.id)
        if standing is not None and _untouched(standing, _from(last, each.entry)):
            gone.append(edits.remove(session, standing))
            after = edits.apply(session, gone[-1])
            assert isinstance(after, Session)  # it was looked up in this very value
            session = after
    return Several(tuple(gone)) if gone else None


def last_ids(last: Session) -> LastIds:
    """The highest ids that were ever given, whether `[last_ids]` kept up with the lists or not."""
    highest = {}
    for letter in LISTS:
        numbers = [int(entry.id[1:]) for entry in entries(last, letter) if entry.id[1:].isdecimal()]
        highest[letter] = max([getattr(last.last_ids, letter), *numbers])
    return LastIds(**highest)


def _from(last: Session, entry: Lasting) -> Lasting:
    return replace(entry, first_raised_in=entry.first_raised_in or last.id)


def _served(action: ActionItem, last: Session) -> ActionItem:
    """An action no longer serves what was settled: its id would lead nowhere."""
    kept = {person.id for person in last.stakeholders}
    kept |= {each.id for each in last.assumptions if each.status == "untested"}
    return replace(action, about=tuple(each for each in action.about if each in kept))


def _untouched(entry: Entry, settled: Assumption | ActionItem) -> bool:
    """The entry is what was carried: the same but for its state, and for what it serves."""
    if isinstance(entry, Assumption) and isinstance(settled, Assumption):
        return entry == replace(settled, status="untested", result=entry.result)
    if isinstance(entry, ActionItem) and isinstance(settled, ActionItem):
        return entry == replace(settled, status="open", result=entry.result, done_on=None, about=entry.about)
    return False
