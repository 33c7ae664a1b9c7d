"""Covers: session_tui.cli.prompt.

Questions are answered line by line; one way leads back, one leaves, and control characters are
refused.
"""

import io
import os
from collections.abc import Callable

import pytest

from session_tui.cli.prompt import InputLines, Prompt


def prompt(content: bytes, *, numbered: bool = False) -> Prompt:
    """Reads from a real pipe that holds the content and is closed."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return Prompt(InputLines(io.FileIO(reading)), numbered=numbered)


@pytest.mark.parametrize(("numbered", "said"), [(True, "line 2: this line"), (False, "This line")])
def test_a_line_that_is_no_text_is_refused_and_the_next_one_read(
    capsys: pytest.CaptureFixture[str], numbered: bool, said: str
) -> None:
    asked = prompt(b"one\n\xff\nthree\r\n", numbered=numbered)
    assert [asked.line(), asked.line(), asked.line()] == ["one", "three", None]
    assert capsys.readouterr().err.startswith(f"{said} is not UTF-8 text")
    assert asked.status == 1 and asked.refused == 1


def taking(taken: list[tuple[int, str]]) -> Callable[[int, str], bool]:
    """Takes every answer but `again`."""

    def take(at: int, typed: str) -> bool:
        taken.append((at, typed))
        return typed != "again"

    return take


@pytest.mark.parametrize("leave", [b"leave\n", b" /LEAVE \n", b""])
def test_questions_go_on_back_and_are_left(leave: bytes) -> None:
    shown: list[int] = []
    taken: list[tuple[int, str]] = []
    asked = prompt(b"back\na\nagain\n\nback\nb\n" + leave)
    asked.questions(4, 0, shown.append, taking(taken))
    assert shown == [0, 0, 1, 1, 2, 1, 2]
    assert taken == [(0, "a"), (1, "again"), (1, ""), (1, "b")]
    assert asked.status == 0


def test_questions_end_with_the_last() -> None:
    taken: list[tuple[int, str]] = []
    asked = prompt(b"a\nb\nc\n")
    asked.questions(2, 0, lambda _: None, taking(taken))
    assert taken == [(0, "a"), (1, "b")] and asked.line() == "c"
