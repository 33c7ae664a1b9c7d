"""The enemies of teamwork: twenty habits, one person's answers about them, and the report of
several answers.

Answers about our own team (`us`) are anonymous. A report about them needs at least three answers,
and must differ from the report before by at least three. Answers about oneself or an account count
at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import SCHEMA, Name
from session_tui.model.team.practices import ROUND, is_round

Frequency: TypeAlias = Literal["not_seen", "seen", "often", "rules"]
Answer: TypeAlias = dict[str, Frequency]  # by the habits' ids; unknown ids from a newer version are preserved

FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
FREQUENCY_WORDS: dict[Frequency, str] = {each: each.replace("_", " ") for each in FREQUENCIES}
HOW_TO_ANSWER = "Write 0 not seen, 1 seen, 2 often, 3 rules, or the first letter: n s o r."
FEWEST = 3  # anonymous answers of a report, and the smallest difference between two reports
WORTH_ASKING = 5  # strong habits of a customer from which on the close screen asks about them
_YEAR = lazy_pattern(r"([12][0-9]{3})(?:-?Q([1-4])|-(0[1-9]|1[0-2])(?![0-9]))?", re.IGNORECASE)

_HABITS = """
personal_agendas no_compromise insecurity weak_links misaligned_goals glory_stealing no_trust blame_fixing favouritism
overemphasis_on_compensation finger_pointing no_vision rumour_mongering high_turnover poor_leadership
constant_reorganisation selfishness carrying_weak_performers internal_competition_and_silos cynicism
"""
HABITS: dict[str, str] = {each: each.replace("_", " ") for each in _HABITS.split()}  # id: words


class Us(Struct, frozen=True, kw_only=True):
    """The anonymous answers about our own team in one round, without names, times or order."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["us"]
    round: Name
    answers: Annotated[tuple[Answer, ...], Meta(min_length=1)]


class MyRound(Struct, frozen=True, kw_only=True):
    """One person's answer about themselves in one round."""

    round: Name
    answers: Answer = {}


class Mine(Struct, frozen=True, kw_only=True):
    """One person's answers about themselves; the file is in their private folder."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["me"]
    rounds: tuple[MyRound, ...] = ()


class Theirs(Struct, frozen=True, kw_only=True):
    """One person's answer about a customer in one round."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["account"]
    account: Name
    round: Name
    name: Name
    answers: Answer = {}


BY_ABOUT: dict[str, type[Us] | type[Mine] | type[Theirs]] = {"us": Us, "me": Mine, "account": Theirs}


class HabitResult(Struct, frozen=True):
    """One habit, with the number of answers of each frequency, from `not_seen` to `rules`."""

    id: str
    counts: tuple[int, int, int, int]

    @property
    def words(self) -> str:
        """The habit in words; an unknown one by its id."""
        return HABITS.get(self.id) or (self.id.replace("_", " "))

    @property
    def many(self) -> int:
        """The number of answers."""
        return sum(self.counts)

    @property
    def seen_by(self) -> int:
        """The number of answers other than `not_seen`."""
        return self.many - self.counts[0]

    @property
    def strong(self) -> int:
        """The number of answers `often` and `rules`."""
        return self.counts[2] + self.counts[3]

    @property
    def share(self) -> float:
        """The share of answers other than `not_seen`, 0 to 1."""
        return round(self.seen_by / self.many, 3)

    @property
    def weight(self) -> float:
        """The mean of the answers, from 0 (`not_seen`) to 3 (`rules`)."""
        return round(sum(step * count for step, count in enumerate(self.counts)) / self.many, 2)

    @property
    def lives(self) -> bool:
        """At least half of the answers are `often` or `rules`."""
        return 2 * self.strong >= self.many


class HabitsReport(Struct, frozen=True):
    """The results of a round with `many` answers, the strongest habit first."""

    round: str
    many: int
    habits: tuple[HabitResult, ...]

    @property
    def living(self) -> tuple[HabitResult, ...]:
        """The habits for which `lives` is true."""
        return tuple(each for each in self.habits if each.lives)


def report(wanted: str, answers: Sequence[Answer]) -> HabitsReport:
    """Summarise all answers of one round, without unknown habits and those without an answer."""
    results = []
    for habit in HABITS:
        frequencies = [each[habit] for each in answers if habit in each]
        if frequencies:
            no, seen, often, rules = (frequencies.count(each) for each in FREQUENCIES)
            results.append(HabitResult(habit, (no, seen, often, rules)))
    ordered = sorted(results, key=lambda each: (-each.weight, -each.strong))
    return HabitsReport(wanted, len(answers), tuple(ordered))


def about_account(account: str, files: Iterable[Theirs]) -> tuple[HabitsReport, ...]:
    """A report of each round with answers about this account, in the order of `files`.

    Two files of one person in one round are merged; the first file's answer to a habit counts.
    """
    rounds: dict[str, dict[str, Answer]] = {}
    for each in files:
        if name_key(each.account) == name_key(account) and each.answers:
            people = rounds.setdefault(each.round, {})
            people[name_key(each.name)] = {**each.answers, **people.get(name_key(each.name), {})}
    return tuple(report(name, tuple(people.values())) for name, people in rounds.items())


def shown(there: Mapping[str, int], before: Mapping[str, int]) -> frozenset[str] | None:
    """The files that a report about our own team may count; None where no report is allowed.

    `there` is the number of answers of each present file, `before` of each file that the last
    report counted. Two reports of three and of four answers would reveal the fourth answer by
    their difference. So new answers count only from three on, and until then the report does not
    change. If a counted answer was removed, there is no report.
    """
    if not before:
        return frozenset(there) if sum(there.values()) >= FEWEST else None
    removed = sum(many for file, many in before.items() if file not in there)
    new = sum(many for file, many in there.items() if file not in before)
    if sum(there.values()) >= FEWEST and (removed + new >= FEWEST or not removed + new):
        return frozenset(there)
    return None if removed else frozenset(before)


def strange(answers: Iterable[Answer]) -> tuple[str, ...]:
    """The ids of habits that are unknown to this version, sorted."""
    return tuple(sorted({habit for each in answers for habit in each if habit not in HABITS}))


def missing(answer: Answer) -> tuple[str, ...]:
    """The habits without an answer."""
    return tuple(habit for habit in HABITS if habit not in answer)


def read_answer(text: str) -> Frequency | Fault:
    """Parse `0` to `3`, or the beginning of a frequency's word, or return a fault."""
    typed = text.strip().lower().replace("_", " ")
    fits = [each for each, words in FREQUENCY_WORDS.items() if typed and words.startswith(typed)]
    if len(typed) == 1 and typed in "0123":
        return FREQUENCIES[int(typed)]
    return fits[0] if fits else Fault("", f"{text.strip()[:40]} is not an answer here", HOW_TO_ANSWER)


def first_day(name: str) -> date:
    """The first day of a quarter, month or year; a fixed day for other names of rounds."""
    match = _YEAR.match(name)
    if not match:
        return date(2000, 1, 1)
    year, quarter, month = match.groups()
    return date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), 1)


def faults(value: Us | Mine | Theirs) -> tuple[Fault, ...]:
    """The faults beyond those of types: wrong or repeated rounds, incomplete answers about us."""
    if isinstance(value, Mine):
        invalid = [
            Fault(f"rounds[{number}].round", f'"{each.round}" is not {ROUND}')
            for number, each in enumerate(value.rounds, 1)
            if not is_round(each.round)
        ]
        names = [each.round for each in value.rounds]
        first = {name: at for at, name in reversed([*enumerate(names, 1)])}
        twice = [at for at, name in enumerate(names, 1) if first[name] < at]
        return (*invalid, *(Fault(f"rounds[{at}].round", f'"{names[at - 1]}" is there twice') for at in twice))
    named = () if is_round(value.round) else (Fault("round", f'"{value.round}" is not {ROUND}'),)
    if isinstance(value, Theirs):
        return named
    return (*named, *(_not_whole(number, each) for number, each in enumerate(value.answers, 1) if missing(each)))


def unknown(value: Us | Mine | Theirs) -> tuple[Fault, ...]:
    """Warnings about habits that are unknown to this version: a typing error, or a newer list."""
    result = []
    for where, answer in _places(value):
        result += [
            Fault(f"{where}.{habit}", "this version knows no such habit", "It is kept, and not counted.")
            for habit in strange([answer])
        ]
    return tuple(result)


def _places(value: Us | Mine | Theirs) -> list[tuple[str, Answer]]:
    match value:
        case Us():
            return [(f"answers[{number}]", each) for number, each in enumerate(value.answers, 1)]
        case Mine():
            return [(f"rounds[{number}].answers", each.answers) for number, each in enumerate(value.rounds, 1)]
    return [("answers", value.answers)]


def _not_whole(number: int, answer: Answer) -> Fault:
    left = missing(answer)
    words = ", ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
    return Fault(f"answers[{number}]", f"{words} not answered", "An answer about us counts when it is whole.")
