"""Time limits for a disk that does not answer."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError

T = TypeVar("T")

ANSWER = 3.0  # seconds after which a disk counts as not answering
COMMAND = 10.0  # seconds after which a command gives up
SILENT = "the disk does not answer"


class ResponseWatch:
    """Whether an operation of one thread takes longer than `ANSWER` seconds; read from any other
    thread.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def start(self) -> None:
        """The operation begins."""
        self._since = time.monotonic()

    def stop(self) -> None:
        """The operation has ended."""
        self._since = None

    @property
    def busy(self) -> bool:
        """An operation is going on."""
        return self._since is not None

    @property
    def overdue(self) -> bool:
        """The operation takes longer than `ANSWER` seconds."""
        since = self._since
        return since is not None and time.monotonic() - since > ANSWER


class _Answer(Generic[T]):
    """The result of a thread, and which came first: the result, or the end of the wait."""

    def __init__(self, work: Callable[[], T], late: Callable[[T], Any] | None) -> None:
        self.results: list[T] = []
        self.error: BaseException | None = None
        self._work, self._late = work, late
        self._first = threading.Lock()
        self.done = threading.Event()
        self.given_up = False

    def run(self) -> None:
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001 - the waiting thread raises it again
            self.error = error
            self.done.set()
            return
        with self._first:
            if not self.given_up:
                self.results.append(result)
                self.done.set()
                return
        if self._late is not None:
            with contextlib.suppress(OSError, StoreError):  # no thread waits for it any more
                self._late(result)

    def give_up(self) -> bool:
        with self._first:
            self.given_up = not self.done.is_set()
            return self.given_up


def within(
    seconds: float, work: Callable[[], T], path: Path, do: str = "", *, late: Callable[[T], Any] | None = None
) -> T:
    """Return what `work`, which uses the disk, returns; raise what it raises, and `StoreError`
    after `seconds`.

    `work` runs in a daemon thread, which is abandoned at the time limit and does not keep the
    program from exiting. `late` is called on that thread with a result that came too late, to undo
    it.
    """
    answer = _Answer(work, late)
    threading.Thread(target=answer.run, name=f"waits for {path.name}", daemon=True).start()
    if not answer.done.wait(seconds) and answer.give_up():
        raise StoreError(Fault(str(path), f"the disk has not answered for {seconds:.0f} seconds", do))
    if answer.error is not None:
        raise answer.error
    return answer.results[0]
