"""What was pushed, and how it went; one key tries again, one drops, one brings back what was dropped."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.screen import Screen

from session_tui.context import AppContext
from session_tui.model import dates
from session_tui.store.trouble import StoreError, foreseen
from session_tui.tui.key_order import BEHIND
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from session_tui.deliver.outbox import Entry, Outbox
    from session_tui.deliver.parcel import Parcel
    from session_tui.tui.postman import Postman

COLUMNS = (
    Column("Session", share=2),
    Column("To", 14),
    Column("State", 11),
    Column("Tries", 5, least=90),
    Column("Next", 12),
)
EMPTY = ("Nothing was pushed yet.", "s on a session in the library shows what can leave, and to whom.")
KEYS = (("↑↓", "choose"), ("r", "try now"), ("x", "drop"), ("u", "bring back"), ("esc", "back"))
SIGNS = {"waiting": "◐ waiting", "delivered": "✓ delivered", "failed": "✗ given up", "rejected": "✗ rejected"}
TONES = {"waiting": "accent", "delivered": "good", "failed": "bad", "rejected": "bad"}
LOOK = 1.0  # seconds between two looks at the folder while the screen is open


class OutboxScreen(Screen[str]):
    """The outbox as a list; the whole reason of the highlighted one below it."""

    CSS_PATH = "out.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [
        ("up,k", "move(-1)", "up"),
        ("down,j", "move(1)", "down"),
        ("r", "retry", "try now"),
        ("x", "drop", "drop"),
        ("u,ctrl+z", "bring_back", "bring back"),
        ("escape,q,enter,ctrl+q,ctrl+c", "back", "back"),
    ]

    def __init__(self, desk: AppContext, postman: "Postman") -> None:
        super().__init__()
        self.desk, self.postman = desk, postman
        self.entries: dict[str, Entry] = {}
        self._dropped: list[Parcel] = []

    def compose(self) -> ComposeResult:
        """The list, the reason, what was said, keys."""
        yield Line(id="title")
        yield Rows()
        yield Paragraph(id="detail")
        yield Paragraph(id="said")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """Looked at in a thread, and again while the screen is open: a worker sends meanwhile."""
        self.query_one("#foot", Line).say(
            *(piece for key, does in KEYS for piece in ((key, "key"), (f" {does}   ", "muted")))
        )
        self.query_one("#said").display = False
        self.query_one("#title", Line).say(("Outbox", "strong"))
        self.set_interval(LOOK, self.look)
        self.look("look")

    def look(self, group: str = f"{BEHIND} look") -> None:
        """The folder as it is now; only the first look is one that keys wait for."""
        self.run_worker(self._look(), exclusive=True, group=group)

    async def _look(self) -> None:
        try:
            found = await asyncio.to_thread(foreseen(lambda: self._outbox.parcels()))
        except StoreError as error:
            self.tell(str(error.faults[0]))
            return
        entries = {each.id: each for each in found}
        rows = self.query_one(Rows)
        if entries != self.entries or rows.table is None:
            self.entries = entries
            lit = rows.highlighted
            rows.table = Table(COLUMNS, tuple(entries), self._cells, EMPTY)
            self.light(lit if lit in entries else next(iter(entries), ""))
        counts = [each.parcel.state if each.parcel else "broken" for each in found]
        said = ", ".join(
            f"{counts.count(state)} {state}"
            for state in ("waiting", "delivered", "failed", "rejected", "broken")
            if state in counts
        )
        title = (("Outbox", "strong"), (f"   {said}", "muted"), (f"   {self.postman.trouble}", "warn"))
        self.query_one("#title", Line).say(*title)

    def light(self, key: str) -> None:
        """Highlight a row, and say all of its reason."""
        self.query_one(Rows).highlighted = key
        entry = self.entries.get(key)
        words = ""
        if entry is not None:
            words = entry.parcel.reason if entry.parcel else str(entry.fault)
        self.query_one("#detail", Paragraph).update(Text(words))

    def action_move(self, by: int) -> None:
        """Another row."""
        self.light(self.query_one(Rows).move(by))

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self.light(message.entry_id)

    def tell(self, words: str) -> None:
        """A sentence above the keys."""
        said = self.query_one("#said", Paragraph)
        said.update(Text(words))
        said.display = bool(words)

    def action_retry(self) -> None:
        """Try the highlighted one now."""
        if key := self.query_one(Rows).highlighted:
            self._do(lambda: self._retried(key))

    def _retried(self, key: str) -> str:
        self._outbox.retry(key, self.desk.now())
        return "It is tried now."

    def action_drop(self) -> None:
        """It is not sent; u brings it back."""
        entry = self.entries.get(self.query_one(Rows).highlighted)
        if entry is not None and entry.parcel is None:
            self.tell(f"It cannot be read, so nothing could bring it back. session-tui outbox drop {entry.id} does it.")
        elif entry is not None:
            self._do(lambda: self._taken_out(entry.id))

    def _taken_out(self, key: str) -> str:
        parcel = self._outbox.drop(key).parcel
        if parcel is None:
            return "It could not be read any more, and is gone."
        self._dropped.append(parcel)
        arrived = parcel.state == "delivered"
        said = "Off the list: what arrived is not called back." if arrived else "Dropped: it is not sent."
        return f"{said} u brings it back while this screen is open."

    def action_bring_back(self) -> None:
        """What was dropped last."""
        if self._dropped:
            parcel = self._dropped.pop()
            self._do(lambda: self._brought_back(parcel))
        else:
            self.tell("Nothing was dropped here.")

    def _brought_back(self, parcel: "Parcel") -> str:
        try:
            self._outbox.put(parcel)
        except StoreError:
            self._dropped.append(parcel)  # it may work later
            raise
        return "It is back."

    def _do(self, work: Callable[[], str]) -> None:
        self.run_worker(self._done(work), group="do")

    async def _done(self, work: Callable[[], str]) -> None:
        def and_go_on() -> str:
            said = work()
            self.postman.nudge()
            return said

        try:
            said = await asyncio.to_thread(foreseen(and_go_on))
        except StoreError as error:
            said = str(error.faults[0])
        self.tell(said)
        self.look()

    @property
    def _outbox(self) -> "Outbox":
        """For a thread: the first time it loads what it needs."""
        return self.postman.post().outbox

    def action_back(self) -> None:
        """Back to where it was opened."""
        if len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")

    def _cells(self, key: str) -> tuple[Cell, ...]:
        entry = self.entries[key]
        one = entry.parcel
        if one is None:
            return Cell(key), Cell(""), Cell("▲ broken", "warn"), Cell(""), Cell("")
        next_at = _when(one.next_at, self.desk.now()) if one.state == "waiting" and one.next_at else ""
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
