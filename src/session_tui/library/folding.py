"""Text as it is searched: without case, accents and width, CJK characters each a word of their own.

`lodz` finds Łódź, `oresund` Øresund, `東京` 東京都. Unicode's decomposition (NFKD) takes accents off; letters that are
another letter to Unicode, and a variant to whoever types a name without a keyboard for it, stand in a table.
"""

import re
import unicodedata
from functools import cache

_VARIANTS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f])")
_WORD = re.compile(r"[^\W_]+")
_OTHER = re.compile(r"[^\x00-\x7f]")


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
    # What comes out of a sign (🄐 is "(A)") may have a case of its own.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_VARIANTS.get(each, each) for each in apart if not unicodedata.combining(each))
