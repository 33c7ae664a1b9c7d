"""Rules over the entries of a session: key players, map status, risk, entries without an owner,
our people.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from session_tui.model.judgements import against_us, for_us, power_order
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.model.vocabulary import KEY_PLAYER_POWER

MapStatus: TypeAlias = Literal["red", "amber", "green"]
Obstacle: TypeAlias = tuple[Stakeholder, Literal["uncovered", "unmet", "against"]]

DECIDING = ("decision_maker", "approver")


def is_key_player(person: Stakeholder) -> bool:
    """Whether the person is a key player: power 4 or 5. An unknown power makes none."""
    return power_order(person.power) >= KEY_PLAYER_POWER


def map_status(session: Session) -> MapStatus | None:
    """Green: a key player who decides or approves is for us, and nothing that is known stands
    against it (`obstacles`); amber: a key player is for us; red: none is.

    None, no colour, where no key player is judged: none has power 4 or 5 and not all are judged,
    or of no key player it is known where they stand.
    """
    key = [person for person in session.stakeholders if is_key_player(person)]
    if all(person.support is None for person in key):
        return "red" if not key and session.stakeholders and not unjudged(session) else None
    friends = [person for person in key if for_us(person.support)]
    if not friends:
        return "red"
    deciding = any(decides(person) for person in friends)
    return "green" if deciding and not obstacles(session) else "amber"


def decides(person: Stakeholder) -> bool:
    """Whether the person is a decision maker or an approver."""
    return person.buying_role in DECIDING


def unmet(person: Stakeholder) -> bool:
    """Whether the file has no contact with this person; a person without a name cannot be met."""
    return person.coverage in ("none", "unknown") and person.name != "?"


def obstacles(session: Session) -> tuple[Obstacle, ...]:
    """The people who keep the map from green, with the reason, in the order of the map.

    A key player whom none of us covers; a named approver or decision maker who was not met, or who
    is against us.
    """
    found: list[Obstacle] = []
    for person in session.stakeholders:
        if is_key_player(person) and not covered(person):
            found.append((person, "uncovered"))
        if decides(person) and unmet(person):
            found.append((person, "unmet"))
        if decides(person) and person.name != "?" and against_us(person.support):
            found.append((person, "against"))
    return tuple(found)


def unjudged(session: Session) -> tuple[Stakeholder, ...]:
    """The people of whom it is not known whether they are a key player, or where a key player
    stands.
    """
    return tuple(
        person
        for person in session.stakeholders
        if person.power is None or (is_key_player(person) and person.support is None)
    )


def risk(assumption: Assumption) -> int:
    """Importance times lack of evidence, 1 to 25."""
    return assumption.importance * (6 - assumption.evidence)


def by_risk(session: Session) -> tuple[Assumption, ...]:
    """The untested assumptions, the riskiest first; equal ones keep their order."""
    untested = [assumption for assumption in session.assumptions if assumption.status == "untested"]
    return tuple(sorted(untested, key=risk, reverse=True))


def riskiest(session: Session) -> Assumption | None:
    """The riskiest untested assumption, of equal ones the first; None where all are tested."""
    return next(iter(by_risk(session)), None)


def standing_on(session: Session, entry_id: str) -> tuple[ActionItem, ...]:
    """The open actions that serve this entry, and lose their purpose with it."""
    return tuple(a for a in session.action_items if entry_id in a.about and a.status == "open")


def covered(person: Stakeholder) -> bool:
    """Whether one of our people covers this person."""
    return bool(person.covered_by)


def load(session: Session) -> dict[str, int]:
    """The number of stakeholders that each of our people covers, by name, in the order of
    the map.
    """
    counts: dict[str, int] = {}
    spellings: dict[str, str] = {}
    for person in session.stakeholders:
        for name in person.covered_by:
            spelling = spellings.setdefault(name_key(name), name)
            counts[spelling] = counts.get(spelling, 0) + 1
    return counts


def bare_zones(sessions: Iterable[Session]) -> tuple[str, ...]:
    """The zones of an account in which we cover no stakeholder. `sessions` are newest first.

    The newest session of a zone decides.
    """
    newest: dict[str, Session] = {}
    for session in sessions:
        if session.zone:
            newest.setdefault(name_key(session.zone), session)
    return tuple(one.zone for one in newest.values() if not any(map(covered, one.stakeholders)))


def called(person: Stakeholder) -> str:
    """A person's name in a sentence; the title where the name is unknown."""
    if person.name != "?":
        return person.name
    return f"the unknown {person.title}" if person.title else "somebody unknown"


def ownerless(session: Session, *, covered_up: bool = False) -> tuple[ActionItem | Assumption | Stakeholder, ...]:
    """The entries without one of our people, in this order.

    Actions without an owner, untested assumptions without a tester, stakeholders without coverage.
    Of these, key players come first. `covered_up`: the curtain is drawn, so stakeholders are left
    out; they would show a gap in our coverage.
    """
    actions = [action for action in session.action_items if action.status == "open" and not action.owner]
    assumptions = [a for a in session.assumptions if a.status == "untested" and not a.tested_by]
    people = [person for person in session.stakeholders if not covered_up and not covered(person)]
    people.sort(key=lambda person: not is_key_player(person))
    return (*actions, *assumptions, *people)


def were_there(session: Session) -> frozenset[str]:
    """The `name_key` of each person who attended; empty where no attendee is on record."""
    names = (*(each.name for each in session.attendees), session.facilitator)
    return frozenset(name_key(name) for name in names if name)


def ours(session: Session, configured: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of all our people, each once, in a fixed order.

    Attendees, facilitator, account owner, the configured people, then the names in the entries.
    The owner of an action is left out if it is a stakeholder.
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
    spellings: dict[str, str] = {}
    for name in names:
        if name:
            spellings.setdefault(name_key(name), name)
    return tuple(spellings.values())
