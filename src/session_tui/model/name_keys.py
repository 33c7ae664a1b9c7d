"""Text as it is compared: names that are equal to people (`name_key`), and words as they are searched (`folded`).

What is typed or given is `composed` at the door; what is read keeps its letters, and is compared by its key.

Searching goes without case, accents and width, CJK characters each a word of their own: `lodz` finds Łódź,
`oresund` Øresund, `東京` 東京都. Unicode's decomposition (NFKD) takes accents off; letters that are another letter to
Unicode, and a variant to people who type a name without a keyboard for it, stand in a table.
"""

import re
import unicodedata
from functools import cache, lru_cache

_VARIANTS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f])")
_WORD = re.compile(r"[^\W_]+")
_OTHER = re.compile(r"[^\x00-\x7f]")

# Unicode's Default_Ignorable_Code_Point: letters that show nothing. Two names that differ in them look the same.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def composed(text: str) -> str:
    """The text as it is kept when it was typed or given: a letter and its accent are one character (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """What a name, or any text that stands for something, is compared by; never shown.

    Case, runs of spaces, invisible letters, and how an accent is composed tell no two names apart; accents do. A name
    of nothing but invisible letters is compared as it is, so that it equals no other, and not the empty one either.
    """
    if name.isascii():
        return " ".join(name.casefold().split()) or name
    bare = unicodedata.normalize("NFD", _INVISIBLE.sub("", name)).casefold()
    return " ".join(unicodedata.normalize("NFC", bare).split()) or name


def visible(text: str) -> str:
    """The text without letters that show nothing."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def folded(text: str) -> str:
    """The text for comparison; what is no letter and no digit stays, so that places in it can be looked for."""
    text = text.casefold()
    if text.isascii():
        return text
    for each in set(_OTHER.findall(text)):  # few of them, and the same again
        text = text.replace(each, _bare(each))
    # Korean syllables come apart as well; they are put together again, each a character.
    return unicodedata.normalize("NFC", text)


def searched(text: str) -> str:
    """The text as the index has it: folded, CJK characters apart. What a word is, the index itself finds out."""
    bare = folded(text)
    return bare if bare.isascii() else _CJK.sub(r" \1 ", bare)


def words(text: str) -> list[str]:
    """Its words, folded; a CJK character is one."""
    return _WORD.findall(searched(text))


@cache
def _bare(character: str) -> str:
    if _INVISIBLE.match(character):
        return ""
    # What comes out of a sign (🄐 is "(A)") may have a case of its own.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_VARIANTS.get(each, each) for each in apart if not unicodedata.combining(each))
