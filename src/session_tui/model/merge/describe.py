"""The differences between two versions of a session in words, for the screen, lines and JSON."""

from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from session_tui.model import formats
from session_tui.model.entry_fields import Day, label, value_words
from session_tui.model.merge.merge import Merge
from session_tui.model.merge.points import Choice, MergePoint
from session_tui.model.session import Attendee, CreditShare, Plan, Session, Value, find, headline_text

TITLES = {
    "": "The session",
    "stakeholders": "Stakeholders",
    "assumptions": "Assumptions",
    "action_items": "Action items",
    "decisions": "Decisions",
    "parking_lot": "Parking lot",
    "notes": "Notes",
}
_REFERENCES = ("reports_to", "influences", "about")  # fields that hold ids


def counts(merge: Merge) -> str:
    """`1 differs, 3 entries are the same`."""
    many, same = len(merge.points), sum(1 for point in merge.all if point.same and point.place)
    alike = f"{formats.count(same, 'entry', 'entries')} {formats.plural(same, 'is', 'are')} the same"
    return f"{many:,} {formats.plural(many, 'differs', 'differ')}, {alike}"


class VersionText(Struct, frozen=True):
    """One version of a point: its name or text, and the fields that differ, as label and value."""

    name: str
    facts: tuple[tuple[str, str], ...] = ()


def title(point: MergePoint) -> str:
    """The title of the list that the point belongs to."""
    return TITLES[point.place]


def called(point: MergePoint) -> str:
    """The label of a point: the id of an entry, or the words of a key."""
    return point.key if point.place else label(point.key)


def version_texts(
    merge: Merge, point: MergePoint, day: Day = date.isoformat
) -> tuple[VersionText | None, VersionText | None]:
    """The texts of ours and theirs; None where a version does not have the point."""
    if not point.place:
        return VersionText(_value(point.ours, "", day, point.key)), VersionText(
            _value(point.theirs, "", day, point.key)
        )
    ours, theirs = point.ours, point.theirs
    # Two things are described in full, two versions of one thing by their differences.
    beside = (None, None) if point.apart else (theirs, ours)
    return (
        _entry(merge.ours, ours, beside[0], day) if ours is not None else None,
        _entry(merge.theirs, theirs, beside[1], day) if theirs is not None else None,
    )


def becomes(point: MergePoint, choice: Choice | None) -> str:
    """The result of a choice, in words."""
    if choice is None:
        return "to decide"
    if choice == "both":
        if point.two:
            mine, other = point.ids
            return (
                f"both stay: ours is {mine}, theirs {other}" if mine == point.key else f"both stay: ours becomes {mine}"
            )
        return "both put together"
    chosen = point.theirs if choice == "theirs" else point.ours
    if chosen is None:
        return "left out"
    if point.ours is None or point.theirs is None:
        return "stays"
    if point.apart:
        return f"{choice} stays, the other is left out"
    return f"{choice} stays"


def _entry(session: Session, entry: Any, other: Any, day: Day) -> VersionText:
    facts = []
    for each in fields(entry):
        value = getattr(entry, each.name)
        if each.name in ("id", "name", "text", "first_raised_in") or (other is None and value == each.default):
            continue
        if other is None or value != getattr(other, each.name):
            words = _references(session, value) if each.name in _REFERENCES else _value(value, each.name, day)
            facts.append((label(each.name), words))
    return VersionText(headline_text(entry), tuple(facts))


def _references(session: Session, value: Any) -> str:
    ids = value if isinstance(value, tuple) else (value,) if value else ()
    found = ((each, find(session, each)) for each in ids)
    return ", ".join(f"{headline_text(entry)} ({key})" if entry else key for key, entry in found) or "nothing"


def _clock(value: tuple[Any, Any]) -> str:
    clock, parts = value
    if not clock:
        return f"not started, {len(parts)} parts"
    begun, last = clock[0].at.astimezone(), clock[-1].at.astimezone()
    return f"{begun:%H:%M:%S} to {last:%H:%M:%S}, {len(clock)} moments, {len(parts)} parts"


def _value(value: Any, field: str, day: Day, key: str = "") -> str:
    if key == "clock":
        return _clock(value)
    if isinstance(value, tuple) and value:
        return ", ".join(_one(each) for each in value)
    if isinstance(value, Attendee | CreditShare | Plan | Value | float):
        return _one(value)
    return value_words(field or key, value, day)


def _one(value: Any) -> str:
    match value:
        case Attendee(name=name, role=role):
            return f"{name} ({role})" if role else name
        case CreditShare(name=name, percent=percent):
            return f"{name} {percent:g} %"
        case Plan(source=source, sha256=digest, readers=readers, comments=comments):
            version = f", version {digest[:8]}" if digest else ""
            return f"{source or 'a plan'}{version}, read by {len(readers)}, {len(comments)} comments"
        case Value(people=people, minutes=minutes, hours_saved=saved):
            hours = f", {saved:g} hours saved" if saved is not None else ""
            return f"{people} people, {minutes:g} minutes{hours}"
        case float():
            return f"{value:,g}" if value < 1e6 else f"{value:,.0f}"
        case _:
            return str(value)
