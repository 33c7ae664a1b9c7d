"""The outbox: the pushed messages and their states; keys retry, drop and restore one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from session_tui.context import AppContext
from session_tui.model import dates, glyphs
from session_tui.store.errors import StoreError
from session_tui.tui.key_order import BEHIND
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message, StatusLine
from session_tui.tui.widgets.table_view import TableView

if TYPE_CHECKING:
    from session_tui.outbox.message import OutboxMessage
    from session_tui.outbox.store import Entry, Outbox
    from session_tui.tui.outbox_worker import OutboxService

COLUMNS = (
    Column("Session", share=2),
    Column("To", 14),
    Column("State", 11),
    Column("Tries", 5, least=90),
    Column("Next", 12),
)
EMPTY = ("Nothing was pushed yet.", "s on a session in the library shows what can leave, and to whom.")
SIGNS = {
    "waiting": f"{glyphs.UNDER_WAY} waiting",
    "delivered": f"{glyphs.DONE} delivered",
    "failed": f"{glyphs.NOT} given up",
    "rejected": f"{glyphs.NOT} rejected",
}
TONES = {"waiting": "accent", "delivered": "good", "failed": "bad", "rejected": "bad"}
LOOK = 1.0  # seconds between two looks at the folder while the screen is open


class OutboxScreen(ListScreen[str]):
    """The outbox as a list, and below it the whole reason of the highlighted message."""

    CSS_PATH = Path(__file__).with_name("outbox.tcss")
    FOOT = ("move", "retry", "drop", "bring_back", "back")
    BINDINGS = [
        ("r", "retry", "try now"),
        ("x", "drop", "drop"),
        ("u,ctrl+z", "bring_back", "bring back"),
        ("q,enter", "back"),
    ]

    def __init__(self, context: AppContext, outbox_service: "OutboxService") -> None:
        super().__init__()
        self.context, self.outbox_service = context, outbox_service
        self.entries: dict[str, Entry] = {}
        self._dropped: list[OutboxMessage] = []

    def compose(self) -> ComposeResult:
        """Compose the list, the reason, the message and the keys."""
        yield StatusLine(id="title")
        yield TableView()
        yield Paragraph(id="detail")
        yield from self.bottom(Message())

    def on_mount(self) -> None:
        """Look at the folder in a thread, again and again: a worker sends meanwhile."""
        self.query_one("#title", StatusLine).say(("Outbox", "strong"))
        self.set_interval(LOOK, self.look)
        self.look("look")

    def look(self, group: str = f"{BEHIND} look") -> None:
        """Look at the folder; keys wait for the first look only."""
        self.work(lambda: self._outbox.messages(), self._show, group=group, exclusive=True)

    def _show(self, found: "Sequence[Entry]") -> None:
        entries = {each.id: each for each in found}
        if entries != self.entries or self.rows.table is None:
            self.entries = entries
            self.fill(Table(COLUMNS, tuple(entries), self._cells, EMPTY))
        counts = [each.message.state if each.message else "broken" for each in found]
        totals = ", ".join(
            f"{counts.count(state)} {state}"
            for state in ("waiting", "delivered", "failed", "rejected", "broken")
            if state in counts
        )
        title = (("Outbox", "strong"), (f"   {totals}", "muted"), (f"   {self.outbox_service.trouble}", "warn"))
        self.query_one("#title", StatusLine).say(*title)

    def highlight(self, key: str) -> None:
        """Highlight a row, and show its whole reason."""
        super().highlight(key)
        entry = self.entries.get(key)
        words = ""
        if entry is not None:
            words = entry.message.reason if entry.message else str(entry.fault)
        self.query_one("#detail", Paragraph).update(Text(words))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a key has no effect; the drop of an unreadable file could not be undone."""
        entry = self.entries.get(self.highlighted)
        if action in ("retry", "drop") and entry is None:
            return "Nothing is highlighted."
        if action == "drop" and entry is not None and entry.message is None:
            return f"It cannot be read, so nothing could bring it back. session-tui outbox drop {entry.id} does it."
        return "Nothing was dropped here." if action == "bring_back" and not self._dropped else ""

    def action_retry(self) -> None:
        """Send the highlighted message now."""
        key = self.highlighted
        self._do(lambda: self._retried(key))

    def _retried(self, key: str) -> str:
        self._outbox.retry(key, self.context.now())
        return "It is tried now."

    def action_drop(self) -> None:
        """Drop the highlighted message; u restores it."""
        key = self.highlighted
        self._do(lambda: self._taken_out(key))

    def _taken_out(self, key: str) -> str:
        message = self._outbox.drop(key).message
        if message is None:
            return "It could not be read any more, and is gone."
        self._dropped.append(message)
        arrived = message.state == "delivered"
        text = "Off the list: what arrived is not called back." if arrived else "Dropped: it is not sent."
        return f"{text} u brings it back while this screen is open."

    def action_bring_back(self) -> None:
        """Restore the message that was dropped last."""
        message = self._dropped.pop()
        self._do(lambda: self._brought_back(message))

    def _brought_back(self, message: "OutboxMessage") -> str:
        try:
            self._outbox.put(message)
        except StoreError:
            self._dropped.append(message)  # it may work later
            raise
        return "It is back."

    def _do(self, work: Callable[[], str]) -> None:
        def and_go_on() -> str:
            message = work()
            self.outbox_service.wake()
            return message

        def done(message: str) -> None:
            self.show_message(message)
            self.look()

        self.work(and_go_on, done, lambda fault: done(str(fault)), group="do")

    @property
    def _outbox(self) -> "Outbox":
        """The outbox; only in a thread, since its first use loads modules."""
        return self.outbox_service.push_service().outbox

    def _cells(self, key: str) -> tuple[Cell, ...]:
        entry = self.entries[key]
        one = entry.message
        if one is None:
            return Cell(key), Cell(""), Cell(f"{glyphs.WARNING} broken", "warn"), Cell(""), Cell("")
        next_at = _when(one.next_at, self.context.now()) if one.state == "waiting" and one.next_at else ""
        return (
            Cell(one.session),
            Cell(one.endpoint),
            Cell(SIGNS[one.state], TONES[one.state]),
            Cell(str(one.attempts or "")),
            Cell(next_at, "muted"),
        )


def _when(at: datetime, now: datetime) -> str:
    if at <= now:
        return "now"
    local, today = at.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else dates.short(local.date(), today)
