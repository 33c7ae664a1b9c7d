"""What the curtain covers, decided in one place.

Behind the curtain everything is drawn from a session in which the covered values do not exist, so
no table, drawing or sentence can show one by mistake. Covered are judgements of a person, gaps in
our coverage, notes and comments, and what compares with the last session. A table marks a covered
cell; its value here is only a default.
"""

from msgspec.structs import replace

from session_tui.model.history import Past
from session_tui.model.session import Session, Stakeholder

_PLAIN = Stakeholder(id="", name="?")


class CurtainCover:
    """Covers a session and its past. The last result is kept: the same values are drawn often."""

    def __init__(self) -> None:
        self._kept: tuple[Session, Past, tuple[Session, Past]] | None = None

    def __call__(self, session: Session, past: Past) -> tuple[Session, Past]:
        """Both without what the curtain covers."""
        if self._kept is None or self._kept[0] is not session or self._kept[1] is not past:
            self._kept = (session, past, (covered_session(session), covered_past(past)))
        return self._kept[2]


def covered_session(session: Session) -> Session:
    """The session without what the curtain covers; its entries and their ids stay."""
    plan = session.plan
    return replace(
        session,
        headline="",
        plan=replace(plan, comments=()) if plan is not None else None,
        stakeholders=tuple(map(_covered_person, session.stakeholders)),
        assumptions=tuple(replace(each, note="") if each.note else each for each in session.assumptions),
        action_items=tuple(replace(each, note="") if each.note else each for each in session.action_items),
        notes=tuple(replace(each, text="") for each in session.notes),
        changes=(),
    )


def covered_past(past: Past) -> Past:
    """The past with the last session alone: its parked lines, and its actions and assumptions with
    what became of them. It has no outcome, headline or figure, and no value to compare with.
    """
    last = past.last
    if last is None:
        return Past()
    return Past(
        (replace(covered_session(last), outcome=None, phase="", amount=None, close_on=None, changes=last.changes),)
    )


def _covered_person(person: Stakeholder) -> Stakeholder:
    return replace(
        person,
        power=_PLAIN.power,
        support=_PLAIN.support,
        coverage=_PLAIN.coverage,
        covered_by=_PLAIN.covered_by,
        pain="",
        note="",
    )
