"""The deals whose session is due, with reasons; enter begins or prepares one."""

from datetime import date

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import dates
from session_tui.model.reports.cadence import Owed
from session_tui.tui.screens.dialog import ListDialog, words
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph

COLUMNS = (
    Column("Due", 8),
    Column("Account", share=2),
    Column("Why", share=4),
    Column("Opportunity", share=2, least=90),
)
EMPTY = ("No session is due.", "The rule is [cadence] in session-tui.toml:", "weekday, every_days, on_phase_change.")


class DueScreen(ListDialog[Owed]):
    """Returns the chosen deal, or None."""

    FOOT = ("move", "choose", "back")
    BINDINGS = [("enter", "choose", "begin or prepare one")]

    def __init__(self, owed: tuple[Owed, ...], today: date, trouble: str = "") -> None:
        super().__init__()
        self.trouble = trouble
        self.owed = {str(number): each for number, each in enumerate(owed)}
        self.today = today

    def compose(self) -> ComposeResult:
        """Compose the list, longest due first, and the reasons of the highlighted deal."""
        with Vertical():
            yield words(f"Sessions due: {len(self.owed)}", "title")
            if self.trouble:
                yield words(f"Without the pipeline: {self.trouble}", "words")
            yield from self.the_list()
            yield words("", "words why")
            yield from self.bottom()

    def table(self) -> Table:
        """Return a table with a row for each deal."""
        return Table(COLUMNS, tuple(self.owed), self._cells, EMPTY)

    def detail(self, key: str) -> tuple[str, ...]:
        """Return the deal and its reasons."""
        one = self.owed.get(key)
        self.query_one(".why", Paragraph).update(Text.lines(one.reasons if one else ()))
        return (" · ".join(filter(None, (one.account, one.opportunity, one.phase))),) if one else ()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Choosing needs a deal that is due."""
        return "No session is due." if action == "choose" and not self.owed else ""

    def action_choose(self) -> None:
        """Return the highlighted deal."""
        self.close(self.owed[self.highlighted])

    def _cells(self, key: str) -> tuple[Cell, ...]:
        one = self.owed[key]
        return (
            Cell(dates.short(one.due_on, self.today), "warn" if one.due_on < self.today else ""),
            Cell(one.account),
            Cell(one.reasons[0]),
            Cell(one.opportunity, "muted"),
        )
