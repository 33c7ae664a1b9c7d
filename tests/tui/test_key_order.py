"""Covers: session_tui.tui.key_order.

Keys that arrive together take effect one after the other: each waits, for a limited time, for the
effects of the key before it.
"""

import threading
from functools import partial

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.key_order import BEHIND
from session_tui.tui.screens.help import HelpScreen
from session_tui.tui.screens.live.dialogs import LeaveScreen


def waits(answer: threading.Event) -> None:
    """Block as a silent disk does, until `answer` is set."""
    answer.wait(20)


def names(facilitator: Facilitator) -> list[str]:
    return [person.name for person in facilitator.session.stakeholders]


async def test_enter_ends_the_line_where_it_was_pressed_and_twice_is_once(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.sends(*"Ann Lee", "enter", "enter", *"Bob Ray", "enter", *"Cid")
        await facilitator.waits_for(lambda: facilitator.line == "Cid", "the last letters")
        assert names(facilitator) == ["Ann Lee", "Bob Ray"]
        assert facilitator.says("preview").startswith("adds s3  Cid")


async def test_a_refused_line_stays_and_the_keys_behind_it_go_on_in_it(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.sends(*"/nothin", "enter", *"g", "enter")
        await facilitator.waits_for(lambda: facilitator.line == "/nothing", "the whole line")
        assert names(facilitator) == []


async def test_a_list_that_came_as_keys_is_entered_once_and_the_line_says_how_many(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.sends(*"Ann Lee", "ctrl+j", *"Bob Ray", "enter", *"Cid Fox", "enter")
        await facilitator.waits_for(lambda: len(names(facilitator)) == 3, "three people")
        assert facilitator.says("preview").startswith("3 lines entered; ^z takes back one at a time.")
        await facilitator.presses("ctrl+z")
        assert names(facilitator) == ["Ann Lee", "Bob Ray"]


async def test_keys_go_into_the_window_that_the_key_before_them_opened(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.sends(*"Ann Lee", "enter", "ctrl+g", "down", "ctrl+c", *"/end hold later", "enter")
        await facilitator.left()
        assert names(facilitator) == ["Ann Lee"]
        assert facilitator.session.outcome == "hold"


async def test_the_key_that_leaves_does_not_wait_for_a_disk_that_does_not_answer(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    answer = threading.Event()
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.app.leaving_waits_for = 0.1
        facilitator.screen.off_the_loop(partial(waits, answer), lambda _: None)
        facilitator.sends(*"Ann", "enter", "ctrl+q")
        await facilitator.waits_for(lambda: isinstance(facilitator.app.screen, LeaveScreen), "the question")
        assert "4 keys were given up" in facilitator.says("preview")
        assert not answer.is_set()
        answer.set()


async def test_keys_are_given_up_and_it_is_said_where_what_they_wait_for_does_not_come(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    answer = threading.Event()
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.app.keys_wait_for = 0.1
        facilitator.screen.off_the_loop(partial(waits, answer), lambda _: None)
        facilitator.sends("ctrl+g", "x")
        await facilitator.waits_for(lambda: "2 keys were given up" in facilitator.says("preview"), "the sentence")
        answer.set()


async def test_no_key_waits_for_what_only_shows_something(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    answer = threading.Event()
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.screen.run_worker(partial(waits, answer), thread=True, group=f"{BEHIND} a look")
        facilitator.sends(*"Ann Lee", "enter", "ctrl+g")
        await facilitator.waits_for(lambda: isinstance(facilitator.app.screen, HelpScreen), "the help")
        assert not answer.is_set()
        answer.set()
