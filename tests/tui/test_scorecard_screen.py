"""Covers: session_tui.tui.screens.team.scorecard.

The scorecard's screen: two keys a practice, each answer on disk before the next, none lost.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from conftest import context_of, no_places
from driver import WorkerDriver
from session_tui.model.team.practices import Scorecard
from session_tui.store.team import scorecards
from session_tui.store.team.scorecards import ScorecardFile
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.team.scorecard import ScorecardScreen

ALL = "8o9c7s0c9n6s4o7s8c"


def begun(folder: Path) -> ScorecardFile:
    return scorecards.answers(folder / "assessments", "Ana Ruiz", "2026-Q4", folder / "state", random.Random(7))


@asynccontextmanager
async def opened(folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[WorkerDriver[ScorecardScreen]]:
    asked = scorecards.practices(folder / "assessments")
    context = context_of(no_places())
    app = SessionTui(context, partial(ScorecardScreen, begun(folder), asked), "screens/team/scorecard.tcss")
    async with app.run_test(size=size) as pilot:
        yield WorkerDriver(pilot, ScorecardScreen)


def on_disk(folder: Path) -> Scorecard:
    return begun(folder).card


async def test_two_keys_rate_a_practice_and_the_next_is_asked(tmp_path: Path) -> None:
    async with opened(tmp_path) as card:
        await card.presses("8")
        assert "[8]" in card.says("importance") and on_disk(tmp_path).ratings[0].importance == 8
        await card.presses("o")
        assert card.screen.at == 1 and card.says("head").endswith("saved")
        (rating,) = on_disk(tmp_path).ratings
        assert (rating.importance, rating.execution) == (8, "often")
        await card.presses("n", "0")  # the other way round
        assert card.screen.at == 2 and on_disk(tmp_path).ratings[1].importance == 10


async def test_all_of_it_takes_two_keys_each_and_the_end_has_the_gaps_and_the_way_to_the_report(tmp_path: Path) -> None:
    async with opened(tmp_path) as card:
        await card.presses(*ALL)
        shown = card.app.export_screenshot().replace("&#160;", " ")
        assert "Your gaps" in shown and "session-tui scorecard report" in shown and "27" in shown
        assert len(on_disk(tmp_path).ratings) == 9
        await card.presses("enter")
    assert card.app.return_value and card.app.return_value.startswith("9 of 9 rated")


async def test_back_shows_the_answer_and_another_key_corrects_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as card:
        await card.presses("8", "o", "left")
        assert "[8]" in card.says("importance") and "[o often]" in card.says("execution")
        await card.presses("3")
        assert card.screen.at == 0  # the other half may be meant to change as well
        await card.presses("enter")
        assert card.screen.at == 1 and on_disk(tmp_path).ratings[0].importance == 3
        await card.presses("backspace", "left")
        assert card.says("said") == "This is the first."


async def test_escape_leaves_and_opened_again_it_goes_on_at_the_first_unrated(tmp_path: Path) -> None:
    async with opened(tmp_path) as card:
        await card.presses("8", "o", "enter", "5", "c", "escape")
    async with opened(tmp_path) as card:
        assert card.screen.at == 1
        await card.presses("4", "s")
        assert [each.id for each in on_disk(tmp_path).ratings] == ["rewarded", "charts-mapped", "support-in-the-team"]


@pytest.mark.parametrize("key", ["x", "percent_sign", "space"])
async def test_a_key_that_is_no_answer_is_a_sentence_and_changes_nothing(tmp_path: Path, key: str) -> None:
    async with opened(tmp_path) as card:
        await card.presses(key)
        assert "is not an answer: 1 to 9, 0 for 10" in card.says("said") and card.screen.at == 0
        assert not (tmp_path / "assessments").exists()


async def test_a_disk_that_refuses_is_said_and_the_answers_are_written_later(tmp_path: Path) -> None:
    (tmp_path / "assessments").write_text("in the way")
    async with opened(tmp_path) as card:
        await card.presses("8", "o")
        assert card.says("said").startswith("Not saved: ") and card.says("head").endswith("not saved yet")
        (tmp_path / "assessments").unlink()
        await card.presses("5", "c")
        assert card.says("head").endswith("saved") and len(on_disk(tmp_path).ratings) == 2


async def test_an_answer_to_a_practice_that_was_removed_stays_and_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as card:
        await card.presses("8", "o")
    (tmp_path / "assessments" / "practices.toml").write_text(
        'schema = 1\n[[practices]]\nid = "lunch"\nlevel = "individual"\ntext = "[b]We eat\\u001b[2J"\n'
    )
    async with opened(tmp_path) as card:
        assert "[b]We eat" in card.says("practice")
        await card.presses("5", "c")
        shown = card.app.export_screenshot().replace("&#160;", " ")
        assert "1 more answer stays" in shown
        assert [each.id for each in on_disk(tmp_path).ratings] == ["rewarded", "lunch"]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_a_practice_and_its_scales_are_whole_at_this_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, size) as card:
        await card.presses(*"8o9c")
        shown = card.app.export_screenshot().replace("&#160;", " ")
        for words in ("knows their stakeholders", "How important", "10", "consistently", "leave"):
            assert words in shown, words
