"""The status of the map with its reason, and the smallest step that improves it."""

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.analysis import (
    MapStatus,
    Obstacle,
    called,
    decides,
    is_key_player,
    map_status,
    obstacles,
    unjudged,
)
from session_tui.model.judgements import NOT_JUDGED, for_us, power_order, support_order, support_words
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import ROLE_WORDS


class MapAssessment(Struct, frozen=True):
    """`status` is None where no key player is judged. `reason` and `step` are sentences without a
    full stop; `step` is empty if the status is green. `figures` is the reason for a text that
    names the key players without one of ours itself.
    """

    status: MapStatus | None
    reason: str
    step: str = ""
    figures: str = ""

    @property
    def words(self) -> str:
        """The status as people read it."""
        return self.status or NOT_JUDGED


def standing(session: Session) -> MapAssessment:
    """The status of a session's map, by the rule of `analysis.map_status`."""
    status = map_status(session)
    reason, step = _assessed(session, status)
    gap = len(unjudged(session))
    rest = f"; {gap} of {len(session.stakeholders)} not judged" if gap else ""
    return MapAssessment(status, reason + rest, step, (_figures(session) if status == "amber" else reason) + rest)


def _figures(session: Session) -> str:
    """The reason of an amber map, without the people whom none of us covers."""
    friends = [each for each in session.stakeholders if is_key_player(each) and for_us(each.support)]
    if not any(decides(each) for each in friends):
        return _assessed(session, "amber")[0]
    others = [each for each in obstacles(session) if each[1] != "uncovered"]
    return f"{_in_the_way(others[0])}; {_many(session)}" if others else _many(session)


def _many(session: Session) -> str:
    key = [person for person in session.stakeholders if is_key_player(person)]
    return f"{sum(for_us(person.support) for person in key)} of {len(key)} key players for us"


def _assessed(session: Session, status: MapStatus | None) -> tuple[str, str]:
    """The reason without the number of unjudged people, and the step."""
    key = [person for person in session.stakeholders if is_key_player(person)]
    friends = [person for person in key if for_us(person.support)]
    if not key:
        return "no key player (power 4 or 5) is on it yet", "Find out who has power 4 or 5"
    if status is None:
        who = f"where {called(key[0])} stands" if len(key) == 1 else f"where the {len(key)} key players stand"
        return f"{who} is unknown", f"Find out where {called(_nearest(key))} stands"
    if status == "red":
        return _against(key), _step(session, _nearest(key))
    many = _many(session)
    if status == "green":
        return f"{many}, one of them decides or approves", ""
    if any(decides(person) for person in friends):
        found = obstacles(session)
        # The name first: a narrow screen cuts the end.
        return f"{_in_the_way(found[0])}; {many}", _removed(session, found)
    deciding = [person for person in key if decides(person)]
    reason = f"{many}, no decision maker or approver among them"
    if not deciding:
        return reason, "Find out which key player decides or approves: none is on the map as such"
    return reason, _step(session, _nearest(deciding))


def _against(key: list[Stakeholder]) -> str:
    if len(key) == 1:
        return "the one key player is not for us"
    known = "is known to support us" if any(person.support is None for person in key) else "supports us"
    return f"none of {len(key)} key players {known}"


def _nearest(people: list[Stakeholder]) -> Stakeholder:
    """The person who is easiest to win.

    The one with the most support; of equals, one who decides, then one who is covered.
    """
    return max(
        people,
        key=lambda each: (
            support_order(each.support),
            decides(each),
            bool(each.covered_by),
            power_order(each.power),
        ),
    )


def _step(session: Session, person: Stakeholder) -> str:
    """To win this person, and the colour that follows from it."""
    role = "" if person.buying_role == "unknown" else f", {ROLE_WORDS[person.buying_role]}"
    win = "Finding and winning" if person.name == "?" else "Winning"
    words = f"{win} {called(person)}{role} ({support_words(person.support)} now)"
    after = map_status(_with(session, person, replace(person, support=1)))
    return f"{words} makes it {after}" if after != map_status(session) else f"{words} comes first"


def _with(session: Session, person: Stakeholder, changed: Stakeholder) -> Session:
    return replace(
        session,
        stakeholders=tuple(changed if each is person else each for each in session.stakeholders),
    )


def _in_the_way(obstacle: Obstacle) -> str:
    person, why = obstacle
    role = ROLE_WORDS[person.buying_role]
    if why == "uncovered":
        return f"nobody of ours has {called(person)}, a key player"
    if why == "against":
        return f"{called(person)}, {role}, is against us"
    if person.coverage == "unknown":
        return f"nothing says that we have met {called(person)}, {role}"
    return f"we have not met {called(person)}, {role}"


def _removed(session: Session, found: tuple[Obstacle, ...]) -> str:
    """To take the first obstacle away, and the colour that follows if it is the only one."""
    person, why = found[0]
    what = {
        "uncovered": f"{'Finding' if person.name == '?' else 'One of ours for'} {called(person)}",
        "against": f"{called(person)} at least neutral ({support_words(person.support)} now)",
        "unmet": f"Meeting {called(person)}",
    }[why]
    return f"{what} makes it green" if len(found) == 1 else f"{what} is the first of {len(found)} steps to green"
