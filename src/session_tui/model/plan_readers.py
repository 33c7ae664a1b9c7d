"""The readers of a plan: the newest reading of a person, and who has read which version."""

from collections.abc import Iterable

from session_tui.model.name_keys import name_key
from session_tui.model.session import Plan, PlanComment, Reader, Readers, Session


def latest(readers: Iterable[Reader], name: str) -> Reader | None:
    """The newest reading of one person, by the key of the name."""
    mine = [each for each in readers if name_key(each.name) == name_key(name)]
    return max(mine, key=lambda each: each.read_at.timestamp() if each.read_at else 0.0, default=None)


def recorded(readers: Iterable[Reader], name: str, sha256: str) -> Reader | None:
    """The newest record that this person read this version, or None."""
    return latest((each for each in readers if each.sha256 == sha256), name)


def together(first: Readers, *others: Readers) -> Readers:
    """Merge several versions of one file of readers, without a question to the user.

    The result has the newest time for each reader and version, and each comment once. A comment
    that was removed in one version and stands in another is in the result.
    """
    found: dict[tuple[str, str], Reader] = {}
    comments: dict[PlanComment, None] = {}
    for version in (first, *others):
        for each in version.readers:
            who = name_key(each.name), each.sha256
            found[who] = each if who not in found else latest((found[who], each), each.name) or each
        comments |= dict.fromkeys(version.comments)
    return Readers(schema=first.schema, readers=tuple(found.values()), comments=tuple(comments))


def read_by(plan: Plan) -> tuple[str, ...]:
    """The people who read this version, each name once, in the order of the record."""
    return tuple(dict.fromkeys(reader.name for reader in plan.readers if reader.sha256 == plan.sha256))


def read_before(plan: Plan) -> tuple[str, ...]:
    """The people who read earlier versions only; to them the plan of today is unread."""
    current = {name_key(name) for name in read_by(plan)}
    return tuple(dict.fromkeys(reader.name for reader in plan.readers if name_key(reader.name) not in current))


def not_read_by(session: Session) -> tuple[str, ...]:
    """The attendees and the facilitator who have not read this version."""
    if session.plan is None:
        return ()
    current = {name_key(name) for name in read_by(session.plan)}
    names = dict.fromkeys((*(each.name for each in session.attendees), session.facilitator))
    return tuple(name for name in names if name and name_key(name) not in current)
