"""Covers: session_tui.tui.screens.live.closing_screen.

After the end of a session the shared screen shows what was agreed, and nothing leaves it without
enter on a named choice.
"""

from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.live.close_session import EndScreen
from session_tui.tui.screens.live.closing_screen import CHOICES, ClosingScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.screens.outbox.export import ExportScreen

LINES = (
    'Ruth Vale, CFO role:app !5 -- pain:"freight cost up" note:"met at the fair" @ben',
    't> Get 30 minutes with the CFO @"Ben Okafor" due:+3d note:"ask Ruth"',
    "=> One site first",
)


async def ends(facilitator: Facilitator) -> Facilitator:
    for line in LINES:
        await facilitator.enters(line)
    await facilitator.enters('/end pursue on a condition "Winnable" "Ruth signs"')
    return await facilitator.comes(ClosingScreen)


async def test_the_shared_screen_has_who_does_what_by_when_and_nothing_private(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        await facilitator.sees("● saved")
        picture = facilitator.picture()
        for words in ("Winnable", "Pursue on a condition", "Ben Okafor", "Get 30 minutes", "One site first", "● saved"):
            assert words in picture
        for private in ("freight cost", "at the fair", "ask Ruth", "Ruth signs", "enemy"):
            assert private not in picture
        assert all(words in picture for words in CHOICES.values()), "every choice is seen at 80 columns"
        assert facilitator.app.return_value is None


async def test_an_action_names_the_people_it_serves_and_no_id_that_is_explained_nowhere(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for line in ("Ruth Vale, CFO", "a> The budget is approved", "t> Call her @ben for:ruth for:a1"):
            await facilitator.enters(line)
        await facilitator.enters('/end pursue "Go"')
        await facilitator.comes(ClosingScreen)
        assert "for Ruth Vale" in facilitator.picture() and "a1" not in facilitator.picture()


async def test_a_session_with_people_alone_is_not_called_empty(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.enters('/end hold "x"')
        await facilitator.comes(ClosingScreen)
        assert "No action is open, and nothing was decided." in facilitator.picture()
        assert "Nothing was entered" not in facilitator.picture()


@pytest.mark.parametrize("key", ["ctrl+q", "escape", "ctrl+c", "q", "ctrl+n", "ctrl+p", "ctrl+t", "y", "space"])
async def test_no_key_but_enter_on_a_choice_leaves(
    opened: OpenedSession, agenda: Agenda, clock: Clock, key: str
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        await facilitator.presses(key, key)
        assert isinstance(facilitator.app.screen, ClosingScreen)
        assert facilitator.app.return_value is None
        assert facilitator.session.status == "held"


async def test_keys_typed_before_the_screen_was_there_are_dropped_with_a_message(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        facilitator.sends(*"/end hold later", "enter", "end", "enter", "enter")
        await facilitator.comes(ClosingScreen)
        await facilitator.sees("3 keys were typed before this screen was here, and dropped.")
        assert facilitator.app.return_value is None
        assert "▸ Send it" in facilitator.picture()


@pytest.mark.parametrize("typed", [False, True])
async def test_a_session_ended_by_mistake_goes_on(
    opened: OpenedSession, agenda: Agenda, clock: Clock, typed: bool
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        clock.pass_(minutes=3)
        if typed:
            await facilitator.presses("slash", *"reopen", "enter")
        else:
            await facilitator.presses("down", "down", "down", "enter")
        await facilitator.comes(LiveScreen)
        assert facilitator.session.status == "live"
        assert facilitator.live.box.state == "running"
        assert "Away 3:00, not counted." in facilitator.picture()
        await facilitator.enters("t> One thing more")
        await facilitator.enters("/end pursue now")
        await facilitator.left()
    held = facilitator.on_disk()
    assert (held.status, held.headline, held.condition, len(held.action_items)) == ("held", "now", "", 2)


async def test_after_ten_minutes_it_is_sent_and_not_opened_again(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        assert facilitator.live.unsent
        clock.pass_(minutes=11)
        await facilitator.waits_for(lambda: not facilitator.live.unsent, "the sending")
        await facilitator.presses("slash", *"reopen", "enter")
        await facilitator.sees("The session ended more than 10 minutes ago")
        assert facilitator.session.status == "held"


async def test_the_next_date_is_a_calendar_file(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"{opened.session.id}-next.ics"
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        await facilitator.presses("down", "down", "enter", *["backspace"] * 12, *"yesterday", "enter")
        await facilitator.sees("is not a date to come")
        await facilitator.presses(*["backspace"] * 12, *"2026-12-14", "enter")
        await facilitator.waits_for(path.exists, "the calendar")
        await facilitator.sees("Written: ")
    (event,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2026, 12, 14)
    assert "Acme Freight" in str(event.decoded("SUMMARY"))


async def test_send_shows_what_would_leave_and_comes_back(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        await facilitator.presses("down", "enter")
        await facilitator.sees("What was agreed copied as Markdown")
        await facilitator.presses("up", "enter")
        await facilitator.comes(ExportScreen)
        await facilitator.presses("escape")
        await facilitator.comes(ClosingScreen)


async def test_the_library_opens_in_the_place_of_a_session_begun_at_the_shell(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await ends(facilitator)
        await facilitator.presses("escape", "up", "enter")
        await facilitator.waits_for(lambda: isinstance(facilitator.app.screen, HomeScreen), "the library")
        await facilitator.sees("Held. ")
        # These tests have no folder for an index, which is said behind it.
        await facilitator.rests()
        assert "Held. " in facilitator.picture()
        facilitator.sends("q")
        await facilitator.waits_for(lambda: facilitator.app.return_value is not None, "the shell")
        assert str(facilitator.app.return_value).startswith("Held. ")


async def test_an_empty_answer_about_a_name_leads_to_the_next_entry_without_one(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for text in ("Call", "Write", "Meet"):
            await facilitator.enters(f"t> {text}")
        await facilitator.presses("ctrl+q", "e")
        await facilitator.comes(EndScreen)
        await facilitator.presses("enter")
        await facilitator.sees("Who does t1, by when? As in: ben due:fri. Empty: the next, 2 more.")
        await facilitator.presses("enter")
        await facilitator.sees("Who does t2")
        await facilitator.presses(*"ben due:+3d", "enter")
        await facilitator.sees("Who does t3, by when? As in: ben due:fri. Empty: go on.")
        await facilitator.presses("enter")
        await facilitator.sees("Decide (2 of 3)")
        assert [each.owner for each in facilitator.session.action_items] == ["", "Ben Okafor", ""]
        await facilitator.presses("escape", "enter")
        await facilitator.sees("Who does t1")


async def test_an_outcome_on_a_condition_asks_for_the_condition_and_keeps_the_headline(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters('/end pursue_if "They measure first"')
        await facilitator.comes(EndScreen)
        await facilitator.presses("enter")
        await facilitator.sees("They measure first")
        assert facilitator.app.screen.query_one("#condition-field").display
        await facilitator.presses("escape", "escape")
        await facilitator.enters('/end pursue_if "They measure first" "the CFO signs"')
        await facilitator.comes(ClosingScreen)
        assert (facilitator.session.headline, facilitator.session.condition) == ("They measure first", "the CFO signs")


async def test_the_question_about_a_name_is_whole_at_80_columns(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(80, 24)) as facilitator:
        for number in range(13):
            await facilitator.enters(f"t> Call number {number}")
        await facilitator.presses("ctrl+q", "e")
        await facilitator.comes(EndScreen)
        await facilitator.presses("enter")
        await facilitator.sees("Who does t1, by when? As in: ben due:fri. Empty: the next, 12 more.")


async def test_reopen_is_an_action_with_a_name_that_says_why_not(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/reopen")
        await facilitator.sees("Not now: the session has not ended")
        await ends(facilitator)
        facilitator.live.face.close_windows()  # as where the disk fails and the line has to take /elsewhere
        await facilitator.enters("/reopen")
        await facilitator.sees("Live again.")
        assert facilitator.live.box.state == "running"
        await facilitator.enters("/end hold later")
        await facilitator.comes(ClosingScreen)
        clock.pass_(minutes=11)
        facilitator.live.face.close_windows()
        await facilitator.enters("/reopen")
        await facilitator.sees("The session ended more than 10 minutes ago")
        assert facilitator.on_disk().status == "held"


@pytest.mark.parametrize("step", ["read-out", "decide", "worth"])
async def test_one_question_stands_at_a_time(opened: OpenedSession, agenda: Agenda, clock: Clock, step: str) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/end")
        await facilitator.comes(EndScreen)
        end = facilitator.app.screen
        assert isinstance(end, EndScreen)
        if step != "read-out":
            await facilitator.presses("enter", "3", *"Later")
        if step == "worth":
            await facilitator.presses(*(["enter"] * len(end._fields())))
        assert end.step == step
        await facilitator.presses("ctrl+q")
        await facilitator.sees("Leave without ending the session?")
        picture = facilitator.picture()
        assert "leave it live" in picture and "go on with the end" in picture
        assert "End the session" not in picture and "end the session" not in picture
        await facilitator.presses("escape")
        await facilitator.sees("End the session")
        assert end.is_current and end.step == step
        assert "Leave without" not in facilitator.picture()
        await facilitator.presses("ctrl+q", "l")
        await facilitator.waits_for(lambda: facilitator.app.return_value is not None, "the shell")
    assert opened.session.status == "live"


async def test_enter_does_what_the_footer_of_the_decision_says(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/end")
        await facilitator.comes(EndScreen)
        end = facilitator.app.screen
        assert isinstance(end, EndScreen)
        await facilitator.presses("enter")
        await facilitator.sees("tab ⏎ next field")
        await facilitator.presses("2")
        fields = [field.id for field in end._fields()]
        assert "condition" in fields
        for field in fields[:-1]:
            assert end.focused is not None and end.focused.id == field
            await facilitator.sees("tab ⏎ next field")
            await facilitator.presses("enter")
        assert end.focused is not None and end.focused.id == fields[-1]
        await facilitator.sees("⏎ go on")
        assert "next field" not in facilitator.picture()
        await facilitator.presses("enter")
        assert end.step == "worth"


async def test_the_request_to_choose_goes_with_the_choice(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/end")
        await facilitator.comes(EndScreen)
        end = facilitator.app.screen
        assert isinstance(end, EndScreen)
        await facilitator.presses("enter")
        for _ in range(len(end._fields()) + 1):
            await facilitator.presses("enter")
        await facilitator.sees("Choose an outcome first")
        await facilitator.presses("3")
        await facilitator.rests()
        assert "Choose an outcome first" not in facilitator.picture()
