"""Tables on standard output, as wide as the terminal; texts are never markup, and harmless whatever they came from."""

import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from session_tui.cli.output import Raw
from session_tui.tui.text import Text, same_width


class Output(Console):
    """Whoever read our output may have gone (`session-tui list | head`): the program's edge knows what that means."""

    def __init__(self, width: int | None = None) -> None:
        file = cast(TextIO, Raw(sys.stdout))
        super().__init__(file=file, highlight=False, markup=False, emoji=False, width=width, force_terminal=_forced())

    def render_str(self, text: str, **options: Any) -> Text:
        """A cell that is no `Text` yet: clean before it is measured."""
        return Text(text, style=options.get("style", ""))

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The last wall: each piece that is drawn, its width kept."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            if control or text.isprintable():
                yield segment
            else:  # a piece may be of several lines
                yield Segment("\n".join(map(same_width, text.split("\n"))), style)

    def on_broken_pipe(self) -> None:
        """Not an exit of rich's own, with a status that says that something failed."""
        raise BrokenPipeError


def _forced() -> bool | None:
    """NO_COLOR in a pipe is an answer, whatever FORCE_COLOR says: no sequence at all. Else it is seen to."""
    return False if os.environ.get("NO_COLOR") and not sys.stdout.isatty() else None
