"""A round of scorecards, or of the enemies of teamwork, as one self-contained HTML page with a
chart.

The charts have a bar for each practice (by level, with the figures from the sessions) or for each
habit. The lengths of bars are shares of the picture's width and the text has a fixed size, so that
a chart can be read at any width.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from msgspec import Struct

from session_tui.export.html import standalone
from session_tui.export.svg import BAR, bar, clean, new_picture, svg_text, text
from session_tui.model.team.metrics import Figure
from session_tui.model.team.scorecard import WORST, PracticeResult, ScorecardReport

_LEVEL, _ROW, _LINE = 34, 34, 18  # heights in pixels
_HABIT_ROW = 54
_WIDEST = 44  # characters of a line, so that a practice's text fits a telephone

# The CSS of these charts; `standalone` adds that of all pictures.
_STYLE = ".picture .whole{fill:var(--card);stroke:var(--muted)}.picture .gap{fill:var(--accent)}"


class HabitBar(Struct, frozen=True):
    """A habit's name, its strength from 0 to 1, and the answers of each kind, counted in words."""

    habit: str
    strength: float
    answers: str


# ---- scorecards ---------------------------------------------------------------------------------


def scorecard_page(report: ScorecardReport, contradictions: tuple[str, ...], heading: str, as_of: str) -> bytes:
    """Return the page, as UTF-8; `contradictions` and `heading` are sentences of the report."""
    return standalone(
        "scorecard.html.jinja",
        _STYLE,
        scorecard_chart(report),
        round=report.round,
        heading=heading,
        contradictions=contradictions,
        record=report.record,
        as_of=as_of,
    )


def scorecard_chart(report: ScorecardReport) -> str:
    """The chart of the gaps, as SVG for a page."""
    description = " ".join(f"{each.practice.text}: {_words(each)}." for each in report.judged)
    root = new_picture("gaps", f"Gaps between importance and execution, round {report.round}", description)
    y = 0
    level = ""
    for each in report.judged:
        if each.practice.level != level:
            level = each.practice.level
            mean = report.levels[each.practice.level]
            text(root, y + 20, f"{level.capitalize()}: {mean:.1f}", "title")
            y += _LEVEL
        y = _row(root, y, each, report)
    return svg_text(root, y or _ROW)


def _row(root: Xml.Element, y: int, each: PracticeResult, report: ScorecardReport) -> int:
    for line in _lines(each.practice.text):
        text(root, y + 14, line, "strong")
        y += _LINE
    bar(root, "whole", y, 1)
    bar(root, "gap", y, each.gap / WORST)
    text(root, y + BAR + 16, _words(each), "muted")
    y += BAR + 22
    against = {one.figure.name for one in report.contradictions if one.practice.id == each.practice.id}
    for figure in report.record:
        if figure.name in each.practice.record:
            sign, kind = ("▲ ", "warn") if figure.name in against else ("", "muted")
            text(root, y + 14, sign + _record(figure), kind)
            y += _LINE
    return y + 8


def _words(each: PracticeResult) -> str:
    answers = ", ".join(f"{count} {execution}" for execution, count in each.answers.items())
    return f"gap {each.gap:.1f} of {WORST}; importance {each.importance:g}; {answers}"


def _record(figure: Figure) -> str:
    if figure.share is None:
        return f"On record: nothing yet of {figure.title}"
    return f"On record {figure.share * 100:.0f} %: {figure.counts}"


def _lines(words: str) -> list[str]:
    lines = [""]
    for word in clean(words).split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) > _WIDEST and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


# ---- the enemies of teamwork --------------------------------------------------------------------


def enemies_page(round_: str, heading: str, bars: Sequence[HabitBar], as_of: str) -> bytes:
    """Return the page, as UTF-8; `heading` names the subject of the answers and their number."""
    chart = _habit_chart(round_, bars)
    return standalone("enemies.html.jinja", _STYLE, chart, round=round_, heading=heading, as_of=as_of)


def _habit_chart(round_: str, bars: Sequence[HabitBar]) -> str:
    description = " ".join(f"{each.habit}: {each.answers}." for each in bars)
    root = new_picture("habits", f"Enemies of teamwork, round {round_}", description)
    for number, each in enumerate(bars):
        y = number * _HABIT_ROW
        text(root, y + 14, each.habit, "strong")
        bar(root, "whole", y + 18, 1)
        bar(root, "gap", y + 18, each.strength)
        text(root, y + 44, each.answers, "muted")
    return svg_text(root, _HABIT_ROW * len(bars))
