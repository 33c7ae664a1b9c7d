"""Covers: session_tui.tui.screens.live.map_views.

Chart, grid, coverage, health checks and changes on the shared screen, by keyboard alone.
"""

import re
from functools import partial

import pytest
from textual.widget import Widget

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model import edits
from session_tui.model.agenda import Agenda
from session_tui.model.session import Stakeholder
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.live.map_health import HealthScreen
from session_tui.tui.screens.live.unjudged import UnjudgedScreen
from session_tui.tui.widgets.canvas_view import CanvasView
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.table_view import TableView

PEOPLE = (
    "Ruth Vale, CFO role:app !5 - cov:brief @ben",
    "Mia Tran, COO role:dec !4 ++ cov:in to:ruth inf:ruth @ben @mei",
    "Jonas Pell, Head of transport role:eval !2 = to:mia @mei",
    "?, Chair role:app !5",
)


async def meets(facilitator: Facilitator) -> None:
    for line in PEOPLE:
        await facilitator.enters(line)


def drawing(facilitator: Facilitator) -> CanvasView:
    return facilitator.screen.query_one(CanvasView)


def drawn(facilitator: Facilitator) -> str:
    canvas = drawing(facilitator).canvas
    assert canvas is not None
    return canvas.text()


async def test_one_key_goes_from_table_to_chart_grid_coverage_and_back(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await meets(facilitator)
        rows = facilitator.screen.query_one(TableView)
        await facilitator.presses("ctrl+l")
        assert not rows.display
        assert drawing(facilitator).display
        chart = drawn(facilitator)
        assert "◆ Ruth Vale" in chart
        assert "⇢ Ruth" in chart, "influence stands apart from reporting"
        await facilitator.presses("ctrl+l")
        grid = drawn(facilitator)
        assert re.search(r"5 ◆ key\s+Ruth Vale\s+\? Chair", grid)
        await facilitator.presses("ctrl+l")
        assert rows.display
        assert not drawing(facilitator).display
        assert "We have" in facilitator.picture()
        await facilitator.presses("ctrl+l")
        assert facilitator.screen.looks.look == "table"


async def test_a_grid_higher_than_its_room_scrolls_down_alone(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 18)) as facilitator:
        await meets(facilitator)
        await facilitator.presses("ctrl+l", "ctrl+l")
        view = drawing(facilitator)
        assert view.virtual_size.height > view.size.height
        assert view.max_scroll_x == 0


async def test_a_key_player_without_a_name_is_called_by_the_title(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await facilitator.enters("?, Chair role:app !5")
        assert "Nobody has the unknown Chair." in facilitator.says("finding")


def _has_height(widget: Widget, lines: int) -> bool:
    return widget.size.height == lines


async def test_a_finding_is_whole_at_each_width_that_the_window_has(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    """It goes on in a second line as soon as the window is too narrow, not at the next entry."""
    async with facilitating(opened, agenda, clock, size=(200, 40)) as facilitator:
        await facilitator.enters("?, Committee chair role:app !5")
        finding = facilitator.screen.query_one("#finding")
        for columns, lines in ((200, 1), (80, 2), (200, 1), (80, 2)):
            await facilitator.resizes(columns, 40)
            await facilitator.waits_for(partial(_has_height, finding, lines), f"{lines} lines")
            assert "not judged." in facilitator.picture()


async def test_the_chart_grows_while_people_talk_and_its_highlight_is_the_tables(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await facilitator.enters(PEOPLE[0])
        await facilitator.presses("ctrl+l")
        assert "Mia" not in drawn(facilitator)
        await facilitator.enters(PEOPLE[1])
        assert "Mia Tran" in drawn(facilitator)
        assert drawing(facilitator).highlighted == "s2"
        await facilitator.presses("up")
        assert drawing(facilitator).highlighted == "s1"
        await facilitator.enters("*s1 ++")
        assert "++ mentor" in drawn(facilitator).splitlines()[3]
        await facilitator.presses("ctrl+z")
        assert "- non-supporter" in drawn(facilitator)


async def test_the_curtain_falls_over_a_page_that_is_open(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await meets(facilitator)
        await facilitator.presses("f3")
        assert "key player" in facilitator.picture()
        await facilitator.presses("f6")
        seen = facilitator.picture()
        for secret in ("key player", "▮▮▮▮▮", "mentor", "Map amber", "Map green"):
            assert secret not in seen
        await facilitator.enters("/health")
        assert "key player" not in facilitator.picture()
        await facilitator.presses("f6", "f3")
        assert "key player" in facilitator.picture()


async def test_the_curtain_falls_over_a_list_that_is_pasted(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        facilitator.screen.query_one(CaptureLine).post_message(CaptureLine.Pasted("Ruth Vale, CFO -- !5\nMia Tran ++"))
        await facilitator.pilot.pause()
        assert "mentor" in facilitator.picture()
        await facilitator.presses("f6")
        assert "mentor" not in facilitator.picture()
        await facilitator.presses("enter")
        assert len(facilitator.session.stakeholders) == 2
        assert "mentor" not in facilitator.picture()


async def test_where_no_card_fits_there_is_a_line_a_person_and_it_is_said(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await meets(facilitator)
        await facilitator.enters("Otto Lind to:jonas")
        await facilitator.presses("ctrl+l")
        assert facilitator.screen.query_one(TableView).display
        assert "cards do not fit here" in facilitator.says("preview")
        assert any("└ Mia Tran" in row for row in facilitator.rows())
        await facilitator.enters("/zoom cards")
        assert drawing(facilitator).display
        await facilitator.enters("/zoom enormous")
        assert "none of these" in facilitator.says("preview")


async def test_moving_about_takes_the_arrows_and_any_letter_gives_them_back(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await meets(facilitator)
        await facilitator.enters("/zoom cards")
        await facilitator.presses("f2")
        picture = drawing(facilitator)
        assert picture.has_focus
        picture.scroll_to(0, 0, animate=False, force=True)
        await facilitator.presses("down", "down")
        assert picture.scroll_offset.y > 0
        await facilitator.presses("minus")
        assert facilitator.screen.looks.zoom == "small"
        await facilitator.presses("O")
        assert not picture.has_focus
        assert facilitator.line == "O"
        await facilitator.presses("f2", "escape")
        await facilitator.types("tto")
        assert facilitator.line == "Otto"


@pytest.mark.parametrize("looks", [1, 2])
async def test_what_the_curtain_covers_is_covered_on_the_map_too(
    opened: OpenedSession, agenda: Agenda, clock: Clock, looks: int
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await meets(facilitator)
        await facilitator.presses(*["ctrl+l"] * looks, "f6")
        said = drawn(facilitator) + facilitator.says("finding")
        for secret in ("◆", "▮", "mentor", "supporter", "enemy", "Map "):
            assert secret not in said
        await facilitator.presses("f3")
        assert facilitator.app.screen is facilitator.screen
        assert "curtain" in facilitator.says("preview")


async def test_what_is_not_well_becomes_an_action_item_in_one_key(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await meets(facilitator)
        await facilitator.presses("f3")
        assert isinstance(facilitator.app.screen, HealthScreen)
        await facilitator.presses("enter")
        (action,) = facilitator.session.action_items
        assert action.text == "Find out who the unknown Chair is"
        assert action.about == ("s4",)
        await facilitator.presses("enter", "u")
        assert len(facilitator.session.action_items) <= 1
        await facilitator.presses("escape")
        await facilitator.enters("/health 99")
        assert "no 99 on the list" in facilitator.says("preview")


async def test_a_carried_judgement_is_taken_back_in_one_key_and_comes_back_with_undo(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    carried = Stakeholder(id="s1", name="Ruth Vale", power=3, support=0, first_raised_in="2026-11-09-acme-0001")
    async with facilitating(opened, agenda, clock) as facilitator:
        assert facilitator.live.change(edits.add(carried))
        await facilitator.enters("/unjudged")
        assert isinstance(facilitator.app.screen, UnjudgedScreen)
        await facilitator.presses("enter")
        assert (facilitator.session.stakeholders[0].power, facilitator.session.stakeholders[0].support) == (None, 0)
        await facilitator.presses("u")
        assert facilitator.session.stakeholders[0].power == 3


async def test_a_judgement_that_was_looked_at_and_left_is_not_offered_again(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    people = [
        Stakeholder(id=f"s{number}", name=name, power=3, support=2, first_raised_in="2026-11-09-acme-0001")
        for number, name in enumerate(("Ruth Vale", "Mia Tran"), 1)
    ]
    async with facilitating(opened, agenda, clock) as facilitator:
        for each in people:
            assert facilitator.live.change(edits.add(each))
        await facilitator.enters("/unjudged")
        await facilitator.presses("space")
        assert "Ruth Vale: power 3" not in facilitator.picture() and "Mia Tran: power 3" in facilitator.picture()
        await facilitator.presses("escape")
        await facilitator.enters("/unjudged")
        assert "Ruth Vale: power 3" not in facilitator.picture() and "Mia Tran: power 3" in facilitator.picture()
        await facilitator.presses("space")
        assert "You have looked at all of them." in facilitator.picture()
        await facilitator.presses("space", "enter")
        assert "There is nothing to take back." in facilitator.picture()
    assert [each.power for each in facilitator.session.stakeholders] == [3, 3]


async def test_a_circle_of_reporting_lines_from_a_file_is_drawn_and_named(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    from session_tui.model import edits
    from session_tui.model.session import Stakeholder

    for each, boss in (("s1", "s2"), ("s2", "s1")):
        opened.change(edits.add(Stakeholder(id=each, name=f"Person {each}", reports_to=boss)), clock())
    async with facilitating(opened, agenda, clock, size=(120, 40)) as facilitator:
        await facilitator.presses("ctrl+l")
        assert "A circle: Person s1 reports to Person s2 reports to Person s1." in drawn(facilitator)


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (200, 60)])
async def test_every_look_of_a_thousand_people_with_hostile_names_is_drawn_at_any_size(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    from session_tui.model import edits
    from session_tui.model.session import Stakeholder

    names = ("x" * 300, "東京" * 40, "\u202eabc\u202c", "e\u0301\u0301\u0301", "שלום עולם", "[bold]no[/]", "?")
    found = [
        Stakeholder(
            id=f"s{n}", name=f"{names[n % 7]}{n}" if n % 7 < 6 else "?", reports_to=f"s{n // 3}", influences=("s9",)
        )
        for n in range(1, 1001)
    ]
    opened.change(edits.Several(tuple(edits.add(each) for each in found)), clock())
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        for look in ("map", "grid", "coverage"):
            await facilitator.enters(f"/map {look}")
            assert facilitator.screen.looks.look == look
        for zoom in ("cards", "small", "names", "lines"):
            await facilitator.enters(f"/zoom {zoom}")
        assert "\u202e" not in facilitator.picture()


async def test_the_smallest_step_up_stands_whole_below_the_map(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO role:app !5 - @ben cov:b")
        await facilitator.enters("Mia Tran, COO role:inf !4 ++ @mei to:ruth inf:ruth")
        await facilitator.presses("ctrl+l")
        assert "Winning Ruth Vale, approver (non-supporter now) makes it green." in facilitator.picture()
        assert "⇢ Ruth" in drawn(facilitator), "on small cards too"
