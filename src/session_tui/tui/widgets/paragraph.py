"""The paragraph: the class of every label, sentence and box of text that is not typed."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.console import RenderableType
from textual.widgets import Static

from session_tui.tui.text import Text

Words: TypeAlias = str | Sequence[str] | RenderableType  # one line; several lines; or a drawing


class Paragraph(Static):
    """Text that is never read as markup, and always made safe.

    A line break inside a text becomes a space; several texts get a line each. Tables and other
    drawings are passed on unchanged: they consist of `Text`.
    """

    def __init__(self, words: Words = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(_drawn(words), id=id, classes=classes, markup=False)
        self._words = words

    def update(self, content: Words = "", *, layout: bool = True) -> None:  # type: ignore[override]
        """Replace the text. The same line again changes nothing; else it would lay out the whole
        screen.
        """
        if isinstance(content, str) and content == self._words:
            return
        self._words = content
        super().update(_drawn(content), layout=layout)


def _drawn(words: Words) -> RenderableType:
    if isinstance(words, str):
        return Text(words)
    return Text.lines(words) if isinstance(words, Sequence) else words
