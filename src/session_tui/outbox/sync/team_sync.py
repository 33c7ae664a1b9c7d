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
from collections.abc import Callable, Iterator
from typing import TypeAlias

from session_tui.context import AppContext
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.sync.settlement import settle
from session_tui.model.vocabulary import Detail
from session_tui.outbox import synced_folder
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response, scrubbed
from session_tui.outbox.secrets import Secret, secret_of
from session_tui.outbox.service import PushService
from session_tui.outbox.sync.driver import SettlementDriver, Settling
from session_tui.outbox.sync.ledger_file import LedgerFile
from session_tui.outbox.sync.proof import SyncProof, differences, proof_line
from session_tui.outbox.sync.queued_messages import settle_messages
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.outbox.sync.sync_run import Report, SyncRun
from session_tui.outbox.sync.team_client import StoppedError, TeamClient
from session_tui.store import folders, locking
from session_tui.store.errors import StoreError, from_os_error

PATIENCE = 10.0  # seconds to wait for another sync of this folder
_LONGEST_REQUEST = 60.0  # seconds, for a page of whole sessions
_TICK = 0.05  # seconds between two looks whether sync is to stop

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
        rest: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`find_secret` finds the endpoint's secret; `StoreError` where it cannot.

        `rest` returns the seconds to wait after each session that was read or settled, because
        others need the processor.
        """
        self._context, self._endpoint, self._rest = context, endpoint, rest
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

        Never raises `StoreError` or OSError: the report carries the fault.
        """
        deadline = _Deadline(limit, stop or threading.Event())
        try:
            secret = self._check()
            with self._alone(deadline), self._sender(deadline) as send:
                client = self._client(secret, send, deadline)
                found = self._run(client, deadline, report, remove=remove, dry_run=dry_run)
            if not dry_run:
                settle_messages(PushService(self._context), self._endpoint, found)
            return found
        except (StoreError, OSError) as error:
            return SyncReport(self._endpoint.name, stopped=self._fault(error))

    def proof(self, *, limit: float | None = None, stop: threading.Event | None = None) -> SyncProof:
        """The line that two members compare, made from the files here, and what the server has
        otherwise. Changes nothing; never raises `StoreError` or OSError.
        """
        deadline = _Deadline(limit, stop or threading.Event())
        files = SessionFiles(self._context.sessions, self._context.state, self._context.now)
        line = ""
        try:
            secret = self._check()
            with self._sender(deadline) as send:
                client = self._client(secret, send, deadline)
                try:
                    there = client.digest()
                except StoreError as error:
                    line = proof_line(_readable(files, client.detail), client.detail)
                    return SyncProof(self._endpoint.name, line, {}, error.faults[0])
                with self._ledger(client) as ledger:
                    hidden = ledger.hidden()
                seen = {key: each for key, each in _readable(files, client.detail).items() if hidden.get(key) != each}
                line = proof_line(seen, client.detail)
                return SyncProof(self._endpoint.name, line, differences(seen, there, client))
        except (StoreError, OSError) as error:
            return SyncProof(self._endpoint.name, line, {}, self._fault(error))

    def _fault(self, error: StoreError | OSError) -> Fault:
        """Why it ended; an error of the system is one with the state folder."""
        if isinstance(error, StoreError):
            return error.faults[0]
        where = self._context.state / synced_folder.FOLDER
        return from_os_error(error, where, "Nothing is lost; the next sync goes on.")

    def _check(self) -> Secret:
        """The secret, where the endpoint may be synced with; `StoreError`."""
        if self._endpoint.kind != "team_server":
            what = f"{self._endpoint.name} is no team server, and sync is with one"
            raise StoreError(Fault("", what, 'An endpoint of kind = "team_server" is.'))
        PushService(self._context).check_use(self._endpoint)
        return self._find_secret()

    def _client(self, secret: Secret, send: Sender, deadline: "_Deadline") -> TeamClient:
        return TeamClient(address_of(self._endpoint).url, secret, self._endpoint.detail, send, deadline.wait)

    @contextlib.contextmanager
    def _ledger(self, client: TeamClient) -> Iterator[LedgerFile]:
        context = self._context
        path = synced_folder.path_of(context.state, context.sessions, self._endpoint.name, client.detail)
        with contextlib.suppress(folders.NotSyncedError):
            folders.make(path.parent, 0o700)
        ledger = LedgerFile(path)
        try:
            yield ledger
        finally:
            ledger.close()

    def _run(
        self, client: TeamClient, deadline: "_Deadline", report: Report, *, remove: bool, dry_run: bool
    ) -> SyncReport:
        context = self._context

        def rest() -> None:
            if seconds := self._rest():
                deadline.wait(seconds)

        def reported(done: int, of: int) -> None:
            report(done, of)
            rest()

        there = client.digest()
        with self._ledger(client) as ledger:
            files = SessionFiles(context.sessions, context.state, context.now, rest)
            driver = SettlementDriver(files, ledger, client, context.now, self._settling)
            one = SyncRun(self._endpoint.name, client, ledger, files, driver, reported, context.now, remove=remove)
            return one.planned(there) if dry_run else one.brought_in_step(there)

    @contextlib.contextmanager
    def _alone(self, deadline: "_Deadline") -> Iterator[None]:
        """One sync of this folder with this server at a time."""
        name = synced_folder.path_of(self._context.state, self._context.sessions, self._endpoint.name, "full").stem
        with contextlib.suppress(folders.NotSyncedError):
            folders.make(self._context.state / synced_folder.FOLDER, 0o700)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                lock = locking.acquired(self._context.state / synced_folder.FOLDER / f"{name}.lock")
                break
            except locking.LockTimeout:
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


def _readable(files: SessionFiles, detail: Detail) -> dict[str, str]:
    """The content digests of all files, each read now."""
    return {key: content for key, content in files.digests(detail, {})[0].items() if content}
