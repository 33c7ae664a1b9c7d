"""Toned text as a value, for modules that must load neither Rich nor Textual."""

from collections.abc import Iterable
from typing import TypeAlias

Pieces: TypeAlias = tuple[tuple[str, str], ...]  # (text, tone); a piece that is only "\n" begins a new line


def broken(texts: Iterable[str], tone: str) -> Pieces:
    """Texts as pieces of one tone, each on a line of its own."""
    return tuple(piece for text in texts for piece in (("\n", ""), (text, tone)))[1:]
