"""Revisions: contents in a chain, each named after its parent and its content.

A session has two chains: that of its full contents and that of what is shared of them, which grows
only when shared content changes. So a private note makes no shared reader's `If-Match` fail.
Revisions and digests are 64 hexadecimal digits.
"""

import hashlib
import re

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sync.content import Content, digest, seen
from session_tui.model.vocabulary import Detail

_ETAG = lazy_pattern(r'"([0-9a-f]{64})(\.s)?"', re.ASCII)


class Version(Struct, frozen=True):
    """The names of one version of a session: revision and content digest, full and shared."""

    revision: str
    content: str
    shared_revision: str
    shared_content: str


def revision(parent: str, content: str) -> str:
    """The name of a content (its digest) behind a parent's revision; the first one has an empty
    parent.
    """
    return hashlib.sha256(f"{parent}{content}".encode()).hexdigest()


def next_version(parent: Version | None, full: Content) -> Version:
    """The version that a full content is behind `parent`; `parent` itself where the content is the
    same.
    """
    content, shared = digest(full), digest(seen(full, "shared"))
    if parent is None:
        return Version(revision("", content), content, revision("", shared), shared)
    if content == parent.content:
        return parent
    same = shared == parent.shared_content
    chained = parent.shared_revision if same else revision(parent.shared_revision, shared)
    return Version(revision(parent.revision, content), content, chained, shared)


def etag(version: Version, detail: Detail) -> str:
    """The ETag of a version for a reader of this detail."""
    return f'"{version.revision}"' if detail == "full" else f'"{version.shared_revision}.s"'


def named_by(header: str) -> tuple[str, Detail] | None:
    """Revision and detail in an ETag of this module, as in `If-Match`; None where it is another
    text.
    """
    found = _ETAG.fullmatch(header.strip())
    return None if found is None else (found[1], "shared" if found[2] else "full")


def idempotency_key(address: str, parent: str, content: str) -> str:
    """The key of a sync's `PUT`: address, parent revision and content, so that a content that
    comes back is stored.
    """
    words = "\n".join((address, parent, content))
    return f"msg_{hashlib.sha256(words.encode()).hexdigest()[:32]}"
