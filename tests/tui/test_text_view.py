"""Covers: session_tui.tui.widgets.text_view.

The text view scrolls, highlights, takes clicks and copies in one way for texts of any length.
"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from session_tui.model.sanitize import safe_text
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, grid, hanging, paragraph, side_by_side, wrapped
from session_tui.tui.widgets.text_view import BAR, TextView

LONG = 100_000
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)


def lines(many: int, every: int = 3) -> tuple[TextLine, ...]:
    """So many lines, one in `every` without a key before those that have one."""
    return tuple(TextLine(((f"line {at}", ""),), f"k{at // every}" if at % every else "") for at in range(many))


class Bare(App[None]):
    """A view and nothing else."""

    def __init__(self, laid: TextLayout, *, follows: bool = False) -> None:
        super().__init__()
        self.laid, self.follows = laid, follows
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield TextView(lambda width: self.laid, bar=BAR, follows=self.follows)

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    def on_text_view_line_chosen(self, message: TextView.LineChosen) -> None:
        self.chosen.append(message.key)


# ---- laid out -----------------------------------------------------------------------------------


@given(TEXTS, TEXTS, st.integers(8, 120))
def test_no_line_is_wider_than_it_may_be_nor_harmful(first: str, second: str, width: int) -> None:
    made = [
        *paragraph(((first, "strong"), (second, "")), width),
        *map(TextLine, wrapped(((first, "strong"), (second, "em")), width, "• ", "  ")),
        *hanging(f"  • {first}", width),
        *grid((((first, "bold"), (second, "")), (("key", "bold"), ("what it does", ""))), max(40, width)),
    ]
    for line in made:
        assert cell_len(line.text) <= max(40, width) and safe_text(line.text) == line.text, line


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30))
def test_every_key_has_its_lines_and_its_place(keys: list[str]) -> None:
    laid = TextLayout(tuple(TextLine((), key) for key in sorted(keys)))
    assert laid.keys == tuple(sorted({key for key in keys if key}))
    for order, key in enumerate(laid.keys):
        first, end = laid.spans[key]
        assert {line.key for line in laid.lines[first:end]} == {key}
        assert laid.order(key) == order


def test_what_has_no_room_beside_the_keys_stands_below_them() -> None:
    rows = ((("/a_long_name", "bold"), ("what it does and why", "")), (("x", "bold"), ("another", "")))
    assert [line.text for line in grid(rows, 60)] == ["/a_long_name  what it does and why", "x             another"]
    assert [line.text for line in grid(rows, 20)][:2] == ["/a_long_name", "    what it does and"]


def test_two_columns_stand_side_by_side_however_long_each_is() -> None:
    told = side_by_side((((("東京", ""),)),), ((("one", ""),), (("two", ""),)), 6)
    assert ["".join(words for words, _ in pieces) for pieces in told] == ["東京   one", "       two"]


# ---- on the screen ------------------------------------------------------------------------------


async def test_100_000_lines_cost_a_key_what_fifty_do() -> None:
    app = Bare(TextLayout(lines(LONG)), follows=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = app.view
        for move in (view.edge, view.turn, view.step, view.move):
            for by in (1, -1):
                begun = time.perf_counter()
                move(by)
                assert time.perf_counter() - begun < 0.05, f"{move} {by}"
        view.edge(1)
        assert view.lit == view.laid.keys[-1] and view.at_end


async def test_a_highlight_steps_from_key_to_key_and_its_title_is_seen_with_it() -> None:
    app = Bare(TextLayout(lines(90)))
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.view
        assert view.lit == "" and view.step(1) and view.lit == "k0"
        for _ in range(6):
            view.step(1)
        assert view.lit == "k6" and view.scroll_offset.y == 11
        view.step(-5)
        assert view.lit == "k1" and view.scroll_offset.y == 3, "the line above has no key: it is a title"
        view.step(99)
        assert view.lit == "k29"
        view.edge(-1)
        assert view.lit == "k29", "it does not follow"
        await pilot.pause()


async def test_what_follows_is_always_in_sight() -> None:
    app = Bare(TextLayout(lines(90)), follows=True)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        view = app.view
        assert view.lit == "k0"
        view.turn(1)
        assert view.lit == "k2"
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        top, end = view.laid.rows_of(view.lit)
        assert view.scroll_offset.y <= top and end <= view.scroll_offset.y + 6


@pytest.mark.parametrize(("x", "y", "key"), [(4, 1, "left"), (24, 1, "right"), (4, 0, None), (24, 2, "right")])
async def test_a_click_tells_the_key_under_it_in_either_column(x: int, y: int, key: str | None) -> None:
    made = (TextLine((("head", ""),)), *(TextLine(((each, ""),), each) for each in ("left", "right", "right")))
    app = Bare(TextLayout(made, 16, 1, 2))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click(TextView, offset=(x, y))
        await pilot.pause()
        assert app.chosen == ([key] if key else [])


async def test_another_layout_leaves_the_highlight_where_it_was_on_the_screen() -> None:
    app = Bare(TextLayout(lines(90)), follows=True)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        view = app.view
        view.step(10)
        row = view.laid.rows_of(view.lit)[0] - view.scroll_offset.y
        view.put(TextLayout((*(TextLine(),) * 50, *lines(90))))
        assert view.lit == "k10" and view.laid.rows_of(view.lit)[0] - view.scroll_offset.y == row
        view.put(TextLayout())
        assert view.lit == ""
