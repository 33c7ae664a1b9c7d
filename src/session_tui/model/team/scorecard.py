"""The report of a round of scorecards: gaps, levels, differences, trends, contradictions between
ratings and record.

A gap is importance times the distance from `consistently`, 0 to 30: 30 is of highest importance
and never done. The gap of several people is the mean.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.name_keys import name_key
from session_tui.model.team.metrics import Figure
from session_tui.model.team.practices import (
    EXECUTIONS,
    LEVELS,
    MOST_IMPORTANT,
    Execution,
    Level,
    Practice,
    Practices,
    Rating,
    Scorecard,
)

STEPS = len(EXECUTIONS) - 1  # from never to consistently
WORST = MOST_IMPORTANT * STEPS
_HALF_A_PERCENT = 0.005  # 66.7 % and two thirds are the same


class CompleteRating(Struct, frozen=True):
    """One person's complete rating of a practice."""

    name: str
    importance: int
    execution: Execution

    @property
    def gap(self) -> int:
        """Importance times distance from `consistently`, 0 to 30."""
        return self.importance * (STEPS - EXECUTIONS.index(self.execution))


class PracticeResult(Struct, frozen=True):
    """The ratings of a practice in one round; `asked` is false if it is no longer in the file."""

    practice: Practice
    voices: tuple[CompleteRating, ...]
    asked: bool = True

    @property
    def gap(self) -> float:
        """The mean gap."""
        return _mean(voice.gap for voice in self.voices)

    @property
    def importance(self) -> float:
        """The mean importance."""
        return _mean(voice.importance for voice in self.voices)

    @property
    def spread(self) -> int:
        """The difference between the largest and the smallest gap."""
        gaps = [voice.gap for voice in self.voices]
        return max(gaps) - min(gaps)

    @property
    def answers(self) -> dict[Execution, int]:
        """The number of answers of each given execution, from `never` to `consistently`."""
        given = [voice.execution for voice in self.voices]
        return {each: given.count(each) for each in EXECUTIONS if each in given}


class Contradiction(Struct, frozen=True):
    """People (`names`) rate a practice over a step better than the record; `apart` is 0 to 1."""

    practice: Practice
    execution: Execution
    names: tuple[str, ...]
    figure: Figure
    apart: float


class GapTrend(Struct, frozen=True):
    """The mean gap of each round, None without ratings; the level None is for all levels."""

    level: Level | None
    gaps: tuple[float | None, ...]


class ScorecardReport(Struct, frozen=True):
    """One round, the rounds before it, the record; `unfinished`: (name, unrated practices)."""

    round: str
    people: tuple[str, ...]
    judged: tuple[PracticeResult, ...]
    levels: Mapping[Level, float]
    contradictions: tuple[Contradiction, ...]
    rounds: tuple[str, ...]
    trend: tuple[GapTrend, ...]
    record: tuple[Figure, ...]
    unfinished: tuple[tuple[str, int], ...]

    @property
    def differing(self) -> tuple[PracticeResult, ...]:
        """The practices with different ratings, the largest difference first."""
        return tuple(sorted((each for each in self.judged if each.spread), key=lambda each: -each.spread))


def gap(rating: Rating) -> int | None:
    """The gap of one rating; None where importance or execution is missing."""
    if rating.importance is None or rating.execution is None:
        return None
    return CompleteRating("", rating.importance, rating.execution).gap


def own_gaps(scorecard: Scorecard, practices: Practices) -> tuple[tuple[Practice, int], ...]:
    """The practices of the file that one person has rated, the largest gap first."""
    gaps = []
    for practice in practices.in_order():
        rating = scorecard.rating(practice.id)
        if rating is not None and (one := gap(rating)) is not None:
            gaps.append((practice, one))
    return tuple(sorted(gaps, key=lambda each: -each[1]))


def in_rounds(names: Iterable[str]) -> tuple[str, ...]:
    """Sort the names of rounds; the digits in them compare as numbers."""
    return tuple(
        sorted(
            set(names),
            key=lambda name: ([int(each) for each in re.findall(r"[0-9]+", name)], name),
        )
    )


def one_each(cards: Iterable[tuple[str, Scorecard]]) -> tuple[tuple[Scorecard, ...], tuple[tuple[str, str], ...]]:
    """Merge (file, scorecard) pairs to one scorecard for each person and round.

    The scorecard with more answers takes precedence, of equals the first by file name; the answers
    that only the other has are added. The second value has the pairs of files that were merged.
    """
    merged: dict[tuple[str, str], tuple[str, Scorecard]] = {}
    double = []
    for file, card in sorted(cards, key=lambda each: (-answered(each[1]), each[0])):
        who = card.round, name_key(card.name)
        if who not in merged:
            merged[who] = file, card
            continue
        first, before = merged[who]
        merged[who] = first, _merged(before, card)
        double.append((first, file))
    return tuple(card for _, card in merged.values()), tuple(double)


def _merged(before: Scorecard, other: Scorecard) -> Scorecard:
    more = {each.id: each for each in other.ratings if each.whole}
    ratings = tuple(each if each.whole else more.get(each.id, each) for each in before.ratings)
    rated = {each.id for each in before.ratings}
    return replace(before, ratings=(*ratings, *(each for each in other.ratings if each.id not in rated)))


def answered(card: Scorecard) -> int:
    """The number of complete ratings."""
    return sum(each.whole for each in card.ratings)


def report(wanted: str, cards: Sequence[Scorecard], practices: Practices, record: Sequence[Figure]) -> ScorecardReport:
    """The report of one round; `cards` are those of all rounds, one for each person and round."""
    here = sorted((card for card in cards if card.round == wanted), key=lambda card: name_key(card.name))
    results = judged(here, practices)
    rounds = in_rounds(card.round for card in cards)
    before = rounds[: rounds.index(wanted) + 1] if wanted in rounds else (wanted,)
    asked = {each.id for each in practices.practices}
    left = [(card.name, len(asked - {each.id for each in card.ratings if each.whole})) for card in here]
    return ScorecardReport(
        wanted,
        tuple(card.name for card in here),
        results,
        levels(results),
        contradictions(results, record),
        before,
        _trend([judged([card for card in cards if card.round == each], practices) for each in before]),
        tuple(record),
        tuple(each for each in left if each[1]),
    )


def judged(cards: Iterable[Scorecard], practices: Practices) -> tuple[PracticeResult, ...]:
    """The rated practices by level, in the file's order; those removed from the file are last."""
    voices: dict[str, list[CompleteRating]] = {}
    copies: dict[str, Practice] = {}
    for card in cards:
        for each in card.ratings:
            if each.importance is not None and each.execution is not None:
                voices.setdefault(each.id, []).append(CompleteRating(card.name, each.importance, each.execution))
                copies.setdefault(each.id, Practice(id=each.id, level=each.level, text=each.text))
    asked = [PracticeResult(each, tuple(voices[each.id])) for each in practices.in_order() if each.id in voices]
    known = {each.id for each in practices.practices}
    removed = [PracticeResult(each, tuple(voices[id]), False) for id, each in copies.items() if id not in known]
    return tuple(sorted((*asked, *removed), key=lambda each: LEVELS.index(each.practice.level)))


def levels(results: Iterable[PracticeResult]) -> dict[Level, float]:
    """The mean gap of each level's practices."""
    return {
        level: _mean(each.gap for each in group)
        for level, group in groupby(results, key=lambda one: one.practice.level)
    }


def contradictions(results: Iterable[PracticeResult], record: Sequence[Figure]) -> tuple[Contradiction, ...]:
    """The ratings that are more than a step better than the record, the largest difference first.

    `never` stands for 0 %, `sometimes` 33, `often` 67, `consistently` 100; a figure without cases
    contradicts nothing.
    """
    figures = {figure.name: figure for figure in record}
    differences = []
    for each in results:
        for name in each.practice.record:
            figure = figures.get(name)
            if figure is None or figure.share is None:
                continue
            for execution in each.answers:
                apart = EXECUTIONS.index(execution) / STEPS - figure.share
                if apart > 1 / STEPS + _HALF_A_PERCENT:
                    names = tuple(voice.name for voice in each.voices if voice.execution == execution)
                    differences.append(Contradiction(each.practice, execution, names, figure, apart))
    return tuple(sorted(differences, key=lambda one: (-one.apart, -len(one.names))))


def _trend(rounds: Sequence[Sequence[PracticeResult]]) -> tuple[GapTrend, ...]:
    by_level = [levels(results) for results in rounds]
    whole = GapTrend(None, tuple(_mean(each.gap for each in results) if results else None for results in rounds))
    return (
        whole,
        *(
            GapTrend(level, tuple(each.get(level) for each in by_level))
            for level in LEVELS
            if any(level in each for each in by_level)
        ),
    )


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return round(sum(numbers) / len(numbers), 1) if numbers else 0.0
