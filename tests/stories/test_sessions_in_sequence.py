"""Covers: a session after another on the full screen.

Earlier promises, changes since the last session, and the last minute of the clock, by keyboard.
"""

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, Static

from conftest import START, Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.model.session import ActionItem, Session
from session_tui.store import new_session, paths, session_file, session_folder
from session_tui.store.new_session import SessionRequest
from session_tui.store.open_session import create_session, open_session
from session_tui.tui.screens.help import HelpScreen
from session_tui.tui.screens.live.close_session import EndScreen
from session_tui.tui.screens.live.dialogs import CommentsScreen, LeaveScreen
from session_tui.tui.screens.live.promises import PromisesScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

Next = Callable[..., AbstractAsyncContextManager[Facilitator]]

PLAN = """# Acme Freight

## Assumptions
- The budget is approved for this fiscal year
- Operations will be the sponsor
"""


@pytest.fixture
def next_session(tmp_path: Path, agenda: Agenda, clock: Clock) -> Next:
    """The next session on the account, a week after the one before, as `run` begins it."""

    def begin(size: tuple[int, int] = (100, 30), **request: object) -> AbstractAsyncContextManager[Facilitator]:
        clock.moment += timedelta(days=7)
        (tmp_path / "sessions").mkdir(exist_ok=True)
        found = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state")})
        rows, rng = session_folder.rows(found.sessions.path), random.Random(clock.moment.day)
        asked = SessionRequest(account="Acme Freight", attendees=("Ben Okafor:account owner", "Mei Tan"), **request)  # type: ignore[arg-type]
        begun = new_session.begin(asked, agenda, rows, found, clock.moment, rng)
        opened = create_session(found.sessions.path, begun.session, found.state.path)
        return facilitating(
            opened, agenda, clock, size=size, folder=found.sessions.path, background=begun.background, places=found
        )

    return begin


async def hold(next_session: Next, *lines: str) -> Session:
    """A session with these lines in its first part, held to its end."""
    async with next_session() as facilitator:
        for line in lines:
            await facilitator.enters(line)
        await facilitator.enters('/end pursue "Winnable"')
        await facilitator.left()
    return facilitator.on_disk()


FIRST = (
    "Ruth Vale, CFO role:app !5 - cov:brief @ben",
    "Mia Tran, COO role:dec !4 ++ @ben @mei",
    "a> The budget is approved for this fiscal year !5 %2 @ben",
    "t> Get 30 minutes with the CFO @ben due:+3d",
    "t> Build the payback model @mei due:+3d",
    "t> Ask for the tender rules @mei due:+3d",
    "?> Renewal terms for the US entity",
)


async def test_what_was_promised_is_told_above_the_line_and_there_one_key_settles_each(next_session: Next) -> None:
    first = await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        assert facilitator.says("promised") == "3 promised last time, 3 overdue: f5"
        await facilitator.presses("f5")
        promised = facilitator.app.screen
        assert isinstance(promised, PromisesScreen)
        assert [row[:2] for row in listed(promised)] == ["t1", "t2", "t3", "p1"]
        await facilitator.presses("d", *"Ruth was there", "enter")
        await facilitator.presses("x", *"the budget is known", "enter")
        await facilitator.presses("m", *"+5d", "enter")
        await facilitator.presses("p", "escape")
        await facilitator.saved()
        actions = {each.id: each for each in facilitator.on_disk().action_items}
        assert (actions["t1"].status, actions["t1"].result) == ("done", "Ruth was there")
        assert (actions["t2"].status, actions["t2"].result) == ("dropped", "the budget is known")
        assert actions["t3"].due == date(2026, 12, 12)
        assert [each.text for each in facilitator.on_disk().parking_lot] == ["Renewal terms for the US entity"]
        assert {each.first_raised_in for each in actions.values()} == {first.id}
        await facilitator.enters("/end hold later")
        await facilitator.left()
    async with next_session() as facilitator:
        await facilitator.presses("f5")
        assert isinstance(facilitator.app.screen, PromisesScreen)
        assert [row[:2] for row in listed(facilitator.app.screen)] == ["t3", "p2"], "an id is not used again"
        await facilitator.presses("escape")
        panel = sections(facilitator)
        assert "moved 1×" in panel["LAST TIME · 7 Dec"]
        assert "Ruth was there" in panel["SETTLED SINCE"]


async def test_a_parked_line_becomes_an_action_and_undo_takes_it_back(next_session: Next) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        await facilitator.presses("f5", *["down"] * 3, "a")
        assert facilitator.session.action_items[-1].text == "Renewal terms for the US entity"
        await facilitator.presses("u")
        assert [each.id for each in facilitator.session.action_items] == ["t1", "t2", "t3"]


async def test_a_date_that_is_none_is_refused_and_the_promise_stays(next_session: Next) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        await facilitator.presses("f5", "m", *"someday", "enter")
        assert "someday" in detail(facilitator)
        await facilitator.presses("escape")
        assert isinstance(facilitator.app.screen, PromisesScreen), "escape leaves the line first"
        assert facilitator.session.action_items[0].due == date(2026, 12, 3)


async def test_a_first_session_has_no_promises_and_says_so_when_asked(next_session: Next) -> None:
    async with next_session() as facilitator:
        assert not isinstance(facilitator.app.screen, PromisesScreen)
        await facilitator.presses("f5")
        assert "Not now" in facilitator.says("preview")


async def test_what_changed_since_last_time_is_marked_and_unchanged_three_times_is_the_same_story(
    next_session: Next,
) -> None:
    await hold(next_session, *FIRST)
    await hold(next_session, "*s1 =")
    async with next_session() as facilitator:
        ruth, mia = facilitator.rows()
        assert "≡" in mia
        assert "≡" not in ruth
        await facilitator.enters("*s1 +")
        assert "⇑" in facilitator.rows()[0]
        await facilitator.enters("*s1 !2")
        assert "⇓" in facilitator.rows()[0]
        await facilitator.enters("*s2 cov:in")
        assert "≡" not in facilitator.rows()[1]


async def test_ids_that_were_used_are_never_used_again(next_session: Next) -> None:
    await hold(next_session, *FIRST)
    await hold(next_session, "*t3 done", "*t2 remove")
    async with next_session() as facilitator:
        await facilitator.enters("t> Another thing")
        assert facilitator.session.action_items[-1].id == "t4"


async def test_the_end_reads_out_the_actions_takes_each_yes_and_gives_what_lacks_a_name(next_session: Next) -> None:
    async with next_session() as facilitator:
        for line in (*FIRST, "t> Nobody's yet"):
            await facilitator.enters(line)
        await facilitator.presses("ctrl+q", "e")
        end = facilitator.app.screen
        assert isinstance(end, EndScreen)
        await facilitator.presses("y")
        assert facilitator.session.action_items[0].accepted_at == START + timedelta(days=7)
        await facilitator.presses("end", *["down"] * 9, "y")
        assert "Nobody can say yes" in detail(facilitator)
        await facilitator.presses("g", *"mei due:+3d", "enter")
        given = facilitator.session.action_items[3]
        assert (given.owner, given.due) == ("Mei Tan", date(2026, 12, 3))
        await facilitator.presses("enter", "2")
        await facilitator.presses(*"Winnable", "enter", "enter", *"Ben 70, Mei 20")
        assert "90" in why(facilitator)
        await facilitator.presses(*["backspace"] * 2, *"30", "enter")
        if end_asks(facilitator):
            await facilitator.presses(*"Ana Ruiz", "enter")
        await facilitator.presses("6")
        await facilitator.left()
    held = facilitator.on_disk()
    assert (held.status, held.outcome, held.headline) == ("held", "pursue_if", "Winnable")
    assert [(each.name, each.percent) for each in held.credit_split] == [("Ben Okafor", 70), ("Mei Tan", 30)]
    assert held.value is not None
    assert held.value.hours_saved == 6


async def test_what_was_typed_at_the_end_is_there_again_when_the_session_goes_on_for_a_while(
    next_session: Next,
) -> None:
    async with next_session() as facilitator:
        await facilitator.enters(FIRST[0])
        await facilitator.presses("ctrl+q", "e", "enter", "1", *"Half a headl", "escape", "escape")
        assert facilitator.app.screen is facilitator.screen
        await facilitator.presses("ctrl+q", "e", "enter")
        assert facilitator.app.screen.query_one("#headline", Input).value == "Half a headl"


async def test_no_guess_leaves_the_hours_out_and_escape_goes_back_a_step(next_session: Next) -> None:
    async with next_session() as facilitator:
        await facilitator.presses("ctrl+q", "e", "enter", "3", "tab", "enter")
        if end_asks(facilitator):
            await facilitator.presses("enter")
        end = facilitator.app.screen
        assert isinstance(end, EndScreen)
        assert end.step == "worth"
        await facilitator.presses("escape")
        assert end.step == "decide"
        await facilitator.presses("shift+tab", "tab")
        end.step = "worth"
        await facilitator.pilot.pause()
        await facilitator.presses("enter")
        await facilitator.left()
    held = facilitator.on_disk()
    assert held.outcome == "hold"
    assert held.value is not None
    assert held.value.hours_saved is None


async def test_an_estimate_that_was_said_before_the_end_is_kept_by_it(next_session: Next) -> None:
    async with next_session() as facilitator:
        await facilitator.enters("/saved 6")
        await facilitator.enters("/end pursue now")
        await facilitator.left()
    value = facilitator.on_disk().value
    assert value is not None
    assert value.hours_saved == 6


async def test_coverage_lays_their_people_against_ours(next_session: Next) -> None:
    async with next_session() as facilitator:
        for line in FIRST[:2]:
            await facilitator.enters(line)
        await facilitator.enters("Sana Oduya, CIO role:app !5")
        await facilitator.enters("/coverage")
        rows = {row[:2]: row for row in facilitator.rows()}
        assert "nobody ▲" in rows["s3"], "a key player nobody covers stands out"
        assert rows["s2"].count("✓") == 2
        assert "Nobody has Sana" in facilitator.says("finding")
        await facilitator.presses("ctrl+l")
        assert facilitator.screen.looks.look == "table"


async def test_comments_on_the_plan_are_counted_and_opened_one_at_a_time_never_under_the_curtain(
    next_session: Next, tmp_path: Path
) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "acme-freight.md").write_text(PLAN)
    (tmp_path / "plans" / "acme-freight.readers.toml").write_text(
        'schema = 1\nplan = "acme-freight.md"\n'
        + "".join(
            f'[[comments]]\nline = {line}\nquote = ""\nauthor = "Mei Tan"\ntext = "{text}"\nat = 2026-11-22T17:00:00Z\n'
            for line, text in ((4, "Who told us?"), (5, "Since when?"))
        )
    )
    async with next_session(plan=Path("acme-freight.md")) as facilitator:
        await facilitator.waits_for(lambda: "PLAN" in sections(facilitator), "the panel")
        assert "2 comments" in sections(facilitator)["PLAN"]
        await facilitator.enters("/comments")
        assert isinstance(facilitator.app.screen, CommentsScreen)
        assert "Who told us?" in facilitator.picture()
        assert "Since when?" not in facilitator.picture()
        await facilitator.presses("enter")
        assert "Since when?" in facilitator.picture()
        await facilitator.presses("escape", "f6")
        await facilitator.enters("/comments")
        assert isinstance(facilitator.app.screen, LiveScreen)
        assert "private" in facilitator.says("preview")
        await facilitator.presses("f6")
        await facilitator.enters("/import")
        await facilitator.waits_for(lambda: facilitator.app.screen is not facilitator.screen, "the question")
        await facilitator.presses("enter")
        assert [each.text for each in facilitator.session.assumptions] == [
            "The budget is approved for this fiscal year",
            "Operations will be the sponsor",
        ]


async def test_lines_put_aside_come_back_one_after_the_other_and_after_a_restart(
    next_session: Next, agenda: Agenda
) -> None:
    async with next_session() as facilitator:
        await facilitator.enters(FIRST[0])
        await facilitator.types("Mia Tr")
        await facilitator.presses("ctrl+o", *" more")
        edited = facilitator.line
        await facilitator.screen.run_action("act('elsewhere')")
        await facilitator.pilot.pause()
        assert facilitator.line == "/elsewhere "
        await facilitator.presses("ctrl+q", "l")
        await facilitator.left()
    path = facilitator.opened.path
    again = open_session(path, path.parent.parent / "state")
    async with facilitating(again, agenda, facilitator.clock) as facilitator:
        assert facilitator.line == "/elsewhere "
        await facilitator.presses("ctrl+u", "enter")
        await facilitator.enters("/help")
        await facilitator.presses("escape")
        assert facilitator.line == edited
        await facilitator.presses("escape")
        assert facilitator.line == "Mia Tr"


def listed(screen: PromisesScreen) -> list[str]:
    table = screen.query_one(TableView).table
    assert table is not None
    return ["  ".join(cell.text for cell in table.cells(each)) for each in table.ids]


def detail(facilitator: Facilitator) -> str:
    return "".join(words for words, _ in facilitator.app.screen.query_one("#detail", StatusLine).pieces)


def why(facilitator: Facilitator) -> str:
    return str(facilitator.app.screen.query_one("#why", Static).render())


def end_asks(facilitator: Facilitator) -> bool:
    """Whether the end asks for the facilitator's name, since the session has none yet."""
    return bool(facilitator.app.screen.query("#facilitator"))


def sections(facilitator: Facilitator) -> dict[str, str]:
    found = facilitator.screen.query_one(Panel).sections
    return {title: "\n".join(words for words, _ in lines) for title, lines in found}


async def test_whoever_is_to_own_an_action_has_so_many_open_already_over_all_accounts(
    tmp_path: Path, next_session: Next, agenda: Agenda
) -> None:
    await hold(next_session, *FIRST)
    (tmp_path / "sessions" / "2026-11-01-borealis-foods-aaaa.toml").write_bytes(
        session_file.new(
            Session(
                id="2026-11-01-borealis-foods-aaaa",
                status="held",
                agenda="strategy-30",
                account="Borealis Foods",
                action_items=(ActionItem(id="t1", text="Something secret", owner="Mei Tan"),),
            )
        ).content()
    )
    async with next_session(size=(120, 36)) as facilitator:
        await facilitator.presses("escape")
        await facilitator.waits_for(lambda: facilitator.live.load is not None)
        await facilitator.types("t> Call the lawyer @mei")
        # Two of this account, carried into this session, and one of another: the number alone is
        # shown of it.
        assert "owner: Mei Tan (3 open already)" in facilitator.says("preview")
        await facilitator.presses("enter")
        await facilitator.types("t> Ask the lawyer @zoe")
        assert "open already" not in facilitator.says("preview")


async def test_a_name_typed_into_a_session_that_carries_promises_becomes_a_person_and_answers_none(
    next_session: Next,
) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        before = facilitator.session.action_items
        await facilitator.presses(*"Peter Quill, Head of fleet", "enter", "enter")
        assert facilitator.session.stakeholders[-1].name == "Peter Quill"
        assert facilitator.session.action_items == before
        assert facilitator.says("promised"), "it is told until the facilitator goes there"


async def test_a_click_on_the_strip_opens_the_promises_which_say_that_letters_answer(next_session: Next) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        await facilitator.clicks("#promised")
        await facilitator.waits_for(lambda: isinstance(facilitator.app.screen, PromisesScreen), "the promises")
        title = str(facilitator.app.screen.query_one(".title", Static).render())
        assert title == "Promised last time · Mon 30 Nov: letters answer here, esc goes back"
        await facilitator.presses("escape")
        assert facilitator.says("promised") == ""


@pytest.mark.parametrize("opens", [("f5",), ("f3",), ("f4",), ("ctrl+g",), ("ctrl+p",), ("ctrl+q", "e")])
async def test_next_pause_help_palette_and_leave_work_from_every_window_over_a_session(
    next_session: Next, opens: tuple[str, ...]
) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        await facilitator.presses(*opens)
        window = facilitator.app.screen
        assert window is not facilitator.screen
        await facilitator.presses("ctrl+n", "ctrl+t")
        assert (facilitator.live.box.running, facilitator.live.box.state) == (1, "paused")
        assert facilitator.app.screen is window
        if opens not in (("ctrl+g",), ("ctrl+p",)):
            for key, kind in (("ctrl+g", HelpScreen), ("ctrl+p", CommandPalette), ("ctrl+q", LeaveScreen)):
                await facilitator.presses(key)
                assert isinstance(facilitator.app.screen, kind)
                await facilitator.presses("escape")
                assert facilitator.app.screen is window
        if opens == ("ctrl+g",):  # there the key goes back
            await facilitator.presses("escape")
        await facilitator.presses("ctrl+q", "l")
        await facilitator.left()
    assert facilitator.on_disk().status == "live"


async def test_an_action_chosen_in_the_palette_over_a_window_is_seen_where_it_is_done(next_session: Next) -> None:
    await hold(next_session, *FIRST)
    async with next_session() as facilitator:
        await facilitator.presses("f5", "ctrl+p", *"edit: ", "enter")
        await facilitator.waits_for(lambda: facilitator.app.screen is facilitator.screen, "the session")
        assert "Mia Tran" in facilitator.line
