"""Syncs by itself: for as long as a screen is open, and in the process that goes on after it.

No screen waits for anything here. The thread is a daemon that nothing joins: whatever the network,
the keyring or the disk do, the program ends at once, and the next sync goes on.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from session_tui.context import AppContext
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.outbox import synced_folder, trust
from session_tui.outbox.secrets import Secret, secret_of
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.sync.team_state import TeamStanding, standing_of
from session_tui.outbox.sync.team_sync import TeamSync
from session_tui.store.errors import StoreError, unforeseen

EVERY = 60.0  # seconds between two syncs of an open screen
AFTER_FAILURE = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # seconds, the last again and again
SETTLED = 0.5  # seconds between being woken and a sync: several changes come at once
SILENT = 15.0  # seconds without an answer, until a screen says so
SLOWLY = 0.05  # seconds between two sessions of a long sync while one is held
KEYRING = 15.0  # seconds that a keyring may take: it may ask its user, or hang
_BUSY = 5.0  # seconds, where another window is syncing

Report = Callable[[TeamStanding], None]


def synced_endpoints(context: AppContext) -> tuple[Endpoint, ...]:
    """The endpoints that are kept in step by themselves; none where it is not sure which folder is
    meant, or where a folder needs the user's yes.

    A folder that only happens to be here, or that an option names, may be another customer's: it
    goes to a server once `session-tui sync` or `push` brought it there, and not before.
    """
    places = context.places
    if places.sessions.fault or places.unsure or (places.outside and trust.untrusted_folders(places)):
        return ()
    return tuple(each for each in places.configuration.endpoints if each.sync and synced_folder.is_for(places, each))


class SyncWorker:
    """Syncs while a screen is open: at once, at an interval, and when it is woken.

    `run` is called in a thread of its own, after the first paint. `report` is called from threads
    with each new standing.
    """

    def __init__(
        self,
        context: AppContext,
        endpoints: Sequence[Endpoint],
        report: Report,
        *,
        is_held: Callable[[], bool] = lambda: False,
        every: float = EVERY,
        silent: float = SILENT,
    ) -> None:
        """`is_held` says, from any thread, whether a session is held in this program: then a long
        sync goes slowly, because its work and that of the keys share one interpreter.
        """
        self._is_held = is_held
        self._context, self._endpoints, self._report = context, endpoints, report
        self._every, self._silent = every, silent
        self._secrets = {each.name: _SecretQuestion(context, each) for each in endpoints}
        self._wake, self._ended = threading.Event(), threading.Event()
        self._asked = 0  # how often it was woken
        self._done = 0  # that number when the last sync began that came to its end
        self._standing: TeamStanding | None = None

    @property
    def is_owing(self) -> bool:
        """Whether it was woken, and no sync since then has come to its end."""
        return self._done < self._asked

    def wake(self) -> None:
        """Sync now: something was changed here. Returns at once; from any thread."""
        self._asked += 1
        self._wake.set()

    def stop(self) -> None:
        """End; a running sync is cut off, and the next one goes on. Returns at once."""
        self._ended.set()
        self._wake.set()

    def run(self) -> None:
        """Sync until it is stopped."""
        failures = 0
        while not self._ended.is_set():
            self._wake.clear()
            asked = self._asked
            reports = self._round()
            busy = any(each.stopped is not None and each.stopped.kind == "busy" for each in reports)
            failed = any(each.stopped is not None for each in reports)
            if not failed:
                self._done = asked
            if not busy:
                failures = failures + 1 if failed else 0
                self._say(standing_of(reports))
            pause = _BUSY if busy else AFTER_FAILURE[min(failures, len(AFTER_FAILURE)) - 1] if failed else self._every
            if self._wake.wait(pause * (0.8 + 0.4 * self._context.rng.random())):
                self._ended.wait(SETTLED)

    def _round(self) -> list[SyncReport]:
        reports = []
        for each in self._endpoints:
            with self._watched():
                reports.append(self._synced(each))
        return reports

    def _synced(self, endpoint: Endpoint) -> SyncReport:
        try:
            sync = TeamSync(self._context, endpoint, find_secret=self._secrets[endpoint.name], rest=self._pause)
            return sync.run(stop=self._ended, report=self._progress)
        except Exception as error:  # noqa: BLE001 - the thread goes on, and reports it
            return SyncReport(endpoint.name, stopped=unforeseen(error))

    # ---- what it reports ------------------------------------------------------------------------

    def _pause(self) -> float:
        return SLOWLY if self._is_held() else 0.0

    def _progress(self, done: int, of: int) -> None:
        self._heard_at = time.monotonic()
        if of > done and self._heard_at - self._said_at > 1.0:
            self._said_at = self._heard_at
            self._say(TeamStanding("syncing", progress=f"{done:,} of {of:,}"))

    _heard_at = _said_at = 0.0

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Report a server that has given no sign for some seconds, while it is waited for."""
        over = threading.Event()
        self._heard_at = self._said_at = time.monotonic()

        def watch() -> None:
            while not over.wait(max(0.05, self._heard_at + self._silent - time.monotonic())):
                if time.monotonic() - self._heard_at >= self._silent:
                    self._say(TeamStanding("not reached", reason=f"no answer for {self._silent:.0f} seconds"))
                    self._heard_at = time.monotonic()

        threading.Thread(target=watch, name="sync watch", daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def _say(self, standing: TeamStanding) -> None:
        if standing != self._standing and not self._ended.is_set():
            self._standing = standing
            with contextlib.suppress(Exception):  # the screen may be gone already
                self._report(standing)


class _SecretQuestion:
    """Finds an endpoint's secret, with a deadline; one question at a time, however often it is
    called.
    """

    def __init__(self, context: AppContext, endpoint: Endpoint) -> None:
        self._context, self._endpoint = context, endpoint
        self._thread: threading.Thread | None = None
        self._found: Secret | StoreError | None = None

    def __call__(self) -> Secret:
        if not self._endpoint.secret_keyring:
            return secret_of(self._endpoint, self._context.environ)
        if self._thread is None or not self._thread.is_alive():
            self._found = None
            self._thread = threading.Thread(target=self._ask, name="keyring", daemon=True)
            self._thread.start()
        self._thread.join(KEYRING)
        if self._found is None:
            what = f"the keyring has not given its secret for {KEYRING:.0f} seconds"
            raise StoreError(Fault(f'endpoint "{self._endpoint.name}"', what, "Unlock it; it is asked again."))
        if isinstance(self._found, StoreError):
            raise self._found
        return self._found

    def _ask(self) -> None:
        try:
            self._found = secret_of(self._endpoint, self._context.environ)
        except StoreError as error:
            self._found = error
        except Exception as error:  # noqa: BLE001 - any library may be behind a keyring
            self._found = StoreError(unforeseen(error))


def sync_for(seconds: float, context: AppContext) -> tuple[SyncReport, ...]:
    """Sync until all that can be brought in step is, for so many seconds at most; then return what
    became of it. For a process without a screen.
    """
    until = time.monotonic() + seconds
    pauses = iter(AFTER_FAILURE)
    reports: dict[str, SyncReport] = {}
    left = list(synced_endpoints(context))
    questions = {each.name: _SecretQuestion(context, each) for each in left}
    while left:
        for each in left:
            limit = max(0.1, until - time.monotonic())
            try:
                reports[each.name] = TeamSync(context, each, find_secret=questions[each.name]).run(limit=limit)
            except Exception as error:  # noqa: BLE001 - the other servers are synced all the same
                reports[each.name] = SyncReport(each.name, stopped=unforeseen(error))
        left = [each for each in left if reports[each.name].stopped is not None]
        pause = next(pauses, AFTER_FAILURE[-1])
        if not left or time.monotonic() + pause > until:
            break
        time.sleep(pause)
    return tuple(reports.values())
