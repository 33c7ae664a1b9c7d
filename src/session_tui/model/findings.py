"""What a session's entries say when read together: key players, map status, the riskiest assumption, the ownerless."""

from typing import Literal, TypeAlias

from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.model.words import KEY_PLAYER_POWER

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


def riskiest(session: Session) -> Assumption | None:
    """The untested assumption with the most risk; of equals the first. None where all are tested."""
    untested = [assumption for assumption in session.assumptions if assumption.status == "untested"]
    return max(untested, key=risk, default=None)


def standing_on(session: Session, entry_id: str) -> tuple[ActionItem, ...]:
    """The open actions that serve this entry: what falls with it."""
    return tuple(a for a in session.action_items if entry_id in a.about and a.status == "open")


def covered(person: Stakeholder) -> bool:
    """Somebody of ours has this person."""
    return bool(person.covered_by)


def ownerless(session: Session) -> tuple[ActionItem | Assumption | Stakeholder, ...]:
    """What would leave the session without a name: actions without an owner first, then untested assumptions nobody
    tests, then stakeholders nobody covers, key players first.
    """
    actions = [action for action in session.action_items if action.status == "open" and not action.owner]
    assumptions = [a for a in session.assumptions if a.status == "untested" and not a.tested_by]
    people = sorted((p for p in session.stakeholders if not covered(p)), key=lambda p: not is_key_player(p))
    return (*actions, *assumptions, *people)
