"""The parser of the capture line: any text becomes an edit, a command or a refusal."""

import difflib
import re
from typing import Any

from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.capture import fields
from session_tui.model.capture.formatter import write
from session_tui.model.capture.lexer import Letters, ScannedLine, scan
from session_tui.model.capture.result import (
    LATER_COMMANDS,
    LONGEST_LINE,
    SLASH_COMMANDS,
    Command,
    Context,
    Reading,
    Refusal,
    Refused,
)
from session_tui.model.edits import Edit
from session_tui.model.sanitize import one_line
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Decision,
    Entry,
    Note,
    Parked,
    Recognition,
    Stakeholder,
    find,
    headline_text,
    next_id,
)

_PART_LETTERS = {"stakeholder_map": "s", "assumptions": "a", "action_items": "t", "owners": "t", "notes": "n"}
_PREFIX = re.compile(r"([satn=?+])>\s*")
_CHANGE = re.compile(r"\*([satdpnr][0-9]+)(?:\s+(.*))?", re.DOTALL)
_LETTER_OF_PREFIX = {"=": "d", "?": "p", "s": "s", "a": "a", "t": "t", "n": "n", "+": "r"}
STATES = {"done": "t", "drop": "t", "yes": "t", "ok": "a", "wrong": "a", "open": "ta", "remove": "satdpnr"}
_PLAIN = "dpnr"  # kinds whose lines are text to their end
_WHAT = {
    "s": "a stakeholder",
    "a": "an assumption",
    "t": "an action",
    "d": "a decision",
    "p": "a parked line",
    "n": "a note",
    "r": "a recognition",
}


def read(line: str, context: Context) -> Reading:
    """The meaning of a line in its context; never raises."""
    if len(line) > LONGEST_LINE and len(line) > _written_length(context):
        return Refusal(
            f"this line has {len(line):,} characters; an entry holds {LONGEST_LINE:,}",
            "A text of that size belongs into the plan.",
        )
    try:
        return _read(line.strip(), context)
    except Refused as refused:
        return refused.refusal


def _written_length(context: Context) -> int:
    """The length of the line that ctrl+o wrote; full names and escapes make it longer than the
    typed one.
    """
    entry = find(context.session, context.editing)
    return len(write(entry)) if entry else 0


def _read(line: str, context: Context) -> Reading:
    if context.editing:
        return _edited(line, context)
    if not line:
        return Refusal("")
    if line[0] == "/":
        return _action(line)
    if changed := _CHANGE.fullmatch(line):
        return _change(changed[1], (changed[2] or "").strip(), context)
    prefix = _PREFIX.match(line)
    letter = _LETTER_OF_PREFIX[prefix[1]] if prefix else _PART_LETTERS[context.part]
    body = line[prefix.end() :] if prefix else line
    # In the owners part a sign alone is a mark on the row of a stakeholder, and text on any other
    # row.
    if not prefix and context.part == "owners" and not _scanned(context.highlighted[:1], body).text:
        return _marks_for_highlighted(body, context)
    return edits.add(_new(letter, body, context))


def letter_of(line: str, context: Context) -> str:
    """The letter of the kind of entry that the line is about; by default the kind of the part."""
    if changed := re.match(r"\*([satdpnr])[0-9]+\s", line):
        return changed[1]
    if prefix := _PREFIX.match(line.lstrip()):
        return _LETTER_OF_PREFIX[prefix[1]]
    if context.editing:
        return context.editing[0]
    if context.part == "owners" and context.highlighted and line.lstrip()[:1] in ("@", ""):
        return context.highlighted[0]
    return _PART_LETTERS[context.part]


def _action(line: str) -> Command | Refusal:
    name, arguments = _first_word(line[1:])
    if not name:
        return Command("palette")
    fits = [name] if name in SLASH_COMMANDS else [each for each in SLASH_COMMANDS if each.startswith(name)]
    older = [each for each in fits if each not in LATER_COMMANDS]
    fits = older if len(older) == 1 and len(fits) > 1 else fits
    if len(fits) == 1:
        return Command(fits[0], arguments)
    if fits:
        return Refusal(f"/{name} fits {' and '.join('/' + each for each in fits)}", "Write more of the name.")
    near = difflib.get_close_matches(name, SLASH_COMMANDS, 3, 0.5)
    near = near or [each for each in SLASH_COMMANDS if each.startswith(name[:1])]
    hint = f"Did you mean {', '.join('/' + each for each in near[:4])}?" if near else "/ lists them all."
    return Refusal(f"there is no action /{name}", hint)


def _first_word(text: str) -> tuple[str, str]:
    """The first word, and the rest of the text without the spaces between."""
    word, *rest = text.split(None, 1) or [""]
    return word, rest[0].strip() if rest else ""


def _scanned(letter: str, body: str) -> ScannedLine:
    return scan(body, signs=letter == "s", quoted_text=letter == "s")


def _new(letter: str, body: str, context: Context) -> Entry:
    entry_id = next_id(context.session, letter)
    now = context.now.replace(microsecond=0)
    text = one_line(body).strip()
    if letter in _PLAIN and not text:
        raise Refused("there is nothing to write down yet")
    match letter:
        case "d":
            return Decision(id=entry_id, text=text, at=now, part=context.part)
        case "p":
            return Parked(id=entry_id, text=text, at=now)
        case "n":
            return Note(id=entry_id, text=text, at=now, part=context.part)
        case "r":
            return Recognition(id=entry_id, text=text, at=now, part=context.part)
    words = _scanned(letter, body)
    values = fields.values(letter, words.marks, context, entry_id) | _texts(letter, words)
    entry: Entry = _ENTRIES[letter](id=entry_id, first_raised_in=context.session.id, **values)
    return entry


_ENTRIES: dict[str, Any] = {"s": Stakeholder, "a": Assumption, "t": ActionItem}


def _texts(letter: str, words: ScannedLine, *, nameless: bool = False) -> dict[str, str]:
    """The text fields: name and title of a stakeholder, split at the first comma; else the text.

    `nameless`: the entry comes from a file and its name or text is blank, so a blank one is
    accepted.
    """
    if letter != "s":
        text = one_line(words.text).strip()
        if not text and not nameless:
            raise Refused(f"these are marks only; {_WHAT[letter]} needs a text before them")
        return {"text": text}
    comma = next((at for at, letter_ in enumerate(words.letters) if letter_ == (",", False)), len(words.letters))
    # `? head of IT security` is `?, head of IT security`: it is the title of an unknown person.
    if words.letters[:1] == [("?", False)] and words.letters[1:2] and words.letters[1][0].isspace():
        comma = min(comma, 1)
    name, title = _plain(words.letters[:comma]), _plain(words.letters[comma + 1 :])
    if not name and not nameless:
        raise Refused("a stakeholder needs a name; ? is somebody we cannot name yet")
    return {"name": name, "title": title}


def _plain(letters: Letters) -> str:
    return one_line("".join(letter for letter, _ in letters)).strip()


def _marks_for_highlighted(body: str, context: Context) -> Edit:
    """The edit of a line of marks alone in the owners part: they change the highlighted entry."""
    entry = find(context.session, context.highlighted)
    if entry is None:
        raise Refused("no row is highlighted to give this to", "Highlight one with the arrow keys.")
    return _marks_for(entry, body, context)


def _change(entry_id: str, rest: str, context: Context) -> Edit:
    entry = find(context.session, entry_id)
    if entry is None:
        raise Refused(f"there is no {entry_id}")
    letter = entry_id[0]
    word, text = _first_word(rest)
    if word in STATES:
        if letter not in STATES[word]:
            kinds = " or ".join(_WHAT[each] for each in STATES[word])
            raise Refused(f"{word} belongs to {kinds}; {entry_id} is {_WHAT[letter]}")
        return _state(entry, word, one_line(text).strip(), context)
    states = [each for each, letters in STATES.items() if letter in letters]
    if not rest:
        marks = ", or marks such as @name and due:fri" if letter in "at" else ", or marks" if letter == "s" else ""
        raise Refused(f"what about {entry_id}", f"It takes {', '.join(states)}{marks}.")
    if letter in _PLAIN:
        raise Refused(f"{entry_id} takes remove alone here", "ctrl+o or /edit changes its text.")
    return _marks_for(entry, rest, context)


def _state(entry: Entry, word: str, text: str, context: Context) -> Edit:
    if word == "remove":
        if text:
            raise Refused(f"remove takes nothing behind it, not “{text}”")
        return edits.remove(context.session, entry)
    if word in ("yes", "open") and text:
        raise Refused(f"{word} takes no text", "ctrl+o or /edit changes the entry's text.")
    return edits.change(entry, _in_state(entry, word, text, context))


def _in_state(entry: Entry, word: str, text: str, context: Context) -> Entry:
    if isinstance(entry, ActionItem):
        match word:
            case "done":
                return replace(entry, status="done", done_on=context.today, result=text or entry.result)
            case "drop":
                return edits.settle(entry, status="dropped", result=text or entry.result)
            case "yes" if not entry.owner:
                raise Refused(f"{entry.id} has no owner who could say yes", f"*{entry.id} @name gives it one.")
            case "yes":
                return replace(entry, accepted_at=context.now.replace(microsecond=0))
        if entry.status == "open" and not entry.accepted_at:
            raise Refused(f"{entry.id} is open already")
        if entry.status == "open":
            return replace(entry, accepted_at=None)
        return edits.settle(entry, status="open", result="")
    assert isinstance(entry, Assumption)  # STATES gives these words to assumptions and actions alone
    if word == "open":
        if entry.status == "untested":
            raise Refused(f"{entry.id} is untested already")
        return replace(entry, status="untested", result="")
    return replace(entry, status="validated" if word == "ok" else "invalidated", result=text or entry.result)


def _marks_for(entry: Entry, body: str, context: Context) -> Edit:
    """The edit of a line of marks: each sets its field, or adds a value to a field with
    several.
    """
    letter = entry.id[0]
    words = scan(body, signs=letter == "s", quoted_text=False)
    if words.text:
        raise Refused(f"“{words.text}” is text; here are marks alone", f"ctrl+o or /edit {entry.id} changes its text.")
    values = fields.values(letter, words.marks, context, entry.id, entry)
    for name in fields.SEVERAL:
        if name in values:
            values[name] = tuple(dict.fromkeys((*getattr(entry, name), *values[name])))
    return _changed(entry, replace(entry, **values))


def _changed(entry: Entry, after: Entry) -> Edit:
    if after == entry:
        raise Refused(f"{entry.id} is like that already")
    return edits.change(entry, _unaccepted(entry, after))


def _unaccepted(entry: Entry, after: Entry) -> Entry:
    """The entry without `accepted_at` if its owner changed: the new owner has not accepted it."""
    if isinstance(after, ActionItem) and isinstance(entry, ActionItem) and after.owner != entry.owner:
        return replace(after, accepted_at=None)
    return after


_DEFAULTS: dict[str, Entry] = {
    "s": Stakeholder(id="s0", name="?"),
    "a": Assumption(id="a0", text="?"),
    "t": ActionItem(id="t0", text="?"),
}


def _edited(line: str, context: Context) -> Reading:
    """The reading of a line that replaces an entry; an empty line removes it."""
    entry = find(context.session, context.editing)
    if entry is None:
        raise Refused(f"{context.editing} is gone; somebody removed it", "escape leaves the edit.")
    letter = entry.id[0]
    if not line:
        return edits.remove(context.session, entry)
    if line[0] == "/":
        return _action(line)
    prefix = _PREFIX.match(line)
    if prefix and _LETTER_OF_PREFIX[prefix[1]] != letter:
        raise Refused(f"{entry.id} is {_WHAT[letter]}, and stays one")
    body = line[prefix.end() :] if prefix else line
    if letter in _PLAIN:
        if not one_line(body).strip() and one_line(headline_text(entry)).strip():
            return edits.remove(context.session, entry)
        return edits.change(entry, _with_values(entry, {"text": one_line(body).strip()}))
    words = _scanned(letter, body)
    defaults = {name: getattr(_DEFAULTS[letter], name) for name in fields.PLACES[letter].values()}
    marked = fields.values(letter, words.marks, context, entry.id, entry)
    texts = _texts(letter, words, nameless=not one_line(headline_text(entry)).strip())
    return edits.change(entry, _unaccepted(entry, _with_values(entry, defaults | marked | texts)))


def _with_values(entry: Entry, values: dict[str, Any]) -> Entry:
    """The entry with these values.

    A value stays as it was if the new one differs only by characters that a line cannot hold, such
    as a line break.
    """
    return replace(entry, **{name: _new_or_same(getattr(entry, name), value) for name, value in values.items()})


def _new_or_same(old: Any, new: Any) -> Any:
    if isinstance(old, str) and isinstance(new, str):
        return old if one_line(old).strip() == new else new
    if isinstance(old, tuple) and isinstance(new, tuple):
        return old if _tidy(old) == _tidy(new) else new
    return new


def _tidy(several: tuple[str, ...]) -> tuple[str, ...]:
    """Names or ids as a line can hold them: each once, no blank ones."""
    return tuple(dict.fromkeys(each for each in (one_line(each).strip() for each in several) if each))
