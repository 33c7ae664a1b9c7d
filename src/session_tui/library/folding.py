"""Text as it is searched: without case, accents and width, CJK characters each a word of their own.

`lodz` finds Łódź, `oresund` Øresund, `東京` 東京都. Unicode's decomposition (NFKD) takes accents off; letters that are
another letter to Unicode, and a variant to whoever types a name without a keyboard for it, stand in a table.
"""

import re
import unicodedata

_VARIANTS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f])")
_WORD = re.compile(r"[^\W_]+")
_OTHER = re.compile(r"[^\x00-\x7f]")


def folded(text: str) -> str:
    """The text for comparison; what is no letter and no digit stays, so that places in it can be looked for."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    # Korean syllables come apart as well; they are put together again, each a character.
    return unicodedata.normalize("NFC", _OTHER.sub(_bare, apart))


def searched(text: str) -> str:
    """The text as the index has it: folded, CJK characters apart. What a word is, the index itself finds out."""
    bare = folded(text)
    return bare if bare.isascii() else _CJK.sub(r" \1 ", bare)


def words(text: str) -> list[str]:
    """Its words, folded; a CJK character is one."""
    return _WORD.findall(searched(text))


def _bare(found: re.Match[str]) -> str:
    each = found[0]
    return "" if unicodedata.combining(each) else _VARIANTS.get(each, each)
