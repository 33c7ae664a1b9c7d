"""One session settled with a server: the order of the steps, without a file or a connection.

`settle` is a generator. It yields what is to be done (an `Effect`) and is sent what came of it;
what drives it has the files, the ledger and the connection. It may be dropped at any effect: the
next settlement goes on from what is there. A file is always written before it is remembered that
it was, so no text is ever known to be agreed and in no file.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.merge.points import Choice
from session_tui.model.sync import losses, planner
from session_tui.model.sync.content import Content, digest, replaced, seen
from session_tui.model.sync.content_merge import ContentMerge, contains, merged
from session_tui.model.sync.ledger import Agreed, agreed_below, agreed_gone, agreed_on
from session_tui.model.sync.losses import Losses
from session_tui.model.sync.planner import Head, Local, Notice, SyncStep
from session_tui.model.sync.revision import revision
from session_tui.model.vocabulary import Detail

ROUNDS = 6  # so often others may come in between, in one settlement


class ReadFile(Struct, frozen=True):
    """Answer: `Local`, as it is now."""


class ReadAgreed(Struct, frozen=True):
    """Answer: what was agreed of this session, or None."""


class ReadHead(Struct, frozen=True):
    """Answer: `Head` or None. The first time the one of the inventory will do (`again` false)."""

    again: bool = False


class ReadChain(Struct, frozen=True):
    """Answer: the revisions of the head, the newest first, down to the first one or to one that
    the ledger knows.
    """


class ReadContent(Struct, frozen=True):
    """Answer: the `Content` of this revision; None where the server has it no more, or a `Fault`
    where it is none that this program can read. For the head's, any other revision is None.
    """

    revision: str
    head: bool = False


class ReadLosses(Struct, frozen=True):
    """Answer: `Losses` of the last week, or None."""


class KeepLosses(Struct, frozen=True):
    """Keep what versions of others took away; None: nothing since a copy was kept. No answer."""

    losses: Losses | None


class WriteFile(Struct, frozen=True):
    """Answer: whether it was written. It is not where the file is no longer `over`. A removed file
    is moved back first. `keep`: a copy of what it replaces is kept. `empties`: most of the entries
    go, so the answer is None where a user has to be asked first. `earlier` is kept as a copy too.
    """

    over: Local
    content: Content
    keep: bool = False
    empties: bool = False
    earlier: Content | None = None


class MoveFile(Struct, frozen=True):
    """Move the file to the removed ones. Answer: whether it was; not where it is no longer
    `over`; None where a user has to be asked first.
    """

    over: Local


class Remember(Struct, frozen=True):
    """Write to the ledger. No answer."""

    agreed: Agreed


class PutContent(Struct, frozen=True):
    """Answer: `Stored`, `Moved` or a `Fault`. `parent` empty: `If-None-Match: *`."""

    parent: str
    content: Content


class Delete(Struct, frozen=True):
    """Answer: as of `PutContent`; None where a user has to be asked first. It may be asked where
    the removal is `late`.
    """

    parent: str
    late: bool = False


class Ask(Struct, frozen=True):
    """Answer: choices by key, or None where a user has to decide later."""

    merge: ContentMerge


class Stored(Struct, frozen=True):
    """The server took it; `revision` is in its ETag."""

    revision: str


class Moved(Struct, frozen=True):
    """The server has another version than was named (412)."""


Effect: TypeAlias = (
    ReadFile
    | ReadAgreed
    | ReadHead
    | ReadChain
    | ReadContent
    | ReadLosses
    | KeepLosses
    | WriteFile
    | MoveFile
    | Remember
    | PutContent
    | Delete
    | Ask
)


class Settlement(Struct, frozen=True):
    """What became of one session. `waits`: a user has to decide, or something was in the way
    (`fault`). `needs_yes`: so much was removed or emptied lately that a user is asked first.
    `behind`: the server lacked a version that it once gave out.
    """

    sent: bool = False
    received: bool = False
    merged: bool = False
    removed: bool = False
    waits: bool = False
    needs_yes: bool = False
    behind: bool = False
    asks: tuple[str, ...] = ()
    fault: Fault | None = None
    notices: tuple[Notice, ...] = ()


Planner: TypeAlias = Callable[[Local, Agreed | None, Head | None, tuple[str, ...], Detail], SyncStep]
_Settling: TypeAlias = Generator[Effect, Any, Settlement | None]


def settle(detail: Detail, *, plan: Planner = planner.plan) -> Generator[Effect, Any, Settlement]:
    """The steps that bring one session in step with the server, at the endpoint's detail."""
    notices: list[Notice] = []
    behind = False
    for number in range(ROUNDS):
        local: Local = yield ReadFile()
        agreed: Agreed | None = yield ReadAgreed()
        head: Head | None = yield ReadHead(again=number > 0)
        chain: tuple[str, ...] = ()
        if planner.needs_chain(local, agreed, head):
            chain = yield ReadChain()
            if head is None or chain[:1] != (head.revision,):
                continue
        step: SyncStep = plan(local, agreed, head, chain, detail)
        one = _Round(detail, local, agreed, head, chain, step)
        behind |= planner.is_behind(agreed, head, chain)
        found: Settlement | None = yield from one.carried_out()
        if step.action != "move" or (found is not None and found.removed):
            notices += step.notices
        if found is not None:
            # What the server does not show may merely be hidden; what it took was lost there.
            behind |= "server behind" in notices and found.sent
            notices = [each for each in (*notices, *found.notices) if behind or each != "server behind"]
            return replace(found, behind=behind, notices=tuple(dict.fromkeys(notices)))
    what = "it changed again and again while it was synced"
    fault = Fault("", what, "It is synced next time.")
    return Settlement(waits=True, behind=behind, fault=fault, notices=tuple(notices))


class _Round(Struct, frozen=True):
    """One round: what was found, and the step to carry out."""

    detail: Detail
    local: Local
    agreed: Agreed | None
    head: Head | None
    chain: tuple[str, ...]
    step: SyncStep

    def carried_out(self) -> _Settling:
        """None: something moved meanwhile, look again."""
        step = self.step
        match step.action:
            case "nothing":
                return Settlement()
            case "leave":
                return Settlement(waits="hidden" not in step.notices)
            case "back":
                return (yield from self._back())
            case "mend":
                return (yield from self._mend())
            case "agree":
                return (yield from self._agree())
            case "write":
                return (yield from self._write())
            case "put":
                return (yield from self._put_ours())
            case "merge":
                return (yield from self._merge())
            case "move":
                return (yield from self._move())
            case "delete":
                return (yield from self._delete())

    def _agree(self) -> _Settling:
        assert self.step.ours is not None
        if self.head is None:
            assert self.agreed is not None
            yield Remember(agreed_gone(self.agreed))
            return Settlement()
        removed = self.head.state == "removed"
        yield Remember(agreed_on(self.agreed, self.head.revision, self.step.ours, self.chain, removed=removed))
        return Settlement()

    def _back(self) -> _Settling:
        assert self.step.ours is not None
        yield WriteFile(self.local, self._file(self.step.ours), self.step.keep)
        return None

    def _mend(self) -> _Settling:
        assert self.step.ours is not None and self.agreed is not None
        made = yield from self._together(None, self.step.ours, self.agreed.content)
        if made.content is None:
            return Settlement(waits=True, asks=made.asks, fault=made.fault)
        yield WriteFile(self.local, self._file(made.content), self.step.keep)
        return None

    def _write(self) -> _Settling:
        assert self.head is not None
        theirs = yield from self._theirs(self.head.revision)
        if not isinstance(theirs, Content):
            return self._stopped(theirs)
        after = self._file(theirs)
        written, notices = yield from self._received(after)
        if not written:
            return _not_written(written)
        yield Remember(self._after_writing(theirs, after))
        return Settlement(received=True, notices=notices)

    def _put_ours(self) -> _Settling:
        assert self.step.ours is not None
        return (yield from self._sent(self.local, self.step.parent, self.step.ours, Settlement(sent=True)))

    def _merge(self) -> _Settling:
        step = self.step
        assert step.ours is not None and self.head is not None
        base: Content | Fault | None = None
        if step.base and self.agreed is not None and step.base == self.agreed.revision:
            base = self.agreed.content
        elif step.base:
            base = yield ReadContent(step.base)
        theirs = yield from self._theirs(step.theirs)
        if not isinstance(theirs, Content):
            return self._stopped(theirs)
        made = yield from self._together(base if isinstance(base, Content) else None, step.ours, theirs)
        if made.content is None:
            return Settlement(waits=True, asks=made.asks, fault=made.fault)
        after = self._file(made.content)
        written, notices = yield from self._received(after)
        if not written:
            return _not_written(written)
        result = Settlement(merged=True, received=True, notices=notices)
        ours = seen(after, self.detail)
        if not step.parent:  # the server's is here now, whatever becomes of ours
            yield Remember(self._after_writing(theirs, after))
            if digest(ours) == self.head.content:
                return result
        return (yield from self._sent(Local("here", after), self.head.revision, ours, result))

    def _together(self, base: Content | None, ours: Content, theirs: Content) -> Generator[Effect, Any, ContentMerge]:
        """Both put together, with a user's choices where they have to be asked and are here."""
        made = merged(base, ours, theirs)
        choices: dict[str, Choice] = {}
        while made.content is None and made.fault is None:
            answer: Mapping[str, Choice] | None = yield Ask(made)
            if answer is None:
                break
            choices |= answer
            made = merged(base, ours, theirs, choices)
        return made

    def _sent(self, local: Local, parent: str, ours: Content, result: Settlement) -> _Settling:
        """Ours at the server, and remembered."""
        answer = yield PutContent(parent, ours)
        if not isinstance(answer, Stored):
            return self._stopped(None if isinstance(answer, Moved) else answer)
        if answer.revision == revision(parent, digest(ours)):
            yield Remember(agreed_on(self.agreed, answer.revision, ours, self._behind(parent)))
            return result
        return (yield from self._stored_otherwise(local, answer.revision, ours, result))

    def _stored_otherwise(self, local: Local, stored: str, ours: Content, result: Settlement) -> _Settling:
        """The server kept entries whose private side we do not see: they come back to us. It may
        only have more than was sent; a server that does not know a key is older than this program.
        """
        theirs = yield ReadContent(stored, head=True)
        if not isinstance(theirs, Content):
            return self._stopped(theirs)
        if not contains(theirs, ours):
            what = "the server does not keep all that was sent to it"
            return Settlement(waits=True, fault=Fault("", what, "Update the server; nothing here was changed."))
        now: Local = yield ReadFile()
        if now != local:
            return None
        after = replaced(local.file, theirs).content
        if not (yield WriteFile(local, after)):
            return None
        yield Remember(agreed_below(stored, theirs, ()))
        return result

    def _move(self) -> _Settling:
        assert self.head is not None and self.step.ours is not None
        moved = yield MoveFile(self.local)
        if not moved:
            return _not_written(moved)
        yield Remember(agreed_on(self.agreed, self.head.revision, self.step.ours, self.chain, removed=True))
        return Settlement(removed=True)

    def _delete(self) -> _Settling:
        assert self.step.ours is not None
        answer = yield Delete(self.step.parent, self.step.late)
        if answer is None:
            return _not_written(answer)
        if not isinstance(answer, Stored):
            return self._stopped(None if isinstance(answer, Moved) else answer)
        behind = self._behind(self.step.parent)
        yield Remember(agreed_on(self.agreed, answer.revision, self.step.ours, behind, removed=True))
        return Settlement(removed=True)

    def _theirs(self, name: str) -> Generator[Effect, Any, Content | Fault | None]:
        """The content of the head, or of what a tombstone removed, if it is what the head says."""
        assert self.head is not None
        found: Content | Fault | None = yield ReadContent(name, head=name == self.head.revision)
        if isinstance(found, Content) and digest(found) != self.head.content:
            do = "Nothing here was changed; it is tried again. If it stays, tell the team's administrator."
            return Fault("", "what the server sent is not what its digest says", do)
        return found

    def _received(self, after: Content) -> Generator[Effect, Any, tuple[bool | None, tuple[Notice, ...]]]:
        """What others wrote becomes the file. Where most of it is gone then, by this version or by
        it and those before, copies are kept.
        """
        before = self.local.file
        if self.local.state != "here" or before is None or self.head is None:
            return (yield WriteFile(self.local, after)), ()
        known: Losses | None = yield ReadLosses()
        found = losses.with_version(known, before, after, self.head.revision)
        if not losses.is_emptied(found, before):
            if found != known:
                yield KeepLosses(found)  # before the file: a version that is in it was counted
            return (yield WriteFile(self.local, after)), ()
        alone = losses.is_emptied(losses.with_version(None, before, after, self.head.revision), before)
        earlier = None if found is None or alone else found.earlier
        written: bool | None = yield WriteFile(self.local, after, keep=True, empties=True, earlier=earlier)
        if written:
            yield KeepLosses(None)
        return written, ("emptied by parts" if earlier is not None else "emptied",)

    def _file(self, view: Content) -> Content:
        """The file with what is seen of it as `view` says."""
        return replaced(self.local.file, view).content

    def _after_writing(self, theirs: Content, after: Content) -> Agreed:
        assert self.head is not None
        if digest(seen(after, self.detail)) == self.head.content:
            return agreed_on(self.agreed, self.head.revision, theirs, self.chain)
        return agreed_below(self.head.revision, theirs, self.chain)

    def _behind(self, parent: str) -> tuple[str, ...]:
        return (parent, *self.chain) if parent and parent not in self.chain else self.chain

    def _stopped(self, fault: Fault | None) -> Settlement | None:
        return Settlement(waits=True, fault=fault) if fault is not None else None


def _not_written(answer: bool | None) -> Settlement | None:
    """What follows where nothing was written, moved or removed: None, look again, or a user is
    asked.
    """
    return Settlement(waits=True, needs_yes=True) if answer is None else None
