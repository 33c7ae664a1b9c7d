"""The terminal is made ready for keys before anything heavy is imported: what is typed meanwhile waits in its queue.

The framework asks a terminal for single keys when it is loaded itself, half a second late: until then a line was kept
back until enter, its letters stood on the screen, and enter was another character.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_found: list[Any] = []  # the terminal's modes as they were, while they are others


def begin() -> None:
    """Single keys, not echoed; ctrl+c still ends the program. Nothing where there is no such terminal."""
    stdin, stdout = sys.__stdin__, sys.__stdout__
    if _found or stdin is None or stdout is None or not (stdin.isatty() and stdout.isatty()):
        return
    with suppress(ImportError, OSError):  # Windows gives characters one by one anyway
        import termios

        with suppress(termios.error):
            found = termios.tcgetattr(stdin.fileno())
            modes = [*found[:6], list(found[6])]
            modes[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
            _found.extend(found)
            _listen()
            termios.tcsetattr(stdin.fileno(), termios.TCSANOW, modes)


def modes_before() -> list[Any] | None:
    """How the terminal is to be left, where it is not as it was found."""
    return list(_found) or None


def end(*, forget: bool = False) -> None:
    """The modes as they were found. With `forget`, what was typed so far is no answer to what is asked now."""
    stdin = sys.__stdin__
    if not _found or stdin is None:
        return
    import termios

    with suppress(termios.error, OSError):
        if forget:
            termios.tcflush(stdin.fileno(), termios.TCIFLUSH)
        termios.tcsetattr(stdin.fileno(), termios.TCSANOW, _found)
    _found.clear()


@contextmanager
def lifted() -> Iterator[None]:
    """Lines and their echo for a question; what was typed before it is no answer. Afterwards as it was before."""
    raw = bool(_found)
    if raw:
        end(forget=True)
    yield
    if raw:
        begin()


def _listen() -> None:
    """Until the screen is there and has its own way to end (`tui/shutdown.py`), a signal gives the modes back first."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _give_back)


def _give_back(number: int, _: FrameType | None) -> None:
    end()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
