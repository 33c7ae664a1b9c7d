"""Covers: the words and figures of a running session, in both faces.

What the screen says is true: previews, times left and over, signs of parts, findings.
"""

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from conftest import START, Clock
from driver import facilitating
from session_tui.model import capture, history
from session_tui.model.agenda import Agenda
from session_tui.model.edits import Put
from session_tui.model.session import Assumption, Session, Stakeholder
from session_tui.model.vocabulary import PartKind
from session_tui.store import batch_edit, paths
from session_tui.store.open_session import OpenedSession
from session_tui.tui import tables
from session_tui.tui.drawings import large_digits
from session_tui.tui.live import screen_text
from session_tui.tui.tables.table import View
from session_tui.tui.widgets.large_time import LargeTime
from session_tui.tui.widgets.table_view import GUTTER, TableView


async def test_the_preview_is_read_again_when_part_highlight_or_curtain_change(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        for line in ("Ruth Vale, CFO", "a> It holds", "t> Call Ruth", "t> Call Tom"):
            await facilitator.enters(line)
        await facilitator.types("half typed")
        verbs = []
        for key in ("ctrl+n", "ctrl+n", "ctrl+n", "up", "down", "f6", "f6", "ctrl+r", "ctrl+t", "ctrl+r", "ctrl+z"):
            await facilitator.presses(key)
            live = facilitator.live
            reading = live.read(facilitator.line)
            assert not isinstance(reading, capture.Refusal)
            fresh = screen_text.preview(reading, live.session, live.context, live.curtain, live.load)
            assert facilitator.says("preview") == "".join(words for words, _ in fresh), key
            verbs.append(facilitator.says("preview").split("  ")[0])
        assert verbs[:2] == ["adds a2", "adds t3"]


async def test_the_preview_is_read_again_after_the_change_of_another_program(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        await facilitator.types("Mia Tran")
        assert facilitator.says("preview").startswith("adds s1")
        await facilitator.saved()

        def edit(session: Session) -> Put:
            return Put("stakeholders", "s1", None, Stakeholder(id="s1", name="Ruth Vale"))

        places = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "other")})
        batch_edit.change(opened.path, places, edit, clock())
        opened.change(Put("zone", "", opened.session.zone, "North"), clock())
        await facilitator.waits_for(lambda: facilitator.says("preview").startswith("adds s2"), "the new number")


async def test_time_says_part_left_or_over_and_end_at_any_moment(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36), wait=True) as facilitator:
        await facilitator.enters("/time")
        assert facilitator.says("preview") == "The clock has not started; the session takes 30:00."
        await facilitator.enters("/go_on")
        await facilitator.lets_pass(minutes=4)
        await facilitator.enters("/time")
        assert ", 6:00 left; the session ends " in facilitator.says("preview")
        await facilitator.lets_pass(minutes=7)
        await facilitator.enters("/pause")
        await facilitator.enters("/time")
        assert ", 1:00 over, paused; the session ends " in facilitator.says("preview")
        await facilitator.enters("/go_on")
        await facilitator.lets_pass(minutes=22)
        await facilitator.enters("/time")
        assert ", 23:00 over; the session is 3:00 over its end at " in facilitator.says("preview")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (240, 67)])
async def test_over_the_end_one_figure_says_by_how_much_and_fits(
    size: tuple[int, int], opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        for minutes, digits, behind in (
            (31, "+1:00", "21:00"),
            (60, "+61:00", "81:00"),
            (40, "+101:00", "121:00"),
            (1000, "+1101:00", "1121:00"),
        ):
            await facilitator.lets_pass(minutes=minutes)
            time = facilitator.screen.query_one(LargeTime)
            assert time.value == digits
            assert facilitator.says("pace") == f"over the end, {behind} behind", "it goes on growing"
            assert facilitator.says("pace") in facilitator.picture()
            fitting = large_digits.largest(digits, *time.room)
            assert fitting is not None
            assert time.region.width >= large_digits.size_of(digits, fitting)[0], "not clipped"
            assert time.region.right <= size[0]
            picture = facilitator.picture()
            assert all(line in picture for line in large_digits.drawn(digits, fitting)), "each line of the digits"
            assert "over the end" in facilitator.picture()


async def test_the_line_below_the_digits_fits_however_far_the_session_is_behind(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.lets_pass(minutes=25)
        assert facilitator.says("pace") == "over, 15:00 behind"
        assert "over, 15:00 behind" in facilitator.picture()


async def test_the_check_mark_stands_only_at_a_part_that_was_held(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.lets_pass(minutes=2)
        await facilitator.presses("ctrl+n", "ctrl+n")
        rail = facilitator.picture().split("\n")[2:6]
        assert [line[1] for line in rail] == ["✓", "»", "▶", " "]


@pytest.mark.parametrize("size", [(200, 60), (240, 67)])
async def test_a_large_terminal_cuts_no_name_and_has_larger_digits(
    size: tuple[int, int], opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        for line in ('Ruth Vale, CFO @"Bartholomew Okafor" @"Bartholomew Ng"', "Tom Hart, head of logistics"):
            await facilitator.enters(line)
        assert "Bartholomew Okafor, Bartholomew Ng" in facilitator.picture()
        assert facilitator.screen.query_one(LargeTime).region.height >= 5
        await facilitator.enters("/coverage")
        assert "Bartholomew Okafor" in facilitator.picture()
        rows = facilitator.screen.query_one(TableView)
        assert sum(each + 2 for _, _, each in rows._layout(rows.size.width)) <= rows.size.width


def test_nothing_is_said_of_all_where_there_is_none(session: Session) -> None:
    today = (session.started_at or Clock()()).date()
    for kind in ("stakeholder_map", "assumptions", "action_items", "owners", "notes"):
        for look in ("table", "map", "grid", "coverage"):
            assert tables.table(kind, View(session, today, look=look)).finding == ""
    minor = replace(session, stakeholders=(Stakeholder(id="s1", name="Tom", power=1),))
    assert "very key player" not in tables.table("stakeholder_map", View(minor, today, look="coverage")).finding
    tested = replace(session, assumptions=(Assumption(id="a1", text="It holds", status="validated"),))
    assert tables.table("assumptions", View(tested, today)).finding == "Every assumption is tested."


async def test_the_end_says_nothing_of_assumptions_where_there_is_none(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/end")
        await facilitator.presses("enter")
        assert "Decide" in facilitator.picture()
        assert "ssumption is tested" not in facilitator.picture()


def test_the_finding_names_the_people_whom_none_of_us_has_before_its_reason() -> None:
    people = (
        Stakeholder(id="s1", name="Ruth Vale", buying_role="approver", power=5, support=2),
        Stakeholder(id="s2", name="?", title="CFO", power=4),
        Stakeholder(id="s3", name="Otto\nLind", power=4),
        Stakeholder(id="s4", name="Mia Tran", power=4),
        Stakeholder(id="s5", name="Tom Ash"),
    )
    session = Session(id="2026-11-09-acme-7f3k", status="live", agenda="strategy", account="A", stakeholders=people)
    shown = View(session, START.date(), (), False, "table", (), history.past(()))
    words = tables.table("stakeholder_map", shown).finding
    assert words == (
        "Map amber. Nobody has Ruth, the unknown CFO, Otto Lind and 1 more. "
        "Nothing says that we have met Ruth Vale, approver; 1 of 4 key players for us; 4 of 5 not judged."
    )
    assert tables.table("stakeholder_map", replace(shown, look="coverage")).finding.startswith("Nobody has Ruth, the u")


def test_the_words_of_an_empty_table_are_whole_at_80_columns() -> None:
    session = Session(id="2026-11-09-acme-7f3k", status="live", agenda="strategy", account="A")
    shown = View(session, START.date(), (), False, "table", (), history.past(()))
    for kind in get_args(PartKind):
        for line in tables.table(kind, shown).empty:
            assert len(line) <= 80 - GUTTER, line


async def test_the_end_shows_the_owner_that_was_just_named(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("a> It holds")
        await facilitator.enters("/end")
        await facilitator.presses("enter", *"Ben", "enter")
        assert "Decide" in facilitator.picture()
        assert "Ben" in facilitator.picture().partition("Riskiest")[2]
        assert "nobody" not in facilitator.picture().partition("Riskiest")[2]


async def test_a_preview_or_refusal_that_does_not_fit_goes_on_in_a_second_row(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 24)) as facilitator:
        table = facilitator.shown.query_one(TableView)
        high = table.size.height
        await facilitator.types("Ruth Vale, CFO role:approver !5 - @ben")
        assert facilitator.shown_rows("preview") == [
            " adds s1  Ruth Vale, CFO   approver   power 5, non-supporter",
            " covered by Ben Okafor",
        ]
        await facilitator.presses("enter")
        assert facilitator.shown_rows("preview")[-1] == " covered by Ben Okafor"
        await facilitator.types("Mia role:foo")
        assert facilitator.shown_rows("preview")[-1] == " influencer, gatekeeper, unknown."
        assert table.size.height == high - 1
        await facilitator.presses("ctrl+u")
        await facilitator.types("Mia")
        assert len(facilitator.shown_rows("preview")) == 1 and table.size.height == high


async def test_what_the_owners_part_says_the_highlighted_row_takes_it_takes(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for line in ("Ruth Vale, CFO", "a> It holds", "t> Call Ruth"):
            await facilitator.enters(line)
        await facilitator.presses("ctrl+n", "ctrl+n", "ctrl+n")
        taken = []
        while "without a name" in facilitator.says("finding"):
            taken.append(facilitator.says("finding").rpartition("takes  ")[2])
            await facilitator.enters(taken[-1])
            assert facilitator.line == ""
        assert taken == ["@ben due:fri", "@ben due:fri", "@ben"]
        assert facilitator.says("finding") == "Everything has a name."
