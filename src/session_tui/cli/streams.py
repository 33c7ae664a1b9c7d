"""The standard streams: UTF-8 in a pipe, cleaned text, a closed stream, a reader who has gone."""

import errno
import io
import os
import sys
from typing import Any, TextIO, cast

from session_tui.model.sanitize import safe_lines

_GONE = (errno.EPIPE, errno.EINVAL, errno.ECONNRESET, errno.ESHUTDOWN)  # EINVAL on Windows
_NAMES = ("stdin", "stdout", "stderr")


class OutputError(Exception):
    """Standard output could not be written, for example onto a full disk; has the system's error
    number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class GuardedStream:
    """A standard stream whose errors differ from those of other files.

    Where the reader has gone, it raises BrokenPipeError without a number, which only the entry
    point handles. `quiet` is for standard error, whose failure cannot be reported. Text is cleaned
    of control sequences, also the text printed by libraries; only `raw` writes them.
    """

    def __init__(self, stream: Any, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet

    def __getattr__(self, name: str) -> Any:
        """All other attributes are those of the stream."""
        return getattr(self._stream, name)

    @property
    def buffer(self) -> "GuardedStream":
        """The guarded stream of bytes."""
        return GuardedStream(self._stream.buffer, quiet=self._quiet)

    def write(self, text: Any) -> int:
        """Write the cleaned text, or bytes unchanged; returns the length of the argument."""
        self._guarded(self._stream.write, safe_lines(text) if isinstance(text, str) else text)
        return len(text)

    def raw(self, text: str) -> int:
        """Write our own control sequences; the texts between them are clean already."""
        return int(self._guarded(self._stream.write, text) or 0)

    def writelines(self, lines: Any) -> None:
        """Write each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the stream."""
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
    r"""Use UTF-8 for a pipe or a file on every system; a terminal keeps its encoding, with \u
    escapes.

    Windows would write its old code page into a pipe, and most readers expect UTF-8.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


class ClosedOutput(io.TextIOBase):
    """Standard output that was closed before the start (`>&-`): a write raises a readable
    error.
    """

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """`StoreError`, unless the content is empty."""
        if not isinstance(text, str):
            raise TypeError("text is written to this stream")
        if text:
            raise _closed()
        return 0

    @property
    def buffer(self) -> "ClosedBuffer":
        """The stream of bytes."""
        return ClosedBuffer()


class ClosedBuffer(io.RawIOBase):
    """The bytes of a standard output that was closed."""

    def write(self, content: Any) -> int:
        """`StoreError`, unless the text is empty."""
        if content:
            raise _closed()
        return 0


class ClosedInput(io.StringIO):
    """Standard input that was closed before the start (`<&-`): it has no lines and no file
    descriptor.
    """


def fill_closed_streams() -> None:
    """Replace closed standard streams, which are None in Python.

    Their file descriptors are opened too: else the next opened file would get one, and be printed
    into.
    """
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError as error:
            if error.errno != errno.EBADF:
                continue
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free descriptor
        if getattr(sys, name) is None:
            setattr(sys, name, _replacement(name))


def _replacement(name: str) -> TextIO:
    if name == "stderr":  # without standard error, nothing can be reported
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - until the process ends
    return cast(TextIO, ClosedInput() if name == "stdin" else ClosedOutput())


def _closed() -> Exception:
    from session_tui.model.fault import Fault
    from session_tui.store.errors import StoreError

    what = "it is closed, so nothing can be printed"
    return StoreError(Fault("standard output", what, "What is saved stays saved."))


def need_output() -> None:
    """`StoreError` where standard output was closed: the user could not follow the command."""
    if isinstance(sys.stdout, ClosedOutput) or getattr(sys.stdout, "_stream", None).__class__ is ClosedOutput:
        sys.stdout.write("session-tui")
