"""Standard streams as they are found: closed ones, and whether a full screen can be shown on them."""

import errno
import io
import os
import sys
from typing import Any, TextIO, cast

import click

from session_tui.cli.output import echo

_NAMES = ("stdin", "stdout", "stderr")
_DUMB = ("dumb", "unknown")  # what TERM says of a terminal that knows no cursor


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
    return _fault("standard output", "it is closed, so nothing can be printed", "What is saved stays saved.")


def _fault(where: str, what: str, do: str) -> Exception:
    """As a `StoreError`; loaded only when there is one."""
    from session_tui.model.fault import Fault
    from session_tui.store.errors import StoreError

    return StoreError(Fault(where, what, do))


def screen_fault() -> str:
    """Why no full screen can be shown, or nothing."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "the full screen needs a terminal, and this is none"
    if not sys.stderr.isatty():
        return "the full screen is drawn through standard error, and that goes elsewhere"
    if sys.platform != "win32" and (name := os.environ.get("TERM", "").lower()) in _DUMB:
        return f"this terminal can show no full screen (TERM={name})"
    return ""


def need_screen(do: str) -> None:
    """`StoreError` with `do` where no full screen can be shown: before anything is begun."""
    if not (what := screen_fault()):
        return
    fault = _fault("", what, do)
    if sys.stdout.isatty() and not sys.stderr.isatty():
        echo(f"session-tui: {what}. {do}")  # standard error, where it is said too, cannot be seen from here
    raise fault


def need_output() -> None:
    """`StoreError` where standard output was closed: nothing is begun that nobody could follow."""
    if isinstance(sys.stdout, ClosedOutput) or getattr(sys.stdout, "_stream", None).__class__ is ClosedOutput:
        sys.stdout.write("session-tui")


def check_arguments(arguments: list[str]) -> None:
    """`click.UsageError` where an argument is no UTF-8: it could be neither stored nor shown."""
    for number, argument in enumerate(arguments, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise click.UsageError(f"Argument {number} is not UTF-8 text: {argument!a}.")
