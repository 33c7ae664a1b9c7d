"""The home screen, the library's first tab: find and read past sessions, begin one, resume one."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from session_tui.context import AppContext
from session_tui.index.scanner import SessionCard
from session_tui.model import glyphs
from session_tui.model.reports.action_tracking import OwnPromises
from session_tui.model.reports.cadence import Owed
from session_tui.model.reports.session_report import sheet
from session_tui.model.session import Session
from session_tui.store.session_folder import SessionFile
from session_tui.tui import queries
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.base import Hinted
from session_tui.tui.screens.library.session import ReadScreen, open_export
from session_tui.tui.screens.library.session_list import SessionList
from session_tui.tui.sync_service import Syncs
from session_tui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from session_tui.outbox.sync.team_state import TeamStanding


class HomeScreen(SessionList):
    """The list of sessions with its keys. Its result is printed when the program ends."""

    TAB = "Sessions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    FOOT = (
        "new", "prepare", "open", "filter", "brief", "due", "help", "send", "leave", "compare", "copy", "read_on",
        "resume", "outbox", "people", "theme", "remove", "bring_back", "removed",
    )  # fmt: skip
    FOOT_AT_FIRST = ("new", "try_sample", "learn", "prepare", "filter", "due", "help", "leave", "outbox", "people")
    FOOT_WORDS: Mapping[str, str] = {"try_sample": "try it", "learn": "learn it"}  # shorter than the palette's
    BINDINGS = [
        ("n", "new", "new"),
        ("p", "prepare", "prepare"),
        ("b", "brief", "brief"),
        ("d", "due", "due"),
        ("enter", "open", "open"),
        ("r", "resume", "resume"),
        ("y", "copy", "copy"),
        ("c", "compare", "compare"),
        ("s", "send", "send"),
        ("o", "outbox", "outbox"),
        ("t", "people", "our people"),
        ("x,delete", "remove", "remove"),
        ("u,ctrl+z", "bring_back", "bring back"),
        ("v", "removed", "removed ones"),
        ("a", "try_sample", "try it on a sample account"),
        ("l", "learn", "learn it: the tutor, five minutes"),
        ("w", "theme", "colours"),
        ("space", "read_on(1)", "read on"),
        ("backspace", "read_on(-1)"),
        ("ctrl+c", "copy_or_back", "copy what is selected"),
        ("q", "leave", "leave"),
        ("ctrl+q", "leave"),
    ]

    def __init__(
        self,
        context: AppContext,
        *,
        tab: str = "",
        account: str = "",
        choose_trial: Callable[[str], None] | None = None,
        news: str = "",
    ) -> None:
        """`tab` is the first tab to show, about `account`; `choose_trial` has the demo or the
        tutor opened after this screen; `news` is the first message.
        """
        super().__init__(context)
        self._choose_trial = choose_trial
        self._news = news
        self._first = (tab, account)
        self._waiting = 0
        self._mine: OwnPromises | None = None
        self._team: TeamStanding | None = None
        self._removed: list[str] = []  # the sessions that were removed here, the last one last

    @property
    def home(self) -> "HomeScreen":
        """This screen."""
        return self

    def on_mount(self) -> None:
        """Read the list in a thread from the index as it is; a look at the folder corrects it."""
        self.post_waits(0)
        self.index_worker.ask("list", partial(queries.listed, self._words, self.limit), self._show)
        self.look()
        self.watching.begin()
        if isinstance(self.app, Syncs):
            self.team_stands(self.app.sync_service.standing)
        if unread := self.context.places.unread:  # the screen hides what was printed before it
            self.show_message(str(unread), "warn")
        elif self._news:
            self.show_message(self._news, "accent")
        if self._first[0]:
            self.go_to(*self._first)

    def post_waits(self, waiting: int) -> None:
        """Show the folder of sessions, and the number of summaries that wait to be sent."""
        self._waiting = waiting
        self._show_title()

    def say_mine(self, mine: OwnPromises | None) -> None:
        """Show what the user owes; nothing where the configuration does not name the user."""
        self._mine = mine
        self._show_title()

    def _show_title(self) -> None:
        folder, waiting, mine = str(self.context.sessions), self._waiting, self._mine
        owe = (f"   {mine}", "warn" if mine.overdue or mine.today else "muted") if mine else ("", "")
        team = (f"   {self._team.words()}", self._team.tone()) if self._team is not None else ("", "")
        unsent = (f"   {glyphs.UNDER_WAY} {waiting} to send: o shows the outbox", "accent") if waiting else ("", "")
        self.query_one("#title", StatusLine).say(
            ("session-tui", "strong"), owe, team, (f"   {folder}", "muted"), unsent
        )

    def team_stands(self, standing: "TeamStanding | None") -> None:
        """Show how the sessions and the team's servers stand."""
        self._team = standing
        self._show_title()
        if standing is not None and standing.reason and not self.query_one("#said", StatusLine).pieces:
            self.show_message(standing.reason)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action lacks its session."""
        card = self._card()
        if action in ("copy", "compare", "send") and (card is None or card.fault is not None):
            does = {"copy": " to copy it", "compare": " to compare it"}.get(action, " first")
            return f"Highlight a session{does}."
        if action == "due" and self.owed is None:
            return "What is due is not known yet."
        if action == "remove":
            return _unremovable(card)
        if action == "bring_back" and not self._removed:
            return "Nothing was removed here. v shows what was removed before."
        if action == "brief" and not self.account:
            return "A brief is about an account: choose one of its sessions."
        if action == "resume" and self._living is None:
            return "No session is live. n begins one."
        if action == "try_sample" and (self.cards or self._choose_trial is None):
            return "session-tui demo opens a sample account."
        if action == "learn" and self._choose_trial is None:
            return "session-tui tutor teaches it, step by step."
        return ""

    @property
    def _living(self) -> SessionCard | None:
        """The newest live session."""
        return next((card for card in self.cards.values() if card.status == "live"), None)

    # ---- keys -----------------------------------------------------------------------------------

    def foot(self) -> Sequence[Hinted]:
        """Return the three choices first, where there is no session and no filter."""
        first = self.looked and not self.cards and not self.wanted and self._choose_trial is not None
        return self.FOOT_AT_FIRST if first and not self.typing else super().foot()

    def words_for(self, action: str, words: str) -> str:
        """Return shorter words than those of the palette."""
        return self.FOOT_WORDS.get(action, words)

    def action_open(self) -> None:
        """Resume a live session, read any other one."""
        card = self._card()
        if card is None:
            if not self.wanted:
                self.action_new()
        elif card.merge:
            self._look_at_both(card.merge)
        elif card.fault is not None:
            self.show_message(str(card.fault), "bad")
        elif card.status in ("live", "prepared"):
            self.resume(self._path(card))
        else:
            self.read_session(card.name)

    def _look_at_both(self, name: str) -> None:
        """Open the merge of two versions of a session."""
        from session_tui.store import merge
        from session_tui.tui.screens.merge.screen import MergeScreen

        state = self.context.places.state.path
        path = self.context.sessions / f"{name}.toml"

        def look() -> merge.MergeInput | tuple[str, ...]:
            found = merge.look(path, state)
            return merge.write(found, {}, state) if found.settled else found

        def show(found: merge.MergeInput | tuple[str, ...]) -> None:
            if isinstance(found, tuple):  # merged without a choice
                self.show_message(" ".join(found), "good")
                self.left(None)
                return
            self.app.push_screen(MergeScreen(found, state, self.context.today), self.left)

        self.work(look, show)

    def read_session(self, name: str, highlighted: str = "") -> None:
        """Read a session on the whole screen, one of its actions highlighted."""

        def show(row: SessionFile | None) -> None:
            if row is None or row.session is None:
                self.show_message(f"{name} is not there any more." if row is None else str(row.fault), "bad")
            else:
                self.open_over(
                    ReadScreen(row.session, lambda: self.context.today, self.session_library, highlighted=highlighted)
                )

        self.index_worker.ask("open", lambda index: index.row_named(name), show)

    def action_copy(self) -> None:
        """Copy the highlighted session as Markdown."""
        from session_tui.export.markdown import session_markdown
        from session_tui.tui.clipboard import copy_markdown

        card = self._card()
        assert card is not None  # asked before

        def copy(row: SessionFile | None) -> None:
            if row is not None and row.session is not None:
                text = session_markdown(sheet(row.session, self.context.today, ()), self.context.today)
                self.show_message(copy_markdown(self.app, text, row.session.id))

        self.index_worker.ask("copy", lambda index: index.row(card), copy)

    def action_compare(self) -> None:
        """Mark this session, or compare it with the marked one."""
        card = self._card()
        assert card is not None  # asked before
        if self.compared in ("", card.name):
            self.compared = "" if self.compared else card.name
            self.rows.measure_again()
            self.show_message(
                f"{glyphs.MARKED} is marked: go to another one, and c compares the two." if self.compared else ""
            )
        else:
            names = (self.compared, card.name)
            self.compared = ""
            self.rows.measure_again()
            self.index_worker.ask("compare", lambda index: [index.row_named(name) for name in names], self._compare)

    def _compare(self, found: list[SessionFile | None]) -> None:
        from session_tui.tui.screens.library.compare import CompareScreen

        two = [row.session for row in found if row is not None and row.session is not None]
        if len(two) == 2:
            older, newer = sorted(two, key=lambda one: (one.started_at is None, one.started_at, one.id))
            self.open_over(CompareScreen(older, newer, self.context.today))
        else:
            self.show_message("One of the two is not there any more.", "bad")

    def action_resume(self) -> None:
        """The newest live session."""
        if living := self._living:
            self.resume(self._path(living))

    def action_new(self) -> None:
        """Ask for the account and begin."""
        self.ask_for("")

    def action_prepare(self) -> None:
        """Prepare a session on the highlighted account; a prepared one is opened as it is."""
        card = self._card()
        if card is not None and card.status == "prepared":
            self.prepare(self._path(card))
        else:
            self.ask_for(self.account, preparing=True)

    def action_brief(self) -> None:
        """Open the one-page brief of the highlighted account."""
        from session_tui.tui.screens.library.history import BriefScreen

        account = self.account

        def show(sessions: tuple[Session, ...]) -> None:
            self.open_over(BriefScreen(account, sessions, self.pipeline, self.context.today))

        self.index_worker.ask("brief", lambda index: tuple(index.sessions(account)), show)

    def action_send(self) -> None:
        """Export the highlighted session."""
        card = self._card()
        assert card is not None  # asked before
        name = card.name

        def show(found: tuple[Session, ...]) -> None:
            if found:
                open_export(self.app, found[0], found[1:], self.open_over)

        self.index_worker.ask("send", lambda index: queries.with_later(name, self.context.sessions, index), show)

    def action_outbox(self) -> None:
        """Open the outbox."""
        from session_tui.tui.screens.outbox.outbox import OutboxScreen

        if isinstance(self.app, Posts):
            self.app.push_screen(OutboxScreen(self.context, self.app.outbox_service))

    def action_people(self) -> None:
        """Open the screen of our people: who covers whom, and what a departure breaks."""
        from session_tui.tui.screens.team.people import PeopleScreen

        screen = PeopleScreen(self.context, self.context.places, Path())
        self.app.push_screen(screen, lambda _: self.look(awaited=True))

    def action_theme(self) -> None:
        """Choose the colours of the screen."""
        from session_tui.tui.screens.theme_picker import ThemeScreen

        self.app.push_screen(ThemeScreen(self.context), lambda words: self.show_message(words) if words else None)

    def action_try_sample(self) -> None:
        """Leave, and open a session on a sample account."""
        self._leave_for("demo")

    def action_learn(self) -> None:
        """Leave, and open the tutor."""
        self._leave_for("tutor")

    def _leave_for(self, trial: str) -> None:
        if self._choose_trial is not None:
            self._choose_trial(trial)
            self.action_leave()

    def action_due(self) -> None:
        """Open the list of deals whose session is due."""
        from session_tui.tui.screens.library.due import DueScreen

        def chosen(deal: Owed | None) -> None:
            if deal is not None:
                self.ask_for(deal.account, deal.opportunity)

        self.app.push_screen(DueScreen(self.owed or (), self.context.today, self.trouble), chosen)

    # ---- removing -------------------------------------------------------------------------------

    def action_remove(self) -> None:
        """Ask, and remove the highlighted session."""
        from session_tui.store import removed_sessions, session_removal
        from session_tui.tui.screens.library.removed import RemoveScreen

        card, state = self._card(), self.context.state
        assert card is not None  # asked before
        path = self._path(card)

        def answered(yes: bool | None) -> None:
            if yes:
                self.work(lambda: session_removal.remove(path, state, self.context.now()).id, removed)

        def removed(id: str) -> None:
            self._removed.append(id)
            self.show_message(f"Removed. u brings it back, v shows all that were removed. {id}")
            self.changed_here()
            self.look(awaited=True)

        place = removed_sessions.place(path).parent
        self.app.push_screen(RemoveScreen(card, place, self.context.today), answered)

    def action_bring_back(self) -> None:
        """Bring the session back that was removed last."""
        self._restore(self._removed[-1])

    def action_removed(self) -> None:
        """Open the list of removed sessions; enter there brings one back."""
        from session_tui.store import session_removal
        from session_tui.tui.screens.library.removed import RemovedScreen

        def show(found: tuple[session_removal.Restorable, ...]) -> None:
            screen = RemovedScreen(found, self.context.today)
            self.app.push_screen(screen, lambda id: self._restore(id) if id else None)

        self.work(lambda: session_removal.restorable(self.context.sessions), show)

    def _restore(self, id: str) -> None:
        from session_tui.store import session_removal

        def back(path: Path) -> None:
            self._removed = [each for each in self._removed if each != id]
            self.show_message(f"{path.stem} is back.")
            self.changed_here()
            self.look(awaited=True)

        self.work(lambda: session_removal.restore(self.context.sessions, id, self.context.state), back)

    # ---- other places ---------------------------------------------------------------------------

    def go_to(self, tab: str, account: str = "") -> None:
        """Open another tab in the place of the one that lies over this."""
        here = (place.account for place in reversed(self.open_tabs) if place.account)
        account = account or next(here, self.account)
        if tab in ("Beliefs", "History") and not account:
            self.show_message(f"{tab} are about an account: highlight one of its sessions.")
            return
        while self.app.screen is not self:
            self.app.pop_screen()
        if tab == "Actions":
            from session_tui.tui.screens.library.actions import ActionsScreen

            self.app.push_screen(ActionsScreen(self))
        elif tab == "Beliefs":
            from session_tui.tui.screens.library.beliefs import BeliefsScreen

            self.app.push_screen(BeliefsScreen(self, account))
        elif tab == "History":
            from session_tui.tui.screens.library.history import AccountScreen

            self.app.push_screen(AccountScreen(self, account))

    def go_back(self) -> None:
        """Remove the mark for a comparison; without one, show which key leaves: escape never
        does.
        """
        if self.compared:
            self.compared = ""
            self.rows.measure_again()
            self.show_message("")
        else:
            self.show_message("q leaves the program.")

    def action_leave(self) -> None:
        """End the program, and print the messages of the sessions that were left."""
        self.app.exit("\n".join(self.farewells))


def _unremovable(card: SessionCard | None) -> str:
    """Return why the highlighted session cannot be removed; "" where it can."""
    if card is None:
        return "Highlight a session to remove it."
    if card.merge:
        return "There are two versions of it: ⏎ puts them together first."
    return "It is live: end it first, or session-tui cancel." if card.status == "live" else ""
