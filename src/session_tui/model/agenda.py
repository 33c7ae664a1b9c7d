"""Agendas: the parts of a session in order, with minutes, floors, prompts and role questions."""

from typing import Annotated

from msgspec import Meta, Struct

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import SCHEMA, Minutes, Name, Part
from session_tui.model.vocabulary import PART_WORDS, PartKind


class RoleQuestion(Struct, frozen=True, kw_only=True):
    """A question that an attendee of this role answers from the plan, to prepare for the part."""

    role: str
    text: Name


class AgendaPart(Struct, frozen=True, kw_only=True):
    """A section of the agenda.

    Overruns of other parts do not push it below `floor_minutes`.
    """

    kind: PartKind
    title: str = ""
    minutes: Minutes
    floor_minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    prompts: tuple[str, ...] = ()
    questions: tuple[RoleQuestion, ...] = ()


class Agenda(Struct, frozen=True, kw_only=True):
    """An agenda; the minutes of its parts have to add up to `minutes` (see `check`)."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    name: Name
    title: str = ""
    minutes: Minutes
    parts: Annotated[tuple[AgendaPart, ...], Meta(min_length=1)]


def check(agenda: Agenda) -> tuple[Fault, ...]:
    """The faults that types do not exclude: the sum of the minutes, a floor above its part's
    minutes.
    """
    faults = []
    total = sum(part.minutes for part in agenda.parts)
    if total != agenda.minutes:
        faults.append(Fault("minutes", f"{agenda.minutes} is not the sum of the parts, which is {total}", ""))
    for number, part in enumerate(agenda.parts, 1):
        if part.floor_minutes > part.minutes:
            where = f"parts[{number}].floor_minutes"
            faults.append(Fault(where, f"{part.floor_minutes} is more than the part's {part.minutes} minutes"))
    return tuple(faults)


def questions(agenda: Agenda) -> tuple[tuple[int, str, str], ...]:
    """All role questions: index of the part (from 0), role, text."""
    return tuple(
        (at, question.role, question.text) for at, part in enumerate(agenda.parts) for question in part.questions
    )


def questions_for(agenda: Agenda, role: str) -> tuple[tuple[str, str], ...]:
    """The questions of one role, each after the title of its part; compared by `name_key`."""
    wanted = name_key(role.strip())
    return tuple(
        (part.title or PART_WORDS[part.kind], question.text)
        for part in agenda.parts
        for question in part.questions
        if name_key(question.role.strip()) == wanted
    )


def question_turn(many: int, spent: float, allotted: float, moved: int) -> int:
    """The index of the coaching question to show: each of the `many` has an equal share of the
    part's seconds, and the last one stays. `moved` is how often the next one was asked for.
    """
    share = allotted / many if many and allotted > 0 else 0.0
    by_time = min(many - 1, int(spent / share)) if share else 0
    return (by_time + moved) % many if many else 0


def session_parts(agenda: Agenda) -> tuple[Part, ...]:
    """The parts of a new session with this agenda."""
    return tuple(
        Part(
            kind=part.kind,
            title=part.title or PART_WORDS[part.kind],
            minutes=part.minutes,
            floor_minutes=part.floor_minutes,
        )
        for part in agenda.parts
    )
