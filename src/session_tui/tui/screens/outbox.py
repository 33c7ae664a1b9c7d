"""What was pushed, and how it went; one key tries again, one drops, one brings back what was dropped."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from session_tui.model import dates
from session_tui.model.clean import harmless
from session_tui.store.trouble import StoreError
from session_tui.tui.desk import Desk
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from session_tui.deliver.outbox import Entry
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

    def __init__(self, desk: Desk, postman: "Postman") -> None:
        super().__init__()
        self.desk, self.postman = desk, postman
        self.entries: dict[str, Entry] = {}
        self._dropped: list[Parcel] = []

    def compose(self) -> ComposeResult:
        """The list, the reason, what was said, keys."""
        yield Line(id="title")
        yield Rows()
        yield Line(id="detail")
        yield Static(id="said", markup=False)
        yield Line(id="foot")

    def on_mount(self) -> None:
        """Looked at in a thread, and again while the screen is open: a worker sends meanwhile."""
        self.query_one("#foot", Line).say(
            *(piece for key, does in KEYS for piece in ((key, "key"), (f" {does}   ", "muted")))
        )
        self.query_one("#said").display = False
        self.query_one("#title", Line).say(("Outbox", "strong"))
        self.set_interval(LOOK, self.look)
        self.look()

    def look(self) -> None:
        """The folder as it is now."""
        self.run_worker(self._look(), exclusive=True, group="look")

    async def _look(self) -> None:
        try:
            found = await asyncio.to_thread(self.postman.post().outbox.parcels)
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
        self.query_one("#title", Line).say(("Outbox", "strong"), (f"   {said}", "muted"))

    def light(self, key: str) -> None:
        """Highlight a row, and say all of its reason."""
        self.query_one(Rows).highlighted = key
        entry = self.entries.get(key)
        words = ""
        if entry is not None:
            words = entry.parcel.reason if entry.parcel else str(entry.fault)
        self.query_one("#detail", Line).say((harmless(words), "muted"))

    def action_move(self, by: int) -> None:
        """Another row."""
        self.light(self.query_one(Rows).move(by))

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self.light(message.entry_id)

    def tell(self, words: str) -> None:
        """A sentence above the keys."""
        said = self.query_one("#said", Static)
        said.update(Text(harmless(words)))
        said.display = bool(words)

    def action_retry(self) -> None:
        """Try the highlighted one now."""
        if key := self.query_one(Rows).highlighted:
            self.run_worker(self._retry(key), group="do")

    async def _retry(self, key: str) -> None:
        def work() -> None:
            self.postman.post().outbox.retry(key, self.desk.now())
            self.postman.nudge()

        await self._do(work, "Tried now.")

    def action_drop(self) -> None:
        """It is not sent; u brings it back."""
        if key := self.query_one(Rows).highlighted:
            self.run_worker(self._drop(key), group="do")

    async def _drop(self, key: str) -> None:
        def work() -> None:
            entry = self.postman.post().outbox.drop(key)
            if entry.parcel is not None:
                self._dropped.append(entry.parcel)
            self.postman.nudge()

        await self._do(work, "Dropped: it is not sent. u brings it back while this screen is open.")

    def action_bring_back(self) -> None:
        """What was dropped last."""
        if self._dropped:
            self.run_worker(self._bring_back(), group="do")
        else:
            self.tell("Nothing was dropped here.")

    async def _bring_back(self) -> None:
        def work() -> None:
            self.postman.post().outbox.put(self._dropped[-1])
            self._dropped.pop()
            self.postman.nudge()

        await self._do(work, "It is back.")

    async def _do(self, work: Callable[[], None], said: str) -> None:
        try:
            await asyncio.to_thread(work)
        except StoreError as error:
            said = str(error.faults[0])
        self.tell(said)
        self.look()

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
            Cell(harmless(one.session)),
            Cell(harmless(one.endpoint)),
            Cell(SIGNS[one.state], TONES[one.state]),
            Cell(str(one.attempts or "")),
            Cell(next_at, "muted"),
        )


def _when(at: datetime, now: datetime) -> str:
    if at <= now:
        return "now"
    local, today = at.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else dates.short(local.date(), today)
