"""Covers: slips mended in a session, by keyboard and line by line.

A person who is there twice, an entry of the wrong kind, a name that is wrong: one line mends each,
and one key takes it back. Rows are found and sorted without a change of the file.
"""

import pytest
from msgspec.structs import replace

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.model.session import Attendee, Session
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.live.attendees import AttendeesScreen

PEOPLE = ("Tom Reed, IT", "Ruth Vale, CFO !5 @ben", "Mia Tran, COO !4 to:ruth")


def ids(facilitator: Facilitator) -> tuple[str, ...]:
    """The ids of the rows, from top to bottom."""
    table = facilitator.screen.rows.table
    return table.ids if table else ()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_person_is_offered_by_tab_before_they_stand_there_twice(
    opened: OpenedSession, agenda: Agenda, clock: Clock, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        for line in PEOPLE:
            await facilitator.enters(line)
        before = facilitator.session
        await facilitator.types("Ruth Vale, CFO role:app -")
        await facilitator.sees("is s2 already: tab changes s2, enter adds another")
        await facilitator.presses("tab")
        assert facilitator.line == "*s2 role:approver - "
        await facilitator.presses("enter")
        assert len(facilitator.session.stakeholders) == 3
        assert facilitator.session.stakeholders[1].buying_role == "approver"
        await facilitator.presses("ctrl+z")
        assert facilitator.session == before


async def test_two_are_made_one_and_an_entry_another_kind_and_one_key_takes_each_back(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        for line in (*PEOPLE, "R. Vale, VP Finance role:app", "a> Budget holds !5 @mei", "t> Call @ben for:s4 for:a1"):
            await facilitator.enters(line)
        before = facilitator.session
        await facilitator.enters("/same s2 s4")
        await facilitator.sees("s4 becomes s2")
        assert [each.id for each in facilitator.session.stakeholders] == ["s1", "s2", "s3"]
        assert facilitator.session.action_items[0].about == ("s2", "a1")
        assert facilitator.highlighted == "s2"
        await facilitator.presses("ctrl+z")
        assert facilitator.session == before
        await facilitator.types("/as t a1")
        await facilitator.sees("no longer leads to it: t1")
        await facilitator.presses("enter")
        assert facilitator.session.assumptions == ()
        assert facilitator.session.action_items[1].text == "Budget holds"
        await facilitator.presses("ctrl+z")
        assert replace(facilitator.session, last_ids=before.last_ids) == before
        await facilitator.saved()
        assert facilitator.on_disk() == facilitator.session


async def test_a_refused_line_stays_and_says_why(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for line in PEOPLE:
            await facilitator.enters(line)
        await facilitator.enters("/same s2 s3")
        assert facilitator.line == "/same s2 s3"
        assert "s3 reports to s2, so they are two people" in facilitator.says("preview")


async def test_the_curtain_covers_what_falls_away(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        await facilitator.enters('Ruth Vale !5 pain:"freight cost"')
        await facilitator.enters("n> She fears for her job")
        await facilitator.presses("f6")
        for line in ("/as t s1", "/as t n1"):
            await facilitator.types(line)
            for covered in ("freight", "power", "fears"):
                assert covered not in facilitator.says("preview")
            await facilitator.presses("ctrl+u")


async def test_rows_are_found_and_sorted_and_the_file_keeps_their_order(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 24)) as facilitator:
        for line in (*PEOPLE, "t> Send Ruth the figures @ben"):
            await facilitator.enters(line)
        await facilitator.presses("f12")
        assert ids(facilitator) == ("s2", "s3", "s1")
        assert [each.id for each in facilitator.session.stakeholders] == ["s1", "s2", "s3"]
        await facilitator.sees("By power. Map")
        await facilitator.enters("/find ruth")
        assert ids(facilitator) == ("s2",)
        await facilitator.sees("1 of 3 rows has “ruth”. Elsewhere: 1 action. esc shows all.")
        await facilitator.presses("escape")
        assert ids(facilitator) == ("s2", "s3", "s1")
        await facilitator.presses("f12")
        assert ids(facilitator) == ("s1", "s2", "s3")
        await facilitator.enters("/find tom")
        await facilitator.enters("Zoe Black")
        assert ids(facilitator) == ("s1", "s2", "s3", "s4"), "a new row is seen at once"


async def test_the_curtain_shows_no_order_of_power_and_finds_nothing_covered(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 24)) as facilitator:
        for line in (*PEOPLE, '*s1 pain:"figures are late"', "n> figures"):
            await facilitator.enters(line)
        await facilitator.presses("f12", "f6")
        assert ids(facilitator) == ("s1", "s2", "s3")
        await facilitator.enters("/find figures")
        assert ids(facilitator) == ()
        assert "Elsewhere" not in facilitator.picture()
        await facilitator.presses("escape", "f12")
        assert "the order would show who has power" in facilitator.says("preview")


async def test_those_of_the_last_session_are_confirmed_by_one_key(
    opened: OpenedSession, agenda: Agenda, clock: Clock, session: Session
) -> None:
    last = replace(
        session,
        id="2026-11-16-acme-freight-2m9x",
        status="held",
        attendees=(Attendee(name="Pat Lim", role="legal"), Attendee(name="Ada Vane")),
    )
    background = PriorSessions((last,))
    async with facilitating(opened, agenda, clock, size=(120, 36), background=background) as facilitator:
        before = facilitator.session
        await facilitator.sees("expected: Pat Lim, Ada Vane")
        await facilitator.enters("/attendee")
        await facilitator.comes(AttendeesScreen)
        await facilitator.sees("Pat Lim")
        await facilitator.presses("enter")
        assert Attendee(name="Pat Lim", role="legal") in facilitator.session.attendees
        await facilitator.presses("u")
        assert facilitator.session == before
        await facilitator.presses("a", "escape")
        assert [each.name for each in facilitator.session.attendees[-2:]] == ["Pat Lim", "Ada Vane"]
        await facilitator.enters("/attendee -pat")
        await facilitator.enters("/facilitator ada")
        assert facilitator.session.facilitator == "Ada Vane"
        await facilitator.presses("ctrl+z", "ctrl+z", "ctrl+z")
        assert facilitator.session == before
