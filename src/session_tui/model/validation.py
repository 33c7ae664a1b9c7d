"""Faults of a session that types do not exclude: fatal ones, and those that `validate` reports."""

import math
import re
from itertools import pairwise

from session_tui.model import credit
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import LISTS, Session, entries

ID = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9]+(?:-[a-z0-9]+)*-[a-z0-9]{4}", re.ASCII)

_ENTRY_IDS = {letter: lazy_pattern(f"{letter}[1-9][0-9]{{0,8}}", re.ASCII) for letter in LISTS}


def unreadable(session: Session) -> tuple[Fault, ...]:
    """Faults with which a session must not be opened: bad or repeated ids, an amount that is no
    number.
    """
    faults = []
    if not ID.fullmatch(session.id):
        faults.append(Fault("id", f'"{session.id}" is not of the form DATE-ACCOUNT-XXXX'))
    if session.amount is not None and not math.isfinite(session.amount):
        faults.append(Fault("amount", f"{session.amount} is not an amount"))
    for letter, name in LISTS.items():
        seen: dict[str, int] = {}
        for number, entry in enumerate(entries(session, letter), 1):
            where = f"{name}[{number}].id"
            if not _ENTRY_IDS[letter].fullmatch(entry.id):
                faults.append(Fault(where, f'"{entry.id}" is not {letter} and a number, such as {letter}1'))
            elif entry.id in seen:
                faults.append(Fault(where, f'"{entry.id}" stands in {name}[{seen[entry.id]}] already'))
            seen.setdefault(entry.id, number)
    return tuple(faults)


def doubtful(session: Session) -> tuple[Fault, ...]:
    """Faults with which a session can be opened: references without an entry, circles, the credit
    split, a clock out of order.
    """
    return (*_references(session), *_circles(session), *_clock(session), *_split(session), *_states(session))


def _references(session: Session) -> list[Fault]:
    people = {person.id for person in session.stakeholders}
    served = people | {assumption.id for assumption in session.assumptions}
    faults = []
    for number, person in enumerate(session.stakeholders, 1):
        where = f"stakeholders[{number}]"
        if person.reports_to and person.reports_to not in people:
            faults.append(Fault(f"{where}.reports_to", f'"{person.reports_to}" is the id of no stakeholder'))
        faults += [
            Fault(f"{where}.influences", f'"{each}" is the id of no stakeholder')
            for each in person.influences
            if each not in people
        ]
    for number, action in enumerate(session.action_items, 1):
        faults += [
            Fault(f"action_items[{number}].about", f'"{each}" is the id of no stakeholder or assumption')
            for each in action.about
            if each not in served
        ]
    return faults


def _circles(session: Session) -> list[Fault]:
    up = {person.id: person.reports_to for person in session.stakeholders}
    numbers = {person.id: number for number, person in enumerate(session.stakeholders, 1)}
    faults = {}
    seen: dict[str, str] = {}  # person -> start of the walk that met them first; each line is walked once
    for start in up:
        at = start
        while at in up and at not in seen:
            seen[at] = start
            at = up[at]
        if seen.get(at) != start or at not in up:
            continue
        ring = [at]
        while (above := up[ring[-1]]) != at:
            ring.append(above)
        first = min(ring, key=numbers.__getitem__)
        turned = [*ring[ring.index(first) :], *ring[: ring.index(first)], first]
        faults[numbers[first]] = f"a circle: {' reports to '.join(turned)}"
    return [Fault(f"stakeholders[{number}].reports_to", what) for number, what in sorted(faults.items())]


def _clock(session: Session) -> list[Fault]:
    faults = []
    for number, (before, event) in enumerate(pairwise(session.clock), 2):
        if event.at < before.at:
            faults.append(Fault(f"clock[{number}].at", f"{event.at.isoformat(' ')} is before the event ahead of it"))
    for number, event in enumerate(session.clock, 1):
        where = f"clock[{number}]"
        if event.event in ("start", "part"):
            if event.part is None:
                faults.append(Fault(f"{where}.part", "is missing"))
            elif session.parts and event.part > len(session.parts):
                faults.append(Fault(f"{where}.part", f"{event.part} is not between 1 and {len(session.parts)}"))
        elif event.event in ("minutes", "extend") and event.minutes is None:
            faults.append(Fault(f"{where}.minutes", "is missing"))
        elif event.event == "away" and event.until is None:
            faults.append(Fault(f"{where}.until", "is missing"))
        elif event.event == "away" and event.until is not None and event.until < event.at:
            faults.append(Fault(f"{where}.until", "is before the gap begins"))
    return faults


def _split(session: Session) -> list[Fault]:
    if not session.credit_split or credit.settled(session.credit_split):
        return []
    return [Fault("credit_split", f"the shares add up to {credit.total(session.credit_split):g}, not 100")]


def _states(session: Session) -> list[Fault]:
    faults = []
    if session.status == "held" and session.outcome is None:
        faults.append(Fault("outcome", "is missing; a session that was held has one"))
    if session.started_at and session.ended_at and session.ended_at < session.started_at:
        faults.append(Fault("ended_at", "is before started_at"))
    return faults
