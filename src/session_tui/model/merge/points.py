"""The points of a merge: which entries of two versions are one thing.

An entry is the same in both versions if its identity and its id are equal; one that was raised in this very session, if
its id and its words are.
"""

import difflib
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.name_keys import name_key
from session_tui.model.session import LISTS, Entry, Session, Stakeholder, entries, headline_text

Choice: TypeAlias = Literal["ours", "theirs", "both"]
Ids: TypeAlias = dict[str, str]  # an entry's id in its version -> its id in the merged session

ALIKE = 0.6  # share of letters two texts have in the same order: from here on they are one text that was changed
_COMPARED = 200  # characters of a text


class MergePoint(Struct, frozen=True):
    """One thing in both versions: an entry, or a key of the session. None where a version does not have it.

    `key` is the entry's id, or the session's key. `joined` is what both are together, where they are one thing and
    agree on what they both say; `asks` are the fields on which they do not. `ids` are those that two things get.
    """

    key: str
    place: str
    ours: Any = None
    theirs: Any = None
    joined: Any = None
    asks: tuple[str, ...] = ()
    ids: tuple[str, str] = ("", "")
    was: tuple[str, str] = ("", "")
    apart: bool = False  # two things under one id
    default: Choice | None = None

    @property
    def same(self) -> bool:
        """Both versions say this."""
        return bool(self.ours == self.theirs)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        return ("ours", "theirs", "both") if self.joined is not None or self.two else ("ours", "theirs")

    @property
    def two(self) -> bool:
        """`both` keeps two things."""
        return self.apart or (bool(self.asks) and self.ids[0] != self.ids[1])


def paired_entries(ours: Session, theirs: Session, letter: str) -> list[MergePoint]:
    """The entries of one kind in pairs: by identity and id, then those raised on both machines by what they are called.

    What is left over and has an id that the other version gave to something else, is two things.
    """
    place = LISTS[letter]
    mine = {entry.id: entry for entry in entries(ours, letter)}
    other = {entry.id: entry for entry in entries(theirs, letter)}
    same = {key: key for key in mine if key in other and _one_thing(ours, mine[key], other[key])}
    free = {_called(theirs, e): key for key, e in reversed(other.items()) if key not in same and _local(theirs, e)}
    for key, entry in mine.items():
        if key not in same and _local(ours, entry) and (twin := free.pop(_called(ours, entry), "")):
            same[key] = twin
    taken = set(same.values())
    numbers = _fresh_ids(ours, theirs, letter)
    found = []
    for key, entry in mine.items():
        if key in same:
            partner = other[same[key]]
            may_be_two = _local(ours, entry) and _local(theirs, partner)
            second = (partner.id if partner.id not in mine else "") if may_be_two else key
            found.append(MergePoint(key, place, entry, partner, ids=(key, second), was=(key, partner.id)))
        elif key in other and key not in taken:
            # An id that was carried is an entry's identity over sessions: the one that is new here gets another.
            keep = _local(theirs, other[key]) or not _local(ours, entry)
            ids = (key, next(numbers)) if keep else (next(numbers), key)
            found.append(MergePoint(key, place, entry, other[key], ids=ids, was=(key, key), apart=True))
            taken.add(key)
        else:
            found.append(MergePoint(key, place, entry, None, ids=(key, key), was=(key, "")))
    for key, entry in other.items():
        if key not in taken:
            number = next(numbers) if key in mine else key
            found.append(MergePoint(number, place, None, entry, ids=(number, number), was=("", key)))
    # What may turn out to be two things gets its second number last, so that those in use leave no gap.
    return [
        each if each.ids[1] else replace(each, ids=(each.key, each.key if each.same else next(numbers)))
        for each in found
    ]


def _one_thing(ours: Session, mine: Entry, other: Entry) -> bool:
    """Whether two entries of one id are one thing: the same one carried, or raised here and called alike."""
    raised, there = (getattr(each, "first_raised_in", "") or ours.id for each in (mine, other))
    if raised != there or raised != ours.id:
        return bool(raised == there)
    one, two = (name_key(headline_text(each))[:_COMPARED] for each in (mine, other))
    if one == two or "?" in (one, two):
        return True
    at, then = (getattr(each, "at", None) for each in (mine, other))
    if at is not None and then is not None and not isinstance(mine, Stakeholder):
        return bool(at == then)
    if isinstance(mine, Stakeholder) and (one.startswith(two) or two.startswith(one)):
        return True
    return difflib.SequenceMatcher(None, one, two, autojunk=False).ratio() >= ALIKE


def _local(session: Session, entry: Entry) -> bool:
    return getattr(entry, "first_raised_in", "") in ("", session.id)


def _called(session: Session, entry: Entry) -> tuple[str, ...]:
    """What two machines would call the same thing; a person without a name is nobody in particular."""
    words = name_key(headline_text(entry)).strip()
    title = name_key(entry.title) if isinstance(entry, Stakeholder) else ""
    return (words, title) if words != "?" else (words, title, session.id, entry.id)


def _fresh_ids(ours: Session, theirs: Session, letter: str) -> Iterator[str]:
    number = max(
        *(int(entry.id[1:]) for one in (ours, theirs) for entry in entries(one, letter)),
        getattr(ours.last_ids, letter),
        getattr(theirs.last_ids, letter),
        0,
    )
    while True:
        number += 1
        yield f"{letter}{number}"
