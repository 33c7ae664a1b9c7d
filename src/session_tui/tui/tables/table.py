"""A part's table as a value: columns, ids, and a function that returns the cells of a row when it
is drawn.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from session_tui.model import glyphs
from session_tui.model.history import Past
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Session

MapView: TypeAlias = Literal["table", "map", "grid", "coverage"]  # the views of the stakeholder part

# The size of the chart.
Zoom: TypeAlias = Literal["fit", "cards", "small", "names", "lines"]
ZOOM_WORDS: dict[Zoom, str] = {
    "fit": "the largest that fits",
    "cards": "cards",
    "small": "small cards",
    "names": "names with a line below each",
    "lines": "a line a person",
}
ZOOMS: tuple[Zoom, ...] = ("fit", "cards", "small", "names", "lines")


class Column(Struct, frozen=True):
    """`width` is in cells; 0 means a `share` of the remaining width. The column is shown if the
    table is `least` to `most` cells wide.
    """

    title: str
    width: int = 0
    share: int = 1
    least: int = 0
    most: int = 10_000


class Cell(Struct, frozen=True):
    """A text and its tone. The text is made safe here, so that it is measured and cut as it is
    shown.
    """

    text: str
    tone: str = ""

    def __post_init__(self) -> None:
        if not self.text.isprintable():
            force_setattr(self, "text", safe_text(self.text))


class Table(Struct, frozen=True):
    """`cells` returns the cells of an id; `empty` are lines about what to do while there is no
    row; `finding` is the summary of the rows.
    """

    columns: tuple[Column, ...]
    ids: tuple[str, ...]
    cells: Callable[[str], tuple[Cell, ...]]
    empty: tuple[str, ...]
    finding: str = ""


class View(Struct, frozen=True):
    """The session, and everything else on which a part's table depends."""

    session: Session
    today: date
    people: tuple[str, ...] = ()
    curtain: bool = False
    look: MapView = "table"
    bare_zones: tuple[str, ...] = ()
    past: Past = Past()


COVERED = Cell("·····", "muted")


def dots(value: int | None) -> str:
    """A value from 0 to 5 as filled and empty bars, `▮▮▮▯▯`; a question mark for None."""
    return "?" if value is None else glyphs.MUCH * value + glyphs.LITTLE * (5 - value)


def shortener(names: Iterable[str]) -> Callable[[str], str]:
    """A function that returns the first word of a name if no other name begins with it, else the
    whole name.

    The names are counted once, so that drawing a row takes no longer with many people.
    """
    firsts = Counter(name.split(" ", 1)[0] for name in set(names))

    def short(name: str) -> str:
        first = name.split(" ", 1)[0]
        return safe_text(first if firsts[first] <= 1 else name)

    return short
