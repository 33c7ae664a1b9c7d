"""Covers: whole sessions by keyboard.

Each test is one session: what the facilitator types and what the screen shows.
"""

from pathlib import Path

from conftest import Clock
from driver import facilitating
from promises.test_files_are_safe import overtaken
from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.store import batch_edit, paths
from session_tui.store.open_session import OpenedSession, open_session
from session_tui.tui.drawings import large_digits
from session_tui.tui.widgets.table_view import TableView


async def test_a_session_is_typed_through_its_four_parts_and_held(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO role:app !5 - cov:brief @ben")
        await facilitator.enters("Mia Tran, COO role:dec !4 ++ to:ruth @ben @mei")
        assert [row[:18] for row in facilitator.rows()] == ["s1  Ruth Vale, CFO", "s2  Mia Tran, COO "]
        await facilitator.lets_pass(minutes=9)
        await facilitator.presses("ctrl+n")
        assert "What must be true" in facilitator.says("prompt")
        await facilitator.enters("The budget is approved !5 %2 @ben due:fri")
        await facilitator.enters("=> No pilot before the CFO meeting")
        await facilitator.lets_pass(minutes=8)
        await facilitator.presses("ctrl+n")
        await facilitator.enters("Get 30 minutes with the CFO due:fri for:ruth for:a1")
        await facilitator.lets_pass(minutes=7)
        await facilitator.presses("ctrl+n")
        assert facilitator.highlighted == "t1"
        await facilitator.enters("@ben")
        assert "Everything has a name" in facilitator.says("finding")
        await facilitator.saved()
        await facilitator.lets_pass(minutes=3)
        await facilitator.enters('/end pursue_if "Winnable once the CFO has seen the payback." "she has seen it"')
        await facilitator.left()
    held = facilitator.on_disk()
    assert (held.status, held.outcome, held.headline) == (
        "held",
        "pursue_if",
        "Winnable once the CFO has seen the payback.",
    )
    assert [part.spent_seconds for part in held.parts] == [540, 480, 420, 180]
    assert held.action_items[0].owner == "Ben Okafor"
    assert held.decisions[0].part == "assumptions"
    assert str(opened.path) in (facilitator.app.return_value or "")


async def test_leaving_live_brings_back_clock_and_half_typed_line(
    opened: OpenedSession, agenda: Agenda, clock: Clock, state: object
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.lets_pass(minutes=4)
        await facilitator.types("Mia Tr")
        await facilitator.presses("ctrl+q")
        await facilitator.presses("l")
        await facilitator.waits_for(lambda: facilitator.app.return_value is not None, "the farewell")
    assert "resume" in (facilitator.app.return_value or "")
    clock.pass_(minutes=5)
    again = open_session(opened.path, opened.path.parent.parent / "state")
    async with facilitating(again, agenda, clock) as facilitator:
        assert facilitator.line == "Mia Tr"
        assert "Away 5:00, not counted" in facilitator.says("finding")
        assert facilitator.live.box.parts[0].spent == 240
        await facilitator.presses("ctrl+u")
        await facilitator.enters("/count")
        assert facilitator.live.box.parts[0].spent == 540
        await facilitator.saved()
        assert facilitator.on_disk().clock[-1].counts is True


async def test_undo_takes_back_and_redo_does_again_from_anywhere(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.types("half")
        await facilitator.presses("ctrl+z")
        assert facilitator.rows() == []
        assert facilitator.line == "half"
        await facilitator.presses("ctrl+y")
        assert len(facilitator.rows()) == 1


async def test_a_row_is_edited_and_the_half_typed_line_comes_back(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO !5")
        await facilitator.types("Mia Tr")
        await facilitator.presses("ctrl+o")
        assert facilitator.line == "s> Ruth Vale, CFO !5"
        await facilitator.types(" ++")
        assert "changes s1" in facilitator.says("preview")
        await facilitator.presses("enter")
        assert facilitator.session.stakeholders[0].support == 2
        assert facilitator.line == "Mia Tr"
        await facilitator.presses("ctrl+o")
        await facilitator.types(" --x")
        await facilitator.presses("escape")
        assert facilitator.line == "Mia Tr"
        assert facilitator.session.stakeholders[0].support == 2
        await facilitator.presses("ctrl+o")
        assert facilitator.line.endswith(" --x")
        await facilitator.presses("ctrl+u", "enter")
        assert facilitator.rows() == []
        await facilitator.presses("ctrl+z")
        assert len(facilitator.rows()) == 1


async def test_a_refused_line_stays_and_says_why(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth !9")
        assert facilitator.line == "Ruth !9"
        assert "not between 1 and 5" in facilitator.says("preview")
        assert facilitator.rows() == []


async def test_tab_takes_a_suggestion_and_never_leaves_the_line(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.types("Ruth @be")
        assert "Ben Okafor" in facilitator.says("suggestions")
        await facilitator.presses("tab")
        assert facilitator.line == 'Ruth @"Ben Okafor" '
        await facilitator.presses("tab", "tab", "shift+tab")
        await facilitator.types("!5")
        assert facilitator.line == 'Ruth @"Ben Okafor" !5'


async def test_a_wrong_assumption_shows_what_stood_on_it(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("a> The budget is approved")
        await facilitator.enters("t> Get 30 minutes with the CFO for:a1")
        await facilitator.enters("*a1 wrong they froze it")
        assert "t1 Get 30 minutes with the CFO" in facilitator.says("preview")
        assert facilitator.session.assumptions[0].result == "they froze it"


async def test_in_the_owners_part_the_highlight_walks_what_has_no_name(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for line in ("Ada !2", "Ruth !5", "a> It holds", "t> Call", "t> Write @mei"):
            await facilitator.enters(line)
        await facilitator.presses("ctrl+n", "ctrl+n", "ctrl+n")
        walked = []
        for _ in range(4):
            walked.append(facilitator.highlighted)
            await facilitator.enters("@ben")
        assert walked == ["t1", "a1", "s2", "s1"]
        assert "Everything has a name" in facilitator.says("finding")


async def test_nothing_moves_on_by_itself_and_the_time_up_is_said(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.lets_pass(minutes=9, seconds=30)
        await facilitator.waits_for(lambda: "Last minute" in facilitator.says("finding"), "the sign")
        await facilitator.lets_pass(seconds=50)
        await facilitator.waits_for(lambda: "time is up" in facilitator.says("finding"), "the second sign")
        assert facilitator.live.box.running == 0
        assert facilitator.says("pace").startswith("over")


async def test_a_closed_lid_is_found_while_the_screen_is_open(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        clock.pass_(minutes=2)
        await facilitator.waits_for(lambda: facilitator.session.clock[-1].event == "away", "the gap")
        assert facilitator.live.box.parts[0].spent < 2


async def test_the_curtain_covers_what_a_partner_must_not_see(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(160, 40)) as facilitator:
        await facilitator.enters('Ruth Vale, CFO !5 -- pain:"Bad debts" note:"hates us"')
        await facilitator.enters("n> Secret note")
        assert "enemy" in facilitator.picture()
        await facilitator.presses("f6")
        seen = facilitator.picture()
        for secret in ("enemy", "▮▮▮▮▮", "Bad debts", "hates us", "Map red"):
            assert secret not in seen
        await facilitator.types("Ada ++ !4")
        assert "mentor" not in facilitator.picture()
        await facilitator.presses("enter")
        assert "mentor" not in facilitator.picture()
        assert "s2 added" in facilitator.picture()
        await facilitator.presses("ctrl+o")
        assert facilitator.line == ""
        await facilitator.presses("f6")
        assert "enemy" in facilitator.picture()
        await facilitator.presses("up", "ctrl+o")
        assert "Bad debts" in facilitator.line
        await facilitator.presses("f6")
        assert facilitator.line == ""


async def test_under_the_curtain_the_order_of_those_without_a_name_does_not_say_who_has_power(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        for line in ("Zed Low, Clerk !1", "Ann Ray, Clerk !1", "Ruth Vale, CFO !5"):
            await facilitator.enters(line)
        await facilitator.presses("ctrl+n", "ctrl+n", "ctrl+n")
        assert [row[:2] for row in facilitator.rows()] == ["s3", "s1", "s2"]
        await facilitator.presses("f6")
        assert [row[:2] for row in facilitator.rows()] == ["s1", "s2", "s3"]
        await facilitator.presses("ctrl+q", "e")
        read_out = facilitator.app.screen.query_one(TableView).table
        assert read_out is not None
        assert read_out.ids == (), "that nobody of ours has a person is covered"
        assert "without a name." not in facilitator.picture().replace("leaves this session without a name.", "")
        await facilitator.presses("escape")
        facilitator.screen.highlight("s2")
        await facilitator.enters("@ben")
        assert facilitator.highlighted == "s2", "the highlight goes to no person because nobody has them"


async def test_under_the_curtain_a_note_that_is_removed_is_not_read_out(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(160, 40)) as facilitator:
        await facilitator.enters("n> Secret note")
        await facilitator.presses("f6")
        for line in ("*", "*n", "*n1", "*n1 re", "*n1 remove"):
            await facilitator.types(line)
            assert "Secret" not in facilitator.picture(), line
            facilitator.screen.typing.put("")
        await facilitator.enters("*n1 remove")
        assert not facilitator.session.notes
        assert "Secret" not in facilitator.picture()


async def test_ending_asks_for_outcome_and_headline_and_shows_what_has_no_name(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("t> Call the CFO")
        await facilitator.presses("ctrl+q", "e")
        assert "Call the CFO" in facilitator.picture()
        assert "1 without a name" in facilitator.picture()
        await facilitator.presses("escape")
        assert facilitator.session.status == "live"
        await facilitator.enters("/end")
        await facilitator.presses("enter")
        assert "Who does t1, by when?" in facilitator.picture()
        await facilitator.presses("enter", "2")
        await facilitator.presses(*"Go")
        await facilitator.presses("enter", "enter", "enter", "4")
        await facilitator.left()
    assert (facilitator.on_disk().outcome, facilitator.on_disk().headline) == ("pursue_if", "Go")
    value = facilitator.on_disk().value
    assert value is not None
    assert (value.people, value.hours_saved) == (3, 4)


async def test_an_outcome_without_a_headline_leads_through_the_steps(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("t> Do it")
        await facilitator.enters("/end pursue on a condition")
        assert "End the session · Read out what was agreed (1 of 3)" in facilitator.picture()
        await facilitator.presses("enter", *"nobody known due:soon", "enter")
        assert "soon" in facilitator.picture()
        await facilitator.presses(*["backspace"] * 30, *"Ben Okafor", "enter")
        assert facilitator.session.action_items[0].owner == "Ben Okafor"
        assert "Decide (2 of 3)" in facilitator.picture()
        assert "▸ 2  pursue on a condition" in facilitator.picture()
        assert facilitator.session.status == "live"
        await facilitator.presses("enter", *"We go", "enter", *"the CFO signs", "enter", "enter", "4")
        await facilitator.waits_for(lambda: facilitator.session.status == "held", "the end")
    held = facilitator.on_disk()
    assert (held.outcome, held.headline, held.condition) == ("pursue_if", "We go", "the CFO signs")


async def test_a_pasted_list_is_shown_then_entered_and_undone_as_one(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.pastes("- Ruth Vale, CFO\n- Mia Tran, COO\n")
        await facilitator.waits_for(lambda: len(facilitator.app.screen_stack) > 1, "the question")
        assert facilitator.rows() == []
        await facilitator.presses("enter")
        assert len(facilitator.rows()) == 2
        await facilitator.presses("ctrl+z")
        assert facilitator.rows() == []


async def test_wait_opens_with_the_clock_standing_until_it_is_started(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, wait=True) as facilitator:
        clock.pass_(minutes=5)
        await facilitator.enters("Ruth Vale, CFO")
        assert facilitator.session.started_at is None
        assert facilitator.says("pace").strip() == "not started"
        await facilitator.presses("ctrl+t")
        assert [event.event for event in facilitator.session.clock] == ["start"]
        assert facilitator.live.box.parts[0].spent == 0


async def test_keys_and_theme_come_from_the_configuration(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    wanted = Configuration(theme="session-light", keys={"next": "f9", "undo": ("f10", "ctrl+z")})
    async with facilitating(opened, agenda, clock, configuration=wanted) as facilitator:
        assert facilitator.app.theme == "session-light"
        assert "f9 next part" in facilitator.says("foot")
        await facilitator.presses("ctrl+n")
        assert facilitator.live.box.running == 0
        await facilitator.presses("f9")
        assert facilitator.live.box.running == 1
        await facilitator.enters("It holds")
        await facilitator.presses("f10")
        assert facilitator.rows() == []


async def test_a_second_window_is_read_only_and_says_so(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    second = open_session(opened.path, opened.path.parent.parent / "state")
    async with facilitating(second, agenda, clock, size=(100, 28)) as facilitator:
        assert "read only" in facilitator.picture()
        await facilitator.enters("Ruth Vale")
        await facilitator.waits_for(lambda: "read-only" in facilitator.says("preview"), "the refusal")
        assert facilitator.line == "Ruth Vale"
    opened.close()


async def test_a_vanished_drive_is_said_in_plain_words_and_loses_nothing(
    opened: OpenedSession, agenda: Agenda, clock: Clock, folder: Path
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.saved()
        folder.rename(folder.with_name("away"))
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.waits_for(lambda: "▲ not saved" in facilitator.picture(), "the lamp")
        seen = facilitator.picture()
        assert "◌" in seen
        assert "▲ The folder is gone. Kept here, tried again; /elsewhere FOLDER saves it there." in seen
        await facilitator.enters("Mia Tran, COO")
        folder.with_name("away").rename(folder)
        await facilitator.waits_for(lambda: "● saved" in facilitator.picture(), "the lamp at saved")
        assert [person.name for person in facilitator.on_disk().stakeholders] == ["Ruth Vale", "Mia Tran"]
        assert "◌" not in facilitator.picture()


async def test_a_change_by_somebody_else_is_shown_and_chosen(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(100, 28)) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.saved()
        overtaken(opened, b'"Ruth Vale"', b'"Rudi Vale"')
        await facilitator.enters("Mia Tran, COO")
        await facilitator.waits_for(lambda: "Somebody else changed this file" in facilitator.picture(), "the sentence")
        await facilitator.enters("/conflict")
        assert "s1 name: Ruth Vale here, Rudi Vale there" in facilitator.picture()
        await facilitator.presses("f6")
        assert "Rudi Vale there" not in facilitator.picture(), "it may tell power and support"
        await facilitator.enters("/conflict")
        assert "Rudi Vale there" not in facilitator.picture()
        await facilitator.presses("f6")
        await facilitator.enters("/conflict")
        await facilitator.presses("o")
        await facilitator.waits_for(lambda: opened.conflict is None and opened.save_status == "saved", "ours on disk")
        assert [person.name for person in facilitator.on_disk().stakeholders] == ["Ruth Vale", "Mia Tran"]


async def test_every_action_of_the_table_can_be_called_without_an_exception(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    from session_tui.tui.actions import ACTIONS

    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        for action in ACTIONS:
            facilitator.live.act(action.name)
            await facilitator.pilot.pause()
            while len(facilitator.app.screen_stack) > 1:
                await facilitator.presses("escape")
        assert facilitator.app.is_running


async def test_a_tiny_terminal_still_has_the_line(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock, size=(20, 5)) as facilitator:
        await facilitator.types("Ruth")
        assert "❯ Ruth" in facilitator.picture()
        await facilitator.presses("enter")
        await facilitator.saved()
        assert facilitator.on_disk().stakeholders[0].name == "Ruth"


async def test_at_80_by_24_digits_rows_line_preview_and_lamp_are_visible_together(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO")
        await facilitator.types("Mia")
        await facilitator.saved()
        seen = facilitator.picture()
        for piece in (
            "● saved",
            "Ruth Vale, CFO",
            "adds s2  Mia",
            "❯ Mia",
            *large_digits.drawn("10:00", "small"),
            "^n next part",
            "ends ",
        ):
            assert piece in seen, f"{piece!r} is not on:\n{seen}"


async def test_hostile_text_is_shown_harmlessly(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36)) as facilitator:
        await facilitator.enters("[red]x[/red] \u202egnp.exe, [@click=app.bell]y[/]")
        seen = facilitator.picture()
        assert "[red]x[/red]" in seen
        assert "\u202e" not in seen


async def test_leaving_a_conflict_undecided_says_where_both_versions_are(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale")
        await facilitator.saved()
        overtaken(opened, b"Ruth", b"Rudi")
        await facilitator.enters("Mia Tran")
        await facilitator.waits_for(
            lambda: opened.conflict is not None and opened.save_status == "saved", "the conflict"
        )
        await facilitator.presses("ctrl+q", "l")
        await facilitator.left()
    farewell = facilitator.app.return_value or ""
    assert str(opened.path) in farewell
    assert f"{opened.path}.ours" in farewell
    assert b"Mia Tran" in opened.path.with_name(f"{opened.path.name}.ours").read_bytes()
    assert b"Rudi" in opened.path.read_bytes()


async def test_an_action_ticked_off_elsewhere_is_on_the_screen_and_the_half_typed_line_stays(
    opened: OpenedSession, agenda: Agenda, clock: Clock, state: Path
) -> None:
    there = paths.find(opened.path.parent.parent, {"SESSION_TUI_STATE": str(state)}, sessions=opened.path.parent)
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("t> Send the paper @ben")
        await facilitator.enters("t> Call the CFO @mei")
        await facilitator.saved()
        await facilitator.types("Ruth Va")
        await facilitator.presses("left", "left")
        cursor = facilitator.screen.typing.cursor_position
        batch_edit.change(opened.path, there, batch_edit.marked("t1", "done sent", there, clock()), clock())
        await facilitator.waits_for(lambda: facilitator.session.action_items[0].status == "done", "taken in")
        await facilitator.waits_for(lambda: not opened.arrived(), "shown")
        assert (facilitator.line, facilitator.screen.typing.cursor_position) == ("Ruth Va", cursor)
        await facilitator.presses("end")
        await facilitator.enters("le, CFO")
        await facilitator.presses("ctrl+z")
        assert facilitator.session.stakeholders == () and facilitator.session.action_items[0].result == "sent"
        await facilitator.enters("*t2 due:fri")
        batch_edit.change(opened.path, there, batch_edit.marked("t1", "open", there, clock()), clock())
        await facilitator.waits_for(lambda: "Changed by another program: t1." in facilitator.says("preview"), "said")
        await facilitator.saved()
    assert facilitator.on_disk().action_items[0].status == "open"
