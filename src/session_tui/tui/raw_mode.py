"""Raw mode of the terminal, before any large import: the keys that are pressed meanwhile wait in
the terminal's queue.

The framework sets raw mode only after its own import, half a second later: until then the terminal
kept a line back until enter, echoed its letters, and sent another character for enter.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_original: list[Any] = []  # the terminal's original modes, while raw mode is on


def begin() -> None:
    """Turn raw mode on: single keys without echo; ctrl+c still ends the program. Does nothing
    without a terminal.
    """
    stdin, stdout = sys.__stdin__, sys.__stdout__
    if _original or stdin is None or stdout is None or not (stdin.isatty() and stdout.isatty()):
        return
    with suppress(ImportError, OSError):  # Windows sends single characters anyway
        import termios

        with suppress(termios.error):
            original = termios.tcgetattr(stdin.fileno())
            modes = [*original[:6], list(original[6])]
            modes[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
            _original.extend(original)
            _listen()
            termios.tcsetattr(stdin.fileno(), termios.TCSANOW, modes)


def modes_before() -> list[Any] | None:
    """The terminal's original modes while raw mode is on, else None."""
    return list(_original) or None


def end(*, forget: bool = False) -> None:
    """Restore the original modes. With `forget`, drop the keys typed so far, which are no answer
    to a question.
    """
    stdin = sys.__stdin__
    if not _original or stdin is None:
        return
    import termios

    with suppress(termios.error, OSError):
        if forget:
            termios.tcflush(stdin.fileno(), termios.TCIFLUSH)
        termios.tcsetattr(stdin.fileno(), termios.TCSANOW, _original)
    _original.clear()


@contextmanager
def lifted() -> Iterator[None]:
    """Turn raw mode off for a question, then on again; the keys typed before the question are
    dropped.
    """
    raw = bool(_original)
    if raw:
        end(forget=True)
    yield
    if raw:
        begin()


def _listen() -> None:
    """Restore the modes before a signal ends the program, until the screen handles signals
    (`tui/shutdown.py`).
    """
    import signal

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _give_back)


def _give_back(number: int, _: FrameType | None) -> None:
    import signal

    end()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
