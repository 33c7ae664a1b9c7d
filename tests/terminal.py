"""A program in a real pseudo-terminal with an emulator (pyte) that gives its screen as text."""

import base64
import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte
import pytest

import forking

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

# Questions Textual asks a terminal, and what a plain one answers.
ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"), (b"\x1b[6n", b"\x1b[1;1R"))
NOISE = (b"\x1b[>29u", b"\x1b[?u", b"\x1b[<u")  # the keyboard protocol, which pyte takes for text


class Terminal:
    """One child process; `close` ends it, whatever it does."""

    def __init__(
        self,
        command: list[str],
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        emulated: bool = True,
        forked: bool = False,
    ) -> None:
        """An emulator is slower than a program that draws; without one only bytes are kept.

        With `forked` a Python program comes from a process that has loaded this one, where that
        makes no difference but half a second.
        """
        if sys.platform == "win32":
            pytest.skip("no pseudo-terminal here")
        self.emulated = emulated
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.started = time.perf_counter()
        self.status: int | None = None
        self.written = bytearray()
        self._begun = b""  # a question or noise of which the system has given only the beginning
        self._forked: forking.ForkedProcess | None = None
        size = {"COLUMNS": str(columns), "LINES": str(rows)}
        basics = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **size}
        variables = {**(environment or os.environ), **basics}
        if forked and command[0] == sys.executable and forking.can_fork(variables):
            self.fd, inner = pty.openpty()
            self._resized(rows, columns)
            streams = [inner, inner, inner]
            self._forked = forking.ForkedProcess(command[1:], cwd or Path.cwd(), variables, streams, terminal=True)
            os.close(inner)
            self.pid = self._forked.pid
            return
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd or Path.cwd())
            os.execvpe(command[0], command, variables)
        self._resized(rows, columns)

    @property
    def text(self) -> str:
        """The screen as lines."""
        # Not the emulator's own `display`: it stumbles over the half of a wide character that was
        # written over.
        screen = self.screen
        rows = (screen.buffer[y] for y in range(screen.lines))
        return "\n".join("".join(row[x].data for x in range(screen.columns)).rstrip() for row in rows)

    @property
    def clipboard(self) -> str:
        """What the program asked the terminal to keep last (OSC 52)."""
        found = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", bytes(self.written))
        return base64.b64decode(found[-1]).decode() if found else ""

    def types(self, keys: str) -> None:
        """Keys as a terminal sends them: enter is a carriage return, ^X a control character."""
        os.write(self.fd, keys.encode())

    def waits_for(self, true: Callable[[str], bool], seconds: float = 30) -> float:
        """The time of the first match of the screen's text; AssertionError where there is none."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if true(self.text):
                return time.perf_counter()
            if not self._pump(min(0.05, left)) and self.status is not None:
                break
        if true(self.text):
            return time.perf_counter()
        raise AssertionError(f"never came; the screen is:\n{self.text}")

    def rests(self, quiet: float = 0.08, limit: float = 1.0) -> None:
        """Until nothing was written for a while."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end and self._pump(quiet):
            pass

    def ends(self, seconds: float = 30) -> int:
        """Its exit status."""
        end = time.perf_counter() + seconds
        while self.status is None and time.perf_counter() < end:
            self._pump(0.05)
        assert self.status is not None, f"it did not end; the screen is:\n{self.text}"
        return self.status

    def leaves(self) -> None:
        """From the last screen of a held session to the shell."""
        self.waits_for(lambda text: "What now" in text)
        self.rests()
        self.types("\x1b")
        self.waits_for(lambda text: "Enter leaves the program" in text)
        self.types("\r")

    def insists(self, keys: str, seconds: float = 30) -> None:
        """The same keys every second, as long as the program is there."""
        end = time.perf_counter() + seconds
        while self.status is None and time.perf_counter() < end:
            self.rests(1.0, 1.0)
            if self.status is None:
                self.types(keys)

    def hangs_up(self) -> None:
        """The window is closed: the kernel says SIGHUP."""
        os.kill(self.pid, signal.SIGHUP)

    def close(self) -> None:
        """End it, if it has not ended."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._look(wait=True)
        os.close(self.fd)

    def _resized(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _look(self, *, wait: bool = False) -> None:
        """Note the exit status of the program, if it has ended."""
        if self._forked is not None:
            self.status = self._forked.wait() if wait else self._forked.poll()
            return
        pid, status = os.waitpid(self.pid, 0 if wait else os.WNOHANG)
        if pid:
            self.status = os.waitstatus_to_exitcode(status)

    def _pump(self, timeout: float) -> bool:
        """Feed the emulator what was written; whether anything was."""
        if select.select([self.fd], [], [], timeout)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if data:
                self.written += data
                data, self._begun = _whole(self._begun + data)
                for question, answer in ANSWERS:
                    if question in data:
                        os.write(self.fd, answer)
                if self.emulated:
                    for noise in NOISE:
                        data = data.replace(noise, b"")
                    self.stream.feed(data)
                return True
        if self.status is None:
            self._look()
        return False


def _whole(data: bytes) -> tuple[bytes, bytes]:
    """Returns the complete bytes and a rest that may begin a query: reads are cut anywhere."""
    known = (*(question for question, _ in ANSWERS), *NOISE)
    at = data.rfind(b"\x1b", -max(map(len, known)))
    if at >= 0 and any(each != data[at:] and each.startswith(data[at:]) for each in known):
        return data[:at], data[at:]
    return data, b""
