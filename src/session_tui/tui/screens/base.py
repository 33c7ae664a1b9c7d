"""What every screen but the live one is made from: what was said, keys and their footer, a line, a list, work, leaving.

A screen with a list is written so:

    class DealsScreen(ListScreen[str]):
        FOOT = ("open", "move", "remove", "back")  # actions, in the footer's order; those at the end give way first
        BINDINGS = [("enter", "open", "read"), ("x", "remove", "remove")]  # the words stand in the footer

        def compose(self) -> ComposeResult:
            yield Line(id="title")
            yield Rows()
            yield from self.bottom()  # the message, the line to type in, the footer

        def on_mount(self) -> None:
            self.work(self._read, self.fill)  # in a thread; `fill` shows the table that comes back

        def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
            return "Nothing is highlighted." if action == "remove" and not self.highlighted else ""

        def action_remove(self) -> None:
            self.ask("Why?", lambda words: self.work(lambda: remove(words), self._removed))

- `tell` says a sentence, in the widget `said`. `close` goes back, or out of the program where nothing lies below.
- `work` lets a thread do it; what came of it is given to `done` here, a fault is told. It ends with the screen. Keys
  wait for it, but where the group begins with `BEHIND` (`tui/key_order.py`).
- `FOOT` names actions; keys and words are those of `BINDINGS` (of a binding without words nothing is shown). Where
  they are others by the moment, override `foot` and `words_for`; a `KeyHint` may stand there for what no binding has.
  When what these look at changed, call `refresh_bindings`; moving the highlight and the focus does it already.
- `why_not` says why an action cannot be done now: its entry is dim, and the key and a click say the reason. An action
  for which `check_action` is False is not shown at all.
- `ask` opens the line; enter gives what is typed, `answered` closes the line, escape leaves it. Escape then leaves what
  is selected, then `go_back`.
- In a list `light` is the one place where the highlight goes: override it to show more of the row; `fill` keeps it.
- A window over a screen is a `Dialog` (`screens/asking.py`); one with a list is a `ListDialog` (`screens/listing.py`).
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol, TypeVar, runtime_checkable

from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError, foreseen
from session_tui.tui.actions import key_words
from session_tui.tui.clipboard import copy_selection
from session_tui.tui.exit_message import Farewell
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.key_order import start_worker
from session_tui.tui.tables.table import Table
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.message import Message
from session_tui.tui.widgets.prompt_line import PromptLine
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

Result = TypeVar("Result")
T = TypeVar("T")
Hinted = str | KeyHint  # the name of an action, or an entry of the footer as it stands
KEPT = ("help", "back", "leave")  # what a footer shows, whatever there is no room for
ASKED: tuple[Hinted, ...] = (
    KeyHint((("⏎", "give_line"),), "take it", kept=True),
    KeyHint((("esc", "back"),), "leave it", kept=True),
)
EDGE = 1_000_000  # rows; further than any list is long


@runtime_checkable
class ShowsHelp(Protocol):
    """An application that has a page of help: it is a screen itself, so no screen can open it."""

    def show_help(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Open it; `rows` are keys and what they do, told before those of a session."""


class BaseScreen(Screen[Result]):
    """See the module."""

    AUTO_FOCUS = ""
    FOOT: tuple[Hinted, ...] = ()
    SAID = "#said"  # where `tell` says it: a Line, or a Message
    HELP_ROWS: tuple[tuple[str, str], ...] = ()  # keys and what they do, before those of a session
    BINDINGS = [
        # Before the framework, which drops what is selected and then would let escape leave as well.
        Binding("escape", "back", "back", priority=True),
        ("ctrl+q,ctrl+c", "back"),
        ("f1,ctrl+g", "help", "help"),
    ]

    _typed: Callable[[str], None] | None = None

    _complete = False  # its widgets are there, those in other widgets too

    def on_mount(self) -> None:
        """Runs after the handlers of the classes made from this one."""
        self._complete = True
        self.refresh_bindings()

    # ---- what was said ---------------------------------------------------------------------------------------------

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """The lowest lines: what was said, the line to type in while one is asked for, keys."""
        yield message or StatusLine(id="said")
        yield prompt or PromptLine()
        yield Footer()

    def show_message(self, words: str, tone: str = "muted") -> None:
        """A sentence above the keys; nothing takes it away."""
        said = self.query_one(self.SAID)
        assert isinstance(said, StatusLine | Message)
        said.say((words, tone))

    # ---- keys ------------------------------------------------------------------------------------------------------

    def foot(self) -> Sequence[Hinted]:
        """What the footer shows in this moment, in its order."""
        return ASKED if self.asking else self.FOOT

    def words_for(self, action: str, words: str) -> str:
        """What the footer says of an action where its binding says `words`."""
        return words

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Why an action cannot be done now, in a sentence; nothing where it can be."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None is the framework's word for what cannot be done now."""
        return None if self.why_not(action, parameters) else True

    def hints(self) -> tuple[KeyHint, ...]:
        """The footer's entries."""
        found = (self._hint(each) if isinstance(each, str) else each for each in self.foot())
        return tuple(each for each in found if each is not None)

    def refresh_bindings(self) -> None:
        """Something changed that keys depend on; the framework calls it too, when the focus moves."""
        super().refresh_bindings()
        if self._complete:
            for footer in self.query(Footer):
                footer.hints = self.hints()

    @cached_property
    def _keys(self) -> dict[str, list[tuple[str, str, str]]]:
        """The actions that have words, by name: each with its first key, its parameters, and the words."""
        found: dict[str, dict[str, tuple[str, str, str]]] = {}
        for key, binding in self._bindings:
            if binding.show:
                name = binding.action.partition("(")[0]
                words = (binding.key_display or key_words(key), binding.action, binding.description)
                found.setdefault(name, {}).setdefault(binding.action, words)
        return {name: list(actions.values()) for name, actions in found.items()}

    def _hint(self, name: str) -> KeyHint | None:
        state = {action: self._state(action) for _, action, _ in self._keys[name]}
        keys = [(key, action, words) for key, action, words in self._keys[name] if state[action] is not False]
        if not keys:
            return None
        (_, first, words), *_ = keys
        pairs = tuple((key, action) for key, action, _ in keys)
        return KeyHint(pairs, self.words_for(name, words), str(state[first] or ""), name in KEPT)

    def _state(self, action: str) -> str | bool:
        """False where it is not there, else why it cannot be done now."""
        _, name, parameters = parse(action)
        return False if self.check_action(name, parameters) is False else self.why_not(name, parameters)

    def action_help(self) -> None:
        """The keys, and the capture line; over a session the application has this key."""
        if isinstance(self.app, ShowsHelp):
            self.app.show_help(self.HELP_ROWS)

    def action_copy_or_back(self) -> None:
        """What the mouse selected goes to the clipboard; where nothing is selected, back."""
        if said := copy_selection(self):
            self.show_message(said)
        else:
            self.go_back()

    # ---- the line to type in ---------------------------------------------------------------------------------------

    @property
    def asking(self) -> bool:
        """Something is being typed that was asked for."""
        return self._typed is not None

    def ask(self, label: str, typed: Callable[[str], None], value: str = "") -> None:
        """Ask for a line that begins with `value`; enter gives it to `typed`, escape leaves all as it is."""
        self._typed = typed
        self.query_one(PromptLine).open(label, value)
        self.refresh_bindings()

    def answered(self) -> None:
        """The line has done its work."""
        self._typed = None
        self.query_one(PromptLine).close()
        self.set_focus(None)
        self.refresh_bindings()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """What was asked for is there; what is refused stays to be mended."""
        if self._typed is not None and event.input is self.query_one(PromptLine).field:
            event.stop()
            self._typed(event.value.strip())

    async def action_give_line(self) -> None:
        """What enter does in the line."""
        await self.query_one(PromptLine).field.action_submit()

    # ---- leaving ---------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """One thing at a time: what is typed, what is selected, then the screen."""
        if self.asking:
            self.answered()
        elif self.selections:
            self.clear_selection()
        else:
            self.go_back()

    def action_leave(self) -> None:
        """At once, whatever is selected."""
        self.go_back()

    def go_back(self) -> None:
        """To where it was opened from; nothing is lost by it."""
        self.close()

    def close(self, result: Result | None = None) -> None:
        """Back to the screen below with this, or out of the program with its words."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(result)
        else:
            self.app.exit(result.text if isinstance(result, Farewell) else result or "")

    # ---- work ------------------------------------------------------------------------------------------------------

    def work(
        self,
        task: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Fault], None] | None = None,
        *,
        group: str = "work",
        exclusive: bool = False,
    ) -> None:
        """Let a thread do a task; `done` is given here what came of it, `failed` why nothing did, which is told else.

        Of an `exclusive` group only the task that was asked for last is answered.
        """

        async def run() -> None:
            try:
                found = await asyncio.to_thread(foreseen(task))
            except StoreError as error:
                (failed or self.failed)(error.faults[0])
            else:
                done(found)

        start_worker(self, run, group=group, exclusive=exclusive)

    def failed(self, fault: Fault) -> None:
        """What a thread could not do."""
        self.show_message(str(fault), "bad")


class ListScreen(BaseScreen[Result]):
    """A screen with a list that keys walk through; a click highlights as well."""

    BINDINGS = [
        ("up,k", "move(-1)", "choose"),
        ("down,j", "move(1)", "choose"),
        ("pageup", "move(-10)"),
        ("pagedown", "move(10)"),
        ("home,g", "edge(-1)"),
        ("end,G", "edge(1)"),
    ]

    @property
    def rows(self) -> TableView:
        """The list."""
        return self.query(TableView).first()

    @property
    def highlighted(self) -> str:
        """The id of the highlighted row; nothing where there is none."""
        return self.rows.highlighted

    def highlight(self, key: str) -> None:
        """This row is the highlighted one."""
        self.rows.highlighted = key
        self.refresh_bindings()

    def fill(self, table: Table, *, stay: bool = False) -> None:
        """Show this table. What was highlighted stays so; where it went, the first is, or to `stay` the next."""
        rows = self.rows
        before, was = rows.table.ids if rows.table else (), rows.highlighted
        at = before.index(was) if stay and was in before else 0
        rows.table = table
        self.highlight(was if was in table.ids else table.ids[min(at, len(table.ids) - 1)] if table.ids else "")

    def action_move(self, by: int) -> None:
        """Highlight another row."""
        if found := self.rows.move(by):
            self.highlight(found)

    def action_edge(self, by: int) -> None:
        """The first row or the last."""
        self.action_move(by * EDGE)

    def on_table_view_row_chosen(self, message: TableView.RowChosen) -> None:
        """A click highlights; in another list than this one it does nothing."""
        if self.rows.table is not None and message.entry_id in self.rows.table.ids:
            self.highlight(message.entry_id)
