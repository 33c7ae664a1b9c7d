"""Merges two versions of one session, entry by entry.

The version before both is not known, so an entry that only one version has is never taken as
removed: it stays unless the user chooses otherwise. `points` says which entries are the same. Two
different entries with one id both stay; one of them gets a new id, and so do the references to it.
"""

from collections import Counter
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from session_tui.model.entry_fields import joined_entry, with_references
from session_tui.model.merge.points import Choice, Ids, MergePoint, paired_entries
from session_tui.model.name_keys import name_key
from session_tui.model.person_names import MARK
from session_tui.model.session import (
    LISTS,
    Attendee,
    ChangeAfter,
    Clock,
    Entry,
    LastIds,
    Plan,
    Session,
    entries,
)

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_ORDER = ("prepared", "live", "held")
_APART = ("schema", "id", "parts", "clock", "last_ids", "changes", *LISTS.values())  # keys with a rule of their own
_BY_END = ("outcome", "headline", "condition", "value")  # values that are set when a session ends


class Merge(Struct, frozen=True):
    """Two versions of a session, and a point for each entry and each differing key of either."""

    ours: Session
    theirs: Session
    all: tuple[MergePoint, ...]

    @property
    def points(self) -> tuple[MergePoint, ...]:
        """The points in which the versions differ, in the order of the session's sections."""
        return tuple(point for point in self.all if not point.same)

    @property
    def defaults(self) -> dict[str, Choice]:
        """The choice that holds without an answer, by key; not of points that need an answer."""
        return {point.key: point.default for point in self.points if point.default is not None}


def compare(ours: Session, theirs: Session, same: Set[str] = frozenset()) -> Merge:
    """Pair the entries and the keys of two versions of one session.

    `same` are ids that mean one thing in both versions, whatever their texts.
    """
    paired = {letter: paired_entries(ours, theirs, letter, same) for letter in LISTS}
    maps: tuple[Ids, Ids] = ({}, {})
    for point in (point for points in paired.values() for point in points):
        for side in (0, 1):
            if point.was[side]:
                maps[side][point.was[side]] = point.ids[side] if point.apart else point.key
    newer = _newer(ours, theirs)
    found = [*_values(ours, theirs)]
    for points in paired.values():
        for point in points:
            mine, other = with_references(point.ours, maps[0]), with_references(point.theirs, maps[1])
            found.append(_judged(replace(point, ours=mine, theirs=other), newer))
    return Merge(ours, theirs, tuple(found))


def merged(merge: Merge, choices: Mapping[str, Choice]) -> Session:
    """The merged session.

    A missing choice is the point's default, else `ours`.
    """
    ours = merge.ours
    values: dict[str, Any] = {"schema": max(ours.schema, merge.theirs.schema)}
    split = {p.ids[0]: p.ids[1] for p in merge.points if not p.apart and p.two and choices.get(p.key) == "both"}
    newer = _newer(ours, merge.theirs)
    kept: dict[str, list[Entry]] = {name: [] for name in LISTS.values()}
    more: dict[str, list[Entry]] = {name: [] for name in LISTS.values()}
    for point in merge.all:
        choice = choices.get(point.key) or point.default or "ours"
        if point.place not in kept:
            if point.key not in ours.__struct_fields__ and point.key != "clock":
                continue  # a key of a newer program: the files have it
            chosen = {"ours": point.ours, "theirs": point.theirs, "both": point.joined}[choice]
            values |= (
                dict(zip(("clock", "parts"), chosen, strict=True)) if point.key == "clock" else {point.key: chosen}
            )
            continue
        theirs = with_references(point.theirs, split)
        two = point.two and choice == "both"
        if choice == "both" and not two:
            kept[point.place].append(joined_entry(point.ours, theirs, _of(newer, point))[0])
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
    """For each version, its ids of entries and their ids in the merged session."""
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
    """The points without a choice."""
    return tuple(point for point in merge.points if point.key not in choices)


# ---- the join of two versions -------------------------------------------------------------------


def _judged(point: MergePoint, newer: Mapping[tuple[str, str], Choice]) -> MergePoint:
    """The point with its joined value, its default choice, or the fields to ask about."""
    if point.same:
        return point
    if point.ours is None or point.theirs is None:
        return replace(point, default="theirs" if point.ours is None else "ours")
    if point.apart:
        return replace(point, default="both")
    if numbered(point.theirs, point.key) == point.ours:
        return replace(point, theirs=point.ours)
    joined, asks = joined_entry(point.ours, point.theirs, _of(newer, point))
    if asks:
        return replace(point, asks=asks)
    return replace(point, joined=joined, default="both")


def _of(newer: Mapping[tuple[str, str], Choice], point: MergePoint) -> dict[str, Choice]:
    return {field: side for (key, field), side in newer.items() if key == point.was[0]}


def _newer(ours: Session, theirs: Session) -> dict[tuple[str, str], Choice]:
    """The version that changed a field later, by (entry id, field), from the rows of
    `[[changes]]`.
    """
    latest: list[dict[tuple[str, str], datetime]] = [{}, {}]
    for times, session in zip(latest, (ours, theirs), strict=True):
        for row in session.changes:
            key = (row.entry, row.field)
            times[key] = max(times.get(key, row.at), row.at)
    return {
        key: "ours" if latest[0].get(key, _ALWAYS) > latest[1].get(key, _ALWAYS) else "theirs"
        for key in {*latest[0], *latest[1]}
        if latest[0].get(key) != latest[1].get(key)
    }


def _values(ours: Session, theirs: Session) -> list[MergePoint]:
    """Points for the session's own keys.

    For the values that are set at the end, the default is the version that ended later.
    """
    found = []
    for each in fields(Session):
        key = each.name
        mine, other = getattr(ours, key), getattr(theirs, key)
        if key in _APART or mine == other:
            continue
        joined: Any = None
        default: Choice | None = None
        if key in ("status", "ended_at", "outcome") and (continued := _continued(ours, theirs)):
            default = continued
        elif key == "ends_at" and ours.clock != theirs.clock:
            default = _clock(ours, theirs).default
        elif each.default == mine or mine in ("", None, ()):
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


def _continued(ours: Session, theirs: Session) -> Choice | None:
    """The version that continues the other one after its end: that one was reopened."""
    mine, other = _without_steps(ours.clock), _without_steps(theirs.clock)
    for choice, longer, shorter in (("ours", mine, other), ("theirs", other, mine)):
        if shorter and shorter[-1].event == "end" and shorter == longer[: len(shorter)] and len(longer) > len(shorter):
            return "ours" if choice == "ours" else "theirs"
    return None


def _clock(ours: Session, theirs: Session) -> MergePoint:
    """The point for the clock and its parts.

    Two clocks that ran apart cannot be joined: their events contradict each other, so the user
    has to choose.
    """
    mine, other = _without_steps(ours.clock), _without_steps(theirs.clock)
    default: Choice | None = None
    if mine != other and (mine == other[: len(mine)] or other == mine[: len(other)]):
        default = "ours" if len(mine) > len(other) else "theirs"
    elif mine == other and ours.parts == theirs.parts:  # the one with more steps of the computer's clock
        default = "ours" if _steps(ours.clock) >= _steps(theirs.clock) else "theirs"
    elif mine == other and not (ours.parts and theirs.parts):
        default = "ours" if ours.parts else "theirs"
    return MergePoint("clock", "", (ours.clock, ours.parts), (theirs.clock, theirs.parts), default=default)


def _without_steps(clock: tuple[Clock, ...]) -> tuple[Clock, ...]:
    return tuple(replace(each, wall_step=None) for each in clock)


def _steps(clock: tuple[Clock, ...]) -> int:
    return sum(each.wall_step is not None for each in clock)


def _attendees(ours: tuple[Attendee, ...], theirs: tuple[Attendee, ...]) -> tuple[Attendee, ...] | None:
    """The attendees of both; None where one person has two roles."""
    together = {name_key(each.name): each for each in ours}
    for each in theirs:
        same = together.setdefault(name_key(each.name), each)
        if same.role and each.role and same.role != each.role:
            return None
        if not same.role:
            together[name_key(each.name)] = replace(same, role=each.role)
    return tuple(together.values())


def _plan(ours: Plan, theirs: Plan) -> Plan | None:
    """The plan with the readers and comments of both; None if the plan or its version differs."""
    if (ours.source, ours.sha256) != (theirs.source, theirs.sha256):
        return None
    return replace(
        ours,
        readers=tuple(dict.fromkeys((*ours.readers, *theirs.readers))),
        comments=tuple(dict.fromkeys((*ours.comments, *theirs.comments))),
    )


# ---- ids and references -------------------------------------------------------------------------


def numbered(entry: Any, number: str) -> Any:
    """The entry with this id."""
    return entry if entry.id == number else replace(entry, id=number)


def without_loose_ends(session: Session, known: set[str]) -> Session:
    """The session without references to entries that were left out.

    A reference that had no entry before the merge stays as it is.
    """
    present = {entry.id for letter in LISTS for entry in entries(session, letter)}
    removed = known - present
    if not removed:
        return session
    people = tuple(
        replace(
            each,
            reports_to="" if each.reports_to in removed else each.reports_to,
            influences=tuple(one for one in each.influences if one not in removed),
        )
        for each in session.stakeholders
    )
    actions = tuple(
        replace(each, about=tuple(one for one in each.about if one not in removed)) for each in session.action_items
    )
    return replace(session, stakeholders=people, action_items=actions)


def _changes(merge: Merge, ids: tuple[Ids, Ids]) -> tuple[ChangeAfter, ...]:
    """The recorded changes of both versions, oldest first; a row that both have appears once.

    Where a person was forgotten in one version of a row, that one stands for both.
    """
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
    places: dict[tuple[datetime, str, str], list[int]] = {}
    for at, row in enumerate(mine):
        if known[row] > 0:  # a row that the other version has not
            places.setdefault((row.at, row.entry, row.field), []).append(at)
    left = []
    for row in more:
        there = places.get((row.at, row.entry, row.field), [])
        pair = next((at for at in there if _marks(mine[at]) != _marks(row)), None)
        if pair is None:
            left.append(row)
            continue
        there.remove(pair)
        if _marks(row) > _marks(mine[pair]):
            mine[pair] = row
    return tuple(sorted((*mine, *left), key=lambda row: row.at)) if left else tuple(mine)


def _marks(row: ChangeAfter) -> int:
    """How many forgotten people a change names."""
    return len(MARK.findall(f"{row.by} {row.from_} {row.to}"))


def _last_ids(session: Session, ours: Session, theirs: Session) -> LastIds:
    """The highest numbers of both versions and of the ids that the merge gave."""
    highest = {letter: max(getattr(each.last_ids, letter) for each in (ours, theirs)) for letter in LISTS}
    for letter in LISTS:
        known = {entry.id for entry in entries(ours, letter)}
        for entry in entries(session, letter):
            if entry.id not in known:
                highest[letter] = max(highest[letter], int(entry.id[1:]))
    return LastIds(**highest)
