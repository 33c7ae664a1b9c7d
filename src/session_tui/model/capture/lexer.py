"""Splits the line of an entry into text and marks (`@ben`, `due:fri`, `!5`, `++`), without their
meaning.

A mark is a whole word. Quotes are syntax after a mark, and around a stakeholder's name or title. A
backslash before a character of the grammar (`ESCAPABLE`) makes that character text.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern

KEYWORDS = ("due", "role", "power", "sup", "cov", "to", "inf", "pain", "note", "ev", "for")
UNJUDGED = "?"  # takes a judgement back
SIGNS = {"++": 2, "+": 1, "=": 0, "-": -1, "--": -2}
ESCAPABLE = frozenset('@:!%+=->*/?,"\\')

MarkName: TypeAlias = Literal[
    "@", "@-", "!", "%", "sign", "due", "role", "power", "sup", "cov", "to", "inf", "pain", "note", "ev", "for"
]
Letters: TypeAlias = list[tuple[str, bool]]  # characters, each with whether it is literal (escaped or quoted)

_KEYWORD = lazy_pattern(rf"({'|'.join(KEYWORDS)}):(?=\S)")
_NUMBER = lazy_pattern(r"([!%])([+-]?[0-9]+(?:[.,][0-9]+)?)")


class Token(Struct, frozen=True):
    """One mark: its name, and its value as text without quotes and escapes."""

    name: MarkName
    value: str


class ScannedLine(Struct, frozen=True):
    """A scanned line: its marks in order, and its text without escapes, its inner spaces
    unchanged.

    `letters` are the characters of the text with their literal flag, which tells the comma between
    name and title from a comma in a name. `typed` are the words of the text as typed.
    """

    marks: tuple[Token, ...]
    letters: Letters
    typed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text as people read it."""
        return "".join(letter for letter, _ in self.letters).strip()


class _Word(Struct):
    start: int
    end: int
    letters: Letters
    mark: Token | None = None
    sign: bool = False


def scan(line: str, *, signs: bool, quoted_text: bool, removals: bool = False) -> ScannedLine:
    """The text and marks of a line.

    `signs`: `++` to `--` and `!?` may be marks. `quoted_text`: quotes may stand around name or
    title.
    `removals`: `@-kim` takes a person away; else it is a name that begins with a hyphen.
    """
    words: list[_Word] = []
    at, text_begins, titled = 0, True, False
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        word = _mark_at(line, at, unjudged=signs, removals=removals)
        if word is None and quoted_text and text_begins:
            word = _quoted_text_at(line, at, titled)
        word = word or _text_at(line, at)
        words.append(word)
        if word.mark is None:
            # The title begins after the first comma; a later comma is part of the title.
            text_begins = not titled and word.letters[-1:] == [(",", False)]
            titled = titled or (",", False) in word.letters
        at = word.end
    if signs:
        _find_signs(words, line)
    typed = tuple(line[word.start : word.end] for word in words if word.mark is None)
    return ScannedLine(tuple(word.mark for word in words if word.mark), _joined(words, line), typed)


def closing_quote(line: str, opening: int) -> int:
    """The position of the closing quote for the one at `opening`, or -1; escaped quotes do not
    count.
    """
    at = opening + 1
    while at < len(line):
        if line[at] == "\\" and line[at + 1 : at + 2] in ESCAPABLE and at + 1 < len(line):
            at += 2
            continue
        if line[at] == '"':
            return at
        at += 1
    return -1


def unescaped(text: str, *, literal: bool = False) -> Letters:
    """The characters of a text without the backslash of an escape; an escaped one is literal."""
    letters: Letters = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and text[at + 1] in ESCAPABLE:
            letters.append((text[at + 1], True))
            at += 2
        else:
            letters.append((text[at], literal))
            at += 1
    return letters


def _plain(text: str) -> str:
    return "".join(letter for letter, _ in unescaped(text))


def _mark_at(line: str, at: int, *, unjudged: bool, removals: bool = False) -> _Word | None:
    keyword = _KEYWORD.match(line, at)
    if not (keyword or line[at] in "@!%"):
        return None
    name = keyword[1] if keyword else line[at]
    value_at = keyword.end() if keyword else at + 1
    if removals and name == "@" and line[value_at : value_at + 1] == "-":
        name, value_at = "@-", value_at + 1
    if line[value_at : value_at + 1] == '"':
        return _quoted_mark(line, at, value_at, name)
    end = _word_end(line, at)
    raw = line[value_at:end]
    if keyword:
        return _Word(at, end, [], Token(keyword[1], _plain(raw)))  # type: ignore[arg-type]
    if name in ("@", "@-"):
        value = _plain(_without_stops(raw))
        return _Word(at, end, [], Token(name, value)) if value else None  # type: ignore[arg-type]
    if unjudged and line[at:end] == f"!{UNJUDGED}":
        return _Word(at, end, [], Token("!", UNJUDGED))
    number = _NUMBER.fullmatch(line, at, end)
    return _Word(at, end, [], Token(number[1], number[2])) if number else None  # type: ignore[arg-type]


def _without_stops(raw: str) -> str:
    """The typed name without `, . ;` at its end; an escaped one belongs to the name and stays."""
    short = raw.rstrip(",.;")
    escaped = (len(short) - len(short.rstrip("\\"))) % 2 and raw[len(short) : len(short) + 1] in ESCAPABLE
    return raw[: len(short) + 1] if escaped and len(short) < len(raw) else short


def _quoted_mark(line: str, at: int, opening: int, name: str) -> _Word | None:
    closing = closing_quote(line, opening)
    if closing < 0 or name in "!%":
        return None
    end = closing + 1
    if name in ("@", "@-"):
        while end < len(line) and line[end] in ",.;":
            end += 1
    if end < len(line) and not line[end].isspace():
        return None
    value = _plain(line[opening + 1 : closing])
    return _Word(at, end, [], Token(name, value)) if value else None  # type: ignore[arg-type]


def _quoted_text_at(line: str, at: int, titled: bool) -> _Word | None:
    """A quoted name or title.

    None, so the quotes are text, unless marks, the end or a comma follow.
    """
    if line[at] != '"' or (closing := closing_quote(line, at)) < 0 or closing == at + 1:
        return None
    letters = unescaped(line[at + 1 : closing], literal=True)
    behind = line[closing + 1 :]
    if behind[:1] == "," and not titled:
        return _Word(at, closing + 2, [*letters, (",", False)])
    if behind and not behind[0].isspace():
        return None
    rest = scan(behind, signs=True, quoted_text=False)
    if rest.letters and (titled or rest.letters[0] != (",", False)):
        return None
    return _Word(at, closing + 1, letters)


def _text_at(line: str, at: int) -> _Word:
    # A comma ends a word, so that a quoted title may follow without a space.
    end = _word_end(line, at)
    comma = at
    while (comma := line.find(",", comma, end)) >= 0:
        if comma + 1 < end and line[comma + 1] == '"' and not (comma > at and line[comma - 1] == "\\"):
            end = comma + 1
            break
        comma += 1
    return _Word(at, end, unescaped(line[at:end]))


def _word_end(line: str, at: int) -> int:
    while at < len(line) and not line[at].isspace():
        at += 1
    return at


def _find_signs(words: list[_Word], line: str) -> None:
    """Turn signs into marks, from the end backwards: a sign is a mark if only marks follow it."""
    for word in reversed(words):
        if word.mark is not None:
            continue
        raw = line[word.start : word.end]
        if raw not in SIGNS:
            return
        word.mark = Token("sign", raw)


def _joined(words: list[_Word], line: str) -> Letters:
    letters: Letters = []
    before: _Word | None = None
    marks_between = False
    for word in words:
        if word.mark is not None:
            marks_between = True
            continue
        if before is not None:
            gap = " " if marks_between else line[before.end : word.start]
            letters += [(space, False) for space in gap]
        letters += word.letters
        before, marks_between = word, False
    return letters
