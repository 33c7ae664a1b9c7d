"""Judgements that came along from an earlier session and that may never have been made.

The program once wrote power 3 and a neutral support for each person of whom nothing was typed, so
a carried person with one of these values may be unjudged.
"""

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import edits, judgements
from session_tui.model.analysis import called
from session_tui.model.capture.result import Refusal
from session_tui.model.carry_forward import carried
from session_tui.model.edits import Edit
from session_tui.model.session import Session, Stakeholder

_ONCE_DEFAULT = {"power": 3, "support": 0}


class CarriedJudgement(Struct, frozen=True):
    """One judgement of a person: `field` is `power` or `support`."""

    person: Stakeholder
    field: str

    @property
    def words(self) -> str:
        """`Ruth Vale: power 3`."""
        if self.field == "power":
            return f"{called(self.person)}: {judgements.power_words(self.person.power)}"
        return f"{called(self.person)}: {judgements.support_words(self.person.support)}"

    @property
    def edit(self) -> Edit:
        """The edit that takes the judgement back."""
        return edits.change(self.person, replace(self.person, **{self.field: None}))


def carried_judgements(session: Session) -> tuple[CarriedJudgement, ...]:
    """Those of a session, in the order of the map."""
    return tuple(
        CarriedJudgement(person, field)
        for person in session.stakeholders
        if carried(session, person)
        for field, value in _ONCE_DEFAULT.items()
        if getattr(person, field) == value
    )


def taken_back(number: str, session: Session) -> Edit | Refusal:
    """The edit by the number in the list, from 1."""
    found = carried_judgements(session)
    if not number.isdecimal() or not 1 <= int(number) <= len(found):
        do = "/unjudged lists them." if found else "No judgement came along that may not have been made."
        return Refusal(f"there is no {number} on the list", do)
    return found[int(number) - 1].edit
