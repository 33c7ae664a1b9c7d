"""What a client and one server last agreed on, session by session.

The invariant on which the planner rests: an `Agreed.content` has taken in every revision of
`known`, and so has the file, until an edit takes something away.
"""

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.sync.content import Content

KNOWN = 50  # revisions to remember of each session


class Agreed(Struct, frozen=True):
    """A revision that file and server both held, with its content in the endpoint's detail.

    `known` are other revisions that went into that content, without an order that means anything.
    Where the two agreed that a session is removed, `revision` is that of the removal and `content`
    what was removed. `revision` is empty where there is none of what was agreed: a person was
    forgotten in the content, or it is removed here and the server shows no such session. The last
    revision is then the first of `known`.
    """

    revision: str
    content: Content
    known: tuple[str, ...] = ()
    removed: bool = False

    @property
    def is_removed_here_alone(self) -> bool:
        """Whether it is removed here, and the server showed none to remove."""
        return self.removed and not self.revision

    def knows(self, revision: str) -> bool:
        """Whether this revision went into the content."""
        return revision == self.revision or revision in self.known

    def is_in(self, chain: tuple[str, ...]) -> bool:
        """Whether the chain contains the last revision that was agreed on."""
        return (self.revision or next(iter(self.known), "")) in chain


def agreed_on(
    before: Agreed | None, revision: str, content: Content, chain: tuple[str, ...] = (), *, removed: bool = False
) -> Agreed:
    """What is agreed once file and server hold this content alike.

    `chain` is the chain of the server's head, where it was asked for. What was known before stays
    known, because it went into the file.
    """
    earlier = (before.revision, *before.known) if before is not None else ()
    return Agreed(revision, content, _known(revision, (*earlier[:1], *chain[: KNOWN // 2], *earlier, *chain)), removed)


def agreed_below(revision: str, content: Content, chain: tuple[str, ...]) -> Agreed:
    """What is agreed once the file has taken in the server's content and holds more than it.

    Only the chain of that content went into it: a revision that the server has lost may be in the
    file and in nothing else.
    """
    return Agreed(revision, content, _known(revision, chain))


def agreed_without(before: Agreed, content: Content) -> Agreed:
    """What is agreed once a person was forgotten in the content, unknown to the server."""
    return replace(before, revision="", content=content, known=_all_known(before))


def agreed_gone(before: Agreed) -> Agreed:
    """What is agreed once a session is removed here, and the server shows none to remove."""
    return replace(before, revision="", known=_all_known(before), removed=True)


def _all_known(before: Agreed) -> tuple[str, ...]:
    return ((before.revision, *before.known) if before.revision else before.known)[:KNOWN]


def _known(revision: str, found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(found) if each and each != revision)[:KNOWN]
