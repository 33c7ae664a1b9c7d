"""The practices of a scorecard, and the ratings of one person in one round.

A rating has a copy of its practice's text, so that an old round can be reported after a practice
was changed or removed. Importance or execution may be missing, because each answer is saved at
once.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
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
_QUARTER = lazy_pattern(r"[0-9]{4}-q[1-4]", re.IGNORECASE | re.ASCII)
_ROUND = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class Practice(Struct, frozen=True, kw_only=True):
    """A practice of a team; `record` names the figures from the sessions that measure it."""

    id: Name
    level: Level
    text: Name
    record: tuple[FigureName, ...] = ()


class Practices(Struct, frozen=True, kw_only=True):
    """The practices of a team: those of the program, or the team's own `practices.toml`."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    name: str = ""
    practices: Annotated[tuple[Practice, ...], Meta(min_length=1)]

    def in_order(self) -> tuple[Practice, ...]:
        """The practices by level, within a level in the order of the file."""
        return tuple(sorted(self.practices, key=lambda each: LEVELS.index(each.level)))


class Rating(Struct, frozen=True, kw_only=True):
    """One person's rating of one practice, with a copy of the practice's level and text."""

    id: Name
    level: Level
    text: Name
    importance: Importance | None = None
    execution: Execution | None = None

    @property
    def whole(self) -> bool:
        """Both importance and execution are rated; only such a rating counts."""
        return self.importance is not None and self.execution is not None


class Scorecard(Struct, frozen=True, kw_only=True):
    """One person's ratings in one round."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["scorecard"]
    round: Name
    name: Name
    ratings: tuple[Rating, ...] = ()

    def rating(self, practice_id: str) -> Rating | None:
        """The rating of this practice; None where there is none yet."""
        return next((each for each in self.ratings if each.id == practice_id), None)

    def with_rating(self, rating: Rating) -> "Scorecard":
        """Return a copy with this rating added, or in place of the earlier one."""
        if self.rating(rating.id) is None:
            return replace(self, ratings=(*self.ratings, rating))
        return replace(self, ratings=tuple(rating if each.id == rating.id else each for each in self.ratings))


def rating_of(practice: Practice, importance: int | None, execution: Execution | None) -> Rating:
    """Build a rating with a copy of the practice's level and text."""
    return Rating(id=practice.id, level=practice.level, text=practice.text, importance=importance, execution=execution)


def round_of(day: date) -> str:
    """The name of the round of a day: its calendar quarter, such as `2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def is_round(text: str) -> bool:
    """The text can be the name of a round, which is a part of a file name."""
    return _ROUND.fullmatch(text) is not None


def is_quarter(text: str) -> bool:
    """The text is the name of a quarter; `2026-q4` and `2026-Q4` are the same round."""
    return _QUARTER.fullmatch(text) is not None


def read_answer(text: str) -> tuple[int | None, Execution | None] | Fault:
    """Parse `8 often`, `8 o`, `8` or `o` into importance and execution; None where missing."""
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
            return Fault("", f"{word} is not an answer here", HOW_TO_ANSWER)
    return importance, execution


def practice_faults(practices: Practices) -> tuple[Fault, ...]:
    """The faults in a file of practices beyond those of types."""
    return _twice("practices", (each.id for each in practices.practices))


def scorecard_faults(scorecard: Scorecard) -> tuple[Fault, ...]:
    """The faults in a scorecard beyond those of types."""
    invalid = () if is_round(scorecard.round) else (Fault("round", f'"{scorecard.round}" is not {ROUND}'),)
    return (*invalid, *_twice("ratings", (each.id for each in scorecard.ratings)))


def _twice(where: str, ids: Iterable[str]) -> tuple[Fault, ...]:
    seen: set[str] = set()
    repeated = []
    for number, each in enumerate(ids, 1):
        if each in seen:
            repeated.append(
                Fault(f"{where}[{number}].id", f'"{each}" is there twice', "Each practice has an id of its own.")
            )
        seen.add(each)
    return tuple(repeated)
