"""The use of time as a picture for a page: for each part what was planned, what was spent, and what went over.

Lengths are shares of the picture's width and letters have a size of their own, so that it can be read at any width.
"""

from xml.etree import ElementTree as Xml

from rich.cells import cell_len, set_cell_size

from session_tui.export.svg import bar, clean, finished, new_picture, text
from session_tui.model.session import Part, Session
from session_tui.model.timebox import clock_text
from session_tui.model.vocabulary import PART_WORDS

_ROW = 42
_WIDEST = 24  # cells of a title; the words beside it fit a telephone then, and the whole title is told in words

INLINE_STYLE = (
    ".picture .planned{fill:var(--card);stroke:var(--muted)}"
    ".picture .spent{fill:var(--accent)}.picture .over{fill:var(--warn)}"
)


def inline(session: Session) -> str:
    """The picture as a part of an HTML page that has `INLINE_STYLE`, of this module and of the map."""
    told = (f"{_title(part)}: {_words(part)}." for part in session.parts)
    root = new_picture("time", "Time spent of time planned, by part", " ".join(told))
    longest = max((max(60 * part.minutes, part.spent_seconds) for part in session.parts), default=1)
    for number, part in enumerate(session.parts):
        _row(root, number * _ROW, part, longest)
    return finished(root, _ROW * len(session.parts))


def _row(root: Xml.Element, y: int, part: Part, longest: int) -> None:
    title = clean(_title(part))
    if cell_len(title) > _WIDEST:
        title = set_cell_size(title, _WIDEST - 1).rstrip() + "…"
    text(root, y + 14, title, "strong", beside=_words(part))
    planned, spent = 60 * part.minutes, part.spent_seconds
    bar(root, "planned", y + 20, planned / longest)
    bar(root, "spent", y + 20, min(spent, planned) / longest)
    bar(root, "over", y + 20, (spent - planned) / longest, planned / longest)


def _title(part: Part) -> str:
    return part.title or PART_WORDS[part.kind]


def _words(part: Part) -> str:
    over = part.spent_seconds - 60 * part.minutes
    late = f", {clock_text(over)} over" if over > 0 else ""
    return f"{clock_text(part.spent_seconds)} of {part.minutes}:00{late}"
