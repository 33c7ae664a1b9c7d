"""A past session to read and copy; keys lead to its earlier and later sessions."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.screen import Screen

from session_tui.export.markdown import action_markdown, session_markdown
from session_tui.index.sessions import SessionLibrary
from session_tui.model.fault import Fault
from session_tui.model.reports.session_report import sheet
from session_tui.model.session import Session
from session_tui.store import session_folder
from session_tui.tui.clipboard import copy_markdown
from session_tui.tui.key_order import BEHIND
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.text_page import TextScreen
from session_tui.tui.widgets.reading_pane import ReadingPane


class ReadScreen(TextScreen):
    """A session on the whole screen."""

    CSS_PATH = Path(__file__).with_name("session.tcss")
    FOOT = ("scroll", "highlight", "copy", "send", "session_beside", "back")
    BINDINGS = [
        ("tab", "highlight(1)", "actions"),
        ("shift+tab", "highlight(-1)"),
        ("y", "copy", "copy"),
        ("s", "send", "send"),
        ("left_square_bracket", "session_beside(-1)", "before, after"),
        ("right_square_bracket", "session_beside(1)", "before, after"),
    ]

    def __init__(
        self,
        session: Session,
        today: Callable[[], date],
        session_library: SessionLibrary | None = None,
        *,
        highlighted: str = "",
    ) -> None:
        """`session_library` has the sessions before and after this one; `highlighted` is the id of
        the action item that is highlighted first.
        """
        super().__init__()
        self._highlighted = highlighted
        self.first = session
        self.today = today
        self.session_library = session_library

    @property
    def pane(self) -> ReadingPane:
        """The pane with the session."""
        return self.query_one(ReadingPane)

    def compose(self) -> ComposeResult:
        """Compose the session, the message and the keys."""
        yield ReadingPane(self.today, self.first)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Show the session at once; a thread reads what later sessions say of it."""
        self._look_ahead()
        if self._highlighted:
            self.call_after_refresh(self.pane.highlight, self._highlighted)

    def shows(self) -> tuple[str, ...]:
        """The name of the session."""
        return (self.pane.session.id,) if self.pane.session else ()

    def shown_again(self, found: tuple[Session, ...]) -> None:
        """Show the file's new value; the position and the highlight stay."""
        if not found:
            self.show_message("This session's file is gone, or broken; what stands here is what it said before.")
        elif self.shows() == (found[0].id,):
            self.pane.show_again(found[0])
            self._look_ahead()

    # ---- reading --------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return what this session lacks for the action."""
        found = self.pane.session if self.is_mounted else None
        missing = action == "highlight" and found is not None and not found.action_items
        return "This session has no action items." if missing else ""

    def action_highlight(self, by: int) -> None:
        """Highlight an action item, so that it can be copied."""
        self.pane.step(by)
        self.show_message("")

    # ---- copying --------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy the highlighted action item as Markdown, without one the session."""
        pane, today = self.pane, self.today()
        session = pane.session
        if session is None:
            return
        action = next((each for each in session.action_items if each.id == pane.highlighted), None)
        if action is not None:
            self.show_message(copy_markdown(self.app, action_markdown(session, action, today), session.id, action.id))
        else:
            text = session_markdown(sheet(session, today, pane.later), today)
            self.show_message(copy_markdown(self.app, text, session.id))

    def action_send(self) -> None:
        """Export the session."""
        if self.pane.session is not None:
            open_export(self.app, self.pane.session, tuple(self.pane.later), self.app.push_screen)

    # ---- elsewhere ------------------------------------------------------------------------------

    def action_session_beside(self, by: int) -> None:
        """Open the session before this one, or the one after it."""
        session, session_library = self.pane.session, self.session_library
        if session is not None and by > 0:
            self._show(session, self.pane.later[:1], "No later session goes on from this one.")
        elif session is not None and session_library is not None:
            self._look_back(session, session_library)

    def _look_back(self, session: Session, session_library: SessionLibrary) -> None:
        def found(came: tuple[tuple[Session, ...], tuple[Fault, ...]]) -> None:
            chain, faults = came
            self._show(session, chain[:1], str(faults[0]) if faults else "This is the first session on this deal.")

        def failed(fault: Fault) -> None:
            self._show(session, (), str(fault))

        self.show_message("Looking for the session before this one …")
        self.work(lambda: session_library.before(session), found, failed, group="before", exclusive=True)

    def action_back(self) -> None:
        """Drop the selection or the highlight first, then leave."""
        if self.selections or self.pane.highlighted not in ("", self._highlighted):
            self.clear_selection()
            self.pane.highlighted = ""
            self.show_message("")
        else:
            self.go_back()

    def _show(self, asked: Session, found: tuple[Session, ...], none: str) -> None:
        """Another session, unless this is another one by now."""
        if asked is not self.pane.session:
            return
        self.show_message("" if found else none)
        if found:
            self.clear_selection()
            self._highlighted = ""
            self.pane.shown = found[0]
            self._look_ahead()

    def _look_ahead(self) -> None:
        session, session_library = self.pane.session, self.session_library
        if session is None or session_library is None:
            return

        def found(later: tuple[Session, ...]) -> None:
            if session is self.pane.session:
                self.pane.tell_later(later)

        self.work(
            lambda: session_folder.after(session_library.folder, session),
            found,
            group=f"{BEHIND} after",
            exclusive=True,
        )


def open_export(
    app: object, session: Session, later: tuple[Session, ...], show: Callable[[Screen[str]], object]
) -> None:
    """Open the screen that exports a session, by `show`; `later` are its later sessions."""
    from session_tui.tui.screens.outbox.export import ExportScreen

    if isinstance(app, Posts):
        show(ExportScreen(session, app.context, app.outbox_service, later))
