"""Text for screens and tables: control characters are removed when a piece is added, before it is
measured or cut.

This module does not import Textual: the command line draws its tables with it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

import rich.text
from rich.cells import cell_len, set_cell_size
from rich.style import Style

from session_tui.model.sanitize import SEEN, safe_text

RichText: TypeAlias = rich.text.Text  # the class of the parts that Rich makes of a clean text

# Tabs and line breaks become spaces.
_BLANK = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))


class Text(rich.text.Text):
    """Rich's text; each added piece goes through `safe_text`.

    A line break inside a piece becomes a space, because it may come from a file. A piece of line
    breaks alone breaks the line; `lines` puts one between texts.
    """

    def __init__(self, text: str = "", style: str | Style = "", **options: Any) -> None:
        super().__init__(_piece(text), style, **options)

    def append(self, text: rich.text.Text | str, style: str | Style | None = None) -> Text:
        """Add a piece, as safe text, or another text."""
        super().append(_piece(text) if isinstance(text, str) else text, style)
        return self

    def append_tokens(self, tokens: Iterable[tuple[str, str | Style | None]]) -> Text:
        """Add pieces with their styles, as safe text."""
        super().append_tokens((_piece(text), style) for text, style in tokens)
        return self

    @classmethod
    def assemble(cls, *parts: str | rich.text.Text | tuple[str, str | Style], **options: Any) -> Text:
        """Join pieces and texts; the options are Rich's."""
        return cast(Text, super().assemble(*parts, **options))

    def join(self, lines: Iterable[rich.text.Text]) -> Text:
        """Join the texts, with this one between them."""
        return cast(Text, super().join(lines))

    @classmethod
    def lines(cls, texts: Iterable[str], style: str | Style = "", **options: Any) -> Text:
        """Put each text on a line of its own."""
        text = cls("", style, **options)
        for number, each in enumerate(texts):
            if number:
                text.append("\n")
            text.append(each)
        return text


def same_width(text: str) -> str:
    """Safe text with the same width in cells, for a caller that has measured `text` already; its
    end is cut or padded.
    """
    if text.isprintable():
        return text
    clean, cells = safe_text(text), cell_len(text)
    return clean if cell_len(clean) == cells else set_cell_size(clean, cells)


def same_length(text: str) -> str:
    """Safe text with the same number of characters, each at its place, for a field with a cursor.

    A joiner without width stays where it joins letters or emoji, and is shown as a sign elsewhere.
    """
    if text.isprintable():
        return text
    if len(clean := safe_text(text)) == len(text):
        return clean
    return "".join(_one_for_one(text))


def _piece(text: str) -> str:
    return text if text.isprintable() or not text.strip("\n") else safe_text(text)


def _one_for_one(text: str) -> Iterator[str]:
    joiners = set(safe_text(text)) & set("\u200c\u200d")  # those that join characters of this text
    for character in text.translate(_BLANK):
        clean = character if character in joiners else safe_text(character)
        yield clean if len(clean) == 1 else SEEN
