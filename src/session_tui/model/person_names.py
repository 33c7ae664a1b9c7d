"""Finds a person's name in the tables of a file, and replaces it.

The tables are those of the TOML file, not a `Session`, because damaged copies and unknown keys
hold names too. This module does not read files.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from session_tui.model.name_keys import INVISIBLE, beyond_ascii, name_key, visible
from session_tui.model.patterns import lazy_pattern

MARK = lazy_pattern(r"person-[0-9a-z]{6}")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no two look alike
_MARK_LENGTH = 6
# Keys whose value is a reference or a customer's name: another value would break the reference.
_KEPT = "account agenda etag first_raised_in folder id if_match path previous schema session sha256 source url"
KEPT = frozenset(_KEPT.split())
PRIVATE = ("pain", "note")  # texts about a stakeholder, which are removed with the name
NAMES = {
    "stakeholders.name": "stakeholder",
    "stakeholders.covered_by": "covers",
    "assumptions.tested_by": "tests",
    "action_items.owner": "owns",
    "attendees.name": "was there",
    "credit_split.name": "shares the credit",
    "account_owner": "account owner",
    "facilitator": "facilitator",
    "readers.name": "read the plan",
    "comments.author": "commented",
    "changes.by": "changed",
    "name": "answered",
}
_LAST_OF_NAMES = frozenset(key.rpartition(".")[2] for key in NAMES)
_COLLEAGUE = frozenset(NAMES) - {"stakeholders.name"}
_OF_OTHERS = ("id", "name", "title")  # the shown keys of another stakeholder's entry; opinions about them are private
_LEAST_SAID = 8  # characters; a shorter pain or note may be a common word
_GAP = f"[{INVISIBLE}]*"  # invisible letters that may stand between two letters
_COMBINING = "\u0300-\u036f"
_NESTED = frozenset((dict, list, tuple))
_ANY_I = {ord("İ"): "i", ord("ı"): "i"}  # a pattern that ignores case takes an ASCII i for them


class Name(Struct, frozen=True):
    """A person's full name, as a matcher of texts.

    `others` are longer names that contain it (Ana Ruiz Gomez); they are not replaced. `who` are
    the identities (`first_raised_in`, id) of the person's entries, where the name may be `?` or
    Ruth. Case, spaces and the composition of accents do not count. A name of one word matches in
    texts only with a capital (Will, WILL), since in small letters it may be any word.
    """

    text: str
    others: tuple[str, ...] = ()
    who: frozenset[tuple[str, str]] = frozenset()

    def is_(self, text: object) -> bool:
        """Whether the text is the name and nothing else."""
        return isinstance(text, str) and _could(self.text, text) and name_key(text) == name_key(self.text)

    def in_(self, text: str) -> bool:
        """Whether the text contains the name, as whole words."""
        if not _could(self.text, text):
            return False
        return self.is_(text) or any(found["name"] for found in _pattern(self.text, self.others).finditer(text))

    def part(self, text: object) -> bool:
        """Whether the text is one or more words of the name, and nothing else."""
        return (
            isinstance(text, str)
            and bool(text.split())
            and set(name_key(text).split()) <= set(name_key(self.text).split())
        )

    def replaced(self, text: str, mark: str) -> str:
        """The text with the mark instead of the name."""
        if not _could(self.text, text):
            return text
        if self.is_(text):
            return mark
        return _pattern(self.text, self.others).sub(lambda found: mark if found["name"] else found[0], text)


class NameMention(Struct, frozen=True):
    """A place of the tables with the person: its path (from 1), kind of mention, and text.

    `key` is the key of `NAMES` where the name stands in a field for names.
    """

    where: str
    kind: str
    says: str
    row: Mapping[str, Any] = {}
    key: str = ""


def _could(name: str, text: str) -> bool:
    """Whether the text may contain the name; a fast check, as most texts do not."""
    return _check_of(name)(text)


@lru_cache(maxsize=64)
def _check_of(name: str) -> Callable[[str], bool]:
    """A fast check whether a text may contain the name: whether it has the longest ASCII word of
    the name, or without one, all letters and accents of the name beyond ASCII.
    """
    plainest = max((word for word in name.lower().split() if word.isascii()), key=len, default="")
    if plainest:
        return lambda text: plainest in (text if text.isascii() else visible(text)).lower()
    signs = _signs_in(unicodedata.normalize("NFC", visible(name)).translate(_ANY_I))
    return lambda text: not signs or (not text.isascii() and signs <= _signs_in(text))


def _signs_in(text: str) -> set[str]:
    """The letters and accents of a text beyond ASCII, as in a text that is folded and decomposed:
    of "Zoë" the two dots alone.
    """
    return set(beyond_ascii(unicodedata.normalize("NFD", "".join(set(beyond_ascii(text)))).casefold()))


def mark_of(digest: bytes) -> str:
    """The mark for a keyed digest of a name."""
    number = int.from_bytes(digest[:8], "big")
    return "person-" + "".join(_ALPHABET[(number >> (5 * at)) & 31] for at in range(_MARK_LENGTH))


@lru_cache(maxsize=64)
def _pattern(name: str, others: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of a name: `others` match first; the name itself is the group `name`."""
    words = unicodedata.normalize("NFC", visible(name)).split()
    if len(words) == 1:
        forms = {words[0], words[0].upper(), words[0][:1].upper() + words[0][1:], words[0].title()}
        forms |= {unicodedata.normalize("NFD", form) for form in forms}
        wanted = "|".join(_GAP.join(map(re.escape, form)) for form in sorted(forms, key=len, reverse=True))
    else:
        wanted = f"(?i:{_anyhow(words)})"
    longer = [
        _anyhow(unicodedata.normalize("NFC", visible(each)).split()) for each in sorted(others, key=len, reverse=True)
    ]
    before = f"(?i:{'|'.join(longer)})|" if longer else ""
    return re.compile(rf"(?<!\w)(?:{before}(?P<name>{wanted}))(?![\w{_COMBINING}])")


def _anyhow(words: list[str]) -> str:
    return rf"{_GAP}\s+".join(_GAP.join(map(_letter, word)) for word in words)


def _letter(char: str) -> str:
    if char.isascii():
        return re.escape(char)
    forms = {char, char.lower(), char.upper(), char.casefold(), char.upper().casefold()}
    forms |= {unicodedata.normalize("NFD", form) for form in forms}
    return f"(?:{'|'.join(sorted(map(re.escape, forms), key=len, reverse=True))})"


# ---- the people in the tables -------------------------------------------------------------------


def names_in(tables: Mapping[str, Any]) -> list[str]:
    """All values of the keys in `NAMES`, also `?` and empty ones."""
    found: list[str] = []
    _gather_names(tables, "", found)
    return found


def _gather_names(value: Any, key: str, found: list[str]) -> None:
    if type(value) is dict:
        dot = "." if key else ""
        for name, each in value.items():
            kind = type(each)
            if kind is str:
                if name in _LAST_OF_NAMES and _stands(f"{key}{dot}{name}"):
                    found.append(each)
            elif kind is dict or kind is list or kind is tuple:
                _gather_names(each, f"{key}{dot}{name}", found)
        return
    for each in value:
        kind = type(each)
        if kind is str:
            if _stands(key):
                found.append(each)
        elif kind is dict or kind is list or kind is tuple:
            _gather_names(each, key, found)


def is_colleague(key: str) -> bool:
    """Whether the names of this key are those of our own people."""
    return key in _COLLEAGUE


def longer_names(names: Iterable[str], name: str) -> tuple[str, ...]:
    """The names that contain this one and more words, sorted."""
    part = Name(name)
    found = {name_key(each): each for each in names if name_key(each) != name_key(name) and part.in_(each)}
    return tuple(sorted(found.values()))


def ids_of(tables: Mapping[str, Any], name: Name) -> frozenset[str]:
    """The ids of this stakeholder, also of removed entries."""
    people = (row.get("id") for row in _people(tables, name))
    changed = (
        row.get("entry")
        for row in _rows(tables, "changes")
        if row.get("field") in ("name", "entry") and any(name.is_(row.get(key)) for key in ("from", "to"))
    )
    return frozenset(each for each in (*people, *changed) if isinstance(each, str) and each.startswith("s"))


def marks_of(tables: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The existing marks of stakeholders, by identity."""
    rows = _rows(tables, "stakeholders")
    return {_identity(tables, row): row["name"] for row in rows if MARK.fullmatch(str(row.get("name", "")))}


def identities(tables: Mapping[str, Any], name: Name) -> frozenset[tuple[str, str]]:
    """The identities of this stakeholder, valid in all sessions."""
    return frozenset(_identity(tables, row) for row in _rows(tables, "stakeholders") if name.is_(row.get("name")))


def said_about(tables: Mapping[str, Any], name: Name) -> frozenset[str]:
    """The notes and pains about this person, so that they can be found in other texts."""
    ids = ids_of(tables, name)
    rows = _people(tables, name)
    texts = [row.get(key) for row in rows for key in PRIVATE]
    changes = [row for row in _rows(tables, "changes") if text_at(row, "entry") in ids and row.get("field") in PRIVATE]
    texts += [row.get(key) for row in changes for key in ("from", "to")]
    return frozenset(each for each in texts if isinstance(each, str) and len(each.strip()) >= _LEAST_SAID)


def private_count(tables: Mapping[str, Any], name: Name) -> int:
    """The number of notes and pains about this person, those in changes included."""
    ids = ids_of(tables, name)
    people = _people(tables, name)
    changes = [row for row in _rows(tables, "changes") if text_at(row, "entry") in ids and row.get("field") in PRIVATE]
    return sum(bool(row.get(key)) for row in people for key in PRIVATE) + len(changes)


def _identity(tables: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("first_raised_in") or tables.get("id", "")), str(row.get("id", ""))


def _people(tables: Mapping[str, Any], name: Name) -> list[Mapping[str, Any]]:
    """The rows of this stakeholder, also those from before the name was known.

    An entry that has another person's name now is that other person's.
    """
    return [
        row
        for row in _rows(tables, "stakeholders")
        if name.is_(row.get("name"))
        or (_identity(tables, row) in name.who and (row.get("name") == "?" or name.part(row.get("name"))))
    ]


def _rows(tables: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = tables.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


# ---- mentions -----------------------------------------------------------------------------------


def hits(tables: Mapping[str, Any], name: Name) -> list[NameMention]:
    """Each place with this person's name or id."""
    ids, says = ids_of(tables, name), _check_of(name.text)

    def could_be(text: str) -> bool:
        return says(text) or text in ids

    def any_could(texts: Collection[str]) -> bool:
        return not ids.isdisjoint(texts) or says("\n".join(texts))  # no word of a name is on two lines

    found = []
    for key, where, text, row in _leaves(tables, could_be, any_could):
        could = says(text)
        last = key.rpartition(".")[2]
        if key.endswith(f"stakeholders.{last}") and last != "name":
            row = {each: row[each] for each in _OF_OTHERS if each in row}
        stands = _stands(key)
        if could and stands and name.is_(text):
            found.append(NameMention(where, NAMES[stands], _facts(row, last), row, stands))
        elif key == "stakeholders.name" and text_at(row, "id") in ids:
            kind = "not named yet" if text == "?" else NAMES[key]
            found.append(NameMention(where, kind, _facts(row, "" if text != "?" else last), row))
        elif could and name.in_(text):
            found.append(NameMention(where, "stays" if last in KEPT else "mentioned", text, row))
        elif text in ids and key in ("action_items.about", "stakeholders.reports_to", "stakeholders.influences"):
            kind = {"about": "action for them", "reports_to": "reports to them", "influences": "influences them"}[last]
            found.append(NameMention(where, kind, _facts(row, last), row))
        elif last == "entry" and text in ids and "field" in row:
            found.append(NameMention(where, "change of them", _facts(row, last), row))
    keys = _every_key(tables)
    if any_could(keys) and any(map(name.in_, keys)):
        found += [NameMention(where, "mentioned", "a key", {}) for where in _keys(tables, name)]
    return found


def alone_words(name: Name) -> list[str]:
    """The words of a name that may stand for the person alone; none of a name of one word."""
    words = name.text.split()
    return [word for word in words if len(word) > 2] if len(words) > 1 else []


def says_alone(tables: Any, name: Name) -> dict[str, int]:
    """The number of texts with one word of the name alone (`Ruth`), by word."""
    words = alone_words(name)
    counts = dict.fromkeys(words, 0)
    texts = _texts(tables)
    for word in counts:
        for text in texts:
            if word in text and _as_word(word).search(name.replaced(text, "")):
                counts[word] += words.count(word)
    return counts


@lru_cache(maxsize=64)
def _as_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _texts(tables: Any) -> list[str]:
    """Every text of the tables, in any order."""
    found: list[str] = []
    level = [tables]
    while level:
        values = [each for one in level for each in (one.values() if type(one) is dict else one)]
        found += [each for each in values if type(each) is str]
        level = [each for each in values if type(each) in _NESTED]
    return found


@lru_cache(maxsize=1024)
def _stands(key: str) -> str:
    """The key of `NAMES` for a key, which may be deeper (`plan.readers.name`); empty if there is
    none.
    """
    if key in NAMES:
        return key
    two = ".".join(key.split(".")[-2:]) if key.count(".") > 1 else ""
    return two if two in NAMES else ""


def _facts(row: Mapping[str, Any], but: str) -> str:
    """The text of a row, without the ids and digests that only the program reads."""
    texts = []
    for key, value in row.items():
        if isinstance(value, dict) or key in (but, "id", "first_raised_in", "schema", "sha256") or value in ("", []):
            continue
        if isinstance(value, list):
            if not all(isinstance(each, str) for each in value):
                continue
            value = ", ".join(value)
        texts.append(str(value) if key in ("text", "name", "title") else f"{key.replace('_', ' ')} {value}")
    return "; ".join(texts)


_Leaf: TypeAlias = tuple[str, str, str, Any]


def _leaves(
    tables: Mapping[str, Any], could_be: Callable[[str], bool], any_could: Callable[[list[str]], bool]
) -> list[_Leaf]:
    """The texts that could be a person's: key without numbers, path with numbers, text, and table.

    Also each name of a stakeholder in a list with such a text. For a key at the top of a file the
    table is empty, since it would be the whole session. This is a list for speed: a session has
    hundreds of texts.
    """
    found: list[_Leaf] = []
    for key, value in tables.items():
        kind = type(value)
        if kind is str:
            if could_be(value):
                found.append((key, key, value, {}))
        elif kind in _NESTED and any_could(_texts(value)):  # of most lists at one look
            _gather(value, key, key, {}, found, could_be)
    return found


def _gather(value: Any, key: str, where: str, row: Any, found: list[_Leaf], could_be: Callable[[str], bool]) -> None:
    if type(value) is dict:
        for name, each in value.items():
            kind = type(each)
            if kind is str:
                if could_be(each) or (name == "name" and key == "stakeholders"):
                    found.append((f"{key}.{name}", f"{where}.{name}", each, value))
            elif kind in _NESTED:
                _gather(each, f"{key}.{name}", f"{where}.{name}", value, found, could_be)
        return
    for number, each in enumerate(value, 1):
        kind = type(each)
        if kind is str:
            if could_be(each):
                found.append((key, f"{where}[{number}]", each, row))
        elif kind in _NESTED:
            _gather(each, key, f"{where}[{number}]", row, found, could_be)


def _every_key(tables: Mapping[str, Any]) -> set[str]:
    """The keys of all tables, each once: a session has hundreds, and few different ones."""
    keys: set[str] = set()
    level: list[Any] = [tables]
    while level:
        keys.update(*(each for each in level if type(each) is dict))
        values = (each.values() if type(each) is dict else each for each in level)
        level = [each for value in values for each in value if type(each) is dict or type(each) is list]
    return keys


def _keys(value: Any, name: Name, where: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            place = f"{where}.{key}".strip(".")
            if name.in_(key):
                yield place
            yield from _keys(each, name, place)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _keys(each, name, f"{where}[{number}]")


# ---- replacement --------------------------------------------------------------------------------


def text_at(table: Mapping[str, Any], key: str) -> str:
    """The text of a key; empty where it has none."""
    found = table.get(key)
    return found if isinstance(found, str) else ""
