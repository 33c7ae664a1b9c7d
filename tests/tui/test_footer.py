"""Covers: session_tui.tui.key_hints and session_tui.tui.widgets.footer.

The footer cuts no entry, drops the way out last, takes clicks as keys, and gives reasons for dim
entries.
"""

import shutil
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from conftest import context_of
from session_tui.store import paths
from session_tui.tui.app import SessionTui
from session_tui.tui.key_hints import KeyHint, action_at, lay_out
from session_tui.tui.screens.team.handover import HandoverScreen
from session_tui.tui.screens.team.people import PeopleScreen
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.status_line import StatusLine

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
    found = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state")})
    context = context_of(found)
    app = SessionTui(context, lambda: PeopleScreen(context, found, tmp_path), "screens/team/team.tcss")
    async with app.run_test(size=(80, 24)) as pilot:

        async def clicks(words: str) -> None:
            footer = app.screen.query_one(Footer)
            said = footer.render().plain
            await pilot.click(Footer, offset=(said.index(words), 0))
            await rests()

        async def rests() -> None:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, PeopleScreen | HandoverScreen)
            for _ in range(500):
                if screen.index_worker.idle:
                    break
                await pilot.pause(0.01)
            await pilot.pause()

        def said() -> str:
            return "".join(words for words, _ in app.screen.query_one("#said", StatusLine).pieces)

        await rests()
        await clicks("↓")
        await clicks("hand over")
        assert isinstance(app.screen, HandoverScreen)
        hint = next(each for each in app.screen.query_one(Footer).hints if each.words == "hand over")
        assert hint.why_not.startswith("Nobody takes anything over yet")
        await clicks("hand over")
        assert said() == hint.why_not
        app.screen.show_message("")
        await pilot.press("ctrl+s")
        assert said() == hint.why_not
        await clicks("back")
        assert isinstance(app.screen, PeopleScreen)
