"""Words on the screen that nobody types: every label, sentence and box of text of the program is one of these."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.console import RenderableType
from textual.widgets import Static

from session_tui.tui.text import Text

Words: TypeAlias = str | Sequence[str] | RenderableType  # a text of one line; texts, one a line; or what is drawn


class Paragraph(Static):
    """Text that is never markup, and harmless whatever it came from.

    A line break inside a text becomes a space; of several texts each gets its line. Tables and other drawings are given
    as they are: what stands in them is made of `Text`.
    """

    def __init__(self, words: Words = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(_drawn(words), id=id, classes=classes, markup=False)

    def update(self, content: Words = "", *, layout: bool = True) -> None:  # type: ignore[override]
        """Show other words."""
        super().update(_drawn(content), layout=layout)


def _drawn(words: Words) -> RenderableType:
    if isinstance(words, str):
        return Text(words)
    return Text.lines(words) if isinstance(words, Sequence) else words
