"""The user's pager (`$PAGER`) for output that is longer than the terminal.

Output is held until it is longer than the terminal has lines, or the command has ended. So short
output appears as ever, and no pager starts for it. Without `$PAGER` nothing is held.
"""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from session_tui.cli.output import echo
from session_tui.cli.streams import GuardedStream
from session_tui.model.patterns import lazy_pattern

_SEQUENCE = lazy_pattern(r"\x1b\[[0-9;]*m")
# As git does: quit where it fits, show bold, leave the text on the screen.
_DEFAULTS = {"LESS": "FRX", "LV": "-c"}
NONE = ("", "cat")  # values of PAGER that mean none


class PagedStream:
    """Standard output that starts the pager once the text is longer than the terminal."""

    def __init__(self, stream: Any, command: str, environ: Mapping[str, str]) -> None:
        self._stream, self._command, self._environ = stream, command, environ
        self._held: list[str] = []
        self._rows = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._fault = ""
        self._interrupt: Any = None
        self._off = False  # the pager has quit, or could not be started

    def __getattr__(self, name: str) -> Any:
        """All other attributes are those of the stream."""
        return getattr(self._stream, name)

    @property
    def running(self) -> bool:
        """The pager has the terminal."""
        return self._process is not None

    def write(self, text: str) -> int:
        """Hold the text, or pass it to the pager."""
        if not isinstance(text, str):  # click tries bytes to find out what this is
            raise TypeError("text is written to this stream")
        if self._process is not None:
            self._pass(text)
        elif self._fault:
            self._stream.write(text)
        else:
            self._held.append(text)
            size = os.get_terminal_size(self._stream.fileno())
            self._rows += rows(text, size.columns or 80)
            if self._rows >= (size.lines or 24):
                self._start()
        return len(text)

    def flush(self) -> None:
        """Nothing: the text is held until the command ends."""

    def close(self) -> None:
        """Print what is held, or wait until the user leaves the pager."""
        if self._process is None:
            self._release()
        else:
            with suppress(OSError):
                self._process.stdin.close() if self._process.stdin else None
            self._process.wait()
            self._process = None
            signal.signal(signal.SIGINT, self._interrupt)
        self._stream.flush()
        if self._fault:
            echo(self._fault, err=True)

    def _release(self) -> None:
        held, self._held = self._held, []
        for text in held:
            self._stream.write(text)

    def _start(self) -> None:
        try:
            words = shlex.split(self._command, posix=sys.platform != "win32")
            environ = {**_DEFAULTS, **self._environ}
            self._process = subprocess.Popen(words, stdin=subprocess.PIPE, env=environ)
        except (OSError, ValueError, IndexError):
            self._fault = f"The pager {self._command} could not be started. PAGER names it."
            self._release()
            return
        # The key belongs to the pager now: less stops what it is searching for.
        self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        held, self._held = self._held, []
        for text in held:
            self._pass(text)

    def _pass(self, text: str) -> None:
        if self._off or self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(text.encode("utf-8", "backslashreplace"))
            self._process.stdin.flush()
        except OSError:
            self._off = True  # the user has seen enough; the command ends as it would have


class _HeldErrors:
    """Standard error, whose text waits while the pager has the terminal."""

    def __init__(self, stream: Any, paged: PagedStream) -> None:
        self._stream, self._paged = stream, paged
        self._held: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError("text is written to this stream")
        if self._paged.running:
            self._held.append(text)
        else:
            self._stream.write(text)
        return len(text)

    def release(self) -> None:
        for text in self._held:
            self._stream.write(text)
        self._stream.flush()


def rows(text: str, columns: int) -> int:
    """The lines that a text takes on a terminal; a last line without its end counts none."""
    lines = _SEQUENCE.sub("", text).split("\n")[:-1]
    return sum(max(1, -(-len(line) // columns)) for line in lines)


def page(environ: Mapping[str, str]) -> Callable[[], None] | None:
    """Pass standard output to the pager from now on; returns the function to call at the end.

    None where there is no terminal or no pager.
    """
    command = environ.get("PAGER", "").strip()
    out, err = sys.stdout, sys.stderr
    if command in NONE or environ.get("TERM", "").lower() == "dumb":
        return None
    if not (out.isatty() and sys.stdin.isatty()):
        return None
    paged = PagedStream(out._stream if isinstance(out, GuardedStream) else out, command, environ)
    errors = _HeldErrors(err._stream if isinstance(err, GuardedStream) else err, paged)
    sys.stdout = GuardedStream(paged)
    sys.stderr = GuardedStream(errors, quiet=True)

    def end() -> None:
        sys.stdout, sys.stderr = out, err
        paged.close()
        errors.release()

    return end
