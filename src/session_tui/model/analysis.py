"""What a session's entries say when read together: key players, map status, the riskiest assumption, the ownerless."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.model.vocabulary import KEY_PLAYER_POWER

MapStatus: TypeAlias = Literal["red", "amber", "green"]


def is_key_player(person: Stakeholder) -> bool:
    """A key player has power 4 or 5."""
    return person.power >= KEY_PLAYER_POWER


def map_status(session: Session) -> MapStatus:
    """Red: no key player supports us; amber: some do; green: one of those is a decision maker or approver."""
    supporting = [person for person in session.stakeholders if is_key_player(person) and person.support > 0]
    if not supporting:
        return "red"
    deciding = any(person.buying_role in ("decision_maker", "approver") for person in supporting)
    return "green" if deciding else "amber"


def risk(assumption: Assumption) -> int:
    """Importance times lack of evidence, 1 to 25."""
    return assumption.importance * (6 - assumption.evidence)


def by_risk(session: Session) -> tuple[Assumption, ...]:
    """The untested assumptions, those with the most risk first; equals in their order."""
    untested = [assumption for assumption in session.assumptions if assumption.status == "untested"]
    return tuple(sorted(untested, key=risk, reverse=True))


def riskiest(session: Session) -> Assumption | None:
    """The untested assumption with the most risk; of equals the first. None where all are tested."""
    return next(iter(by_risk(session)), None)


def standing_on(session: Session, entry_id: str) -> tuple[ActionItem, ...]:
    """The open actions that serve this entry: what falls with it."""
    return tuple(a for a in session.action_items if entry_id in a.about and a.status == "open")


def covered(person: Stakeholder) -> bool:
    """Somebody of ours has this person."""
    return bool(person.covered_by)


def load(session: Session) -> dict[str, int]:
    """How many of their people each of ours has, by name, in the order in which the map meets them."""
    carried: dict[str, int] = {}
    first: dict[str, str] = {}
    for person in session.stakeholders:
        for name in person.covered_by:
            known = first.setdefault(name_key(name), name)
            carried[known] = carried.get(known, 0) + 1
    return carried


def bare_zones(sessions: Iterable[Session]) -> tuple[str, ...]:
    """The zones of an account in which nobody of ours has anybody, by each zone's newest session (newest first)."""
    newest: dict[str, Session] = {}
    for session in sessions:
        if session.zone:
            newest.setdefault(name_key(session.zone), session)
    return tuple(one.zone for one in newest.values() if not any(map(covered, one.stakeholders)))


def ownerless(session: Session, *, by_power: bool = True) -> tuple[ActionItem | Assumption | Stakeholder, ...]:
    """What would leave the session without a name: actions without an owner first, then untested assumptions nobody
    tests, then stakeholders nobody covers, key players first. Under the curtain their order must not say who has power.
    """
    actions = [action for action in session.action_items if action.status == "open" and not action.owner]
    assumptions = [a for a in session.assumptions if a.status == "untested" and not a.tested_by]
    people = [person for person in session.stakeholders if not covered(person)]
    if by_power:
        people.sort(key=lambda person: not is_key_player(person))
    return (*actions, *assumptions, *people)


def were_there(session: Session) -> frozenset[str]:
    """Who was in the room, by name without regard to case; empty where nobody wrote that down."""
    names = (*(each.name for each in session.attendees), session.facilitator)
    return frozenset(name_key(name) for name in names if name)


def ours(session: Session, configured: Iterable[str] = ()) -> tuple[str, ...]:
    """Every name on our side, each once, in the order in which a session meets them.

    Attendees, facilitator, account owner, the configured people, and every name the entries already have (an action
    owned by one of the customer's people stays theirs).
    """
    theirs = {name_key(person.name) for person in session.stakeholders}
    names = [
        *(attendee.name for attendee in session.attendees),
        session.facilitator,
        session.account_owner,
        *configured,
        *(share.name for share in session.credit_split),
        *(name for person in session.stakeholders for name in person.covered_by),
        *(assumption.tested_by for assumption in session.assumptions),
        *(action.owner for action in session.action_items if name_key(action.owner) not in theirs),
    ]
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(name_key(name), name)
    return tuple(found.values())
