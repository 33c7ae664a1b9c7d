"""The texts of a report on scorecards, for the terminal, the picture and screen readers."""

from collections.abc import Sequence

from session_tui.model import formats, glyphs
from session_tui.model.team.metrics import Figure
from session_tui.model.team.practices import EXECUTION_WORDS
from session_tui.model.team.scorecard import WORST, Contradiction, PracticeResult, ScorecardReport
from session_tui.tui.drawings import sparklines

_NAMES = 3  # people named one by one; a company of forty is counted


def percent(figure: Figure) -> str:
    """Return `30 %`, or a dash where there is nothing to count."""
    return "–" if figure.share is None else f"{figure.share * 100:.0f} %"


def contradiction(each: Contradiction) -> str:
    """Return a sentence with the team's view and the figure of the record."""
    figure = each.figure
    return (
        f"{glyphs.WARNING} Rated {EXECUTION_WORDS[each.execution]}, on record {percent(figure)}: {each.practice.text} "
        f"({figure.counts}). Said by {people(each.names)}."
    )


def heading(report: ScorecardReport) -> str:
    """Return the round, and who answered."""
    many = len(report.people)
    who = f"{formats.count(many, 'person', 'people')} ({people(report.people)})" if many else "nobody yet"
    return f"Round {report.round}: {who}. A gap is importance times distance from consistently, 0 to {WORST}."


def people(names: Sequence[str]) -> str:
    """Return the names, or the first ones and the number of the others."""
    if len(names) <= _NAMES + 1:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "nobody"
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def answers(each: PracticeResult) -> str:
    """Return the answers in words: `often` of one person; of more the counts, a line each."""
    counts = each.answers
    if len(each.voices) == 1:
        return each.voices[0].execution
    return "\n".join(f"{many} {execution}" for execution, many in counts.items())


def practice(each: PracticeResult) -> str:
    """Return the practice's text, and whether it is still asked."""
    return each.practice.text + ("" if each.asked else " (not asked any more)")


def on_record(figure: Figure) -> str:
    """Return the sessions' figures for it."""
    if figure.share is None:
        return f"  on record: nothing yet of {figure.title}{f'; {figure.gap}' if figure.gap else ''}"
    return f"  on record {percent(figure)}: {figure.counts}"


def apart(each: PracticeResult) -> str:
    """Return the people at both ends: `Ana Ruiz 0, Mei Tan 24`."""
    ordered = sorted(each.voices, key=lambda voice: voice.gap)
    return ", ".join(f"{voice.name} {voice.gap}" for voice in (ordered[0], ordered[-1]))


def course(gaps: Sequence[float | None]) -> str:
    """Return a bar for each round, its height the gap; a dot for a round without one."""
    return "".join(sparklines.GAP if gap is None else sparklines.level(gap / WORST) for gap in gaps)


def figure(each: Figure) -> tuple[str, str, str, str]:
    """Return the bar, the percentage, the counts, and the title with the gap in the count."""
    title = f"{each.title}; {each.gap}" if each.gap else each.title
    if each.share is None:
        return "", percent(each), "nothing yet", title
    return sparklines.bar(each.share), percent(each), f"{each.many} of {each.of}", title
