"""The digest over many sessions: two sides that hold the same have the same one, made by each from
what it holds.

Sessions lie in 256 buckets by their id. A difference is found in three requests: the root, the
buckets, one bucket's sessions.
"""

import hashlib
from collections.abc import Mapping

_SHOWN = 12  # hexadecimal digits that two people read to each other


def bucket_of(session: str) -> str:
    """The bucket of a session's id: `00` to `ff`."""
    return hashlib.sha256(session.encode()).hexdigest()[:2]


def buckets(contents: Mapping[str, str]) -> dict[str, str]:
    """The digest of each bucket that is not empty, from the content digests by session id."""
    lines: dict[str, list[str]] = {}
    for session, content in contents.items():
        lines.setdefault(bucket_of(session), []).append(f"{session} {content}\n")
    return {name: _digest("".join(sorted(found))) for name, found in sorted(lines.items())}


def root(found: Mapping[str, str]) -> str:
    """The digest over all buckets."""
    return _digest("".join(f"{name} {digest}\n" for name, digest in sorted(found.items())))


def differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    """The keys, of buckets or of sessions, whose digests differ or that one side lacks."""
    return tuple(sorted(key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)))


def short(digest: str) -> str:
    """A digest as one reads it to a colleague: `7f3a-91c2-0be4`."""
    return "-".join(digest[at : at + 4] for at in range(0, _SHOWN, 4))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
