"""The sync of the folder of sessions with one team server.

    report = TeamSync(context, endpoint).run(limit=20.0, stop=event)

`run` may be called from any thread, one call at a time; it never asks a user and never prints. It
compares digests first: where nothing has changed on either side, that is its one request. Only
buckets that differ are looked at, and each session that differs is settled (`model/sync/
settlement.py`), so it may be stopped at any moment and goes on the next time.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from filelock import FileLock, Timeout
from msgspec import Struct

from session_tui.context import AppContext
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.sync import inventory, planner
from session_tui.model.sync.planner import Head, Notice, SyncStep
from session_tui.model.sync.settlement import Settlement, settle
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response, scrubbed
from session_tui.outbox.secrets import Secret, secret_of
from session_tui.outbox.service import PushService
from session_tui.outbox.sync import ledger_file
from session_tui.outbox.sync.driver import SettlementDriver, Settling
from session_tui.outbox.sync.ledger_file import AgreedRow, LedgerFile
from session_tui.outbox.sync.queued_messages import settle_messages
from session_tui.outbox.sync.report import SyncReport, WaitingSession
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.outbox.sync.team_client import PAGE, ServerDigest, StoppedError, TeamClient
from session_tui.store import folders
from session_tui.store.errors import StoreError

PATIENCE = 10.0  # seconds to wait for another sync of this folder
_PASSES = 3  # so often it is looked again whether both sides hold the same
_FEW_BUCKETS = 8  # more than so many that differ: the whole inventory is one or two requests
_LONGEST_REQUEST = 60.0  # seconds, for a page of whole sessions
_TICK = 0.05  # seconds between two looks whether sync is to stop

Report: TypeAlias = Callable[[int, int], None]  # so many of so many sessions are settled
Sender: TypeAlias = Callable[[Request, int], Response]


class TeamSync:
    """Sync with the team server of an endpoint. `send` replaces the network, `settling` the
    settlement of a session.
    """

    def __init__(
        self,
        context: AppContext,
        endpoint: Endpoint,
        *,
        send: Sender | None = None,
        settling: Settling = settle,
        find_secret: Callable[[], Secret] | None = None,
    ) -> None:
        """`find_secret` finds the endpoint's secret; `StoreError` where it cannot."""
        self._context, self._endpoint = context, endpoint
        self._send, self._settling = send, settling
        self._find_secret = find_secret or (lambda: secret_of(endpoint, context.environ))

    def run(
        self,
        *,
        limit: float | None = None,
        stop: threading.Event | None = None,
        report: Report = lambda done, of: None,
        remove: bool = False,
        dry_run: bool = False,
    ) -> SyncReport:
        """Bring both sides in step, as far as nothing has to be asked.

        It ends after `limit` seconds, or as soon as `stop` is set: then `stopped` says so, and
        what was done until then stays. `report` is called with each session that is settled.
        `remove` says yes to removals that would otherwise wait. With `dry_run` nothing is changed:
        the counts are of what would be done.

        Never raises `StoreError`: the report carries the fault.
        """
        deadline = _Deadline(limit, stop or threading.Event())
        try:
            if self._endpoint.kind != "team_server":
                what = f"{self._endpoint.name} is no team server, and sync is with one"
                raise StoreError(Fault("", what, 'An endpoint of kind = "team_server" is.'))
            push_service = PushService(self._context)
            push_service.check_use(self._endpoint)
            secret = self._find_secret()
            with self._alone(deadline), self._sender(deadline) as send:
                found = self._run(send, secret, deadline, report, remove=remove, dry_run=dry_run)
            if not dry_run:
                settle_messages(push_service, self._endpoint, found)
            return found
        except StoreError as error:
            return SyncReport(self._endpoint.name, stopped=error.faults[0])

    def _run(
        self, send: Sender, secret: Secret, deadline: "_Deadline", report: Report, *, remove: bool, dry_run: bool
    ) -> SyncReport:
        context, endpoint = self._context, self._endpoint
        url = address_of(endpoint).url
        client = TeamClient(url, secret, endpoint.detail, send, deadline.wait)
        there = client.digest()
        path = ledger_file.path_of(context.state, context.sessions, url, client.detail)
        with contextlib.suppress(folders.NotSyncedError):
            folders.make(path.parent, 0o700)
        ledger = LedgerFile(path, client.detail)
        try:
            files = SessionFiles(context.sessions, context.state, context.now)
            driver = SettlementDriver(files, ledger, client, context.now, self._settling)
            one = _Sync(context, endpoint.name, client, ledger, files, driver, report, remove=remove)
            return one.planned(there) if dry_run else one.brought_in_step(there)
        finally:
            ledger.close()

    @contextlib.contextmanager
    def _alone(self, deadline: "_Deadline") -> Iterator[None]:
        """One sync of this folder with this server at a time."""
        name = ledger_file.path_of(self._context.state, self._context.sessions, self._endpoint.url, "full").stem
        lock = FileLock(self._context.state / ledger_file.FOLDER / f"{name}.lock", thread_local=False)
        with contextlib.suppress(folders.NotSyncedError):
            folders.make(self._context.state / ledger_file.FOLDER, 0o700)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                if time.monotonic() > until:
                    what = f"another window has been syncing with {self._endpoint.name} for {PATIENCE:.0f} seconds"
                    do = "Nothing was changed by this one."
                    raise StoreError(Fault("", what, do, kind="busy")) from None
                deadline.wait(_TICK)
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _sender(self, deadline: "_Deadline") -> Iterator[Sender]:
        if self._send is not None:
            yield self._send
            return
        from session_tui.outbox import http

        channel, timeouts = http.Channel(), http.Timeouts(overall=_LONGEST_REQUEST)
        deadline.at_end(channel.cut)

        def send(request: Request, most: int) -> Response:
            return scrubbed(request, channel.send(request, timeouts, most))

        try:
            yield send
        finally:
            deadline.close()
            channel.close()


class _Deadline:
    """When a sync ends: its time is over, or `stop` is set."""

    def __init__(self, limit: float | None, stop: threading.Event) -> None:
        self._limit, self._stop = limit, stop
        self._until = None if limit is None else time.monotonic() + limit
        self._closed = threading.Event()

    def wait(self, seconds: float) -> None:
        """Wait; `StoppedError` where the sync is to end."""
        until = time.monotonic() + seconds
        while True:
            self.check()
            left = until - time.monotonic()
            if left <= 0:
                return
            self._stop.wait(min(left, _TICK))

    def check(self) -> None:
        """`StoppedError` where the sync is to end."""
        if self._stop.is_set():
            raise StoppedError(Fault("", "it was stopped", "The next sync goes on."))
        if self._until is not None and time.monotonic() > self._until:
            raise StoppedError(
                Fault("", f"it did not come to its end in {self._limit:g} seconds", "The next sync goes on.")
            )

    def at_end(self, cut: Callable[[], None]) -> None:
        """Call `cut` from another thread when the sync is to end while a request is under way."""

        def watch() -> None:
            while not self._closed.is_set():
                try:
                    self.check()
                except StoppedError:
                    cut()
                    return
                self._closed.wait(_TICK)

        threading.Thread(target=watch, name="sync deadline", daemon=True).start()

    def close(self) -> None:
        """The sync has ended."""
        self._closed.set()


class _View(Struct):
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


class _Sync:
    """One sync: what is known, and the counts."""

    def __init__(
        self,
        context: AppContext,
        name: str,
        client: TeamClient,
        ledger: LedgerFile,
        files: SessionFiles,
        driver: SettlementDriver,
        report: Report,
        *,
        remove: bool,
    ) -> None:
        self._context, self._name, self._client = context, name, client
        self._ledger, self._files, self._driver, self._report = ledger, files, driver, report
        self._remove = remove
        self._counts: Counter[str] = Counter()
        self._waits: dict[str, WaitingSession] = {}
        self._notices: dict[tuple[Notice, str], None] = {}
        self._removals: frozenset[str] = frozenset()

    # ---- the whole ------------------------------------------------------------------------------

    def brought_in_step(self, there: ServerDigest) -> SyncReport:
        """Settle what differs, until both sides hold the same or nothing more can be done."""
        view, stopped = _View({}, frozenset(), {}, {}), None
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
                if self._is_in_step(view, there) or self._waits or self._removals:
                    break
        except StoreError as error:
            stopped = error.faults[0]
        self._ledger.keep_fact("cursor", there.cursor)
        return self._made(view, there, stopped)

    def planned(self, there: ServerDigest) -> SyncReport:
        """What would be done, and nothing is."""
        view, stopped = self._look(), None
        try:
            differing = self._differing(view, there)
            self._removals = self._to_ask(view, differing)
            for page in _pages([key for key in differing if key not in self._removals]):
                self._prefetch(view, page)
                for session in page:
                    self._planned(session, self._driver.planned(session))
        except StoreError as error:
            stopped = error.faults[0]
        return self._made(view, there, stopped)

    def _made(self, view: _View, there: ServerDigest, stopped: Fault | None) -> SyncReport:
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
            removals=len(self._removals),
            hidden=len(view.hidden),
            waits=tuple(self._waits[key] for key in sorted(self._waits)),
            notices=tuple(self._notices),
            stopped=stopped,
        )

    # ---- comparing ------------------------------------------------------------------------------

    def _look(self) -> _View:
        files, read = self._files.digests(self._client.detail, self._ledger.looks())
        self._ledger.keep_looks(read)
        hidden = {key: content for key, content in self._ledger.hidden().items() if files.get(key) == content}
        return _View(files, self._files.removed(), self._ledger.rows(), hidden)

    def _is_in_step(self, view: _View, there: ServerDigest) -> bool:
        return inventory.root(inventory.buckets(view.seen())) == there.root

    def _differing(self, view: _View, there: ServerDigest) -> list[str]:
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

    def _is_settled(self, view: _View, session: str, head: Head | None) -> bool:
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

    def _settle(self, view: _View, differing: list[str]) -> None:
        self._removals = self._to_ask(view, differing)
        done, left = 0, [key for key in differing if key not in self._removals]
        for page in _pages(left):
            try:
                self._prefetch(view, page)
                for session in page:
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

    def _prefetch(self, view: _View, page: list[str]) -> None:
        """Heads, contents and chains of those of whom they are needed, at once."""
        needed = [key for key in page if self._is_needed(view, key)]
        if needed:
            self._driver.fetch(needed)

    def _is_needed(self, view: _View, session: str) -> bool:
        head, agreed = self._driver.heads.get(session), view.agreed.get(session)
        if head is None or head.state not in ("here", "removed"):
            return False
        if agreed is not None and agreed.revision == head.revision:
            return False
        return head.state == "here" or session in view.files

    def _to_ask(self, view: _View, differing: list[str]) -> frozenset[str]:
        """The sessions that the server removed, where they are so many that a user is asked."""
        found = [key for key in differing if self._would_move(view, key)]
        many = planner.is_mass_removal(len(found) + self._ledger.moves(self._context.now()), len(view.files))
        return frozenset(found) if many and found and not self._remove else frozenset()

    def _would_move(self, view: _View, session: str) -> bool:
        head, agreed = self._driver.heads.get(session), view.agreed.get(session)
        if head is None or head.state != "removed" or not view.files.get(session):
            return False
        return agreed is None or (view.files[session] == agreed.content and agreed.revision != head.revision)

    def _counted(self, session: str, result: Settlement) -> None:
        for name in ("sent", "received", "merged", "removed"):
            self._counts[name] += bool(getattr(result, name)) and not (name == "received" and result.merged)
        for notice in result.notices:
            self._notices[notice, session] = None
        self._waits.pop(session, None)
        if result.waits:
            newer = self._is_newer(session)
            self._waits[session] = WaitingSession(session, result.notices, result.asks, result.fault, newer)
        elif "hidden" in result.notices:
            self._ledger.hide(session, self._digest_of(session))

    def _is_newer(self, session: str) -> bool:
        """Whether the server has a version that did not go into the file."""
        head, agreed = self._driver.heads.get(session), self._ledger.agreed(session)
        return head is not None and head.state == "here" and (agreed is None or not agreed.knows(head.revision))

    def _digest_of(self, session: str) -> str:
        found, _ = self._files.digests(self._client.detail, {}, (session,))
        return found[session]

    def _after(self, view: _View, settled: list[str]) -> _View:
        """What is here once these were settled: what was agreed is in the files."""
        files, agreed = dict(view.files), self._ledger.rows()
        for session in settled:
            files.pop(session, None)
            row = agreed.get(session)
            if session in self._waits or session in self._removals or row is None:
                files |= self._files.digests(self._client.detail, {}, (session,))[0]
            elif not row.removed:
                files[session] = row.content
        hidden = {key: content for key, content in self._ledger.hidden().items() if files.get(key) == content}
        return _View(files, self._files.removed(), agreed, hidden)

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
