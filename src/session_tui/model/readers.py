"""Who read the plan: somebody's newest reading, and whether a version is on record as read."""

from collections.abc import Iterable

from session_tui.model.folding import name_key
from session_tui.model.session import Reader


def latest(readers: Iterable[Reader], name: str) -> Reader | None:
    """Somebody's newest reading; case does not count in a name."""
    mine = [each for each in readers if name_key(each.name) == name_key(name)]
    return max(mine, key=lambda each: each.read_at.timestamp() if each.read_at else 0.0, default=None)


def recorded(readers: Iterable[Reader], name: str, sha256: str) -> Reader | None:
    """The record that somebody read this version, or None."""
    return latest((each for each in readers if each.sha256 == sha256), name)
