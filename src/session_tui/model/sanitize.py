"""Outside text made safe: for the screen (`safe_text`), for a field (`typed`), and for the file (`one_line`).

What a terminal acts upon is made visible rather than hidden, so that nobody is shown one name and stores another. What
scripts and emoji need (joiners, accents, variation selectors) stays.
"""

import re

from session_tui.model.name_keys import composed

SEEN = "\N{REPLACEMENT CHARACTER}"  # stands where something stood that a terminal would have acted upon

# Line breaks of every kind, tabs: they end a word, and nothing else.
_BREAKS = re.compile(r"\r\n|[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# A whole control sequence (colours, cursor moves, the brackets of a paste; titles and links where they end).
_SEQUENCES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates turn the order of what is read around; they are shown to be there.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Marks without width that only hide: zero-width space, word joiners, direction marks, soft hyphen, tags, annotations.
_HIDDEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile(r"(?<![^\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\s])|([\u200c\u200d])[\u200c\u200d]+")
_LAYOUT = re.compile(r"(\r\n|\n|\t)")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def safe_text(text: str) -> str:
    """The text as one line that a terminal can only show; a second pass changes nothing.

    Printable text comes back as it is, at the price of one look (a frame asks for hundreds of cells).
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
    """The text as a field takes it from keys or a paste: one line, nothing in it that acts or only hides.

    Line breaks and tabs become a space; control sequences that came with a paste go whole, so that no `[31m` is left.
    Joiners stay wherever they stand: the next key may be the letter that they join. Composed (NFC).
    """
    if text.isprintable():
        return composed(text)
    text = _SEQUENCES.sub("", text)
    text = _BREAKS.sub(" ", text)
    text = _CONTROLS.sub("", text)
    text = _SURROGATES.sub(SEEN, text)
    return composed(_HIDDEN.sub("", _TURNING.sub("", text)))


def one_line(text: str) -> str:
    """The text as it is stored when somebody typed it: as `typed`, and joiners only where they join something.

    All that is typed or given comes through here, so that a name is written in one way, however its accents arrived.
    """
    return composed(text) if text.isprintable() else _JOINERS.sub(r"\1", typed(text))


def safe_lines(text: str) -> str:
    """The same for a text of many lines, a document: its line breaks (CRLF too) and tabs stay."""
    if text.isprintable():
        return text
    return "".join(part if part in ("\n", "\r\n", "\t") else safe_text(part) for part in _LAYOUT.split(text))
