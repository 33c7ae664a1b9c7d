"""Two versions of a session put together with the one that both came from, entry by entry and
field by field.

What one side alone changed is taken, on either side: a value, an entry that came, an entry that
went. What is left is put together by the two-way merge (`model/merge`), which takes nothing for
removed. `theirs` is published: where two things have one id, theirs keeps it and ours gets
another.

A value that both changed is decided by `changes`, where the value that loses stands in them.
Otherwise it is asked.
"""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from session_tui.model import edits
from session_tui.model.entry_fields import with_references
from session_tui.model.merge.merge import (
    Merge,
    compare,
    ids_after,
    merged,
    numbered,
    without_loose_ends,
)
from session_tui.model.merge.points import Choice, Ids, MergePoint
from session_tui.model.name_keys import name_key
from session_tui.model.session import LISTS, Entry, LastIds, Session, Stakeholder, entries, find

_APART = ("schema", "id", "parts", "clock", "last_ids", "changes", *LISTS.values())  # keys with a rule of their own
_BY_END = ("outcome", "headline")  # two people may have ended it differently, and only they know which holds
_OTHER: dict[Choice, Choice] = {"ours": "theirs", "theirs": "ours", "both": "both"}


class ThreeWayMerge(Struct, frozen=True):
    """What became of two versions. `result` is None while something is asked.

    `ours` and `theirs` have taken over what only the other side changed, so that they differ in
    little more than what is asked. `asks` are ids of entries and keys of the session. `removed`
    went, because one side removed it and the other left it as it was; `kept` was removed on one
    side and changed on the other. `ids` lead, for our version and for theirs, from the ids of its
    entries to those in the result; they are empty where one version is the result.
    """

    ours: Session
    theirs: Session
    result: Session | None
    asks: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    ids: tuple[Ids, Ids] = ({}, {})


class _Sides(Struct):
    """Both versions while they take over what only the other side changed. `known` are ids that
    mean one thing, because it was before both.
    """

    ours: Session
    theirs: Session
    known: set[str]
    removed: list[str]
    kept: list[str]


def merge(
    base: Session | None, ours: Session, theirs: Session, choices: Mapping[str, Choice] | None = None
) -> ThreeWayMerge:
    """Our version and the published one put together. `base` is None where no version before both
    is known.

    `choices` answers what was asked, by its key: `ours`, `theirs` or, for an entry, `both`. An
    answer may close a circle of superiors; then those people are asked too.
    """
    if ours == theirs or base == ours:
        return ThreeWayMerge(theirs, theirs, theirs)
    if base == theirs:
        return ThreeWayMerge(ours, ours, ours)
    known = _known(base, ours, theirs) if base is not None else set()
    # Before a value is taken over, one id has to mean one thing: values lead to entries by their
    # ids. Theirs comes first, because in the two-way merge the first version keeps its ids.
    theirs_ids, ours_ids = ids_after(compare(theirs, ours, known), {})
    sides = _Sides(_with_ids(ours, ours_ids), _with_ids(theirs, theirs_ids), known, [], [])
    made, together = _merged(base, sides, choices or {}, frozenset())
    if base is not None and (ring := _new_circle(together, sides)):
        made, _ = _merged(base, sides, choices or {}, ring)
    return replace(made, ids=(_through(ours_ids, made.ids[0]), _through(theirs_ids, made.ids[1])))


def _merged(
    base: Session | None, aligned: _Sides, chosen: Mapping[str, Choice], apart: Set[str]
) -> tuple[ThreeWayMerge, Session]:
    """The merge, and what the result would be with theirs where it asks. `apart` are people who
    are asked because each side keeps the superior that it has.
    """
    sides = _Sides(aligned.ours, aligned.theirs, aligned.known, [], [])
    if base is not None:
        _take_over_values(base, sides)
        for letter in LISTS:
            _take_over_entries(base, sides, letter, apart)
    found = compare(sides.theirs, sides.ours, sides.known)
    flipped = {key: _OTHER[choice] for key, choice in chosen.items()}
    based = base is not None
    asks = tuple(each.key for each in found.points if each.key not in flipped and _is_asked(found, each, apart, based))
    decided = found.defaults | flipped
    together = without_loose_ends(merged(found, decided), set(sides.removed))
    theirs_ids, ours_ids = ids_after(found, decided)
    made = ThreeWayMerge(
        ours=sides.ours,
        theirs=sides.theirs,
        result=None if asks else together,
        asks=asks,
        removed=tuple(sides.removed),
        kept=tuple(sides.kept),
        ids=(ours_ids, theirs_ids),
    )
    return made, together


# ---- one id, one thing --------------------------------------------------------------------------


def _known(base: Session, ours: Session, theirs: Session) -> set[str]:
    """The ids of the entries before both, where neither version has another thing under them."""
    found: set[str] = set()
    for letter in LISTS:
        were, *sides = ({each.id: _raised(one, each) for each in entries(one, letter)} for one in (base, ours, theirs))
        found |= {key for key, raised in were.items() if all(side.get(key, raised) == raised for side in sides)}
    return found


def _raised(session: Session, entry: Entry) -> str:
    return getattr(entry, "first_raised_in", "") or session.id


def _with_ids(session: Session, ids: Ids) -> Session:
    """The session with other ids for its entries, wherever they stand."""
    if all(key == number for key, number in ids.items()):
        return session
    rows = {
        name: tuple(numbered(with_references(each, ids), ids[each.id]) for each in getattr(session, name))
        for name in LISTS.values()
    }
    last = {
        letter: max([getattr(session.last_ids, letter), *(int(each.id[1:]) for each in rows[name])])
        for letter, name in LISTS.items()
    }
    changes = tuple(replace(row, entry=ids.get(row.entry, row.entry)) for row in session.changes)
    return replace(session, last_ids=LastIds(**last), changes=changes, **rows)


def _through(first: Ids, second: Ids) -> Ids:
    """From the ids before both to those after both; what went is not among them."""
    return {key: second[number] for key, number in first.items() if number in second}


# ---- what only one side changed -----------------------------------------------------------------


def _take_over_values(base: Session, sides: _Sides) -> None:
    """The session's own keys, the clock together with the parts it runs through."""
    groups = [(each.name,) for each in fields(Session) if each.name not in _APART]
    for group in (*groups, ("clock", "parts")):
        was, mine, other = ([getattr(each, key) for key in group] for each in (base, sides.ours, sides.theirs))
        if mine == other:
            continue
        if mine == was:
            sides.ours = replace(sides.ours, **dict(zip(group, other, strict=True)))
        elif other == was:
            sides.theirs = replace(sides.theirs, **dict(zip(group, mine, strict=True)))
        elif group == ("attendees",):
            together = _rows_together(was[0], mine[0], other[0])
            if len({name_key(each.name) for each in together}) == len(together):
                sides.ours, sides.theirs = (replace(each, attendees=together) for each in (sides.ours, sides.theirs))


def _take_over_entries(base: Session, sides: _Sides, letter: str, apart: Set[str]) -> None:
    """The entries of one kind: removed ones go from both sides, fields that one side changed come
    to the other.
    """
    before = {each.id: each for each in entries(base, letter)}
    mine, other = ({each.id: each for each in entries(one, letter)} for one in (sides.ours, sides.theirs))
    for key, was in before.items():
        here, there = mine.get(key), other.get(key)
        if key not in sides.known:
            continue  # another thing under this id, which a merge by hand may have made
        if here is not None and there is not None:
            mine[key], other[key] = _fields_taken_over(was, here, there, apart=key in apart)
        elif (left := here or there) is not None:
            if left == was:
                mine.pop(key, None)
                other.pop(key, None)
                sides.removed.append(key)
            else:
                mine[key] = other[key] = left
                sides.kept.append(key)
    name = LISTS[letter]
    sides.ours = replace(sides.ours, **{name: tuple(mine.values())})
    sides.theirs = replace(sides.theirs, **{name: tuple(other.values())})


def _fields_taken_over(was: Entry, mine: Entry, other: Entry, *, apart: bool) -> tuple[Entry, Entry]:
    if mine == other:
        return mine, other
    to_mine: dict[str, Any] = {}
    to_other: dict[str, Any] = {}
    for each in fields(was):
        key = each.name
        before, here, there = (getattr(one, key) for one in (was, mine, other))
        if here == there or (apart and key == "reports_to"):
            continue
        if here == before:
            to_mine[key] = there
        elif there == before:
            to_other[key] = here
        elif isinstance(before, tuple):
            to_mine[key] = to_other[key] = _rows_together(before, here, there)
    return replace(mine, **to_mine), replace(other, **to_other)


def _rows_together(before: tuple[Any, ...], ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Theirs without what we removed, and with what we added."""
    gone = {each for each in before if each not in ours}
    return tuple(dict.fromkeys((*(each for each in theirs if each not in gone), *(e for e in ours if e not in before))))


# ---- what has to be asked -----------------------------------------------------------------------


def _is_asked(found: Merge, point: MergePoint, apart: Set[str], based: bool) -> bool:
    if point.default is None or point.key in apart:
        return True
    if point.key in _BY_END:
        return bool(point.ours and point.theirs)
    return point.joined is not None and bool(point.place) and not all(_on_record(found, point, based))


def _on_record(found: Merge, point: MergePoint, based: bool) -> Iterator[bool]:
    """Of each value that the joined entry does not have, whether `changes` of either version tell
    it.
    """
    rows = (*found.ours.changes, *found.theirs.changes)
    told = {(row.entry, row.field, text) for row in rows for text in (row.from_, row.to)}
    for entry in (point.ours, point.theirs):
        for each in fields(entry):
            value, stays = getattr(entry, each.name), getattr(point.joined, each.name)
            # Lists are put together, the later of two moments counts, and an id is given anew.
            if value == stays or each.name == "id" or isinstance(value, tuple | datetime):
                continue
            # Without a version before both, a default says nothing.
            if value not in ("", None) and (based or value != each.default):
                yield any((key, each.name, str(value)) in told for key in point.was)


def _new_circle(result: Session, sides: _Sides) -> set[str]:
    """The people of reporting circles that neither version has, and whose superiors differ in
    them.
    """
    found: set[str] = set()
    for person in result.stakeholders:
        if person.id in found or not (ring := _ring(result, person.id)):
            continue
        if not any(_ring(each, person.id) for each in (sides.ours, sides.theirs)):
            found |= {key for key in ring if _superior(sides.ours, key) != _superior(sides.theirs, key)}
    return found


def _ring(session: Session, person: str) -> tuple[str, ...]:
    superior = _superior(session, person)
    return edits.circle(session.stakeholders, person, superior) if superior else ()


def _superior(session: Session, person: str) -> str:
    entry = find(session, person)
    return entry.reports_to if isinstance(entry, Stakeholder) else ""
