"""The end of the program: its last message, and a bounded time from a signal or a closed terminal
to the exit.

A thread of its own waits for the signal: a signal handler must not block, and the event loop may
be blocked itself.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from session_tui.model.sanitize import safe_text

if TYPE_CHECKING:
    from textual.screen import Screen

    from session_tui.outbox.message import PushResult

PATIENCE = 4.5  # seconds until the process ends in any case, with a message about unsaved entries
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT", "SIGBREAK")  # used where the system has them
WINDOW_CLOSED = getattr(signal, "SIGHUP", signal.SIGTERM)


class Ending:
    """Calls `begin` once, in its thread, after a signal to end. `unsaved` gives a sentence about
    unsaved entries.
    """

    def __init__(self, begin: Callable[[], None], unsaved: Callable[[], str], patience: float = PATIENCE) -> None:
        self.asked_by = 0  # the number of the signal that was received, or 0
        self._begin, self._unsaved, self._patience = begin, unsaved, patience
        self._asked: SimpleQueue[int] = SimpleQueue()  # the only queue class whose `put` is safe in a signal handler
        self._over = threading.Event()
        self._before: dict[int, object] = {}
        self._thread = threading.Thread(target=self._wait, name="ending", daemon=True)

    @property
    def status(self) -> int:
        """The exit status that shells give to a process that was ended by this signal."""
        return 128 + self.asked_by

    def listen(self, *, interrupts: bool = True) -> None:
        """Handle the signals, except those that are ignored from the start (nohup). Call it in the
        main thread.

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
        """End as after this signal. May be called from any thread, and from a signal handler."""
        self._asked.put(number)

    def over(self) -> None:
        """Stop waiting: the process ends by itself, or continues without the screen."""
        self._over.set()
        self._asked.put(0)
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # the value that getsignal returned
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
        message = ""
        with suppress(Exception):  # the process ends even if the message cannot be made
            message = self._unsaved()
        printing = threading.Thread(target=_print, args=(message,), daemon=True)
        printing.start()
        printing.join(0.4)  # standard error may block as the disk does
        os._exit(1 if message else self.status)


def _print(message: str) -> None:
    if message:
        with suppress(OSError, ValueError):  # standard error may be closed
            print(f"session-tui: {safe_text(message)}", file=sys.__stderr__, flush=True)


class Farewell(Struct, frozen=True):
    """The last message of a screen: `text` for the terminal; `warning`, its urgent part, for the
    screen below, or empty.
    """

    text: str
    warning: str = ""

    @property
    def news(self) -> str:
        """The line for the screen below: the warning, or the first line of the text."""
        return self.warning or self.text.partition("\n")[0]


@runtime_checkable
class LeavesSessions(Protocol):
    """An application that closes the screen of a session."""

    def session_left(self, live: "Screen[Farewell]", farewell: Farewell, *, ended: bool, to_library: bool) -> None:
        """Go to the screen below, to the library, or to the shell."""


def with_pushes(text: str, results: "Iterable[PushResult]") -> Farewell:
    """The text, and below it the result of each push; the first failure is the warning."""
    pushes = tuple(results)
    return Farewell("\n".join((text, *map(str, pushes))), next((each.text for each in pushes if not each.queued), ""))
