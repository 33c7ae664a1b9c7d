"""What all cells of a CRM's export have in common: the texts for "no value", and how a cell is
shown in a sentence.
"""

import re

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text

_BLANK = frozenset(
    (
        "", "-", "--", "\u2013", "\u2014", "n/a", "n.a.", "na", "#n/a", "#nv", "null", "none", "nil", "(blank)",
        "(leer)", "(no value)", "k.a.", "k. a.", "s/o", "n/d", "n.d.",
    )
)  # fmt: skip
# Without characters that would end a link in Markdown or HTML.
_ADDRESS = lazy_pattern(r"https?://[^\s<>\"'`\\]{1,2000}", re.ASCII)


def is_blank(text: str) -> bool:
    """Whether the text is one that programs write for a value that is not there."""
    return not text or (len(text) <= 10 and text.strip().lower() in _BLANK)


def web_address(text: str) -> str:
    """The text, if it is an address that a document may link to; empty for another one."""
    return text if _ADDRESS.fullmatch(text) else ""


def shown(text: str) -> str:
    """The text in quotes, shortened to 40 characters."""
    clean = safe_text(text)
    return f'"{clean}"' if len(clean) <= 40 else f'"{clean[:37]}..."'
