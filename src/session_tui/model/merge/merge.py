"""Two versions of one session put together, entry by entry. What was before both is not known, so nothing is taken for
removed: what one of them has alone stays, until somebody says otherwise.

An entry is the same in both by its identity and its id; one that was raised in this very session, by its id and its
words. Two things that two machines gave one id both stay, one of them under a new id, and what leads to it follows.
"""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import fields, replace

from session_tui.model.edits import settle
from session_tui.model.name_keys import name_key
from session_tui.model.session import (
    LISTS,
    ActionItem,
    Attendee,
    ChangeAfter,
    Clock,
    Entry,
    LastIds,
    Plan,
    Session,
    Stakeholder,
    entries,
    headline_text,
)

Choice: TypeAlias = Literal["ours", "theirs", "both"]
Ids: TypeAlias = dict[str, str]  # from the id that an entry has in its version to the one that it will have

ALIKE = 0.6  # of two texts' letters in the same order: from here on they are one text that was changed
_LOOKED_AT = 200  # characters of a text
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_ORDER = ("prepared", "live", "held")
_APART = ("schema", "id", "parts", "clock", "last_ids", "changes", *LISTS.values())  # keys with a rule of their own
_BY_END = ("outcome", "headline", "value")  # what is said when a session ends


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


class Merge(Struct, frozen=True):
    """Two versions, and everything that stands in either; `points` are those in which they differ."""

    ours: Session
    theirs: Session
    all: tuple[MergePoint, ...]

    @property
    def points(self) -> tuple[MergePoint, ...]:
        """What differs, in the order in which a session is read."""
        return tuple(point for point in self.all if not point.same)

    @property
    def defaults(self) -> dict[str, Choice]:
        """What is chosen where nobody says otherwise; what has to be asked is not among it."""
        return {point.key: point.default for point in self.points if point.default is not None}


def compare(ours: Session, theirs: Session, same: Set[str] = frozenset()) -> Merge:
    """All that stands in two versions of one session, paired. `same` are ids that mean one thing wherever they are."""
    paired = {letter: _paired(ours, theirs, letter, same) for letter in LISTS}
    maps: tuple[Ids, Ids] = ({}, {})
    for point in (point for points in paired.values() for point in points):
        for side in (0, 1):
            if point.was[side]:
                maps[side][point.was[side]] = point.ids[side] if point.apart else point.key
    newer = _newer(ours, theirs)
    found = [*_values(ours, theirs)]
    for points in paired.values():
        for point in points:
            mine, other = led(point.ours, maps[0]), led(point.theirs, maps[1])
            found.append(_judged(replace(point, ours=mine, theirs=other), newer))
    return Merge(ours, theirs, tuple(found))


def merged(merge: Merge, choices: Mapping[str, Choice]) -> Session:
    """The session that these choices give; where one is missing, ours."""
    ours = merge.ours
    values: dict[str, Any] = {"schema": max(ours.schema, merge.theirs.schema)}
    split = {p.ids[0]: p.ids[1] for p in merge.points if not p.apart and p.two and choices.get(p.key) == "both"}
    newer = _newer(ours, merge.theirs)
    kept: dict[str, list[Entry]] = {name: [] for name in LISTS.values()}
    more: dict[str, list[Entry]] = {name: [] for name in LISTS.values()}
    for point in merge.all:
        choice = choices.get(point.key) or point.default or "ours"
        if point.place not in kept:
            chosen = {"ours": point.ours, "theirs": point.theirs, "both": point.joined}[choice]
            values |= (
                dict(zip(("clock", "parts"), chosen, strict=True)) if point.key == "clock" else {point.key: chosen}
            )
            continue
        theirs = led(point.theirs, split)
        two = point.two and choice == "both"
        if choice == "both" and not two:
            kept[point.place].append(_joined(point.ours, theirs, _of(newer, point))[0])
            continue
        number = point.ids if two or point.apart else (point.key, point.key)
        if point.ours is not None and choice != "theirs":
            kept[point.place].append(numbered(point.ours, number[0]))
        if point.theirs is not None and (two or choice == "theirs"):
            to = more if two or point.ours is None or point.apart else kept
            to[point.place].append(numbered(theirs, number[1]))
    for name in kept:
        values[name] = (*kept[name], *more[name])
    result = replace(ours, **values)
    ids = ids_after(merge, choices)
    result = without_loose_ends(result, {number for known in ids for number in known.values()})
    return replace(result, changes=_changes(merge, ids), last_ids=_last_ids(result, ours, merge.theirs))


def ids_after(merge: Merge, choices: Mapping[str, Choice]) -> tuple[Ids, Ids]:
    """For each version, from the ids that its entries have to those under which they stand in the result."""
    found: tuple[Ids, Ids] = ({}, {})
    for point in merge.all:
        if not point.was[0] and not point.was[1]:
            continue
        two = point.apart or (point.two and choices.get(point.key) == "both")
        for side in (0, 1):
            if point.was[side]:
                found[side][point.was[side]] = point.ids[side] if two else point.key
    return found


def left(merge: Merge, choices: Mapping[str, Choice]) -> tuple[MergePoint, ...]:
    """What has to be decided still."""
    return tuple(point for point in merge.points if point.key not in choices)


# ---- which is which --------------------------------------------------------------------------------------------------


def _paired(ours: Session, theirs: Session, letter: str, known: Set[str]) -> list[MergePoint]:
    """The entries of one kind in pairs: by identity and id, then those raised on both machines by what they are called.

    What is left over and has an id that the other version gave to something else, is two things.
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
    one, two = (name_key(headline_text(each))[:_LOOKED_AT] for each in (mine, other))
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


# ---- what both are together ------------------------------------------------------------------------------------------


def _judged(point: MergePoint, newer: Mapping[tuple[str, str], Choice]) -> MergePoint:
    """The point with what both are together, and what is chosen where nobody says otherwise."""
    if point.same:
        return point
    if point.ours is None or point.theirs is None:
        return replace(point, default="theirs" if point.ours is None else "ours")
    if point.apart:
        return replace(point, default="both")
    if numbered(point.theirs, point.key) == point.ours:
        return replace(point, theirs=point.ours)
    joined, asks = _joined(point.ours, point.theirs, _of(newer, point))
    if asks:
        return replace(point, asks=asks)
    return replace(point, joined=joined, default="both")


def _of(newer: Mapping[tuple[str, str], Choice], point: MergePoint) -> dict[str, Choice]:
    return {field: side for (key, field), side in newer.items() if key == point.was[0]}


def _joined(ours: Any, theirs: Any, newer: Mapping[str, Choice]) -> tuple[Any, tuple[str, ...]]:
    """One entry of two: of a field the value that was set later where that is on record, else the one that says
    something; lists together. And the fields in which both say something, and not the same.
    """
    values: dict[str, Any] = {}
    asks = []
    for each in fields(ours):
        mine, other = getattr(ours, each.name), getattr(theirs, each.name)
        if mine == other or each.name == "id":
            continue
        if each.name in newer:
            values[each.name] = other if newer[each.name] == "theirs" else mine
        elif isinstance(mine, tuple):
            values[each.name] = tuple(dict.fromkeys((*mine, *other)))
        elif isinstance(mine, datetime) and isinstance(other, datetime):
            values[each.name] = max(mine, other)
        elif mine == each.default:
            values[each.name] = other
        elif other != each.default:
            asks.append(each.name)
    together = replace(ours, **values)
    return settle(together) if isinstance(together, ActionItem) else together, tuple(asks)


def _newer(ours: Session, theirs: Session) -> dict[tuple[str, str], Choice]:
    """For an entry's field, which version changed it later, as far as `[[changes]]` tells."""
    latest: list[dict[tuple[str, str], datetime]] = [{}, {}]
    for told, session in zip(latest, (ours, theirs), strict=True):
        for row in session.changes:
            key = (row.entry, row.field)
            told[key] = max(told.get(key, row.at), row.at)
    return {
        key: "ours" if latest[0].get(key, _ALWAYS) > latest[1].get(key, _ALWAYS) else "theirs"
        for key in {*latest[0], *latest[1]}
        if latest[0].get(key) != latest[1].get(key)
    }


def _values(ours: Session, theirs: Session) -> list[MergePoint]:
    """The session's own keys. Of what is said at the end, the version that ended later is the newer one."""
    found = []
    for each in fields(Session):
        key = each.name
        mine, other = getattr(ours, key), getattr(theirs, key)
        if key in _APART or mine == other:
            continue
        joined: Any = None
        default: Choice | None = None
        if each.default == mine or mine in ("", None, ()):
            default = "theirs"
        elif other in ("", None, ()):
            default = "ours"
        elif key == "attendees":
            joined = _attendees(mine, other)
        elif key == "plan":
            joined = _plan(mine, other)
        elif key == "status" and mine in _ORDER and other in _ORDER:
            default = "ours" if _ORDER.index(mine) > _ORDER.index(other) else "theirs"
        elif key == "started_at":
            default = "ours" if mine < other else "theirs"
        elif key == "ended_at":
            default = "ours" if mine > other else "theirs"
        elif key in _BY_END and ours.ended_at != theirs.ended_at:
            default = "ours" if (ours.ended_at or _ALWAYS) > (theirs.ended_at or _ALWAYS) else "theirs"
        found.append(MergePoint(key, "", mine, other, joined, default="both" if joined is not None else default))
    if (ours.clock, ours.parts) != (theirs.clock, theirs.parts):
        found.append(_clock(ours, theirs))
    return found


def _clock(ours: Session, theirs: Session) -> MergePoint:
    """The clock with the parts it runs through. Two that ran apart cannot be put together: their moments exclude one
    another, and only who was there knows which is true.
    """
    mine, other = _without_steps(ours.clock), _without_steps(theirs.clock)
    default: Choice | None = None
    if mine != other and (mine == other[: len(mine)] or other == mine[: len(other)]):
        default = "ours" if len(mine) > len(other) else "theirs"
    elif mine == other and ours.parts == theirs.parts:  # the one that saw the computer's clock being set more often
        default = "ours" if _steps(ours.clock) >= _steps(theirs.clock) else "theirs"
    elif mine == other and not (ours.parts and theirs.parts):
        default = "ours" if ours.parts else "theirs"
    return MergePoint("clock", "", (ours.clock, ours.parts), (theirs.clock, theirs.parts), default=default)


def _without_steps(clock: tuple[Clock, ...]) -> tuple[Clock, ...]:
    return tuple(replace(each, wall_step=None) for each in clock)


def _steps(clock: tuple[Clock, ...]) -> int:
    return sum(each.wall_step is not None for each in clock)


def _attendees(ours: tuple[Attendee, ...], theirs: tuple[Attendee, ...]) -> tuple[Attendee, ...] | None:
    """Who is in either; None where somebody has two roles."""
    together = {name_key(each.name): each for each in ours}
    for each in theirs:
        there = together.setdefault(name_key(each.name), each)
        if there.role and each.role and there.role != each.role:
            return None
        if not there.role:
            together[name_key(each.name)] = replace(there, role=each.role)
    return tuple(together.values())


def _plan(ours: Plan, theirs: Plan) -> Plan | None:
    """The plan with the readers and comments of both; None where they are two plans, or two versions of one."""
    if (ours.source, ours.sha256) != (theirs.source, theirs.sha256):
        return None
    return replace(
        ours,
        readers=tuple(dict.fromkeys((*ours.readers, *theirs.readers))),
        comments=tuple(dict.fromkeys((*ours.comments, *theirs.comments))),
    )


# ---- ids and what leads to them --------------------------------------------------------------------------------------


def numbered(entry: Any, number: str) -> Any:
    """The entry with this id."""
    return entry if entry.id == number else replace(entry, id=number)


def led(entry: Any, ids: Mapping[str, str]) -> Any:
    """The entry with what it leads to under those ids; its own stays."""
    if isinstance(entry, Stakeholder):
        boss, others = ids.get(entry.reports_to, entry.reports_to), tuple(ids.get(e, e) for e in entry.influences)
        changed = (boss, others) != (entry.reports_to, entry.influences)
        return replace(entry, reports_to=boss, influences=others) if changed else entry
    if isinstance(entry, ActionItem):
        about = tuple(ids.get(each, each) for each in entry.about)
        return entry if about == entry.about else replace(entry, about=about)
    return entry


def without_loose_ends(session: Session, known: set[str]) -> Session:
    """What led to an entry that was left out leads nowhere; what led nowhere before is not ours to mend."""
    there = {entry.id for letter in LISTS for entry in entries(session, letter)}
    gone = known - there
    if not gone:
        return session
    people = tuple(
        replace(
            each,
            reports_to="" if each.reports_to in gone else each.reports_to,
            influences=tuple(one for one in each.influences if one not in gone),
        )
        for each in session.stakeholders
    )
    actions = tuple(
        replace(each, about=tuple(one for one in each.about if one not in gone)) for each in session.action_items
    )
    return replace(session, stakeholders=people, action_items=actions)


def _changes(merge: Merge, ids: tuple[Ids, Ids]) -> tuple[ChangeAfter, ...]:
    """What was changed in either, in the order of time; what both have stands there once."""
    mine, other = (
        [row if known.get(row.entry, row.entry) == row.entry else replace(row, entry=known[row.entry]) for row in rows]
        for rows, known in zip((merge.ours.changes, merge.theirs.changes), ids, strict=True)
    )
    known = Counter(mine)
    more = []
    for row in other:
        if known[row] > 0:
            known[row] -= 1
        else:
            more.append(row)
    return tuple(sorted((*mine, *more), key=lambda row: row.at)) if more else tuple(mine)


def _last_ids(session: Session, ours: Session, theirs: Session) -> LastIds:
    """The highest that either gave, and those that were given here."""
    highest = {letter: max(getattr(each.last_ids, letter) for each in (ours, theirs)) for letter in LISTS}
    for letter in LISTS:
        known = {entry.id for entry in entries(ours, letter)}
        for entry in entries(session, letter):
            if entry.id not in known:
                highest[letter] = max(highest[letter], int(entry.id[1:]))
    return LastIds(**highest)
