"""Health checks of the map: warnings that a team easily misses, and an action item for each."""

from collections.abc import Iterator

from msgspec import Struct

from session_tui.model import edits
from session_tui.model.analysis import called, covered, decides, is_key_player, unmet
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Edit
from session_tui.model.history import Past
from session_tui.model.judgements import for_us, power_order, support_order
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Session, Stakeholder, next_id
from session_tui.model.vocabulary import ROLE_WORDS

FEWEST = 3  # people from which the map is judged as a whole


class Check(Struct, frozen=True):
    """A warning: its sentence, the ids it is about, and the text of the action item that answers
    it.
    """

    kind: str
    about: tuple[str, ...]
    saw: str
    offer: str


def checks(session: Session, past: Past | None = None) -> tuple[Check, ...]:
    """The warnings of the map, the most serious first.

    A map with fewer than `FEWEST` people gets only the warnings about single people.
    """
    people = session.stakeholders
    found = [*_uncovered(people), *_unmet(people), *_claimed(people), *_unknown(people)]
    if len(people) >= FEWEST:
        found += [*_nobody_decides_for_us(people), *_single_thread(people), *_too_good(people)]
    if past is not None:
        found += _stale(session, past)
    return tuple(found)


def answer(session: Session, check: Check) -> Edit | None:
    """The edit that adds the action item of a check; None where it exists already."""
    if answered(session, check):
        return None
    return edits.add(
        ActionItem(id=next_id(session, "t"), text=check.offer, about=check.about, first_raised_in=session.id)
    )


def answers(number: str, session: Session, past: Past | None) -> Edit | Refusal:
    """The same by the number of the check in the list, from 1."""
    found = checks(session, past)
    if not number.strip().isdecimal() or not 1 <= int(number) <= len(found):
        usage = f"/health {f'1 to {len(found)}' if len(found) > 1 else 1} makes its answer an action item."
        return Refusal(f"there is no {number.strip()} on the list", usage if found else "The map shows nothing.")
    check = found[int(number) - 1]
    edit = answer(session, check)
    return edit if edit is not None else Refusal(f"{check.offer}: that is an action item already")


def answered(session: Session, check: Check) -> ActionItem | None:
    """The existing action item of a check: the same text about the same ids (names may repeat)."""
    wanted, about = name_key(check.offer), set(check.about)
    return next(
        (each for each in session.action_items if name_key(each.text) == wanted and about <= set(each.about)), None
    )


def _uncovered(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    for person in people:
        if is_key_player(person) and not covered(person):
            name = called(person)
            offer = f"Decide who of ours takes {name}" if person.name != "?" else f"Find out who {name} is"
            yield Check("uncovered", (person.id,), f"{name} is a key player, and nobody of ours has them", offer)


def _unmet(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    for person in people:
        if person.buying_role == "approver" and unmet(person):
            saw = f"{person.name} can say no to everybody, and we have not met them"
            if person.coverage == "unknown":
                saw = f"{person.name} can say no to everybody, and nothing says that we have met them"
            yield Check("approver never met", (person.id,), saw, f"Get a meeting with {person.name}")


def _claimed(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    for person in people:
        if for_us(person.support) and person.coverage == "none":
            name = called(person)
            saw = f"{name} is said to support us, and we are not in touch"
            yield Check("claimed", (person.id,), saw, f"Hear from {name} in person where they stand")


def _unknown(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    for person in people:
        if person.name == "?" and decides(person) and not (is_key_player(person) and not covered(person)):
            who = called(person)
            saw = f"{who} is to be the {ROLE_WORDS[person.buying_role]}, and has no name"
            yield Check("unknown", (person.id,), saw, f"Find out who {who} is")


def _nobody_decides_for_us(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    deciding = [person for person in people if decides(person)]
    if not deciding:
        saw = "nobody on the map decides or approves"
        yield Check("nobody decides", (), saw, "Find out who decides and who approves")
    elif not any(for_us(person.support) for person in deciding):
        best = max(deciding, key=lambda each: (support_order(each.support), power_order(each.power)))
        ids = tuple(person.id for person in deciding)
        if best.support is None:  # of none it is known
            who = called(best) if len(deciding) == 1 else f"the {len(deciding)} who decide or approve"
            saw = f"nobody has judged where {who} stand{'s' if len(deciding) == 1 else ''}"
            yield Check("deciders not judged", ids, saw, f"Find out where {called(best)} stands")
            return
        known = "known to be " if any(person.support is None for person in deciding) else ""
        saw = f"none of the {len(deciding)} who decide or approve is {known}for us"
        if len(deciding) == 1:
            saw = f"{called(best)} alone decides or approves, and is not for us"
        yield Check("nobody decides for us", ids, saw, f"Find what would make {called(best)} a supporter")


def _single_thread(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    # A person who is covered but whom we never met does not count as a contact.
    had = [person for person in people if covered(person) and person.coverage != "none"]
    ours = {name_key(name): name for person in had for name in person.covered_by}
    if len(had) == 1:
        saw = f"all our contact goes through {called(had[0])}"
        yield Check("single thread", (had[0].id,), saw, f"Ask {called(had[0])} to introduce us to two colleagues")
    if len(ours) == 1 and len(had) > 1:
        (name,) = ours.values()
        saw = f"all contact is {name}'s; if {name} leaves, nobody knows them"
        yield Check(
            "single thread of ours",
            tuple(person.id for person in had),
            saw,
            f"Bring a colleague of {name} into the account",
        )


def _too_good(people: tuple[Stakeholder, ...]) -> Iterator[Check]:
    if all(person.support is not None and person.support >= 0 for person in people) and any(
        for_us(person.support) for person in people
    ):
        saw = "nobody on the map is against us: too good to be true"
        yield Check("too good", (), saw, "Ask who loses when we win, and what they say about us")


def _stale(session: Session, past: Past) -> Iterator[Check]:
    same = [person for person in session.stakeholders if past.same_story(session, person)]
    if same and len(same) == len(session.stakeholders):
        saw = "nothing on the map has changed in three sessions"
        yield Check("stale", (), saw, "Ask everybody who covers somebody what is new about them")
    elif keys := [person for person in same if is_key_player(person)]:
        names = ", ".join(called(person) for person in keys[:3]) + (" and others" if len(keys) > 3 else "")
        saw = f"the same of {names} in three sessions"
        yield Check("stale", tuple(person.id for person in keys), saw, f"Find out what is new about {called(keys[0])}")
