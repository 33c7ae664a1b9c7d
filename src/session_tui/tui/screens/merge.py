"""Two versions of a session, entry by entry: side by side where there is room, a key for each choice, nothing written
before it is asked for.
"""

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from session_tui.model import dates, merging
from session_tui.model.clean import harmless
from session_tui.model.merge_words import called, title
from session_tui.model.merging import Choice
from session_tui.store import merging as files
from session_tui.store.merging import Found
from session_tui.store.trouble import StoreError, fault_of
from session_tui.tui.copying import copy_selection
from session_tui.tui.widgets.choosing import WIDE, Choosing
from session_tui.tui.widgets.line import Line

KEYS = (
    ("↑↓", "move"), ("o t b", "choose"), ("tab", "next to decide"), ("u", "undo"), ("w", "write"),
    ("esc", "later"),
)  # fmt: skip


class MergeScreen(Screen[str]):
    """Its result is what was done, in sentences; nothing where nothing was written."""

    CSS_PATH = "merge.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [
        ("up,k", "move(-1)", "up"),
        ("down,j", "move(1)", "down"),
        ("pageup", "move(-5)", "page up"),
        ("pagedown,space", "move(5)", "page down"),
        ("home,g", "move(-100000)", "first"),
        ("end,G", "move(100000)", "last"),
        ("tab", "undecided", "next to decide"),
        ("o", "choose('ours')", "ours"),
        ("t", "choose('theirs')", "theirs"),
        ("b", "choose('both')", "both"),
        ("u,ctrl+z", "undo", "undo"),
        ("w", "write", "write"),
        ("ctrl+c", "copy_or_leave", "copy what is selected"),
        ("escape,q,ctrl+q", "leave", "leave; what was chosen is kept"),
    ]

    def __init__(self, found: Found, state: Path, today: date) -> None:
        """`state` is where choices wait that were not written yet."""
        super().__init__()
        self.found, self.state = found, state
        self.points = found.merge.points
        self.choices: dict[str, Choice] = found.merge.defaults | files.kept(found, state)
        self.before: list[dict[str, Choice]] = []  # the choices before each one that was made here
        self.lit = 0
        self.written: tuple[str, ...] = ()
        self._writing = False
        self._day = partial(dates.words, today=today)

    def compose(self) -> ComposeResult:
        """Which two, what differs, how much is to be decided, keys."""
        yield Line(id="title")
        yield Static(id="versions", markup=False)
        with VerticalScroll(can_focus=False):
            heading = ""
            for point in self.points:
                if title(point) != heading:
                    heading = title(point)
                    yield Static(heading, classes="heading", markup=False)
                yield Choosing(self.found.merge, point, self._day)
            yield Static(id="written", markup=False)
        yield Static(id="said", markup=False)
        yield Line(id="left")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """The first that is to be decided is highlighted."""
        session = self.found.ours.document.session
        about = harmless(" · ".join(filter(None, (session.account, session.opportunity))))
        self.query_one("#title", Line).say(("Two versions of one session", "strong"), (f"   {about}", "muted"))
        if not self.points:
            self._write_out("Both versions say the same. w keeps one of them as the session and the other one aside.")
        self.tell("")
        self._keys(*KEYS)
        self.lit = next((at for at, point in enumerate(self.points) if point.key not in self.choices), 0)
        self._show()

    def on_resize(self) -> None:
        """The names stand above what they are the names of."""
        grid = Grid.grid(padding=(0, 1), expand=True)
        names = (("ours", self.found.ours.name), ("theirs", self.found.theirs.name))
        told = [Text.assemble((f"{side}  ", "bold"), harmless(name)) for side, name in names]
        if self.size.width >= WIDE + 3:
            grid.add_column(width=2)
            grid.add_column(ratio=1, overflow="fold")
            grid.add_column(width=1)
            grid.add_column(ratio=1, overflow="fold")
            grid.add_row("", told[0], "", told[1])
        else:
            for each in told:
                grid.add_row(each)
        self.query_one("#versions", Static).update(grid)

    # ---- moving ----------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another one."""
        self._light(self.lit + by)

    def action_undecided(self) -> None:
        """The next that is to be decided, from here on round."""
        many = len(self.points)
        order = [(self.lit + step) % many for step in range(1, many + 1)]
        found = next((at for at in order if self.points[at].key not in self.choices), None)
        if found is None:
            self.tell("Nothing is left to decide. w writes it.")
        else:
            self._light(found)

    def on_choosing_chosen(self, message: Choosing.Chosen) -> None:
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
        if not self.before:
            self.tell("No choice to take back.")
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
        if merging.left(self.found.merge, self.choices):
            self.action_undecided()
            self.tell("This one is to be decided before it can be written.")
            return
        self._writing = True
        self.tell("Writing …")
        self.run_worker(self._write(), exclusive=True, group="files")

    async def _write(self) -> None:
        try:
            self.written = await asyncio.to_thread(files.write, self.found, self.choices, self.state)
        except StoreError as error:
            self.tell(str(error.faults[0]))
            return
        finally:
            self._writing = False
        for each in self.query("Choosing, .heading"):
            each.display = False
        self.tell("")
        self._write_out("\n\n".join(self.written))
        self._show()
        self._keys(("esc", "back"))

    def action_copy_or_leave(self) -> None:
        """What the mouse selected; where nothing is selected, back."""
        if said := copy_selection(self):
            self.tell(said)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where it was opened; what was chosen waits for the next time."""
        if not self._writing:
            self._writing = True
            self.run_worker(self._leave(), exclusive=True, group="files")

    async def _leave(self) -> None:
        words = "\n".join(self.written)
        if self.before and not self.written:
            words = f"Nothing is written. What was chosen for {self.found.id} is kept: session-tui merge goes on there."
            try:
                await asyncio.to_thread(files.keep, self.found, self.choices, self.state)
            except OSError as error:
                words = f"Nothing is written, and what was chosen is not kept: {fault_of(error, self.state)}"
        if len(self.app.screen_stack) > 1:
            self.dismiss(words)
        else:
            self.app.exit(words)

    # ---- showing ---------------------------------------------------------------------------------------------------

    def tell(self, words: str) -> None:
        """A sentence above the keys; nothing takes no room."""
        said = self.query_one("#said", Static)
        said.update(Text(harmless(words)))
        said.display = bool(words)

    def _light(self, at: int) -> None:
        self.lit = max(0, min(len(self.points) - 1, at))
        self._show()

    def _show(self) -> None:
        rows = list(self.query(Choosing))
        for at, row in enumerate(rows):
            row.show(self.choices.get(row.point.key), lit=at == self.lit)
        if rows and not self.written:
            self.call_after_refresh(self._keep_in_sight, rows[self.lit])
        self.query_one("#left", Line).say(*self._summary())

    def _keep_in_sight(self, row: Choosing) -> None:
        """The highlighted one, and above the first one the heading."""
        if self.lit:
            row.scroll_visible(animate=False)
        else:
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def _summary(self) -> tuple[tuple[str, str], ...]:
        if self.written:
            return (("Written.", "good"),)
        many = len(merging.left(self.found.merge, self.choices))
        same = sum(1 for point in self.found.merge.all if point.same and point.place)
        rest = f"   {len(self.points)} differ, {same} entries are the same"
        if not many:
            return (("Nothing left to decide. ", "good"), ("w", "key"), (" writes it.", "muted"), (rest, "muted"))
        return ((f"? {many} left to decide.", "warn"), (rest, "muted"))

    def _write_out(self, words: str) -> None:
        self.query_one("#written", Static).update(Text(words))

    def _keys(self, *keys: tuple[str, str]) -> None:
        told = [piece for key, does in keys for piece in ((key, "key"), (f" {does}   ", "muted"))]
        self.query_one("#foot", Line).say(*told)
