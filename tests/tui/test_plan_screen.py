"""Covers: session_tui.tui.screens.plan.

The plan's screen records a reading, saves a comment at once, and shows any text at all.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from conftest import START, Clock, context_of, no_places
from driver import Driver
from session_tui.model.configuration import Configuration
from session_tui.model.session import PlanComment, Reader, Readers
from session_tui.model.vocabulary import Theme
from session_tui.store import drafts
from session_tui.store.plans import files
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.plan.comment_line import CommentInput, CommentLine
from session_tui.tui.screens.plan.page import ChangedScreen
from session_tui.tui.screens.plan.screen import PlanScreen
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.text_view import TextView

ASKED = (("Stakeholder map", "Who is nobody's?"), ("Assumptions", "What would you bet nothing on?"))
TEXT = """# Acme Freight

## Where we stand
Third meeting held with **operations**, and <the customer> was there.

| Who | Saw |
| --- | --- |
| Ruth Vale | nothing yet |

## Assumptions
- The budget is approved
- The incumbent cannot ship
    - nobody asked

```python
cost = 4.10
```

## Help wanted
- A finance reference
"""


class PlanDriver(Driver[PlanScreen]):
    """The plan's screen, its file and its state folder."""

    def __init__(self, pilot: Pilot[Any], path: Path, state: Path, clock: Clock) -> None:
        super().__init__(pilot, PlanScreen, beneath=True)
        self.path, self.state, self.clock = path, state, clock

    @property
    def page(self) -> TextView:
        return self.screen.query_one(TextView)

    @property
    def found(self) -> Readers:
        return files.readers(self.path)

    async def comments(self, words: str) -> PlanDriver:
        await self.presses("c")
        self.screen.query_one(CaptureLine).insert_text_at_cursor(words)
        return await self.presses("enter")

    async def goes_to(self, line: int) -> PlanDriver:
        at = self.screen.line
        while at != line:
            await self.presses("j")
            assert self.screen.line != at, f"no block begins in line {line}"
            at = self.screen.line
        return self


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    for name in ("sessions", "plans"):
        (tmp_path / name).mkdir()
    path = tmp_path / "plans" / "acme-freight.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@asynccontextmanager
async def reading(
    path: Path, clock: Clock, *, size: tuple[int, int] = (80, 24), theme: Theme = "session-dark", over: bool = False
) -> AsyncIterator[PlanDriver]:
    """Read a plan in a headless terminal of this size, as the first screen or `over` another."""
    home, state = path.parent.parent, path.parent.parent / "state"
    context = context_of(no_places(Configuration(theme=theme)), clock)
    found = files.open_plan(path, home)

    def screen() -> PlanScreen:
        return PlanScreen(found, path, "Ana Ruiz", "facilitator", ASKED, context, state)

    app = SessionTui(context, Screen if over else screen, "screens/plan/plan.tcss")
    async with app.run_test(size=size) as pilot:
        if over:
            app.push_screen(screen(), lambda words: setattr(app, "farewell", words))
            await pilot.pause()
        reader = PlanDriver(pilot, path, state, clock)
        await reader.waits_for(lambda: bool(reader.page.text_layout.lines), "the page")
        await pilot.pause()
        yield reader


# ---- the record ---------------------------------------------------------------------------------


async def test_reaching_the_last_block_puts_the_reading_on_record(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        assert "Not recorded yet: read to the end, or y" in reader.picture()
        for _ in range(8):
            await reader.presses("j")
        assert not reader.found.readers
        await reader.goes_to(20)
        await reader.sees("Read, on record at")
        assert reader.found.readers == (
            Reader(name="Ana Ruiz", read_at=START, sha256=files.open_plan(plan, plan.parent.parent).sha256),
        )


async def test_opening_a_plan_that_fits_on_the_screen_is_not_yet_reading_it(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock, size=(200, 60)) as reader:
        await reader.presses("j", "k", "n", "N", "o", "home")
        assert "Not recorded yet" in reader.picture()
        await reader.presses("pagedown")
        await reader.sees("Read, on record")


async def test_scrolling_to_the_bottom_is_reading_to_the_end(plan: Path, clock: Clock) -> None:
    plan.write_text("# A\n" + "words\n\n" * 100, encoding="utf-8")
    async with reading(plan, clock) as reader:
        for _ in range(9):
            await reader.presses("pagedown")
        assert "Not recorded yet" in reader.picture()
        for _ in range(6):
            await reader.presses("pagedown")
        await reader.sees("Read, on record")


async def test_y_records_at_any_moment_and_again_later(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.presses("y")
        await reader.sees("Read, on record at")
        clock.pass_(minutes=5)
        await reader.presses("y")
        await reader.waits_for(lambda: reader.found.readers[0].read_at == START + timedelta(minutes=5), "the new time")
        assert len(reader.found.readers) == 1


async def test_what_is_on_record_is_said_when_the_plan_is_opened_again(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.presses("y")
        await reader.sees("on record")
    clock.pass_(days=1)
    async with reading(plan, clock, size=(120, 36)) as reader:
        await reader.sees("Read, on record on ")
        await reader.sees("✓ Ana Ruiz")


async def test_a_copy_of_the_record_that_a_sync_program_left_is_told(plan: Path, clock: Clock) -> None:
    copy = plan.with_name(f"{plan.stem}.readers (Ida's conflicted copy 2026-11-21).toml")
    copy.write_text('schema = 1\n\n[[readers]]\nname = "Ida"\n', encoding="utf-8")
    async with reading(plan, clock) as reader:
        await reader.sees("session-tui merge acme-freight.readers.toml")


async def test_a_disk_that_refuses_is_said_and_y_tries_again(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        (reader.state / "plans").parent.mkdir(exist_ok=True)
        (reader.state / "locks").write_text("in the way")
        await reader.presses("y")
        await reader.sees("▲ Not recorded:")
        (reader.state / "locks").unlink()
        await reader.presses("y")
        await reader.sees("Read, on record")


async def test_a_plan_that_changed_since_says_so_and_d_shows_what_came_and_went(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.presses("y")
        await reader.sees("on record")
        await reader.presses("d")
        assert "Nothing changed since you read it." in reader.picture()
    plan.write_text(TEXT.replace("approved", "signed"), encoding="utf-8")
    async with reading(plan, clock) as reader:
        await reader.sees("Changed since you read it at")
        await reader.sees("Not recorded yet")
        await reader.presses("d")
        await reader.waits_for(lambda: isinstance(reader.app.screen, ChangedScreen), "the changes")
        await reader.sees("+ - The budget is signed")
        assert "- - The budget is approved" in reader.picture()
        await reader.presses("escape")
        assert reader.app.screen is reader.screen


async def test_a_version_that_is_not_kept_here_is_said(plan: Path, clock: Clock) -> None:
    files.add_reader(plan, Reader(name="Ana Ruiz", read_at=START, sha256="a" * 64), plan.parent.parent / "locks")
    async with reading(plan, clock) as reader:
        await reader.sees("Changed since")
        await reader.presses("d")
        await reader.sees("is not kept on this machine")


# ---- comments -----------------------------------------------------------------------------------


async def test_a_comment_is_shown_under_its_block_and_kept_at_once(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.goes_to(11)
        await reader.comments("Who told\tus?")
        await reader.waits_for(lambda: bool(reader.found.comments), "the comment on disk")
        assert reader.found.comments == (
            PlanComment(line=11, quote="The budget is approved", author="Ana Ruiz", text="Who told us?", at=START),
        )
        await reader.sees("Who told us?")
        lines = reader.picture().splitlines()
        at = next(number for number, line in enumerate(lines) if "Who told us?" in line)
        assert "The budget is approved" in lines[at - 1]


async def test_escape_leaves_a_comment_and_c_has_the_words_again(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.goes_to(11)
        await reader.presses("c", *"quijoy", "escape")
        assert "c on that line has your words again" in reader.says("said")
        assert reader.found.comments == ()
        await reader.presses("j", "c")
        assert reader.screen.query_one(CaptureLine).value == ""
        await reader.presses("escape", "k", "c")
        assert reader.screen.query_one(CaptureLine).value == "quijoy"
        await reader.presses("ctrl+q")
        assert "Not kept yet" in reader.picture()
        await reader.presses("enter")
        await reader.waits_for(lambda: bool(reader.found.comments), "the comment")


async def test_an_own_comment_is_removed_and_brought_back(plan: Path, clock: Clock) -> None:
    locks = plan.parent.parent / "locks"
    files.add_comment(plan, PlanComment(line=11, author="Mei Tan", text="Sure?", at=START), locks)
    async with reading(plan, clock) as reader:
        await reader.goes_to(11)
        await reader.sees("Mei Tan, 09:00: Sure?" if START.astimezone().hour == 9 else "Sure?")
        await reader.presses("x")
        assert "no comment of yours" in reader.says("said")
        await reader.comments("Mine")
        await reader.waits_for(lambda: len(reader.found.comments) == 2, "mine")
        await reader.sees("x removes")
        await reader.presses("x")
        await reader.waits_for(lambda: [each.text for each in reader.found.comments] == ["Sure?"], "it to go")
        await reader.sees("u brings")
        await reader.presses("u")
        await reader.waits_for(lambda: [each.text for each in reader.found.comments] == ["Sure?", "Mine"], "it back")


async def test_a_comment_finds_its_line_in_a_changed_plan_and_one_without_a_line_is_not_lost(
    plan: Path, clock: Clock
) -> None:
    locks = plan.parent.parent / "locks"
    for quote, text in (("The incumbent cannot ship", "Says who?"), ("A line that went", "Still so?")):
        files.add_comment(plan, PlanComment(line=2, quote=quote, author="Mei Tan", text=text), locks)
    async with reading(plan, clock, size=(120, 60)) as reader:
        await reader.sees("Says who?")
        lines = reader.picture().splitlines()
        at = next(number for number, line in enumerate(lines) if "Says who?" in line)
        assert "The incumbent cannot ship" in lines[at - 1]
        assert "ON LINES THAT ARE NO LONGER THERE" in reader.picture()
        assert "Still so? (on: A line that went)" in reader.picture()


async def test_words_that_cannot_be_kept_are_there_again_and_said_when_leaving(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.goes_to(11)
        files.readers_path(plan).write_text("broken =")
        await reader.comments("Who told us?")
        await reader.sees("Not kept:")
        assert files.readers_path(plan).read_text() == "broken ="
        assert reader.screen.query_one(CommentLine).half == {11: "Who told us?"}
        await reader.presses("q")
        await reader.waits_for(lambda: reader.app.return_value is not None, "the farewell")
        assert "Not kept, on line 11: Who told us?" in str(reader.app.return_value)


async def test_leaving_waits_until_a_comment_is_on_disk_and_the_screen_answers_meanwhile(
    plan: Path, clock: Clock
) -> None:
    async with reading(plan, clock, over=True) as reader:
        locks = reader.state / "locks"
        locks.mkdir(parents=True)
        other = FileLock(locks / f"{drafts.key(files.readers_path(plan))}.lock")
        with other:
            await reader.comments("Who told us?")
            await reader.sees("◌ Ana Ruiz")
            await reader.presses("q", "j")
            assert reader.screen.line > 0
            assert reader.found.comments == ()
        await reader.waits_for(lambda: hasattr(reader.app, "farewell"), "the farewell")
        assert [each.text for each in files.readers(plan).comments] == ["Who told us?"]
        assert getattr(reader.app, "farewell", "").endswith("not recorded as read. 1 comment kept.")


async def test_a_comment_that_is_too_long_stays_in_its_line(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.comments("x" * 2001)
        assert "2,001 characters, 2,000 are the most" in reader.picture()
        assert len(reader.screen.query_one(CaptureLine).value) == 2001


# ---- moving about, and what is shown ------------------------------------------------------------


async def test_every_block_can_be_highlighted_forth_and_back(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        lines = []
        for _ in range(20):
            lines.append(reader.screen.line)
            await reader.presses("down")
        assert list(dict.fromkeys(lines)) == [1, 3, 4, 6, 10, 11, 12, 13, 15, 19, 20]
        for _ in range(20):
            await reader.presses("k")
        assert reader.screen.line == 1
        assert reader.page.scroll_offset.y == 0
        await reader.presses("n", "n")
        assert reader.screen.line == 10
        await reader.presses("N")
        assert reader.screen.line == 3


async def test_a_block_that_is_taller_than_the_screen_is_read_to_its_end_before_the_next(
    plan: Path, clock: Clock
) -> None:
    plan.write_text("words " * 800 + "\n\nlast\n", encoding="utf-8")
    async with reading(plan, clock) as reader:
        await reader.presses("j")
        assert reader.screen.line == 1
        for _ in range(4):
            await reader.presses("j")
        assert reader.screen.line == 3


async def test_the_outline_stands_at_the_left_from_100_columns_and_o_shows_it_at_80(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock, size=(100, 30)) as reader:
        await reader.sees("OUTLINE")
        await reader.presses("n")
        await reader.sees("▸   Where we stand")
        await reader.sees("YOUR QUESTIONS AS FACILITATOR")
    async with reading(plan, clock, size=(80, 24)) as reader:
        assert "OUTLINE" not in reader.picture()
        assert "? Who is nobody's?" in reader.picture()
        await reader.presses("o")
        await reader.sees("OUTLINE")
        await reader.presses("o")
        await reader.waits_for(lambda: "OUTLINE" not in reader.picture(), "the outline to go")


async def test_another_size_keeps_the_highlighted_block(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock) as reader:
        await reader.goes_to(12)
        for size in ((200, 60), (100, 30), (60, 15), (20, 8), (80, 24)):
            await reader.resizes(*size)
            await reader.waits_for(lambda size=size: reader.app.screen.size == size, "the new size")  # type: ignore[misc]
            await reader.waits_for(lambda: reader.page.text_layout.width == reader.page.text_width, "the new layout")
            assert reader.screen.line == 12
        await reader.waits_for(lambda: "The incumbent cannot ship" in reader.picture(), "the block in one line")


@pytest.mark.parametrize("theme", ["session-dark", "session-light", "ansi"])
async def test_the_highlight_is_a_bar_whatever_the_colours(plan: Path, clock: Clock, theme: Theme) -> None:
    async with reading(plan, clock, size=(120, 36), theme=theme) as reader:
        await reader.goes_to(11)
        lit = [line for line in reader.picture().splitlines() if "▌" in line]
        assert len(lit) == 1
        assert "The budget is approved" in lit[0]


async def test_what_looks_like_html_stays_and_tables_and_code_are_shown(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock, size=(120, 36)) as reader:
        for words in ("<the customer> was there", "Ruth Vale │ nothing yet", "┊ cost = 4.10", "operations"):
            assert words in reader.picture()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "---\n",
        "-\n",
        "[red]x[/red] [/] [@click=app.quit]x[/]\n",
        "# \x1b]0;title\x07 \x1b[2J\u202egnirts\u0000\n",
        "&#x1b;[2J &#x202e; &#27;\n",
        "| [/x] | 田中 |\n| --- | --- |\n| 👩‍👩‍👧 | " + "長" * 300 + " |\n",
        "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n|" + "b|" * 60 + "\n",
        "- " * 40 + "deep\n",
        "> " * 60 + "deep\n",
        "x" * 5000 + "\n",
        "![](x) [](y) [a][b] ![alt *em*](z)\n",
        "עברית العربية हिन्दी ไทย\n",
        "\u2028a\u0085b\x0cc\r\nd\re\n",
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (200, 60), (24, 8)])
async def test_any_text_can_be_read_to_its_end_and_nothing_of_it_reaches_the_terminal(
    plan: Path, clock: Clock, text: str, size: tuple[int, int]
) -> None:
    plan.write_bytes(text.encode())
    async with reading(plan, clock, size=size) as reader:
        for key in ("o", "j", "pagedown", "n", "N", "k", "end", "home", "c", "enter", "x", "u", "d", "y"):
            await reader.presses(key)
        await reader.waits_for(lambda: "Read, on record" in reader.says("record"), "the record")
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", reader.picture()) is None
        width = reader.app.size.width
        for strip in reader.screen._compositor.render_strips():
            assert strip.cell_length == width


async def test_an_empty_plan_says_so_and_can_be_put_on_record(plan: Path, clock: Clock) -> None:
    plan.write_text("")
    async with reading(plan, clock) as reader:
        assert "This plan is empty" in reader.picture()
        await reader.presses("c")
        assert "no line to comment on" in reader.says("said")
        await reader.presses("y")
        await reader.sees("Read, on record")


async def test_a_broken_readers_file_keeps_nobody_from_reading(plan: Path, clock: Clock) -> None:
    files.readers_path(plan).write_text("schema = 1\n[[readers]]\nname = 7\n")
    async with reading(plan, clock) as reader:
        await reader.waits_for(lambda: "acme-freight.readers.toml:3:8" in reader.says("said"), "the fault")
        assert "Acme Freight" in reader.picture()


async def test_500_lines_are_laid_out_once_and_a_key_draws_the_lines_in_sight_only(plan: Path, clock: Clock) -> None:
    plan.write_text(
        "".join(f"## Section {at}\nSome *words*.\n\n- one\n- two\n\n" for at in range(84)), encoding="utf-8"
    )
    async with reading(plan, clock, size=(120, 36)) as reader:
        assert len(list(reader.screen.walk_children())) < 30
        asked = reader.screen.layouts
        for _ in range(40):
            await reader.presses("j")
        assert reader.screen.layouts == asked
        await reader.presses("end")
        await reader.sees("Read, on record")
        await reader.sees("▸ Section 83")
        assert "YOUR QUESTIONS AS FACILITATOR" in reader.picture()


async def test_it_can_stand_over_another_screen_and_its_result_is_what_to_say(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock, over=True) as reader:
        await reader.presses("y")
        await reader.sees("on record")
        await reader.presses("q")
        await reader.waits_for(lambda: hasattr(reader.app, "farewell"), "the farewell")
        assert re.fullmatch(r"plans/acme-freight.md: read, on record at \d\d:\d\d\.", reader.app.farewell)  # type: ignore[attr-defined]


async def test_a_click_highlights_the_block_under_it(plan: Path, clock: Clock) -> None:
    async with reading(plan, clock, size=(120, 36)) as reader:
        y = next(at for at, line in enumerate(reader.page.text_layout.lines) if "incumbent" in str(line.pieces))
        await reader.clicks(TextView, offset=(10, y))
        await reader.pilot.pause()
        assert reader.screen.line == 12
        assert reader.page.size != Size(0, 0)


@pytest.mark.parametrize("kind", [PlanScreen, ChangedScreen, TextView, CommentLine, CommentInput])
def test_nothing_of_ours_takes_a_name_of_the_frameworks(kind: type[Widget]) -> None:
    # A method called `_render` or `_context` would replace the framework's own, and hang the
    # program without a word.
    base = next(each for each in kind.__mro__ if each.__module__.startswith("textual"))  # the nearest of theirs
    meant = {"BINDINGS", "CSS_PATH", "AUTO_FOCUS", "compose", "render_line", "watch_scroll_y", "can_focus", "_on_paste"}
    meant |= {"check_consume_key", "ALLOW_SELECT", "DEFAULT_CSS", "get_selection"}
    ours = {name for name in vars(kind) if not name.startswith("__") and hasattr(base, name)}
    made_by_the_framework = {name for name in ours if name in vars(StatusLine)}
    assert ours - meant - made_by_the_framework - {"can_focus_children"} == set()
