"""The differences between two values of a session.

`pairs_by_id` and `pairs_by_identity` pair the entries; `diff` returns the fields that differ. This
module renders them as rows of `[[changes]]`, as the sentences of a conflict, and as changes of the
deal; `reports/comparison` and `stakeholder_map/changes` build on it.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

from session_tui.model import edits, formats, history, judgements
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

SESSION = "session"  # the `entry` of a change of the session's own keys
_OWN = ("account_owner", "credit_split")
_LISTED = (*LISTS.values(), "parts", "last_ids", "changes")

Pair: TypeAlias = tuple[Entry | None, Entry | None]


class FieldChange(Struct, frozen=True):
    """One field with its earlier and its present value."""

    field: str
    was: Any
    now: Any


class EntryChange(Struct, frozen=True):
    """An entry that was added (`before` is None), removed (`after` is None) or changed."""

    before: Entry | None
    after: Entry | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def id(self) -> str:
        """The entry's id; the present one, unless the entry was removed."""
        entry = self.after or self.before
        assert entry is not None  # each pair has at least one
        return entry.id


class Diff(Struct, frozen=True):
    """`own` are fields of the session itself, without entries, parts, last ids and changes."""

    own: tuple[FieldChange, ...]
    entries: tuple[EntryChange, ...]


def diff(before: Session, after: Session) -> Diff:
    """The differences between two values of one session; entries are paired by id."""
    own = tuple(each for each in field_changes(before, after) if each.field not in _LISTED)
    pairs = (pair for letter in LISTS for pair in pairs_by_id(entries(before, letter), entries(after, letter)))
    return Diff(own, tuple(EntryChange(*pair, _fields(*pair)) for pair in pairs if pair[0] != pair[1]))


def field_changes(before: Struct, after: Struct) -> tuple[FieldChange, ...]:
    """The fields that differ between two values of one type, in the order of the type."""
    then, now = asdict(before), asdict(after)
    return tuple(FieldChange(key, then[key], now[key]) for key in then if key in now and then[key] != now[key])


def pairs_by_id(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Pair, ...]:
    """Entries of one kind paired by id; removed ones keep their position, added ones are last."""
    old, new = {each.id: each for each in before}, {each.id: each for each in after}
    return tuple((old.get(each), new.get(each)) for each in dict.fromkeys((*old, *new)))


def pairs_by_identity(before: Session, after: Session, letter: str) -> tuple[Pair, ...]:
    """Entries of two sessions on one account, paired, in the order of `after`; removed ones are
    last.

    They are paired by identity. The rest, such as entries of two sessions that were not carried
    forward, are paired by name or text. Of two entries with one id in a file, the first counts.
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
    """The name of a person (the title where the name is unknown), or the text of an entry."""
    return entry.title if isinstance(entry, Stakeholder) and entry.name == "?" else headline_text(entry)


def _first_by_id(found: Sequence[Entry]) -> list[Entry]:
    return list({each.id: each for each in reversed(found)}.values())[::-1]


def _identity(session: Session, entry: Entry) -> object:
    return history.identity(session, entry) if isinstance(entry, history.Lasting) else name_key(called(entry))


def _fields(before: Entry | None, after: Entry | None) -> tuple[FieldChange, ...]:
    return field_changes(before, after) if before is not None and after is not None else ()


# ---- [[changes]] --------------------------------------------------------------------------------


def applied(session: Session, edit: Edit, now: datetime, by: str) -> Session | Fault:
    """The session after an edit, recorded in `[[changes]]` if it has ended; or a fault."""
    after = edits.apply(session, edit)
    if isinstance(after, Fault) or session.status != "held":
        return after
    return recorded(session, after, now, by)


def recorded(before: Session, after: Session, now: datetime, by: str) -> Session:
    """`after` with a row of `[[changes]]` for each difference from `before`.

    Recorded are the fields of entries, and of the session's own keys `account_owner` and
    `credit_split`. `from` is empty where there was no value.
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


# ---- a conflict ---------------------------------------------------------------------------------


def conflict_sentences(ours: Session, theirs: Session) -> tuple[str, ...]:
    """One sentence for each difference, `ours` first."""
    found = diff(ours, theirs)
    sentences = [f"{each.field}: {_counted(each.was)} here, {_counted(each.now)} there" for each in found.own]
    for entry in found.entries:
        if only := (entry.before if entry.after is None else entry.after if entry.before is None else None):
            sentences.append(f"{entry.id} only {'here' if entry.before else 'there'}: {headline_text(only)}")
        for each in entry.fields:
            was, now = (_value_text(value, each.field) for value in (each.was, each.now))
            sentences.append(f"{entry.id} {each.field}: {was} here, {now} there")
    return tuple(sentences)


def _counted(value: Any) -> str:
    return str(len(value)) if isinstance(value, tuple) else _value_text(value)


def _value_text(value: Any, field: str = "") -> str:
    if value is None and field in judgements.FIELDS:
        return judgements.NOT_JUDGED
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


# ---- the deal -----------------------------------------------------------------------------------


def deal_changes(
    before: Session, after: Session | PipelineRow, day: Callable[[date], str] = date.isoformat
) -> tuple[tuple[str, str, str], ...]:
    """The changes of phase, amount and close date: the name, the earlier and the present text.

    Only where `after` has a value. `day` formats a date.
    """
    currency = after.currency or (before.currency if isinstance(after, PipelineRow) else "")
    facts = (
        ("phase", before.phase, after.phase),
        ("amount", formats.amount(before.amount, before.currency), formats.amount(after.amount, currency)),
        ("close date", day(before.close_on) if before.close_on else "", day(after.close_on) if after.close_on else ""),
    )
    return tuple((name, was, now) for name, was, now in facts if now and name_key(was) != name_key(now))
