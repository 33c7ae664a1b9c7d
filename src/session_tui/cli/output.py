"""The one way to print: lines, documents, JSON and CSV; `cli/streams.py` is the wall behind them.

Nothing else of the command line writes to a stream, but tables and paragraphs (`cli/table.py`), through `write_lines`.
Whatever a text came from, it is harmless when it gets out; the JSON that we print is ASCII, with everything else
escaped.
"""

import os
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Any, TextIO

import click

from session_tui.cli.streams import GuardedStream
from session_tui.model.sanitize import safe_lines, safe_text

MOST_FAULTS = 20  # of a longer list nobody reads the rest, and what was printed before is out of sight

WHOLE = 10_000  # columns of what is no terminal: every line is whole there
_LOT = 250  # lines that are written at once
_DUMB = ("dumb", "unknown")  # what TERM says of a terminal that knows no weights


def echo(text: str = "", *, err: bool = False, file: TextIO | None = None) -> None:
    """One line, harmless, on standard output or where it is said.

    A line break inside the text becomes a space, for it may stand in a file; one before it leaves an empty line.
    """
    words = text.lstrip("\n")
    click.echo("\n" * (len(text) - len(words)) + safe_text(words), file=file, err=err)


def say_faults(faults: Iterable[object], before: str = "") -> None:
    """Faults on standard error, a line each; of a file with thousands the first ones, and how many more there are."""
    told = [str(fault) for fault in faults]
    for fault in told[:MOST_FAULTS]:
        echo(f"{before}{fault}", err=True)
    if len(told) > MOST_FAULTS:
        more = len(told) - MOST_FAULTS
        echo(f"{before}and {more:,} more; session-tui validate FILE tells all of a file.", err=True)


def write_document(content: str | bytes) -> None:
    """A document to standard output, byte by byte as in a file; a terminal gets nothing it would act upon."""
    if sys.stdout.isatty():
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        click.echo(safe_lines(text), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def choose_one(**asked: bool) -> None:
    """`click.UsageError` where two forms are asked for at once; `as_json` is said as --json."""
    if sum(asked.values()) > 1:
        first, *others = (f"--{each.removeprefix('as_')}" for each in asked)
        raise click.UsageError(f"Choose one of {', '.join([first, *others][:-1])} and {others[-1]}.")


def print_json(value: Any) -> None:
    r"""JSON as ASCII with \u escapes: a terminal that gets it has nothing to obey."""
    import json

    text = json.dumps(value, indent=2, ensure_ascii=True, default=str)
    write_document(text.replace("\x7f", "\\u007f") + "\n")  # the one control character that is left as it is


def print_csv(keys: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A header and a line a row, in which a spreadsheet computes nothing."""
    from session_tui.export.csv import csv_text

    write_document(csv_text(keys, rows))


def wipe() -> None:
    """An empty screen, with nothing left to scroll back to where the terminal knows how."""
    if sys.platform == "win32":
        click.clear()
    Raw(sys.stdout).write("\x1b[2J\x1b[3J\x1b[1;1H")
    sys.stdout.flush()


def width() -> int:
    """The columns there are: what COLUMNS says, else the terminal's; what reads from a pipe gets whole lines."""
    asked = os.environ.get("COLUMNS", "")[:5]
    if asked.isascii() and asked.isdigit() and int(asked):
        return int(asked)
    if not sys.stdout.isatty():
        return WHOLE
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def styled() -> bool:
    """Whether bold and dim are understood, or asked for by FORCE_COLOR. NO_COLOR in a pipe is no sequence at all."""
    terminal, forced = sys.stdout.isatty(), os.environ.get("FORCE_COLOR")
    if (os.environ.get("NO_COLOR") and not terminal) or os.environ.get("TERM", "").lower() in _DUMB:
        return False
    if sys.platform == "win32":
        from rich.console import detect_legacy_windows

        if detect_legacy_windows():  # an old console shows the sequences themselves
            return False
    return terminal if forced is None else bool(forced)


def write_lines(lines: Iterable[str]) -> None:
    """Lines of clean texts, some together: what reads them gets the first at once."""
    out, rest = Raw(sys.stdout), iter(lines)
    while lot := list(islice(rest, _LOT)):
        out.write("\n".join(lot) + "\n")


class Raw:
    """A stream for what draws by itself; of a stream without a guard, that stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Past the guard."""
        return self._stream.raw(text) if isinstance(self._stream, GuardedStream) else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
