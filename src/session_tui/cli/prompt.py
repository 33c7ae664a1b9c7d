"""Questions at the terminal, and lines from standard input.

Standard input may be UTF-8 with or without a byte order mark, or UTF-16 with one. The available
lines are checked before a command begins, so that a file in another encoding begins nothing. A
signal that ends the process ends the lines.
"""

import codecs
import io
import os
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

import click

from session_tui.cli.output import echo
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import safe_text
from session_tui.model.sentence import sentence
from session_tui.store.errors import StoreError
from session_tui.tui import raw_mode
from session_tui.tui.shutdown import Ending

_LEAVE = ("leave", "/leave")
_BACK = ("back", "/back")
SETTLED = 0.25  # seconds without new bytes in a pipe, after which the check ends
LOOKED_AT = 16_000_000  # bytes that the check reads at most; the rest is read line by line
_CHUNK = 65_536
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def ask(question: str, **options: Any) -> Any:
    """Ask on standard error and return the answer; the options are those of `click.prompt`."""
    with raw_mode.lifted():
        return click.prompt(safe_text(question), err=True, **options)


def confirm(question: str, *, abort: bool = False) -> bool:
    """Ask on standard error for yes or no."""
    with raw_mode.lifted():
        return click.confirm(safe_text(question), err=True, abort=abort)


class InputLines:
    """Reads in a thread of its own, so that a signal or a deadline never waits for a read."""

    def __init__(self, source: io.RawIOBase | None) -> None:
        """`source` is None where standard input is closed.

        It is unbuffered: the reading thread would hold the lock of a buffered one.
        """
        self.unsaved: Callable[[], str] = lambda: ""  # describes the unsaved entries when the process must end
        self.ending = Ending(lambda: None, lambda: self.unsaved())
        self._source = source
        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        self._wanted = threading.Semaphore(0)
        self._asked = False  # whether a requested chunk has not arrived
        self._started = False
        self._text = _Decoder()
        self._lines: deque[str] = deque()
        self._ended = source is None

    def check(self) -> None:
        """Check the available lines; `StoreError` names the first unreadable line, or the closed
        stream.
        """
        if self._source is None:
            do = "Lines come from a terminal, a file or a pipe; < /dev/null is a session without any."
            raise StoreError(Fault("standard input", "it is closed", do))
        if self._source.isatty():
            return
        whole = stat.S_ISREG(os.fstat(self._source.fileno()).st_mode)
        looked_at, quiet = 0, time.monotonic() + SETTLED
        while not self._ended and looked_at < LOOKED_AT and (whole or time.monotonic() < quiet):
            if size := self._take(SETTLED / 5):
                looked_at, quiet = looked_at + size, time.monotonic() + SETTLED
        for at, line in enumerate(self._lines, 1):
            if _unreadable(line):
                do = "Nothing was begun. Save the lines as UTF-8, or as UTF-16 with a mark."
                raise StoreError(Fault("standard input", f"line {at} is not UTF-8 text", do))

    def readline(self) -> str:
        """The next line with its end; empty at the end of the input.

        `UnicodeDecodeError` for an unreadable line.
        """
        self.ending.listen(interrupts=False)
        while not self._lines and not self._ended and not self.ending.asked_by:
            self._take(0.2)
        if self.ending.asked_by or not self._lines:
            return ""
        line = self._lines.popleft()
        if _unreadable(line):
            raise UnicodeDecodeError("utf-8", b"", 0, 0, "this line is not text")
        return line

    def _take(self, seconds: float) -> int:
        """Wait at most so many seconds for bytes and split them into lines; returns their
        number.
        """
        if not self._started:
            self._started = True
            threading.Thread(target=self._read, name="input", daemon=True).start()
        if not self._asked:
            self._asked = True
            self._wanted.release()
        try:
            chunk = self._chunks.get(timeout=seconds)
        except Empty:
            return 0
        self._asked = False
        self._ended = not chunk
        self._lines += self._text.lines(chunk)
        return len(chunk)

    def _read(self) -> None:
        assert self._source is not None
        while True:
            self._wanted.acquire()  # bytes that were not requested stay for the next program
            try:
                chunk = self._source.read(_CHUNK) or b""
            except (OSError, ValueError):
                chunk = b""  # the terminal is gone
            self._chunks.put(chunk)
            if not chunk:
                return


class _Decoder:
    """Decodes bytes into lines.

    Bytes that are no text become surrogates, which mark their line.
    """

    def __init__(self) -> None:
        self._begun = b""  # the first bytes, while they may be a part of a mark
        self._decoder: codecs.IncrementalDecoder | None = None
        self._newlines = io.IncrementalNewlineDecoder(None, translate=True)
        self._rest = ""

    def lines(self, chunk: bytes) -> list[str]:
        """The lines that are complete now; an empty chunk is the end, and gives the rest."""
        text = self._newlines.decode(self._decoded(chunk), final=not chunk)
        *whole, self._rest = (self._rest + text).split("\n")
        found = [f"{line}\n" for line in whole]
        if not chunk and self._rest:
            found.append(self._rest)
        return found

    def _decoded(self, chunk: bytes) -> str:
        if self._decoder is None:
            self._begun += chunk
            if chunk and any(mark.startswith(self._begun) and mark != self._begun for mark, _ in _MARKS):
                return ""
            chunk_, encoding = self._begun, "utf-8"
            for mark, marked in _MARKS:
                if self._begun.startswith(mark):
                    chunk_, encoding = self._begun[len(mark) :], marked
            if encoding == "utf-8" and b"\0" in chunk_[:2]:
                self._rest = "\udcff"  # UTF-16 without a mark: makes the first line unreadable
            errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
            self._decoder = codecs.getincrementaldecoder(encoding)(errors)
            return self._final(chunk_, final=not chunk)
        return self._final(chunk, final=not chunk)

    def _final(self, chunk: bytes, *, final: bool) -> str:
        assert self._decoder is not None
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError:  # an incomplete character of UTF-16 at the end
            return "\udcff"


def _unreadable(line: str) -> bool:
    return not line.isascii() and any("\ud800" <= letter <= "\udfff" for letter in line)


def standard_input() -> InputLines:
    """A reader of the current standard input."""
    raw = getattr(getattr(sys.stdin, "buffer", None), "raw", None)
    return InputLines(raw if isinstance(raw, io.RawIOBase) else None)


class Prompt:
    """Reads lines; counts them and the refused ones. The reasons go to standard error."""

    def __init__(self, lines: InputLines, *, numbered: bool = False, say: Callable[..., None] = echo) -> None:
        """`numbered`: a reason begins with the number of its line, for lines from a file."""
        self._lines, self._numbered, self._say = lines, numbered, say
        self.number = self.refused = 0

    @property
    def status(self) -> int:
        """The exit status: 1 where a line was refused, else 0."""
        return 1 if self.refused else 0

    def line(self) -> str | None:
        """The next line without its end; None at the end of the input.

        A line that is not text is refused and skipped.
        """
        while True:
            self.number += 1
            try:
                line = self._lines.readline()
            except UnicodeDecodeError:
                self.refuse("this line is not UTF-8 text" if self._numbered else "This line is not UTF-8 text.")
                continue
            return line.rstrip("\r\n") if line else None

    def refuse(self, why: str, number: int = 0) -> None:
        """Print the reason why the latest line, or the line with this number, is refused."""
        self.refused += 1
        self._say(f"line {number or self.number}: {why}" if self._numbered else sentence(why), err=True)

    def questions(self, many: int, at: int, show: Callable[[int], None], take: Callable[[int, str], bool]) -> None:
        """Ask `many` questions, one line each, beginning with number `at`.

        `take` returns whether to go on to the next one. The word back goes to the previous one;
        leave, or the end of the lines, ends.
        """
        while at < many:
            show(at)
            line = self.line()
            if line is None or name_key(line) in _LEAVE:
                return
            if name_key(line) in _BACK:
                at = max(0, at - 1)
            elif take(at, line.strip()):
                at += 1
