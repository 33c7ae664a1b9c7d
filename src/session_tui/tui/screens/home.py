"""The home screen, the library's first place: past sessions to find and read, a new one, a live one to go on with."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from session_tui.library.index import Index
from session_tui.library.looking import Card
from session_tui.library.searching import NO_SEARCH, query_of
from session_tui.library.shelves import Shelves, shelves
from session_tui.model import cadence
from session_tui.model.agenda import Agenda
from session_tui.model.cadence import Owed
from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session
from session_tui.model.sheet import sheet
from session_tui.model.words import OUTCOME_WORDS
from session_tui.store import agendas, beginning, opened, pipeline
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.store.places import Places
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError
from session_tui.tui.desk import Desk
from session_tui.tui.librarian import Librarian, Watch
from session_tui.tui.parts.table import Cell, Column, Table
from session_tui.tui.screens.library import Place
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.new import Asked, NewScreen
from session_tui.tui.screens.read import ReadScreen
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.reading_pane import ReadingPane
from session_tui.tui.widgets.rows import Rows

COLUMNS = (
    Column("Date", 11),
    Column("Account", share=3),
    Column("Opportunity", share=3, least=70),
    Column("Zone", 10, least=110),
    Column("Outcome", 10, most=69),  # or, where there is none yet, the status
    Column("Status", 9, least=70),
    Column("Outcome", 10, least=70, most=99),
    Column("Outcome", 21, least=100),
    Column("Open", 4, least=50),
)
Opening: TypeAlias = tuple[OpenedSession, Agenda | None, Background | None]
PAGE = 500  # sessions that are listed; more where somebody goes on to the end
EMPTY = (
    "No session yet.",
    "n begins one: type the account and press enter, and the clock runs.",
    "session-tui demo tries it on a sample account.",
)
READING = ("Reading the sessions …",)
NONE_LIKE_THAT = (
    "No session like that.",
    "Every word must stand in it, or begin one; people:ruth looks in one field.",
    "esc takes the filter away.",
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

    @property
    def shelves(self) -> Shelves:
        """The sessions, and their index."""
        return shelves(self.places)


@dataclass(frozen=True)
class _Listed:
    """What the list shows, of how many that were found, of how many there are; and what is wrong with the index."""

    cards: tuple[Card, ...]
    found: int
    of: int
    remark: str


class HomeScreen(Place):
    """A list that keys walk through. Its result is what to say when the program is left."""

    TAB = "Sessions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    KEYS = (
        ("n", "new"), ("p", "prepare"), ("⏎", "open"), ("/", "filter"), ("b", "brief"), ("d", "due"), ("f1", "help"),
        ("q", "leave"), ("c", "compare"), ("y", "copy"), ("space", "read on"), ("r", "resume"),
    )  # fmt: skip
    BINDINGS = [
        ("n", "new", "new"),
        ("p", "prepare", "prepare"),
        ("b", "brief", "brief"),
        ("d", "due", "due"),
        ("enter", "open", "open"),
        ("r", "resume", "resume the newest live one"),
        ("y", "copy", "copy as Markdown"),
        ("c", "compare", "compare with another"),
        ("space", "read_on(1)", "read on"),
        ("backspace", "read_on(-1)", "read back"),
        ("ctrl+c", "copy_or_leave", "copy what is selected"),
        ("q,ctrl+q", "leave", "leave"),
    ]

    def __init__(self, offices: Offices, desk: Desk, *, tab: str = "", account: str = "") -> None:
        """`tab` is where to begin, about this account."""
        super().__init__()
        self._first = (tab, account)
        self.offices = offices
        self.desk = desk
        self.cards: dict[str, Card] = {}
        self.farewells: list[str] = []
        self.asked: dict[str, str] = {}  # typed for a new session that was not begun yet
        self.owed: tuple[Owed, ...] = ()
        self.pipeline: tuple[PipelineRow, ...] = ()
        self.compared = ""  # the session that another is to be compared with
        self.limit = PAGE
        self.looked = False  # at the folder; until then the list is what the index knew
        self.librarian = Librarian(offices.shelves, self.call_later, self._failed)
        self.watching = Watch(offices.shelves, self._changed_on_disk)

    @property
    def home(self) -> "HomeScreen":
        """Itself."""
        return self

    @property
    def shelves(self) -> Shelves:
        """The sessions, and their index."""
        return self.offices.shelves

    @property
    def account(self) -> str:
        """The account of the highlighted session."""
        card = self._card()
        return card.account if card else ""

    @property
    def places_open(self) -> list[Place]:
        """The library's other places that are open, as they lie over this one."""
        return [each for each in self.app.screen_stack if isinstance(each, Place) and each is not self]

    def middle(self) -> ComposeResult:
        """The list, and beside it where there is room what the highlighted session says."""
        with Horizontal(id="middle"):
            with Vertical(id="listed"):
                yield Rows()
            yield ReadingPane(lambda: self.desk.today, empty=("",), id="pane")
        yield Line(id="due")

    def on_mount(self) -> None:
        """The list is read off the event loop, from the index as it is; what changed since corrects it."""
        folder = harmless(str(self.offices.sessions))
        self.query_one("#title", Line).say(("session-tui", "strong"), (f"   {folder}", "muted"))
        self.librarian.ask("list", self._list, self._show)
        self.look()
        self.watching.begin()
        if self._first[0]:
            self.go_to(*self._first)

    def on_unmount(self) -> None:
        """The threads end."""
        self.watching.close()
        self.librarian.close()

    def on_screen_resume(self) -> None:
        """Back from somewhere: the list may be another one."""
        if self.is_mounted and self.cards:
            self.look()

    # ---- what there is ---------------------------------------------------------------------------------------------

    def _changed_on_disk(self) -> None:
        self.call_later(self.look)

    def look(self) -> None:
        """Look at the folder, and show what is another now."""
        self.librarian.ask("look", self._refresh, self._looked)

    def _refresh(self, index: Index) -> int:
        def progress(done: int, of: int) -> None:
            self.call_later(self._progress, done, of)

        return index.refresh(progress)

    def _progress(self, done: int, of: int) -> None:
        if of >= PAGE:
            filled = done * 20 // of
            bar = "█" * filled + "░" * (20 - filled)
            self.tell(f"Reading sessions {bar} {done:,} of {of:,}" if done < of else "")

    def _looked(self, changed: int) -> None:
        if changed or not self.looked:
            self.looked = True
            self.filtered()
            self.librarian.ask("due", self._what_is_due, self._show_due)
            for place in self.places_open:
                place.filtered()

    def filtered(self) -> None:
        """Another filter, or another folder: show what it leaves."""
        self.librarian.ask("list", self._list, self._show)

    def _list(self, index: Index) -> _Listed:
        query = query_of(self._typed)
        found: Iterator[Card] = index.matching_cards(query) if query and index.searchable else index.cards()
        cards = tuple(islice(found, self.limit))
        of = index.count()
        remark = index.remark
        if query and not index.searchable:
            remark = str(Fault("", *NO_SEARCH))
        return _Listed(cards, len(cards) + sum(1 for _ in found) if query else of, of, remark)

    _typed = ""

    def _show(self, listed: _Listed) -> None:
        self.cards = {card.name: card for card in listed.cards}
        rows = self.rows
        empty = NONE_LIKE_THAT if self.wanted else EMPTY if self.looked else READING
        rows.table = Table(COLUMNS, tuple(self.cards), self._cells, empty)
        if self.cards and rows.highlighted not in self.cards:
            self.light(next(iter(self.cards)))
        else:
            self._read()
        many = f"{listed.of:,} session{'s' if listed.of != 1 else ''}"
        if listed.found < listed.of:
            many = f"{listed.found:,} of {many}"
        if len(self.cards) < listed.found:
            many += f", the newest {len(self.cards):,} here"
        self.say_tabs(many)
        if listed.remark:
            self.tell(listed.remark, "warn")

    def _what_is_due(self, index: Index) -> tuple[tuple[Owed, ...], tuple[PipelineRow, ...], str]:
        place, said, deals = self.offices.places.pipeline, "", None
        if place is not None:
            try:
                deals = pipeline.read(place.path).rows
            except StoreError as error:
                said = str(error.faults[0])
        sessions = cadence.told(index.sessions())
        owed = cadence.owed(sessions, deals, self.offices.places.configuration.cadence, self.desk.today)
        return owed, deals or (), said

    def _show_due(self, found: tuple[tuple[Owed, ...], tuple[PipelineRow, ...], str]) -> None:
        self.owed, self.pipeline, said = found
        line = self.query_one("#due", Line)
        if said:
            line.say((harmless(said), "warn"))
        elif self.owed:
            first = f"{harmless(self.owed[0].account)}: {harmless(self.owed[0].reasons[0])}"
            many = f"{len(self.owed)} session{'s' if len(self.owed) > 1 else ''} due. "
            line.say((f"◷ {many}", "warn"), ("d", "key"), (f" shows why.   {first}", "muted"))
        else:
            line.say(("No session is due.", "muted"))

    def _failed(self, fault: Fault) -> None:
        self.looked = True
        if not self.query_one("#due", Line).pieces:
            self.query_one("#due", Line).say(("What is due could not be found out.", "muted"))
        self.tell(str(fault), "bad")

    def _cells(self, key: str) -> tuple[Cell, ...]:
        card = self.cards[key]
        mark = "◆ " if key == self.compared else ""
        if card.fault is not None:
            words, none = Cell(f"▲ {harmless(str(card.fault))}", "bad"), Cell("")
            broken = Cell("broken", "bad")
            return (Cell(key[:10], "muted"), Cell(key), words, none, broken, broken, none, none, none)
        outcome = OUTCOME_WORDS[card.outcome] if card.outcome else ""
        short = Cell("pursue, if" if card.outcome == "pursue_if" else outcome)
        live = card.status == "live"
        status = Cell(f"▶ {card.status}" if live else card.status, "good" if live else "")
        return (
            Cell(f"{card.started_at.astimezone():%d %b %Y}" if card.started_at else "not begun", "muted"),
            Cell(mark + harmless(card.account)),
            Cell(harmless(card.opportunity), "muted"),
            Cell(harmless(card.zone), "muted"),
            short if outcome else status,
            status,
            short,
            Cell(outcome),
            Cell(str(card.open_actions) if card.open_actions else ""),
        )

    def _card(self) -> Card | None:
        return self.cards.get(self.rows.highlighted)

    def _path(self, card: Card) -> Path:
        return card.path_in(self.offices.sessions)

    # ---- keys ------------------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Any) -> None:
        """The list follows what is typed."""
        self._typed = self.wanted
        self.limit = PAGE
        super().on_input_changed(event)

    def light(self, key: str) -> None:
        """This session is the highlighted one; it is read where there is room."""
        super().light(key)
        self._read()
        # Whoever comes to the end of the list is shown more of it.
        if len(self.cards) == self.limit and key == next(reversed(self.cards)):
            self.limit += PAGE
            self.filtered()

    def _read(self) -> None:
        card, pane = self._card(), self.query_one(ReadingPane)
        if card is None or card.fault is not None:
            pane.shown = card.fault if card else None
        elif pane.display:
            self.librarian.ask("read", lambda index: index.row(card), partial(self._show_read, card))

    def _show_read(self, card: Card, row: Row | None) -> None:
        if row is not None and card is self._card():
            self.query_one(ReadingPane).shown = row.session or row.fault

    def on_resize(self) -> None:
        """There may be room to read now."""
        super().on_resize()
        if self.is_mounted:
            self.call_after_refresh(self._read)

    def action_read_on(self, by: int) -> None:
        """A page of the session beside the list."""
        self.query_one(ReadingPane).turn(by)

    def action_open(self) -> None:
        """A live session is resumed, any other one is read."""
        card = self._card()
        if card is None:
            if not self.wanted:
                self.action_new()
        elif card.fault is not None:
            self.tell(f"{card.name}: {card.fault}", "bad")
        elif card.status in ("live", "prepared"):
            self._resume(self._path(card))
        else:
            self.read_session(card.name)

    def read_session(self, name: str, lit: str = "") -> None:
        """Read a session on the whole screen, one of its actions highlighted."""

        def show(row: Row | None) -> None:
            if row is None or row.session is None:
                self.tell(f"{name} is not there any more." if row is None else str(row.fault), "bad")
            else:
                self.app.push_screen(ReadScreen(row.session, lambda: self.desk.today, self.shelves))

        self.librarian.ask("open", lambda index: index.row_named(name), show)

    def action_copy(self) -> None:
        """The highlighted session as Markdown."""
        from session_tui.deliver.markdown import session_markdown
        from session_tui.tui.copying import copy_markdown

        card = self._card()
        if card is None or card.fault is not None:
            self.tell("Highlight a session to copy it.")
            return

        def copy(row: Row | None) -> None:
            if row is not None and row.session is not None:
                text = session_markdown(sheet(row.session, self.desk.today, ()), self.desk.today)
                self.tell(copy_markdown(self.app, text, row.session.id))

        self.librarian.ask("copy", lambda index: index.row(card), copy)

    def action_compare(self) -> None:
        """Mark this session, or compare it with the one that is marked."""
        card = self._card()
        if card is None or card.fault is not None:
            self.tell("Highlight a session to compare it.")
        elif self.compared in ("", card.name):
            self.compared = "" if self.compared else card.name
            self.rows.refresh()
            self.tell("◆ is marked: go to another one, and c compares the two." if self.compared else "")
        else:
            names = (self.compared, card.name)
            self.compared = ""
            self.rows.refresh()
            self.librarian.ask("compare", lambda index: [index.row_named(name) for name in names], self._compare)

    def _compare(self, found: list[Row | None]) -> None:
        from session_tui.tui.screens.compare import CompareScreen

        two = [row.session for row in found if row is not None and row.session is not None]
        if len(two) == 2:
            older, newer = sorted(two, key=lambda one: (one.started_at is None, one.started_at, one.id))
            self.app.push_screen(CompareScreen(older, newer, self.desk.today))
        else:
            self.tell("One of the two is not there any more.", "bad")

    def action_resume(self) -> None:
        """The newest live session."""
        living = next((card for card in self.cards.values() if card.status == "live"), None)
        if living is not None:
            self._resume(self._path(living))
        else:
            self.tell("No session is live. n begins one.")

    def action_new(self) -> None:
        """Ask for the account and begin."""
        self._ask("")

    def action_prepare(self) -> None:
        """Prepare a session on the highlighted account; a prepared one is opened as it is."""
        card = self._card()
        if card is not None and card.status == "prepared":
            path = self._path(card)
            self.off_the_loop(lambda: self._opened(path), self._prepare)
        else:
            self._ask(self.account)

    def action_brief(self) -> None:
        """One page about the highlighted account."""
        from session_tui.tui.screens.brief import BriefScreen

        account = self.account
        if not account:
            self.tell("A brief is about an account: choose one of its sessions.")
            return

        def show(sessions: tuple[Session, ...]) -> None:
            self.app.push_screen(BriefScreen(account, sessions, self.pipeline, self.desk.today))

        self.librarian.ask("brief", lambda index: tuple(index.sessions(account)), show)

    def action_due(self) -> None:
        """The deals whose session is owed, and why."""
        from session_tui.tui.screens.due import DueScreen

        self.app.push_screen(
            DueScreen(self.owed, self.desk.today), lambda account: self._ask(account) if account else None
        )

    def _ask(self, account: str) -> None:
        if account and account != self.asked.get("account"):
            self.asked = {"account": account}

        def ask(known: dict[str, tuple[str, ...]]) -> None:
            self.app.push_screen(NewScreen(self.offices.agendas, known, self.asked), self._begin)

        self.librarian.ask("known", _known, ask)

    # ---- other places ----------------------------------------------------------------------------------------------

    def go_to(self, tab: str, account: str = "") -> None:
        """Another place of the library, in the stead of the one that lies over this."""
        here = (place.account for place in reversed(self.places_open) if place.account)
        account = account or next(here, self.account)
        if tab in ("Beliefs", "History") and not account:
            self.tell(f"{tab} are about an account: highlight one of its sessions.")
            return
        while self.app.screen is not self:
            self.app.pop_screen()
        if tab == "Actions":
            from session_tui.tui.screens.actions import ActionsScreen

            self.app.push_screen(ActionsScreen(self))
        elif tab == "Beliefs":
            from session_tui.tui.screens.beliefs import BeliefsScreen

            self.app.push_screen(BeliefsScreen(self, account))
        elif tab == "History":
            from session_tui.tui.screens.account import AccountScreen

            self.app.push_screen(AccountScreen(self, account))

    def go_back(self) -> None:
        """Escape takes the mark away, and leaves where nothing is marked."""
        if self.compared:
            self.compared = ""
            self.rows.refresh()
            self.tell("")
        else:
            self.action_leave()

    def action_copy_or_leave(self) -> None:
        """What the mouse selected; where nothing is selected, out."""
        from session_tui.tui.copying import copy_selection

        if said := copy_selection(self):
            self.tell(said)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Out; what ended meanwhile is said on the terminal."""
        self.app.exit("\n".join(self.farewells))

    # ---- holding one -----------------------------------------------------------------------------------------------

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
        found = beginning.Desk(self.shelves.rows(account), places, self.desk.now(), self.offices.chance)
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
        live = LiveScreen(session, agenda, self.desk, wait=wait, shelves=self.shelves, background=background)
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
        self.look()


def _known(index: Index) -> dict[str, tuple[str, ...]]:
    """The accounts, zones and opportunities there are, the latest first."""
    known: dict[str, dict[str, None]] = {"account": {}, "zone": {}, "opportunity": {}}
    for card in index.cards():
        for key, values in known.items():
            if value := getattr(card, key):
                values[value] = None
    return {key: tuple(values) for key, values in known.items()}
