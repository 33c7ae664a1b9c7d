"""Removing a session in the library: the question before it, and the list of removed sessions."""

from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.index.scanner import SessionCard
from session_tui.model import dates, formats, glyphs
from session_tui.store.removed_sessions import KEPT_DAYS
from session_tui.store.session_removal import Restorable
from session_tui.tui.screens.dialog import Dialog, ListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (
    Column("Removed", 9),
    Column("Account", share=2),
    Column("Opportunity", share=2, least=90),
    Column("Session", 22),
    Column("Kept until", 10),
)
EMPTY = (
    "No session is among the removed ones.",
    f"x in the library removes the highlighted one; it is kept here for {KEPT_DAYS} days.",
)


class RemoveScreen(Dialog[bool]):
    """Asks whether to remove a session. Returns True, or None."""

    FOOT = ("remove", "back")
    BINDINGS = [("enter", "remove", "remove it"), escape("leave it")]

    def __init__(self, card: SessionCard, folder: Path, today: date) -> None:
        super().__init__()
        self.card, self.folder, self.today = card, folder, today

    def compose(self) -> ComposeResult:
        """Compose what is removed, where it goes, and how it comes back."""
        with Vertical():
            yield words("Remove this session?", "title")
            yield words(self._about())
            yield words(f"Its file moves to {self.folder}, for all who share the folder: no list shows it then.")
            yield words(f"It is kept there for {KEPT_DAYS} days. v in the library shows it, and brings it back.")
            yield from self.bottom()

    def _about(self) -> str:
        card = self.card
        if card.fault is not None:
            return f"{card.name}, which cannot be read: {card.fault.what}"
        day = f" on {dates.words(card.started_at.astimezone().date(), self.today)}" if card.started_at else ""
        return f"{formats.deal(card.account, card.opportunity, card.zone)}: {card.status}{day}"

    def action_remove(self) -> None:
        """Remove it."""
        self.dismiss(True)


class RemovedScreen(ListDialog[str]):
    """The removed sessions, the last removed first. Returns the id of the one to bring back."""

    FOOT = ("move", "restore", "back")
    BINDINGS = [("enter", "restore", "bring it back"), ("q,v", "back")]

    def __init__(self, found: tuple[Restorable, ...], today: date) -> None:
        super().__init__()
        self.removed = {each.id: each for each in found}
        self.today = today

    def compose(self) -> ComposeResult:
        """Compose the list, and the line about the highlighted session."""
        with Vertical():
            yield words(f"Removed sessions: {len(self.removed)}", "title")
            yield from self.the_list()
            yield from self.bottom()

    def table(self) -> Table:
        """Return a table with a row for each removed session."""
        return Table(COLUMNS, tuple(self.removed), self._cells, EMPTY)

    def detail(self, key: str) -> tuple[str, ...]:
        """Return the id of a session with its status and outcome; or why it cannot be read."""
        one = self.removed.get(key)
        if one is None:
            return ()
        if one.session is None:
            return (f"{one.id} cannot be read: {one.fault}", "It can be brought back as it is.")
        headline = one.session.headline or one.session.opportunity
        return (one.id, headline)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Bringing back needs a session."""
        return "No session was removed." if action == "restore" and not self.removed else ""

    def action_restore(self) -> None:
        """Return the highlighted session's id."""
        self.close(self.highlighted)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        one = self.removed[key]
        removed, until = (dates.short(at.astimezone().date(), self.today) for at in (one.at, one.until))
        if (session := one.session) is None:
            return (
                Cell(removed, "muted"),
                Cell(f"{glyphs.WARNING} {key}", "bad"),
                Cell(""),
                Cell("broken", "bad"),
                Cell(until),
            )
        day = f" {dates.short(session.started_at.astimezone().date(), self.today)}" if session.started_at else ""
        return (
            Cell(removed, "muted"),
            Cell(session.account),
            Cell(session.opportunity, "muted"),
            Cell(f"{session.status}{day}"),
            Cell(until),
        )
