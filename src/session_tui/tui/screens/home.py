"""The home screen: the latest sessions, a new one, going on with a live one, reading a past one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from session_tui.model.agenda import Agenda
from session_tui.model.clean import harmless
from session_tui.model.session import Session
from session_tui.model.words import OUTCOME_WORDS
from session_tui.store import agendas, opened, shelf
from session_tui.store.opened import OpenedSession
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError
from session_tui.tui.desk import Desk
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.new import NewScreen
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
EMPTY = (
    "No session yet.",
    "n begins one: type the account and press enter, and the clock runs.",
    "session-tui demo tries it on a sample account.",
)


@dataclass(frozen=True)
class Offices:
    """Where sessions are, and how one begins; given by whoever opened the program."""

    sessions: Path
    state: Path
    agendas: Path
    by: str
    begin: Callable[[dict[str, str], Agenda], OpenedSession]


class HomeScreen(Screen[str]):
    """A list that keys walk through. Its result is what to say when the program is left."""

    CSS_PATH = "home.tcss"
    BINDINGS = [
        ("n", "new", "new"),
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

    def compose(self) -> ComposeResult:
        """Title, list, what was said, keys."""
        yield Line(id="title")
        with Vertical(id="middle"):
            yield Rows()
        yield Line(id="said")
        yield Line(id="foot")

    def on_mount(self) -> None:
        """The list is read off the event loop; the screen is there at once."""
        folder = harmless(str(self.offices.sessions))
        self.query_one("#title", Line).say(("session-tui", "strong"), (f"   {folder}", "muted"))
        self.query_one("#foot", Line).say(
            ("n", "key"), (" new   ", "muted"), ("⏎", "key"), (" open, resume   ", "muted"), ("↑↓", "key"),
            (" choose   ", "muted"), ("f1", "key"), (" help   ", "muted"), ("q", "key"), (" leave", "muted"),
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
            self.app.push_screen(ReadScreen(row.session, self.desk.today))

    def action_resume(self) -> None:
        """The newest live session."""
        living = [row.path for row in self.shelf.values() if row.session and row.session.status == "live"]
        if living:
            self._resume(living[0])
        else:
            self.tell("No session is live. n begins one.")

    def action_new(self) -> None:
        """Ask for the account and begin."""
        self.app.push_screen(NewScreen(self.offices.agendas), self._begin)

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

    def _begin(self, wish: tuple[dict[str, str], Agenda] | None) -> None:
        if wish is None:
            return
        try:
            session = self.offices.begin(*wish)
        except StoreError as error:
            self.tell(str(error), "bad")
            return
        self._hold(session, wish[1])

    def _resume(self, path: Path) -> None:
        try:
            session = opened.open_session(path, self.offices.state, self.offices.by)
        except StoreError as error:
            self.tell(str(error), "bad")
            return
        try:
            agenda = agendas.of(session.session, self.offices.agendas)
        except StoreError as error:
            session.close()
            self.tell(str(error), "bad")
            return
        self._hold(session, agenda)

    def _hold(self, session: OpenedSession, agenda: Agenda | None) -> None:
        def left(words: str | None) -> None:
            if words:
                self.farewells.append(words)
                self.tell(words.splitlines()[0])
            self._look()

        # A prepared session opens with its clock standing: looking at it beforehand costs none of its minutes.
        wait = session.session.status == "prepared"
        self.app.push_screen(LiveScreen(session, agenda, self.desk, wait=wait, folder=self.offices.sessions), left)

    def tell(self, words: str, tone: str = "muted") -> None:
        """A sentence above the keys."""
        self.query_one("#said", Line).say((harmless(words), tone))


def _day(session: Session) -> str:
    return f"{session.started_at.astimezone():%d %b %Y}" if session.started_at else "not begun"
