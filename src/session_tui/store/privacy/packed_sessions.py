"""The sessions as the index has packed them, for a report on a person: their files are not read.

A packed session has all that its file says (`Index.complete`), each letter as one character. So
its bytes tell whether it can have the name, and only then it is unpacked.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from session_tui.model import person_names
from session_tui.model.name_keys import visible
from session_tui.model.patterns import lazy_pattern
from session_tui.model.person_names import Name
from session_tui.store import session_file
from session_tui.store.toml import Table

_GAP = rb"[\x00-\x20\x80-\xff]+"  # any space between two words; every space beyond ASCII begins so
_LAST_LATIN = "\u017f"
_CYRILLIC = ("\u0400", "\u04ff")
_LEAST = 2  # bytes to search for first, before the slower pattern

# Of the bytes before and behind a word; see `_AloneWord`.
_LONGEST = 0x6100  # bytes: the length of a longer text could begin like a key's last letter
# The first byte of each number or time that has three bytes or more is not so near that the word
# could be in it.
_NO_NUMBER = rb"(?<=[^\xca\xcb\xce\xcf\xd2\xd3\xd6\xd7]{9})(?<=[^\xc7]{14})"
_NO_LETTER = rb"[\0-/:-@\[-^`{-\x7f]"
_BEGINS = rb"(?:(?<=%b)|(?<=[\0-\x7f][\xa0-\xbf])|(?<=[a-z]\xd9[\0-\x7f]))" % _NO_LETTER
_NEW_TEXT = lazy_pattern(rb"[\0-\x7f][\x80-\xbf]")  # in no text: the second byte begins a text or key


class _Person(Struct, frozen=True, gc=False):
    name: str = ""
    covered_by: tuple[str, ...] = ()


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
    """The keys of `person_names.NAMES`."""

    account_owner: str = ""
    facilitator: str = ""
    plan: _Plan | None = None
    attendees: tuple[_Person, ...] = ()
    credit_split: tuple[_Person, ...] = ()
    stakeholders: tuple[_Person, ...] = ()
    assumptions: tuple[_Entry, ...] = ()
    action_items: tuple[_Entry, ...] = ()
    changes: tuple[_Entry, ...] = ()


class _Place(Struct, frozen=True, gc=False):
    """What tells of which account a session is, and of which plan."""

    account: str = ""
    plan: _Plan | None = None


class _Raised(Struct, frozen=True, gc=False):
    first_raised_in: str = ""


class _Origin(Struct, frozen=True, gc=False):
    """What tells in which sessions the stakeholders were first raised."""

    id: str = ""
    stakeholders: tuple[_Raised, ...] = ()


class PackedSession(Struct, frozen=True, gc=False):
    """A packed session that has all its file says. Of most only the bytes are looked at: what is
    asked for is decoded by itself, each time.
    """

    file: str
    content: bytes

    @property
    def account(self) -> str:
        """The account."""
        return _PLACES.decode(self.content).account

    @property
    def plan(self) -> str:
        """The path of its plan, as the file has it."""
        plan = _PLACES.decode(self.content).plan
        return plan.source if plan else ""

    def tables(self) -> Table:
        """The tables of the file, as they are read from it."""
        return session_file.unpacked(self.content)

    def raised_in(self, sessions: frozenset[str]) -> bool:
        """Whether a stakeholder was first raised in one of these sessions."""
        its = _ORIGINS.decode(self.content)
        return any((each.first_raised_in or its.id) in sessions for each in its.stakeholders)

    def names(self) -> list[str]:
        """All values of fields for names, also `?` and empty ones."""
        its = _NAMED.decode(self.content)
        plan = its.plan or _Plan()
        found = [its.account_owner, its.facilitator]
        for person in (*plan.readers, *its.attendees, *its.credit_split, *its.stakeholders):
            found += (person.name, *person.covered_by)
        for entry in (*plan.comments, *its.assumptions, *its.action_items, *its.changes):
            found += (entry.author, entry.tested_by, entry.owner, entry.by)
        return found


class AloneCounter:
    """Counts the texts of packed sessions with one word of a name alone. None of the sessions can
    have the whole name (`finder`).

    Most are counted by their bytes; where these leave a doubt, the session is decoded.
    """

    def __init__(self, name: Name) -> None:
        self._name = name
        self._words = person_names.alone_words(name)
        self._bytes = [_AloneWord(word) for word in dict.fromkeys(self._words)]

    def __call__(self, session: PackedSession) -> dict[str, int]:
        """The number of texts, by word."""
        counts = {}
        for word in self._bytes:
            many = word.texts_in(session.content)
            if many is None:
                return person_names.says_alone(msgspec.msgpack.decode(session.content), self._name)
            counts[word.text] = many * self._words.count(word.text)
        return counts


class _AloneWord:
    """A word that stands alone in texts, and its patterns in packed bytes.

    Where the word begins a key may not: keys are in small letters. It may be in the bytes of a
    number, whose first byte tells that it is one. A text has one to three bytes before it, that
    tell its length, and the next text or key begins with a byte that continues no letter.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._word = text.encode("utf-8", "surrogatepass")
        self._certain = text[:1].isupper() and b"\xd9" not in self._word
        word = re.escape(self._word)
        self._alone = re.compile(_NO_NUMBER + _BEGINS + word + rb"(?=[\x80-\xbf]|%b|\Z)" % _NO_LETTER)
        self._longer = re.compile(word + rb"[0-9A-Za-z_]")

    def texts_in(self, content: bytes) -> int | None:
        """The number of texts with the word alone; None where the bytes do not tell."""
        word, count, end = self._word, 0, -1
        at = content.find(word)
        if at >= 0 and not (self._certain and len(content) < _LONGEST):
            return None
        while at >= 0:
            if self._alone.match(content, at):
                if count and not _NEW_TEXT.search(content, end, at):
                    return None  # it may be the same text
                count, end = count + 1, at + len(word)
            elif not self._longer.match(content, at):
                return None
            at = content.find(word, at + 1)
        return count


def unpacked(packed: Iterable[tuple[str, bytes]]) -> dict[str, PackedSession]:
    """The packed sessions by the name of their file."""
    return {file: PackedSession(file, content) for file, content in packed}


def finder(name: str) -> Callable[[bytes], bool] | None:
    """A test whether a packed session, in small ASCII letters, can have the name, in any case and
    spacing; None where the name has letters that cannot be found so.
    """
    words = name.split()
    if not words or unicodedata.normalize("NFC", name) != name or visible(name) != name:
        return None
    forms = [[_forms(letter) for letter in word] for word in words]
    if not all(all(word) for word in forms):
        return None
    pattern = re.compile(_GAP.join(b"".join(map(_either, word)) for word in forms))
    # Bytes are found much faster than a pattern: letters of one form that stand together, else the
    # forms of each letter.
    runs = ("".join(each[0] if len(each) == 1 else "\0" for each in word).split("\0") for word in forms)
    first = max((run.encode() for word in runs for run in word), key=len)
    letters = [[each.encode() for each in letter] for word in forms for letter in word]
    needed = [[first]] if len(first) >= _LEAST else letters

    def finds(small: bytes) -> bool:
        for choices in needed:  # loops, for speed
            for each in choices:
                if each in small:
                    break
            else:
                return False
        return pattern.search(small) is not None

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


_NAMED = msgspec.msgpack.Decoder(_People)
_PLACES = msgspec.msgpack.Decoder(_Place)
_ORIGINS = msgspec.msgpack.Decoder(_Origin)
