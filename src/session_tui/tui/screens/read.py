"""A past session, to read and to copy; from here to the one before it and the one after."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from session_tui.deliver.markdown import action_markdown, session_markdown
from session_tui.library.shelves import Shelves
from session_tui.model.session import Session
from session_tui.model.sheet import sheet
from session_tui.store import shelf
from session_tui.store.trouble import StoreError, foreseen
from session_tui.tui.copying import copy_markdown
from session_tui.tui.key_order import BEHIND
from session_tui.tui.screens.page import TextScreen
from session_tui.tui.screens.routes import export
from session_tui.tui.text import Text
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.reading_pane import ReadingPane

KEYS = (
    ("↑↓", "scroll"),
    ("tab", "actions"),
    ("y", "copy"),
    ("s", "send"),
    ("[ ]", "session before, after"),
    ("esc", "back"),
)


class ReadScreen(TextScreen):
    """The whole session on the whole screen."""

    CSS_PATH = "read.tcss"
    BINDINGS = [
        ("tab", "light(1)", "next action item"),
        ("shift+tab", "light(-1)", "action item before"),
        ("y", "copy", "copy as Markdown"),
        ("s", "send", "write a document, or send it"),
        ("left_square_bracket", "before", "session before"),
        ("right_square_bracket", "after", "session after"),
        # The framework's own escape drops a selection before a key that is not urgent is looked at.
        Binding("escape", "leave", "leave what is selected, then the page", priority=True),
    ]

    def __init__(
        self, session: Session, today: Callable[[], date], shelves: Shelves | None = None, *, lit: str = ""
    ) -> None:
        """`shelves` are where the sessions before and after it are looked for; `lit` is the action to begin at."""
        super().__init__()
        self._lit = lit
        self.first = session
        self.today = today
        self.shelves = shelves

    @property
    def pane(self) -> ReadingPane:
        """The session."""
        return self.query_one(ReadingPane)

    def compose(self) -> ComposeResult:
        """The session, what was said, keys."""
        yield ReadingPane(self.today, self.first)
        yield Paragraph(id="said")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """What became of it is looked up in a thread; the session is there at once."""
        self.tell("")
        told = [piece for key, does in KEYS for piece in ((key, "key"), (f" {does}   ", "muted"))]
        self.query_one("#foot", Line).say(*told)
        self._look_ahead()
        if self._lit:
            self.call_after_refresh(self.pane.light, self._lit)

    def tell(self, words: str) -> None:
        """A sentence above the keys; nothing takes no room."""
        said = self.query_one("#said", Paragraph)
        said.update(Text(words))
        said.display = bool(words)

    def shows(self) -> tuple[str, ...]:
        """The session that is read."""
        return (self.pane.session.id,) if self.pane.session else ()

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """As its file has it now; where it is scrolled to and what is highlighted stays."""
        if not found:
            self.tell("This session's file is gone, or broken; what stands here is what it said before.")
        elif self.shows() == (found[0].id,):
            self.pane.show_again(found[0])
            self._look_ahead()

    # ---- reading -----------------------------------------------------------------------------------------------------

    def action_light(self, by: int) -> None:
        """Highlight an action item, so that it can be copied."""
        self.tell("" if self.pane.step(by) else "This session has no action items.")

    # ---- copying ---------------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """The highlighted action item as Markdown, or where none is highlighted the session."""
        pane, today = self.pane, self.today()
        session = pane.session
        if session is None:
            return
        lit = next((each for each in session.action_items if each.id == pane.lit), None)
        if lit is not None:
            self.tell(copy_markdown(self.app, action_markdown(session, lit, today), session.id, lit.id))
        else:
            text = session_markdown(sheet(session, today, pane.later), today)
            self.tell(copy_markdown(self.app, text, session.id))

    def action_send(self) -> None:
        """Documents and endpoints, and what would leave."""
        if self.pane.session is not None:
            export(self.app, self.pane.session, tuple(self.pane.later), self.app.push_screen)

    # ---- elsewhere -------------------------------------------------------------------------------------------------

    def action_before(self) -> None:
        """The session that this one went on from."""
        session, shelves = self.pane.session, self.shelves
        if session is None or shelves is None:
            return

        self.tell("Looking for the session before this one …")
        self.run_worker(self._find_before(session, shelves), exclusive=True, group="before")

    def action_after(self) -> None:
        """The session that went on from this one."""
        if self.pane.session is not None:
            self._show(self.pane.session, self.pane.later[:1], "No later session goes on from this one.")

    def action_leave(self) -> None:
        """Escape leaves what is selected or highlighted first."""
        if self.selections or self.pane.lit not in ("", self._lit):
            self.clear_selection()
            self.pane.lit = ""
            self.tell("")
        else:
            self.action_back()

    def _show(self, asked: Session, found: tuple[Session, ...], none: str) -> None:
        """Another session, unless this is another one by now."""
        if asked is not self.pane.session:
            return
        self.tell("" if found else none)
        if found:
            self.clear_selection()
            self._lit = ""
            self.pane.shown = found[0]
            self._look_ahead()

    def _look_ahead(self) -> None:
        session, shelves = self.pane.session, self.shelves
        if session is None or shelves is None:
            return

        self.run_worker(self._find_after(session, shelves), exclusive=True, group=f"{BEHIND} after")

    # Coroutines that a thread works for: they end with the screen, whatever the thread still does.

    async def _find_before(self, session: Session, shelves: Shelves) -> None:
        try:
            chain, faults = await asyncio.to_thread(foreseen(partial(shelves.before, session)))
        except StoreError as error:
            chain, faults = (), error.faults
        none = str(faults[0]) if faults else "This is the first session on this deal."
        self._show(session, chain[:1], none)

    async def _find_after(self, session: Session, shelves: Shelves) -> None:
        later = await asyncio.to_thread(shelf.after, shelves.folder, session)
        if session is self.pane.session:
            self.pane.tell_later(later)
