"""The rows of a part's table that have certain words, and their order by what matters in the part.

The order in the file stays as it is.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import replace

from session_tui.model import formats
from session_tui.model.analysis import risk
from session_tui.model.name_keys import folded
from session_tui.model.session import (
    LISTS,
    ActionItem,
    Assumption,
    Entry,
    Note,
    Session,
    Stakeholder,
    entries,
    find,
    headline_text,
)
from session_tui.model.vocabulary import PartKind
from session_tui.tui.tables.table import Table, View

_WORDS = {
    "s": "stakeholder", "a": "assumption", "t": "action", "d": "decision", "p": "parked line", "n": "note",
    "r": "recognition",
}  # fmt: skip
_Key = Callable[[Any], tuple[Any, ...]]
_KEYS: dict[str, tuple[str, _Key]] = {
    "stakeholder_map": ("power", lambda person: (-(person.power or 0),)),
    "assumptions": ("risk", lambda one: (one.status != "untested", -risk(one))),
    "action_items": ("date", lambda one: (one.status != "open", one.due is None, one.due or date.max)),
}


def sorted_by(kind: PartKind, curtain: bool) -> str:
    """The word for the order of this part; empty where it has none, or must not show it."""
    return _KEYS[kind][0] if kind in _KEYS and not (curtain and kind == "stakeholder_map") else ""


def in_order(table: Table, kind: PartKind, view: View) -> Table:
    """The table by what matters: power, risk or date; equal rows keep their order."""
    word = sorted_by(kind, view.curtain)
    if not word or len(table.ids) < 2:
        return table
    known = {entry.id: entry for entry in entries(view.session, table.ids[0][0])}
    key = _KEYS[kind][1]
    ids = tuple(sorted(table.ids, key=lambda entry_id: key(known[entry_id])))
    return replace(table, ids=ids, finding=f"By {word}. {table.finding}".strip())


def matching(table: Table, view: View, words: str) -> Table:
    """The rows with all these words; the finding counts them, and what stands elsewhere."""
    wanted = folded(words).split()
    found = tuple(each for each in table.ids if _has(find(view.session, each), wanted, view.curtain))
    many = f"{len(found)} of {formats.count(len(table.ids), 'row')} {'has' if len(found) == 1 else 'have'} “{words}”."
    elsewhere = elsewhere_words(view.session, frozenset(table.ids), wanted, view.curtain)
    empty = (f"No row here has “{words}”.", "esc shows all rows again.")
    return replace(table, ids=found, empty=empty, finding=f"{many}{elsewhere} esc shows all.")


def elsewhere_words(session: Session, here: frozenset[str], wanted: list[str], curtain: bool) -> str:
    """The number of entries outside the table that have the words, by kind."""
    counts = []
    for letter in LISTS:
        rows = (each for each in entries(session, letter) if each.id not in here)
        if many := sum(_has(each, wanted, curtain) for each in rows):
            counts.append(formats.count(many, _WORDS[letter]))
    return f" Elsewhere: {', '.join(counts)}." if counts else ""


def _has(entry: Entry | None, wanted: list[str], curtain: bool) -> bool:
    if entry is None or (curtain and isinstance(entry, Note)):
        return False
    text = folded(" ".join(_texts(entry, curtain)))
    return all(word in text for word in wanted)


def _texts(entry: Entry, curtain: bool) -> list[str]:
    """The texts of an entry; without those that the curtain covers."""
    texts = [entry.id, headline_text(entry)]
    match entry:
        case Stakeholder():
            texts += [entry.title, *entry.covered_by, *(() if curtain else (entry.pain, entry.note))]
        case Assumption():
            texts += [entry.result, entry.tested_by, "" if curtain else entry.note]
        case ActionItem():
            texts += [entry.result, entry.owner, "" if curtain else entry.note]
    return texts
