"""Two sessions compared: two columns where there is room, else one line a fact, old to new."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from textual.app import ComposeResult

from session_tui.model import dates
from session_tui.model.name_keys import name_key
from session_tui.model.reports import comparison
from session_tui.model.reports.comparison import Compared, Pair
from session_tui.model.session import Session
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, paragraph, side_by_side
from session_tui.tui.pieces import Pieces
from session_tui.tui.screens.text_page import TextScreen
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.text_view import TextView

WIDE = 98  # cells from which two stand side by side
SIGN = 2  # a sign, and the space behind it
_SIGNS = {"new": "+", "gone": "−", "changed": "~"}


class CompareScreen(TextScreen):
    """The differences of an earlier and a later session; equal facts are only counted."""

    CSS_PATH = Path(__file__).with_name("compare.tcss")

    def __init__(self, older: Session, newer: Session, today: date) -> None:
        super().__init__()
        self.older, self.newer, self.today = older, newer, today
        self.found = comparison.compare(older, newer, partial(dates.words, today=today))

    def compose(self) -> ComposeResult:
        """Compose the comparison, the meaning of the signs, and the keys."""
        yield TextView(lambda width: TextLayout(tuple(self.lines_of(width)), width))
        yield from self.bottom(StatusLine(id="said"))

    def on_mount(self) -> None:
        """Show the meaning of the signs."""
        self.show_message("~ changed   + new   − gone")

    def shows(self) -> tuple[str, ...]:
        """The names of both sessions."""
        return self.older.id, self.newer.id

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """Compare the files' new values; while one cannot be read, the old comparison stays."""
        if len(found) == 2 and found != (self.older, self.newer):
            self.older, self.newer = found
            self.found = comparison.compare(*found, partial(dates.words, today=self.today))
            self.view.lay_again()

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the comparison's lines at a width."""
        wide = width >= WIDE
        older, newer = (((_called(one, self.today), "bold"),) for one in (self.older, self.newer))
        if wide:
            yield from _columns("", (older,), (newer,), width)
        else:
            yield from paragraph(older, width)
            yield from paragraph(newer, width, (("→ ", ""),))
        if name_key(self.older.account) != name_key(self.newer.account):
            yield TextLine()
            yield from paragraph((("These are two accounts: whatever they share, they share by name.", "em"),), width)
        for kind in self.found:
            if kind.pairs or kind.same:
                yield from _kind(kind, width, wide=wide)
        if not any(kind.pairs for kind in self.found):
            yield from (TextLine(), TextLine((("The two say the same.", ""),)))


def _kind(kind: Compared, width: int, *, wide: bool) -> Iterator[TextLine]:
    yield TextLine()
    same = f"   {kind.same} as before" if kind.same else ""
    yield TextLine(((kind.title, "bold underline"), (same, "dim")))
    for pair in kind.pairs:
        name, sign = ((pair.name, "bold"),), _SIGNS[pair.what]
        if wide:
            was, now = ((name, *map(_fact, facts)) for facts in (pair.was, pair.now))
            yield from _columns(sign, was if pair.what != "new" else (), now if pair.what != "gone" else (), width)
        else:
            lines = (line for text in (name, *_texts(pair)) for line in paragraph(text, width, ((" " * SIGN, ""),)))
            for number, line in enumerate(lines):
                yield line if number else TextLine(((f"{sign} ", "bold"), *line.pieces[1:]))


def _columns(sign: str, was: Iterable[Pieces], now: Iterable[Pieces], width: int) -> Iterator[TextLine]:
    """Yield both texts in two columns, after a sign."""
    room = (width - SIGN) // 2 - 1
    older, newer = ((line.pieces for text in texts for line in paragraph(text, room)) for texts in (was, now))
    for number, pieces in enumerate(side_by_side(older, newer, room)):
        yield TextLine(((f"{sign:<{SIGN}}" if number == 0 else " " * SIGN, "bold"), *pieces))


def _texts(pair: Pair) -> Iterator[Pieces]:
    """Return the old and the new text, one below the other."""
    if pair.what == "changed":
        was: dict[str, str] = dict(pair.was)
        yield from (((key, "dim"), (was[key], ""), ("→", "dim"), (value, "")) for key, value in pair.now)
    else:
        yield ((pair.what, "dim"),)
        yield from map(_fact, pair.was or pair.now)


def _fact(fact: tuple[str, str]) -> Pieces:
    return (fact[0], "dim"), (fact[1], "")


def _called(one: Session, today: date) -> str:
    when = dates.words(one.started_at.astimezone().date(), today) if one.started_at else one.status
    return " · ".join(each for each in (one.account, one.zone, when) if each)
