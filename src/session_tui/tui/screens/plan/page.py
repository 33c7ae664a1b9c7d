"""The plan as a page: its layout, the panels beside it, keys that move, and its changes.

A thread makes the layout; the event loop shows it, unless a newer one was started since.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from session_tui.context import AppContext
from session_tui.model.session import PlanComment
from session_tui.store.plans.files import PlanFile
from session_tui.store.plans.reader import Placed, PlanReading, Reading
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, wrapped
from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.screens.plan import text as parts
from session_tui.tui.screens.plan.blocks import Block, lay_out
from session_tui.tui.screens.plan.text import Questions
from session_tui.tui.screens.text_page import PageScreen
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.text_view import TextView

NARROW, WIDE = 100, 160  # columns from which the outline, then a second panel, has room
MOST_CHANGES = 2000  # lines of a page of changes


class PlanPage(BaseScreen[str]):
    """A screen with a plan in a `TextView`, between the panels `#outline` and `#beside`."""

    BINDINGS = [
        ("up,k", "move(-1)", "move"),
        ("down,j", "move(1)", "move"),
        ("pageup", "turn(-1)", "a page"),
        ("pagedown,space", "turn(1)", "a page"),
        ("home", "edge(-1)", "the edges"),
        ("end", "edge(1)", "the edges"),
        ("n", "heading(1)", "headings"),
        ("N", "heading(-1)", "headings"),
        ("o", "outline", "outline"),
    ]

    def __init__(
        self, plan: PlanFile, path: Path, reader: str, role: str, questions: Questions, context: AppContext, state: Path
    ) -> None:
        """`plan` is the version to read, `path` its file; `questions` are the role's, by part."""
        super().__init__()
        self.reading = Reading(plan, path, reader, state)
        self.role, self.asked, self.context = role, questions, context
        self.plan_blocks: tuple[Block, ...] = ()
        self.found = PlanReading()  # comments and readers on disk
        self.unsaved: tuple[PlanComment, ...] = ()
        self.loaded = False
        self.layouts = 0  # number of layouts that were started

    @property
    def page(self) -> TextView:
        """The plan itself."""
        return self.query_one(TextView)

    @property
    def line(self) -> int:
        """The source line in which the highlighted block begins, 0 where none is."""
        return int(self.page.highlighted or 0)

    # ---- layout ---------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fit the panels to the new size."""
        self.fit()

    def fit(self) -> None:
        """Show the panels that fit this width; a narrower terminal hides the outline."""
        width = self.app.size.width
        if (width < NARROW) != self.has_class("-narrow"):
            self.set_class(width < NARROW, "-narrow", "-folded")
        self.set_class(width >= WIDE, "-wide")
        self.lay()
        self.refresh_bindings()

    def lay(self) -> None:
        """Lay the page out again."""
        self.page.lay_again()

    def lines_of(self, width: int) -> None:
        """Start the layout in a thread. Panels without room stand before and after the plan."""
        if not self.loaded:
            return
        today, sha256 = self.context.today, self.reading.plan.sha256
        placed = self.comments()
        beside = not self.has_class("-folded") or self.has_class("-wide")
        before = () if beside else parts.before(self.role, self.asked)
        sections = () if beside else (parts.read_by(self.found.readers, sha256, today),)
        whole = (*before, *(self.plan_blocks or parts.EMPTY), *parts.after(placed, today, *sections))
        remarks = parts.remarks(placed, self.unsaved, whole, today)
        self.layouts += 1
        number = self.layouts

        def laid() -> None:
            page = lay_out(whole, remarks, width)
            self.app.call_from_thread(self.put, page, number)

        self.run_worker(laid, thread=True)

    def put(self, laid: TextLayout, number: int) -> None:
        """Show a layout, unless a newer one was started."""
        if number == self.layouts and self.is_mounted:
            self.page.put(laid)

    def comments(self) -> Placed:
        """Return saved and unsaved comments; in a plan without blocks none has a place."""
        every = (*self.found.placed, *((comment.line, comment) for comment in self.unsaved))
        return every if self.plan_blocks else tuple((None, comment) for _, comment in every)

    def show_beside(self) -> None:
        """Show the outline around the highlighted block, the questions and the readers."""
        questions = parts.questions(self.role, self.asked)
        readers = parts.read_by(self.found.readers, self.reading.plan.sha256, self.context.today)
        beside = tuple(section for section in (questions, readers) if section[1])
        below = () if self.has_class("-wide") else beside
        panel = self.query_one("#outline", Panel)
        width = panel.size.width - 2
        most = max(6, panel.size.height - parts.height(below, width) - 4)
        panel.sections = (parts.outline(self.plan_blocks, self.line, width, most), *below)
        self.query_one("#beside", Panel).sections = beside

    # ---- moving ---------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another block."""
        self.page.step(by)

    def action_turn(self, by: int) -> None:
        """Scroll by a page."""
        self.page.turn(by)

    def action_edge(self, by: int) -> None:
        """Move to the beginning or the end."""
        self.page.edge(by)

    def action_heading(self, by: int) -> None:
        """Move to the next heading, or the one before."""
        heads = [block.line for block in self.plan_blocks if block.kind == "heading"]
        ahead = [line for line in heads if (line > self.line if by > 0 else line < self.line)]
        if ahead:
            self.page.highlight(str(ahead[0 if by > 0 else -1]), at_top=True)
        else:
            self.show_message("There is no heading further on." if by > 0 else "There is no heading before this.")

    def on_text_view_line_chosen(self, message: TextView.LineChosen) -> None:
        """Highlight the clicked block."""
        self.page.highlight(message.key)

    def action_outline(self) -> None:
        """Show or hide the outline."""
        self.toggle_class("-folded")
        self.lay()


class ChangedScreen(PageScreen):
    """The lines that were added to a plan and removed from it since it was read."""

    BINDINGS = [("d", "leave", "back")]

    def __init__(self, changes: tuple[str, ...]) -> None:
        """`changes` are lines that begin with `+` or `-`."""
        super().__init__()
        self.changes = changes

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the changed lines at a width; the signs `+` and `-` need no colour."""
        changes = self.changes
        added = sum(1 for line in changes if line.startswith("+"))
        counts = f"   + {added:,} came   - {len(changes) - added:,} went"
        rest = f"… and {len(changes) - MOST_CHANGES:,} lines more" if len(changes) > MOST_CHANGES else ""
        lines = ((line, "bold" if line.startswith("+") else "") for line in (*changes[:MOST_CHANGES], rest))
        for pieces in ((("What changed since you read it", "bold"), (counts, "")), (), *((each,) for each in lines)):
            yield from map(TextLine, wrapped(pieces, width))
