"""Makes untrusted text safe: for the screen (`safe_text`), a field (`typed`), the file
(`one_line`).

Characters that control the terminal are made visible, not removed, so that the shown name is the
stored one. Characters that scripts and emoji need (joiners, accents, variation selectors) stay.
"""

from session_tui.model.name_keys import composed
from session_tui.model.patterns import lazy_pattern

SEEN = "\N{REPLACEMENT CHARACTER}"  # replaces a character that controls the terminal

# Line breaks of all kinds, and tabs: each becomes a space.
_BREAKS = lazy_pattern(r"\r\n|[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# A whole control sequence (colours, cursor moves, the brackets of a paste; titles and links where
# they end).
_SEQUENCES = lazy_pattern(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)")
_CONTROLS = lazy_pattern(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATES = lazy_pattern(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates change the reading order; they are made visible.
_TURNING = lazy_pattern(r"[\u202a-\u202e\u2066-\u2069]")
# Invisible marks without use: zero-width space, word joiners, direction marks, soft hyphen, tags,
# annotations.
_HIDDEN = lazy_pattern(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = lazy_pattern(r"(?<![^\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\s])|([\u200c\u200d])[\u200c\u200d]+")
_LAYOUT = lazy_pattern(r"(\r\n|\n|\t)")
_SPACES = lazy_pattern(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def safe_text(text: str) -> str:
    """The text as one line without effect on the terminal; a second pass changes nothing.

    Printable text is returned at once, because a frame has hundreds of cells.
    """
    if text.isprintable():
        return text
    text = _BREAKS.sub(" ", text)
    text = _CONTROLS.sub(SEEN, text)
    text = _SURROGATES.sub(SEEN, text)
    text = _TURNING.sub(SEEN, text)
    text = _HIDDEN.sub("", text)
    text = _SPACES.sub(" ", text)
    return _JOINERS.sub(r"\1", text)


def typed(text: str) -> str:
    """The text from keys or a paste as one line for a field, without control and invisible
    characters.

    Line breaks and tabs become a space. Control sequences of a paste are removed as a whole, so
    that no `[31m` is left. Joiners stay: the next key may be the letter that they join. Composed
    (NFC).
    """
    if text.isprintable():
        return composed(text)
    text = _SEQUENCES.sub("", text)
    text = _BREAKS.sub(" ", text)
    text = _CONTROLS.sub("", text)
    text = _SURROGATES.sub(SEEN, text)
    return composed(_HIDDEN.sub("", _TURNING.sub("", text)))


def one_line(text: str) -> str:
    """The text as it is stored: as `typed`, with joiners only between two characters.

    All typed text passes through here, so that a name is stored in one form, however its accents
    were typed.
    """
    return composed(text) if text.isprintable() else _JOINERS.sub(r"\1", typed(text))


def safe_lines(text: str) -> str:
    """`safe_text` for a document: its line breaks (CRLF too) and tabs stay."""
    if text.isprintable():
        return text
    return "".join(part if part in ("\n", "\r\n", "\t") else safe_text(part) for part in _LAYOUT.split(text))
