"""The home screen: the latest sessions, a new one, going on with a live one, reading a past one."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from session_tui.library.shelves import shelves
from session_tui.model import cadence
from session_tui.model.agenda import Agenda
from session_tui.model.cadence import Owed
from session_tui.model.clean import harmless
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session
from session_tui.model.words import OUTCOME_WORDS
from session_tui.store import agendas, beginning, opened, pipeline, shelf
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.store.places import Places
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError
from session_tui.tui.desk import Desk
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.new import Asked, NewScreen
from session_tui.tui.screens.read import ReadScreen
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.rows import Rows

COLUMNS = (
    Column("Date", 11),
    Column("Account", share=3),
    Column("Opportunity", share=3, least=70),
    Column("Zone", 10, least=110),
    Column("Status", 9),
    Column("Outcome", 10, least=60, most=99),
    Column("Outcome", 21, least=100),
    Column("Open", 4, least=50),
)
Opening: TypeAlias = tuple[OpenedSession, Agenda | None, Background | None]
EMPTY = (
    "No session yet.",
    "n begins one: type the account and press enter, and the clock runs.",
    "session-tui demo tries it on a sample account.",
)


@dataclass(frozen=True)
class Offices:
    """Where things are, and the dice for new ids; given by whoever opened the program."""

    places: Places
    chance: random.Random

    @property
    def sessions(self) -> Path:
        """The folder of the sessions."""
        return self.places.sessions.path

    @property
    def agendas(self) -> Path:
        """The user's own agendas."""
        return self.places.agendas.path


class HomeScreen(Screen[str]):
    """A list that keys walk through. Its result is what to say when the program is left."""

    CSS_PATH = "home.tcss"
    BINDINGS = [
        ("n", "new", "new"),
        ("p", "prepare", "prepare"),
        ("b", "brief", "brief"),
        ("d", "due", "due"),
        ("enter", "open", "open"),
        ("r", "resume", "resume the newest live one"),
        ("up,k", "move(-1)", "up"),
        ("down,j", "move(1)", "down"),
        ("pageup", "move(-10)", "page up"),
        ("pagedown", "move(10)", "page down"),
        ("f1,ctrl+g,question_mark", "help", "help"),
        ("q,ctrl+q,escape,ctrl+c", "leave", "leave"),
    ]

    def __init__(self, offices: Offices, desk: Desk) -> None:
        super().__init__()
        self.offices = offices
        self.desk = desk
        self.shelf: dict[str, Row] = {}
        self.farewells: list[str] = []
        self.asked: dict[str, str] = {}  # typed for a new session that was not begun yet
        self.owed: tuple[Owed, ...] = ()
        self.pipeline: tuple[PipelineRow, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, list, what was said, keys."""
        yield Line(id="title")
        with Vertical(id="middle"):
            yield Rows()
        yield Line(id="due")
        yield Line(id="said")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """The list is read off the event loop; the screen is there at once."""
        folder = harmless(str(self.offices.sessions))
        self.query_one("#title", Line).say(("session-tui", "strong"), (f"   {folder}", "muted"))
        self.query_one("#foot", Line).say(
            ("n", "key"), (" new   ", "muted"), ("p", "key"), (" prepare   ", "muted"), ("⏎", "key"),
            (" open   ", "muted"), ("b", "key"), (" brief   ", "muted"), ("d", "key"), (" due   ", "muted"),
            ("f1", "key"), (" help   ", "muted"), ("q", "key"), (" leave", "muted"),
        )  # fmt: skip
        self._look()

    def on_screen_resume(self) -> None:
        """Back from a session: the list may be another one."""
        if self.is_mounted and self.shelf:
            self._look()

    def _look(self) -> None:
        self.run_worker(self._read_shelf, thread=True, exclusive=True)

    def _read_shelf(self) -> None:
        try:
            rows = shelf.rows(self.offices.sessions)
        except StoreError as error:
            self.app.call_from_thread(self.tell, str(error), "bad")
            rows = ()
        self.app.call_from_thread(self._show, rows)
        place, said, deals = self.offices.places.pipeline, "", None
        if place is not None:
            try:
                deals = pipeline.read(place.path).rows
            except StoreError as error:
                said = str(error.faults[0])
        sessions = tuple(row.session for row in rows if row.session)
        owed = cadence.owed(sessions, deals, self.offices.places.configuration.cadence, self.desk.today)
        self.app.call_from_thread(self._show_due, owed, deals or (), said)

    def _show_due(self, owed: tuple[Owed, ...], deals: tuple[PipelineRow, ...], said: str) -> None:
        self.owed, self.pipeline = owed, deals
        if said:
            self.query_one("#due", Line).say((harmless(said), "warn"))
        elif owed:
            first = f"{harmless(owed[0].account)}: {harmless(owed[0].reasons[0])}"
            many = f"{len(owed)} session{'s' if len(owed) > 1 else ''} due. "
            self.query_one("#due", Line).say((f"◷ {many}", "warn"), ("d", "key"), (f" shows why.   {first}", "muted"))
        else:
            self.query_one("#due", Line).say(("No session is due.", "muted"))

    def _show(self, rows: tuple[Row, ...]) -> None:
        self.shelf = {str(row.path): row for row in rows}
        table = self.query_one(Rows)
        table.table = Table(COLUMNS, tuple(self.shelf), self._cells, EMPTY)
        if rows and table.highlighted not in self.shelf:
            table.highlighted = str(rows[0].path)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        row = self.shelf[key]
        session = row.session
        if session is None:
            words, none = Cell(f"▲ {harmless(str(row.fault))}", "bad"), Cell("")
            return (Cell(row.id[:10], "muted"), Cell(row.id), words, none, Cell("broken", "bad"), none, none, none)
        still = sum(1 for action in session.action_items if action.status == "open")
        outcome = OUTCOME_WORDS[session.outcome] if session.outcome else ""
        short = "pursue, if" if session.outcome == "pursue_if" else outcome
        return (
            Cell(_day(session), "muted"),
            Cell(harmless(session.account)),
            Cell(harmless(session.opportunity), "muted"),
            Cell(harmless(session.zone), "muted"),
            Cell(
                f"▶ {session.status}" if session.status == "live" else session.status,
                "good" if session.status == "live" else "",
            ),
            Cell(short),
            Cell(outcome),
            Cell(str(still) if still else ""),
        )

    # ---- keys ------------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another row."""
        rows = self.query_one(Rows)
        rows.highlighted = rows.move(by) or rows.highlighted

    def action_open(self) -> None:
        """A live session is resumed, any other one is read."""
        row = self.shelf.get(self.query_one(Rows).highlighted)
        if row is None:
            self.action_new()
        elif row.session is None:
            self.tell(f"{row.id}: {row.fault}", "bad")
        elif row.session.status in ("live", "prepared"):
            self._resume(row.path)
        else:
            known = shelves(self.offices.places)
            self.app.push_screen(ReadScreen(row.session, lambda: self.desk.today, known))

    def action_resume(self) -> None:
        """The newest live session."""
        living = [row.path for row in self.shelf.values() if row.session and row.session.status == "live"]
        if living:
            self._resume(living[0])
        else:
            self.tell("No session is live. n begins one.")

    def action_new(self) -> None:
        """Ask for the account and begin."""
        self._ask("")

    def action_prepare(self) -> None:
        """Prepare a session on the highlighted account; a prepared one is opened as it is."""
        row = self.shelf.get(self.query_one(Rows).highlighted)
        if row and row.session and row.session.status == "prepared":
            self.off_the_loop(lambda: self._opened(row.path), self._prepare)
        else:
            self._ask(row.session.account if row and row.session else "")

    def action_brief(self) -> None:
        """One page about the highlighted account."""
        from session_tui.tui.screens.brief import BriefScreen

        row = self.shelf.get(self.query_one(Rows).highlighted)
        if row is None or row.session is None:
            self.tell("A brief is about an account: choose one of its sessions.")
            return
        self.app.push_screen(BriefScreen(row.session.account, self._sessions(), self.pipeline, self.desk.today))

    def action_due(self) -> None:
        """The deals whose session is owed, and why."""
        from session_tui.tui.screens.due import DueScreen

        self.app.push_screen(
            DueScreen(self.owed, self.desk.today), lambda account: self._ask(account) if account else None
        )

    def _ask(self, account: str) -> None:
        if account and account != self.asked.get("account"):
            self.asked = {"account": account}
        sessions = self._sessions()
        known = {
            key: tuple(dict.fromkeys(value for each in sessions if (value := getattr(each, key))))
            for key in ("account", "zone", "opportunity")
        }
        self.app.push_screen(NewScreen(self.offices.agendas, known, self.asked), self._begin)

    def _sessions(self) -> tuple[Session, ...]:
        return tuple(row.session for row in self.shelf.values() if row.session)

    def action_help(self) -> None:
        """The same page as in a session."""
        from session_tui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.desk))

    def action_leave(self) -> None:
        """Out; what ended meanwhile is said on the terminal."""
        self.app.exit("\n".join(self.farewells))

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        self.query_one(Rows).highlighted = message.entry_id

    def _begin(self, asked: Asked | None) -> None:
        if asked is not None:
            self.off_the_loop(lambda: self._begun(asked), self._prepare if asked.prepare else self._hold)

    def _resume(self, path: Path) -> None:
        self.off_the_loop(lambda: self._opened(path), self._hold)

    def off_the_loop(self, work: Callable[[], Opening], done: Callable[[Opening], None]) -> None:
        """Let the disk work in a thread of its own; what stands in the way is said."""

        def run() -> None:
            try:
                found = work()
            except StoreError as error:
                self.app.call_from_thread(self.tell, str(error.faults[0]), "bad")
            else:
                self.app.call_from_thread(done, found)

        self.run_worker(run, thread=True, exclusive=True, group="open")

    def _begun(self, asked: Asked) -> Opening:
        places = self.offices.places
        agenda = agendas.find(asked.agenda, places.agendas.path)
        account = beginning.named("account", asked.wish.account)
        found = beginning.Desk(shelves(places).rows(account), places, self.desk.now(), self.offices.chance)
        begun = beginning.begin(asked.wish, agenda, found, "prepared" if asked.prepare else "live")
        name = places.configuration.name
        return (
            opened.create_session(self.offices.sessions, begun.session, places.state.path, name),
            agenda,
            begun.background,
        )

    def _opened(self, path: Path) -> Opening:
        places = self.offices.places
        session = opened.open_session(path, places.state.path, places.configuration.name)
        try:
            agenda = agendas.of(session.session, places.agendas.path)
        except StoreError:
            session.close()
            raise
        background = None
        if session.session.status == "prepared" and not session.read_only:
            edit, background = beginning.up_to_date(session.session, places)
            if edit is not None:
                session.change(edit, self.desk.now(), undoable=False)
        return session, agenda, background

    def _hold(self, opening: Opening) -> None:
        self.asked = {}
        session, agenda, background = opening
        # A prepared session opens with its clock standing: looking at it beforehand costs none of its minutes.
        wait = session.session.status == "prepared"
        live = LiveScreen(
            session, agenda, self.desk, wait=wait, shelves=shelves(self.offices.places), background=background
        )
        self.app.push_screen(live, self._left)

    def _prepare(self, opening: Opening) -> None:
        from session_tui.tui.screens.prepare import PrepareScreen

        self.asked = {}
        session, _, background = opening
        screen = PrepareScreen(session, background or Background(), self.desk, self.offices.places)
        self.app.push_screen(screen, self._left)

    def _left(self, words: str | None) -> None:
        if words:
            self.farewells.append(words)
            self.tell(words.splitlines()[0])
        self._look()

    def tell(self, words: str, tone: str = "muted") -> None:
        """A sentence above the keys."""
        self.query_one("#said", Line).say((harmless(words), tone))


def _day(session: Session) -> str:
    return f"{session.started_at.astimezone():%d %b %Y}" if session.started_at else "not begun"
