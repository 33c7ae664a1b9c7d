"""From a signal, or a terminal that is gone, to the end of the process: in seconds, whatever the disk does.

A thread of its own waits for it: a signal's handler may wait for nothing, and the event loop may be waiting itself.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

from msgspec import Struct

from session_tui.model.sanitize import safe_text

if TYPE_CHECKING:
    from session_tui.outbox.message import PushResult

PATIENCE = 4.5  # seconds until it is said what is not on disk, and the process ends all the same
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT", "SIGBREAK")  # those that the system has
WINDOW_CLOSED = getattr(signal, "SIGHUP", signal.SIGTERM)


class Ending:
    """Calls `begin` once, in its thread, when the process is asked to end. `unsaved` says what is not on disk."""

    def __init__(self, begin: Callable[[], None], unsaved: Callable[[], str], patience: float = PATIENCE) -> None:
        self.asked_by = 0  # the signal's number, once there was one
        self._begin, self._unsaved, self._patience = begin, unsaved, patience
        self._asked: SimpleQueue[int] = SimpleQueue()  # the one queue that a signal's handler may put into
        self._over = threading.Event()
        self._before: dict[int, object] = {}
        self._thread = threading.Thread(target=self._wait, name="ending", daemon=True)

    @property
    def status(self) -> int:
        """The exit status that shells give a process which a signal ended."""
        return 128 + self.asked_by

    def listen(self, *, interrupts: bool = True) -> None:
        """Take the signals, but for those that whoever started us wants ignored (nohup). In the main thread.

        Without `interrupts`, ctrl+c stays KeyboardInterrupt.
        """
        if self._thread.ident is not None or threading.current_thread() is not threading.main_thread():
            return
        self._thread.start()
        for name in _SIGNALS if interrupts else _SIGNALS[:-2]:
            number = getattr(signal, name, None)
            if number is not None and (before := signal.getsignal(number)) is not signal.SIG_IGN:
                self._before[number] = before
                signal.signal(number, self._signalled)

    def ask(self, number: int) -> None:
        """End, as this signal would have it; from any thread, and from a signal's handler."""
        self._asked.put(number)

    def over(self) -> None:
        """The process ends by itself now, or goes on with something else."""
        self._over.set()
        self._asked.put(0)
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # as it was given
        self._before.clear()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.asked_by = self.asked_by or number
        self.ask(number)

    def _wait(self) -> None:
        number = self._asked.get()
        if not number:
            return
        self.asked_by = self.asked_by or number
        self._begin()
        if self._over.wait(self._patience):
            return
        words = ""
        with suppress(Exception):  # what cannot be said keeps nobody from ending
            words = self._unsaved()
        saying = threading.Thread(target=_say, args=(words,), daemon=True)
        saying.start()
        saying.join(0.4)  # standard error may be as silent as the disk
        os._exit(1 if words else self.status)


def _say(words: str) -> None:
    if words:
        with suppress(OSError, ValueError):  # nobody may be left to read it
            print(f"session-tui: {safe_text(words)}", file=sys.__stderr__, flush=True)


class Farewell(Struct, frozen=True):
    """`text` is for the terminal, once the program ends; of it `warning` is what must be read at once, or empty."""

    text: str
    warning: str = ""

    @property
    def news(self) -> str:
        """The one line for the screen below: where a session is kept is no news, that it went to nobody is."""
        return self.warning or self.text.partition("\n")[0]


def with_pushes(text: str, results: "Iterable[PushResult]") -> Farewell:
    """What is said, and below it what became of each push; the first that failed is the warning."""
    told = tuple(results)
    return Farewell("\n".join((text, *map(str, told))), next((each.text for each in told if not each.queued), ""))
