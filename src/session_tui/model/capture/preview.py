"""The preview of a line: the screen shows it above the line, the line-by-line mode prints it.

What is printed may be read aloud, so there each value says what it is, and no sign stands alone.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from session_tui.model import dates, formats, glyphs, judgements
from session_tui.model.analysis import called, ours
from session_tui.model.capture import namesakes
from session_tui.model.capture.lookup import is_new
from session_tui.model.capture.result import Command, Reading, Refusal
from session_tui.model.edits import EntryReplacement, Put, Several
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Assumption, Entry, Session, Stakeholder, headline_text
from session_tui.model.vocabulary import COVERAGE_WORDS, EVIDENCE_WORDS, ROLE_WORDS

_NO_NAMES: Mapping[str, str] = {}
_LISTS = {"decisions": "decision", "parking_lot": "parked", "notes": "note", "recognitions": "recognition"}


class Preview(Struct, frozen=True):
    """What a line will do. `verb` is adds, changes, keeps, removes, does, or empty.

    `cells` are the values of the entry, its text first; `notes` are warnings (a new name, a date
    in the past); the `urgent` first ones stand before the values where a line may be cut. The
    texts are as typed; the code that shows them makes them safe.
    """

    verb: str
    id: str
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    urgent: int = 0

    def __str__(self) -> str:
        change = " ".join(each for each in (self.verb, self.id) if each)
        return "  ".join(each for each in (change, " · ".join(self.cells), *self.notes) if each)

    def spoken(self) -> str:
        """The same to be heard: `adds s1: Ruth Vale, CFO; approver; power 5, non-supporter.`"""
        change = " ".join(each for each in (self.verb, self.id) if each)
        values = "; ".join((*self.cells, *self.notes))
        return f"{change}: {values}." if change and values else f"{change}{values}."


def preview(
    reading: Reading,
    session: Session,
    today: date,
    people: tuple[str, ...] = (),
    load: Mapping[str, int] | None = None,
    *,
    entered: bool = False,
    spoken: bool = False,
) -> Preview:
    """The preview of a reading; empty for a refusal, which has its own text.

    `load` is the number of open actions that each person has in other sessions, by `name_key`.
    `entered`: the preview confirms the edit, and tab does nothing to it any more. `spoken`: its
    values are to be heard.
    """
    match reading:
        case Refusal():
            return Preview("", "", ())
        case Command(name, arguments):
            return Preview("does", "", (f"/{name} {arguments}".strip(),))
        case Put(where, id_, old, None) if id_:
            return Preview("removes", id_, (headline_text(old),), _serving(session, id_))
        case Put(where, id_, old, new) if id_:
            verb = "adds" if old is None else "keeps" if old == new else "changes"
            kind = (_LISTS[where],) if where in _LISTS else ()
            already = _already(new, session, load) if load is not None else 0
            values = cells(new, today, already, names_of(session), spoken=spoken)
            notes, known = _notes(new, old, session, today, people), tuple[str, ...]()
            if isinstance(new, Stakeholder) and (old is None or old.name != new.name):
                known = namesakes.words(new, session, people, entered=entered)
            known += reading.notes
            return Preview(verb, id_, (*kind, *values), (*known, *notes), len(known))
        case EntryReplacement(shown=shown, notes=notes):
            made = preview(shown, session, today, people, load, entered=True, spoken=spoken)
            return Preview(made.verb, made.id, made.cells, (*notes, *made.notes), len(notes))
        case Several(several) if any(isinstance(each, Put) and each.new is None for each in several):
            return preview(several[-1], session, today, people, load, entered=entered, spoken=spoken)
        case Several(several):
            return Preview("adds", "", (f"{len(several)} entries",))
        case _:
            return Preview("changes", "", ())


def names_of(session: Session) -> dict[str, str]:
    """The stakeholders' names by id."""
    return {person.id: called(person) for person in session.stakeholders}


def cells(
    entry: Entry, today: date, already: int = 0, names: Mapping[str, str] = _NO_NAMES, *, spoken: bool = False
) -> tuple[str, ...]:
    """The values of an entry in words, its text first.

    `already` is the number of other open actions that the owner of an action has. `names` are
    those of stakeholders, shown behind their ids. `spoken`: no value is a sign alone.
    """

    def referred(*ids: str) -> str:
        return ", ".join(f"{each} {names.get(each, '')}".strip() for each in ids)

    match entry:
        case Stakeholder():
            unnamed = spoken and entry.name == "?"
            name = called(entry) if unnamed else formats.person(entry.name, entry.title)
            some: tuple[str, ...] = (
                ROLE_WORDS[entry.buying_role] if entry.buying_role != "unknown" else "",
                judgements.stand(entry.power, entry.support),
                f"coverage {COVERAGE_WORDS[entry.coverage]}" if entry.coverage != "unknown" else "",
                f"covered by {', '.join(entry.covered_by)}" if entry.covered_by else "covered by nobody",
                f"reports to {referred(entry.reports_to)}" if entry.reports_to else "",
                f"influences {referred(*entry.influences)}" if entry.influences else "",
                f"pain: {entry.pain}" if entry.pain else "",
                f"note: {entry.note}" if entry.note else "",
            )
            return (name, *(each for each in some if each))
        case Assumption():
            some = (
                f"importance {entry.importance}" if spoken else _bar(entry.importance),
                f"{'evidence ' if spoken else ''}{entry.evidence} {EVIDENCE_WORDS[entry.evidence]}",
                "" if entry.status == "untested" else entry.status,
                entry.result,
                f"tests: {entry.tested_by or 'nobody'}",
                _due(entry.due, today),
                f"note: {entry.note}" if entry.note else "",
            )
            return (entry.text, *(each for each in some if each))
        case ActionItem():
            some = (
                f"owner: {entry.owner or 'nobody'}{f' ({already} open already)' if already else ''}",
                _due(entry.due, today),
                f"for {referred(*entry.about)}" if entry.about else "",
                "" if entry.status == "open" else entry.status,
                entry.result,
                "owner said yes" if entry.accepted_at else "",
                f"note: {entry.note}" if entry.note else "",
            )
            return (entry.text, *(each for each in some if each))
        case _:
            return (entry.text,)


def _bar(value: int) -> str:
    return glyphs.MUCH * value + glyphs.LITTLE * (5 - value)


def _already(new: Entry, session: Session, load: Mapping[str, int]) -> int:
    """The number of open actions of an action's owner in all sessions, without this one."""
    if not isinstance(new, ActionItem) or not new.owner:
        return 0
    owner = name_key(new.owner)
    here = (each for each in session.action_items if each.id != new.id and each.status == "open")
    return load.get(owner, 0) + sum(name_key(each.owner) == owner for each in here)


def _due(day: date | None, today: date) -> str:
    return f"due: {dates.words(day, today)}" if day else "due: no date"


def _notes(new: Entry, old: Entry | None, session: Session, today: date, people: tuple[str, ...]) -> tuple[str, ...]:
    named: tuple[str, ...] = ()
    due = None
    match new:
        case Stakeholder():
            named = new.covered_by
        case Assumption():
            named, due = (new.tested_by,), new.due
        case ActionItem():
            named, due = (new.owner,), new.due
    theirs = isinstance(new, ActionItem)
    known = [*ours(session, people), *(each.name for each in session.stakeholders if theirs and each.name != "?")]
    new_names = (name for name in named if name and is_new(name, session, people, theirs=theirs))
    notes = [namesakes.new_words(name, known) for name in new_names]
    if due and due < today and due != getattr(old, "due", None):
        notes.append("this date is past")
    return tuple(notes)


def _serving(session: Session, entry_id: str) -> tuple[str, ...]:
    serving = [action.id for action in session.action_items if entry_id in action.about]
    return (f"{', '.join(serving)} served it",) if serving else ()
