"""The points of a merge: pairs the entries of two versions of a session.

An entry is the same in both versions if its identity (`first_raised_in`, `id`) is equal. For one
that was raised in this session, its text has to be alike as well.
"""

import difflib
from collections.abc import Iterator, Set
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.name_keys import name_key
from session_tui.model.session import LISTS, Entry, Session, Stakeholder, entries, headline_text

Choice: TypeAlias = Literal["ours", "theirs", "both"]
Ids: TypeAlias = dict[str, str]  # an entry's id in its version -> its id in the merged session

ALIKE = 0.6  # ratio of difflib; from here on two texts are one text that was changed
_COMPARED = 200  # characters of a text


class MergePoint(Struct, frozen=True):
    """One thing in both versions: an entry, or a key of the session. None where a version does not
    have it.

    `key` is the entry's id in the merged session, or the session's key. `place` is the name of the
    list, empty for a key of the session. `joined` is the join of both where no field contradicts;
    `asks` are the fields that do. `ids` are the new ids of ours and theirs if both stay as two
    things, `was` their ids in the versions. `apart`: two things have the same id.
    """

    key: str
    place: str
    ours: Any = None
    theirs: Any = None
    joined: Any = None
    asks: tuple[str, ...] = ()
    ids: tuple[str, str] = ("", "")
    was: tuple[str, str] = ("", "")
    apart: bool = False
    default: Choice | None = None

    @property
    def same(self) -> bool:
        """Whether both versions are equal."""
        return bool(self.ours == self.theirs)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The possible choices."""
        return ("ours", "theirs", "both") if self.joined is not None or self.two else ("ours", "theirs")

    @property
    def two(self) -> bool:
        """Whether `both` keeps two things."""
        return self.apart or (bool(self.asks) and self.ids[0] != self.ids[1])


def paired_entries(ours: Session, theirs: Session, letter: str, known: Set[str] = frozenset()) -> list[MergePoint]:
    """The entries of one kind as points, paired by identity and id; `known` are ids that mean one
    thing in both versions.

    Entries that were raised on both machines are then paired by their name or text. Of the rest,
    two entries with one id are two things.
    """
    place = LISTS[letter]
    mine = {entry.id: entry for entry in entries(ours, letter)}
    other = {entry.id: entry for entry in entries(theirs, letter)}
    both = mine.keys() & other.keys()
    same = {key: key for key in mine if key in both and (key in known or _one_thing(ours, mine[key], other[key]))}
    paired = {*same, *known}
    free = {_called(theirs, e): key for key, e in reversed(other.items()) if key not in paired and _local(theirs, e)}
    for key, entry in mine.items():
        if key not in paired and _local(ours, entry) and (twin := free.pop(_called(ours, entry), "")):
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
            # A carried id is an identity over sessions, so the entry raised here gets the new id.
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
    # A pair that may become two things gets its second id last, so that the used ids have no gap.
    return [
        each if each.ids[1] else replace(each, ids=(each.key, each.key if each.same else next(numbers)))
        for each in found
    ]


def _one_thing(ours: Session, mine: Entry, other: Entry) -> bool:
    """Whether two entries with one id are one thing: carried from one session, or raised here with
    a similar text.
    """
    raised, other_raised = (getattr(each, "first_raised_in", "") or ours.id for each in (mine, other))
    if raised != other_raised or raised != ours.id:
        return bool(raised == other_raised)
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
    """The key that pairs entries of two machines; a person without a name pairs with no other."""
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
