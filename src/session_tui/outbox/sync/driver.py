"""Carries out the settlement of sessions: files, ledger and server answer its effects."""

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from session_tui.model.fault import Fault
from session_tui.model.merge.points import Choice
from session_tui.model.sync import planner
from session_tui.model.sync.content import Content
from session_tui.model.sync.ledger import Agreed, agreed_below
from session_tui.model.sync.losses import is_emptied, with_version
from session_tui.model.sync.planner import Head, SyncStep
from session_tui.model.sync.settlement import (
    Ask,
    Delete,
    Effect,
    KeepLosses,
    Moved,
    MoveFile,
    PutContent,
    ReadAgreed,
    ReadChain,
    ReadContent,
    ReadFile,
    ReadHead,
    ReadLosses,
    Remember,
    Settlement,
    Stored,
    WriteFile,
    settle,
)
from session_tui.outbox.sync.ledger_file import ConflictRow, LedgerFile
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.outbox.sync.team_client import Fetched, Hidden, StoppedError, TeamClient
from session_tui.store import exchange
from session_tui.store.errors import StoreError

T = TypeVar("T")
Settling = Callable[..., Generator[Effect, Any, Settlement]]
_HIDDEN = Head("", "", "hidden")


class SettlementDriver:
    """Settles sessions one after the other. `heads` are those of the inventory."""

    def __init__(
        self,
        files: SessionFiles,
        ledger: LedgerFile,
        client: TeamClient,
        now: Callable[[], datetime],
        settling: Settling = settle,
    ) -> None:
        self.heads: dict[str, Head] = {}
        self.may_go: Callable[[], bool] = lambda: True  # whether one more session may be removed or emptied
        self._fetched: dict[str, Fetched] = {}
        self._files, self._ledger, self._client, self._now = files, ledger, client, now
        self._settling = settling
        self._theirs: Content | None = None  # the last content that was read of the session
        self._head: Head | None = None

    def fetch(self, sessions: Iterable[str]) -> None:
        """Ask for heads, contents and chains of many sessions at once."""
        self._fetched = self._client.fetch(sessions)
        for session, found in self._fetched.items():
            self._set_head(session, found.head)

    def settled(self, session: str) -> Settlement:
        """What became of a session. `StoppedError` where the server can be asked no further."""
        self._theirs = self._head = None
        try:
            self._end_conflict(session)
            steps = self._settling(self._client.detail)
            effect = next(steps)
            while True:
                effect = steps.send(self._answer(session, effect))
        except StopIteration as end:
            result: Settlement = end.value
        except StoppedError:
            raise
        except StoreError as error:
            return Settlement(waits=True, fault=error.faults[0])
        if not result.waits and (row := self._ledger.conflict(session)):
            self._files.take_away(session, row.name, row.bytes)
            self._ledger.end_conflict(session)
        return result

    def planned(self, session: str) -> SyncStep:
        """What would be done about a session."""
        local, agreed, head = self._files.local(session), self._ledger.agreed(session), self.heads.get(session)
        chain = self._chain(session) if planner.needs_chain(local, agreed, head) else ()
        return planner.plan(local, agreed, head, chain, self._client.detail)

    def _answer(self, session: str, effect: Effect) -> Any:
        match effect:
            case ReadFile():
                return self._files.local(session)
            case ReadAgreed():
                return self._ledger.agreed(session)
            case ReadHead(again):
                if again and self.heads.get(session) is not _HIDDEN:
                    self._refetch(session)
                self._head = self.heads.get(session)
                return self._head
            case ReadChain():
                return self._chain(session)
            case ReadContent(revision, head):
                found = self._content(session, revision, head=head)
                self._theirs = found if isinstance(found, Content) else self._theirs
                return found
            case ReadLosses():
                return self._ledger.losses(session, self._now())
            case KeepLosses(losses):
                return self._ledger.keep_losses(session, losses, self._now())
            case WriteFile(over, content, keep, empties, earlier):
                write = partial(self._files.write, session, over, content, keep=keep, earlier=earlier)
                return self._gone(empties, write)
            case MoveFile(over):
                return self._gone(True, lambda: self._files.move(session, over))
            case Remember(agreed):
                return self._ledger.remember(session, agreed)
            case PutContent(parent, content):
                return self._taken(session, self._client.put(session, parent, content))
            case Delete(parent, late):
                return self._gone(late, lambda: self._taken(session, self._client.delete(session, parent)))
            case Ask(merge):
                if merge.asks:
                    self._lay_beside(session)
                return self._choices()

    def _gone(self, counts: bool, work: Callable[[], T]) -> T | None:
        """What the work answers; None where one more session that goes would be too many."""
        if counts and not self.may_go():
            return None
        done = work()
        if counts and (done is True or isinstance(done, Stored)):
            self._ledger.moved(self._now())
        return done

    def would_delete_late(self, session: str) -> bool:
        """Whether the server is to remove what it did not show when it was removed here."""
        agreed = self._ledger.agreed(session)
        # Of such a session the chain decides nothing.
        return planner.plan(self._files.local(session), agreed, self.heads.get(session), (), self._client.detail).late

    def would_empty(self, session: str) -> bool:
        """Whether most of what was agreed on is gone with the version that was fetched, or with it
        and those before.
        """
        found, agreed = self._fetched.get(session), self._ledger.agreed(session)
        if found is None or found.head is None or not isinstance(found.content, Content):
            return False
        if agreed is None or agreed.removed:
            return False
        known = self._ledger.losses(session, self._now())
        made = with_version(known, agreed.content, found.content, found.head.revision)
        return is_emptied(made, agreed.content)

    def _choices(self) -> Mapping[str, Choice] | None:
        return None  # a user decides with `session-tui merge`

    # ---- the server -----------------------------------------------------------------------------

    def _set_head(self, session: str, head: Head | None) -> None:
        if head is None:
            self.heads.pop(session, None)
        else:
            self.heads[session] = head

    def _refetch(self, session: str) -> None:
        found = self._client.fetch([session]).get(session, Fetched(None))
        self._fetched[session] = found
        self._set_head(session, found.head)

    def _chain(self, session: str) -> tuple[str, ...]:
        found = self._fetched.get(session)
        if found is not None and found.chain and self._reaches(session, found):
            return tuple(revision for revision, _ in found.chain)
        return tuple(revision for revision, _ in self._client.chain(session))

    def _reaches(self, session: str, found: Fetched) -> bool:
        """Whether the chain goes down to the first version, or to one that the ledger knows."""
        if found.whole:
            return True
        agreed = self._ledger.agreed(session)
        return agreed is not None and any(agreed.knows(revision) for revision, _ in found.chain)

    def _content(self, session: str, revision: str, *, head: bool) -> Content | Fault | None:
        found = self._fetched.get(session)
        if head and (found is None or found.head is None or found.head.revision != revision):
            self._refetch(session)
            found = self._fetched[session]
        if found is not None and found.head is not None and found.head.revision == revision:
            return found.content
        return None if head else self._client.content(session, revision)

    def _taken(self, session: str, answer: Stored | Moved | Hidden | Fault) -> Stored | Moved | Fault:
        if not isinstance(answer, Hidden):
            return answer
        self.heads[session] = _HIDDEN
        return Moved()

    # ---- what a user decides --------------------------------------------------------------------

    def _lay_beside(self, session: str) -> None:
        """The version of the server beside the file, for `session-tui merge`."""
        agreed: Agreed | None = self._ledger.agreed(session)
        theirs, head = self._theirs, self._head
        if theirs is None and agreed is not None:  # the file is older than what was agreed
            theirs, revision = agreed.content, agreed.revision
        elif theirs is not None and head is not None:
            revision = head.revision
        else:
            return
        before = self._ledger.conflict(session)
        if before is not None:
            there = self._files.beside(session, before.name)
            if before.revision == revision and there:
                return
            self._files.take_away(session, before.name, before.bytes)
        name = self._conflict_name(session, revision)
        written = self._files.lay_beside(session, name, theirs)
        self._ledger.keep_conflict(session, ConflictRow(revision, name, exchange.digest(written), theirs))

    def _conflict_name(self, session: str, revision: str) -> str:
        """The name of the copy. What was merged under another one before says nothing of it."""
        names = [f"{session} (team conflict {revision[at : at + 8]}).toml" for at in range(0, len(revision), 8)]
        return next((each for each in names if not self._files.beside(session, f"{each}.merged")), names[0])

    def _end_conflict(self, session: str) -> None:
        """Where the user has merged what was laid beside, our file has taken it in. That the copy
        is gone says nothing: it is laid there again.
        """
        row = self._ledger.conflict(session)
        if (
            row is None
            or self._files.beside(session, row.name)
            or not self._files.beside(session, f"{row.name}.merged")
        ):
            return
        self._ledger.remember(session, agreed_below(row.revision, row.content, ()))
        self._ledger.end_conflict(session)
