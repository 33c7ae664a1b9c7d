"""A round of scorecards as a picture for a page: a bar a practice by level, beside each what is on record.

Lengths are shares of the picture's width and letters have a size of their own, so that it can be read at any width.
"""

from xml.etree import ElementTree as Xml

from session_tui.deliver.drawing import clean, tell_as
from session_tui.model.record import Figure
from session_tui.model.scorecard import WORST, Judged, Report

_LEVEL, _ROW, _LINE, _BAR = 34, 34, 18, 12
_WIDEST = 44  # letters of a line; a practice's words fit a telephone then

# What the picture has beside `drawing.INLINE_STYLE`, which the page has for all of them.
INLINE_STYLE = ".picture .whole{fill:var(--card);stroke:var(--muted)}.picture .gap{fill:var(--accent)}"


def picture(report: Report) -> str:
    """The picture as a part of an HTML page that has `INLINE_STYLE`, of this module and of `drawing`."""
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": "100%"})
    told = (f"{each.practice.text}: {_words(each)}." for each in report.judged)
    tell_as(root, "gaps", f"Gaps between importance and execution, round {report.round}", " ".join(told))
    y = 0
    level = ""
    for each in report.judged:
        if each.practice.level != level:
            level = each.practice.level
            mean = report.levels[each.practice.level]
            _text(root, y + 20, f"{level.capitalize()}: {mean:.1f}", "title")
            y += _LEVEL
        y = _row(root, y, each, report)
    root.set("height", str(y or _ROW))
    return Xml.tostring(root, encoding="unicode")


def _row(root: Xml.Element, y: int, each: Judged, report: Report) -> int:
    for line in _lines(each.practice.text):
        _text(root, y + 14, line, "strong")
        y += _LINE
    _bar(root, "whole", y, 1)
    _bar(root, "gap", y, each.gap / WORST)
    _text(root, y + _BAR + 16, _words(each), "muted")
    y += _BAR + 22
    against = {one.figure.name for one in report.contradictions if one.practice.id == each.practice.id}
    for figure in report.record:
        if figure.name in each.practice.record:
            sign, kind = ("▲ ", "warn") if figure.name in against else ("", "muted")
            _text(root, y + 14, sign + _record(figure), kind)
            y += _LINE
    return y + 8


def _words(each: Judged) -> str:
    said = ", ".join(f"{many} {execution}" for execution, many in each.answers.items())
    return f"gap {each.gap:.1f} of {WORST}; importance {each.importance:g}; {said}"


def _record(figure: Figure) -> str:
    if figure.share is None:
        return f"On record: nothing yet of {figure.title}"
    return f"On record {figure.share * 100:.0f} %: {figure.many} of {figure.of} {figure.title}"


def _lines(text: str) -> list[str]:
    lines = [""]
    for word in clean(text).split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) > _WIDEST and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def _text(root: Xml.Element, y: int, words: str, kind: str) -> None:
    line = Xml.SubElement(root, "text", {"x": "0", "y": str(y)})
    Xml.SubElement(line, "tspan", {"class": kind}).text = clean(words)


def _bar(root: Xml.Element, kind: str, y: int, long: float) -> None:
    if long > 0:
        place = {"x": "0", "y": str(y), "width": f"{100 * long:.2f}%", "height": str(_BAR)}
        Xml.SubElement(root, "rect", {"class": kind, **place})
