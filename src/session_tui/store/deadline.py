"""A disk that does not answer: how long it is waited for, and what is said when it does not."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError

T = TypeVar("T")

ANSWER = 3.0  # seconds after which it is said that a disk does not answer
COMMAND = 10.0  # seconds after which a command gives up
SILENT = "the disk does not answer"


class ResponseWatch:
    """Whether what one thread began goes on for longer than `ANSWER` seconds; asked from any other thread."""

    def __init__(self) -> None:
        self._since: float | None = None

    def start(self) -> None:
        """From now on an answer is waited for."""
        self._since = time.monotonic()

    def stop(self) -> None:
        """It came."""
        self._since = None

    @property
    def busy(self) -> bool:
        """Something is waited for."""
        return self._since is not None

    @property
    def overdue(self) -> bool:
        """It is waited for longer than a disk may take."""
        since = self._since
        return since is not None and time.monotonic() - since > ANSWER


class _Answer(Generic[T]):
    """What a thread of its own found, and which was first: the answer, or the end of the patience."""

    def __init__(self, work: Callable[[], T], late: Callable[[T], Any] | None) -> None:
        self.given: list[T] = []
        self.error: BaseException | None = None
        self._work, self._late = work, late
        self._first = threading.Lock()
        self.over = threading.Event()
        self.given_up = False

    def find(self) -> None:
        try:
            found = self._work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
            self.error = error
            self.over.set()
            return
        with self._first:
            if not self.given_up:
                self.given.append(found)
                self.over.set()
                return
        if self._late is not None:
            with contextlib.suppress(OSError, StoreError):  # nobody waits for it any more
                self._late(found)

    def give_up(self) -> bool:
        with self._first:
            self.given_up = not self.over.is_set()
            return self.given_up


def within(
    seconds: float, work: Callable[[], T], path: Path, do: str = "", *, late: Callable[[T], Any] | None = None
) -> T:
    """What `work` gives, which goes to the disk; raises what it raises, and `StoreError` after so many seconds.

    It runs in a thread of its own, which is left behind where it does not come back, and keeps nobody from leaving.
    `late` is called there with what came too late, to take it back.
    """
    answer = _Answer(work, late)
    threading.Thread(target=answer.find, name=f"waits for {path.name}", daemon=True).start()
    if not answer.over.wait(seconds) and answer.give_up():
        raise StoreError(Fault(str(path), f"the disk has not answered for {seconds:.0f} seconds", do))
    if answer.error is not None:
        raise answer.error
    return answer.given[0]
