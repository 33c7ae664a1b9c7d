"""What a report on the enemies of teamwork says, in words and bars; and what is said to those who answer."""

from collections.abc import Sequence

from session_tui.model.enemies import (
    FREQUENCIES,
    FREQUENCY_WORDS,
    HABITS,
    WORTH_ASKING,
    Answer,
    Frequency,
    Report,
    Told,
    missing,
)
from session_tui.store.about_us import Together
from session_tui.store.enemies import Growing
from session_tui.tui.parts import charts

HOW = "Each of twenty habits is not seen, seen, often there, or rules. It takes three minutes."
WITHOUT_NAMES = (
    "Without names: what you answer is written once, when all twenty are answered, into a file with a random name and "
    "no time finer than the round. There is a report from three answers on. Whoever opens the files themselves sees "
    "single answers, and whoever looks at the folder sees when it changed."
)
STEPS = len(FREQUENCIES) - 1  # from not seen to rules


def bar(said: Frequency) -> str:
    """One answer as a bar of three cells."""
    return charts.bar(FREQUENCIES.index(said) / STEPS, STEPS)


def answers(each: Told) -> str:
    """How often, as all say it: `often` of one; of more how many said what, the strongest first."""
    if each.many == 1:
        return FREQUENCY_WORDS[FREQUENCIES[each.counts.index(1)]]
    said = [f"{many} {FREQUENCY_WORDS[FREQUENCIES[step]]}" for step, many in enumerate(each.counts) if many]
    return ", ".join(reversed(said))


def row(each: Told) -> tuple[str, str, str, str]:
    """Bar, habit, the share that saw it, how often."""
    return charts.bar(each.weight / STEPS), each.words, f"{each.share:.0%}", answers(each)


def people(many: int) -> str:
    """How many answered."""
    return f"{many} {'person' if many == 1 else 'people'}"


def living(told: Report) -> str:
    """`3 often or ruling`: all that may be seen before somebody opens it."""
    return f"{len(told.living)} often or ruling"


def worth_asking(told: Report | None) -> str:
    """The question at the end of a session; nothing where it need not be asked."""
    if told is None or len(told.living) < WORTH_ASKING:
        return ""
    return f"{len(told.living)} enemies of teamwork: is this customer worth the team's time?"


def course(rounds: Sequence[Report]) -> str:
    """A bar a round, the higher the stronger the habits of all that were spoken of."""
    return "".join(charts.level(mean(each) / STEPS) for each in rounds)


def mean(told: Report) -> float:
    """The mean of all habits, 0 to 3."""
    return round(sum(each.weight for each in told.habits) / len(told.habits), 1) if told.habits else 0.0


def done(given: Answer) -> str:
    """How far somebody is; habits of a newer list are none of these."""
    return f"{len(HABITS) - len(missing(given))} of {len(HABITS)} answered"


def in_git(repository: str) -> str:
    """What is said before anything is written into a folder that git keeps."""
    return (
        f"▲ git keeps this folder ({repository}): the commit names who added a file. Answer in turn at one keyboard, "
        "and one file holds the answers of several."
    )


def farewell(given: Growing | Together) -> str:
    """What the terminal says afterwards."""
    if isinstance(given, Together):
        many = given.written
        if not many:
            return "" if given.waiting else "Nothing was written."  # what waits is told by whoever keeps it elsewhere
        kept = f"{many} {'answer' if many == 1 else 'answers'} about us in round {given.round}, without names."
        return f"{kept} session-tui enemies report --about us shows them from three on."
    about = "me" if given.private else f'"{given.head["account"]!s}"'
    told = f"{done(given.answers)} in round {given.round}"
    return f"{told}; session-tui enemies report --about {about} shows them."
