"""The way from the library into a session and back: begin, prepare or resume it."""

from functools import partial
from pathlib import Path

from session_tui.context import AppContext
from session_tui.store.new_session import PriorSessions
from session_tui.tui import queries
from session_tui.tui.index_thread import IndexWorker
from session_tui.tui.key_order import BEHIND, start_worker
from session_tui.tui.open_session import Asked, Opening, open_existing, open_new
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.library.new_session import NewScreen
from session_tui.tui.screens.library.tab import LibraryTab
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.shutdown import Farewell
from session_tui.tui.sync_service import Syncs


class SessionOpener(LibraryTab):
    """A tab that opens sessions; their messages at the end are kept for the terminal."""

    index_worker: IndexWorker

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.farewells: list[str] = []
        self.asked: dict[str, str] = {}  # the typed fields of a session that was not begun yet

    def look(self, *, awaited: bool = False) -> None:
        """Look at the folder, and show the changes; keys wait for an `awaited` answer."""
        raise NotImplementedError

    def ask_for(self, account: str, opportunity: str = "", *, preparing: bool = False) -> None:
        """Open the dialog of a new session, with this account and this deal filled in.

        Enter begins it, or with `preparing` prepares it. The texts of a session on the same deal
        that was not begun are kept.
        """
        if account and (account, opportunity or self.asked.get("opportunity", "")) != (
            self.asked.get("account"),
            self.asked.get("opportunity", ""),
        ):
            self.asked = {"account": account, "opportunity": opportunity}

        def ask(known: dict[str, tuple[str, ...]]) -> None:
            if isinstance(self.app.screen, LibraryTab):
                dialog = NewScreen(self.context.agendas, known, self.asked, preparing=preparing)
                self.app.push_screen(dialog, self._begin)

        self.index_worker.ask("known", partial(queries.known, self.context.places), ask)

    def _begin(self, asked: Asked | None) -> None:
        if asked is not None:
            self.work(partial(open_new, self.context, asked), self._prepare if asked.prepare else self._hold)

    def resume(self, path: Path) -> None:
        """Resume a live session, or hold a prepared one."""
        self.work(partial(open_existing, self.context, path), self._hold)

    def prepare(self, path: Path) -> None:
        """Go on preparing."""
        self.work(partial(open_existing, self.context, path), self._prepare)

    def _hold(self, opening: Opening) -> None:
        self.asked = {}
        session, agenda, background = opening
        # A prepared session opens with its clock stopped: looking at it takes none of its minutes.
        wait = session.session.status == "prepared"
        live = LiveScreen(
            session,
            agenda,
            self.context,
            wait=wait,
            session_library=self.context.session_library,
            background=background,
        )
        self.app.push_screen(live, self.left)

    def _prepare(self, opening: Opening) -> None:
        from session_tui.tui.screens.plan.prepare import PrepareScreen

        self.asked = {}
        session, _, background = opening
        screen = PrepareScreen(session, background or PriorSessions(), self.context, self.context.places)
        self.app.push_screen(screen, self.left)

    def changed_here(self) -> None:
        """A session was changed: the team gets it soon, where it is kept in step."""
        if isinstance(self.app, Syncs):
            self.app.sync_service.wake()

    def left(self, farewell: Farewell | None) -> None:
        """Keep and show the message of a session or a merge that was left."""
        if farewell is not None and farewell.text:
            self.farewells.append(farewell.text)
            self.show_message(farewell.news)
        if isinstance(self.app, Posts):
            start_worker(self.app, self.app.outbox_service.begin, group=f"{BEHIND} post")
        self.changed_here()
        self.look(awaited=True)
