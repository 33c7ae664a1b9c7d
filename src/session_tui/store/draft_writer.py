"""The thread that keeps a session's draft: the half-typed line, and the signs of life.

It is not the one that writes the session: a session on a disk that hangs costs no half-typed line, and a state folder
that hangs costs no entry. A newer draft stands for those it overtook.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from session_tui.model.fault import Fault
from session_tui.store import drafts
from session_tui.store.deadline import SILENT, ResponseWatch
from session_tui.store.drafts import Draft
from session_tui.store.errors import from_os_error

NOT_KEPT = "the half-typed line is not kept: "


class DraftWriter(threading.Thread):
    """Keeps the newest draft of one session in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="writer of drafts", daemon=True)
        self.told: Callable[[], None] = lambda: None
        self._folder = folder
        self._wanted: tuple[Path, Draft | None] | None = None  # None for a draft: forget it
        self._failed: Fault | None = None
        self._closing = False
        self._watch = ResponseWatch()
        self._news = threading.Condition()

    @property
    def trouble(self) -> Fault | None:
        """Why the newest draft is not kept; None while it is, or may be in a moment."""
        return Fault(str(self._folder), f"{NOT_KEPT}{SILENT}") if self._watch.overdue else self._failed

    def want(self, path: Path, draft: Draft | None) -> None:
        """This draft of the session at `path` is to be kept, or, where it is None, forgotten; returns at once."""
        with self._news:
            self._wanted = (path, draft)
            self._news.notify()

    def finish(self, timeout: float) -> bool:
        """Keep what is to be kept, then stop. False where that is not done in time."""
        with self._news:
            self._closing = True
            self._news.notify()
        self.join(timeout)
        return not self.is_alive() and self._failed is None

    def run(self) -> None:
        """Until it is finished and nothing is left to keep."""
        while True:
            with self._news:
                while self._wanted is None:
                    if self._closing:
                        return
                    self._news.wait()
                path, draft = self._wanted
                self._wanted = None
                self._watch.start()
            before, failed = self._failed, None
            try:
                self._keep(path, draft)
            except OSError as error:
                failed = Fault(str(self._folder), f"{NOT_KEPT}{from_os_error(error, self._folder).what}")
            except Exception as error:  # noqa: BLE001 - the thread goes on for the next line, and says what it lost
                failed = Fault(str(self._folder), f"{NOT_KEPT}{type(error).__name__}: {error}")
            hung, self._failed = self._watch.overdue, failed
            self._watch.stop()
            if hung or failed != before:
                self.told()

    def _keep(self, path: Path, draft: Draft | None) -> None:
        if draft is None:
            drafts.forget(self._folder, path)
        else:
            drafts.write(self._folder, path, draft)
