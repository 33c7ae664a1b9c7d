"""What differs between two versions of a session, entry by entry, in sentences."""

from typing import Any

from msgspec.structs import asdict

from session_tui.model.session import LISTS, Session, entries, headline_text

_LISTED = (*LISTS.values(), "parts", "last_ids", "changes")


def difference(ours: Session, theirs: Session) -> tuple[str, ...]:
    """One sentence a difference, `ours` first; nothing where both say the same."""
    said = []
    for key in (each for each in ours.__struct_fields__ if each not in _LISTED):
        mine, other = getattr(ours, key), getattr(theirs, key)
        if mine != other:
            counted = isinstance(mine, tuple)
            said.append(
                f"{key}: {len(mine) if counted else _text(mine)} here, {len(other) if counted else _text(other)} there"
            )
    for letter in LISTS:
        mine_by_id = {entry.id: entry for entry in entries(ours, letter)}
        other_by_id = {entry.id: entry for entry in entries(theirs, letter)}
        for entry_id in dict.fromkeys((*mine_by_id, *other_by_id)):
            mine, other = mine_by_id.get(entry_id), other_by_id.get(entry_id)
            if mine == other:
                continue
            if mine is None or other is None:
                only = mine or other
                assert only is not None  # the id came from one of the two
                said.append(f"{entry_id} only {'here' if mine else 'there'}: {headline_text(only)}")
                continue
            then, now = asdict(mine), asdict(other)
            said += [
                f"{entry_id} {key}: {_text(then[key])} here, {_text(now[key])} there"
                for key in then
                if key in now and then[key] != now[key]
            ]
    return tuple(said)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)
