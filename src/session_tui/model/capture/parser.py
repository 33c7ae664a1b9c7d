"""The parser of the capture line: any text becomes an edit, a command or a refusal."""

import re
from typing import Any

from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.capture import command_names, fields, lookup, near_keys
from session_tui.model.capture.formatter import write
from session_tui.model.capture.lexer import Letters, ScannedLine, closing_quote, scan, unescaped
from session_tui.model.capture.result import LONGEST_LINE, Command, Context, Reading, Refusal, Refused
from session_tui.model.edits import Edit, Put
from session_tui.model.patterns import lazy_pattern
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
_PREFIX = lazy_pattern(r"([satn=?+])>\s*")
_CHANGE = lazy_pattern(r"\*([satdpnr][0-9]+)(?:\s+(.*))?", re.DOTALL)
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
        return _too_long(line)
    try:
        return _read(line.strip(), context)
    except Refused as refused:
        return refused.refusal


def _too_long(line: str) -> Refusal:
    what = f"this line has {len(line):,} characters; an entry holds {LONGEST_LINE:,}"
    return Refusal(what, "A text of that size belongs in the plan.")


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
        return _action(line, context)
    if changed := _CHANGE.fullmatch(line):
        return _change(changed[1], (changed[2] or "").strip(), context)
    if named := _named_change(line):
        return _change(_stakeholder(named[0], context), named[1], context)
    prefix = _PREFIX.match(line)
    letter = _LETTER_OF_PREFIX[prefix[1]] if prefix else _PART_LETTERS[context.part]
    body = line[prefix.end() :] if prefix else line
    # In the owners part a sign alone is a mark on the row of a stakeholder, and text on any other
    # row.
    if not prefix and context.part == "owners" and not _scanned(context.highlighted[:1], body).text:
        return _marks_for_highlighted(body, context)
    return _with_notes(edits.add(_new(letter, body, context)), letter, body)


def text_entry(letter: str, line: str, context: Context) -> Edit | Refusal:
    """A new entry of this kind, which is not a stakeholder, with the whole line as its text."""
    text = one_line(line).strip()
    if not text:
        return Refusal("there is nothing to write down yet")
    if len(text) > LONGEST_LINE:
        return _too_long(text)
    if letter in _PLAIN:
        return edits.add(_new(letter, text, context))
    new = _ENTRIES[letter](id=next_id(context.session, letter), first_raised_in=context.session.id, text=text)
    return edits.add(new)


def letter_of(line: str, context: Context) -> str:
    """The letter of the kind of entry that the line is about; by default the kind of the part."""
    if changed := re.match(r"\*([satdpnr])[0-9]+\s", line):
        return changed[1]
    if prefix := _PREFIX.match(line.lstrip()):
        return _LETTER_OF_PREFIX[prefix[1]]
    if named_change_begins(line):
        return "s"
    if context.editing:
        return context.editing[0]
    if context.part == "owners" and context.highlighted and line.lstrip()[:1] in ("@", ""):
        return context.highlighted[0]
    return _PART_LETTERS[context.part]


def _action(line: str, context: Context) -> Reading:
    name, arguments = _first_word(line[1:])
    if not name:
        return Command("palette")
    fits = command_names.fitting(name)
    if len(fits) > 1:
        return Refusal(f"/{name} fits {' and '.join('/' + each for each in fits)}", "Write more of the name.")
    if not fits:
        near = command_names.near(name)
        hint = f"Did you mean {', '.join('/' + each for each in near)}?" if near else "/ lists them all."
        return Refusal(f"there is no action /{name}", hint)
    match fits[0]:
        case "note" | "decide":
            return edits.add(_new("n" if fits[0] == "note" else "d", arguments, context))
        case "rename":
            return _renamed(arguments, context)
        case "remove" if not arguments:
            return _which_to_remove(context)
        case "same" | "as" if arguments:
            from session_tui.model.capture import entry_commands  # what it loads is seldom needed

            return entry_commands.edit_of(fits[0], arguments, context)
        case found:
            return Command(found, arguments)


def _renamed(arguments: str, context: Context) -> Reading:
    """`/rename` opens the row as `/edit` does; with a new name behind the id, it changes the
    name.
    """
    entry_id, text = _first_word(arguments)
    if not text:
        return Command("edit", entry_id)
    entry = find(context.session, entry_id)
    if entry is None:
        raise Refused(f"there is no {entry_id}", "/rename s3 Ruth Vale gives s3 another name; /edit opens the row.")
    if not isinstance(entry, Stakeholder):
        return _changed(entry, replace(entry, text=one_line(text).strip()))
    texts = _texts("s", scan(text, signs=False, quoted_text=True))
    return _changed(entry, replace(entry, name=texts["name"], title=texts["title"] or entry.title))


def _which_to_remove(context: Context) -> Refusal:
    # With the id alone: under the curtain the text of a note must not be shown.
    example = context.highlighted or "s3"
    return Refusal("which entry", f"/remove {example} removes {example}; undo brings it back.")


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


def _with_notes(edit: Put, letter: str, body: str) -> Put:
    """The edit of an entry with remarks on words that are nearly a key."""
    notes = near_keys.words(_scanned(letter, body).typed, letter) if ":" in body else ()
    return replace(edit, notes=notes) if notes else edit


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


_NAMED = lazy_pattern(r"\*(?=\S)")


def named_change_begins(line: str) -> re.Match[str] | None:
    """Whether the line may change a stakeholder by a part of the name (`*ruth`), once marks
    follow.
    """
    found = _NAMED.match(line.lstrip())
    return found if found and not re.match(r"\*[satdpnr][0-9]+(\s|$)", line.lstrip()) else None


def _named_change(line: str) -> tuple[str, str] | None:
    """The typed name and the rest of `*NAME MARKS` or `*NAME remove`; None for any other line,
    which is text.
    """
    if not _NAMED.match(line):
        return None
    if line[1] == '"':
        end = closing_quote(line, 1)
        name, rest = (line[2:end], line[end + 1 :]) if end > 0 else ("", "")
        if rest and not rest[0].isspace():
            return None
    else:
        name, rest = _first_word(line[1:])
    name, rest = "".join(letter for letter, _ in unescaped(name)).strip(), rest.strip()
    if not name or not rest:
        return None
    marks = scan(rest, signs=True, quoted_text=False, removals=True)
    return (name, rest) if rest == "remove" or (marks.marks and not marks.text) else None


def _stakeholder(typed: str, context: Context) -> str:
    """The id of the one stakeholder with this id, name or part of a name."""
    people = context.session.stakeholders
    if any(each.id == typed for each in people):
        return typed
    names = [each.name for each in people if each.name != "?"]
    if not lookup.refers(typed, names):
        some = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
        there = f"There is {some}. " if names else ""
        raise Refused(f"nobody called {typed} is on the map", f"{there}\\* at the beginning makes it text.")
    return lookup.stakeholder(typed, context.session).id


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
    return _marks_for(entry, rest, context, removals=True)


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


def _marks_for(entry: Entry, body: str, context: Context, *, removals: bool = False) -> Edit:
    """The edit of a line of marks: each sets its field, or adds a value to a field with several.

    `removals`: `@-kim` takes a person away, and `, CFO` is the new title of a stakeholder.
    """
    letter = entry.id[0]
    words = scan(body, signs=letter == "s", quoted_text=False, removals=removals)
    title = words.text[1:].strip() if letter == "s" and removals and words.letters[:1] == [(",", False)] else ""
    if words.text and not title:
        meant = " or ".join(map(near_keys.shown, near_keys.found(words.typed, letter).values()))
        do = f"{f'Did you mean {meant}? ' if meant else ''}ctrl+o or /edit {entry.id} changes its text."
        raise Refused(f"“{words.text}” is text; here are marks alone", do)
    values = fields.values(letter, words.marks, context, entry.id, entry)
    for name in fields.SEVERAL:
        if name in values:
            values[name] = tuple(dict.fromkeys((*getattr(entry, name), *values[name])))
    values = fields.without_removed(letter, words.marks, entry, values)
    if title:
        values["title"] = one_line(title).strip()
    return _changed(entry, replace(entry, **values))


def _changed(entry: Entry, after: Entry) -> Edit:
    if after == entry:
        raise Refused(f"{entry.id} is like that already", same=True)
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
        return _action(line, context)
    prefix = _PREFIX.match(line)
    if prefix and _LETTER_OF_PREFIX[prefix[1]] != letter:
        what = f"{entry.id} is {_WHAT[letter]}, and stays one"
        raise Refused(what, f"/as {_LETTER_OF_PREFIX[prefix[1]]} {entry.id} makes another kind of it.")
    body = line[prefix.end() :] if prefix else line
    if letter in _PLAIN:
        if not one_line(body).strip() and one_line(headline_text(entry)).strip():
            return edits.remove(context.session, entry)
        return edits.change(entry, _with_values(entry, {"text": one_line(body).strip()}))
    words = scan(body, signs=letter == "s", quoted_text=letter == "s", removals=True)
    defaults = {name: getattr(_DEFAULTS[letter], name) for name in fields.PLACES[letter].values()}
    marked = fields.values(letter, words.marks, context, entry.id, entry)
    marked = fields.without_removed(letter, words.marks, None, marked)
    texts = _texts(letter, words, nameless=not one_line(headline_text(entry)).strip())
    edit = edits.change(entry, _unaccepted(entry, _with_values(entry, defaults | marked | texts)))
    return _with_notes(edit, letter, body)


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
