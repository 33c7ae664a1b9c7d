"""Covers: session_tui.tui.screens.team.enemies.

The enemies' screen takes twenty keys. Answers about us are written after enter, others at once.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from conftest import context_of, no_places
from driver import WorkerDriver
from session_tui.model.team.enemies import HABITS
from session_tui.store.team import enemies
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.team.enemies import EnemiesFile
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.team.enemies import EnemiesScreen

ALL = "1" * len(HABITS)


def us(folder: Path) -> AnonymousBatch:
    return AnonymousBatch(folder / "assessments", "2026-Q4", folder / "state", random.Random(7))


def me(folder: Path) -> EnemiesFile:
    return enemies.about_me(folder / "me", "2026-Q4", folder / "state")


@asynccontextmanager
async def opened(
    given: EnemiesFile | AnonymousBatch, *, size: tuple[int, int] = (80, 24), together: bool = False
) -> AsyncIterator[WorkerDriver[EnemiesScreen]]:
    first = partial(EnemiesScreen, given, "us, 2026-Q4", together=together)
    app = SessionTui(context_of(no_places()), first, "screens/team/enemies.tcss")
    async with app.run_test(size=size) as pilot:
        yield WorkerDriver(pilot, EnemiesScreen)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "assessments").glob("*.toml"))


async def test_all_twenty_are_seen_on_the_smallest_terminal(tmp_path: Path) -> None:
    async with opened(us(tmp_path)) as habits:
        await habits.presses("enter")
        shown = habits.picture()
        assert [words for words in HABITS.values() if words not in shown] == []
        assert "0 not seen  1 seen  2 often  3 rules" in shown and "…" not in shown


async def test_about_us_nothing_is_on_disk_before_enter_and_then_all_of_it(tmp_path: Path) -> None:
    async with opened(us(tmp_path)) as habits:
        assert "Without names" in habits.picture()
        await habits.presses("enter", *ALL[:-1], "enter")
        assert (
            "1 is not answered yet; half an answer is written nowhere." in habits.says("said") and files(tmp_path) == []
        )
        assert habits.screen.habits.at == len(HABITS) - 1
        await habits.presses("r")
        assert files(tmp_path) == []
        await habits.presses("enter")
    assert len(files(tmp_path)) == 1 and 'cynicism = "rules"' in files(tmp_path)[0].read_text(encoding="utf-8")
    assert "1 answer about us" in (habits.app.return_value or "")


async def test_leaving_half_an_answer_is_said_first_and_escape_alone_never_does_it(tmp_path: Path) -> None:
    async with opened(us(tmp_path)) as habits:
        await habits.presses("enter", "1", "2", "escape", "escape")
        assert "x leaves" in habits.says("said") and habits.app.return_value is None
        await habits.presses("3")  # goes on
        await habits.presses("x")
        assert "x is not an answer" in habits.says("said") and habits.app.return_value is None
        await habits.presses("escape", "x")
    assert habits.app.return_value == "Nothing was written." and not (tmp_path / "assessments").exists()


async def test_the_next_at_the_keyboard_sees_nothing_of_the_one_before(tmp_path: Path) -> None:
    async with opened(us(tmp_path)) as habits:
        await habits.presses("t", *ALL, "enter")
        assert "1 answer is finished." in habits.picture() and files(tmp_path) == []
        await habits.presses("enter")
        assert habits.screen.answers == {} and "0 of 20 answered" in habits.says("head") and "█" not in habits.picture()
        await habits.presses(*"3" * 20, "enter", "w")
    (path,) = files(tmp_path)
    assert path.read_text(encoding="utf-8").count("[[answers]]") == 2


async def test_whoever_leaves_between_two_people_keeps_what_is_finished(tmp_path: Path) -> None:
    async with opened(us(tmp_path), together=True) as habits:
        await habits.presses("enter", *ALL, "enter", "enter", "2", "escape", "x")
    (path,) = files(tmp_path)
    assert path.read_text(encoding="utf-8").count("[[answers]]") == 1


async def test_git_is_told_before_the_first_key(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    async with opened(us(tmp_path), size=(120, 36)) as habits:
        assert "git keeps this folder" in habits.picture()


async def test_a_disk_that_refuses_is_said_and_leaving_keeps_it_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "assessments").write_text("no folder", encoding="utf-8")
    given = us(tmp_path)
    async with opened(given) as habits:
        await habits.presses("enter", *ALL, "enter")
        assert habits.says("said").startswith("Not written: ") and habits.app.return_value is None
        await habits.presses("escape")
    assert len(given.waiting) == 1  # for the caller of the screen, which closes it
    with pytest.raises(Exception, match="is kept in"):
        given.close()


async def test_about_me_each_answer_is_on_disk_before_the_next(tmp_path: Path) -> None:
    async with opened(me(tmp_path)) as habits:
        await habits.presses("o")
        assert me(tmp_path).answers == {"personal_agendas": "often"} and habits.says("head").endswith("saved")
        await habits.presses("0", "up", "3")
        assert me(tmp_path).answers == {"personal_agendas": "often", "no_compromise": "rules"}
        await habits.presses("up", "backspace")
        assert me(tmp_path).answers == {"personal_agendas": "often"}
        await habits.presses("escape")
    assert "1 of 20 answered" in (habits.app.return_value or "")


async def test_a_habit_of_a_newer_list_stays_and_does_not_count(tmp_path: Path) -> None:
    before = me(tmp_path)
    before.give("ghosting", "rules")
    before.close()
    async with opened(me(tmp_path)) as habits:
        await habits.presses("o")
        assert "1 of 20 answered" in habits.says("head")
    assert me(tmp_path).answers == {"ghosting": "rules", "personal_agendas": "often"}


async def test_a_key_that_is_no_answer_is_a_sentence(tmp_path: Path) -> None:
    async with opened(me(tmp_path)) as habits:
        await habits.presses("7")
        assert habits.says("said").startswith("7 is not an answer: 0 not seen") and me(tmp_path).answers == {}


async def test_a_small_terminal_follows_the_highlight(tmp_path: Path) -> None:
    async with opened(me(tmp_path), size=(60, 12)) as habits:
        await habits.presses("end")
        assert "cynicism" in habits.picture()
        await habits.presses("home")
        assert "personal agendas" in habits.picture()
