"""The tutor's tasks: which of them a session shows as done.

Nothing is recorded for the tutor: each task is a function of the session, so undo makes a task
open again, and one that was done earlier counts.
"""

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from session_tui.model.session import LISTS, Session, entries


class Task(Struct, frozen=True):
    """`words` have the name of an action in braces, where its key or `/name` is to stand."""

    words: str
    is_done: Callable[[Session], bool]


def _has_person(session: Session) -> bool:
    return bool(session.stakeholders)


def _has_judged_person(session: Session) -> bool:
    return any(
        each.buying_role != "unknown" and each.power is not None and each.support is not None
        for each in session.stakeholders
    )


def _took_back(session: Session) -> bool:
    """Whether an id was given to an entry that is not there."""
    return any(getattr(session.last_ids, letter) > len(entries(session, letter)) for letter in LISTS)


def _has_covered_person(session: Session) -> bool:
    return any(each.covered_by for each in session.stakeholders)


def _reached(part: int, session: Session) -> bool:
    """Whether this part has begun; it is counted from 1."""
    return any(each.event == "part" and (each.part or 0) >= part for each in session.clock)


def _has_weighed_assumption(session: Session) -> bool:
    return any((each.importance, each.evidence) != (3, 1) for each in session.assumptions)


def _has_whole_action(session: Session) -> bool:
    return any(each.owner and each.due for each in session.action_items)


def _was_held(session: Session) -> bool:
    return session.status == "held"


# Each is one line at 80 columns, together with its number.
TASKS: tuple[Task, ...] = (
    Task("Who decides? Type  Ruth Vale, CFO  and press enter", _has_person),
    Task("Role, power, support: type  Omar Haddad, CIO role:gate !4 ++", _has_judged_person),
    Task("A wrong line: type  oops  and enter, then {undo} takes it back", _took_back),
    Task("Change by name: type  *ruth @mei  and Mei of ours covers her", _has_covered_person),
    Task("{next} goes on to the next part: what must be true", partial(_reached, 2)),
    Task("Importance, evidence: type  Their budget holds !5 %2", _has_weighed_assumption),
    Task("{next} again: what is done next", partial(_reached, 3)),
    Task("Who does it, and by when: type  Send prices @ben due:fri", _has_whole_action),
    Task("End it and say how:  /end pursue They want our price", _was_held),
)


def done(session: Session) -> tuple[bool, ...]:
    """Whether each of the tasks is done."""
    return tuple(task.is_done(session) for task in TASKS)


def next_task(session: Session) -> int | None:
    """The index of the first task that is not done; None without one."""
    return next((at for at, task in enumerate(TASKS) if not task.is_done(session)), None)
