"""Two sessions side by side: in two columns where there is room, else each fact from what it was to what it is."""

from datetime import date
from functools import partial

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen

from session_tui.model import comparing, dates
from session_tui.model.comparing import Compared, Pair
from session_tui.model.session import Session
from session_tui.tui.copying import copy_selection
from session_tui.tui.text import Text
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph

WIDE = 100  # columns from which two stand side by side
_SIGNS = {"new": "+", "gone": "−", "changed": "~"}
_WORDS = {"new": "new", "gone": "gone"}


class CompareScreen(Screen[str]):
    """What differs between an earlier session and a later one; what is the same is counted."""

    CSS_PATH = "home.tcss"
    BINDINGS = [("escape,q,enter,ctrl+q", "back", "back"), ("ctrl+c", "copy_or_back", "copy what is selected")]

    def __init__(self, older: Session, newer: Session, today: date) -> None:
        super().__init__()
        self.older, self.newer, self.today = older, newer, today
        self.found = comparing.compare(older, newer, partial(dates.words, today=today))

    def compose(self) -> ComposeResult:
        """Both, and the keys."""
        with VerticalScroll():
            yield Paragraph(id="both")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        keys = (("↑↓", "scroll"), ("pgdn", "page"), ("^c", "copy"), ("esc", "back"))
        told = [piece for key, does in keys for piece in ((key, "key"), (f" {does}   ", "muted"))]
        told.append(("~ changed  + new  − gone", ""))
        self.query_one("#foot", Line).say(*told)
        self.query_one(VerticalScroll).focus()
        self._draw()

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self._draw()

    def shows(self) -> tuple[str, ...]:
        """Both sessions."""
        return self.older.id, self.newer.id

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """Both as their files have them now; while one cannot be read, what is shown stays."""
        if len(found) == 2 and found != (self.older, self.newer):
            self.older, self.newer = found
            self.found = comparing.compare(*found, partial(dates.words, today=self.today))
            self._draw()

    def action_copy_or_back(self) -> None:
        """What the mouse selected goes to the clipboard; where nothing is selected, back."""
        if not copy_selection(self):
            self.action_back()

    def action_back(self) -> None:
        """Back to where it was opened."""
        if len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")

    def _draw(self) -> None:
        wide = self.size.width >= WIDE
        told: list[RenderableType] = [self._heads(wide)]
        if self.older.account.casefold() != self.newer.account.casefold():
            told.append(Text.lines(("", "These are two accounts: whatever they share, they share by name."), "italic"))
        told += [_kind(kind, wide) for kind in self.found if kind.pairs or kind.same]
        if not any(kind.pairs for kind in self.found):
            told.append(Text.lines(("", "The two say the same.")))
        self.query_one("#both", Paragraph).update(Group(*told))

    def _heads(self, wide: bool) -> RenderableType:
        left, right = (Text(_called(one, self.today), "bold") for one in (self.older, self.newer))
        if not wide:
            return Text.assemble(left, "\n", "→ ", right)
        grid = _columns()
        grid.add_row(Text(), left, right)
        return grid


def _columns() -> Grid:
    grid = Grid.grid(padding=(0, 1), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    return grid


def _kind(kind: Compared, wide: bool) -> RenderableType:
    same = f"   {kind.same} as before" if kind.same else ""
    grid = _columns() if wide else Grid.grid(padding=(0, 1))
    for pair in kind.pairs:
        sign = Text(_SIGNS[pair.what], "bold")
        name = Text(pair.name, "bold")
        if wide:
            sides = (
                _facts(pair, pair.was, name if pair.what != "new" else Text()),
                _facts(pair, pair.now, name if pair.what != "gone" else Text()),
            )
            grid.add_row(sign, *sides)
        else:
            grid.add_row(sign, Text("\n").join([each for each in (name, *_lines(pair)) if each.plain]))
    return Group(Text.assemble("\n", (kind.title, "bold underline"), (same, "dim")), grid)


def _facts(pair: Pair, facts: comparing.Facts, name: Text) -> Text:
    lines = [name] if name.plain else []
    lines += [Text.assemble((f"{key} ", "dim"), value) for key, value in facts]
    return Text("\n").join(lines)


def _lines(pair: Pair) -> list[Text]:
    if pair.what == "changed":
        was = dict(pair.was)
        return [Text.assemble((f"{key} ", "dim"), was[key], (" → ", "dim"), value) for key, value in pair.now]
    return [
        Text(_WORDS[pair.what], "dim"),
        *(Text.assemble((f"{key} ", "dim"), value) for key, value in pair.was or pair.now),
    ]


def _called(one: Session, today: date) -> str:
    when = dates.words(one.started_at.astimezone().date(), today) if one.started_at else one.status
    return " · ".join(each for each in (one.account, one.zone, when) if each)
