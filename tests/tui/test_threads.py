"""Covers: the threads behind the screens.

Threads that serve a screen: an error is shown and written down for a developer, and the next
question is answered.
"""

import gc
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Label

from conftest import context_of, no_places
from session_tui.index.index import Index
from session_tui.index.sessions import SessionLibrary
from session_tui.model.fault import Fault
from session_tui.tui.app import SessionTui
from session_tui.tui.index_thread import IndexWorker
from session_tui.tui.screens.base import BaseScreen


def test_the_index_thread_answers_the_next_question_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_STATE", str(tmp_path / "state"))
    (tmp_path / "sessions").mkdir()
    faults: list[Fault] = []
    answers: list[int] = []
    came = threading.Event()

    def back(call: Callable[[], None]) -> None:
        call()
        if answers:
            came.set()

    def stumbles(index: Index) -> int:
        raise RecursionError("too deep")

    index_worker = IndexWorker(SessionLibrary(tmp_path / "sessions", tmp_path / "cache"), back, faults.append)
    try:
        index_worker.ask("list", stumbles, answers.append)
        index_worker.ask("count", lambda index: index.count(), answers.append)
        assert came.wait(10) and answers == [0]
    finally:
        index_worker.close()
    assert "RecursionError" in str(faults[0]) and "last-error.txt" in str(faults[0])
    assert "too deep" in (tmp_path / "state" / "last-error.txt").read_text(encoding="utf-8")
    assert (tmp_path / "state" / "last-error.txt").stat().st_mode & 0o077 == 0


class Plain(Screen[str]):
    """A screen with a line for a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> Any:
        yield Label("x")

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Keep it."""
        self.said.append(words)


@pytest.mark.parametrize("thread", [True, False])
async def test_a_worker_that_stumbles_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thread: bool
) -> None:
    monkeypatch.setenv("SESSION_TUI_STATE", str(tmp_path / "state"))
    screen = Plain()
    app = SessionTui(context_of(no_places()), lambda: screen)

    def work() -> None:
        raise OverflowError("too late")

    async def works() -> None:
        work()

    async with app.run_test() as pilot:
        screen.run_worker(work if thread else works(), thread=thread)
        end = time.monotonic() + 10
        while not screen.said and time.monotonic() < end:
            await pilot.pause(0.02)
        assert "OverflowError" in screen.said[0] and app.is_running
    assert app.failure is None


async def test_a_screen_left_before_its_work_begins_leaves_no_coroutine_behind() -> None:
    screen = BaseScreen[str]()
    screen.compose = lambda: iter(())  # type: ignore[method-assign]
    app = SessionTui(context_of(no_places()), lambda: screen)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with app.run_test():
            screen.work(list, lambda _: None)
            screen.workers.cancel_node(screen)
        gc.collect()
    assert [str(each.message) for each in caught if "never awaited" in str(each.message)] == []
