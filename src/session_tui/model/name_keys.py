"""Comparison forms of text: for equal names (`name_key`) and for search (`folded`).

Typed text is `composed` when it comes in. Text from a file keeps its letters, and is compared by
its key.

Search ignores case, accents and width; each CJK character is a word: `lodz` finds Łódź, `oresund`
Øresund, `東京` 東京都. Unicode's decomposition (NFKD) removes accents. `_VARIANTS` has the letters
that Unicode does not decompose but people replace when their keyboard does not have them.
"""

import unicodedata
from functools import cache, lru_cache

from session_tui.model.patterns import lazy_pattern

_VARIANTS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
_CJK = lazy_pattern("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f])")
_WORD = lazy_pattern(r"[^\W_]+")
_ASCII_BYTES = bytes(range(128))

# Unicode's Default_Ignorable_Code_Point: invisible letters. Names that differ only in them look
# equal.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = lazy_pattern(f"[{INVISIBLE}]")


def composed(text: str) -> str:
    """The text in the stored form: a letter with its accent is one character (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """The key by which a name, or the text of an entry, is compared; it is never shown.

    Two names that differ only in case, spaces, invisible letters or the composition of accents
    have one key; an accent itself makes a difference. A name of invisible letters alone is its own
    key, so it equals neither another name nor the empty one.
    """
    if name.isascii():
        return " ".join(name.casefold().split()) or name
    bare = unicodedata.normalize("NFD", _INVISIBLE.sub("", name)).casefold()
    return " ".join(unicodedata.normalize("NFC", bare).split()) or name


def visible(text: str) -> str:
    """The text without invisible letters."""
    return _INVISIBLE.sub("", text) if _INVISIBLE.search(beyond_ascii(text)) else text


def beyond_ascii(text: str) -> str:
    """The letters of the text that are not of ASCII: few in most texts, and quickly found."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII_BYTES).decode("utf-8", "surrogatepass")


def plain(text: str) -> bool:
    """Whether each letter of the text is one visible character with one large and one small form:
    then a name in it can be found by its bytes.
    """
    if text.isascii():
        return True
    return unicodedata.is_normalized("NFC", text) and all(map(_is_plain, set(beyond_ascii(text))))


@cache
def _is_plain(letter: str) -> bool:
    small = letter.lower()
    cased = letter == "ß" or (len(small) == 1 and small == letter.casefold() and letter in (small, small.upper()))
    # A pattern that ignores case takes the dotless i for an i.
    return cased and letter != "ı" and not unicodedata.combining(letter) and not _INVISIBLE.match(letter)


def folded(text: str) -> str:
    """The text for comparison. Characters other than letters and digits stay."""
    text = text.casefold()
    if text.isascii():
        return text
    for each in set(beyond_ascii(text)):
        text = text.replace(each, _bare(each))
    # NFKD decomposes Korean syllables too; NFC makes each one character again.
    return unicodedata.normalize("NFC", text)


def searched(text: str) -> str:
    """The text as in the index: folded, with spaces around CJK characters; the index finds the
    words.
    """
    bare = folded(text)
    return bare if bare.isascii() else _CJK.sub(r" \1 ", bare)


def words(text: str) -> list[str]:
    """The folded words of a text; each CJK character is one."""
    return _WORD.findall(searched(text))


@cache
def _bare(character: str) -> str:
    if _INVISIBLE.match(character):
        return ""
    # The decomposition of a sign (🄐 is "(A)") may have capitals.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_VARIANTS.get(each, each) for each in apart if not unicodedata.combining(each))
