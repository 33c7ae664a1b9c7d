"""Completions of the word at the cursor: people, stakeholders, keywords and values, commands."""

from collections.abc import Iterable

from msgspec import Struct

from session_tui.model import dates
from session_tui.model.analysis import ours
from session_tui.model.capture import lookup, namesakes
from session_tui.model.capture.command_names import KIND_WORDS
from session_tui.model.capture.fields import PLACES
from session_tui.model.capture.formatter import change_of, quoted
from session_tui.model.capture.parser import STATES, letter_of, named_change_begins, read
from session_tui.model.capture.result import SLASH_COMMANDS, Context
from session_tui.model.edits import Put
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import LISTS, Stakeholder, entries, headline_text
from session_tui.model.vocabulary import BUYING_ROLES, COVERAGES, EVIDENCE_WORDS, OUTCOME_WORDS, SUPPORT_WORDS

MOST = 8
_NUMBERS = ("!", "%")
_CHANGE_BEGINS = lazy_pattern(r"\*([satdpnr])[0-9]+\s+")
_STATED = lazy_pattern(rf"\*[satdpnr][0-9]+\s+({'|'.join(STATES)})\s")  # a result follows, which is text


class Completion(Struct, frozen=True):
    """The whole line after the completion, the position of its cursor, and the label to show."""

    text: str
    cursor: int
    shows: str


def complete(line: str, cursor: int, context: Context) -> tuple[Completion, ...]:
    """The completions for the word that ends at the cursor, best first; none inside a word."""
    if line[cursor : cursor + 1].strip() or _STATED.match(line):
        return ()
    begins = max(line.rfind(" ", 0, cursor), line.rfind("\t", 0, cursor)) + 1
    quote = _open_quote(line, cursor)
    begins = begins if quote < 0 else quote
    word = line[begins:cursor]
    found: Iterable[tuple[str, str]]
    if begins == 0 and len(word) > 1 and named_change_begins(word):
        found = _people_to_change(word, context)
    elif line.startswith("/"):
        found = _actions(line[:cursor], word, begins, context)
    elif changed := _CHANGE_BEGINS.fullmatch(line, 0, begins):
        found = [*_states(changed[1], word), *_values(word, changed[1], context)]
    else:
        found = _values(word, letter_of(line, context), context)
    completions = []
    for value, shows in found:
        if value.rstrip() != word:
            text = line[:begins] + value + line[cursor:].lstrip(" ")
            completions.append(Completion(text, begins + len(value), shows))
        if len(completions) == MOST:
            break
    if line[cursor:].strip() or context.editing or line[:1] in ("/", "*", ""):
        return tuple(completions)
    return _with_namesake(line, completions, context)


def _with_namesake(line: str, completions: list[Completion], context: Context) -> tuple[Completion, ...]:
    """The completions, and one that makes a change of the person whose name is typed.

    It comes first for the very name, and last for a similar one.
    """
    reading = read(line, context) if letter_of(line, context) == "s" else None
    new = reading.new if isinstance(reading, Put) and reading.old is None else None
    if not isinstance(new, Stakeholder):
        return tuple(completions)
    known = namesakes.same(new, context.session)
    near = () if known or completions else namesakes.similar(new, context.session)[:1]
    for person in (known,) if known else near:
        text = change_of(person, new)
        found = Completion(text, len(text), f"{text.strip()}  {person.name}")
        completions = [found, *completions] if known else [*completions, found]
    return tuple(completions[:MOST])


def _open_quote(line: str, cursor: int) -> int:
    """The position of a mark whose quote is still open, or -1."""
    opening = line.rfind('"', 0, cursor)
    if opening < 0 or line.count('"', 0, cursor) % 2 == 0:
        return -1
    begins = line.rfind(" ", 0, opening) + 1
    return begins if line[begins:opening].endswith(("@", ":")) else -1


def _people_to_change(word: str, context: Context) -> list[tuple[str, str]]:
    """The stakeholders whose name has this part, by the ids that a change takes."""
    people = [each for each in context.session.stakeholders if each.name != "?"]
    fitting = lookup.offered(word[1:].strip('"'), [each.name for each in people])
    return [(f"*{each.id} ", f"*{each.id} {each.name}") for each in people if each.name in fitting]


def _states(letter: str, word: str) -> list[tuple[str, str]]:
    return [(f"{state} ", state) for state, letters in STATES.items() if letter in letters and state.startswith(word)]


def _actions(line: str, word: str, begins: int, context: Context) -> Iterable[tuple[str, str]]:
    if begins == 0:
        fitting = ((name, takes) for name, takes in SLASH_COMMANDS.items() if name.startswith(word[1:]))
        return [(f"/{name} ", f"/{name} {takes}".strip()) for name, takes in fitting]
    if line.startswith("/end ") and begins == len("/end "):
        return [(f"{words} ", words) for words in OUTCOME_WORDS.values() if words.startswith(word.lower())]
    if line == "/as " or (line.startswith("/as ") and begins == len("/as ")):
        return [(f"{letter} ", f"{letter} {name}") for letter, name in KIND_WORDS.items() if letter.startswith(word)]
    if line.startswith("/same "):
        return [(f"{each.id} ", f"{each.id} {each.name}") for each in context.session.stakeholders if word in each.id]
    if line[:begins] in ("/remove ", "/edit ") and word:
        matches = [entry for letter in LISTS for entry in entries(context.session, letter) if entry.id.startswith(word)]
        return [(entry.id, f"{entry.id} {headline_text(entry)[:30]}") for entry in matches]
    return []


def _values(word: str, letter: str, context: Context) -> list[tuple[str, str]]:
    places = PLACES.get(letter, {})
    if word.startswith("@") and places:
        return [(f"@{quoted(name)} ", name) for name in _people(word[1:].strip('"'), letter, context)]
    keyword, colon, typed = word.partition(":")
    if word[:1] in _NUMBERS and word[:1] in places:
        return _numbers(word[0], word[1:], places[word[0]])
    if not colon:
        return [
            (f"{name}:", f"{name}:")
            for name in places
            if len(word) > 1 and len(name) > 1 and name != "sign" and name.startswith(word)
        ]
    if keyword not in places:
        return []
    typed = typed.strip('"')
    match keyword:
        case "role" | "cov":
            known = BUYING_ROLES if keyword == "role" else COVERAGES
            return [(f"{keyword}:{each} ", each.replace("_", " ")) for each in known if each.startswith(typed.lower())]
        case "sup":
            return [(f"sup:{each} ", each) for each in SUPPORT_WORDS.values() if each.startswith(typed.lower())]
        case "to" | "inf" | "for":
            return _entries(keyword, typed, context)
        case "due":
            return _dates(typed, context)
        case "ev" | "power":
            return _numbers(f"{keyword}:", typed, places[keyword])
        case _:
            return []


def _numbers(mark: str, typed: str, place: str) -> list[tuple[str, str]]:
    words = EVIDENCE_WORDS if place == "evidence" else dict.fromkeys(range(1, 6), place)
    return [(f"{mark}{n} ", f"{n} {words[n]}") for n in words if str(n).startswith(typed)]


def _people(typed: str, letter: str, context: Context) -> tuple[str, ...]:
    names = list(ours(context.session, context.people))
    if letter == "t":
        names += [each.name for each in context.session.stakeholders if each.name != "?"]
    return lookup.offered(typed, names)


def _entries(keyword: str, typed: str, context: Context) -> list[tuple[str, str]]:
    people = {each.id: each.name for each in context.session.stakeholders}
    fitting = lookup.offered(typed, people.values()) if typed else tuple(people.values())
    order = {name: at for at, name in enumerate(fitting)}
    found = [
        (f"{keyword}:{each} ", f"{each} {name}")
        for each, name in sorted(people.items(), key=lambda person: order.get(person[1], len(order)))
        if name in order or each.startswith(typed)
    ]
    if keyword == "for":
        beliefs = [(each.id, headline_text(each)) for each in context.session.assumptions]
        found += [(f"for:{each} ", f"{each} {text[:30]}") for each, text in beliefs if each.startswith(typed)]
    return found


def _dates(typed: str, context: Context) -> list[tuple[str, str]]:
    words = [word for word in dates.WORDS if word.startswith(typed.lower())]
    days = [(word, dates.read(word, context.today)) for word in words]
    return [(f"due:{word} ", f"{word} {dates.words(day, context.today)}") for word, day in days if day]
