"""Covers: session_tui.tui.screens.live.pages.

Our answers about this customer are a count until opened; no other customer's answers are shown.
"""

import random
from pathlib import Path

import pytest

from conftest import Clock
from driver import Facilitator, facilitating
from session_tui.model.agenda import Agenda
from session_tui.model.team.enemies import HABITS
from session_tui.store import paths
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths
from session_tui.store.team import enemies
from session_tui.tui.screens.live.close_session import EndScreen
from session_tui.tui.screens.live.pages import EnemiesHereScreen
from session_tui.tui.widgets.panel import Panel

SIX = tuple(HABITS)[:6]


@pytest.fixture
def found(tmp_path: Path, folder: Path) -> Paths:
    return paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state"), "SESSION_TUI_SESSIONS": str(folder)})


def say(found: Paths, account: str, *habits: str) -> None:
    dice = random.Random(account)
    given = enemies.about_account(found.assessments.path, account, "Ana Ruiz", "2026-Q4", found.state.path, dice)
    for habit in habits:
        given.give(habit, "rules")
    given.give("cynicism", "seen")
    given.close()


def section(facilitator: Facilitator) -> str:
    sections = dict(facilitator.screen.query_one(Panel).sections)
    return "".join(words for words, _ in sections.get("ENEMIES HERE", ()))


async def known(facilitator: Facilitator) -> None:
    await facilitator.waits_for(lambda: facilitator.live.enemies is not None, "what we said of the customer")


async def test_the_panel_counts_and_the_action_opens(
    opened: OpenedSession, agenda: Agenda, clock: Clock, found: Paths
) -> None:
    say(found, "Acme Freight", *SIX[:3])
    async with facilitating(opened, agenda, clock, size=(120, 36), places=found) as facilitator:
        await known(facilitator)
        assert section(facilitator) == "3 often or ruling, private: /enemies opens it"
        assert "personal agendas" not in facilitator.picture()
        await facilitator.enters("/enemies")
        assert isinstance(facilitator.app.screen, EnemiesHereScreen)
        shown = facilitator.picture()
        assert "Acme Freight, 2026-Q4, 1 person answered" in shown
        assert (
            shown.index("OFTEN OR RULING") < shown.index("insecurity") < shown.index("SEEN") < shown.index("cynicism")
        )
        await facilitator.presses("escape")
        assert not isinstance(facilitator.app.screen, EnemiesHereScreen)


async def test_under_the_curtain_it_is_neither_counted_nor_opened_and_an_open_page_goes(
    opened: OpenedSession, agenda: Agenda, clock: Clock, found: Paths
) -> None:
    say(found, "Acme Freight", *SIX)
    async with facilitating(opened, agenda, clock, size=(120, 36), places=found) as facilitator:
        await known(facilitator)
        await facilitator.enters("/enemies")
        await facilitator.presses("f6")
        assert not isinstance(facilitator.app.screen, EnemiesHereScreen) and section(facilitator) == ""
        assert "ENEMIES" not in facilitator.picture()
        await facilitator.enters("/enemies")
        assert "Not now: the curtain is drawn" in facilitator.says("preview")


async def test_another_accounts_enemies_are_nowhere(
    opened: OpenedSession, agenda: Agenda, clock: Clock, found: Paths, tmp_path: Path
) -> None:
    say(found, "Borealis Foods", *SIX)
    async with facilitating(opened, agenda, clock, size=(120, 36), places=found, folder=tmp_path / "sessions") as one:
        await one.waits_for(lambda: one.live.load is not None, "what is looked up after the first paint")
        assert one.live.enemies is None and section(one) == ""
        await one.enters("/enemies")
        assert "nobody has answered on this account" in one.says("preview")


@pytest.mark.parametrize(("many", "asked"), [(4, False), (5, True), (6, True)])
async def test_from_five_on_the_close_screen_asks_whether_the_customer_is_worth_it(
    opened: OpenedSession, agenda: Agenda, clock: Clock, found: Paths, many: int, asked: bool
) -> None:
    say(found, "Acme Freight", *SIX[:many])
    async with facilitating(opened, agenda, clock, places=found) as facilitator:
        await known(facilitator)
        await facilitator.presses("ctrl+q", "e", "enter")
        assert isinstance(facilitator.app.screen, EndScreen)
        question = "is this customer worth the team's time?"
        assert (question in facilitator.picture()) is asked
        await facilitator.presses("f6")
        assert question not in facilitator.picture()
        await facilitator.presses("f6", "2", *"Later", "enter", "enter", "enter", "enter")
        await facilitator.left()
    assert facilitator.on_disk().outcome == "pursue_if", "nothing has to be answered"
    assert b"cynicism" not in facilitator.opened.path.read_bytes()


async def test_a_broken_file_keeps_nobody_from_holding_a_session(
    opened: OpenedSession, agenda: Agenda, clock: Clock, found: Paths, tmp_path: Path
) -> None:
    found.assessments.path.mkdir()
    (found.assessments.path / "account-acme-freight-enemies-2026-Q4-0000.toml").write_text("= broken", encoding="utf-8")
    async with facilitating(opened, agenda, clock, places=found, folder=tmp_path / "sessions") as facilitator:
        await facilitator.waits_for(lambda: facilitator.live.load is not None, "what is looked up")
        await facilitator.enters("Ruth Vale, CFO")
        assert "Ruth Vale" in facilitator.rows()[0]


def test_the_question_has_room_where_the_screen_is_small() -> None:
    from session_tui.model.team.enemies import report
    from session_tui.tui.screens.team.enemies_text import worth_asking

    question = worth_asking(report("2026-Q4", (dict.fromkeys(HABITS, "rules"),)))
    assert len(f"▲ {question}") <= 70
