"""Covers: session_tui.tui.screens.help and session_tui.tui.live.question_turn.

Help begins with what matters now, a word that is used first is explained, and every coaching
question of a part comes.
"""

from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock
from driver import facilitating
from program import Program, program
from session_tui.model.agenda import Agenda, question_turn
from session_tui.store.open_session import OpenedSession
from session_tui.tui.live.help_text import MARKS
from session_tui.tui.live.screen_text import GRAMMAR
from session_tui.tui.screens.help import GlossaryScreen, HelpScreen
from session_tui.tui.screens.live.closing_screen import ClosingScreen

__all__ = ["program"]


def test_the_marks_of_each_part_are_in_the_grammar() -> None:
    assert {mark for marks in MARKS.values() for mark in marks} <= {first for first, _ in GRAMMAR}


async def test_help_begins_with_a_session_in_six_lines_and_the_marks_of_the_part(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.presses("ctrl+n", "ctrl+g")
        await facilitator.comes(HelpScreen)
        lines = [line.strip("│─╭╮╰╯ ▁▂▃▄▅▆▇█") for line in facilitator.picture().splitlines()]
        begin = lines.index("A session in six lines")
        assert [line.split()[0] for line in lines[begin + 1 : begin + 7]] == [
            "type",
            "map",
            "assume",
            "act",
            "own",
            "end",
        ]
        assert "In this part: Assumptions" in lines
        assert "%3" in facilitator.picture() and "role:approver" not in facilitator.picture()


async def test_help_while_a_session_ends_and_after_it_is_about_that_screen(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.presses("ctrl+q", "e", "ctrl+g")
        await facilitator.comes(HelpScreen)
        assert "The session ends in three steps" in facilitator.picture()
        assert "In this part" not in facilitator.picture()
        await facilitator.presses("ctrl+g", "enter", "1", "ctrl+g")  # in a field too
        await facilitator.comes(HelpScreen)
        assert "The session ends in three steps" in facilitator.picture()
        await facilitator.presses("escape", "enter", "enter", "enter")
        await facilitator.comes(ClosingScreen)
        await facilitator.presses("ctrl+g")
        await facilitator.comes(HelpScreen)
        assert "After the end" in facilitator.picture() and "In this part" not in facilitator.picture()


async def test_the_words_are_one_key_away_from_help_and_from_the_line(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.presses("ctrl+g", "w")
        await facilitator.comes(GlossaryScreen)
        assert "the customer" in facilitator.picture()
        await facilitator.presses("escape", "escape")
        await facilitator.enters("/words gatek")
        await facilitator.comes(GlossaryScreen)
        assert "decides who may talk to the others" in facilitator.picture()
        assert "the customer" not in facilitator.picture()
        await facilitator.presses("escape")
        await facilitator.enters("/words zzz")
        await facilitator.sees("There is no word like “zzz”")


async def test_a_value_that_is_typed_first_is_explained_and_never_under_the_curtain(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.types("Ruth Vale ++")
        assert facilitator.says("suggestions") == "mentor: sells for us when we are not in the room"
        await facilitator.presses("f6")
        await facilitator.types(" ")
        assert "mentor" not in facilitator.picture()
        await facilitator.presses("f6", "enter")
        await facilitator.types("Mia ++")
        assert facilitator.says("suggestions") == ""


@given(st.integers(1, 9), st.floats(0, 1e6), st.floats(1, 1e5), st.integers(0, 30))
def test_all_questions_of_a_part_come_in_turn(many: int, spent: float, allotted: float, moved: int) -> None:
    at = question_turn(many, spent, allotted, moved)
    assert 0 <= at < many
    assert question_turn(many, spent, allotted, moved + 1) == (at + 1) % many
    later = question_turn(many, spent + allotted / many, allotted, moved)
    assert later in (at, (at + 1) % many, (at + 2) % many), "never far"
    shares = [question_turn(many, (share + 0.5) * allotted / many, allotted, 0) for share in range(many + 2)]
    assert shares == [*range(many), many - 1, many - 1]


def test_a_part_without_questions_or_time_shows_the_first() -> None:
    assert (question_turn(0, 5, 60, 3), question_turn(4, 5, 0, 0)) == (0, 0)


async def test_the_questions_come_by_time_and_by_a_key(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    prompts = agenda.parts[0].prompts
    assert len(prompts) > 1
    async with facilitating(opened, agenda, clock) as facilitator:
        assert facilitator.says("prompt") == f"{prompts[0]}  1 of {len(prompts)}"
        await facilitator.lets_pass(minutes=10 / len(prompts) + 0.1)
        assert prompts[1] in facilitator.says("prompt")
        await facilitator.types("half a line")
        await facilitator.presses("alt+q")
        assert prompts[2 % len(prompts)] in facilitator.says("prompt")
        assert facilitator.line == "half a line"
        await facilitator.presses("ctrl+u", "ctrl+n")
        assert agenda.parts[1].prompts[0] in facilitator.says("prompt")


def test_line_by_line_a_question_comes_when_it_is_asked_for_and_a_word_is_explained_once(program: Program) -> None:
    lines = "Ann role:gate\nBen role:gate\n/question\n/words parking\n/words zzz\n"
    out = program.run("run", "North", "--plain", lines=lines).out
    assert "Question 1 of 4" in out and "/question asks the next." in out
    assert "Question 2 of 4: Which key player" in out
    assert "Question 3" not in out
    assert out.count("gatekeeper: decides who may talk to the others") == 1
    assert "parking lot: topics for another day" in out
    assert "There is no word like “zzz”" in out


def test_line_by_line_help_has_the_same_beginning(program: Program) -> None:
    out = program.run("run", "North", "--plain", lines="/next\n/help\n").out
    assert "A session in six lines.\ntype: what is said, then enter: it is on disk. /next: the next part\n" in out
    assert "In this part, Assumptions. Plain words are an assumption." in out
    assert out.index("%3: ") < out.index("Everything that can be typed") < out.index("Ruth Vale, CFO: ")


async def test_help_shows_the_whole_preview_that_the_screen_had_to_cut(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    title = "Executive Vice President of Global Supply Chain and Logistics Transformation"
    line = f'Maximiliane von Hohenberg, {title} role:dec !5 -- cov:brief @ben pain:"freight cost up by a third"'
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.presses(*line)
        await facilitator.sees(" more words: ^g")
        assert "freight cost" not in " ".join(facilitator.shown_rows("preview"))
        await facilitator.presses("ctrl+g")
        await facilitator.comes(HelpScreen)
        page = " ".join(each.strip("│─╭╮╰╯ ▁▂▃▄▅▆▇█") for each in facilitator.picture().splitlines())
        assert "The line above what you type" in page and "· pain: freight cost up by a third" in page
        assert page.index("The line above") < page.index("A session in six lines")
