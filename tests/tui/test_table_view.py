"""Covers: session_tui.tui.widgets.table_view.

A table that is filled again shows its new rows.
"""

from textual.app import App, ComposeResult

from driver import drawn
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.table_view import TableView

SAID = {"1": "offered"}


def cells(key: str) -> tuple[Cell, ...]:
    return (Cell(SAID[key]),)


class OneList(App[None]):
    def compose(self) -> ComposeResult:
        yield TableView()

    def fill(self) -> None:
        self.query_one(TableView).table = Table((Column("What", share=1),), ("1",), cells, ())


async def test_an_equal_table_whose_cells_say_something_else_is_drawn_again() -> None:
    app = OneList()
    async with app.run_test(size=(30, 5)) as pilot:
        app.fill()
        await pilot.pause()
        assert "offered" in drawn(app.screen)
        SAID["1"] = "done"
        app.fill()
        await pilot.pause()
        assert "done" in drawn(app.screen) and "offered" not in drawn(app.screen)
