"""Standard output and error: UTF-8 in a pipe, nothing raw, and what becomes of a reader who has gone."""

import errno
import io
import os
import sys
from typing import Any, TextIO, cast

from session_tui.model.sanitize import harmless_lines

_GONE = (errno.EPIPE, errno.EINVAL, errno.ECONNRESET, errno.ESHUTDOWN)  # EINVAL is how Windows says it
_NAMES = ("stdin", "stdout", "stderr")


class OutputError(Exception):
    """Standard output could not be written, as behind `>` onto a full disk; carries the system's number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class GuardedStream:
    """A standard stream whose errors say that they are its own: no other file's error is taken for one.

    Where the reader has gone, BrokenPipeError without a number, so that nothing before the program's edge acts upon it.
    `quiet` is for standard error: where that cannot be written, nothing is left to say it to. What a terminal would act
    upon goes out through `raw` alone; prints of libraries are cleaned.
    """

    def __init__(self, stream: Any, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet

    def __getattr__(self, name: str) -> Any:
        """All the rest is the stream's own."""
        return getattr(self._stream, name)

    @property
    def buffer(self) -> "GuardedStream":
        """The same for bytes."""
        return GuardedStream(self._stream.buffer, quiet=self._quiet)

    def write(self, text: Any) -> int:
        """The text, harmless, or bytes as they are; the number of characters that were given."""
        self._guarded(self._stream.write, harmless_lines(text) if isinstance(text, str) else text)
        return len(text)

    def raw(self, text: str) -> int:
        """Colours and cursor moves of our own tables and progress bars, whose texts are clean."""
        return int(self._guarded(self._stream.write, text) or 0)

    def writelines(self, lines: Any) -> None:
        """One after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """As the stream does it."""
        self._guarded(self._stream.flush)

    def _guarded(self, deed: Any, *given: Any) -> Any:
        try:
            return deed(*given)
        except OSError as error:
            if self._quiet:
                return None
            if error.errno in _GONE:
                raise BrokenPipeError from error
            raise OutputError(error.errno or 0) from error


def speak_utf8(stream: TextIO) -> None:
    r"""A pipe or a file gets UTF-8 on every system; a terminal gets what it can show, the rest as \u….

    Windows would write its old code page into a pipe, and most that read from one take UTF-8 for granted.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


class ClosedOutput(io.TextIOBase):
    """Standard output that was closed before we began (`>&-`): a sentence, where it would be written to."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """`StoreError`, unless there is nothing to write."""
        if not isinstance(text, str):
            raise TypeError("text is written to this stream")
        if text:
            raise _closed()
        return 0

    @property
    def buffer(self) -> "ClosedBuffer":
        """The same for documents."""
        return ClosedBuffer()


class ClosedBuffer(io.RawIOBase):
    """The bytes of a standard output that was closed."""

    def write(self, content: Any) -> int:
        """`StoreError`, unless there is nothing to write."""
        if content:
            raise _closed()
        return 0


class ClosedInput(io.StringIO):
    """Standard input that was closed before we began (`<&-`): no lines, no terminal, no number."""


def fill_closed_streams() -> None:
    """Put something in the place of standard streams that are closed, which Python leaves as None.

    Their numbers are taken as well: the next file that is opened would get one, and be printed into.
    """
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError as error:
            if error.errno != errno.EBADF:
                continue
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, _instead(name))


def _instead(name: str) -> TextIO:
    if name == "stderr":  # nothing is left to say, or to say it to
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - until the process ends
    return cast(TextIO, ClosedInput() if name == "stdin" else ClosedOutput())


def _closed() -> Exception:
    from session_tui.model.fault import Fault
    from session_tui.store.errors import StoreError

    what = "it is closed, so nothing can be printed"
    return StoreError(Fault("standard output", what, "What is saved stays saved."))


def need_output() -> None:
    """`StoreError` where standard output was closed: nothing is begun that nobody could follow."""
    if isinstance(sys.stdout, ClosedOutput) or getattr(sys.stdout, "_stream", None).__class__ is ClosedOutput:
        sys.stdout.write("session-tui")
