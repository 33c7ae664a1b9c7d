"""Carried judgements that may never have been made, to be taken back or confirmed one by one."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model.carried_judgements import CarriedJudgement, carried_judgements
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.dialog import LiveListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (Column("", 3), Column("Carried judgement", share=1))
EMPTY = ("No judgement came along that may not have been made.", "")
ALL_SEEN = ("You have looked at all of them.", "")


class UnjudgedScreen(LiveListDialog[None]):
    """A row for each judgement; enter takes it back, space confirms it, and the list goes on with
    the next. What was confirmed is not offered again while the session is open.
    """

    FOOT = ("take", "confirm", "undo", "back")
    BINDINGS = [
        ("enter,t", "take", "not judged"),
        ("space", "confirm", "it is right"),
        escape("to the session"),
    ]

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
        found = {_key(each): each for each in carried_judgements(self.live.session)}
        self.found = {key: each for key, each in found.items() if key not in self.live.confirmed}
        return Table(COLUMNS, tuple(self.found), self._cells, ALL_SEEN if found else EMPTY)

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.close_covered()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why there is nothing to take back."""
        if action not in ("take", "confirm"):
            return super().why_not(action, parameters)
        nothing = "There is nothing to take back." if action == "take" else "There is nothing to confirm."
        return "" if self.highlighted in self.found else nothing

    def action_take(self) -> None:
        """Make the judgement unknown."""
        if self.live.change(self.found[self.highlighted].edit):
            self.show_list()

    def action_confirm(self) -> None:
        """Leave the judgement as it is, and go on with the next."""
        self.live.confirmed.add(self.highlighted)
        self.show_list()

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each = self.found[key]
        return Cell(each.person.id, "muted"), Cell(each.words)


def _key(each: CarriedJudgement) -> str:
    return f"{each.person.id} {each.field}"
