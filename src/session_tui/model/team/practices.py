"""A team looks at itself: the practices it is asked about, and what one person answered in one round.

A rating keeps a copy of what it was asked, so that an old round can still be told when a practice was changed or taken
out since. Either half of a rating may be missing: it is on disk as soon as it is given.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA, Name
from session_tui.model.vocabulary import FigureName

Level: TypeAlias = Literal["individual", "opportunity", "account", "industry"]
Execution: TypeAlias = Literal["never", "sometimes", "often", "consistently"]
Importance: TypeAlias = Annotated[int, Meta(ge=1, le=10)]

LEVELS: tuple[Level, ...] = get_args(Level)
EXECUTIONS: tuple[Execution, ...] = get_args(Execution)
MOST_IMPORTANT = 10
ROUND = "letters, digits and hyphens, 40 at most, such as 2026-Q4"
HOW_TO_ANSWER = "Write importance, 1 to 10, and how often: never, sometimes, often, consistently (n s o c)."
EXECUTION_WORDS: dict[Execution, str] = {
    "never": "never, though we agree",
    "sometimes": "sometimes",
    "often": "often",
    "consistently": "consistently",
}
_QUARTER = re.compile(r"[0-9]{4}-q[1-4]", re.IGNORECASE | re.ASCII)
_ROUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class Practice(Struct, frozen=True, kw_only=True):
    """Something a team does or does not; `record` names the figures of the sessions that can speak to it."""

    id: Name
    level: Level
    text: Name
    record: tuple[FigureName, ...] = ()


class Practices(Struct, frozen=True, kw_only=True):
    """What a team is asked about: the file that comes with the program, or the team's own `practices.toml`."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    name: str = ""
    practices: Annotated[tuple[Practice, ...], Meta(min_length=1)]

    def in_order(self) -> tuple[Practice, ...]:
        """By level, of each in the order of the file."""
        return tuple(sorted(self.practices, key=lambda each: LEVELS.index(each.level)))


class Rating(Struct, frozen=True, kw_only=True):
    """What somebody thinks of one practice, and what they were asked."""

    id: Name
    level: Level
    text: Name
    importance: Importance | None = None
    execution: Execution | None = None

    @property
    def whole(self) -> bool:
        """Both halves are there; nothing is made of one alone."""
        return self.importance is not None and self.execution is not None


class Scorecard(Struct, frozen=True, kw_only=True):
    """One person's answers in one round."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["scorecard"]
    round: Name
    name: Name
    ratings: tuple[Rating, ...] = ()

    def rating(self, practice_id: str) -> Rating | None:
        """What was answered to this practice so far."""
        return next((each for each in self.ratings if each.id == practice_id), None)

    def with_rating(self, rating: Rating) -> "Scorecard":
        """The same with this answer in the place of the one before."""
        if self.rating(rating.id) is None:
            return replace(self, ratings=(*self.ratings, rating))
        return replace(self, ratings=tuple(rating if each.id == rating.id else each for each in self.ratings))


def rating_of(practice: Practice, importance: int | None, execution: Execution | None) -> Rating:
    """An answer with its copy of what was asked."""
    return Rating(id=practice.id, level=practice.level, text=practice.text, importance=importance, execution=execution)


def round_of(day: date) -> str:
    """The round at hand: the calendar quarter."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def is_round(text: str) -> bool:
    """It can be a round's name: it becomes part of a file's."""
    return _ROUND.fullmatch(text) is not None


def is_quarter(text: str) -> bool:
    """It is a quarter, in whatever case: `2026-q4` is no other round than `2026-Q4`."""
    return _QUARTER.fullmatch(text) is not None


def read_answer(text: str) -> tuple[int | None, Execution | None] | Fault:
    """`8 often`, `8 o`, `8` or `o`: importance and execution, whichever are there; the sentence to say otherwise."""
    importance: int | None = None
    execution: Execution | None = None
    for word in re.findall(r"[+-]?[0-9.]+|[^0-9\s+-]+|\S", re.sub("[,;]", " ", text)):
        words = [each for each in EXECUTIONS if each.startswith(word.lower())]
        if len(words) == 1 and execution is None:
            execution = words[0]
        elif word.lstrip("+-").isdecimal() and importance is None:
            if not 1 <= int(word[:9]) <= MOST_IMPORTANT:
                return Fault("", f"{word[:20]} is not between 1 and {MOST_IMPORTANT}", "Nothing was changed.")
            importance = int(word)
        else:
            return Fault("", f"{word} is no answer here", HOW_TO_ANSWER)
    return importance, execution


def practice_faults(practices: Practices) -> tuple[Fault, ...]:
    """What the types cannot say of a file of practices."""
    return _twice("practices", (each.id for each in practices.practices))


def scorecard_faults(scorecard: Scorecard) -> tuple[Fault, ...]:
    """What the types cannot say of a scorecard."""
    named = () if is_round(scorecard.round) else (Fault("round", f'"{scorecard.round}" is not {ROUND}'),)
    return (*named, *_twice("ratings", (each.id for each in scorecard.ratings)))


def _twice(where: str, ids: Iterable[str]) -> tuple[Fault, ...]:
    seen: set[str] = set()
    found = []
    for number, each in enumerate(ids, 1):
        if each in seen:
            found.append(
                Fault(f"{where}[{number}].id", f'"{each}" stands twice', "Each practice has an id of its own.")
            )
        seen.add(each)
    return tuple(found)
