"""Covers: session_tui.tui.drawings.large_digits.

Three sizes, each of the stated width and height; the largest that fits is taken, none is clipped.
"""

import pytest
from rich.cells import cell_len
from textual.geometry import Size

from session_tui.tui.drawings import large_digits
from session_tui.tui.screens.live.time_display import digit_lines

TIMES = ("0:00", "7:30", "12:34", "+1:05", "100:00", "+999:59", "-0:01", "")


@pytest.mark.parametrize("size", large_digits.SIZES)
@pytest.mark.parametrize("time", TIMES)
def test_a_time_takes_the_columns_and_lines_that_it_says(size: large_digits.DigitSize, time: str) -> None:
    lines = large_digits.drawn(time, size)
    assert (max(map(cell_len, lines)), len(lines)) == large_digits.size_of(time, size)


@pytest.mark.parametrize("size", large_digits.SIZES)
def test_no_two_digits_look_alike(size: large_digits.DigitSize) -> None:
    assert len({large_digits.drawn(each, size) for each in "0123456789:+-"}) == 13


def test_the_largest_size_that_fits_is_taken_and_none_is_clipped() -> None:
    assert large_digits.largest("12:34", 200, 15) == "large"
    assert large_digits.largest("12:34", 120, 9) == "medium"
    assert large_digits.largest("100:00", 24, 5) == "small"
    assert large_digits.largest("100:00", 20, 2) is None
    for width in range(120):
        for height in range(14):
            if size := large_digits.largest("+100:00", width, height):
                columns, lines = large_digits.size_of("+100:00", size)
                assert columns <= width and lines <= height


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 3), ((120, 36), 5), ((200, 60), 10)])
def test_the_digits_take_an_eighth_of_the_height_of_a_shared_screen(size: tuple[int, int], lines: int) -> None:
    assert digit_lines(Size(*size)) == lines >= size[1] / 8
