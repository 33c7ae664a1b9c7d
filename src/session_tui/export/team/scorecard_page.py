"""A round of scorecards as one HTML page without outside parts, with a chart of the gaps.

The chart has a bar for each practice, by level, and beside it the figures on record. Lengths are shares of the
picture's width and letters have a size of their own, so that it can be read at any width.
"""

from xml.etree import ElementTree as Xml

from session_tui.export.html import standalone
from session_tui.export.svg import BAR, bar, clean, new_picture, svg_text, text
from session_tui.model.team.metrics import Figure
from session_tui.model.team.scorecard import WORST, PracticeResult, ScorecardReport

_LEVEL, _ROW, _LINE = 34, 34, 18
_WIDEST = 44  # letters of a line; a practice's words fit a telephone then

# What the picture has beside `drawing.INLINE_STYLE`, which the page has for all of them.
INLINE_STYLE = ".picture .whole{fill:var(--card);stroke:var(--muted)}.picture .gap{fill:var(--accent)}"


def page(report: ScorecardReport, contradictions: tuple[str, ...], heading: str, as_of: str) -> bytes:
    """The page, as UTF-8; `contradictions` and `heading` are the report's own sentences."""
    return standalone(
        "scorecard.html.jinja",
        INLINE_STYLE,
        picture(report),
        round=report.round,
        heading=heading,
        contradictions=contradictions,
        record=report.record,
        as_of=as_of,
    )


def picture(report: ScorecardReport) -> str:
    """The picture as a part of an HTML page that has `INLINE_STYLE`, of this module and of `drawing`."""
    told = (f"{each.practice.text}: {_words(each)}." for each in report.judged)
    root = new_picture("gaps", f"Gaps between importance and execution, round {report.round}", " ".join(told))
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
    said = ", ".join(f"{many} {execution}" for execution, many in each.answers.items())
    return f"gap {each.gap:.1f} of {WORST}; importance {each.importance:g}; {said}"


def _record(figure: Figure) -> str:
    if figure.share is None:
        return f"On record: nothing yet of {figure.title}"
    return f"On record {figure.share * 100:.0f} %: {figure.many} of {figure.of} {figure.title}"


def _lines(words: str) -> list[str]:
    lines = [""]
    for word in clean(words).split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) > _WIDEST and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines
