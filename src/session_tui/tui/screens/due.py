"""The deals whose session is owed, and why; enter begins or prepares one."""

from datetime import date

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import dates
from session_tui.model.cadence import Owed
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.screens.asking import Asking, detail_line, keys, words
from session_tui.tui.text import Text
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.rows import Rows

COLUMNS = (
    Column("Due", 8),
    Column("Account", share=2),
    Column("Why", share=4),
    Column("Opportunity", share=2, least=90),
)
EMPTY = (
    "No session is due.",
    "The rule is [cadence] in session-tui.toml:",
    "weekday, every_days, on_phase_change.",
)
MOST_ROWS = 12


class DueScreen(Asking[str]):
    """Answers the account to hold a session on, or nothing."""

    BINDINGS = [("up,k", "move(-1)", "up"), ("down,j", "move(1)", "down"), ("enter", "choose", "begin")]

    def __init__(self, owed: tuple[Owed, ...], today: date) -> None:
        super().__init__()
        self.owed = {str(number): each for number, each in enumerate(owed)}
        self.today = today

    def compose(self) -> ComposeResult:
        """Those owed longest first; every reason of the highlighted one below."""
        with Vertical():
            yield words(f"Sessions due: {len(self.owed)}", "title")
            yield Rows()
            yield detail_line()
            yield words("", "words why")
            yield keys(("↑↓", "choose"), ("⏎", "begin or prepare one"), ("esc", "back"))

    def on_mount(self) -> None:
        """The first is highlighted."""
        rows = self.query_one(Rows)
        rows.styles.height = min(len(self.owed) + 1, MOST_ROWS) if self.owed else len(EMPTY) + 1
        rows.table = Table(COLUMNS, tuple(self.owed), self._cells, EMPTY)
        self._light(next(iter(self.owed), ""))

    def action_move(self, by: int) -> None:
        """Another row."""
        self._light(self.query_one(Rows).move(by))

    def action_choose(self) -> None:
        """This account."""
        if found := self.owed.get(self.query_one(Rows).highlighted):
            self.dismiss(found.account)

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self._light(message.entry_id)

    def _light(self, key: str) -> None:
        self.query_one(Rows).highlighted = key
        found = self.owed.get(key)
        reasons = tuple(each for each in found.reasons) if found else ()
        self.query_one(".why", Paragraph).update(Text.lines(reasons))
        if found:
            deal = " · ".join(each for each in (found.account, found.opportunity, found.phase) if each)
            self.query_one("#detail", Line).say((deal, "muted"))

    def _cells(self, key: str) -> tuple[Cell, ...]:
        one = self.owed[key]
        return (
            Cell(dates.short(one.due_on, self.today), "warn" if one.due_on < self.today else ""),
            Cell(one.account),
            Cell(one.reasons[0]),
            Cell(one.opportunity, "muted"),
        )
