"""One thing in two versions: both as they are, which of them stays, and what becomes of it."""

from collections.abc import Callable
from datetime import date

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from session_tui.model.clean import harmless
from session_tui.model.merge_words import Said, becomes, called, said
from session_tui.model.merging import Choice, Merge, Point
from session_tui.tui.themes import DARK, TONES

WIDE = 96  # cells from which both stand side by side
_LIT, _TAKEN, _LEFT = "▸", "●", "○"
_KEYS = {"ours": "o ours", "theirs": "t theirs", "both": "b both"}


class _Both:
    """Side by side where there is room, else one above the other: whoever measures it at a width gets that height."""

    def __init__(self, head: Text, abreast: Grid, stacked: Grid) -> None:
        self.head, self.abreast, self.stacked = head, abreast, stacked

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.head
        yield self.abreast if options.max_width >= WIDE else self.stacked


class Choosing(Static):
    """A point of a merge; its screen's keys choose. A click highlights it."""

    can_focus = False

    class Chosen(Message):
        """Somebody clicked on it."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, merge: Merge, point: Point, day: Callable[[date], str]) -> None:
        super().__init__(markup=False)
        self.point = point
        self.choice: Choice | None = None
        self.lit = False
        self.drawn = False
        self._told = said(merge, point, day)

    def show(self, choice: Choice | None, *, lit: bool) -> None:
        """This is chosen now, and this is highlighted or not."""
        if not self.drawn or (choice, lit) != (self.choice, self.lit):
            self.choice, self.lit, self.drawn = choice, lit, True
            self.update(_Both(self._head(), self._abreast(), self._stacked()))

    def on_click(self) -> None:
        """The highlight comes here."""
        self.post_message(self.Chosen(self.point.key))

    def _tone(self, name: str) -> Style:
        return TONES.get(self.app.theme, TONES[DARK.name])[name]

    def _head(self) -> Text:
        name = Text(no_wrap=True, overflow="ellipsis")
        name.append(f"{_LIT if self.lit else ' '} ", self._tone("key"))
        name.append(f" {harmless(called(self.point))} ", self._tone("row") if self.lit else self._tone("strong"))
        keys = "   ".join(_KEYS[each] for each in self.point.choices if each != self.choice)
        if self.choice is None:
            name.append(f"  ? to decide: {keys}", self._tone("warn"))
        else:
            name.append(f"  {harmless(becomes(self.point, self.choice))}", self._tone("muted"))
            name.append(f"   {keys}" if self.lit else "", self._tone("key"))
        return name

    def _abreast(self) -> Grid:
        grid = Grid.grid(padding=(0, 1), expand=True)
        for ratio in (None, None, 1, None, 1):
            grid.add_column(ratio=ratio, overflow="fold")
        ours, theirs = (self._words(each) for each in self._told)
        grid.add_row(Text("  "), self._sign("ours"), ours, self._sign("theirs"), theirs)
        return grid

    def _stacked(self) -> Grid:
        grid = Grid.grid(padding=(0, 1), expand=True)
        for ratio in (None, None, None, 1):
            grid.add_column(ratio=ratio, overflow="fold")
        for side, told in zip(("ours", "theirs"), self._told, strict=True):
            grid.add_row(Text("  "), self._sign(side), Text(side, self._tone("muted")), self._words(told))
        return grid

    def _sign(self, side: str) -> Text:
        taken = self.choice in (side, "both")
        return Text(_TAKEN, self._tone("good")) if taken else Text(_LEFT, self._tone("muted"))

    def _words(self, told: Said | None) -> Text:
        if told is None:
            return Text("does not have it", self._tone("muted") + Style(italic=True))
        text = Text(harmless(told.name), self._tone("plain"))
        for key, value in told.facts:
            text.append(f"\n{harmless(key)} ", self._tone("muted")).append(harmless(value), self._tone("plain"))
        return text
