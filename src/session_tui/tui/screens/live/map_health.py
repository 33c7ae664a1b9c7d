"""The health of the stakeholder map: each finding, and the action item that answers it."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import glyphs
from session_tui.model.sentence import capital
from session_tui.model.stakeholder_map import health
from session_tui.model.stakeholder_map.health import Check
from session_tui.model.stakeholder_map.status import standing
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.dialog import LiveListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (Column("", 3), Column("What the map shows", share=3), Column("What would answer it", share=2, least=90))
EMPTY = ("The map shows nothing to worry about.", "More people on it, and more about them, let it see more.")


class HealthScreen(LiveListDialog[None]):
    """A row for each finding; enter makes its answer an action item."""

    FOOT = ("take", "undo", "back")
    BINDINGS = [("enter,t", "take", "make it an action item"), escape("to the session")]

    def __init__(self, live: LiveController) -> None:
        super().__init__(live)
        self.found: dict[str, Check] = {}

    def compose(self) -> ComposeResult:
        """Compose the map's status, and the list."""
        with Vertical():
            now = standing(self.live.session)
            yield words(f"Map {now.words}: {now.reason}.", "title")
            if now.step:
                yield words(f"The smallest step up: {now.step}.")
            yield from self.the_list()
            yield from self.bottom()

    def table(self) -> Table:
        """Return a row for each check; an answered one names its action."""
        found = health.checks(self.live.session, self.live.past)
        self.found = {str(number): check for number, check in enumerate(found, start=1)}
        return Table(COLUMNS, tuple(self.found), self._cells, EMPTY)

    def about(self, key: str) -> str:
        """Return the answer, which the list of a narrow window has no room for."""
        check = self.found.get(key)
        if check is None:
            return ""
        done = health.answered(self.live.session, check)
        return f"{done.id} answers it: {check.offer}" if done else f"Would answer it: {check.offer}"

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.close_covered()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why there is nothing to take."""
        if action != "take":
            return super().why_not(action, parameters)
        check = self.found.get(self.highlighted)
        if check is None:
            return "There is nothing to answer."
        return "" if health.answer(self.live.session, check) else "That is an action item already."

    def action_take(self) -> None:
        """Make the answer an action item; its owner and date come in the owners part."""
        edit = health.answer(self.live.session, self.found[self.highlighted])
        if edit is not None and self.live.change(edit):
            self.show_list()
            self.action_move(1)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        check = self.found[key]
        done = health.answered(self.live.session, check)
        offer = f"{glyphs.DONE} {done.id}" if done else check.offer
        saw = f"{glyphs.DONE} {capital(check.saw)}" if done else capital(check.saw)
        return Cell(key, "muted"), Cell(saw, "" if done else "warn"), Cell(offer, "muted")
