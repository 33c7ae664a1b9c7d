"""The terminal is made ready for keys before anything heavy is imported: what is typed meanwhile waits in its queue.

The framework asks a terminal for single keys when it is loaded itself, half a second late: until then a line was kept
back until enter, its letters stood on the screen, and enter was another character.
"""

import os
import signal
import sys
from contextlib import suppress
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
            termios.tcsetattr(stdin.fileno(), termios.TCSANOW, modes)
            _found.extend(found)
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_DFL:
                    signal.signal(number, _ended)


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
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is _ended:
            signal.signal(number, signal.SIG_DFL)


def _ended(number: int, frame: FrameType | None) -> None:
    """Ended while it is still being loaded: as it would have been, the terminal as it was."""
    end()
    os.kill(os.getpid(), number)
