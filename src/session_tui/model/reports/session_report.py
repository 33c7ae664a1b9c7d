"""The session report: a session as sections of items, in reading order, from the outcome to the
use of time.

It is text alone; the screen, `show`, Markdown, HTML and e-mail each render it in their own way.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from session_tui.model import credit, dates, formats, judgements
from session_tui.model.analysis import by_risk, were_there
from session_tui.model.crm.cell import web_address
from session_tui.model.name_keys import name_key
from session_tui.model.reports import report_items
from session_tui.model.reports.report_items import Item
from session_tui.model.session import ActionItem, Part, Session
from session_tui.model.stakeholder_map.status import standing
from session_tui.model.timebox import clock_text
from session_tui.model.vocabulary import OUTCOME_WORDS, PART_WORDS

NOBODY = "Nobody yet"
ABSENT = "was not there"


class Group(Struct, frozen=True):
    """Items under a title, such as an owner's name; the title of a section's only group is empty.

    `ownerless` marks the actions without an owner.
    """

    title: str
    items: tuple[Item, ...]
    ownerless: bool = False


class Section(Struct, frozen=True):
    """The items of one kind; `remark` sums them up."""

    title: str
    groups: tuple[Group, ...]
    remark: str = ""


class SessionReport(Struct, frozen=True):
    """A whole session as text. The texts are unchanged from the file: the renderer makes them
    safe.

    `verdict` is the outcome in words; `about` are (name, text) pairs with the facts of the
    meeting. `link` is the address of the deal's record in the CRM, which is one of these texts.
    `without` stands where there is no section.
    """

    id: str
    account: str
    deal: str
    verdict: str
    headline: str = ""
    about: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    link: str = ""
    without: str = "Nothing was entered in this session."


def sheet(
    session: Session, today: date, later: Sequence[Session] = (), *, full: bool = True, lasting: bool = False
) -> SessionReport:
    """Build the report of a session; `later` are the sessions that continue it, oldest first, with
    later results of its actions and assumptions.

    Sections without entries are left out. Without `full` the report has no power, no support and
    nothing derived from them, and people are in the order of the file. A `lasting` report is read
    on any later day: it has dates, and nothing is overdue, today or tomorrow.
    """
    return SessionReport(
        session.id,
        _joined(session.account, session.zone),
        _deal(session, today),
        _verdict(session),
        session.headline,
        tuple((name, words) for name, words in _about(session, today, later) if words),
        tuple(_sections(session, today, later, full=full, lasting=lasting)),
        web_address(session.crm_url),
    )


def by_owner(actions: Iterable[tuple[ActionItem, Item]], there: Collection[str] = ()) -> tuple[Group, ...]:
    """Group actions by owner: first those without an owner, then owners with open actions by due
    date, then the others.

    Owners of open actions who did not attend are marked; `there` are the name keys of the
    attendees.
    """
    names: dict[str, str] = {}
    by_key: dict[str, list[tuple[ActionItem, Item]]] = {}
    for action, item in actions:
        key = name_key(action.owner)
        names.setdefault(key, action.owner or NOBODY)
        by_key.setdefault(key, []).append((action, item))

    def order(key: str) -> tuple[bool, bool, date]:
        open_actions = [action for action, _ in by_key[key] if action.status == "open"]
        return not open_actions, bool(key), min((action.due or date.max for action in open_actions), default=date.max)

    def title(key: str) -> str:
        absent = there and key and key not in there and any(action.status == "open" for action, _ in by_key[key])
        return f"{names[key]} ({ABSENT})" if absent else names[key]

    return tuple(
        Group(title(key), tuple(item for _, item in sorted(by_key[key], key=lambda each: _by_date(each[0]))), not key)
        for key in sorted(by_key, key=order)
    )


def tally(actions: Iterable[ActionItem], today: date | None) -> str:
    """Count the open, overdue, ownerless, done and dropped actions, in words.

    Without `today` the text is about the day of the session, and no action is overdue.
    """
    all_actions = tuple(actions)
    open_actions = [action for action in all_actions if action.status == "open"]
    overdue = sum(1 for action in open_actions if today and action.due and action.due < today)
    ownerless = sum(1 for action in open_actions if not action.owner)
    counts = (
        (len(open_actions), "open" if today else "open then"),
        (overdue, "overdue"),
        (ownerless, "without an owner"),
        (sum(1 for action in all_actions if action.status == "done"), "done"),
        (sum(1 for action in all_actions if action.status == "dropped"), "dropped"),
    )
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def _by_date(action: ActionItem) -> tuple[int, date]:
    return ("open", "done", "dropped").index(action.status), action.due or date.max


def _deal(session: Session, today: date) -> str:
    close = f"closes {dates.words(session.close_on, today)}" if session.close_on else ""
    return _joined(session.opportunity, session.phase, formats.amount(session.amount, session.currency), close)


def _verdict(session: Session) -> str:
    if session.outcome:
        return OUTCOME_WORDS[session.outcome].capitalize()
    return {
        "prepared": "Prepared, not begun",
        "live": "Live, not ended",
        "cancelled": "Cancelled",
        "held": "Held without an outcome",
    }[session.status]


def _about(session: Session, today: date, later: Sequence[Session]) -> Iterator[tuple[str, str]]:
    yield "When", _when(session, today)
    there = [f"{each.name} ({each.role})" if each.role else each.name for each in session.attendees]
    known = {name_key(each.name) for each in session.attendees}
    if session.facilitator and name_key(session.facilitator) not in known:
        there.append(f"{session.facilitator} (facilitator)")
    yield "There", ", ".join(there)
    yield "Condition", session.condition
    yield "Plan", _plan(session, today)
    shares = ", ".join(f"{each.name} {each.percent:g} %" for each in session.credit_split)
    unsettled = "" if credit.settled(session.credit_split) else f" ({credit.words(session.credit_split)})"
    yield "Credit", f"{shares}{unsettled}" if shares else ""
    if session.value is not None and session.value.hours_saved is not None:
        yield "Worth", f"{session.value.hours_saved:g} hours saved (an estimate)"
    yield "CRM record", session.crm_id
    yield "CRM link", session.crm_url
    yield "Session", session.id + (f", {session.status}" if session.outcome and session.status != "held" else "")
    yield "Before", session.previous
    yield "Latest", later[-1].id if later else ""


def _when(session: Session, today: date) -> str:
    if session.started_at is None:
        return ""
    began = session.started_at.astimezone()
    words = f"{dates.words(began.date(), today)}, {began:%H:%M}"
    if session.ended_at is not None:
        ended = session.ended_at.astimezone()
        other = f"{dates.words(ended.date(), today)}, " if ended.date() != began.date() else ""
        words += f" to {other}{ended:%H:%M}"
    spent, planned = _total(session.parts)
    return f"{words}; {formats.count(round(spent / 60), 'minute')}, {planned} planned" if spent else words


def _plan(session: Session, today: date) -> str:
    plan = session.plan
    if plan is None or not plan.source:
        return ""
    read = [
        f"{each.name} {dates.words(each.read_at.astimezone().date(), today)}" if each.read_at else each.name
        for each in plan.readers
    ]
    comments = f"; {formats.count(len(plan.comments), 'comment')}" if plan.comments else ""
    return f"{plan.source}, read by {', '.join(read) or 'nobody'}{comments}"


def _sections(
    session: Session, today: date, later: Sequence[Session], *, full: bool, lasting: bool
) -> Iterator[Section]:
    if session.action_items:
        actions = [
            (each, report_items.of_action(session, each, today, later, lasting=lasting))
            for each in session.action_items
        ]
        remark = tally(session.action_items, None if later or lasting else today)
        yield Section("Action items", by_owner(actions, were_there(session)), remark)
    untested = tuple(
        report_items.of_assumption(session, each, today, later, lasting=lasting) for each in by_risk(session)
    )
    tested = tuple(
        report_items.of_assumption(session, each, today, later, lasting=lasting)
        for each in session.assumptions
        if each.status != "untested"
    )
    yield from _plain("Riskiest assumptions", untested, "the one with the most at risk first" if untested[1:] else "")
    yield from _plain("What was tested", tested)
    yield from _plain("Decisions", tuple(Item(each.text, each.id) for each in session.decisions))
    if session.stakeholders:
        yield from _people(session, full=full)
    yield from _plain("Recognition", tuple(Item(each.text, each.id) for each in session.recognitions))
    yield from _plain("Parking lot", tuple(Item(each.text, each.id) for each in session.parking_lot))
    yield from _plain("Notes", tuple(Item(each.text, each.id) for each in session.notes))
    yield from _plain(
        "Changed since it ended", tuple(report_items.of_change(session, e, today) for e in session.changes)
    )
    if session.clock and session.parts:
        spent, planned = _total(session.parts)
        yield from _plain("Time kept", tuple(map(_part, session.parts)), f"{clock_text(spent)} of {planned}:00")


def _people(session: Session, *, full: bool) -> Iterator[Section]:
    people, remark = session.stakeholders, ""
    if full:
        people = tuple(sorted(people, key=lambda person: -judgements.power_order(person.power)))
        now = standing(session)
        remark = f"map {now.words}: {now.reason}"
    yield from _plain("People", tuple(report_items.of_stakeholder(session, each, full=full) for each in people), remark)


def _plain(title: str, items: tuple[Item, ...], remark: str = "") -> Iterator[Section]:
    if items:
        yield Section(title, (Group("", items),), remark)


def _part(part: Part) -> Item:
    over = part.spent_seconds - 60 * part.minutes
    facts = (f"{clock_text(over)} over",) if over > 0 else ()
    lead = f"{clock_text(part.spent_seconds)} of {part.minutes}:00"
    return Item(part.title or PART_WORDS[part.kind], lead=lead, facts=facts)


def _total(parts: Iterable[Part]) -> tuple[int, int]:
    all_parts = tuple(parts)
    return sum(part.spent_seconds for part in all_parts), sum(part.minutes for part in all_parts)


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)
