"""The sessions as the index has packed them, for a report on a person: most need not be read.

A packed session says all that its file says (`Index.complete`), each letter as one character. So
its bytes tell whether it can have the name, and only then its file is read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import Struct

from session_tui.model import person_names
from session_tui.model.name_keys import name_key, visible
from session_tui.model.person_names import Name

_GAP = rb"[\x00-\x20\x80-\xff]+"  # any space between two words; every space beyond ASCII begins so
_LAST_LATIN = "\u017f"
_CYRILLIC = ("\u0400", "\u04ff")
_LEAST = 2  # bytes to search for first, before the slower pattern


class _Person(Struct, frozen=True, gc=False):
    id: str = ""
    name: str = ""
    covered_by: tuple[str, ...] = ()
    first_raised_in: str = ""


class _Entry(Struct, frozen=True, gc=False):
    """Any other row: it has one of these keys."""

    tested_by: str = ""
    owner: str = ""
    by: str = ""
    author: str = ""


class _Plan(Struct, frozen=True, gc=False):
    source: str = ""
    readers: tuple[_Person, ...] = ()
    comments: tuple[_Entry, ...] = ()


class _People(Struct, frozen=True, gc=False):
    """What is decoded of each session: the keys of `person_names.NAMES`, and what places it."""

    id: str = ""
    account: str = ""
    account_owner: str = ""
    facilitator: str = ""
    plan: _Plan | None = None
    attendees: tuple[_Person, ...] = ()
    credit_split: tuple[_Person, ...] = ()
    stakeholders: tuple[_Person, ...] = ()
    assumptions: tuple[_Entry, ...] = ()
    action_items: tuple[_Entry, ...] = ()
    changes: tuple[_Entry, ...] = ()


class PackedSession(Struct, frozen=True):
    """A packed session that says all its file says; `small` is `content` with small ASCII
    letters.
    """

    content: bytes
    small: bytes
    people: _People

    @property
    def account(self) -> str:
        """The account."""
        return self.people.account

    @property
    def plan(self) -> str:
        """The path of its plan, as the file has it."""
        return self.people.plan.source if self.people.plan else ""

    def raised_in(self, sessions: frozenset[str]) -> bool:
        """Whether a stakeholder was first raised in one of these sessions."""
        own = self.people.id
        return any((each.first_raised_in or own) in sessions for each in self.people.stakeholders)

    def names(self) -> list[str]:
        """All names in fields for names, but `?`."""
        its = self.people
        plan = its.plan or _Plan()
        found = [its.account_owner, its.facilitator]
        for person in (*plan.readers, *its.attendees, *its.credit_split, *its.stakeholders):
            found += (person.name, *person.covered_by)
        for entry in (*plan.comments, *its.assumptions, *its.action_items, *its.changes):
            found += (entry.author, entry.tested_by, entry.owner, entry.by)
        return [each for each in dict.fromkeys(found) if name_key(each) not in ("", "?")]

    def says_alone(self, name: Name) -> dict[str, int]:
        """The number of texts with one word of the name alone, by word."""
        words = [word.encode("utf-8", "surrogatepass") for word in person_names.alone_words(name)]
        if not any(word in self.content for word in words):
            return {}
        tables = msgspec.msgpack.decode(self.content)
        quoted = msgspec.json.encode(tables)
        if b"\\" not in quoted:  # every text stands in it as it is, between quotes
            tables = [text.decode() for text in _around(quoted, words)]
        return person_names.says_alone(tables, name)


def unpacked(packed: Iterable[tuple[str, bytes]]) -> dict[str, PackedSession]:
    """The packed sessions by the name of their file."""
    return {file: PackedSession(content, content.lower(), _DECODER.decode(content)) for file, content in packed}


def _around(quoted: bytes, words: list[bytes]) -> Iterator[bytes]:
    """Yield each text of a JSON value without escapes that contains one of these words."""
    starts = set()
    for word in words:
        at = quoted.find(word)
        while at >= 0:
            end = quoted.index(b'"', at)
            if quoted[end + 1 : end + 2] != b":":  # a key is not text
                starts.add((quoted.rindex(b'"', 0, at) + 1, end))
            at = quoted.find(word, end)
    return (quoted[start:end] for start, end in starts)


def finder(name: str) -> Callable[[PackedSession], bool] | None:
    """A test whether a packed session can have the name, in any case and spacing; None where the
    name has letters that cannot be found so.
    """
    words = name.split()
    if not words or unicodedata.normalize("NFC", name) != name or visible(name) != name:
        return None
    forms = [[_forms(letter) for letter in word] for word in words]
    if not all(all(word) for word in forms):
        return None
    pattern = re.compile(_GAP.join(b"".join(map(_either, word)) for word in forms))
    # One form of a letter can be searched for much faster than a pattern.
    runs = ("".join(each[0] if len(each) == 1 else "\0" for each in word).split("\0") for word in forms)
    first = max((run.encode() for word in runs for run in word), key=len)
    if len(first) < _LEAST:
        return None

    def finds(session: PackedSession) -> bool:
        return first in session.small and pattern.search(session.small) is not None

    return finds


def _forms(letter: str) -> tuple[str, ...]:
    """The forms of a letter where ASCII is small; none where there may be others than these."""
    if letter.isascii():
        return (letter.lower(),) if letter.isprintable() else ()
    small, large = letter.lower(), letter.upper()
    if small == large == letter and letter.isalpha() and unicodedata.normalize("NFKC", letter) == letter:
        return (letter,)
    known = letter <= _LAST_LATIN or _CYRILLIC[0] <= letter <= _CYRILLIC[1]
    if (
        known
        and len(small) == len(large) == 1
        and small != large
        and letter in (small, large)
        and small.upper() == large
    ):
        return (small, large) if small.casefold() == small and letter not in "ıſµ" else ()
    return ()


def _either(forms: tuple[str, ...]) -> bytes:
    choices = b"|".join(re.escape(each.encode()) for each in forms)
    return choices if len(forms) == 1 else b"(?:" + choices + b")"


_DECODER = msgspec.msgpack.Decoder(_People)
