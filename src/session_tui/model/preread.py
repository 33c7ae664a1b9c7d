"""The pre-read: who has read the plan in the version the session is about, and who has not."""

from session_tui.model.name_keys import name_key
from session_tui.model.session import Plan, Session


def read_by(plan: Plan) -> tuple[str, ...]:
    """Who read this version, each name once, in the order of the record."""
    return tuple(dict.fromkeys(reader.name for reader in plan.readers if reader.sha256 == plan.sha256))


def read_before(plan: Plan) -> tuple[str, ...]:
    """Who read an earlier version only: for them the plan is unread, as it has changed since."""
    current = {name_key(name) for name in read_by(plan)}
    return tuple(dict.fromkeys(reader.name for reader in plan.readers if name_key(reader.name) not in current))


def not_read_by(session: Session) -> tuple[str, ...]:
    """Attendees and facilitator who have not read this version."""
    if session.plan is None:
        return ()
    current = {name_key(name) for name in read_by(session.plan)}
    names = dict.fromkeys((*(each.name for each in session.attendees), session.facilitator))
    return tuple(name for name in names if name and name_key(name) not in current)
