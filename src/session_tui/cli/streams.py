"""Standard output and error: UTF-8 in a pipe, nothing raw, and what becomes of a reader who has gone."""

import errno
from typing import Any, TextIO

from session_tui.model.sanitize import safe_lines

_GONE = (errno.EPIPE, errno.EINVAL, errno.ECONNRESET, errno.ESHUTDOWN)  # EINVAL is how Windows says it


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
        self._guarded(self._stream.write, safe_lines(text) if isinstance(text, str) else text)
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
