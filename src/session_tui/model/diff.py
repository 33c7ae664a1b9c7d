"""What differs between two values of a session: one computation, rendered in several ways.

`pairs` says which entry of the one is which of the other; `diff` says in which fields they differ. Here it is rendered
as rows of `[[changes]]` and as the sentences of a conflict; `comparing` lays two sessions side by side with it,
`map/changes` tells the stakeholder map's movements, and `deal_changes` those of the deal itself.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

from session_tui.model import edits, formats, history
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import (
    LISTS,
    ChangeAfter,
    CreditShare,
    Entry,
    Session,
    Stakeholder,
    entries,
    headline_text,
)

SESSION = "session"  # stands as the entry of what is the session's own
_OWN = ("account_owner", "credit_split")
_LISTED = (*LISTS.values(), "parts", "last_ids", "changes")

Pair: TypeAlias = tuple[Entry | None, Entry | None]


class FieldChange(Struct, frozen=True):
    """One field that is another now."""

    field: str
    was: Any
    now: Any


class EntryChange(Struct, frozen=True):
    """An entry that came (`before` is None), went (`after` is None), or has other fields."""

    before: Entry | None
    after: Entry | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def id(self) -> str:
        """The entry's id, as it is now where it is there."""
        entry = self.after or self.before
        assert entry is not None  # one of both made the pair
        return entry.id


class Diff(Struct, frozen=True):
    """`own` are the session's own fields, but for lists of entries, parts, last ids and recorded changes."""

    own: tuple[FieldChange, ...]
    entries: tuple[EntryChange, ...]


def diff(before: Session, after: Session) -> Diff:
    """Two values of one session: its entries are the same by their id."""
    own = tuple(each for each in field_changes(before, after) if each.field not in _LISTED)
    pairs = (pair for letter in LISTS for pair in pairs_by_id(entries(before, letter), entries(after, letter)))
    return Diff(own, tuple(EntryChange(*pair, _fields(*pair)) for pair in pairs if pair[0] != pair[1]))


def field_changes(before: Struct, after: Struct) -> tuple[FieldChange, ...]:
    """The fields of two values of one type that differ, in the type's order."""
    then, now = asdict(before), asdict(after)
    return tuple(FieldChange(key, then[key], now[key]) for key in then if key in now and then[key] != now[key])


def pairs_by_id(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Pair, ...]:
    """Entries of one kind side by side by their id; those that went keep their place, those that came are last."""
    old, new = {each.id: each for each in before}, {each.id: each for each in after}
    return tuple((old.get(each), new.get(each)) for each in dict.fromkeys((*old, *new)))


def pairs_by_identity(before: Session, after: Session, letter: str) -> tuple[Pair, ...]:
    """Entries of two sessions on one account, in the order of `after`, those that went behind them.

    They are the same by their identity; where the two sessions did not begin one from the other, by what they are
    called. Of two with one id in a file the first counts.
    """
    here = _first_by_id(entries(after, letter))
    left = {_identity(before, each): each for each in _first_by_id(entries(before, letter))}
    known = [left.pop(_identity(after, each), None) for each in here]
    names = {name: key for key, each in reversed(left.items()) if (name := name_key(called(each)))}
    for number, each in enumerate(here):
        if known[number] is None and (key := names.get(name_key(called(each)))) in left:
            known[number] = left.pop(key)
    return (*zip(known, here, strict=True), *((each, None) for each in left.values()))


def called(entry: Entry) -> str:
    """What an entry is called: a name, the title of a person whose name is not known yet, or a text."""
    return entry.title if isinstance(entry, Stakeholder) and entry.name == "?" else headline_text(entry)


def _first_by_id(found: Sequence[Entry]) -> list[Entry]:
    return list({each.id: each for each in reversed(found)}.values())[::-1]


def _identity(session: Session, entry: Entry) -> object:
    return history.identity(session, entry) if isinstance(entry, history.Lasting) else name_key(called(entry))


def _fields(before: Entry | None, after: Entry | None) -> tuple[FieldChange, ...]:
    return field_changes(before, after) if before is not None and after is not None else ()


# ---- [[changes]] -----------------------------------------------------------------------------------------------------


def applied(session: Session, edit: Edit, now: datetime, by: str) -> Session | Fault:
    """The session after an edit, told in `[[changes]]` where the session has ended; or why it cannot be made."""
    after = edits.apply(session, edit)
    if isinstance(after, Fault) or session.status != "held":
        return after
    return recorded(session, after, now, by)


def recorded(before: Session, after: Session, now: datetime, by: str) -> Session:
    """`after` with a row of `[[changes]]` for each difference from `before`; what came has no `from`.

    Told are the fields of entries, and of the session's own who owns the account and how the credit is split.
    """
    found = diff(before, after)
    rows = [_row(now, by, SESSION, each) for each in found.own if each.field in _OWN]
    for entry in found.entries:
        there = FieldChange("entry", "there" if entry.before else "", "there" if entry.after else "")
        rows += [_row(now, by, entry.id, each) for each in entry.fields or (there,)]
    return replace(after, changes=(*after.changes, *rows)) if rows else after


def _row(now: datetime, by: str, entry: str, change: FieldChange) -> ChangeAfter:
    at = now.replace(microsecond=0)
    return ChangeAfter(
        at=at, by=by, entry=entry, field=change.field, from_=_in_file(change.was), to=_in_file(change.now)
    )


def _in_file(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, CreditShare):
        return f"{value.name} {value.percent:g}"
    return ", ".join(map(_in_file, value)) if isinstance(value, tuple) else str(value)


# ---- a conflict ------------------------------------------------------------------------------------------------------


def conflict_sentences(ours: Session, theirs: Session) -> tuple[str, ...]:
    """One sentence a difference, `ours` first; nothing where both say the same."""
    found = diff(ours, theirs)
    said = [f"{each.field}: {_counted(each.was)} here, {_counted(each.now)} there" for each in found.own]
    for entry in found.entries:
        if only := (entry.before if entry.after is None else entry.after if entry.before is None else None):
            said.append(f"{entry.id} only {'here' if entry.before else 'there'}: {headline_text(only)}")
        said += [f"{entry.id} {each.field}: {_said(each.was)} here, {_said(each.now)} there" for each in entry.fields]
    return tuple(said)


def _counted(value: Any) -> str:
    return str(len(value)) if isinstance(value, tuple) else _said(value)


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


# ---- the deal --------------------------------------------------------------------------------------------------------


def deal_changes(
    before: Session, after: Session | PipelineRow, day: Callable[[date], str] = date.isoformat
) -> tuple[tuple[str, str, str], ...]:
    """Phase, amount and close date where both have one and they differ: a name, what it was, what it is."""
    currency = after.currency or (before.currency if isinstance(after, PipelineRow) else "")
    facts = (
        ("phase", before.phase, after.phase),
        ("amount", formats.amount(before.amount, before.currency), formats.amount(after.amount, currency)),
        ("close date", day(before.close_on) if before.close_on else "", day(after.close_on) if after.close_on else ""),
    )
    return tuple((name, was, now) for name, was, now in facts if now and name_key(was) != name_key(now))
