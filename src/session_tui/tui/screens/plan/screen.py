"""The screen to read a plan before the session: comments, and a record of each reading.

Threads write to disk one after the other, so that a comment that is removed at once is
removed on disk too; leaving waits for the last of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from textual.actions import parse
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from session_tui.context import AppContext
from session_tui.model.fault import Fault
from session_tui.model.plan_readers import latest, recorded
from session_tui.model.session import PlanComment, Reader
from session_tui.store.errors import StoreError, foreseen
from session_tui.store.plans import files
from session_tui.store.plans.files import PlanFile
from session_tui.store.plans.reader import PlanReading
from session_tui.tui.key_order import start_worker
from session_tui.tui.screens.base import Hinted
from session_tui.tui.screens.plan import text as parts
from session_tui.tui.screens.plan.blocks import Block, blocks
from session_tui.tui.screens.plan.comment_line import CommentLine
from session_tui.tui.screens.plan.page import ChangedScreen, PlanPage
from session_tui.tui.screens.plan.text import Questions
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.text_view import BAR, TextView

T = TypeVar("T")

WIDEST = 100  # cells of text; longer lines are hard to read


class PlanScreen(PlanPage):
    """A plan to read and comment on. Its result is the summary of the reading."""

    CSS_PATH = Path(__file__).with_name("plan.tcss")
    FOOT = ("move", "heading", "comment", "confirm", "outline", "edit", "turn", "edge", "back")
    BINDINGS = [
        ("c", "comment", "comment"),
        ("x", "remove"),
        ("u", "bring_back"),
        ("y", "confirm", "I have read it"),
        ("d", "changes"),
        ("e", "edit", "edit"),
        ("ctrl+c", "copy_or_back"),
        ("q,ctrl+q", "leave"),
    ]

    def __init__(
        self, plan: PlanFile, path: Path, reader: str, role: str, questions: Questions, context: AppContext, state: Path
    ) -> None:
        """See `PlanPage`."""
        super().__init__(plan, path, reader, role, questions, context, state)
        self.removed: tuple[PlanComment, ...] = ()
        self.before: Reader | None = None  # this reader's last entry, where it was another version
        self.trouble: Fault | None = None  # why the reading is not on record
        self.at_end_once = False  # after a failed record only the key tries again
        self.message_shown = False  # a message is shown above the record
        self.going = False
        self.tally = 0  # number of saved comments
        self.disk = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Compose the title, the page, its panels, the comment line, the record and the keys."""
        yield StatusLine(id="title")
        yield StatusLine(id="changed")
        with Horizontal(id="middle"):
            yield Panel(id="outline")
            yield TextView(self.lines_of, bar=f" {BAR}", widest=WIDEST, follows=True, id="page")
            yield Panel(id="beside")
        with Vertical(id="bottom"):
            yield CommentLine(self.pressed, id="writing")
            yield StatusLine(id="record")
            yield Footer()

    @property
    def mine(self) -> Reader | None:
        """The record of this reader for this version, or None."""
        return recorded(self.found.readers, self.reading.reader, self.reading.plan.sha256)

    # ---- from and to the disk -------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the title at once; a thread reads the rest."""
        who = ", ".join(each for each in (self.reading.reader, self.role) if each)
        title, record = self.query_one("#title", StatusLine), self.query_one("#record", StatusLine)
        title.last_right = record.last_right = True
        title.say((self.reading.plan.source, "strong"), (who, "muted"))
        self.fit()
        self.show_record()
        self.ask_disk(lambda: blocks(self.reading.plan.text), self.begin)
        self.ask_disk(self.reading.found, self.meet)

    def begin(self, come: tuple[Block, ...] | Fault) -> None:
        """Show the plan's blocks."""
        if not isinstance(come, Fault):
            self.plan_blocks = come
            self.loaded = True
            self.lay()

    def meet(self, come: PlanReading | Fault) -> None:
        """Show the readers; with a broken file of readers the plan can still be read."""
        self.show_found(come)
        if self.found.remarks:
            name = files.readers_path(self.reading.path).name
            self.show_message(f"Read on two machines: session-tui merge {name}", "warn")
        last = latest(self.found.readers, self.reading.reader)
        if last and last.sha256 and last.sha256 != self.reading.plan.sha256:
            self.before = last
            self.set_class(True, "-changed")
            at = parts.at(last.read_at, self.context.today)
            self.query_one("#changed", StatusLine).say(
                (f"Changed since you read it {at}: ", "warn"), ("d", "key"), (" shows what changed", "warn")
            )

    def ask_disk(self, work: Callable[[], T], done: Callable[[T | Fault], None]) -> None:
        """Run `work` in a thread after the earlier ones; call `done` here with its result."""
        start_worker(self, partial(self.in_turn, work, done))

    async def in_turn(self, work: Callable[[], T], done: Callable[[T | Fault], None]) -> None:
        """Run one task at a time, in the order of the calls."""
        async with self.disk:
            come: T | Fault
            try:
                come = await asyncio.to_thread(foreseen(work))
            except StoreError as error:
                come = error.faults[0]
            done(come)

    def show_found(self, come: PlanReading | Fault) -> None:
        """Show the comments and readers of the disk."""
        if isinstance(come, Fault):
            self.show_message(str(come), "bad")
        else:
            self.found = come
        self.lay()
        self.show_record()

    # ---- showing --------------------------------------------------------------------------------

    def on_text_view_moved(self, message: TextView.Moved) -> None:
        """Update the panels; at the end of the page the reading is recorded."""
        page = self.page
        self.message_shown = self.message_shown and not message.by_hand
        if not page.text_layout.lines:
            return
        self.show_beside()
        self.show_record()
        self.show_hint()
        if page.by_hand and page.at_end and not self.at_end_once:
            self.at_end_once = True
            if not self.mine:
                self.action_confirm()

    def show_record(self) -> None:
        """Show whether the reading is on record, and the position."""
        plan, today = self.reading.plan, self.context.today
        record = parts.record(self.mine, self.trouble, today) if self.loaded else (("Reading …", "muted"),)
        lines = plan.text.removesuffix("\n").count("\n") + 1
        place = f"line {self.line:,} of {lines:,}" if self.line else ""
        self.query_one("#record", StatusLine).say(*record, (place, "muted"))

    def show_hint(self) -> None:
        """Show the keys for comments here, unless a message is shown."""
        if not self.message_shown:
            self.query_one("#said", StatusLine).say(*parts.hint(bool(self.own_comments()), bool(self.removed)))

    def foot(self) -> tuple[Hinted, ...]:
        """Return the keys of the comment line while a comment is written."""
        return parts.WRITING if self.query_one(CommentLine).about else self.FOOT

    def words_for(self, action: str, words: str) -> str:
        """Return `leave` for the way back."""
        return "leave" if action == "back" else words

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show a sentence above the record until the next move."""
        self.message_shown = True
        super().show_message(words, tone)

    # ---- reading --------------------------------------------------------------------------------

    def pressed(self, key: str) -> bool:
        """Run this key's action now; the comment line gets all keys first, to keep their order."""
        found = self._bindings.key_to_bindings.get(key)
        if found:
            _, name, parameters = parse(found[0].action)
            getattr(self, f"action_{name}")(*parameters)
        return bool(found)

    def action_changes(self) -> None:
        """Read the changes since the reader's last reading."""
        before = self.before
        if before is None:
            known = latest(self.found.readers, self.reading.reader)
            self.show_message(
                "Nothing changed since you read it." if known else "You have not read an earlier version of it."
            )
        else:
            self.ask_disk(lambda: self.reading.changed_since(before.sha256), self.show_changes)

    def show_changes(self, lines: tuple[str, ...] | Fault | None) -> None:
        """Show the changes on a page."""
        if lines is None or isinstance(lines, Fault):
            self.show_message(
                "The version you read then is not kept on this machine, so it cannot be compared.", "warn"
            )
        else:
            self.app.push_screen(ChangedScreen(lines))

    def action_edit(self) -> None:
        """Edit the plan in the user's own editor, and read the new version."""
        start_worker(self, self.edit)

    async def edit(self) -> None:
        """Leave the screen to the editor; comments stay with the lines that they are about."""
        from session_tui.tui.editor import edit

        async with self.disk:
            fault = await edit(self.app, self.reading.path, self.context.environ)
        if fault:
            self.show_message(str(fault), "bad")
            return
        path = self.reading.path
        home = path.parents[len(Path(self.reading.plan.source).parts) - 1]
        self.ask_disk(lambda: files.open_plan(path, home), self.read_again)

    def read_again(self, come: PlanFile | Fault) -> None:
        """Show the plan as the editor left it; another version is not on record yet."""
        if isinstance(come, Fault):
            self.show_message(str(come), "bad")
            return
        if come.sha256 == self.reading.plan.sha256:
            self.show_message("Nothing was changed.")
            return
        self.reading = replace(self.reading, plan=come)
        self.at_end_once = False
        self.ask_disk(lambda: blocks(self.reading.plan.text), self.begin)
        self.ask_disk(self.reading.found, self.show_found)
        self.show_message("This is the new version. y puts on record that you have read it.")

    def action_confirm(self) -> None:
        """Record that this version was read now."""
        if self.loaded:
            now = self.context.now()
            self.ask_disk(lambda: self.reading.record(now), self.on_record)

    def on_record(self, come: PlanReading | Fault) -> None:
        """Show that the reading is on record, or why it is not."""
        self.trouble = come if isinstance(come, Fault) else None
        if not isinstance(come, Fault):
            self.show_found(come)
        self.show_record()

    # ---- comments -------------------------------------------------------------------------------

    def own_comments(self) -> list[PlanComment]:
        """Return the reader's saved comments on the highlighted block."""
        return parts.own(self.found.placed, self.reading.reader, self.plan_blocks, self.line)

    def action_comment(self) -> None:
        """Begin a comment on the highlighted block."""
        if not self.line:
            self.show_message("There is no line to comment on.")
            return
        self.query_one(CommentLine).begin(self.line)
        self.refresh_bindings()

    def on_comment_line_closed(self, message: CommentLine.Closed) -> None:
        """Show the page's keys again."""
        self.show_hint()
        self.refresh_bindings()
        if message.left:
            self.show_message("Not kept. c on that line has your words again.")

    def on_comment_line_written(self, message: CommentLine.Written) -> None:
        """Save the comment."""
        self.keep(self.reading.comment(message.line, message.words, self.context.now()))

    def keep(self, comment: PlanComment) -> None:
        """Show the comment at once, marked as unsaved; a failed write returns its text."""
        self.unsaved = (*self.unsaved, comment)
        self.lay()

        def done(come: PlanReading | Fault) -> None:
            self.unsaved = tuple(each for each in self.unsaved if each != comment)
            self.show_found(come)
            if isinstance(come, Fault):
                self.query_one(CommentLine).half[comment.line] = comment.text
                self.show_message(f"Not kept: {come} c on line {comment.line} has your words again.", "bad")
            else:
                self.tally += 1
                self.show_message("Kept. x removes it.")

        self.ask_disk(lambda: self.reading.keep(comment), done)

    def action_remove(self) -> None:
        """Remove the reader's newest comment on this block."""
        mine = self.own_comments()
        if not mine:
            self.show_message("There is no comment of yours on this line.")
            return

        def done(come: PlanReading | Fault) -> None:
            self.show_found(come)
            if not isinstance(come, Fault):
                self.removed = (*self.removed, mine[-1])
                self.tally -= 1
                self.show_message("Removed. u brings it back.")

        self.ask_disk(lambda: self.reading.remove(mine[-1]), done)

    def action_bring_back(self) -> None:
        """Restore the comment that was removed last."""
        if not self.removed:
            self.show_message("Nothing was removed.")
            return
        comment, self.removed = self.removed[-1], self.removed[:-1]
        self.keep(comment)

    # ---- leaving --------------------------------------------------------------------------------

    def action_keep(self) -> None:
        """Do as enter does while a comment is written."""
        self.query_one(CommentLine).enter()

    def action_back(self) -> None:
        """Leave the comment first, then the selection, then the plan."""
        writing = self.query_one(CommentLine)
        if writing.about:
            writing.leave()
        else:
            super().action_back()

    def go_back(self) -> None:
        """Leave when all earlier tasks are on disk."""
        writing = self.query_one(CommentLine)
        if writing.begun:
            writing.label("Not kept yet: ⏎ keeps it, esc leaves it")
        elif not self.going:
            self.going = True
            self.ask_disk(lambda: None, lambda _: self.go())

    def go(self) -> None:
        """Return to the screen below or end the program, with a summary of the reading."""
        half = self.query_one(CommentLine).half
        self.close(parts.farewell(self.reading.plan.source, self.mine, self.tally, self.context.today, half))
