"""Covers: session_tui.tui.live.

A whole session is held with the controller alone: no terminal, no screen, no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from conftest import Clock, context_of, no_places
from session_tui.model import capture
from session_tui.model.agenda import Agenda
from session_tui.model.capture import Reading, Refusal
from session_tui.model.edits import Edit
from session_tui.model.session import Clock as Moment
from session_tui.model.session import Session
from session_tui.store import session_file
from session_tui.store.open_session import OpenedSession, open_session
from session_tui.tui import tables
from session_tui.tui.actions import ACTIONS, BY_NAME
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.face import Face
from session_tui.tui.live.handlers import HANDLERS

Found = TypeVar("Found")


class Notebook:
    """A face that records its calls; its table is that of the running part."""

    def __init__(self, opened: OpenedSession, agenda: Agenda, clock: Clock, *, full_screen: bool = True) -> None:
        self.full_screen = full_screen
        self.messages: list[str] = []
        self.refusals: list[str] = []
        self.views: list[str] = []
        self.gaps: list[Moment] = []
        self.preview: Reading | None = None
        self.lit, self.line, self.left = "", opened.draft.line, ""
        self.live = LiveController(self, HANDLERS, opened, agenda, context_of(no_places(), clock))

    @property
    def highlighted(self) -> str:
        return self.lit

    def session_changed(self, words: str = "", edit: Edit | None = None) -> None:
        if words:
            self.live.show_message(words)

    def time_passed(self, gap: Moment | None, *, sign: bool) -> None:
        self.gaps += [gap] if gap else []

    def draw_message(self, words: str, tone: str) -> None:
        self.messages.append(words)

    def refuse(self, why: str, action: str = "") -> None:
        self.refusals.append(f"{action}: {why}" if action else why)

    def show_preview(self, reading: Reading | None) -> None:
        self.preview = reading

    def put_line(self, line: str) -> None:
        self.line = line

    def highlight(self, entry_id: str) -> None:
        self.lit = entry_id or self.lit

    def show_view(self, name: str, arguments: str = "") -> None:
        self.views.append(f"{name} {arguments}".strip())

    def close_windows(self) -> None:
        self.views.append("closed")

    def offer(self, lines: tuple[str, ...], edit: Edit, title: str) -> None:
        self.live.change(edit)

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        done(work())

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        self.left = "ended" if ended else "live"

    # ---- the facilitator's steps -------------------------------------------------------------

    @property
    def session(self) -> Session:
        return self.live.session

    def types(self, line: str) -> None:
        self.line = line
        self.live.typed(line)

    def enters(self, line: str) -> None:
        self.types(line)
        reading = self.live.enter(line)
        if reading is not None and not isinstance(reading, Refusal | capture.Command):
            shown = tables.table(self.live.kind(), self.live.view()).ids
            self.highlight(self.live.after_entry(reading, shown))


@pytest.fixture
def face(opened: OpenedSession, agenda: Agenda, clock: Clock) -> Notebook:
    started: Face = Notebook(opened, agenda, clock)
    assert isinstance(started, Notebook)
    started.live.begin(wait=False)
    return started


def test_a_whole_session_is_held_without_a_screen(face: Notebook, opened: OpenedSession, clock: Clock) -> None:
    live = face.live
    face.enters("Ruth Vale, CFO role:app !5 +2")
    face.enters("Tom Hart, head of logistics !3")
    assert [each.name for each in face.session.stakeholders] == ["Ruth Vale", "Tom Hart"]
    assert face.line == "" and face.lit == "s2"
    assert face.messages[-1].startswith("added s2")
    clock.pass_(seconds=30)
    live.look_at_the_clock()
    live.act("next")
    assert live.kind() == "assumptions" and live.box.parts[0].spent == 30
    face.enters("Their board meets in December ~2")
    live.act("undo")
    assert not face.session.assumptions and face.messages[-1] == "Took back: a1 added."
    live.act("redo")
    assert face.lit == "a1"
    while live.kind() != "owners":
        live.act("next")
    face.highlight("a1")
    face.enters("@mei")
    assert face.session.assumptions[0].tested_by == "Mei Tan" and face.lit == "s1"
    face.enters('/end pursue_if "Come back with the numbers" "the CFO signs"')
    assert face.views[-1] == "closing" and face.live.unsent and face.session.outcome == "pursue_if"
    face.live.leave(ended=True)
    assert face.left == "ended"
    assert opened.close(5)
    on_disk = session_file.read(opened.path.read_bytes()).session
    assert (on_disk.status, on_disk.headline) == ("held", "Come back with the numbers")


def test_a_refused_line_stays_and_an_action_that_cannot_be_says_why(face: Notebook, opened: OpenedSession) -> None:
    face.enters("/frobnicate")
    assert isinstance(face.preview, Refusal) and face.line == "/frobnicate"
    face.live.act("back")
    face.live.act("undo")
    assert face.refusals == ["back: this is the first part", "undo: there is nothing to take back"]
    opened.close(5)


def test_what_is_half_typed_comes_back_after_an_edit_and_after_a_restart(
    face: Notebook, opened: OpenedSession, agenda: Agenda, clock: Clock, state: Path
) -> None:
    face.enters("Ruth Vale, CFO")
    face.types("Tom Har")
    face.live.act("edit", "s1")
    assert face.live.editing == "s1" and "Ruth Vale" in face.line
    face.types(f"{face.line} !5")
    face.live.leave(ended=False)
    assert face.left == "live" and opened.close(5)

    again = open_session(opened.path, state)
    face = Notebook(again, agenda, clock)
    face.live.begin(wait=False)
    assert face.live.editing == "s1" and face.line.endswith("!5")
    face.enters(face.line)
    assert again.session.stakeholders[0].power == 5
    assert (face.live.editing, face.line, face.live.line) == ("", "Tom Har", "Tom Har")
    again.close(5)


def test_an_edit_that_was_left_comes_back_until_it_is_entered(face: Notebook, opened: OpenedSession) -> None:
    face.enters("Ruth Vale, CFO")
    face.live.act("edit", "s1")
    face.types(f"{face.line} !5")
    face.live.leave_the_edit()
    assert face.line == "" and face.session.stakeholders[0].power != 5
    face.live.act("edit", "s1")
    assert face.line.endswith("!5")
    face.enters(f"{face.line} +2")
    face.enters("*s1 !4")
    face.live.act("edit", "s1")
    assert "!4" in face.line
    opened.close(5)


def test_under_the_curtain_an_entry_is_named_and_an_edit_is_left(face: Notebook, opened: OpenedSession) -> None:
    face.enters("Ruth Vale, CFO !5 -2")
    face.live.act("edit", "s1")
    face.live.act("curtain")
    assert face.live.editing == "" and face.line == ""
    face.enters("Tom Hart !4")
    assert face.messages[-1] == "s2 added."
    face.live.act("edit", "s1")
    assert face.refusals[-1].startswith("edit: the curtain is drawn")
    opened.close(5)


def test_a_machine_that_slept_loses_no_time_of_the_session(face: Notebook, opened: OpenedSession, clock: Clock) -> None:
    clock.pass_(minutes=20)
    face.live.look_at_the_clock()
    assert len(face.gaps) == 1 and face.live.box.parts[0].spent == 0
    face.live.act("count")
    assert face.live.box.parts[0].spent == 20 * 60
    opened.close(5)


def test_line_by_line_an_action_leaves_the_edit_to_the_next_line(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    opened.keep_line("left half-typed", clock())
    face = Notebook(opened, agenda, clock, full_screen=False)
    face.live.begin(wait=False)
    assert face.live.line == ""
    face.live.enter("Ruth Vale")
    face.live.enter("/edit s1")
    face.live.enter("/panel")
    assert face.live.editing == "s1" and face.refusals[-1] == "panel: it belongs to the full screen"
    face.live.enter("Ruth Valence")
    assert [each.name for each in face.session.stakeholders] == ["Ruth Valence"] and face.live.editing == ""
    face.live.enter("/leave")
    assert face.left == "live" and opened.draft.line == "left half-typed"
    opened.close(5)


def test_windows_are_closed_by_what_shows_something_else(face: Notebook, opened: OpenedSession) -> None:
    face.live.act_alone("help")
    face.live.act_alone("leave")
    face.live.act_alone("end")
    assert face.views == ["help", "leave", "closed", "end"]
    opened.close(5)


def test_every_action_of_the_table_has_one_handler() -> None:
    assert set(HANDLERS) == set(BY_NAME) and len(BY_NAME) == len(ACTIONS)
