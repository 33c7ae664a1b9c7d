"""Carried judgements that may never have been made, to be taken back one by one."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model.carried_judgements import CarriedJudgement, carried_judgements
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.dialog import LiveListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (Column("", 3), Column("Carried judgement", share=1))
EMPTY = ("No judgement came along that may not have been made.", "")


class UnjudgedScreen(LiveListDialog[None]):
    """A row for each judgement; enter takes it back, and the list goes on with the next."""

    FOOT = ("take", "undo", "back")
    BINDINGS = [("enter,t", "take", "not judged"), escape("to the session")]

    def __init__(self, live: LiveController) -> None:
        super().__init__(live)
        self.found: dict[str, CarriedJudgement] = {}

    def compose(self) -> ComposeResult:
        """Compose the reason, and the list."""
        with Vertical():
            yield words("Did the team judge these? They came along from an earlier session.", "title")
            yield words("Power 3 and neutral once stood where nothing was typed. Those that you leave, stay.")
            yield from self.the_list()
            yield from self.bottom()

    def table(self) -> Table:
        """Return a row for each judgement that is left."""
        found = carried_judgements(self.live.session)
        self.found = {f"{each.person.id} {each.field}": each for each in found}
        return Table(COLUMNS, tuple(self.found), self._cells, EMPTY)

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.dismiss()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why there is nothing to take back."""
        if action != "take":
            return super().why_not(action, parameters)
        return "" if self.highlighted in self.found else "There is nothing to take back."

    def action_take(self) -> None:
        """Make the judgement unknown."""
        if self.live.change(self.found[self.highlighted].edit):
            self.show_list()

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each = self.found[key]
        return Cell(each.person.id, "muted"), Cell(each.words)
