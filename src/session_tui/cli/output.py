"""The one way to print: lines, documents and questions, and the wall on both streams behind them.

Nothing else of the command line writes to a stream, but tables, which `cli/printing.py` draws. Whatever a text came
from, it is harmless when it gets out; the JSON that we print is ASCII, with everything else escaped.
"""

import sys
from io import TextIOWrapper
from typing import Any, TextIO

import click

from session_tui.model.clean import harmless, harmless_lines


def say(text: str = "", *, err: bool = False, file: TextIO | None = None) -> None:
    """One line, harmless, on standard output or where it is said.

    A line break inside the text becomes a space, for it may stand in a file; one before it leaves an empty line.
    """
    words = text.lstrip("\n")
    click.echo("\n" * (len(text) - len(words)) + harmless(words), file=file, err=err)


def write_out(text: str | bytes) -> None:
    """A document as it was made, on standard output, with its line breaks; nothing that a terminal would act upon."""
    whole = text if isinstance(text, str) else text.decode("utf-8", "replace")
    clean = harmless_lines(whole)
    click.echo(clean if isinstance(text, str) else clean.encode(), nl=False)


def write_bytes(content: bytes) -> None:
    """A document for a pipe byte for byte; a terminal gets it as any other."""
    if sys.stdout.isatty():
        write_out(content)
    else:
        click.echo(content, nl=False)


def ask(question: str, **options: Any) -> Any:
    """What is typed as the answer; the question goes to standard error, the options are those of `click.prompt`."""
    return click.prompt(harmless(question), err=True, **options)


def confirm(question: str, *, abort: bool = False) -> bool:
    """Whether the answer is yes."""
    return click.confirm(harmless(question), err=True, abort=abort)


def wipe() -> None:
    """An empty screen, with nothing left to scroll back to where the terminal knows how."""
    if sys.platform == "win32":
        click.clear()
    Raw(sys.stdout).write("\x1b[2J\x1b[3J\x1b[1;1H")
    sys.stdout.flush()


class Guarded(TextIOWrapper):
    """A standard stream on which only `raw` writes what a terminal acts upon; prints of libraries are cleaned."""

    def write(self, text: str) -> int:
        """Write the text, harmless; the number of characters that were given."""
        super().write(harmless_lines(text))
        return len(text)

    def raw(self, text: str) -> int:
        """Write the colours and cursor moves of our own tables and progress bars, whose texts are clean."""
        return super().write(text)


class Raw:
    """A stream for what draws by itself; of a stream without a guard, that stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Past the guard."""
        return self._stream.raw(text) if isinstance(self._stream, Guarded) else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard() -> None:
    """Put the guard on standard output and standard error.

    A pipe that cannot carry a name (cp1252) gets it written out by number, and nothing fails.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper) and not isinstance(stream, Guarded):
            stream.flush()
            buffered = stream.line_buffering or stream.write_through
            guarded = Guarded(stream.buffer, stream.encoding, "backslashreplace", line_buffering=buffered)
            setattr(sys, name, guarded)
