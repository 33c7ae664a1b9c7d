"""Makes one stakeholder of two that are the same person."""

from typing import Any

from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.analysis import ours
from session_tui.model.edits import Edit, EntryReplacement
from session_tui.model.entry_fields import field_words, joined_entry, with_references
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Session, Stakeholder

_BOTH = ("pain", "note")  # texts of which both are kept, one behind the other
_QUIET = ("name", "first_raised_in")  # fields with a rule of their own


def one_person(session: Session, first: Stakeholder, second: Stakeholder) -> EntryReplacement | Fault:
    """The edit that makes one person of two, with all that refers to either.

    Fields are joined as two versions of an entry are; where both have a value, the value of
    `first` stays, and the notes name the other. The id of the person who was carried into the
    session stays, so that the history goes on; else the id of `first`.
    """
    if first.id == second.id:
        return Fault(first.id, "that is one person already")
    carried = [each.first_raised_in not in ("", session.id) for each in (first, second)]
    kept, gone = (second, first) if carried == [False, True] else (first, second)
    for low, high in ((first, second), (second, first)):
        if low.reports_to == high.id:
            return Fault("", f"{low.id} reports to {high.id}, so they are two people", _do(low, high))
    one, two = _moved(first, gone, kept), _moved(second, gone, kept)
    joined, lost = _joined(one, two)
    after = replace(joined, id=kept.id, first_raised_in=kept.first_raised_in)
    others = [each for each in session.stakeholders if each.id not in (kept.id, gone.id)]
    moved = {each.id: _moved(each, gone, kept) for each in others}
    people = (after, *moved.values())
    if ring := edits.circle(people, after.id, after.reports_to):
        return Fault("", f"that closes a circle: {' reports to '.join(ring)}", "Change who reports to whom first.")
    changes: list[Edit] = [edits.change(each, moved[each.id]) for each in others if moved[each.id] != each]
    changes += _actions(session, kept, gone, after)
    leading = [id_ for edit in changes for id_ in edits.touched(edit)]
    notes = [f"falls away: {', '.join(lost)}"] if lost else []
    if leading:
        notes.append(f"{', '.join(leading)} now {'lead' if len(leading) > 1 else 'leads'} to {kept.id}")
    notes.append(f"{gone.id} becomes {kept.id}")
    shown = edits.change(kept, after)
    return EntryReplacement((shown, *changes, edits.without(session, gone)), shown, tuple(notes))


def _joined(one: Stakeholder, two: Stakeholder) -> tuple[Stakeholder, list[str]]:
    """One person of two, and the values of `two` that do not stay, in words."""
    joined, asks = joined_entry(one, two, {})
    values: dict[str, Any] = {}
    lost = []
    for name in asks:
        mine, other = getattr(one, name), getattr(two, name)
        if name in _BOTH:
            values[name] = f"{mine}; {other}"
        elif name not in _QUIET:
            lost.append(field_words(name, other))
    if one.name == "?":
        values["name"] = two.name
    elif two.name != "?" and name_key(two.name) != name_key(one.name):
        lost.append(field_words("name", two.name))
    return replace(joined, **values), lost


def _moved(person: Stakeholder, gone: Stakeholder, kept: Stakeholder) -> Stakeholder:
    """The person with each reference to `gone` as one to `kept`; none to themselves."""
    moved: Stakeholder = with_references(person, {gone.id: kept.id})
    own = (kept.id, gone.id) if person.id in (kept.id, gone.id) else ()
    if moved is person and not own:
        return person
    influences = tuple(each for each in dict.fromkeys(moved.influences) if each not in own)
    return moved if influences == moved.influences else replace(moved, influences=influences)


def _actions(session: Session, kept: Stakeholder, gone: Stakeholder, after: Stakeholder) -> list[Edit]:
    """The changes of the actions that serve `gone`, or that one of the two owns by name."""
    people = [each for each in session.stakeholders if each.id not in (kept.id, gone.id)]
    names = {name_key(each.name) for each in (kept, gone)} - {name_key(after.name), "?"}
    # A name that another person has as well leads to that person, too, and stays.
    names -= {name_key(each.name) for each in people}
    names -= {name_key(name) for name in ours(replace(session, action_items=(), stakeholders=tuple(people)))}
    changes: list[Edit] = []
    for action in session.action_items:
        moved: ActionItem = with_references(action, {gone.id: kept.id})
        if moved is not action:
            moved = replace(moved, about=tuple(dict.fromkeys(moved.about)))
        if name_key(action.owner) in names:
            moved = replace(moved, owner=after.name)
        if moved != action:
            changes.append(edits.change(action, moved))
    return changes


def _do(low: Stakeholder, high: Stakeholder) -> str:
    return f"/edit {low.id} takes to:{high.id} out, if they are one."
