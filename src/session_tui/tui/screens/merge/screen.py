"""Two versions of a session, entry by entry: side by side where there is room, a key for each choice, nothing written
before it is asked for.
"""

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

from textual.app import ComposeResult

from session_tui.model import dates
from session_tui.model.fault import Fault
from session_tui.model.merge import merge
from session_tui.model.merge.describe import called
from session_tui.model.merge.points import Choice
from session_tui.outbox.message import PushResult
from session_tui.store import merge as files
from session_tui.store.errors import foreseen, from_os_error
from session_tui.store.merge import MergeInput
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, paragraph, side_by_side
from session_tui.tui.exit_message import Farewell, with_pushes
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.base import BaseScreen, Hinted
from session_tui.tui.screens.merge.rows import MARGIN, SIGN, WIDE, MergeLines, column
from session_tui.tui.text import Text
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.message import Message
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.text_view import TextView

SAME = "Both versions say the same. w keeps one of them as the session and the other one aside."


class MergeScreen(BaseScreen[Farewell]):
    """Its result is what was done, in sentences; nothing where nothing was written."""

    CSS_PATH = Path(__file__).with_name("merge.tcss")
    FOOT = ("move", "choose", "undecided", "undo", "write", "back")
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
        """`state` is where choices wait that were not written yet."""
        super().__init__()
        self.found, self.state = found, state
        self.points = found.merge.points
        self.choices: dict[str, Choice] = found.merge.defaults | files.kept(found, state)
        self.before: list[dict[str, Choice]] = []  # the choices before each one that was made here
        self.lit = 0
        self.written: tuple[str, ...] = ()
        self.untold: tuple[PushResult, ...] = ()  # of those who were given the session at its end
        self._writing = False
        self.lines = MergeLines(found.merge, partial(dates.words, today=today))

    def compose(self) -> ComposeResult:
        """Which two, what differs, how much is to be decided, keys."""
        yield StatusLine(id="title")
        yield Paragraph(id="versions")
        yield TextView(self.lines_of, id="points")
        yield Message()
        yield StatusLine(id="left")
        yield Footer()

    def on_mount(self) -> None:
        """The first that is to be decided is highlighted."""
        session = self.found.ours.document.session
        about = " · ".join(filter(None, (session.account, session.opportunity)))
        self.query_one("#title", StatusLine).say(("Two versions of one session", "strong"), (f"   {about}", "muted"))
        self.lit = next((at for at, point in enumerate(self.points) if point.key not in self.choices), 0)
        self._show()

    def on_resize(self) -> None:
        """The names stand above what they are the names of."""
        names = (("ours", self.found.ours.name), ("theirs", self.found.theirs.name))
        width = self.size.width - 3  # as the points below have it, beside their scroll bar
        wide = width >= WIDE
        room = column(width) - 1 if wide else width - 1
        ours, theirs = (paragraph(((name, ""),), room, ((f"{side}  ", "bold"),)) for side, name in names)
        left, right = ((line.pieces for line in lines) for lines in (ours, theirs))
        told = side_by_side(left, right, room + SIGN + 1) if wide else (*left, *right)
        lead = " " * (MARGIN + SIGN if wide else 1)
        self.query_one("#versions", Paragraph).update(Text("\n").join(Text.assemble(lead, *each) for each in told))

    # ---- moving ----------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another one."""
        self._light(self.lit + by)

    def action_undecided(self) -> None:
        """The next that is to be decided, from here on round."""
        if self.written:
            return
        many = len(self.points)
        order = [(self.lit + step) % many for step in range(1, many + 1)]
        found = next((at for at in order if self.points[at].key not in self.choices), None)
        if found is None:
            self.tell("Nothing is left to decide. w writes it.")
        else:
            self._light(found)

    def on_text_view_line_chosen(self, message: TextView.LineChosen) -> None:
        """A click highlights."""
        self._light(next(at for at, point in enumerate(self.points) if point.key == message.key))

    # ---- choosing --------------------------------------------------------------------------------------------------

    def action_choose(self, choice: Choice) -> None:
        """This stays of the highlighted one."""
        if self.written or not self.points:
            return
        point = self.points[self.lit]
        if choice not in point.choices:
            why = "one of them does not have it" if None in (point.ours, point.theirs) else "it is one thing"
            self.tell(f"{called(point)} cannot be both: {why}.")
            return
        self.tell("")
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
        self.tell("")
        self._light(changed)

    # ---- the files -------------------------------------------------------------------------------------------------

    def action_write(self) -> None:
        """Write it, once everything is decided."""
        if self.written or self._writing:
            return
        if merge.left(self.found.merge, self.choices):
            self.action_undecided()
            self.tell("This one is to be decided before it can be written.")
            return
        self._writing = True
        self.tell("Writing …")
        self.work(self._put, self._wrote, self._not_written, group="files")

    def _wrote(self, said: tuple[str, ...]) -> None:
        self._writing, self.written = False, said
        self.tell("")
        self._show()

    def _not_written(self, fault: Fault) -> None:
        self._writing = False
        self.tell(str(fault))

    def _put(self) -> tuple[str, ...]:
        """For a thread: written, and told to whoever was given the session at its end."""
        said = files.write(self.found, self.choices, self.state)
        if isinstance(self.app, Posts):
            self.untold = self.app.outbox_service.changed(files.result(self.found, self.choices).session)
        return said

    def go_back(self) -> None:
        """Back to where it was opened; what was chosen waits for the next time."""
        if not self._writing:
            self._writing = True
            self.run_worker(self._leave(), exclusive=True, group="files")

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
        """The points, with what is chosen of each; once it is written, what was done."""
        told = (*self.written, *map(str, self.untold)) if self.written else () if self.points else (SAME,)
        if told:
            lines = (line for words in told for line in (TextLine(), *paragraph(((words, ""),), width, ((" ", ""),))))
            return TextLayout(tuple(lines), width)
        lit = self.points[self.lit].key if self.points else ""
        return self.lines.lay_out(width - 1, self.choices, lit)

    def foot(self) -> tuple[Hinted, ...]:
        """Once it is written, only the way back."""
        return ("back",) if self.written else self.FOOT

    def words_for(self, action: str, words: str) -> str:
        """Leaving is for later, until it is written."""
        return "later" if action == "back" and not self.written else words

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Nothing was chosen here that could be taken back."""
        return "No choice to take back." if action == "undo" and not self.before else ""

    # ---- showing ---------------------------------------------------------------------------------------------------

    def _light(self, at: int) -> None:
        self.lit = max(0, min(len(self.points) - 1, at))
        self._show()

    def _show(self) -> None:
        view = self.query_one("#points", TextView)
        view.lay_again()
        if self.points and not self.written:
            view.highlight(self.points[self.lit].key)
        self.query_one("#left", StatusLine).say(*self._summary())
        self.refresh_bindings()

    def _summary(self) -> tuple[tuple[str, str], ...]:
        if self.written:
            return (("Written.", "good"),)
        many = len(merge.left(self.found.merge, self.choices))
        same = sum(1 for point in self.found.merge.all if point.same and point.place)
        rest = f"   {len(self.points)} differ, {same} entries are the same"
        if not many:
            return (("Nothing left to decide. ", "good"), ("w", "key"), (" writes it.", "muted"), (rest, "muted"))
        return ((f"? {many} left to decide.", "warn"), (rest, "muted"))
