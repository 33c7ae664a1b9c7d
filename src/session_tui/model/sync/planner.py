"""What to do about one session, from what is here, what was agreed, and what the server has.

    step = plan(local, base, head, chain)

Pure: every sync decides by these rules alone. Three of them carry the rest:

- Absence deletes nothing. A file or a version that is missing is put back from the other side;
  removing is explicit, `session-tui remove` here and a tombstone at the server.
- **The base is the newest revision in the server's own chain that went into our file**; none: the
  merge has no base, and takes nothing for removed. What was agreed last may be no ancestor of
  what the server has now: it was rolled back, or emptied and filled again.
- A removal counts only where it had seen what it removes. Otherwise the change wins.
"""

from collections import Counter
from datetime import datetime
from string import digits
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.session import Session
from session_tui.model.sync.content import Content, digest, seen, session_of
from session_tui.model.sync.ledger import Agreed
from session_tui.model.vocabulary import Detail

# `removed`: the file is among the removed ones. `open`: a window has it. `unreadable`: newer than
# this program, or no session.
LocalState: TypeAlias = Literal["here", "missing", "removed", "open", "unreadable"]
# `hidden`: the user may see it no more. `newer`: this program cannot read it.
HeadState: TypeAlias = Literal["here", "removed", "hidden", "newer"]
Action: TypeAlias = Literal["nothing", "leave", "back", "mend", "agree", "write", "put", "merge", "move", "delete"]
Notice: TypeAlias = Literal[
    "open",  # left alone, because a window has it
    "unreadable",  # left alone, because this program cannot read our file
    "newer",  # left alone, because this program cannot read the server's
    "hidden",  # the file is left where it is, the server shows it no more
    "came back",  # a missing file was put back; `session-tui remove` removes
    "old copy",  # the file was an earlier version of itself and was brought up to date
    "server behind",  # the server lacks versions that it once gave out; they are given back
    "change won",  # removed on one side, changed on the other: it stays
    "restored",  # it was removed, and a user brought it back
    "removed",  # removed at the server; the file was moved to the removed ones
    "emptied",  # most of it went with the server's version; a copy was kept
    "emptied by parts",  # with several versions; a copy of the file before the first was kept too
]

MOST_REMOVALS = 20  # a sync after which more are gone asks first
FEW_REMOVALS = 3  # this many never ask
_SHARE = 20  # so does one that takes more than a twentieth


class Local(Struct, frozen=True):
    """The file of a session. `file` holds all that stands in it, of a removed session too; None
    where there is none, or none that can be read.
    """

    state: LocalState
    file: Content | None = None


class Head(Struct, frozen=True):
    """The newest version at the server, in the endpoint's detail. `content` is its digest; of a
    removed session that of what was removed, or empty.
    """

    revision: str
    content: str
    state: HeadState = "here"


class SyncStep(Struct, frozen=True):
    """What to do. Where a file is written, that comes before anything is remembered.

    - `back`: `ours` becomes the file, then plan again.
    - `mend`: the file is put together with what was agreed, no version before both being known;
      then plan again.
    - `agree`: remember the head as agreed on, `ours` being its content; without a head, that the
      session is removed.
    - `write`: the server's content becomes the file.
    - `put`: `ours` goes to the server behind `parent` (empty: the server has no version).
    - `merge`: `ours` and the server's `theirs` are put together, `base` being the revision that
      both came from (empty: none is known); then as `put`.
    - `move`: the file goes to the removed ones.
    - `delete`: the server removes `parent`. `late`: nothing was agreed of it when it was removed
      here, or the server did not show it; so many of them count as a mass removal.
    - `leave`: nothing, and a user should know why.

    `keep`: a copy of the file is kept before it is written.
    """

    action: Action
    parent: str = ""
    base: str = ""
    theirs: str = ""
    ours: Content | None = None
    keep: bool = False
    late: bool = False
    notices: tuple[Notice, ...] = ()


def needs_chain(local: Local, base: Agreed | None, head: Head | None) -> bool:
    """Whether `plan` needs the chain of the head; otherwise it may be empty."""
    if head is None or head.state not in ("here", "removed"):
        return False
    if base is None:
        return head.state == "removed" and local.state == "here"
    return not base.knows(head.revision)


def is_behind(base: Agreed | None, head: Head | None, chain: tuple[str, ...]) -> bool:
    """Whether the server's chain lacks the version that was agreed on with it: then it was put
    back to an earlier state, or is another server. Where it has no head at all, the user may
    merely see the session no more.
    """
    if base is None or head is None or head.state not in ("here", "removed") or not (base.revision or base.known):
        return False
    return not base.is_in((head.revision, *chain))


def plan(
    local: Local, base: Agreed | None, head: Head | None, chain: tuple[str, ...] = (), detail: Detail = "full"
) -> SyncStep:
    """What to do about a session. `chain` are the revisions of the head, itself first; `detail`
    is that of the endpoint.
    """
    if local.state in ("open", "unreadable"):
        return SyncStep("leave", notices=("open" if local.state == "open" else "unreadable",))
    if head is not None and head.state in ("hidden", "newer"):
        return SyncStep("leave", notices=("hidden" if head.state == "hidden" else "newer",))
    ours = seen(local.file, detail) if local.state == "here" and local.file is not None else None
    if ours is not None and base is not None and not base.removed and is_older(ours, base.content):
        if is_old_copy(ours, base.content):
            return SyncStep("back", ours=base.content, keep=True, notices=("old copy",))
        return SyncStep("mend", ours=ours, keep=True, notices=("old copy",))
    if head is not None and head.state == "removed":
        return _removed_there(local, ours, base, head, chain)
    if local.state == "missing" and base is not None and not base.removed:
        return SyncStep("back", ours=base.content, notices=("came back",))
    if head is None:
        return _lost_there(local, ours, base)
    if local.state == "removed" or (base is not None and base.removed and local.state == "missing"):
        return _removed_here(local, base, head, chain, detail)
    return SyncStep("write") if ours is None else _both(ours, base, head, chain)


def is_older(content: Content, agreed: Content) -> bool:
    """Whether a file comes from an earlier version than the agreed one, which git, a backup or a
    sync program put in its place.

    Once a session is held, each edit adds a row to `changes`, and opening it again adds to the
    clock: what lacks any of them is older. Before that, less may be an undo. A row whose texts are
    others is no other row: a person was forgotten in it.
    """
    now, was = session_of(content), session_of(agreed)
    if was.status != "held":
        return False
    return bool(_rows(was) - _rows(now)) or _ends_early(now, was)


def is_old_copy(content: Content, agreed: Content) -> bool:
    """Whether a file is nothing but an earlier version: it has nothing on record beyond the agreed
    one.
    """
    now, was = session_of(content), session_of(agreed)
    return is_older(content, agreed) and set(now.changes) <= set(was.changes)


def _rows(session: Session) -> Counter[tuple[datetime, str, str]]:
    """How many changes there were of each field of an entry at each moment. Entries count by their
    kind: a merge may number one anew, and its rows with it.
    """
    return Counter((each.at, each.entry.rstrip(digits), each.field) for each in session.changes)


def _ends_early(now: Session, was: Session) -> bool:
    return len(now.clock) < len(was.clock) and now.clock == was.clock[: len(now.clock)]


def is_mass_removal(moves: int, sessions: int) -> bool:
    """Whether a user must be asked where so many sessions, of so many, went within an hour:
    removed by the team, removed there late, or emptied.
    """
    return moves > MOST_REMOVALS or (moves > FEW_REMOVALS and moves * _SHARE > sessions)


def _lost_there(local: Local, ours: Content | None, base: Agreed | None) -> SyncStep:
    """The server has no version, or shows none. That is never a reason to delete."""
    if local.state == "removed" and base is not None and not base.removed:
        return SyncStep("agree", ours=base.content)
    if ours is None:
        return SyncStep("nothing")
    return SyncStep("put", ours=ours, notices=("server behind",) if base is not None else ())


def _both(ours: Content, base: Agreed | None, head: Head, chain: tuple[str, ...]) -> SyncStep:
    """There is a version on both sides."""
    same = digest(ours) == head.content
    if base is None:
        return SyncStep("agree", ours=ours) if same else SyncStep("merge", theirs=head.revision, ours=ours)
    behind: tuple[Notice, ...] = ("server behind",) if is_behind(base, head, chain) else ()
    if same:
        known = base.revision == head.revision and not base.removed
        return SyncStep("nothing") if known else SyncStep("agree", ours=ours, notices=behind)
    common = _common(base, head, chain)
    if common == head.revision:
        return SyncStep("put", parent=head.revision, ours=ours, notices=behind)
    if common and common == base.revision and digest(ours) == digest(base.content):
        return SyncStep("write")
    return SyncStep("merge", base=common, theirs=head.revision, ours=ours, notices=behind)


def _common(base: Agreed, head: Head, chain: tuple[str, ...]) -> str:
    """The newest revision of the server's chain that went into our file; empty: none."""
    return head.revision if base.knows(head.revision) else next(filter(base.knows, chain), "")


def _removed_there(
    local: Local, ours: Content | None, base: Agreed | None, head: Head, chain: tuple[str, ...]
) -> SyncStep:
    """The server has a tombstone."""
    if ours is None:
        return _gone_on_both(local, base, head, chain)
    same = digest(ours) == head.content
    if base is not None and base.knows(head.revision):
        # It was restored behind this removal: here, or before the server was rolled back.
        return SyncStep("put", parent=head.revision, ours=ours, notices=("restored",))
    unchanged = base is not None and base.is_in(chain) and digest(ours) == digest(base.content)
    if same or unchanged:
        return SyncStep("move", ours=ours, notices=("removed",))
    # The change wins, and with it what was removed.
    common = _common(base, head, chain) if base is not None else ""
    below = chain[1] if len(chain) > 1 else ""
    if not below or common == below:
        return SyncStep("put", parent=head.revision, ours=ours, notices=("change won",))
    return SyncStep("merge", parent=head.revision, base=common, theirs=below, ours=ours, notices=("change won",))


def _gone_on_both(local: Local, base: Agreed | None, head: Head, chain: tuple[str, ...]) -> SyncStep:
    """A tombstone there, and no file here."""
    if base is None or (base.removed and base.revision == head.revision):
        return SyncStep("nothing")
    if local.state == "removed" or base.removed or base.is_in(chain):
        return SyncStep("agree", ours=base.content)
    # The removal had not seen what was agreed here, or we had gone beyond it.
    return SyncStep("back", ours=base.content, notices=("came back",))


def _removed_here(local: Local, base: Agreed | None, head: Head, chain: tuple[str, ...], detail: Detail) -> SyncStep:
    """Removed here, and the server has a version."""
    mine = seen(local.file, detail) if local.file is not None else base.content if base is not None else None
    if mine is None:
        return SyncStep("write", notices=("restored",))
    if base is not None and base.removed and base.revision in chain:
        return SyncStep("write", notices=("restored",))
    removed = {digest(mine)} | ({digest(base.content)} if base is not None else set())
    if head.content in removed or (base is not None and base.knows(head.revision)):
        late = base is None or base.is_removed_here_alone
        return SyncStep("delete", parent=head.revision, ours=mine, late=late)
    if base is not None and base.removed and base.revision:
        return SyncStep("write", notices=("change won",))
    return SyncStep("back", ours=mine, notices=("change won",))
