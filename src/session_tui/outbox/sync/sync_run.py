"""One sync: what both sides hold is compared, and what differs is settled."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.sync import inventory, planner
from session_tui.model.sync.planner import Head, Notice, SyncStep
from session_tui.model.sync.settlement import Settlement
from session_tui.outbox.sync.driver import SettlementDriver
from session_tui.outbox.sync.ledger_file import AgreedRow, LedgerFile
from session_tui.outbox.sync.report import SyncReport, WaitingSession
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.outbox.sync.team_client import PAGE, ServerDigest, TeamClient
from session_tui.store.errors import StoreError

_PASSES = 3  # so often it is looked again whether both sides hold the same
_FEW_BUCKETS = 8  # more than so many that differ: the whole inventory is one or two requests

Report: TypeAlias = Callable[[int, int], None]  # so many of so many sessions are settled


class FolderView(Struct):
    """What both sides hold: `files` are the content digests of the folder's sessions, empty where
    one cannot be read.
    """

    files: dict[str, str]
    removed: frozenset[str]
    agreed: Mapping[str, AgreedRow]
    hidden: dict[str, str]

    def seen(self) -> dict[str, str]:
        """The content digests of the sessions that the server should have too."""
        return {key: content for key, content in self.files.items() if content and self.hidden.get(key, "") != content}

    def is_quiet(self, session: str) -> bool:
        """Whether nothing changed here since the last sync."""
        content, agreed = self.files.get(session), self.agreed.get(session)
        if content is None:
            return agreed is None or agreed.removed
        if not content or self.hidden.get(session) == content:
            return True
        return agreed is not None and not agreed.removed and agreed.content == content


class SyncRun:
    """One sync: what is known, and the counts."""

    def __init__(
        self,
        name: str,
        client: TeamClient,
        ledger: LedgerFile,
        files: SessionFiles,
        driver: SettlementDriver,
        report: Report,
        now: Callable[[], datetime],
        *,
        remove: bool,
    ) -> None:
        self._name, self._client, self._now = name, client, now
        self._ledger, self._files, self._driver, self._report = ledger, files, driver, report
        self._remove = remove
        self._counts: Counter[str] = Counter()
        self._waits: dict[str, WaitingSession] = {}
        self._notices: dict[tuple[Notice, str], None] = {}
        self._removals: frozenset[str] = frozenset()
        self._emptied: frozenset[str] = frozenset()
        self._is_behind = False  # the server was found to be

    # ---- the whole ------------------------------------------------------------------------------

    def brought_in_step(self, there: ServerDigest) -> SyncReport:
        """Settle what differs, until both sides hold the same or nothing more can be done."""
        view, stopped = FolderView({}, frozenset(), {}, {}), None
        try:
            view = self._look()
            for _ in range(_PASSES):
                differing = self._differing(view, there)
                if not differing:
                    break
                before = self._client.requests
                self._settle(view, differing)
                view = self._after(view, differing)
                if self._client.requests > before:
                    there = self._client.digest()
                if self._is_in_step(view, there) or self._waits or self._removals or self._emptied:
                    break
        except StoreError as error:
            stopped = error.faults[0]
        return self._made(view, there, stopped)

    def planned(self, there: ServerDigest) -> SyncReport:
        """What would be done, and nothing is."""
        view, stopped = self._look(), None
        try:
            differing = self._differing(view, there)
            self._removals = self._to_ask(view, differing)
            for page in _pages([key for key in differing if key not in self._removals]):
                self._prefetch(view, page)
                for session in self._without_emptied(view, page):
                    self._planned(session, self._driver.planned(session))
        except StoreError as error:
            stopped = error.faults[0]
        return self._made(view, there, stopped)

    def _made(self, view: FolderView, there: ServerDigest, stopped: Fault | None) -> SyncReport:
        for session, content in view.files.items():
            if not content:
                fault = self._files.faults.get(session)
                self._waits.setdefault(session, WaitingSession(session, ("unreadable",), (), fault))
        return SyncReport(
            endpoint=self._name,
            sent=self._counts["sent"],
            received=self._counts["received"],
            merged=self._counts["merged"],
            removed=self._counts["removed"],
            here=len(view.files),
            there=there.count,
            in_step=stopped is None and self._is_in_step(view, there),
            requests=self._client.requests,
            removals=sum(map(self._is_removed_there, self._removals)),
            late_removals=tuple(sorted(each for each in self._removals if not self._is_removed_there(each))),
            emptied=tuple(sorted(self._emptied)),
            hidden=len(view.hidden),
            not_taken=frozenset(view.hidden) | self._removals | self._emptied,
            waits=tuple(self._waits[key] for key in sorted(self._waits)),
            notices=tuple(self._notices),
            put_back=self._ledger.put_back(self._now()),
            stopped=stopped,
        )

    # ---- comparing ------------------------------------------------------------------------------

    def _look(self) -> FolderView:
        files, read = self._files.digests(self._client.detail, self._ledger.looks())
        self._ledger.keep_looks(read)
        hidden = {key: content for key, content in self._ledger.hidden().items() if files.get(key) == content}
        return FolderView(files, self._files.removed(), self._ledger.rows(), hidden)

    def _is_in_step(self, view: FolderView, there: ServerDigest) -> bool:
        return inventory.root(inventory.buckets(view.seen())) == there.root

    def _differing(self, view: FolderView, there: ServerDigest) -> list[str]:
        """The sessions that are to be settled; asks for the heads of those buckets that differ."""
        known = {*view.files, *view.agreed, *view.removed}
        changed = {key for key in known if not view.is_quiet(key)}
        ours = inventory.buckets(view.seen())
        asked = {*inventory.differing(ours, there.buckets), *map(inventory.bucket_of, changed)}
        if not asked:
            return []
        heads = self._heads(asked)
        self._driver.heads |= heads
        for session in [key for key in view.hidden if key in heads]:  # the user may see it again
            self._ledger.show(session)
            del view.hidden[session]
        in_buckets = {key for key in (*known, *heads) if inventory.bucket_of(key) in asked}
        return sorted(key for key in in_buckets if not self._is_settled(view, key, heads.get(key)))

    def _heads(self, asked: set[str]) -> dict[str, Head]:
        if len(asked) > _FEW_BUCKETS:
            return self._client.inventory()
        heads: dict[str, Head] = {}
        for bucket in sorted(asked):
            heads |= self._client.inventory(bucket)
        return heads

    def _is_settled(self, view: FolderView, session: str, head: Head | None) -> bool:
        content, agreed = view.files.get(session), view.agreed.get(session)
        if content == "" or session in view.hidden:
            return True  # it cannot be read here; or not seen there
        if not view.is_quiet(session):
            return False
        if content is None:  # none here, and none agreed
            if head is None or head.state == "removed":
                return agreed is None or head is None or head.revision == agreed.revision
            return False
        return head is not None and agreed is not None and (head.revision, head.state) == (agreed.revision, "here")

    # ---- settling -------------------------------------------------------------------------------

    def _settle(self, view: FolderView, differing: list[str]) -> None:
        self._removals = self._to_ask(view, differing)
        self._driver.may_go = lambda: self._remove or not self._is_mass(1, view)
        done, left = 0, [key for key in differing if key not in self._removals]
        for page in _pages(left):
            try:
                self._prefetch(view, page)
                for session in self._without_emptied(view, page):
                    self._client.check()
                    self._counted(session, self._driver.settled(session))
                    done += 1
                    self._report(done, len(left))
            finally:
                self._remembered()

    def _remembered(self) -> None:
        """Write the ledger, once no power cut can take the files away that it speaks of."""
        self._files.sync()
        self._ledger.flush()
        self._ledger.sweep_losses(self._now())

    def _prefetch(self, view: FolderView, page: list[str]) -> None:
        """Heads, contents and chains of those of whom they are needed, at once."""
        needed = [key for key in page if self._is_needed(view, key)]
        if needed:
            self._driver.fetch(needed)

    def _is_needed(self, view: FolderView, session: str) -> bool:
        head, agreed = self._driver.heads.get(session), view.agreed.get(session)
        if head is None or head.state not in ("here", "removed"):
            return False
        if agreed is not None and agreed.revision == head.revision:
            return False
        return head.state == "here" or session in view.files

    def _to_ask(self, view: FolderView, differing: list[str]) -> frozenset[str]:
        """The sessions that the server removed, and those that are to be removed there late, where
        they are so many that a user is asked.
        """
        found = [key for key in differing if self._would_move(view, key) or self._would_delete_late(view, key)]
        many = self._is_mass(len(found), view)
        return frozenset(found) if many and found and not self._remove else frozenset()

    def _without_emptied(self, view: FolderView, page: list[str]) -> list[str]:
        """The sessions of a page; without those that would be emptied, where they are so many that
        a user is asked.
        """
        found = frozenset(key for key in page if key in view.files and self._driver.would_empty(key))
        if not found or self._remove or not self._is_mass(len(found), view):
            return page
        self._emptied |= found
        return [key for key in page if key not in found]

    def _is_mass(self, more: int, view: FolderView) -> bool:
        return planner.is_mass_removal(more + self._ledger.moves(self._now()), len(view.files))

    def _would_move(self, view: FolderView, session: str) -> bool:
        head, agreed = self._driver.heads.get(session), view.agreed.get(session)
        if head is None or head.state != "removed" or not view.files.get(session):
            return False
        return agreed is None or (view.files[session] == agreed.content and agreed.revision != head.revision)

    def _would_delete_late(self, view: FolderView, session: str) -> bool:
        head, agreed = self._driver.heads.get(session), view.agreed.get(session)
        if (
            session in view.files
            or head is None
            or head.state != "here"
            or (agreed is None and session not in view.removed)
        ):
            return False
        return (agreed is None or not agreed.revision) and self._driver.would_delete_late(session)

    def _counted(self, session: str, result: Settlement) -> None:
        for name in ("sent", "received", "merged", "removed"):
            self._counts[name] += bool(getattr(result, name)) and not (name == "received" and result.merged)
        for notice in ("hidden",) if "hidden" in result.notices else result.notices:
            self._notices[notice, session] = None
        if result.behind and not self._is_behind:
            self._is_behind = True
            self._ledger.found_put_back(self._now())  # before what was agreed: later nothing shows it
        self._waits.pop(session, None)
        if result.needs_yes and (self._is_removed_there(session) or not self._files.path(session).exists()):
            self._removals |= {session}
        elif result.needs_yes:
            self._emptied |= {session}
        elif result.waits:
            newer = self._is_newer(session)
            self._waits[session] = WaitingSession(session, result.notices, result.asks, result.fault, newer)
        elif "hidden" in result.notices:
            self._ledger.hide(session, self._digest_of(session))

    def _is_removed_there(self, session: str) -> bool:
        head = self._driver.heads.get(session)
        return head is not None and head.state == "removed"

    def _is_newer(self, session: str) -> bool:
        """Whether the server has a version that did not go into the file."""
        head, agreed = self._driver.heads.get(session), self._ledger.agreed(session)
        return head is not None and head.state == "here" and (agreed is None or not agreed.knows(head.revision))

    def _digest_of(self, session: str) -> str:
        found, _ = self._files.digests(self._client.detail, {}, (session,))
        return found[session]

    def _after(self, view: FolderView, settled: list[str]) -> FolderView:
        """What is here once these were settled: what was agreed is in the files."""
        files, agreed, hidden = dict(view.files), self._ledger.rows(), self._ledger.hidden()
        for session in settled:
            files.pop(session, None)
            row = agreed.get(session)
            if row is None or any(session in found for found in (self._waits, self._removals, self._emptied, hidden)):
                files |= self._files.digests(self._client.detail, {}, (session,))[0]
            elif not row.removed and self._files.path(session).exists():
                files[session] = row.content
        hidden = {key: content for key, content in hidden.items() if files.get(key) == content}
        return FolderView(files, self._files.removed(), agreed, hidden)

    # ---- planning alone -------------------------------------------------------------------------

    def _planned(self, session: str, step: SyncStep) -> None:
        match step.action:
            case "put":
                self._counts["sent"] += 1
            case "write" | "back":
                self._counts["received"] += 1
            case "merge" | "mend":
                self._counts["merged"] += 1
            case "move" | "delete":
                self._counts["removed"] += 1
            case "leave" if "hidden" not in step.notices:
                self._waits[session] = WaitingSession(session, step.notices, (), self._files.faults.get(session))
        for notice in step.notices:
            self._notices[notice, session] = None


def _pages(sessions: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(sessions), PAGE):
        yield sessions[at : at + PAGE]
