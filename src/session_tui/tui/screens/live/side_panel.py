"""The texts of the side panel: prompts, the last session, the plan, decisions, parked entries."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from session_tui.model import dates, formats, glyphs
from session_tui.model.attendance import expected
from session_tui.model.carry_forward import news, offered, promises
from session_tui.model.history import Past
from session_tui.model.session import Session
from session_tui.model.vocabulary import OUTCOME_WORDS
from session_tui.tui.tables import markers

if TYPE_CHECKING:
    from session_tui.model.team.enemies import HabitsReport

Lines = tuple[tuple[str, str], ...]
Section = tuple[str, Lines]
MOST = 8  # lines a section has at the most
_ACTION_SIGNS = {"open": glyphs.OPEN, "done": glyphs.DONE, "dropped": glyphs.NOT}
_SETTLED = {
    "done": (glyphs.DONE, "done"),
    "dropped": (glyphs.NOT, "dropped"),
    "validated": (glyphs.DONE, "true"),
    "invalidated": (glyphs.NOT, "wrong"),
}


def sections(
    session: Session,
    past: Past,
    today: date,
    curtain: bool,
    questions: tuple[tuple[str, str], ...] = (),
    enemies: "HabitsReport | None" = None,
) -> tuple[Section, ...]:
    """Return the panel's sections that are not empty. `questions` are (role, text) of this part;
    `enemies` is the newest round about the account. With the `curtain`, session and past come
    without what it covers.
    """
    last = past.last
    found = (
        _enemies(enemies, curtain),  # one line; further down it would be out of sight
        _last_time(session, past, today, curtain),
        _changed(session, past, today),
        _news(last, today),
        _questions(questions),
        _offered(session, last),
        _plan(session, curtain),
        _decided(session),
        _parked(session),
        _recognised(session),
        _there(session, last),
    )
    return tuple(section for section in found if section[1])


def _questions(questions: tuple[tuple[str, str], ...]) -> Section:
    lines: list[tuple[str, str]] = []
    for role, text in questions:
        lines += [(f"{role}:", "muted"), (text, "")]
    return "QUESTIONS", tuple(lines)


def _last_time(session: Session, past: Past, today: date, curtain: bool) -> Section:
    last = past.last
    if last is None:
        return "LAST TIME", ()
    when = f"LAST TIME · {dates.short(_local(last.started_at), today)}" if last.started_at else "LAST TIME"
    lines: list[tuple[str, str]] = []
    if last.outcome:
        lines.append((f"{OUTCOME_WORDS[last.outcome].capitalize()}: {last.headline or '-'}", "strong"))
    # Carried entries show their state in this session.
    promised = promises(session) or last.action_items
    for action in promised[:MOST]:
        late = " · overdue" if not curtain and action.status == "open" and action.due and action.due < today else ""
        many = past.slips(session, action)
        slipped = f" · moved {many}×" if many else ""
        who = action.owner or "nobody"
        words = f"{_ACTION_SIGNS[action.status]} {action.text} · {who}{slipped}{late}"
        lines.append((words, "" if action.status == "open" else "muted"))
    if len(promised) > MOST:
        lines.append((f"and {len(promised) - MOST} more", "muted"))
    return when, tuple(lines)


def _changed(session: Session, past: Past, today: date) -> Section:
    return "CHANGED SINCE", tuple((f"{name} {words}", "warn") for name, words in markers.deal(session, past, today))


def _news(last: Session | None, today: date) -> Section:
    lines = []
    for each in news(last)[:MOST] if last else ():
        entry = each.entry
        sign, word = _SETTLED[entry.status]
        when = f" {dates.short(_local(each.change.at), today)}" if each.change else ""
        result = f": {entry.result}" if entry.result else ""
        lines.append((f"{sign} {entry.text} · {word}{when}{result}", "bad" if word == "wrong" else "muted"))
    return "SETTLED SINCE", tuple(lines)


def _offered(session: Session, last: Session | None) -> Section:
    found = offered(session, last) if last else ()
    lines = [(f"{each.id}  {each.text}", "muted") for each in found[:MOST]]
    return "PARKED LAST TIME", (*lines, ("/park ID parks it again", "accent")) if lines else ()


def _plan(session: Session, curtain: bool) -> Section:
    plan = session.plan
    if plan is None:
        return "PLAN", ()
    current = {reader.name for reader in plan.readers if reader.sha256 == plan.sha256}
    there = {attendee.name for attendee in session.attendees} | {session.facilitator} - {""}
    lines: list[tuple[str, str]] = [(plan.source, "muted")]
    if current:
        lines.append((f"read by {', '.join(sorted(current))}", ""))
    if not curtain and (unread := sorted(there - current)):
        lines.append((f"not by {', '.join(unread)}", "warn"))
    if plan.comments and not curtain:
        many = len(plan.comments)
        lines.append((f"{formats.count(many, 'comment')}, private: /comments opens them", "accent"))
    return "PLAN", tuple(lines)


def _enemies(report: "HabitsReport | None", curtain: bool) -> Section:
    if report is None or curtain:
        return "ENEMIES HERE", ()
    return "ENEMIES HERE", ((f"{len(report.living)} often or ruling, private: /enemies opens it", "accent"),)


def _decided(session: Session) -> Section:
    lines = []
    for decision in session.decisions[-6:]:
        at = f"{decision.at.astimezone():%H:%M} " if decision.at else ""
        lines.append((f"{at}{decision.text}", ""))
    return "DECIDED SO FAR", tuple(lines)


def _parked(session: Session) -> Section:
    return "PARKED", tuple((parked.text, "") for parked in session.parking_lot[-6:])


def _recognised(session: Session) -> Section:
    return "RECOGNISED", tuple((each.text, "") for each in session.recognitions[-6:])


def _there(session: Session, last: Session | None) -> Section:
    lines = [(f"{each.name} · {each.role}" if each.role else each.name, "muted") for each in session.attendees]
    if awaited := expected(session, last):
        lines += [(f"expected: {', '.join(each.name for each in awaited[:MOST])}", "muted")]
        lines += [("/attendee confirms them", "accent")]
    return "IN THE ROOM", tuple(lines)


def _local(moment: datetime) -> date:
    return moment.astimezone().date()
