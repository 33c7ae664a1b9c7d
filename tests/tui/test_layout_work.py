"""Covers: how often the live screen is laid out.

A key and a second draw lines alone: to lay out the whole screen takes as long as all other work
of a key.
"""

import pytest

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.parts_rail import Rail
from session_tui.tui.widgets.status_line import FoldedLine
from session_tui.tui.widgets.table_view import TableView


async def layouts(facilitator: Facilitator) -> list[object]:
    """A list that grows with each layout of the screen from now on."""
    await facilitator.saved()
    facilitator.screen.looks.prepare()  # the drawing, which comes by itself after a second
    await facilitator.lets_pass(seconds=5)  # from 10:00 to 9:55, which is narrower
    await facilitator.rests()
    counted: list[object] = []
    facilitator.screen.screen_layout_refresh_signal.subscribe(facilitator.screen, counted.append)
    return counted


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_key_and_a_second_lay_nothing_out(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        counted = await layouts(facilitator)
        for key in "Ruth V":
            await facilitator.types(key)
        await facilitator.presses("left", "backspace")
        assert facilitator.line == "RuthV"
        await facilitator.lets_pass(seconds=3)
        assert counted == []
        await facilitator.presses("end")
        await facilitator.enters(" Vale")  # a row more, and a preview that goes
        assert "RuthV Vale" in facilitator.picture()


async def test_a_line_longer_than_the_screen_scrolls_without_a_layout(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.types("n> " + "word " * 40)
        await facilitator.rests()
        counted = await layouts(facilitator)
        for key in "end":
            await facilitator.types(key)
        assert counted == []
        field = facilitator.screen.query_one(Field)
        assert field.scroll_offset.x > 0
        assert " word end" in facilitator.picture()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_rail_is_as_high_as_its_lines(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        rail = facilitator.screen.query_one(Rail)
        assert rail.get_content_height(rail.size, facilitator.app.size, rail.size.width) == len(
            rail.render().plain.split("\n")
        )


async def test_the_advice_of_an_empty_table_is_wrapped_for_its_width(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        rows = facilitator.screen.query_one(TableView)
        assert rows.table is not None and not rows.table.ids
        wide, narrow = rows._empty_lines(100), rows._empty_lines(30)
        assert len(narrow) > len(wide) and rows._empty_lines(100) == wide
        await facilitator.presses("ctrl+n")
        assert rows._empty_lines(100) != wide


async def test_the_lines_of_a_table_are_drawn_on_the_ground_of_the_theme_in_force(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        rows, seen = facilitator.screen.query_one(TableView), set()
        for theme in ("session-dark", "session-light"):
            facilitator.app.theme = theme
            await facilitator.rests()
            assert rows.ground == rows.rich_style
            seen.add(rows.ground)
        assert len(seen) == 2


async def test_the_first_size_is_no_change_for_which_the_screen_is_laid_out_again(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        lines, rows = facilitator.screen.query(FoldedLine), facilitator.screen.query_one(TableView)
        assert [line.id for line in lines if line.styles.inline.has_rule("height")] == []
        assert rows.virtual_size == (0, 1)  # as it was before the first layout
