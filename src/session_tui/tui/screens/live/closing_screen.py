"""The screen after the end of a session, made to stay on the share: what was agreed, and choices.

Nothing leaves the program without enter on a named choice.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult

from session_tui.export.formats import Setting
from session_tui.export.summary import summarise
from session_tui.model import dates, glyphs, session_end
from session_tui.model.capture import Refusal
from session_tui.model.fault import Fault
from session_tui.model.reports.cadence import next_due
from session_tui.model.reports.session_report import SessionReport, sheet
from session_tui.model.sentence import sentence
from session_tui.model.session import Session
from session_tui.tui.drawings.session_report import place
from session_tui.tui.drawings.text_layout import TextLayout
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.field import PromptLine
from session_tui.tui.widgets.status_line import Message, StatusLine
from session_tui.tui.widgets.table_view import TableView
from session_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from session_tui.tui.live.controller import LiveController

SHOWN = ("Action items", "Decisions")  # titles of the report's sections
LOOK = 1.0  # seconds between two looks at the time since the end
CHOICES: Mapping[str, str] = {
    "send": "Send it: shows what would leave, before it does",
    "copy": "Copy what stands here, as Markdown",
    "date": "The next session's date, as a calendar file",
    "reopen": "Ended by mistake: go on with the session",
    "library": "To the library",
    "leave": "Leave the program",
}


def agreed(session: Session, today: date) -> SessionReport:
    """What can stay on a shared screen: outcome, headline, open actions by owner, decisions."""
    people = {person.id for person in session.stakeholders}
    # The assumption that an action tests would be an id alone: assumptions are not on this screen.
    still = tuple(
        replace(each, about=tuple(one for one in each.about if one in people))
        for each in session.action_items
        if each.status == "open"
    )
    shared = summarise(replace(session, action_items=still), "shared")
    report = sheet(shared, today, full=False)
    sections = tuple(each for each in report.sections if each.title in SHOWN)
    without = "No action is open, and nothing was decided."
    return replace(report, account="", deal="", about=(), sections=sections, without=without)


class ClosingScreen(ListScreen[None]):
    """Shows what was agreed. Closed without leaving, it goes on with the session."""

    CSS_PATH = Path(__file__).with_name("closing_screen.tcss")
    # Keys of a running session do nothing here; the one that leaves highlights the choice.
    KEEPS = ("leave", "palette", "next", "pause", "curtain", "help")
    FOOT = ("move", "choose", "turn", "name", "back")
    NO_PALETTE = "The session has ended; the choices here are all there is to do."
    HELP_TITLE = "After the end"
    HELP_ROWS = (
        ("↑ ↓ ⏎", "highlight a choice, and do it"),
        ("pgup pgdn", "read on, where more was agreed than fits"),
        ("/reopen", "ended by mistake: go on with the session"),
        ("^q", "highlight the choice that leaves; enter leaves"),
    )
    BINDINGS = [
        ("enter", "choose", "do it"),
        ("pageup", "turn(-1)", "read on"),
        ("pagedown,space", "turn(1)", "read on"),
        ("slash", "name", "/reopen"),
    ]

    def __init__(self, live: "LiveController") -> None:
        super().__init__()
        self.live = live
        self.painted = False
        self._dropped = 0

    def compose(self) -> ComposeResult:
        """Compose what was agreed, the choices, the message and the keys."""
        yield StatusLine(id="title")
        yield TextView(self._lines)
        yield TableView()
        yield from self.bottom(Message(), PromptLine())

    def on_mount(self) -> None:
        """Show the choices; keys that were typed before the first paint are dropped."""
        title = self.query_one("#title", StatusLine)
        title.last_right = True
        self._show_title()
        words = {**CHOICES, "leave": (self.live.trial and self.live.trial.leaves) or CHOICES["leave"]}
        table = Table((Column("What now", share=1),), tuple(CHOICES), lambda key: (Cell(words[key]),), ())
        self.rows.styles.height = len(CHOICES) + 2  # with its header and the rule above it
        self.fill(table)
        if self.live.trial is not None:
            self.highlight(self.live.trial.first_choice)
            self.show_message(self.live.trial.closing)
        self.query_one(TextView).lay_again()
        self.call_after_refresh(self._first_paint)
        self.set_interval(LOOK, self._look)
        self._hold()

    def _hold(self) -> None:
        """Queue what is sent at the end, so that it is sent even if the program is killed here."""
        session, live = self.live.session, self.live
        if live.unsent and session.ended_at is not None and isinstance(self.app, Posts):
            until = session.ended_at + session_end.REOPENS_FOR
            task = partial(self.app.outbox_service.hold, session, until, lambda: live.unsent)
            self.app.run_worker(task, thread=True, group="end", exit_on_error=False)

    def _first_paint(self) -> None:
        self.painted = True
        if self._dropped:
            keys = "1 key was" if self._dropped == 1 else f"{self._dropped} keys were"
            self.show_message(f"{keys} typed before this screen was here, and dropped.")

    def _show_title(self) -> None:
        session, status = self.live.session, self.live.opened.save_status
        deal = " · ".join(each for each in (session.account, session.zone, session.opportunity) if each)
        saved = (f"{glyphs.ON_DISK} saved", "good") if status == "saved" else (f"{glyphs.UNSAVED} {status}", "warn")
        self.query_one("#title", StatusLine).say(("Held", "good"), (f"   {deal}", "strong"), saved)

    def _lines(self, width: int) -> TextLayout:
        return place(agreed(self.live.session, self.live.context.today), width)

    def _look(self) -> None:
        """Send after ten minutes what is sent at the end, as when the screen is left."""
        self._show_title()
        refusal = session_end.reopen(self.live.session, self.live.now())
        if isinstance(refusal, Refusal) and self.live.unsent and isinstance(self.app, Posts):
            self.live.unsent = False
            self.work(partial(_sent, self.app, self.live.session), self._told, group="end")

    def _told(self, words: str) -> None:
        if words:
            self.show_message(words)

    # ---- keys -----------------------------------------------------------------------------------

    def drop_key(self) -> None:
        """Count a key that was typed before the screen was painted."""
        self._dropped += 1

    def go_back(self) -> None:
        """Highlight the choice that leaves: this key alone never shows the shell."""
        self.highlight("leave")
        self.show_message("Enter leaves the program; up and down choose something else.")

    def words_for(self, action: str, words: str) -> str:
        """Return the words of the key that highlights the last choice."""
        return "to leave" if action == "back" else words

    def action_turn(self, by: int) -> None:
        """Scroll what was agreed by a page."""
        self.query_one(TextView).turn(by)

    def action_name(self) -> None:
        """Ask for a choice by its name."""
        self.ask("Choice", self._named, "/")

    def _named(self, typed: str) -> None:
        name = typed.removeprefix("/").strip().lower()
        if name not in CHOICES:
            self.show_message(f"There is no {typed or 'choice without a name'} here: /{', /'.join(CHOICES)}.")
            return
        self.answered()
        self.highlight(name)
        self.action_choose()

    def action_choose(self) -> None:
        """Do what the highlighted choice says."""
        match self.highlighted:
            case "send":
                self._send()
            case "copy":
                self._copy()
            case "date":
                self._ask_date()
            case "reopen":
                self._reopen()
            case "library" | "leave":
                self.show_message("Saving …")
                self.live.leave(ended=True, to_library=self.highlighted == "library")

    def _send(self) -> None:
        from session_tui.tui.screens.outbox.export import ExportScreen

        if isinstance(self.app, Posts):
            self.app.push_screen(ExportScreen(self.live.session, self.app.context, self.app.outbox_service))

    def _copy(self) -> None:
        from session_tui.export.markdown import session_markdown
        from session_tui.tui.clipboard import copy_markdown

        session, today = self.live.session, self.live.context.today
        text = session_markdown(agreed(session, today), today)
        self.show_message(copy_markdown(self.app, text, session.id, "What was agreed"))

    def _ask_date(self) -> None:
        due = next_due(self.live.session, self.live.context.configuration.cadence)
        self.ask("Next session", self._dated, due.isoformat() if due else "+2w")
        self.show_message("Enter writes a calendar file into this folder. As in: mon, +2w, 14dec, 2026-12-14.")

    def _dated(self, typed: str) -> None:
        context, session = self.live.context, self.live.session
        day = dates.read(typed, context.today)
        if day is None or day < context.today:
            self.show_message(f"“{typed}” is not a date to come. As in: mon, +2w, 14dec, 2026-12-14.")
            return
        path = Path(f"{session.id}-next.ics")
        self.answered()
        setting = Setting(context.now().astimezone(), context.places.configuration.people)
        self.work(partial(_calendar, session, day, setting, path), self._told, group="date")

    def _reopen(self) -> None:
        if why := self.live.reopen():
            self.show_message(sentence(why))
        else:
            if isinstance(self.app, Posts):
                task = partial(self.app.outbox_service.drop_held, self.live.session.id)
                self.app.run_worker(task, thread=True, group="end", exit_on_error=False)
            self.dismiss()

    def failed(self, fault: Fault) -> None:
        """Show why a task failed."""
        self.show_message(str(fault))


def _sent(app: Posts, session: Session) -> str:
    """Put the session into the outbox and start sending; in a thread."""
    results = app.outbox_service.at_end(session)
    if results:
        app.outbox_service.wake()
    return "  ".join(map(str, results))


def _calendar(session: Session, day: date, setting: Setting, path: Path) -> str:
    """Write the calendar file and return the message; in a thread. An existing file is kept."""
    from session_tui.export.calendar import next_session
    from session_tui.tui.screens.outbox.export import write_document

    return write_document(Path.cwd() / path, next_session(summarise(session, "shared"), day, setting))
