"""Keeps the sessions and the team's servers in step while the program is open.

The sync itself is loaded in its own thread, after the first paint, and only where an endpoint has
`sync = true`. Nothing here waits.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from session_tui.context import AppContext
from session_tui.store.errors import StoreError

if TYPE_CHECKING:
    from session_tui.outbox.sync.sync_worker import SyncWorker
    from session_tui.outbox.sync.team_state import TeamStanding


FIRST = 1.0  # seconds after the first paint: the first keys come before the first sync


@runtime_checkable
class Syncs(Protocol):
    """An application that keeps sessions in step."""

    sync_service: "SyncService"


@runtime_checkable
class ShowsTeam(Protocol):
    """A screen that shows how the sessions and the team stand."""

    def team_stands(self, standing: "TeamStanding | None") -> None:
        """Show it; None where nothing is known yet."""


class SyncService:
    """Starts its worker once; `standing` is None until the first sync has come to its end."""

    def __init__(
        self,
        context: AppContext,
        call_back: Callable[[Callable[[], None]], Any],
        changed: Callable[[], None],
        is_held: Callable[[], bool],
    ) -> None:
        """`call_back` runs a call in the screen's thread; `changed` is called there with each new
        standing.

        `is_held` says, from any thread, whether a session is held: then a long sync goes slowly.
        """
        self._is_held = is_held
        self._context, self._call_back, self._changed = context, call_back, changed
        self._thread: threading.Thread | None = None
        self._worker: SyncWorker | None = None
        self._ended = threading.Event()
        self._woken = False  # before the worker was there
        self.standing: TeamStanding | None = None

    @property
    def wanted(self) -> bool:
        """Whether an endpoint is kept in step."""
        try:
            return any(each.sync for each in self._context.configuration.endpoints)
        except StoreError:
            return False

    def begin(self) -> None:
        """Start syncing; after the first paint, in the screen's thread. Returns at once."""
        if self._thread is None and self.wanted:
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        if self._ended.wait(FIRST):
            return
        from session_tui.outbox.sync.sync_worker import SyncWorker, synced_endpoints

        try:
            endpoints = synced_endpoints(self._context)
        except StoreError:  # the list of trusted folders cannot be read; `doctor` reports it
            return
        if endpoints:
            self._worker = SyncWorker(self._context, endpoints, self._report, is_held=self._is_held)
            if self._woken:
                self._worker.wake()
            if not self._ended.is_set():
                self._worker.run()

    def wake(self) -> None:
        """Sync soon: something was changed. Returns at once; from any thread."""
        if self._worker is not None:
            self._worker.wake()
        else:
            self._woken = True

    def close(self) -> bool:
        """End the worker; returns whether a change was not brought to a server yet. Returns at
        once.
        """
        self._ended.set()
        if self._worker is None:
            return self._woken and self.wanted
        self._worker.stop()
        return self._worker.is_owing

    def _report(self, standing: "TeamStanding") -> None:
        self.standing = standing
        self._call_back(self._changed)
