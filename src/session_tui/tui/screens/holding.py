"""From the library into a session, and back: begun, prepared or gone on with."""

from functools import partial
from pathlib import Path

from session_tui.context import AppContext
from session_tui.store.beginning import Background
from session_tui.tui import looking
from session_tui.tui.farewell import Farewell
from session_tui.tui.key_order import BEHIND
from session_tui.tui.librarian import Librarian
from session_tui.tui.opening import Asked, Opening, begun, opened_again
from session_tui.tui.postman import Posts
from session_tui.tui.screens.library import Place
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.new import NewScreen


class Holding(Place):
    """A place from which sessions are held; what one says when it is left is kept for the terminal."""

    librarian: Librarian

    def __init__(self, desk: AppContext) -> None:
        super().__init__()
        self.desk = desk
        self.farewells: list[str] = []
        self.asked: dict[str, str] = {}  # typed for a new session that was not begun yet

    def look(self, *, awaited: bool = False) -> None:
        """Look at the folder, and show what is another now; `awaited` by the keys, which may mean a row of it."""
        raise NotImplementedError

    def ask_for(self, account: str) -> None:
        """Ask what a new session needs; this account is there already."""
        if account and account != self.asked.get("account"):
            self.asked = {"account": account}

        def ask(known: dict[str, tuple[str, ...]]) -> None:
            if isinstance(self.app.screen, Place):
                self.app.push_screen(NewScreen(self.desk.agendas, known, self.asked), self._begin)

        self.librarian.ask("known", partial(looking.known, self.desk.places), ask)

    def _begin(self, asked: Asked | None) -> None:
        if asked is not None:
            self.work(partial(begun, self.desk, asked), self._prepare if asked.prepare else self._hold)

    def resume(self, path: Path) -> None:
        """Go on with a live session, or hold a prepared one."""
        self.work(partial(opened_again, self.desk, path), self._hold)

    def prepare(self, path: Path) -> None:
        """Go on preparing."""
        self.work(partial(opened_again, self.desk, path), self._prepare)

    def _hold(self, opening: Opening) -> None:
        self.asked = {}
        session, agenda, background = opening
        # A prepared session opens with its clock standing: looking at it beforehand costs none of its minutes.
        wait = session.session.status == "prepared"
        live = LiveScreen(session, agenda, self.desk, wait=wait, shelves=self.desk.shelves, background=background)
        self.app.push_screen(live, self.left)

    def _prepare(self, opening: Opening) -> None:
        from session_tui.tui.screens.prepare import PrepareScreen

        self.asked = {}
        session, _, background = opening
        screen = PrepareScreen(session, background or Background(), self.desk, self.desk.places)
        self.app.push_screen(screen, self.left)

    def left(self, farewell: Farewell | None) -> None:
        """What a session or a merge says when it is left."""
        if farewell is not None and farewell.text:
            self.farewells.append(farewell.text)
            self.tell(farewell.news)
        if isinstance(self.app, Posts):
            self.app.run_worker(self.app.postman.begin(), group=f"{BEHIND} post")
        self.look(awaited=True)
