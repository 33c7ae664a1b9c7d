"""The status of the map with its reason, and the smallest step that improves it."""

from msgspec import Struct

from session_tui.model.analysis import MapStatus, is_key_player, map_status
from session_tui.model.judgements import for_us, power_order, support_order, support_words
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import ROLE_WORDS

DECIDING = ("decision_maker", "approver")


class MapAssessment(Struct, frozen=True):
    """`reason` and `step` are sentences without a full stop; `step` is empty if the status is
    green.
    """

    status: MapStatus
    reason: str
    step: str = ""


def standing(session: Session) -> MapAssessment:
    """The status of a session's map, by the rule of `analysis.map_status`."""
    key = [person for person in session.stakeholders if is_key_player(person)]
    friends = [person for person in key if for_us(person.support)]
    status = map_status(session)
    if not key:
        return MapAssessment(status, "no key player (power 4 or 5) is on it yet", "Find out who has power 4 or 5")
    many = f"{len(friends)} of {len(key)} key players for us"
    if status == "green":
        return MapAssessment(status, f"{many}, one of them decides or approves")
    if status == "red":
        none = "the one key player is not for us" if len(key) == 1 else f"none of {len(key)} key players supports us"
        return MapAssessment(status, none, f"{_win(key)} makes it {'green' if _nearest(key)[0] else 'amber'}")
    deciding = [person for person in key if person.buying_role in DECIDING]
    reason = f"{many}, no decision maker or approver among them"
    if not deciding:
        return MapAssessment(
            status, reason, "Find out which key player decides or approves: none is on the map as such"
        )
    return MapAssessment(status, reason, f"{_win(deciding)} makes it green")


def _nearest(people: list[Stakeholder]) -> tuple[bool, Stakeholder]:
    """The person who is easiest to win, and whether they decide or approve.

    The one with the most support; of equals, one who decides, then one who is covered.
    """
    best = max(
        people,
        key=lambda each: (
            support_order(each.support),
            each.buying_role in DECIDING,
            bool(each.covered_by),
            power_order(each.power),
        ),
    )
    return best.buying_role in DECIDING, best


def _win(people: list[Stakeholder]) -> str:
    person = _nearest(people)[1]
    role = "" if person.buying_role == "unknown" else f", {ROLE_WORDS[person.buying_role]}"
    win = "Finding and winning" if person.name == "?" else "Winning"
    return f"{win} {called(person)}{role} ({support_words(person.support)} now)"


def called(person: Stakeholder) -> str:
    """A person's name in a sentence; the title where the name is unknown."""
    if person.name != "?":
        return person.name
    return f"the unknown {person.title}" if person.title else "somebody unknown"
