"""Asks questions at the terminal, and reads answers line by line."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from session_tui.cli.output import echo
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import safe_text
from session_tui.tui import raw_mode

if TYPE_CHECKING:
    from session_tui.cli.lines import InputLines

_LEAVE = ("leave", "/leave")
_BACK = ("back", "/back")


def ask(question: str, **options: Any) -> Any:
    """Ask on standard error and return the answer; the options are those of `click.prompt`."""
    with raw_mode.lifted():
        return click.prompt(safe_text(question), err=True, **options)


def confirm(question: str, *, abort: bool = False) -> bool:
    """Ask on standard error for yes or no."""
    with raw_mode.lifted():
        return click.confirm(safe_text(question), err=True, abort=abort)


class Prompt:
    """Reads lines; counts them and the refused ones. The reasons go to standard error."""

    def __init__(self, lines: "InputLines", *, numbered: bool = False, say: Callable[..., None] = echo) -> None:
        """`numbered`: a reason begins with the number of its line, for lines from a file."""
        self._lines, self._numbered, self._say = lines, numbered, say
        self.number = self.refused = 0

    @property
    def status(self) -> int:
        """The exit status: 1 where a line was refused, else 0."""
        return 1 if self.refused else 0

    def line(self) -> str | None:
        """The next line without its end; None at the end of the input.

        A line that is no text is refused and skipped.
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
        self._say(f"line {number or self.number}: {why}" if self._numbered else why, err=True)

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
