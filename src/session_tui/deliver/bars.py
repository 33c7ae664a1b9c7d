"""The use of time as a picture for a page: for each part what was planned, what was spent, and what went over.

Lengths are shares of the picture's width and letters have a size of their own, so that it can be read at any width.
"""

from xml.etree import ElementTree as Xml

from rich.cells import cell_len, set_cell_size

from session_tui.deliver.drawing import clean, tell_as
from session_tui.model.session import Part, Session
from session_tui.model.timebox import clock_text
from session_tui.model.words import PART_WORDS

_ROW, _BAR = 42, 12
_WIDEST = 24  # cells of a title; the words beside it fit a telephone then, and the whole title is told in words

INLINE_STYLE = (
    ".picture .planned{fill:var(--card);stroke:var(--muted)}"
    ".picture .spent{fill:var(--accent)}.picture .over{fill:var(--warn)}"
)


def inline(session: Session) -> str:
    """The picture as a part of an HTML page that has `INLINE_STYLE`, of this module and of the map."""
    size = {"width": "100%", "height": str(_ROW * len(session.parts))}
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size})
    told = (f"{_title(part)}: {_words(part)}." for part in session.parts)
    tell_as(root, "time", "Time spent of time planned, by part", " ".join(told))
    longest = max((max(60 * part.minutes, part.spent_seconds) for part in session.parts), default=1)
    for number, part in enumerate(session.parts):
        _row(root, number * _ROW, part, longest)
    return Xml.tostring(root, encoding="unicode")


def _row(root: Xml.Element, y: int, part: Part, longest: int) -> None:
    title = clean(_title(part))
    if cell_len(title) > _WIDEST:
        title = set_cell_size(title, _WIDEST - 1).rstrip() + "…"
    line = Xml.SubElement(root, "text", {"x": "0", "y": str(y + 14)})
    Xml.SubElement(line, "tspan", {"class": "strong"}).text = title
    Xml.SubElement(line, "tspan", {"class": "muted", "dx": "8"}).text = _words(part)
    planned, spent = 60 * part.minutes, part.spent_seconds
    _bar(root, "planned", y, 0, planned / longest)
    _bar(root, "spent", y, 0, min(spent, planned) / longest)
    _bar(root, "over", y, planned / longest, (spent - planned) / longest)


def _bar(root: Xml.Element, kind: str, y: int, begins: float, long: float) -> None:
    if long > 0:
        place = {"x": f"{100 * begins:.2f}%", "y": str(y + 20), "width": f"{100 * long:.2f}%", "height": str(_BAR)}
        Xml.SubElement(root, "rect", {"class": kind, **place})


def _title(part: Part) -> str:
    return part.title or PART_WORDS[part.kind]


def _words(part: Part) -> str:
    over = part.spent_seconds - 60 * part.minutes
    late = f", {clock_text(over)} over" if over > 0 else ""
    return f"{clock_text(part.spent_seconds)} of {part.minutes}:00{late}"
