"""Marks as values of an entry's fields: the marks of each kind of entry, and their values."""

from datetime import date
from typing import Any

from session_tui.model import dates
from session_tui.model.capture import lookup
from session_tui.model.capture.lexer import SIGNS, UNJUDGED, Token
from session_tui.model.capture.result import Context, Refused
from session_tui.model.edits import circle
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import one_line
from session_tui.model.vocabulary import BUYING_ROLES, COVERAGES, SUPPORT_WORDS

KINDS = {"s": "a stakeholder", "a": "an assumption", "t": "an action"}
PLACES: dict[str, dict[str, str]] = {
    "s": {
        "@": "covered_by", "!": "power", "power": "power", "sign": "support", "sup": "support",
        "role": "buying_role", "cov": "coverage",
        "to": "reports_to", "inf": "influences", "pain": "pain", "note": "note",
    },
    "a": {
        "@": "tested_by", "!": "importance", "power": "importance", "%": "evidence", "ev": "evidence", "due": "due",
        "note": "note",
    },
    "t": {"@": "owner", "due": "due", "for": "about", "note": "note"},
}  # fmt: skip
SEVERAL = ("covered_by", "influences", "about")
_SHOWN = {"@": "@name", "!": "!", "%": "%", "sign": "a support sign"}


def values(letter: str, marks: tuple[Token, ...], context: Context, entry_id: str, keeps: Any = None) -> dict[str, Any]:
    """Field values from marks.

    Raises `Refused` for a mark that is misplaced, repeated or not valid.

    `keeps` is the entry before the change: an id that it refers to already is accepted even if no
    entry has that id any more.
    """
    result: dict[str, Any] = {}
    for mark in marks:
        if mark.name == "@-":
            continue  # `without_removed` applies it to the values of all other marks
        place = PLACES[letter].get(mark.name)
        shown = _SHOWN.get(mark.name, f"{mark.name}:")
        if place is None:
            raise Refused(f"{KINDS[letter]} has no place for {shown}", _where(mark.name))
        value = _value(letter, place, mark, context, entry_id, keeps)
        if place in SEVERAL:
            result[place] = tuple(dict.fromkeys((*result.get(place, ()), value)))
        elif place in result:
            raise Refused(_twice(letter, place, shown))
        else:
            result[place] = value
    return result


def without_removed(letter: str, marks: tuple[Token, ...], entry: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values without the people whom `@-kim` takes away.

    A person is looked for among those of `entry` (None: an edit, in which the line alone holds)
    and of the other marks. Raises `Refused` where no person, or several, have this name.
    """
    removed = [one_line(mark.value).strip() for mark in marks if mark.name == "@-"]
    if not removed:
        return values
    place = PLACES[letter]["@"]
    several = place in SEVERAL
    new = values.get(place, () if several else "")
    old = getattr(entry, place) if entry is not None else new
    people = {one: one_line(one).strip() for one in (*old, *new) if one} if several else {old: one_line(old).strip()}
    gone = set()
    for typed in removed:
        name = lookup.known_one(typed, [each for each in people.values() if each])
        if not name:
            there = ", ".join(each for each in people.values() if each)
            raise Refused(f"nobody called {typed} is named here", f"There is {there}." if there else "")
        gone |= {each for each, shown in people.items() if name_key(shown) == name_key(name)}
    if several:
        return values | {place: tuple(each for each in (new or old) if each not in gone)}
    return values if new and new not in gone else values | {place: ""}


def _twice(letter: str, place: str, shown: str) -> str:
    if place == "owner":
        return "an action has exactly one owner; two are named"
    return "one person tests an assumption; two are named" if place == "tested_by" else f"{shown} is given twice"


def _where(name: str) -> str:
    kinds = [KINDS[letter] for letter, places in PLACES.items() if name in places]
    return f"It belongs to {' or '.join(kinds)}; \\ before it makes it text."


def _value(letter: str, place: str, mark: Token, context: Context, entry_id: str, keeps: Any) -> Any:
    match place:
        case "covered_by" | "tested_by" | "owner":
            return _named(mark.value, context, place, keeps)
        case "power" | "support" if mark.value == UNJUDGED:
            return None
        case "power" | "importance" | "evidence":
            return _one_to_five(place, mark)
        case "support":
            return _support(mark)
        case "buying_role":
            return _word(mark, BUYING_ROLES)
        case "coverage":
            return _word(mark, COVERAGES)
        case "reports_to":
            return _boss(mark.value, context, entry_id, keeps)
        case "influences":
            return _influenced(mark.value, context, entry_id, keeps)
        case "about":
            existing = _existing(mark.value, keeps.about) if keeps else None
            return lookup.served(mark.value, context.session) if existing is None else existing
        case "due":
            return _date(mark.value, context.today)
        case _:
            return one_line(mark.value).strip()


def _named(typed: str, context: Context, place: str, keeps: Any) -> str:
    wanted = one_line(typed).strip()
    if not wanted:
        raise Refused("a name is missing after @")
    existing = getattr(keeps, place, ())
    for name in (existing,) if isinstance(existing, str) else existing:
        if one_line(name).strip() == wanted:
            return str(name)
    return lookup.person(wanted, context, theirs=place == "owner")


def _one_to_five(place: str, mark: Token) -> int:
    if mark.value not in ("1", "2", "3", "4", "5"):
        raise Refused(f"{place} {mark.value} is not between 1 and 5")
    return int(mark.value)


def _support(mark: Token) -> int:
    if mark.value in SIGNS:
        return SIGNS[mark.value]
    supports = {words: support for support, words in SUPPORT_WORDS.items()}
    return supports[_word(mark, tuple(supports))]


def _word(mark: Token, known: tuple[str, ...]) -> str:
    typed = _plain(mark.value)
    fitting = [word for word in known if _plain(word) == typed] or [
        word for word in known if _plain(word).startswith(typed)
    ]
    if len(fitting) != 1:
        what = f"{mark.name}:{mark.value} fits {' and '.join(fitting)}" if fitting else f"{mark.value} is none of these"
        raise Refused(what, f"{mark.name}: takes {', '.join(known)}.")
    return fitting[0]


def _plain(word: str) -> str:
    return word.lower().replace(" ", "_").replace("-", "_")


def _existing(typed: str, ids: tuple[str, ...]) -> str | None:
    """The id that the entry refers to already, as written in the file; else None."""
    return next((each for each in ids if each and one_line(each) == typed), None)


def _boss(typed: str, context: Context, entry_id: str, keeps: Any) -> str:
    if keeps and (existing := _existing(typed, (keeps.reports_to,))) is not None:
        return existing
    boss = lookup.stakeholder(typed, context.session)
    if ring := circle(context.session.stakeholders, entry_id, boss.id):
        raise Refused(f"that closes a circle: {' reports to '.join(ring)}")
    return boss.id


def _influenced(typed: str, context: Context, entry_id: str, keeps: Any) -> str:
    if keeps and (existing := _existing(typed, keeps.influences)) is not None:
        return existing
    person = lookup.stakeholder(typed, context.session)
    if person.id == entry_id:
        raise Refused(f"{entry_id} cannot influence itself")
    return person.id


def _date(typed: str, today: date) -> date:
    day = dates.read(typed, today)
    if day is None:
        raise Refused(f"due:{typed} is not a date", f"due: takes {dates.KNOWN}.")
    return day
