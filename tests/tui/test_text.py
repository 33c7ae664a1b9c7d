"""Covers: session_tui.tui.text.

Text in a sink contains no character that a terminal acts upon, whatever its source; measured
widths stay.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.suggester import SuggestFromList

from session_tui.cli import output
from session_tui.cli.streams import GuardedStream
from session_tui.cli.table import SpanningRow, TableColumn, paragraph, table
from session_tui.model.sanitize import safe_lines, safe_text
from session_tui.tui.drawings.canvas import CanvasBuilder, fitted
from session_tui.tui.tables.table import Cell
from session_tui.tui.terminal_filter import TerminalFilter
from session_tui.tui.text import Text, same_length, same_width
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import folded, shortened

EVIL = "\x1b]52;c;eA==\x07\x9b31m\u202e\u2066\x7f\u200b\ud800"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
# Letters of one and two cells, emoji that join, and every forbidden character.
LETTERS = st.sampled_from(["a", "é", "漢", "\N{MAN}", "\u200d", "\u200c", "\ufe0f", " ", "\n", "\t", *EVIL])
TEXTS = st.text(LETTERS, max_size=12)


def shown(text: str) -> bool:
    """Whether a terminal acts upon no character of it. Joiners do not count: they may have lost
    their neighbours.
    """
    clean, left = (each.replace("\u200d", "").replace("\u200c", "") for each in (safe_text(text), text))
    return clean == left


@settings(deadline=None)
@given(TEXTS)
def test_what_was_measured_keeps_its_width_and_its_length(text: str) -> None:
    assert cell_len(same_width(text)) == cell_len(text) and shown(same_width(text))
    assert len(same_length(text)) == len(text) and shown(same_length(text))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_a_text_is_clean_however_it_is_put_together(one: str, other: str) -> None:
    for text in (Text(one).append(other), Text.assemble(one, (other, "bold")), Text.lines((one, other))):
        assert all(shown(line) for line in text.plain.split("\n"))
    assert Text.lines((one.strip("\n"), other.strip("\n"))).plain.count("\n") == 1


def test_a_line_break_of_a_file_makes_no_line() -> None:
    assert Text("a\nb").plain == "a b" and Text("\n").plain == "\n"


@settings(deadline=None)
@given(TEXTS)
def test_cells_and_drawings_are_clean_before_they_are_measured(text: str) -> None:
    sheet = CanvasBuilder()
    sheet.put(0, 0, text)
    assert shown(Cell(text).text) and shown(sheet.canvas(9).text()) and cell_len(fitted(text, 5)) == 5


def test_joined_emoji_and_joiners_in_words_stay() -> None:
    for text in (FAMILY, "می\u200cخواهم", "क्\u200dष"):
        assert same_width(text) == same_length(text) == Text(text).plain == Cell(text).text == text


def test_the_terminal_filter_cleans_a_drawn_line_and_keeps_its_width() -> None:
    line = [Segment(f"a{EVIL}b", Style(link="http://x/\x1b")), Segment("漢")]
    drawn = TerminalFilter().apply(line, Color(0, 0, 0))
    assert all(shown(text) for text, _, _ in drawn) and not any(style and style.link for _, style, _ in drawn)
    assert Segment.get_line_length(drawn) == Segment.get_line_length(line)
    clean = [Segment("as it is")]
    assert TerminalFilter().apply(clean, Color(0, 0, 0)) is clean


class OneField(App[None]):
    def compose(self) -> ComposeResult:
        yield Field(f"漢{EVIL}b", placeholder=EVIL, suggester=SuggestFromList([f"漢{EVIL}b{EVIL}"]))
        yield Paragraph(f"[bold]{EVIL}", id="words")


async def test_a_field_shows_its_value_harmless_keeps_it_and_its_cursor_stands_where_it_types() -> None:
    app = OneField()
    async with app.run_test() as pilot:
        field = app.query_one(Field)
        assert field.value == f"漢{EVIL}b" and shown(field.shown) and shown(field.placeholder)
        await pilot.press("home", *["right"] * 3, "x")
        assert field.value == f"漢{EVIL[:2]}x{EVIL[2:]}b"
        assert field.cursor_position == 4 and field._position_to_cell(4) == 5  # a wide letter, and a cell for each mark
        assert [field._cell_offset_to_index(at) for at in (0, 1, 2, 5)] == [0, 0, 1, 4]
        field.value = f"漢{EVIL}b"
        field.cursor_position = len(field.value)
        while not field._suggestion:
            await pilot.pause()
        assert shown(field._suggestion)
        await pilot.press("right")
        assert field.value == f"漢{EVIL}b{EVIL}"  # what is taken is what the file has
        drawn = str(app.query_one("#words", Paragraph).render())
        assert "[bold]" in drawn and shown(drawn)


async def test_what_is_copied_holds_nothing_that_another_program_acts_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    from textual.screen import Screen

    from conftest import context_of, no_places
    from session_tui.tui.app import SessionTui

    app = SessionTui(context_of(no_places()), Screen)
    async with app.run_test():
        app.copy_to_clipboard(f"a\n\tb{EVIL}")
        assert app.clipboard == f"a\n\tb{safe_text(EVIL)}"


@contextmanager
def guarded(tmp_path: Path) -> Iterator[Path]:
    """Guard standard output, and write it into this file."""
    before = sys.stdout, sys.stderr
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        sys.stdout, sys.stderr = GuardedStream(file), StringIO()
        try:
            yield tmp_path / "out"
        finally:
            sys.stdout, sys.stderr = before


def test_lines_tables_and_what_libraries_print_come_out_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with guarded(tmp_path) as path:
        output.echo(f"\nsaid {EVIL}\nmore")
        columns = [TableColumn(f"title{EVIL}", "fold"), TableColumn(fit="cut", most=5)]
        table(columns, [(EVIL, EVIL), SpanningRow((EVIL,)), ("word " * 20, [f"{EVIL}{FAMILY}", (EVIL * 3, "bold")])])
        paragraph(f"words {EVIL}", (EVIL, "dim"))
        print(f"printed {EVIL}")
        sys.stdout.flush()
        text = path.read_bytes().decode()
    assert safe_lines(text) == text
    assert text.startswith("\nsaid ") and " more\n" in text and "printed" in text
    assert text.count("word") == 21 and "\nword word" in text  # what is folded into lines stays folded


def test_the_guard_leaves_our_own_colours_and_cleans_the_rest(tmp_path: Path) -> None:
    with guarded(tmp_path) as path:
        output.Raw(sys.stdout).write("\x1b[1m")
        sys.stdout.write("\x1b[2m")
        sys.stdout.flush()
        assert path.read_bytes() == b"\x1b[1m\xef\xbf\xbd[2m"


@given(st.lists(st.text("abc漢é", min_size=1, max_size=12), max_size=30).map(" ".join), st.integers(12, 120))
@example("aaaaa漢漢漢漢", 12)
def test_a_folded_sentence_is_whole_and_broken_at_a_space(words: str, width: int) -> None:
    rows = [words[row] for row in folded(words, width, 3)]
    assert " ".join(rows) == words or any(len(word) * 2 > width for word in words.split(" "))
    assert "".join(rows).replace(" ", "") == words.replace(" ", "")
    assert len(rows) <= 3 and all(cell_len(row) <= width for row in rows[:-1])
    assert len(rows) == 1 or cell_len(words) > width


def test_a_folded_line_is_broken_between_two_values_rather_than_in_one() -> None:
    line = "adds s1  Ruth Vale, CFO   approver   power 5, non-supporter   covered by Ben Okafor"
    assert [line[row] for row in folded(line, 78, 2)] == [line[:-24], "covered by Ben Okafor"]
    said = "added s1  Ruth Vale, CFO · approver · power 5, non-supporter · covered by Ben Okafor"
    assert [said[row] for row in folded(said, 78, 2)][1] == "covered by Ben Okafor"
    assert [line[row] for row in folded(line, 78, 1)] == [line]
    assert [text for row in folded("one\ntwo", 78, 1) for text in ["one\ntwo"[row]]] == ["one", "two"]


WORDS = st.lists(st.text("abc漢é·", min_size=1, max_size=12), max_size=30).map(" ".join)


@given(WORDS, st.integers(12, 120))
def test_a_text_without_room_ends_at_a_word_and_counts_the_others(words: str, width: int) -> None:
    kept, rest = shortened(words, width, "^g")
    assert cell_len(words[:kept] + rest) <= width
    if not rest:
        assert words[:kept] == words
    elif rest != "…":
        left = words[kept:].split()
        assert words[kept] == " " and f" … {sum(any(map(str.isalnum, word)) for word in left)} more word" in rest
        assert rest.endswith(": ^g")


def test_the_words_of_a_cut_text_are_counted_in_words() -> None:
    text = "adds s1  Ruth Vale, CFO · approver · power 5"
    assert shortened(text, 80) == (len(text), "")
    assert text[: shortened(text, 40)[0]] + shortened(text, 40)[1] == "adds s1  Ruth Vale, CFO … 3 more words"
    assert shortened("a" * 50, 20) == (19, "…")
