"""Entries written as capture lines: the text that ctrl+o puts into the capture line."""

import re

from session_tui.model.capture.lexer import KEYWORDS, SIGNS
from session_tui.model.sanitize import one_line
from session_tui.model.session import ActionItem, Assumption, Decision, Entry, Note, Parked, Recognition, Stakeholder
from session_tui.model.vocabulary import SUPPORT_SIGNS

_KEYWORD_BEGINNINGS = tuple(f"{keyword}:" for keyword in KEYWORDS)


def write(entry: Entry) -> str:
    """The capture line of an entry, with its prefix, so that it is valid in any part.

    Marks with a default value are left out; the default of power and support is unknown, so each
    judgement that was made is in the line.
    """
    match entry:
        case Decision():
            return f"=> {one_line(entry.text).strip()}"
        case Parked():
            return f"?> {one_line(entry.text).strip()}"
        case Note():
            return f"n> {one_line(entry.text).strip()}"
        case Recognition():
            return f"+> {one_line(entry.text).strip()}"
        case Stakeholder():
            words = ["s>", *_who(entry), *_stakeholder_marks(entry)]
        case Assumption():
            words = ["a>", _text(entry.text), *_assumption_marks(entry)]
        case ActionItem():
            words = ["t>", _text(entry.text), *_action_marks(entry)]
    return " ".join(word for word in words if word)


def change_of(person: Stakeholder, typed: Stakeholder) -> str:
    """The line that gives a person the values of a newly typed one with the same name."""
    title = one_line(typed.title).strip()
    new = f", {_text(title, signs=True)}" if title and title != one_line(person.title).strip() else ""
    return " ".join(each for each in (f"*{person.id}", new, *_stakeholder_marks(typed)) if each) + " "


def quoted(value: str) -> str:
    """The value of a mark: unchanged if it is one plain word, else in quotes."""
    value = one_line(value)
    # `@-kim` would take a person away.
    if value and value[0] != "-" and all(character.isalnum() or character in "_-'" for character in value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stakeholder_marks(entry: Stakeholder) -> list[str]:
    return [
        f"role:{entry.buying_role}" if entry.buying_role != "unknown" else "",
        f"!{entry.power}" if entry.power is not None else "",
        SUPPORT_SIGNS[entry.support] if entry.support is not None else "",
        f"cov:{entry.coverage}" if entry.coverage != "unknown" else "",
        *(_mark("@", name) for name in entry.covered_by),
        _mark("to:", entry.reports_to),
        *(_mark("inf:", each) for each in entry.influences),
        _mark("pain:", entry.pain),
        _mark("note:", entry.note),
    ]


def _assumption_marks(entry: Assumption) -> list[str]:
    return [
        f"!{entry.importance}" if entry.importance != 3 else "",
        f"%{entry.evidence}" if entry.evidence != 1 else "",
        _mark("@", entry.tested_by),
        f"due:{entry.due.isoformat()}" if entry.due else "",
        _mark("note:", entry.note),
    ]


def _action_marks(entry: ActionItem) -> list[str]:
    return [
        _mark("@", entry.owner),
        f"due:{entry.due.isoformat()}" if entry.due else "",
        *(_mark("for:", each) for each in entry.about),
        _mark("note:", entry.note),
    ]


def _mark(mark: str, value: str) -> str:
    """The mark with its value; empty for a blank value, because the grammar takes empty quotes as
    text.
    """
    return mark + quoted(value) if one_line(value).strip() else ""


def _who(entry: Stakeholder) -> tuple[str, ...]:
    name = _text(entry.name, comma=True, signs=True)
    if name[:1] == "?" and name[1:2].isspace():  # a name from a file; unescaped its second word would begin the title
        name = f"\\{name}"
    title = _text(entry.title, signs=True)
    return (f"{name}, {title}",) if title else (name,)


def _text(text: str, *, comma: bool = False, signs: bool = False) -> str:
    """The text with a backslash before all that the grammar would not take as text."""

    def escaped(found: re.Match[str]) -> str:
        word = found[0]
        shown = word.replace("\\", "\\\\")
        if comma:
            shown = shown.replace(",", "\\,")
        if signs:
            shown = shown.replace('"', '\\"')
        if word.startswith(_KEYWORD_BEGINNINGS):
            shown = shown.replace(":", "\\:", 1)
        return "\\" + shown if word[0] in "@!%" or (signs and word in SIGNS) else shown

    return re.sub(r"\S+", escaped, one_line(text).strip())
