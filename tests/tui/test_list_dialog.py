"""Covers: session_tui.tui.screens.dialog.

The list in a window takes the room that there is, and says how many rows have none.
"""

import re

import pytest
from textual.containers import Vertical

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model import edits
from session_tui.model.agenda import Agenda
from session_tui.model.session import Stakeholder
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.live.map_health import HealthScreen


async def looks_at_the_health_of(many: int, facilitator: Facilitator) -> HealthScreen:
    people = [Stakeholder(id=f"s{n}", name=f"Ruth Vale {n}", power=5, support=-1) for n in range(1, many + 1)]
    assert facilitator.live.change(edits.Several(tuple(map(edits.add, people))))
    await facilitator.presses("f3")
    await facilitator.comes(HealthScreen)
    await facilitator.rests()
    screen = facilitator.app.screen
    assert isinstance(screen, HealthScreen)
    return screen


def shown(facilitator: Facilitator) -> list[int]:
    return [int(n) for n in re.findall(r"Ruth Vale (\d+) is a key player", facilitator.picture())]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (80, 18)])
async def test_a_list_takes_the_room_and_counts_the_rest(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        screen = await looks_at_the_health_of(40, facilitator)
        box = next(iter(screen.query_children(Vertical)))
        assert box.virtual_size.height <= box.size.height, "the window itself does not scroll"
        assert box.outer_size.height >= size[1] * 94 // 100 - 1, "and leaves no room unused"
        rows = screen.rows.size.height - 1
        total = len(screen.found)
        assert f"{total - rows} more below: ↑↓ pgup pgdn" in facilitator.picture()
        await facilitator.presses("pagedown", "pagedown", "pagedown")
        top = screen.rows.scroll_offset.y
        rows = screen.rows.size.height - 1
        assert top and f"{total - rows - top} more below and {top} above" in facilitator.picture()
        await facilitator.presses("end")
        assert "below" not in facilitator.picture() and " above: " in facilitator.picture()


async def test_a_list_that_fits_says_nothing_and_no_row_twice(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        screen = await looks_at_the_health_of(5, facilitator)
        assert "more below" not in facilitator.picture()
        # The row is whole, so the line of detail has its answer alone.
        assert shown(facilitator) == [1, 2, 3, 4, 5]
        assert len(screen.found) == screen.rows.size.height - 1
        assert "Would answer it: Decide who of ours takes Ruth Vale 1" in facilitator.picture()
