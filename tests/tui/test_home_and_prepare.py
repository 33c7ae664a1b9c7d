"""Covers: session_tui.tui.screens.library.home and session_tui.tui.screens.plan.prepare.

Due deals, a brief, and a session that is prepared field by field, rehearsed and begun.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from conftest import context_of
from driver import Driver
from session_tui.model.session import Session
from session_tui.store import paths, session_file
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.help import HelpScreen
from session_tui.tui.screens.library.due import DueScreen
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.new_session import NewScreen
from session_tui.tui.screens.live.promises import PromisesScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.screens.plan.prepare import PrepareScreen
from session_tui.tui.screens.plan.screen import PlanScreen
from session_tui.tui.tables.sessions import EMPTY
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

TOP = Path(__file__).parent.parent.parent
PIPELINE = """account;opportunity;phase;amount;currency;close_on
Acme Freight;Transport management replacement;negotiation;390000;EUR;2027-01-29
Cobalt Mills;Maintenance contract;discovery;90000;EUR;2027-02-26
"""
PLAN = "# Acme Freight\n\n## Assumptions\n- The budget is approved\n- Operations will be the sponsor\n"


class HomeDriver(Driver[Screen[Any]]):
    """The home screen and those it opens, over the files of one folder."""

    def __init__(self, pilot: Pilot[Any], folder: Path) -> None:
        super().__init__(pilot, Screen)
        self.folder = folder

    def prepared(self) -> Session:
        found = [
            session_file.read(path.read_bytes()).session
            for path in (self.folder / "sessions").glob("*.toml")
            if "borealis" not in path.name
        ]
        return next(each for each in found if each.status == "prepared")

    async def fills(self, field: str, text: str) -> None:
        """Type into an emptied field, and go on to the next."""
        asked = self.shown.query_one(f"#{field}", Input)
        asked.focus()
        await self.pilot.pause()
        asked.value = ""
        self.sends(*text, "enter")
        await self.waits_for(lambda: self.app.at_rest, "the keys were worked off")


@asynccontextmanager
async def at_home(folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[HomeDriver]:
    found = paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state")})
    context = context_of(found)
    app = SessionTui(context, partial(HomeScreen, context), "screens/library/library.tcss")
    async with app.run_test(size=size) as pilot:
        home = HomeDriver(pilot, folder)
        screen = app.screen
        assert isinstance(screen, HomeScreen)
        await home.waits_for(lambda: bool(screen.query_one("#due", StatusLine).pieces), "what is due")
        yield home


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """The sample sessions, a pipeline, a plan and a configuration."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    (tmp_path / "pipeline.csv").write_text(PIPELINE)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "acme-freight.md").write_text(PLAN)
    (tmp_path / paths.CONFIG_NAME).write_text('schema = 1\nname = "Ana Ruiz"\n[cadence]\nevery_days = 7\n')
    return tmp_path


async def test_home_says_what_is_due_and_begins_what_is_chosen_there(account: Path) -> None:
    async with at_home(account) as home:
        assert "due" in home.says("due")
        await home.presses("d")
        assert isinstance(home.screen, DueScreen)
        assert "Cobalt Mills" in home.picture()
        assert "amount changed" in home.picture()
        await home.presses("end", "down", "down", "down")
        chosen = home.screen.owed[home.screen.highlighted]
        assert chosen.opportunity
        await home.presses("enter")
        typed = [home.app.screen.query_one(f"#{key}", Input).value for key in ("account", "opportunity")]
        assert typed == [chosen.account, chosen.opportunity]


async def test_what_is_due_is_not_called_nothing_before_it_is_read(account: Path) -> None:
    found = paths.find(account, {"SESSION_TUI_STATE": str(account / "state")})
    context = context_of(found)
    app = SessionTui(context, partial(HomeScreen, context), "screens/library/library.tcss")
    async with app.run_test(size=(80, 24)) as pilot:
        home = app.screen
        assert isinstance(home, HomeScreen)
        assert home.owed is None and "not known yet" in home.why_not("due", ())
        await HomeDriver(pilot, account).waits_for(lambda: home.owed is not None, "what is due")
        assert home.owed and not home.why_not("due", ())


async def test_the_list_of_what_is_due_says_that_the_pipeline_could_not_be_read(account: Path) -> None:
    (account / "pipeline.csv").write_bytes(b"PK\x03\x04")
    async with at_home(account) as home:
        await home.presses("d")
        assert "Without the pipeline:" in home.picture() and "an Excel workbook" in home.picture()


async def test_the_first_line_says_what_the_user_owes_where_the_configuration_names_her(account: Path) -> None:
    (account / paths.CONFIG_NAME).write_text("schema = 1\n")
    async with at_home(account) as home:
        assert "You owe" not in str(home.app.screen.query_one("#title", StatusLine).pieces)
    (account / paths.CONFIG_NAME).write_text('name = "Ben Okafor"\n')
    async with at_home(account) as home:
        title = home.app.screen.query_one("#title", StatusLine)
        await home.waits_for(lambda: "You owe 2" in title.pieces[1][0], "what Ben owes")


async def test_an_empty_folder_says_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with at_home(tmp_path) as home:
        assert "n begins one" in home.picture()
        await home.presses("b")
        assert "choose one of its sessions" in home.says("said")
        await home.presses("d")
        assert "No session is due" in home.picture()


@pytest.mark.parametrize("columns", [80, 100, 120, 160])
async def test_home_without_sessions_has_three_choices_whole_at_every_width(tmp_path: Path, columns: int) -> None:
    (tmp_path / "sessions").mkdir()
    async with at_home(tmp_path, size=(columns, 36)) as home:
        listed = home.app.screen.query_one(TableView)
        shown = " ".join("".join(row.text for row in listed.render_line(y)).strip() for y in range(12))
        for choice in EMPTY:
            assert choice in " ".join(shown.split())
        await home.presses("escape", "ctrl+c")
        assert "q leaves the program" in home.says("said")


@pytest.mark.parametrize("key", ["question_mark", "ctrl+g", "f1"])
async def test_help_opens_on_a_home_without_sessions(tmp_path: Path, key: str) -> None:
    (tmp_path / "sessions").mkdir()
    async with at_home(tmp_path) as home:
        await home.presses(key)
        await home.comes(HelpScreen)


async def test_the_palette_of_home_runs_what_its_keys_do(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with at_home(tmp_path, size=(80, 36)) as home:
        await home.presses("ctrl+p")
        await home.sees("Our people")
        await home.pilot.press(*"brief")
        await home.sees("not now: A brief is about an account")
        await home.pilot.press("escape", "ctrl+p", *"new")
        await home.waits_for(lambda: "Our people" not in home.picture(), "the one that matches")
        await home.pilot.press("enter")
        await home.comes(NewScreen)


async def test_a_opens_the_sample_account_and_l_the_tutor(account: Path, tmp_path: Path) -> None:
    async with at_home(account) as home:
        await home.presses("a")
        assert "session-tui demo opens a sample account" in home.says("said")
    empty, chosen = tmp_path / "empty", list[str]()
    (empty / "sessions").mkdir(parents=True)
    context = context_of(paths.find(empty, {"SESSION_TUI_STATE": str(empty / "state")}))
    first = partial(HomeScreen, context, choose_trial=chosen.append)
    for key in ("a", "l"):
        app = SessionTui(context, first, "screens/library/library.tcss")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(key)
    assert chosen == ["demo", "tutor"]


async def test_a_pipeline_that_cannot_be_read_is_said_and_home_works(account: Path) -> None:
    (account / "pipeline.csv").write_text("name;amount\nAcme;1\n")
    async with at_home(account) as home:
        assert "account" in home.says("due")
        assert "Acme Freight" in home.picture()


async def test_a_session_is_prepared_field_by_field_and_every_field_is_on_disk_at_once(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Acme Freight", "ctrl+s")
        await home.comes(PrepareScreen)
        before = home.prepared()
        assert before.phase == "negotiation", "as the pipeline has it"
        assert [each.id for each in before.stakeholders], "carried forward"
        await home.fills("attendees", "Ben Okafor:account owner, Mei Tan:presales")
        await home.fills("credit_split", "Ben 60, Mei 30")
        assert "90" in home.says("about"), "a split that does not add up says so"
        await home.fills("credit_split", "Ben 70, Mei 30")
        await home.fills("amount", "450000 usd")
        await home.fills("close_on", "2027-02-28")
        await home.fills("plan", "acme-freight")
        await home.waits_for(lambda: home.prepared().plan is not None, "the plan")
        await home.waits_for(lambda: home.prepared().close_on is not None, "the date")
        found = home.prepared()
        assert [(each.name, each.role) for each in found.attendees] == [
            ("Ben Okafor", "account owner"),
            ("Mei Tan", "presales"),
        ]
        assert (found.amount, found.currency, str(found.close_on)) == (450000, "USD", "2027-02-28")
        assert [each.percent for each in found.credit_split] == [70, 30]
        assert found.plan is not None
        assert found.plan.source == "plans/acme-freight.md"
        assert "Not read by" in home.says("about")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("amount", "much", "is not an amount"),
        ("close_on", "someday", "is not a date"),
        ("credit_split", "Ben seventy", "percent"),
        ("attendees", ":presales", "no name"),
        ("plan", "nothing-here", "nothing-here"),
        ("agenda", "nothing-here", "nothing-here"),
        ("facilitator", "x" * 300, "200 are the most"),
    ],
)
async def test_what_a_field_cannot_be_is_said_and_stays_to_be_corrected(
    account: Path, field: str, text: str, said: str
) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Acme Freight", "ctrl+s")
        await home.comes(PrepareScreen)
        before = home.prepared()
        await home.fills(field, text)
        await home.waits_for(lambda: said in home.says("why"), f"{said}, not {home.says('why')}")
        assert home.app.screen.query_one(f"#{field}", Input).value == text
        assert home.prepared() == before


async def test_what_is_typed_right_behind_the_key_that_opens_the_form_goes_into_its_fields(account: Path) -> None:
    async with at_home(account) as home:
        home.sends("n", *"Acme Freight", "ctrl+s", *["down"] * 5, "ctrl+u", *"much", "enter")
        home.sends("ctrl+u", *"5 USD", "enter", "ctrl+u", *"someday", "enter")
        await home.comes(PrepareScreen)
        await home.waits_for(lambda: "is not a date" in home.says("why"), "what is wrong with the date")
        assert home.app.screen.query_one("#close_on", Input).value == "someday"
        await home.waits_for(lambda: home.prepared().currency == "USD", "the amount on disk")
        found = home.prepared()
        assert (found.amount, found.currency, found.close_on) == (5, "USD", date(2027, 1, 29))


async def test_the_plan_is_read_taken_over_rehearsed_and_the_session_begins_with_its_promises(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Acme Freight", "ctrl+s")
        await home.comes(PrepareScreen)
        await home.fills("plan", "acme-freight")
        await home.waits_for(lambda: home.prepared().plan is not None, "the plan")
        await home.presses("ctrl+r")
        await home.comes(PlanScreen)
        await home.presses("y", "escape")
        await home.comes(PrepareScreen)
        await home.waits_for(lambda: bool((plan := home.prepared().plan) and plan.readers), "the reader's record")
        await home.presses("ctrl+o")
        await home.waits_for(
            lambda: "The budget is approved" in [each.text for each in home.prepared().assumptions], "the assumptions"
        )
        await home.presses("ctrl+l")
        await home.comes(LiveScreen)
        live = home.screen
        assert isinstance(live, LiveScreen)
        assert live.opened.session.clock == ()
        await home.presses("ctrl+q")
        assert "Leave it prepared" in home.picture(), "nothing is live that has not begun"
        assert "Leave it live" not in home.picture()
        await home.presses("l")
        await home.comes(HomeScreen)
        assert "starts it" in home.says("said"), "a rehearsal begins nothing"
        await home.waits_for(lambda: home.picture().count("prepared") > 1, "the prepared session in the list")
        await home.presses("down", "p")
        await home.comes(PrepareScreen)
        await home.presses("ctrl+t")
        await home.comes(LiveScreen)
        await home.presses("f5")
        await home.comes(PromisesScreen)
        await home.presses("escape")
        assert isinstance(home.screen, LiveScreen)
        assert home.screen.opened.session.status == "live"
        assert home.screen.opened.session.clock


async def test_what_was_typed_for_a_new_session_is_there_again_after_escape(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Delta", "tab", *"Pumps", "escape", "n")
        assert home.app.screen.query_one("#account", Input).value == "Delta"
        assert home.app.screen.query_one("#opportunity", Input).value == "Pumps"


async def test_a_new_session_may_have_an_end_that_pauses_do_not_move(account: Path) -> None:
    async with at_home(account) as home:
        now = home.app.context.now().astimezone()
        in_an_hour, later = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (1, 2))
        await home.presses("n", *"Delta", *["tab"] * 5, *"soon", "ctrl+s")
        await home.waits_for(lambda: "“soon” is not a time of day" in home.picture(), "the refusal")
        await home.presses("n")
        home.app.screen.query_one("#until", Input).value = ""
        home.app.screen.query_one("#until", Input).focus()
        await home.presses(*in_an_hour, "ctrl+s")
        await home.comes(PrepareScreen)
        assert isinstance(home.screen, PrepareScreen)
        ends = home.screen.query_one("#ends_at", Input)
        assert ends.value == in_an_hour
        ends.focus()
        ends.value = later
        await home.presses("enter")
        await home.waits_for(lambda: f"{home.prepared().ends_at.astimezone():%H:%M}" == later, "the new end")  # type: ignore[union-attr]
        ends.focus()
        ends.value = ""
        await home.presses("enter")
        await home.waits_for(lambda: home.prepared().ends_at is None, "no end")


async def test_the_key_that_prepares_opens_a_dialog_whose_enter_starts_no_clock(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("end", "p")  # the first one is prepared already
        await home.comes(NewScreen)
        assert "Prepare a session" in home.picture() and "the clock runs" not in home.picture()
        await home.presses("enter")
        await home.comes(PrepareScreen)
        assert isinstance(home.screen, PrepareScreen)
        assert home.screen.opened.session.status == "prepared"


@pytest.mark.parametrize("key", ["enter", "ctrl+s"])
async def test_a_new_account_that_is_nearly_a_known_one_is_begun_when_it_is_said_twice(account: Path, key: str) -> None:
    async with at_home(account) as home:
        there = set((account / "sessions").iterdir())
        await home.presses("n", *"Acme Fright", key)
        assert isinstance(home.screen, NewScreen)
        assert "Acme Fright is new here, and nearly Acme Freight." in home.says("why")
        assert "again begins a new account, tab takes Acme Freight." in home.says("why")
        assert set((account / "sessions").iterdir()) == there
        await home.presses(key)
        await home.comes(PrepareScreen if key == "ctrl+s" else LiveScreen)
        assert isinstance(home.screen, PrepareScreen | LiveScreen)
        assert home.screen.opened.session.account == "Acme Fright"


async def test_tab_takes_the_known_account_and_another_name_is_asked_about_anew(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Cobalt Mils", "enter", "backspace", *"z")
        assert home.says("why") == ""
        await home.presses("enter")
        assert "nearly Cobalt Mills" in home.says("why")  # a deal of the pipeline alone is known too
        await home.presses("tab")
        assert home.app.screen.query_one("#account", Input).value == "Cobalt Mills"
        assert home.says("why") == ""
        await home.presses("tab")
        assert home.app.focused is home.app.screen.query_one("#opportunity", Input)
        await home.presses("enter")
        await home.comes(LiveScreen)


async def test_a_brief_opens_on_the_highlighted_account_and_closes_again(account: Path) -> None:
    async with at_home(account, (100, 40)) as home:
        await home.presses("down", "down", "b")
        page = home.picture()
        assert "Last sessions" in page
        assert "What changed in the pipeline" in page
        await home.presses("escape")
        assert isinstance(home.screen, HomeScreen)


@pytest.mark.parametrize("keys", [("n",), ("d",), ("b",), ("n", *"Acme Freight", "ctrl+s"), ("f1",)])
@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5)])
async def test_every_screen_of_home_opens_and_closes_at_any_size(
    account: Path, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    async with at_home(account, size) as home:
        await home.presses(*keys)
        if keys[-1] == "ctrl+s":
            await home.comes(PrepareScreen)
        await home.presses("escape")
        await home.comes(HomeScreen)


@pytest.mark.parametrize(("key", "then"), [("escape", HomeScreen), ("ctrl+l", LiveScreen), ("ctrl+r", PlanScreen)])
async def test_a_plan_typed_last_is_attached_whatever_key_comes_next(account: Path, key: str, then: type) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Acme Freight", "ctrl+s")
        await home.comes(PrepareScreen)
        home.app.screen.query_one("#plan", Input).focus()
        await home.presses(*"acme-freight", key)
        await home.comes(then)
        await home.waits_for(lambda: home.prepared().plan is not None, "the plan")
        if isinstance(home.screen, LiveScreen):
            assert home.screen.opened.session.plan is not None


async def test_a_plan_that_is_not_there_is_said_before_the_screen_is_left(account: Path) -> None:
    async with at_home(account) as home:
        await home.presses("n", *"Acme Freight", "ctrl+s")
        await home.comes(PrepareScreen)
        home.app.screen.query_one("#plan", Input).focus()
        await home.presses(*"nothing-here", "escape")
        await home.waits_for(lambda: "nothing-here" in home.says("why"), "the sentence")
        assert isinstance(home.screen, PrepareScreen)


async def test_whoever_has_no_name_yet_is_asked_for_it_before_reading_and_sees_the_question(account: Path) -> None:
    (account / paths.CONFIG_NAME).write_text("schema = 1\n")
    async with at_home(account) as home:
        await home.presses("n", *"Delta", "ctrl+s")
        await home.comes(PrepareScreen)
        await home.fills("plan", "acme-freight")
        await home.waits_for(lambda: home.prepared().plan is not None, "the plan")
        home.app.screen.query_one("#phase", Input).focus()
        await home.presses(*"demo", "ctrl+r")
        await home.waits_for(lambda: getattr(home.app.focused, "id", "") == "facilitator", "the field")
        assert "Who reads it?" in home.says("why")
        await home.waits_for(lambda: home.prepared().phase == "demo", "the phase on disk")
