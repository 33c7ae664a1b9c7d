"""A line as pieces of text with a tone each, as values: nothing of the framework is loaded."""

from collections.abc import Iterable
from typing import TypeAlias

Pieces: TypeAlias = tuple[tuple[str, str], ...]  # (text, tone); a piece of a line break alone begins another line


def broken(texts: Iterable[str], tone: str) -> Pieces:
    """Texts as pieces of a tone, one a line."""
    return tuple(piece for text in texts for piece in (("\n", ""), (text, tone)))[1:]
