"""Tables on standard output, as wide as the terminal; texts are never markup."""

import os
import sys

from rich.console import Console


class Output(Console):
    """Whoever read our output may have gone (`session-tui list | head`): the program's edge knows what that means."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__(
            file=sys.stdout, highlight=False, markup=False, emoji=False, width=width, force_terminal=_forced()
        )

    def on_broken_pipe(self) -> None:
        """Not an exit of rich's own, with a status that says that something failed."""
        raise BrokenPipeError


def _forced() -> bool | None:
    """NO_COLOR in a pipe is an answer, whatever FORCE_COLOR says: no sequence at all. Else it is seen to."""
    return False if os.environ.get("NO_COLOR") and not sys.stdout.isatty() else None
