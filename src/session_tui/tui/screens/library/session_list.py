"""The library's list of sessions: rows from the index, the filter, and the reading pane.

The list is shown from the index as it is; a look at the folder then corrects it. Another look
follows each change on disk that the folder watcher reports.
"""

from functools import partial
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from session_tui.context import AppContext
from session_tui.index.index import Index
from session_tui.index.scanner import SessionCard
from session_tui.index.sessions import SessionLibrary
from session_tui.model import formats, glyphs
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports.action_tracking import OwnPromises
from session_tui.model.reports.cadence import Owed
from session_tui.model.sentence import sentence
from session_tui.model.session import Session
from session_tui.outbox.synced_folder import unsent_removals
from session_tui.store import session_removal
from session_tui.store.session_folder import SessionFile
from session_tui.tui import queries
from session_tui.tui.index_thread import FolderWatcher, IndexWorker
from session_tui.tui.queries import Due, Listed
from session_tui.tui.screens.library.session_opener import SessionOpener
from session_tui.tui.screens.library.tab import LibraryTab, ShowsSessions
from session_tui.tui.tables.sessions import (
    COLUMNS,
    EMPTY,
    NONE_LIKE_THAT,
    READING,
    REMOVED,
    UNREAD,
    cells,
    due_pieces,
    how_many,
)
from session_tui.tui.tables.table import Cell, Table
from session_tui.tui.widgets.reading_pane import ReadingPane
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine
from session_tui.tui.widgets.table_view import TableView

PAGE = 500  # rows of the list at first, and rows that are added when its end is reached
BOTH = "⏎ shows both versions, entry by entry, and puts them together."


class SessionList(SessionOpener):
    """The first tab without its keys: the list, the filter and the reading pane."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.cards: dict[str, SessionCard] = {}
        self.owed: tuple[Owed, ...] | None = None  # None until it is read
        self.trouble = ""  # why it is of the sessions alone
        self.pipeline: tuple[PipelineRow, ...] = ()
        self.compared = ""  # the session that is marked for a comparison
        self.limit = PAGE
        self.looked = False  # at the folder; until then the list shows the index as it is
        self.index_worker = IndexWorker(context.session_library, self.call_later, self.failed)
        self.watching = FolderWatcher(context.session_library, self._changed_on_disk)

    @property
    def session_library(self) -> SessionLibrary:
        """The sessions with their index."""
        return self.context.session_library

    @property
    def keys_wait(self) -> bool:
        """Whether keys wait for an answer of the index."""
        return self.index_worker.keys_wait

    @property
    def account(self) -> str:
        """The account of the highlighted session."""
        card = self._card()
        return card.account if card else ""

    @property
    def open_tabs(self) -> list[LibraryTab]:
        """The library's other open tabs, from bottom to top."""
        return [each for each in self.app.screen_stack if isinstance(each, LibraryTab) and each is not self]

    def middle(self) -> ComposeResult:
        """Compose the list, and beside it where there is room the highlighted session."""
        with Horizontal(id="middle"):
            with Vertical(id="listed"):
                yield TableView()
            yield ReadingPane(lambda: self.context.today, empty=("",), id="pane")
        yield FoldedLine(id="due")

    def on_unmount(self) -> None:
        """End the threads."""
        self.watching.close()
        self.index_worker.close()

    def on_screen_resume(self) -> None:
        """Look at the folder again after another screen."""
        if self.is_mounted and self.cards:
            self.look()

    # ---- what there is --------------------------------------------------------------------------

    def _changed_on_disk(self) -> None:
        self.call_later(self.look)

    def look(self, *, awaited: bool = False) -> None:
        """Look at the folder, and show the changes; keys wait for an `awaited` answer."""
        self.index_worker.ask("return" if awaited else "look", self._refresh, self._looked)

    def _refresh(self, index: Index) -> tuple[int, int]:
        def progress(done: int, of: int) -> None:
            self.call_later(self._progress, done, of)

        index.refresh(progress)
        return index.version

    def _progress(self, done: int, of: int) -> None:
        if of >= PAGE:
            filled = done * 20 // of
            bar = glyphs.PART * filled + glyphs.REST * (20 - filled)
            self.show_message(f"Reading sessions {bar} {done:,} of {of:,}" if done < of else "")

    def _looked(self, version: tuple[int, int]) -> None:
        if version != self._version or not self.looked:
            self._version = version
            self.looked = True
            self.filtered()
            if not self._swept:
                self._swept = True
                self.index_worker.ask("sweep", self._sweep, lambda _: None)
            self.index_worker.ask("due", partial(queries.due, self.context.places, self.context.today), self._show_due)
            for place in self.open_tabs:
                place.filtered()
            for screen in self.app.screen_stack:
                if isinstance(screen, ShowsSessions):
                    work = partial(queries.named, screen.shows())
                    self.index_worker.ask(f"again {id(screen)}", work, partial(_again, screen))

    def _sweep(self, index: Index) -> None:
        context = self.context
        session_removal.sweep(index.folder, context.state, context.now(), partial(unsent_removals, context.places))

    def filtered(self) -> None:
        """List the sessions of a new filter, or of a changed folder."""
        self.index_worker.ask("list", partial(queries.listed, self._words, self.limit), self._show)

    _remark = ""  # of the index, once it was shown
    _words = ""
    _version: tuple[int, int] | None = None  # of the index, as it was listed
    _swept = False  # what was removed long ago
    _anew = True  # the filter changed since the list was shown

    def _show(self, listed: Listed) -> None:
        # A removed session's place keeps the highlight; a new filter highlights its first row.
        self.cards = {card.name: card for card in listed.cards}
        empty: tuple[str, ...] = NONE_LIKE_THAT if self.wanted else EMPTY if self.looked else READING
        if empty is EMPTY and listed.removed:
            empty = (REMOVED.format(formats.count(listed.removed, "session")), *EMPTY[1:])
        self.fill(Table(COLUMNS, tuple(self.cards), self._cells, empty), stay=not self._anew)
        self._anew = False
        self.say_tabs(how_many(len(self.cards), listed.found, listed.of))
        self._show_remark(listed.remark)

    def _show_remark(self, remark: str) -> None:
        """Show why the index is slow, behind a message that is there, such as how a session
        ended.
        """
        if not remark or remark == self._remark:
            return
        self._remark = remark
        said = self.query_one("#said", StatusLine)
        shown = [piece for piece in said.pieces if piece[0]]
        said.say(*shown, ("  " if shown else "", "muted"), (remark, "warn"))

    def _show_due(self, found: Due) -> None:
        self.owed, self.pipeline, self.trouble = found.owed, found.deals, found.trouble
        pieces = ((found.trouble, "warn"),) if found.trouble else due_pieces(found.owed)
        self.query_one("#due", StatusLine).say(*pieces)
        self.say_mine(found.mine)

    def say_mine(self, mine: OwnPromises | None) -> None:
        """Show what the user owes: the home screen has a place for it."""

    def failed(self, fault: Fault) -> None:
        """Show why the index gave no answer."""
        self.looked = True
        if not self.cards:  # else the empty list would still announce that it is being read
            self.rows.table = Table(COLUMNS, (), self._cells, UNREAD)
        if not self.query_one("#due", StatusLine).pieces:
            self.query_one("#due", StatusLine).say(("What is due could not be found out.", "muted"))
        super().failed(fault)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        return cells(key, self.cards[key], marked=key == self.compared)

    def _card(self) -> SessionCard | None:
        return self.cards.get(self.rows.highlighted)

    def _path(self, card: SessionCard) -> Path:
        return card.path_in(self.context.sessions)

    def on_input_changed(self, event: Any) -> None:
        """Filter the list by the typed text."""
        self._words = self.wanted
        self._anew = True
        self.limit = PAGE

    def highlight(self, key: str) -> None:
        """Highlight this session; show it in the reading pane where there is room."""
        super().highlight(key)
        self._read()
        # At the end of the list more rows are added.
        if len(self.cards) == self.limit and key == next(reversed(self.cards)):
            self.limit += PAGE
            self.filtered()

    def _read(self) -> None:
        card, pane = self._card(), self.query_one(ReadingPane)
        self._say_both(card)
        if card is not None and card.merge and card.fault is not None:
            what = f"{sentence(card.fault.what)}."
            pane.shown = (f"{glyphs.WARNING} Two versions of one session.", f"{card.name}.toml", what, card.fault.do)
        elif card is None or card.fault is not None:
            pane.shown = card.fault if card else None
        elif pane.display:
            self.index_worker.ask("read", lambda index: index.row(card), partial(self._show_read, card))

    def _say_both(self, card: SessionCard | None) -> None:
        """Show what enter does on a file with two versions; other messages stay."""
        if card is not None and card.merge:
            self.show_message(BOTH)
        elif self.query_one("#said", StatusLine).pieces == ((BOTH, "muted"),):
            self.show_message("")

    def _show_read(self, card: SessionCard, row: SessionFile | None) -> None:
        if row is not None and card is self._card():
            self.query_one(ReadingPane).shown = row.session or row.fault

    def on_resize(self) -> None:
        """Show the reading pane's session if there is room now."""
        if self.is_mounted:
            self.call_after_refresh(self._read)

    def action_read_on(self, by: int) -> None:
        """Scroll the session beside the list by a page."""
        self.query_one(ReadingPane).turn(by)


def _again(screen: ShowsSessions, found: tuple[Session, ...]) -> None:
    """Show the sessions, unless the screen was left meanwhile."""
    if isinstance(screen, Screen) and screen.is_attached:
        screen.shown_again(found)
