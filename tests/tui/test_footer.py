"""Covers: session_tui.tui.key_hints and session_tui.tui.widgets.footer.

The footer: no entry is cut, the key that leaves is removed last, a click does the same as the key,
and a dim entry gives its reason.
"""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from conftest import Clock
from driver import browsing, facilitating, managing
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.key_hints import KeyHint, action_at, lay_out
from session_tui.tui.screens.team.handover import HandoverScreen
from session_tui.tui.screens.team.people import PeopleScreen
from session_tui.tui.widgets.footer import Footer

TOP = Path(__file__).parent.parent.parent
HINTS = st.lists(
    st.builds(
        lambda number, words, why, kept: KeyHint(((f"k{number}", f"act({number})"),), words, why, kept),
        st.integers(0, 99),
        st.text("abc de漢", min_size=1, max_size=12),
        st.sampled_from(["", "not now"]),
        st.booleans(),
    ),
    max_size=14,
    unique_by=lambda hint: hint.keys,
)


@given(HINTS, st.integers(20, 120), st.integers(1, 3))
def test_what_is_shown_is_whole_and_in_its_order_and_what_is_kept_goes_last(
    hints: list[KeyHint], width: int, lines: int
) -> None:
    rows = lay_out(hints, width, lines)
    pieces = [piece for row in rows for piece in row if piece.action]
    shown = [hint for hint in hints if any(piece.action == hint.keys[0][1] for piece in pieces)]
    assert [piece for hint in shown for piece in hint.pieces] == pieces
    assert len(rows) <= lines
    assert all(sum(cell_len(piece.text) for piece in row) <= width or len(shown) == 1 for row in rows)
    gone = [hint for hint in hints if hint not in shown and hint.width <= width]
    assert not any(hint.kept for hint in gone) or all(hint.kept for hint in shown)


@given(HINTS, st.integers(20, 120))
def test_a_hint_that_cannot_be_done_now_keeps_its_place(hints: list[KeyHint], width: int) -> None:
    able = [KeyHint(hint.keys, hint.words, "", hint.kept) for hint in hints]
    assert [[piece.text for piece in row] for row in lay_out(hints, width)] == [
        [piece.text for piece in row] for row in lay_out(able, width)
    ]


def test_a_click_on_a_key_or_its_words_is_its_action_and_between_two_it_is_nothing() -> None:
    (row,) = lay_out([KeyHint((("↑", "up"), ("↓", "down")), "choose"), KeyHint((("x", "drop"),), "drop")], 80)
    assert "".join(piece.text for piece in row) == "↑↓ choose   x drop"
    clicked = [action_at(row, x) for x in range(20)]
    assert clicked == ["up", *["down"] * 8, "", "", "", *["drop"] * 6, "", ""]


async def test_a_click_does_what_the_key_does_and_what_is_dim_says_why_when_it_is_pressed_or_clicked(
    tmp_path: Path,
) -> None:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    async with managing(tmp_path) as manager:

        async def clicks(words: str) -> None:
            await manager.clicks(Footer, (manager.says("foot").index(words), 0))

        await clicks("↓")
        await clicks("hand over")
        assert isinstance(manager.app.screen, HandoverScreen)
        hint = next(each for each in manager.app.screen.query_one(Footer).hints if each.words == "hand over")
        assert hint.why_not.startswith("Nobody takes anything over yet")
        await clicks("hand over")
        assert manager.says("said") == hint.why_not
        manager.app.screen.show_message("")
        await manager.presses("ctrl+s")
        assert manager.says("said") == hint.why_not
        await clicks("leave")
        assert isinstance(manager.app.screen, PeopleScreen)


async def test_ctrl_c_says_how_to_leave_and_copies_what_is_selected(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.waits_for(lambda: facilitator.live.load is not None, "what other sessions say")
        await facilitator.types("half typed")
        await facilitator.presses("ctrl+c")
        assert facilitator.says("preview").startswith("^q ends the session or leaves it.")
        assert facilitator.line == "half typed"
        await facilitator.presses("shift+home", "ctrl+c")
        assert facilitator.app.clipboard == "half typed"


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_help_every_action_and_the_exit_are_at_the_right_edge_of_every_screen(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path, size: tuple[int, int]
) -> None:
    edge = "^g help  ^p actions  ^q leave "
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        assert facilitator.picture().endswith(edge)
    shutil.copytree(TOP / "sessions", tmp_path / "library" / "sessions")
    async with browsing(tmp_path / "library", size) as reader:
        for keys in (
            (),
            ("/", "a"),
            ("escape", "2"),
            ("3",),
            ("4",),
            ("escape", "enter"),
            ("escape", "o"),
            ("escape", "t"),
        ):
            await reader.presses(*keys)
            await reader.app.workers.wait_for_complete()
            assert reader.picture().endswith(edge), keys
