"""Applies our changes since a base version to the version that another program wrote.

The changes are edits, one for each entry and key, and are applied as typed edits are. An edit has
the value that it replaces, so a value that another program changed as well is a collision.
"""

from collections import Counter
from typing import Any

from msgspec.structs import fields, replace

from session_tui.model import edits
from session_tui.model.edits import Put
from session_tui.model.fault import Fault
from session_tui.model.session import LISTS, LastIds, Session, entries
from session_tui.model.validation import doubtful, unreadable

_NAMED = 6  # ids in a message
# Keys that no edit changes, or that only grow and have a rule of their own.
_APART = ("schema", "id", "last_ids", "changes", *LISTS.values())


def between(before: Session, after: Session) -> tuple[Put, ...]:
    """The edits from `before` to `after`: first the session's own keys, then the entries."""
    found = [
        Put(each.name, "", getattr(before, each.name), getattr(after, each.name))
        for each in fields(Session)
        if each.name not in _APART and getattr(before, each.name) != getattr(after, each.name)
    ]
    for letter, name in LISTS.items():
        old, new = entries(before, letter), entries(after, letter)
        if old is new:
            continue
        was, is_ = ({entry.id: (at, entry) for at, entry in enumerate(rows)} for rows in (old, new))
        found += [Put(name, id_, entry, None, at) for id_, (at, entry) in was.items() if id_ not in is_]
        last = max((at for id_, (at, _) in is_.items() if id_ in was), default=-1)
        for id_, (at, entry) in is_.items():
            if id_ not in was:
                # An entry that was added at the end stays at the end, after those that others
                # added.
                found.append(Put(name, id_, None, entry, -1 if at > last else at))
            elif was[id_][1] != entry:
                found.append(Put(name, id_, was[id_][1], entry))
    return tuple(found)


def rebased(base: Session, ours: Session, theirs: Session) -> Session | Fault:
    """Their version with our changes since `base`; a fault if both changed one value differently.

    Without changes of ours, the result is `theirs` itself.
    """
    changed = between(base, ours)
    if not changed and ours.changes == base.changes:
        return theirs
    if theirs.status != base.status and theirs.status != ours.status:
        return Fault("status", f"the session is {theirs.status} by now")
    after = theirs
    for put in changed:
        if _stands(after, put) == put.new:
            continue
        made = edits.apply(after, put)
        if isinstance(made, Fault):
            return made
        after = made
    highest = {letter: max(getattr(each.last_ids, letter) for each in (ours, theirs)) for letter in LISTS}
    rows = (*theirs.changes, *_more(ours.changes, base.changes))
    after = replace(after, last_ids=LastIds(**highest), changes=rows)
    return _first_new_fault(after, ours, theirs) or after


def words(changed: tuple[str, ...], editing: str = "") -> str:
    """The message about changes of another program, with ids only, because of the curtain.

    `editing` is the id of a changed entry that the capture line edits.
    """
    if editing:
        return f"{editing}, which you edit, was changed by another program: enter replaces it."
    ids = [each for each in changed if each[:1] in LISTS and each[1:].isdigit()]
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"Changed by another program: {', '.join(ids[:_NAMED]) or 'what the session is about'}{more}."


def _stands(session: Session, put: Put) -> Any:
    """The present value at the place of an edit: a value of the session, an entry, or None."""
    found = getattr(session, put.where)
    return next((entry for entry in found if entry.id == put.id), None) if put.id else found


def _more(rows: tuple[Any, ...], known: tuple[Any, ...]) -> tuple[Any, ...]:
    return rows[len(known) :] if rows[: len(known)] == known else tuple(row for row in rows if row not in known)


def _first_new_fault(after: Session, *before: Session) -> Fault | None:
    """The first fault that neither version had: a circle, a reference to a removed entry."""
    if faults := unreadable(after):
        return faults[0]
    known: Counter[str] = Counter()
    for each in before:
        known |= Counter(fault.what for fault in doubtful(each))
    return next((fault for fault in doubtful(after) if Counter([fault.what]) - known), None)
