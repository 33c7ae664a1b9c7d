"""Text for screens and tables: what is put into it can only be shown, and is clean before it is measured or cut.

Nothing of the framework is loaded: the command line draws its tables with it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

import rich.text
from rich.cells import cell_len, set_cell_size
from rich.style import Style

from session_tui.model.sanitize import SEEN, safe_text

RichText: TypeAlias = rich.text.Text  # what Rich makes of a clean text that it breaks or copies

# Tabs and line breaks become spaces; everything else keeps the cells it was given.
_BLANK = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))


class Text(rich.text.Text):
    """Rich's text, in which every piece is made harmless as it arrives.

    A line break inside a piece becomes a space, for it may stand in a file. A piece of line breaks alone breaks the
    line; `lines` puts one between texts.
    """

    def __init__(self, text: str = "", style: str | Style = "", **options: Any) -> None:
        super().__init__(_piece(text), style, **options)

    def append(self, text: rich.text.Text | str, style: str | Style | None = None) -> Text:
        """Add a piece, made harmless, or another text."""
        super().append(_piece(text) if isinstance(text, str) else text, style)
        return self

    def append_tokens(self, tokens: Iterable[tuple[str, str | Style | None]]) -> Text:
        """Add pieces with their styles, made harmless."""
        super().append_tokens((_piece(text), style) for text, style in tokens)
        return self

    @classmethod
    def assemble(cls, *parts: str | rich.text.Text | tuple[str, str | Style], **options: Any) -> Text:
        """Pieces and texts, one behind the other; the options are those of Rich's."""
        return cast(Text, super().assemble(*parts, **options))

    def join(self, lines: Iterable[rich.text.Text]) -> Text:
        """The texts with this one between them."""
        return cast(Text, super().join(lines))

    @classmethod
    def lines(cls, texts: Iterable[str], style: str | Style = "", **options: Any) -> Text:
        """One text a line."""
        text = cls("", style, **options)
        for number, each in enumerate(texts):
            if number:
                text.append("\n")
            text.append(each)
        return text


def same_width(text: str) -> str:
    """Harmless text of as many cells as `text` was taken for, by whoever has measured it already; its end gives way."""
    if text.isprintable():
        return text
    clean, cells = safe_text(text), cell_len(text)
    return clean if cell_len(clean) == cells else set_cell_size(clean, cells)


def same_length(text: str) -> str:
    """Harmless text with as many characters, each in the place of one: where a cursor walks over them.

    What has no width, but joins letters and emoji, is shown to be there only where it joins nothing.
    """
    if text.isprintable():
        return text
    if len(clean := safe_text(text)) == len(text):
        return clean
    return "".join(_one_for_one(text))


def _piece(text: str) -> str:
    return text if text.isprintable() or not text.strip("\n") else safe_text(text)


def _one_for_one(text: str) -> Iterator[str]:
    kept = set(safe_text(text)) & set("\u200c\u200d")  # joiners that join something in it
    for character in text.translate(_BLANK):
        clean = character if character in kept else safe_text(character)
        yield clean if len(clean) == 1 else SEEN
