"""The library's tab of actions over all sessions; keys set one done and undo it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from textual.app import ComposeResult

from session_tui.index.index import Index
from session_tui.model import dates, edits, glyphs
from session_tui.model.analysis import ours
from session_tui.model.edits import Edit
from session_tui.model.name_keys import folded, name_key
from session_tui.model.reports import action_tracking
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.session import Session
from session_tui.store import batch_edit
from session_tui.store.errors import StoreError
from session_tui.tui.outbox_worker import Posts
from session_tui.tui.screens.base import ASKED, Hinted
from session_tui.tui.screens.library.tab import Library, LibraryTab
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine
from session_tui.tui.widgets.table_view import TableView

COLUMNS = (
    Column("Due", 11),
    Column("Owner", 14),
    Column("What", share=3),
    Column("Account", share=1, least=70),
    Column("Deal", share=1, least=150),
    Column("Slipped", 7, least=90),
)
NOTHING_OPEN = (
    "Nothing is open.",
    "What is promised in a session stands here until it is done; o shows what was done.",
)
NONE_LIKE_THAT = ("No action matches.", "esc takes the filter away.")
Said: TypeAlias = tuple[str, str]  # a sentence, and its tone
MOST = 2_000  # rows; the filter finds the others


class ActionsScreen(LibraryTab):
    """A row for each action, grouped by owner; the user's own come first."""

    TAB = "Actions"
    FILTER = "Words of an action, its owner or its account"
    FOOT = ("done", "undo", "change", "all", "open", "filter", "back", "copy", "tab", "help")
    BINDINGS = [
        ("x", "done", "done"),
        ("u,ctrl+z", "undo", "undo"),
        ("e", "change", "change"),
        ("o", "all", "all, open"),
        ("enter", "open", "read"),
        ("y", "copy", "copy"),
        ("q", "back"),
    ]

    def __init__(self, home: Library) -> None:
        super().__init__()
        self._home = home
        self.found: dict[str, TrackedAction] = {}
        self.closed = False  # done and dropped actions are shown too
        self._all: tuple[TrackedAction, ...] = ()
        self._owing: dict[str, int] = {}  # how many open actions each owner has, over all accounts
        self._undo: list[tuple[str, Edit]] = []
        self._changing: TrackedAction | None = None
        self._changes = 0

    @property
    def home(self) -> Library:
        """The library's first screen."""
        return self._home

    @property
    def account(self) -> str:
        """The account of the highlighted action."""
        action = self._action()
        return action.account if action else ""

    def middle(self) -> ComposeResult:
        """Compose the list, and the whole text of the highlighted action."""
        yield TableView(id="middle")
        yield FoldedLine(id="whole")
        yield FoldedLine(id="detail")

    def on_mount(self) -> None:
        """Read the actions in the index thread."""
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), ("   what is owed", "muted"))
        self.filtered()

    # ---- what there is --------------------------------------------------------------------------

    def filtered(self) -> None:
        """Ask again: something changed."""
        self.home.index_worker.ask("actions", partial(_of, self.closed), self._show)

    def on_input_changed(self, event: Field.Changed) -> None:
        """Filter the list by the typed text, unless the text is a change to an action."""
        event.stop()
        if self._changing is None:
            self._list()

    def _show(self, found: tuple[TrackedAction, ...]) -> None:
        self._all = found
        self._owing = action_tracking.open_by_owner(found)
        self._list()

    def _list(self) -> None:
        wanted = folded(self._kept if self._changing else self.wanted).split()
        mine = name_key(self.home.context.configuration.name)
        found = [each for each in self._all if all(word in _words(each) for word in wanted)]
        found.sort(key=lambda each: name_key(each.item.owner) != mine or not mine)
        self.found = {_key(each): each for each in found[:MOST]}
        self.fill(Table(COLUMNS, tuple(self.found), self._cells, NONE_LIKE_THAT if wanted else NOTHING_OPEN), stay=True)
        today = self.home.context.today
        late = sum(each.overdue(today) for each in found)
        opened = sum(each.is_open for each in found)
        summary = f"{opened:,} open" + (f", {late:,} of them overdue" if late else "")
        if len(found) > MOST:
            summary += f"; the first {MOST:,} here, / finds the others"
        self.say_tabs(summary)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        action = self.found[key]
        item, today = action.item, self.home.context.today
        due = dates.short(item.due, today) if item.due else "no date"
        if action.overdue(today):
            when = Cell(f"{glyphs.WARNING} {due}", "bad")
        elif action.is_open:
            when = Cell(f"  {due}")
        else:
            when = Cell(f"{glyphs.DONE} done" if item.status == "done" else f"{glyphs.NOT} dropped", "muted")
        tone = "" if action.is_open else "muted"
        return (
            when,
            Cell(item.owner or "nobody", tone if item.owner else "warn"),
            Cell(item.text, tone),
            Cell(action.account, "muted"),
            Cell(" · ".join(filter(None, (action.zone, action.opportunity))), "muted"),
            Cell(f"{action.slips}×" if action.slips else "", "warn" if action.slips > 1 else "muted"),
        )

    def highlight(self, key: str) -> None:
        """Highlight this action; its whole text stands below the list."""
        super().highlight(key)
        action, line = self._action(), self.query_one("#detail", StatusLine)
        self.query_one("#whole", StatusLine).say((self.rows.cut_text(), "strong"))
        if action is None:
            line.say()
            return
        item, today = action.item, self.home.context.today
        facts = [
            action.handle,
            dates.words(item.due, today) if item.due else "no date",
            action_tracking.owing(item.owner, self._owing.get(name_key(item.owner), 0))
            if item.owner
            else "nobody's yet",
            action.opportunity,
            action.zone,
            f"slipped {action.slips}×" if action.slips else "",
            "the owner said yes" if item.accepted_at else "",
            f"result: {item.result}" if item.result else "",
            item.note,
        ]
        line.say((" · ".join(each for each in facts if each), "muted"))

    def _action(self) -> TrackedAction | None:
        return self.found.get(self.rows.highlighted)

    # ---- keys -----------------------------------------------------------------------------------

    def foot(self) -> Sequence[Hinted]:
        """Return the prompt line's keys while a change is typed."""
        return ASKED if self._changing is not None else super().foot()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a key has no effect: no row, or an action that is settled already."""
        found = self._action()
        if found is None and action in ("done", "change", "open", "copy"):
            return "Nothing is highlighted."
        if action == "done" and found is not None and not found.is_open:
            return f"{found.handle} is {found.item.status} already; e and open make it open again."
        return "There is nothing to take back." if action == "undo" and not self._undo else ""

    def action_done(self) -> None:
        """Set the action done; with a result, it is e and `done they agreed`."""
        if action := self._action():
            self._change(action, "done")

    def action_change(self) -> None:
        """Ask for a change, typed as in a session: `done they agreed`, `drop`, `@mia due:+3d`."""
        action = self._action()
        if action is None:
            return
        self._kept, self._changing = self.wanted, action
        self.show_message("done they agreed · drop no budget · @mia due:+3d · open   esc: as it is")
        self.prompt.open(action.item.id)
        self.refresh_bindings()

    _kept = ""

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Carry out a typed change; keep a filter."""
        action, typed = self._changing, event.value.strip()
        if action is None:
            return
        event.stop()
        if typed:
            self._change(action, typed)
        else:
            self.show_message("")
        self.set_focus(None)

    def on_input_blurred(self, event: Field.Blurred) -> None:
        """Give the line back to the filter."""
        if self._changing is not None:
            self._changing = None
            self.prompt.field.value = self._kept
            self.refresh_bindings()

    def action_undo(self) -> None:
        """Undo the last change, in its session's file."""
        self._take_back(*self._undo.pop())

    def action_all(self) -> None:
        """Show settled actions too, or only open ones."""
        self.closed = not self.closed
        self.show_message("Done and dropped ones are shown too; o hides them." if self.closed else "")
        self.filtered()

    def action_open(self) -> None:
        """Open the action's session."""
        if action := self._action():
            self.home.read_session(action.session_id, action.item.id)

    def action_copy(self) -> None:
        """Copy the action as Markdown."""
        from session_tui.export.markdown import action_markdown
        from session_tui.store.session_folder import SessionFile
        from session_tui.tui.clipboard import copy_markdown

        action = self._action()
        if action is None:
            return

        def copy(row: SessionFile | None) -> None:
            if row is not None and isinstance(row.session, Session):
                text = action_markdown(row.session, action.item, self.home.context.today)
                self.show_message(copy_markdown(self.app, text, action.session_id, action.item.id))

        self.home.index_worker.ask("copy", lambda index: index.row_named(action.session_id), copy)

    # ---- changing -------------------------------------------------------------------------------

    def _change(self, action: TrackedAction, marks: str) -> None:
        now, places, today = self.home.context.now(), self.home.context.places, self.home.context.today

        def work(index: Index) -> Said:
            names = (name for each in index.sessions() for name in ours(each)) if "@" in marks else ()
            others = tuple(dict.fromkeys(names))
            edit_of = batch_edit.marked(action.item.id, marks, places, now, others=others)
            session, edit = batch_edit.change(self._path(action.session_id), places, edit_of, now)
            if edits.inverse(edit) is not None:
                self._undo.append((action.session_id, edit))
            untold = self._send_on(session)
            index.refresh()
            after = next(each for each in session.action_items if each.id == action.item.id)
            message = f"{action.handle} {action_tracking.became(action.item, after, today)}"
            if after.owner and after.owner != action.item.owner:
                owing = action_tracking.open_by_owner(action_tracking.follow(index.sessions()))
                message += f"; {action_tracking.owing(after.owner, owing.get(name_key(after.owner), 0))} now"
            return f"{message}. u takes it back.{untold}", "warn" if untold else "muted"

        self._write(work)

    def _take_back(self, session_id: str, edit: Edit) -> None:
        now, places = self.home.context.now(), self.home.context.places
        inverse = edits.inverse(edit)
        assert inverse is not None  # only edits with an inverse are kept

        def work(index: Index) -> Said:
            try:
                session, _ = batch_edit.change(self._path(session_id), places, lambda _: inverse, now)
            except StoreError:
                self._undo.append((session_id, edit))  # it may work later
                raise
            untold = self._send_on(session)
            index.refresh()
            return f"Taken back.{untold}", "warn" if untold else "muted"

        self._write(work)

    def _send_on(self, session: Session) -> str:
        """Send the change to the endpoints that have the session; return why one was not sent."""
        return (
            "".join(f" {each}" for each in self.app.outbox_service.changed(session))
            if isinstance(self.app, Posts)
            else ""
        )

    def _path(self, session_id: str) -> Path:
        return self.home.context.sessions / f"{session_id}.toml"

    def _write(self, work: Callable[[Index], Said]) -> None:
        """Run a change in the index thread, one after the other; then show the new list."""

        def or_why_not(index: Index) -> Said:
            try:
                return work(index)
            except StoreError as error:
                return str(error.faults[0]), "bad"

        self._changes += 1
        self.home.index_worker.ask(f"change {self._changes}", or_why_not, self._changed)

    def _changed(self, message: Said) -> None:
        self.show_message(*message)
        self.filtered()


def _of(closed: bool, index: Index) -> tuple[TrackedAction, ...]:
    return tuple(
        action_tracking.in_order(each for each in action_tracking.follow(index.sessions()) if closed or each.is_open)
    )


def _key(action: TrackedAction) -> str:
    return f"{action.session_id}:{action.item.id}"


def _words(action: TrackedAction) -> str:
    item = action.item
    return folded(f"{item.owner} {item.text} {action.account} {action.opportunity} {item.result}")
