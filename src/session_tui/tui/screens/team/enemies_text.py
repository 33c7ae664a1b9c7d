"""The texts and bars of a report on the enemies of teamwork, and of the screen that asks."""

from collections.abc import Sequence

from session_tui.model import formats, glyphs
from session_tui.model.team.enemies import (
    FREQUENCIES,
    FREQUENCY_WORDS,
    HABITS,
    WORTH_ASKING,
    Answer,
    Frequency,
    HabitResult,
    HabitsReport,
    missing,
)
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.team.enemies import EnemiesFile
from session_tui.tui.drawings import sparklines

HOW = "Each of twenty habits is not seen, seen, often there, or rules. It takes three minutes."
WITHOUT_NAMES = (
    "Without names: what you answer is written once, when all twenty are answered, into a file with a random name and "
    "no time finer than the round. There is a report from three answers on. A person who opens the files sees single "
    "answers, and one who looks at the folder sees when it changed."
)
STEPS = len(FREQUENCIES) - 1  # from not seen to rules


def bar(frequency: Frequency) -> str:
    """Return one answer as a bar of three cells."""
    return sparklines.bar(FREQUENCIES.index(frequency) / STEPS, STEPS)


def answers(each: HabitResult) -> str:
    """Return the answers in words: `often` of one person; of more the counts, strongest first."""
    if each.many == 1:
        return FREQUENCY_WORDS[FREQUENCIES[each.counts.index(1)]]
    counts = [f"{many} {FREQUENCY_WORDS[FREQUENCIES[step]]}" for step, many in enumerate(each.counts) if many]
    return ", ".join(reversed(counts))


def row(each: HabitResult) -> tuple[str, str, str, str]:
    """Return the bar, the habit, the share of people who saw it, and how often."""
    return sparklines.bar(each.weight / STEPS), each.words, f"{each.share:.0%}", answers(each)


def people(many: int) -> str:
    """Return the number of people who answered, as text."""
    return formats.count(many, "person", "people")


def living(report: HabitsReport) -> str:
    """Return as `3 often or ruling`: all that a screen may show before the page is opened."""
    return f"{len(report.living)} often or ruling"


def worth_asking(report: HabitsReport | None) -> str:
    """Return the question for the end of a session; empty below `WORTH_ASKING` habits."""
    if report is None or len(report.living) < WORTH_ASKING:
        return ""
    return f"{len(report.living)} enemies of teamwork: is this customer worth the team's time?"


def course(rounds: Sequence[HabitsReport]) -> str:
    """Return a bar for each round, its height the mean of all habits."""
    return "".join(sparklines.level(mean(each) / STEPS) for each in rounds)


def mean(report: HabitsReport) -> float:
    """Return the mean of all habits, 0 to 3."""
    return round(sum(each.weight for each in report.habits) / len(report.habits), 1) if report.habits else 0.0


def done(given: Answer) -> str:
    """Return the number of answered habits; habits of a newer list are not counted."""
    return f"{len(HABITS) - len(missing(given))} of {len(HABITS)} answered"


def in_git(repository: str) -> str:
    """Return the warning before a file is written into a folder under git."""
    return (
        f"{glyphs.WARNING} git keeps this folder ({repository}): the commit names who added a file."
        " Answer in turn at one keyboard, and one file holds the answers of several."
    )


def farewell(given: EnemiesFile | AnonymousBatch) -> str:
    """Return the message that the program prints at the end."""
    if isinstance(given, AnonymousBatch):
        many = given.written
        if not many:
            return "" if given.waiting else "Nothing was written."  # the caller reports waiting answers
        kept = f"{formats.count(many, 'answer')} about us in round {given.round}, without names."
        return f"{kept} session-tui enemies report --about us shows them from three on."
    about = "me" if given.private else f'"{given.account}"'
    progress = f"{done(given.answers)} in round {given.round}"
    return f"{progress}; session-tui enemies report --about {about} shows them."
