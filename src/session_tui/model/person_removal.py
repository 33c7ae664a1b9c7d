"""Removes a person's name, and the private texts about the person, from tables and drafts."""

import re
from typing import Any

from session_tui.model.patterns import lazy_pattern
from session_tui.model.person_names import KEPT, PRIVATE, Name, ids_of, text_at

_DROPPED_MARKS = lazy_pattern(r'\b(?:pain|note):(?:"(?:\\.|[^"\\])*"?|\S*)')


def without(tables: Any, name: Name, mark: str, private: frozenset[str] = frozenset()) -> Any:
    """The tables with the mark instead of the name, and without private texts about the person.

    Notes and pains about the person are empty, and those in `private` are removed from all texts.
    Ids, the order of keys and the values of `KEPT` stay. Returns the same object if nothing is
    replaced.
    """
    ids = ids_of(tables, name) if isinstance(tables, dict) else frozenset()
    cleaned = _without(tables, name, mark, ids, sorted(private, key=len, reverse=True))
    return tables if cleaned == tables else cleaned


def _without(value: Any, name: Name, mark: str, ids: frozenset[str], private: list[str]) -> Any:
    if isinstance(value, str):
        for each in private:
            if each in value:
                value = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", "", value)
        return name.replaced(value, mark)
    if isinstance(value, list | tuple):
        return [_without(each, name, mark, ids, private) for each in value]
    if not isinstance(value, dict):
        return value
    theirs = name.is_(value.get("name")) or ("name" in value and text_at(value, "id") in ids)
    dropped: tuple[str, ...] = PRIVATE if theirs else ()
    parts: tuple[str, ...] = ("name",) if theirs else ()
    if text_at(value, "entry") in ids:
        dropped = ("from", "to") if value.get("field") in PRIVATE else ()
        parts = ("from", "to") if value.get("field") == "name" else ()
    found: dict[str, Any] = {}
    for key, each in value.items():
        fresh = name.replaced(key, mark)
        while fresh in found:
            fresh += "-2"
        kept = key in KEPT and isinstance(each, str)
        if key in dropped and isinstance(each, str):
            found[fresh] = ""
        elif key in parts and name.part(each):
            found[fresh] = mark
        else:
            found[fresh] = each if kept else _without(each, name, mark, ids, private)
    return found


def line_without(line: str, name: Name, mark: str, *, theirs: bool) -> str:
    """A draft of the capture line without the name.

    If it is about the person (`theirs`, or it names them), its pain and note are removed as well.
    """
    if theirs or name.in_(line):
        line = re.sub(r"  +", " ", _DROPPED_MARKS.sub("", line)).rstrip()
    return name.replaced(line, mark)
