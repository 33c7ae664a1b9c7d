"""The enemies of teamwork: twenty known habits, what somebody says of each, and what several say together.

About us nobody is named, so a report has rules of its own: from three answers on, and never one that differs from the
last by fewer than three. About me and about an account every answer counts as soon as it is given.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import SCHEMA, Name
from session_tui.model.team.practices import ROUND, is_round

Frequency: TypeAlias = Literal["not_seen", "seen", "often", "rules"]
Answer: TypeAlias = dict[str, Frequency]  # by the habits' ids; those of a newer list are kept

FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
FREQUENCY_WORDS: dict[Frequency, str] = {each: each.replace("_", " ") for each in FREQUENCIES}
HOW_TO_ANSWER = "Write 0 not seen, 1 seen, 2 often, 3 rules, or the first letter: n s o r."
FEWEST = 3  # answers without names that make a report, and by which two reports differ at least
WORTH_ASKING = 5  # habits of a customer that are often there or rule: then the close screen asks
_YEAR = re.compile(r"([12][0-9]{3})(?:-?Q([1-4])|-(0[1-9]|1[0-2])(?![0-9]))?", re.IGNORECASE)

_HABITS = """
personal_agendas no_compromise insecurity weak_links misaligned_goals glory_stealing no_trust blame_fixing favouritism
overemphasis_on_compensation finger_pointing no_vision rumour_mongering high_turnover poor_leadership
constant_reorganisation selfishness carrying_weak_performers internal_competition_and_silos cynicism
"""
HABITS: dict[str, str] = {each: each.replace("_", " ") for each in _HABITS.split()}  # id: its words


class Us(Struct, frozen=True, kw_only=True):
    """Answers about our own house: each one person's, in no order, without a name or a time."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["us"]
    round: Name
    answers: Annotated[tuple[Answer, ...], Meta(min_length=1)]


class MyRound(Struct, frozen=True, kw_only=True):
    """What somebody said of themselves in one round."""

    round: Name
    answers: Answer = {}


class Mine(Struct, frozen=True, kw_only=True):
    """What somebody says of themselves, in their own folder."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["me"]
    rounds: tuple[MyRound, ...] = ()


class Theirs(Struct, frozen=True, kw_only=True):
    """What one of our people says of a customer in one round."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    kind: Literal["enemies"]
    about: Literal["account"]
    account: Name
    round: Name
    name: Name
    answers: Answer = {}


BY_ABOUT: dict[str, type[Us] | type[Mine] | type[Theirs]] = {"us": Us, "me": Mine, "account": Theirs}


class HabitResult(Struct, frozen=True):
    """One habit, and how many said what of it, from not seen to rules."""

    id: str
    counts: tuple[int, int, int, int]

    @property
    def words(self) -> str:
        """Its name; that of a newer list by its id."""
        return HABITS.get(self.id) or (self.id.replace("_", " "))

    @property
    def many(self) -> int:
        """How many said anything of it."""
        return sum(self.counts)

    @property
    def seen_by(self) -> int:
        """How many saw it at all."""
        return self.many - self.counts[0]

    @property
    def strong(self) -> int:
        """How many said that it is often there or rules."""
        return self.counts[2] + self.counts[3]

    @property
    def share(self) -> float:
        """The share of those who answered that saw it."""
        return round(self.seen_by / self.many, 3)

    @property
    def weight(self) -> float:
        """How strong it is: the mean of 0, not seen, to 3, rules."""
        return round(sum(step * count for step, count in enumerate(self.counts)) / self.many, 2)

    @property
    def lives(self) -> bool:
        """At least half of those who answered say that it is often there or rules."""
        return 2 * self.strong >= self.many


class HabitsReport(Struct, frozen=True):
    """What `many` people say of the habits in a round, the strongest first."""

    round: str
    many: int
    habits: tuple[HabitResult, ...]

    @property
    def living(self) -> tuple[HabitResult, ...]:
        """The habits that are often there or rule."""
        return tuple(each for each in self.habits if each.lives)


def report(wanted: str, answers: Sequence[Answer]) -> HabitsReport:
    """All answers of one round together; a habit that nobody spoke of has no line, one of a newer list neither."""
    told = []
    for habit in HABITS:
        said = [each[habit] for each in answers if habit in each]
        if said:
            no, seen, often, rules = (said.count(each) for each in FREQUENCIES)
            told.append(HabitResult(habit, (no, seen, often, rules)))
    ordered = sorted(told, key=lambda each: (-each.weight, -each.strong))
    return HabitsReport(wanted, len(answers), tuple(ordered))


def about_account(account: str, files: Iterable[Theirs]) -> tuple[HabitsReport, ...]:
    """A report of each round in which somebody answered about this account, in the order given by the caller's files.

    Of two files of one person in one round the answers stand together, the first file's before the other's.
    """
    rounds: dict[str, dict[str, Answer]] = {}
    for each in files:
        if name_key(each.account) == name_key(account) and each.answers:
            people = rounds.setdefault(each.round, {})
            people[name_key(each.name)] = {**each.answers, **people.get(name_key(each.name), {})}
    return tuple(report(name, tuple(people.values())) for name, people in rounds.items())


def shown(there: Mapping[str, int], before: Mapping[str, int]) -> frozenset[str] | None:
    """Which files a report about us may count, of those that are there; None where it may not be made.

    Both have the number of answers by file; `before` is what the last report counted. A report of three and then one
    of four would tell by their difference what the fourth person said: so what came since is counted when it is three
    answers, and till then the report stays as it was. Where an answer is gone that was counted, it cannot stay.
    """
    if not before:
        return frozenset(there) if sum(there.values()) >= FEWEST else None
    gone = sum(many for file, many in before.items() if file not in there)
    new = sum(many for file, many in there.items() if file not in before)
    if sum(there.values()) >= FEWEST and (gone + new >= FEWEST or not gone + new):
        return frozenset(there)
    return None if gone else frozenset(before)


def strange(answers: Iterable[Answer]) -> tuple[str, ...]:
    """The habits that this version does not know."""
    return tuple(sorted({habit for each in answers for habit in each if habit not in HABITS}))


def missing(answer: Answer) -> tuple[str, ...]:
    """The habits of which nothing was said."""
    return tuple(habit for habit in HABITS if habit not in answer)


def read_answer(text: str) -> Frequency | Fault:
    """`0` to `3`, or the beginning of a word; the sentence to say otherwise."""
    typed = text.strip().lower().replace("_", " ")
    fits = [each for each, words in FREQUENCY_WORDS.items() if typed and words.startswith(typed)]
    if len(typed) == 1 and typed in "0123":
        return FREQUENCIES[int(typed)]
    return fits[0] if fits else Fault("", f"{text.strip()[:40]} is no answer here", HOW_TO_ANSWER)


def first_day(name: str) -> date:
    """The day on which a round begins: of a quarter, a month or a year; of any other name always the same day."""
    found = _YEAR.match(name)
    if not found:
        return date(2000, 1, 1)
    year, quarter, month = found.groups()
    return date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), 1)


def faults(value: Us | Mine | Theirs) -> tuple[Fault, ...]:
    """What the types cannot say of a file: rounds that are none, an answer about us that is not whole."""
    if isinstance(value, Mine):
        found = [
            Fault(f"rounds[{number}].round", f'"{each.round}" is not {ROUND}')
            for number, each in enumerate(value.rounds, 1)
            if not is_round(each.round)
        ]
        names = [each.round for each in value.rounds]
        first = {name: at for at, name in reversed([*enumerate(names, 1)])}
        twice = [at for at, name in enumerate(names, 1) if first[name] < at]
        return (*found, *(Fault(f"rounds[{at}].round", f'"{names[at - 1]}" stands twice') for at in twice))
    named = () if is_round(value.round) else (Fault("round", f'"{value.round}" is not {ROUND}'),)
    if isinstance(value, Theirs):
        return named
    return (*named, *(_not_whole(number, each) for number, each in enumerate(value.answers, 1) if missing(each)))


def unknown(value: Us | Mine | Theirs) -> tuple[Fault, ...]:
    """Habits that this version does not know: a slip, or of a newer list."""
    found = []
    for where, answer in _places(value):
        found += [
            Fault(f"{where}.{habit}", "this version knows no such habit", "It is kept, and not counted.")
            for habit in strange([answer])
        ]
    return tuple(found)


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
