"""Makes an entry of another kind of an entry that was typed into the wrong part."""

from datetime import datetime
from typing import Any

from msgspec.structs import fields, replace

from session_tui.model import edits, formats
from session_tui.model.edits import Edit, EntryReplacement
from session_tui.model.entry_fields import field_words
from session_tui.model.name_keys import name_key
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Decision,
    Entry,
    Note,
    Parked,
    Recognition,
    Session,
    Stakeholder,
    next_id,
)
from session_tui.model.vocabulary import PartKind

_TYPES: dict[str, Any] = {
    "s": Stakeholder, "a": Assumption, "t": ActionItem, "d": Decision, "p": Parked, "n": Note, "r": Recognition,
}  # fmt: skip
_NAMED = {"s": "covered_by", "a": "tested_by", "t": "owner"}  # the field with our people
_SAME = ("due", "note", "at", "part")  # fields with one meaning in every kind that has them
_QUIET = ("id", "name", "text", "title", "first_raised_in", "at", "part")  # not named where they fall away


def as_kind(session: Session, entry: Entry, letter: str, now: datetime, part: PartKind) -> EntryReplacement:
    """The edit that replaces an entry by one of the kind with this letter, under a new id.

    Values keep their field where the new kind has one; the notes name all others. What refers to
    the entry refers to the new one if it may (an action can serve a stakeholder or an assumption),
    and loses the reference otherwise. It begins in this session: its old id belongs to another
    kind.
    """
    values, kept = _values(session, entry, letter)
    kind = _TYPES[letter]
    names = {each.name for each in fields(kind)}
    values |= {name: getattr(entry, name) for name in _SAME if name in names and hasattr(entry, name)}
    defaults = {"at": now.replace(microsecond=0), "part": part, "first_raised_in": session.id}
    values |= {name: value for name, value in defaults.items() if name in names and not values.get(name)}
    new = kind(id=next_id(session, letter), **values)
    lost = [
        words
        for each in fields(entry)
        if each.name not in (*_QUIET, *(name for name in _SAME if name in names))
        and (words := _lost(each.name, getattr(entry, each.name), each.default, kept))
    ]
    moved, dropped = _references(session, entry, new)
    notes = [f"falls away: {', '.join(lost)}"] if lost else []
    if dropped:
        notes.append(f"no longer {'lead' if len(dropped) > 1 else 'leads'} to it: {_ids(dropped)}")
    if moved:
        notes.append(f"{_ids(moved)} now {'serve' if len(moved) > 1 else 'serves'} {new.id}")
    notes.append(f"{entry.id} becomes {new.id}")
    shown = edits.add(new)
    return EntryReplacement((shown, *moved, *dropped, edits.without(session, entry)), shown, tuple(notes))


def _values(session: Session, entry: Entry, letter: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The text and our people as fields of the new kind, and the names that found a place."""
    text = formats.person(entry.name, entry.title) if isinstance(entry, Stakeholder) else entry.text
    values: dict[str, Any] = {"text": text}
    if letter == "s":
        name, _, title = (each.strip() for each in text.partition(","))
        values = {"name": name, "title": title} if name else {"name": text}
    if letter not in _NAMED:
        return values, ()
    named = getattr(entry, _NAMED.get(entry.id[0], ""), ())
    people = tuple(each for each in ((named,) if isinstance(named, str) else named) if each)
    theirs = {name_key(person.name) for person in session.stakeholders} if letter != "t" else set()
    kept = tuple(each for each in people if name_key(each) not in theirs)[: None if letter == "s" else 1]
    if kept:
        values[_NAMED[letter]] = kept if letter == "s" else kept[0]
    return values, kept


def _lost(name: str, value: Any, default: Any, kept: tuple[str, ...]) -> str:
    """The value in words; empty where it is the default, or one of the names that are `kept`."""
    if name in _NAMED.values():
        left = tuple(each for each in ((value,) if isinstance(value, str) else value) if each and each not in kept)
        return field_words(name, left) if left else ""
    return "" if value == default else field_words(name, value)


def _references(session: Session, entry: Entry, new: Entry) -> tuple[list[Edit], list[Edit]]:
    """The changes of the entries that refer to this one: those that lead to the new one, and those
    that lose the reference.
    """
    moved: list[Edit] = []
    dropped: list[Edit] = []
    for person in session.stakeholders:
        if person.id != entry.id and entry.id in (person.reports_to, *person.influences):
            boss = "" if person.reports_to == entry.id else person.reports_to
            influences = tuple(each for each in person.influences if each != entry.id)
            dropped.append(edits.change(person, replace(person, reports_to=boss, influences=influences)))
    for action in session.action_items:
        if action.id == entry.id or entry.id not in action.about:
            continue
        if new.id[0] in "sa":
            about = tuple(new.id if each == entry.id else each for each in action.about)
            moved.append(edits.change(action, replace(action, about=tuple(dict.fromkeys(about)))))
        else:
            about = tuple(each for each in action.about if each != entry.id)
            dropped.append(edits.change(action, replace(action, about=about)))
    return moved, dropped


def _ids(changes: list[Edit]) -> str:
    return ", ".join(id_ for edit in changes for id_ in edits.touched(edit))
