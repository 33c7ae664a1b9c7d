"""Two versions of a session, entry by entry: a key for each choice, one to write the result."""

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

from textual.app import ComposeResult

from session_tui.model import dates
from session_tui.model.fault import Fault
from session_tui.model.merge import merge
from session_tui.model.merge.describe import called, counts
from session_tui.model.merge.points import Choice
from session_tui.outbox.message import PushResult
from session_tui.store import merge as files
from session_tui.store.errors import foreseen, from_os_error
from session_tui.store.merge import MergeInput
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, paragraph, side_by_side
from session_tui.tui.key_order import start_worker
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.base import BaseScreen, Hinted
from session_tui.tui.screens.merge.rows import MARGIN, SIGN, WIDE, MergeLines, column
from session_tui.tui.shutdown import Farewell, with_pushes
from session_tui.tui.text import Text
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message, StatusLine
from session_tui.tui.widgets.text_view import TextView

SAME = "Both versions say the same. w keeps one of them as the session and the other one aside."


class MergeScreen(BaseScreen[Farewell]):
    """The merge of two versions. Its result is the report of the write, or empty."""

    CSS_PATH = Path(__file__).with_name("merge.tcss")
    FOOT = ("choose", "write", "undecided", "move", "undo", "back")
    BINDINGS = [
        ("up,k", "move(-1)", "move"),
        ("down,j", "move(1)", "move"),
        ("pageup", "move(-5)"),
        ("pagedown,space", "move(5)"),
        ("home,g", "move(-100000)"),
        ("end,G", "move(100000)"),
        ("o", "choose('ours')", "choose"),
        ("t", "choose('theirs')", "choose"),
        ("b", "choose('both')", "choose"),
        ("tab", "undecided", "next to decide"),
        ("u,ctrl+z", "undo", "undo"),
        ("w", "write", "write"),
        ("ctrl+c", "copy_or_back", "copy"),
        ("q,ctrl+q", "leave", "later"),
    ]

    def __init__(self, found: MergeInput, state: Path, today: date) -> None:
        """`state` is the folder that keeps choices until they are written."""
        super().__init__()
        self.found, self.state = found, state
        self.points = found.merge.points
        self.choices: dict[str, Choice] = found.merge.defaults | files.kept(found, state)
        self.before: list[dict[str, Choice]] = []  # all choices, as they were before each key
        self.highlighted = 0
        self.written: tuple[str, ...] = ()
        self.untold: tuple[PushResult, ...] = ()  # results for endpoints that have the session
        self._writing = False
        self.lines = MergeLines(found.merge, partial(dates.words, today=today))

    def compose(self) -> ComposeResult:
        """Compose the two names, the points, the number of open choices and the keys."""
        yield StatusLine(id="title")
        yield Paragraph(id="versions")
        yield TextView(self.lines_of, id="points")
        yield Message()
        yield StatusLine(id="left")
        yield Footer()

    def on_mount(self) -> None:
        """Highlight the first open choice."""
        session = self.found.ours.document.session
        about = " · ".join(filter(None, (session.account, session.opportunity)))
        self.query_one("#title", StatusLine).say(("Two versions of one session", "strong"), (f"   {about}", "muted"))
        self.highlighted = next((at for at, point in enumerate(self.points) if point.key not in self.choices), 0)
        self._show()

    def on_resize(self) -> None:
        """Put the names above their columns."""
        names = (("ours", self.found.ours.name), ("theirs", self.found.theirs.name))
        width = self.size.width - 3  # as the points below have it, beside their scroll bar
        wide = width >= WIDE
        room = column(width) - 1 if wide else width - 1
        ours, theirs = (paragraph(((name, ""),), room, ((f"{side}  ", "bold"),)) for side, name in names)
        left, right = ((line.pieces for line in lines) for lines in (ours, theirs))
        rows = side_by_side(left, right, room + SIGN + 1) if wide else (*left, *right)
        lead = " " * (MARGIN + SIGN if wide else 1)
        self.query_one("#versions", Paragraph).update(Text("\n").join(Text.assemble(lead, *each) for each in rows))

    # ---- moving ---------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another point."""
        self._highlight(self.highlighted + by)

    def action_undecided(self) -> None:
        """Highlight the next open choice, after the last one the first."""
        if self.written:
            return
        many = len(self.points)
        order = [(self.highlighted + step) % many for step in range(1, many + 1)]
        found = next((at for at in order if self.points[at].key not in self.choices), None)
        if found is None:
            self.show_message("Nothing is left to decide. w writes it.")
        else:
            self._highlight(found)

    def on_text_view_line_chosen(self, message: TextView.LineChosen) -> None:
        """Highlight the clicked point."""
        self._highlight(next(at for at, point in enumerate(self.points) if point.key == message.key))

    # ---- choosing -------------------------------------------------------------------------------

    def action_choose(self, choice: Choice) -> None:
        """Choose a side of the highlighted point."""
        if self.written or not self.points:
            return
        point = self.points[self.highlighted]
        if choice not in point.choices:
            why = "one of them does not have it" if None in (point.ours, point.theirs) else "it is one thing"
            self.show_message(f"{called(point)} cannot be both: {why}.")
            return
        self.show_message("")
        if self.choices.get(point.key) != choice:
            self.before.append(self.choices)
            self.choices = self.choices | {point.key: choice}
        self._show()

    def action_undo(self) -> None:
        """Take the last choice back."""
        if self.written:
            return
        now, self.choices = self.choices, self.before.pop()
        changed = next(at for at, p in enumerate(self.points) if now.get(p.key) != self.choices.get(p.key))
        self.show_message("")
        self._highlight(changed)

    # ---- the files ------------------------------------------------------------------------------

    def action_write(self) -> None:
        """Write it, once everything is decided."""
        if self.written or self._writing:
            return
        if merge.left(self.found.merge, self.choices):
            self.action_undecided()
            self.show_message("This one is to be decided before it can be written.")
            return
        self._writing = True
        self.show_message("Writing …")
        self.work(self._put, self._wrote, self._not_written, group="files")

    def _wrote(self, messages: tuple[str, ...]) -> None:
        self._writing, self.written = False, messages
        self.show_message("")
        self._show()

    def _not_written(self, fault: Fault) -> None:
        self._writing = False
        self.show_message(str(fault))

    def _put(self) -> tuple[str, ...]:
        """Write the result, and send it to the endpoints that have the session; in a thread."""
        messages = files.write(self.found, self.choices, self.state)
        if isinstance(self.app, Posts):
            self.untold = self.app.outbox_service.changed(files.result(self.found, self.choices).session)
        return messages

    def go_back(self) -> None:
        """Leave; the choices are kept for the next time."""
        if not self._writing:
            self._writing = True
            start_worker(self, self._leave, exclusive=True, group="files")

    async def _leave(self) -> None:
        farewell = with_pushes("\n".join(self.written), self.untold)
        if self.before and not self.written:
            words = f"Nothing is written. What was chosen for {self.found.id} is kept: session-tui merge goes on there."
            try:
                await asyncio.to_thread(foreseen(partial(files.keep, self.found, self.choices, self.state)))
            except OSError as error:
                words = f"Nothing is written, and what was chosen is not kept: {from_os_error(error, self.state)}"
            farewell = Farewell(words)
        self.close(farewell)

    def lines_of(self, width: int) -> TextLayout:
        """Return the points with their choices; after the write, its report."""
        messages = (*self.written, *map(str, self.untold)) if self.written else () if self.points else (SAME,)
        if messages:
            lines = (
                line for words in messages for line in (TextLine(), *paragraph(((words, ""),), width, ((" ", ""),)))
            )
            return TextLayout(tuple(lines), width)
        highlighted = self.points[self.highlighted].key if self.points else ""
        return self.lines.lay_out(width - 1, self.choices, highlighted)

    def foot(self) -> tuple[Hinted, ...]:
        """Return only the way back after the write."""
        return ("back",) if self.written else self.FOOT

    def words_for(self, action: str, words: str) -> str:
        """Return `later` for the way back before the write."""
        return "later" if action == "back" and not self.written else words

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a key has no effect now."""
        return "No choice to take back." if action == "undo" and not self.before else ""

    # ---- showing --------------------------------------------------------------------------------

    def _highlight(self, at: int) -> None:
        self.highlighted = max(0, min(len(self.points) - 1, at))
        self._show()

    def _show(self) -> None:
        view = self.query_one("#points", TextView)
        view.lay_again()
        if self.points and not self.written:
            view.highlight(self.points[self.highlighted].key)
        self.query_one("#left", StatusLine).say(*self._summary())
        self.refresh_bindings()

    def _summary(self) -> tuple[tuple[str, str], ...]:
        if self.written:
            return (("Written.", "good"),)
        many = len(merge.left(self.found.merge, self.choices))
        rest = f"   {counts(self.found.merge)}"
        if not many:
            return (("Nothing left to decide. ", "good"), ("w", "key"), (" writes it.", "muted"), (rest, "muted"))
        return ((f"? {many} left to decide.", "warn"), (rest, "muted"))
