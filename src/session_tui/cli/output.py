"""Prints lines, documents, JSON and CSV; the guarded streams of `cli/streams.py` are below it.

No other module of the command line writes to a stream, except tables and paragraphs
(`cli/table.py`), which use `write_lines`. Every text is cleaned here, from any source. Printed
JSON is ASCII; everything else is escaped.
"""

import os
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Any, TextIO

import click

from session_tui.cli.streams import GuardedStream
from session_tui.model.sanitize import safe_lines, safe_text

MOST_FAULTS = 20  # printed faults; more would scroll the earlier output away

WHOLE = 10_000  # columns without a terminal: every line is whole
_LOT = 250  # lines of one write
_DUMB = ("dumb", "unknown")  # values of TERM for a terminal without styles and cursor moves


def echo(text: str = "", *, err: bool = False, file: TextIO | None = None) -> None:
    """Print one cleaned line.

    A line break inside the text becomes a space, because it may come from a file. Line breaks at
    its beginning become empty lines.
    """
    words = text.lstrip("\n")
    click.echo("\n" * (len(text) - len(words)) + safe_text(words), file=file, err=err)


def print_faults(faults: Iterable[object], before: str = "") -> None:
    """Print faults on standard error, one on each line; of many, the first ones and the number of
    the rest.
    """
    texts = [str(fault) for fault in faults]
    for fault in texts[:MOST_FAULTS]:
        echo(f"{before}{fault}", err=True)
    if len(texts) > MOST_FAULTS:
        more = len(texts) - MOST_FAULTS
        echo(f"{before}and {more:,} more; session-tui validate FILE lists all of a file.", err=True)


def write_document(content: str | bytes) -> None:
    """Write a document to standard output, with the same bytes as in a file; for a terminal it is
    cleaned.
    """
    if sys.stdout.isatty():
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        click.echo(safe_lines(text), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def choose_one(**asked: bool) -> None:
    """`click.UsageError` where more than one form is given; `as_json` is named --json."""
    if sum(asked.values()) > 1:
        first, *others = (f"--{each.removeprefix('as_')}" for each in asked)
        raise click.UsageError(f"Choose one of {', '.join([first, *others][:-1])} and {others[-1]}.")


def print_json(value: Any) -> None:
    r"""Print JSON as ASCII with \u escapes: it has no control sequence for a terminal."""
    import json

    text = json.dumps(value, indent=2, ensure_ascii=True, default=str)
    write_document(text.replace("\x7f", "\\u007f") + "\n")  # the only control character that json.dumps does not escape


def print_error(error: str, do: str, status: int) -> None:
    """Print an error for a program: one line of JSON on standard error, the last of it.

    `do` is the advice, or empty. Remarks of the command may stand on the lines before.
    """
    import json

    text = json.dumps({"error": safe_text(error), "do": safe_text(do), "status": status}, ensure_ascii=True)
    click.echo(text, err=True)


def print_csv(keys: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a header and one line for each row; no cell is a formula for a spreadsheet."""
    from session_tui.export.csv import csv_text

    write_document(csv_text(keys, rows))


def write_rows(rows: Iterable[Iterable[str]]) -> None:
    """Write a line for each row, with tabs between its cleaned cells, for a script of a shell."""
    write_document("".join("\t".join(map(safe_text, row)) + "\n" for row in rows))


def wipe() -> None:
    """Clear the screen, and the lines above it where the terminal supports that."""
    if sys.platform == "win32":
        click.clear()
    Raw(sys.stdout).write("\x1b[2J\x1b[3J\x1b[1;1H")
    sys.stdout.flush()


def width() -> int:
    """The columns of the output: COLUMNS, else those of the terminal.

    `WHOLE` where standard output is no terminal.
    """
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
    """Whether bold and dim may be printed: on a terminal that supports them, or with FORCE_COLOR.

    With NO_COLOR, a pipe gets no sequence at all.
    """
    terminal, forced = sys.stdout.isatty(), os.environ.get("FORCE_COLOR")
    if (os.environ.get("NO_COLOR") and not terminal) or os.environ.get("TERM", "").lower() in _DUMB:
        return False
    if sys.platform == "win32":
        from rich.console import detect_legacy_windows

        if detect_legacy_windows():  # an old console prints the sequences as text
            return False
    return terminal if forced is None else bool(forced)


def screen_fault() -> str:
    """The reason why no full screen can be shown; empty where it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "the full screen needs a terminal, and this is none"
    if not sys.stderr.isatty():
        return "the full screen is drawn through standard error, and that goes elsewhere"
    if sys.platform != "win32" and (name := os.environ.get("TERM", "").lower()) in _DUMB:
        return f"this terminal can show no full screen (TERM={name})"
    return ""


def need_screen(do: str) -> None:
    """`StoreError` with `do` where no full screen can be shown; called before the command begins
    anything.
    """
    if not (what := screen_fault()):
        return
    from session_tui.model.fault import Fault
    from session_tui.store.errors import StoreError

    if sys.stdout.isatty() and not sys.stderr.isatty():
        echo(f"session-tui: {what}. {do}")  # standard error is redirected, so the user would not see the error there
    raise StoreError(Fault("", what, do))


def write_lines(lines: Iterable[str]) -> None:
    """Write cleaned lines in batches, so that a reader gets the first ones at once."""
    out, rest = Raw(sys.stdout), iter(lines)
    while lot := list(islice(rest, _LOT)):
        out.write("\n".join(lot) + "\n")


class Raw:
    """Writes control sequences of our own past the guard of a stream; an unguarded stream is used
    directly.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write without the guard's cleaning."""
        return self._stream.raw(text) if isinstance(self._stream, GuardedStream) else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
