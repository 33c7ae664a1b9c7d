"""The handover of all that one of our people holds: a row for each entry, and its new owner."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from msgspec import Struct
from textual.app import ComposeResult

from session_tui.context import AppContext
from session_tui.export.team import handover
from session_tui.export.team.handover import HandoverResult
from session_tui.index.index import Index
from session_tui.model import dates, glyphs
from session_tui.model.capture import namesakes
from session_tui.model.sentence import capital
from session_tui.model.team import holdings
from session_tui.model.team.holdings import KIND_WORDS, Deal, Holding
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.team import handover_journal
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.team.base import TeamScreen
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

COLUMNS = (
    Column("What", share=4),
    Column("Account", share=3),
    Column("Due", 6, least=70, most=99),
    Column("Due", 11, least=100),
    Column("Goes to", 14),
)
EMPTY = ("Nothing would have to be handed over.", "u takes the last hand-over back.")
READING = ("Reading the sessions …",)


class _Read(Struct, frozen=True):
    """The read values: fields, our people, the person's entries, an interrupted handover."""

    fields: tuple[Deal, ...]
    people: tuple[str, ...]
    found: tuple[Holding, ...]
    interrupted: str


class HandoverScreen(TeamScreen):
    """The rows of a handover. ctrl+s writes all of it; one key undoes all of it."""

    FOOT = ("to", "all", "stays", "hand_over", "undo", "back")
    BINDINGS = [
        ("enter,t", "to", "to whom"),
        ("a", "all", "all to one"),
        ("x,delete", "stays", "stays"),
        ("ctrl+s,w", "hand_over", "hand over"),
        ("u,ctrl+z", "undo", "undo"),
        ("r", "resume", "go on"),
    ]

    def __init__(self, giver: str, context: AppContext, places: Paths, folder: Path) -> None:
        super().__init__(context, places, folder)
        self.giver = giver
        self.found: dict[str, Holding] = {}
        self.to: dict[str, str] = {}
        self._read: _Read | None = None
        self._working = False

    def middle(self) -> ComposeResult:
        """Compose the list, and the whole text of the highlighted row."""
        yield TableView()
        yield StatusLine(id="whole")
        yield StatusLine(id="about")

    def read(self) -> None:
        """Show the title, and read the person's entries in the index thread."""
        self._say_title()
        self.rows.table = self.rows.table or Table(COLUMNS, (), self._cells, READING)
        self.index_worker.ask("held", self._of, self._show)

    def _of(self, index: Index) -> _Read:
        index.refresh()
        fields = holdings.fields(index.sessions())
        try:
            kept = handover_journal.interrupted(self.places)
            text = handover_journal.interruption_text(kept, self.places) if kept else ""
            interrupted = f"{text.partition(';')[0]}: r goes on, u takes it back." if text else ""
        except StoreError as error:  # the list is useful without it
            interrupted = str(error.faults[0])
        people = handover.known_people(fields, self.places)
        return _Read(fields, people, holdings.of(self.giver, fields), interrupted)

    def _show(self, read: _Read) -> None:
        self._read = read
        self.found = {each.handle if _once(each, read.found) else _long(each): each for each in read.found}
        self.to = {key: name for key, name in self.to.items() if key in self.found}
        self.fill(Table(COLUMNS, tuple(self.found), self._cells, EMPTY))
        if read.interrupted:
            self.show_message(capital(read.interrupted), "warn")

    def _say_title(self) -> None:
        title = f"   what {self.giver} holds"
        if self._read is not None:
            title += f": {len(self.found):,}"
        goes = f"{len(self.to):,} to hand over" if self.to else ""
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), (title, ""), (f"   {goes}", "key"))

    def highlight(self, key: str) -> None:
        """Highlight this row; its whole text stands below the list."""
        super().highlight(key)
        self._say_title()
        each = self.found.get(key)
        if each is None:
            self.query_one("#whole", StatusLine).say()
            self.query_one("#about", StatusLine).say()
            return
        self.query_one("#whole", StatusLine).say((_what(each), "strong"))
        where = " · ".join(filter(None, (each.account, each.zone, each.opportunity)))
        key_player = " · a key player" if each.key_player else ""
        self.query_one("#about", StatusLine).say((f"{where}{key_player} · {each.handle}", "muted"))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Naming needs a row, and the handover a name."""
        if action in ("to", "all", "stays") and not self.highlighted:
            return "Nothing is highlighted."
        if action == "hand_over" and not self.to:
            return "Nobody takes anything over yet: enter names somebody for a row, a for all of them."
        return ""

    # ---- to whom --------------------------------------------------------------------------------

    def action_to(self) -> None:
        """Ask for the new owner of the highlighted row."""
        self.ask("Who takes this over?", partial(self._given, (self.highlighted,)))

    def action_all(self) -> None:
        """Ask for the new owner of all rows."""
        self.ask("Who takes all of it?", partial(self._given, tuple(self.found)))

    def action_stays(self) -> None:
        """Keep the highlighted row's owner."""
        self.to.pop(self.rows.highlighted, None)
        self._drawn()

    def _given(self, keys: Sequence[str], typed: str) -> None:
        assert self._read is not None  # a row was highlighted
        try:
            name, is_new = handover.receiver(typed, self.giver, self._read.people, self._read.fields)
        except StoreError as error:
            self.show_message(str(error.faults[0]), "bad")
            return
        self.to |= dict.fromkeys(keys, name)
        self.answered()
        others = namesakes.others(name, self._read.people) if is_new else ""
        new = f"{name} is NEW: nobody of that name stood in a session.{others} " if is_new else ""
        self.show_message(f"{new}Nothing is written yet; ctrl+s hands over.", "warn" if is_new else "muted")
        self._drawn()
        if len(keys) == 1:
            self.action_move(1)

    def _drawn(self) -> None:
        self.rows.table = Table(COLUMNS, tuple(self.found), self._cells, EMPTY)
        self._say_title()
        self.refresh_bindings()

    # ---- doing it -------------------------------------------------------------------------------

    def action_hand_over(self) -> None:
        """Write the sessions, and a brief for each new owner."""
        given = [(self.found[key], name) for key, name in self.to.items()]
        now = self.context.now()
        self._do(
            lambda index: handover.hand_over(index, self.places, self.giver, given, self.folder, now),
            f"{len(given)} handed over to {' and '.join(dict.fromkeys(self.to.values()))}",
        )

    def action_resume(self) -> None:
        """Resume an interrupted handover."""
        now = self.context.now()
        self._do(lambda index: handover.resume(index, self.places, None, now), "The hand-over is done")

    def action_undo(self) -> None:
        """Undo the last handover as a whole."""
        now = self.context.now()
        self._do(lambda index: handover.undo(index, self.places, now), "")

    def _do(self, work: Callable[[Index], HandoverResult], message: str) -> None:
        if self._working:
            return
        self._working = True

        def done(index: Index) -> HandoverResult | str:
            try:
                result = work(index)
            except StoreError as error:
                return str(error.faults[0])
            if isinstance(self.app, Posts):
                for session in handover.touched(result, index):
                    self.app.outbox_service.changed(session)
            return result

        self.index_worker.ask("hand over", done, partial(self._done, message))

    def _done(self, message: str, result: HandoverResult | str) -> None:
        self._working = False
        if isinstance(result, str):
            self.show_message(result, "bad")
            return
        self.to = {}
        self.read()
        faults = (*result.outcome.left, *result.outcome.waiting)
        if result.waits:
            self.show_message(
                f"{result.outcome.done} of {result.outcome.of}; the rest waits: {result.outcome.waiting[0]}", "bad"
            )
            return
        left = f" {len(faults)} left alone: {faults[0].words}." if faults else ""
        if not message:
            self.show_message(f"Taken back: {result.kept.journal.words}.{left}", "warn" if left else "muted")
            return
        briefs = ", ".join(Path(each.path).name for each in result.briefs)
        self.show_message(f"{message}; u takes it back. {briefs}{left}", "warn" if left else "good")

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each, today = self.found[key], self.context.today
        due = dates.short(date.fromisoformat(each.due), today) if each.due else ""
        where = " · ".join(filter(None, (each.account, each.zone)))
        to = self.to.get(key, "")
        return (
            Cell(
                f"{f'{glyphs.KEY_PLAYER} ' if each.key_player else ''}{_what(each)}", "warn" if each.key_player else ""
            ),
            Cell(where, "muted"),
            Cell(due),
            Cell(due),
            Cell(f"→ {to}" if to else "stays", "key" if to else "muted"),
        )


def _what(each: Holding) -> str:
    return KIND_WORDS[each.kind] if each.kind == "account" else f"{KIND_WORDS[each.kind]}: {each.text}"


def _once(each: Holding, found: Sequence[Holding]) -> bool:
    return sum(other.handle == each.handle for other in found) == 1


def _long(each: Holding) -> str:
    return f"{each.places[0].session}:{each.name}"
