"""Who read the plan: a person's newest reading, whether a version is on record as read, several records as one."""

from collections.abc import Iterable

from session_tui.model.name_keys import name_key
from session_tui.model.session import PlanComment, Reader, Readers


def latest(readers: Iterable[Reader], name: str) -> Reader | None:
    """The newest reading of one person, by the key of the name."""
    mine = [each for each in readers if name_key(each.name) == name_key(name)]
    return max(mine, key=lambda each: each.read_at.timestamp() if each.read_at else 0.0, default=None)


def recorded(readers: Iterable[Reader], name: str, sha256: str) -> Reader | None:
    """The record that somebody read this version, or None."""
    return latest((each for each in readers if each.sha256 == sha256), name)


def together(first: Readers, *others: Readers) -> Readers:
    """Everything that these versions of one record say: of each reader and version the newest time, each comment once.

    Nothing has to be chosen. A comment that was taken out of one version and stands in another is there again.
    """
    found: dict[tuple[str, str], Reader] = {}
    comments: dict[PlanComment, None] = {}
    for version in (first, *others):
        for each in version.readers:
            who = name_key(each.name), each.sha256
            found[who] = each if who not in found else latest((found[who], each), each.name) or each
        comments |= dict.fromkeys(version.comments)
    return Readers(schema=first.schema, readers=tuple(found.values()), comments=tuple(comments))
