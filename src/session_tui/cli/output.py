"""The one way to print: lines, documents and questions; `cli/streams.py` is the wall behind them.

Nothing else of the command line writes to a stream, but tables, which `cli/printing.py` draws. Whatever a text came
from, it is harmless when it gets out; the JSON that we print is ASCII, with everything else escaped.
"""

import sys
from collections.abc import Iterable
from typing import Any, TextIO

import click

from session_tui.cli.streams import GuardedStream
from session_tui.model.clean import harmless, harmless_lines
from session_tui.tui import raw_mode

MOST_FAULTS = 20  # of a longer list nobody reads the rest, and what was printed before is out of sight


def say(text: str = "", *, err: bool = False, file: TextIO | None = None) -> None:
    """One line, harmless, on standard output or where it is said.

    A line break inside the text becomes a space, for it may stand in a file; one before it leaves an empty line.
    """
    words = text.lstrip("\n")
    click.echo("\n" * (len(text) - len(words)) + harmless(words), file=file, err=err)


def say_faults(faults: Iterable[object], before: str = "") -> None:
    """Faults on standard error, a line each; of a file with thousands the first ones, and how many more there are."""
    told = [str(fault) for fault in faults]
    for fault in told[:MOST_FAULTS]:
        say(f"{before}{fault}", err=True)
    if len(told) > MOST_FAULTS:
        more = len(told) - MOST_FAULTS
        say(f"{before}and {more:,} more; session-tui validate FILE tells all of a file.", err=True)


def write_document(content: str | bytes) -> None:
    """A document to standard output, byte by byte as in a file; a terminal gets nothing it would act upon."""
    if sys.stdout.isatty():
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        click.echo(harmless_lines(text), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def ask(question: str, **options: Any) -> Any:
    """What is typed as the answer; the question goes to standard error, the options are those of `click.prompt`."""
    with raw_mode.lifted():
        return click.prompt(harmless(question), err=True, **options)


def confirm(question: str, *, abort: bool = False) -> bool:
    """Whether the answer is yes."""
    with raw_mode.lifted():
        return click.confirm(harmless(question), err=True, abort=abort)


def wipe() -> None:
    """An empty screen, with nothing left to scroll back to where the terminal knows how."""
    if sys.platform == "win32":
        click.clear()
    Raw(sys.stdout).write("\x1b[2J\x1b[3J\x1b[1;1H")
    sys.stdout.flush()


class Raw:
    """A stream for what draws by itself; of a stream without a guard, that stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Past the guard."""
        return self._stream.raw(text) if isinstance(self._stream, GuardedStream) else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
