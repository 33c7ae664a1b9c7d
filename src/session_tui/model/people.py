"""Our own people, as far as a session knows them, and how a typed name finds one."""

from collections.abc import Iterable

from session_tui.model.name_keys import name_key
from session_tui.model.session import Session


def ours(session: Session, configured: Iterable[str] = ()) -> tuple[str, ...]:
    """Every name on our side, each once, in the order in which a session meets them.

    Attendees, facilitator, account owner, the configured people, and every name the entries already have (an action
    owned by one of the customer's people stays theirs).
    """
    theirs = {name_key(person.name) for person in session.stakeholders}
    names = [
        *(attendee.name for attendee in session.attendees),
        session.facilitator,
        session.account_owner,
        *configured,
        *(share.name for share in session.credit_split),
        *(name for person in session.stakeholders for name in person.covered_by),
        *(assumption.tested_by for assumption in session.assumptions),
        *(action.owner for action in session.action_items if name_key(action.owner) not in theirs),
    ]
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(name_key(name), name)
    return tuple(found.values())
