"""The base of every screen but the live one: messages, keys, the prompt line, lists, workers.

A screen with a list is written so:

    class DealsScreen(ListScreen[str]):
        # Names of actions, in the footer's order; where room is short, the last ones are left out.
        FOOT = ("open", "move", "remove", "back")
        # The footer shows the third text.
        BINDINGS = [("enter", "open", "read"), ("x", "remove", "remove")]

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

- `show_message` shows a sentence in the widget `#said`. `close` returns to the screen below, or
  ends the program where no screen is below.
- `work` runs a task in a thread. `done` gets its result on the event loop; a fault is shown. The
  worker ends with the screen. Keys wait for it, unless its group begins with `BEHIND`
  (`tui/key_order.py`).
- `FOOT` names actions; their keys and texts come from `BINDINGS` (a binding without a text is not
  shown). Where they change, override `foot` and `words_for`; an entry may be a `KeyHint` where no
  binding fits. After a change of what these methods depend on, call `refresh_bindings`; moving the
  highlight or the focus calls it already.
- `why_not` returns why an action is not possible now: its entry is dim, and the key and a click
  show the reason. An action for which `check_action` is False is not shown at all.
- `ask` opens the prompt line; enter passes on its text, `answered` closes the line, escape closes
  it without an answer. The next escape drops the selection, then one calls `go_back`.
- In a list every move of the highlight goes through `highlight`: override it to show more of the
  row. `fill` keeps the highlight.
- A window over a screen is a `Dialog`, one with a list a `ListDialog` (`screens/dialog.py`).
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Protocol, TypeVar, runtime_checkable

from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from session_tui.model.fault import Fault
from session_tui.model.sentence import capital
from session_tui.store.errors import StoreError, foreseen
from session_tui.tui.actions import key_words
from session_tui.tui.clipboard import copy_selection
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.key_order import start_worker
from session_tui.tui.shutdown import Farewell
from session_tui.tui.tables.table import Table
from session_tui.tui.widgets.field import Field, PromptLine
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.status_line import FoldedLine, Message, StatusLine
from session_tui.tui.widgets.table_view import TableView

Result = TypeVar("Result")
T = TypeVar("T")
Hinted = str | KeyHint  # the name of an action, or an entry of the footer as it stands
AT_EDGE = ("help", "leave")  # left out of `FOOT` where the edge has them
KEPT = ("help", "back", "leave")  # entries that a footer never leaves out for want of room
MOVES = ("move", "scroll", "turn", "edge", "back")  # actions that the palette leaves out
ASKED: tuple[Hinted, ...] = (
    KeyHint((("⏎", "give_line"),), "take it", kept=True),
    KeyHint((("esc", "back"),), "leave it", kept=True),
)
EDGE = 1_000_000  # rows; further than any list is long


@runtime_checkable
class ShowsHelp(Protocol):
    """An application that has a page of help: it is a screen itself, so no screen can open it."""

    def show_help(self, title: str, rows: tuple[tuple[str, str], ...]) -> None:
        """Open it; `rows` are pairs of keys and what they do, shown under `title` before the
        others.
        """

    def show_legend(self) -> None:
        """Open the page of the signs."""


class BaseScreen(Screen[Result]):
    """A screen with a footer, messages, a prompt line and workers; the module describes it."""

    AUTO_FOCUS = ""
    FOOT: tuple[Hinted, ...] = ()
    NO_PALETTE = ""  # why this screen has no palette, if it has none
    SAID = "#said"  # the widget that shows messages: a StatusLine or a Message
    HELP_TITLE = "On this screen"  # the heading of these rows in help
    HELP_ROWS: tuple[tuple[str, str], ...] = ()  # keys and what they do, before those of a session
    BINDINGS = [
        # With priority: else the framework drops the selection, and escape leaves as well.
        Binding("escape", "back", "back", priority=True),
        ("ctrl+q,ctrl+c", "back"),
        ("f1,ctrl+g", "help", "help"),
        ("f9", "legend", "signs"),
        ("ctrl+p", "palette"),
    ]

    _typed: Callable[[str], None] | None = None

    _complete = False  # all widgets are mounted, nested ones too
    _covered = False  # by the curtain, below another window

    def on_mount(self) -> None:
        """Draw the footer; this handler runs after those of the subclasses."""
        self._complete = True
        self.refresh_bindings()

    # ---- messages -------------------------------------------------------------------------------

    def bottom(self, message: StatusLine | Message | None = None, prompt: PromptLine | None = None) -> ComposeResult:
        """Compose the lowest lines: the message, the prompt line while it is open, the footer."""
        yield message or FoldedLine(id="said")
        yield prompt or PromptLine()
        yield Footer()

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show a sentence above the keys; it stays until the next one."""
        widget = self.query_one(self.SAID)
        assert isinstance(widget, StatusLine | Message)
        widget.say((words, tone))

    # ---- keys -----------------------------------------------------------------------------------

    def foot(self) -> Sequence[Hinted]:
        """Return the footer's entries for the present state, in their order."""
        return ASKED if self.asking else self.FOOT

    def words_for(self, action: str, words: str) -> str:
        """Return the footer's text for an action whose binding has the text `words`."""
        return words

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return a sentence why an action is not possible now; empty where it is possible."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return None, the framework's value for "disabled", where `why_not` has a reason."""
        return None if self.why_not(action, parameters) else True

    def hints(self) -> tuple[KeyHint, ...]:
        """The footer's entries: those of the state, then help, palette and exit at the edge."""
        edge = self.edge()
        foot = [each for each in self.foot() if not (edge and each in AT_EDGE)]
        found = (self._hint(each) if isinstance(each, str) else each for each in foot)
        return (*(each for each in found if each is not None), *edge)

    def edge(self) -> tuple[KeyHint, ...]:
        """Return the entries that every screen has at the same place."""
        keys = (("ctrl+g", "help", ""), ("ctrl+p", "actions", self.NO_PALETTE), ("ctrl+q", "leave", ""))
        return tuple(
            KeyHint(((key_words(key), f"press('{key}')"),), words, why, at_edge=True) for key, words, why in keys
        )

    def refresh_bindings(self) -> None:
        """Draw the footer again; the framework calls this too, when the focus moves."""
        super().refresh_bindings()
        if self._complete:
            for footer in self.query(Footer):
                footer.hints = self.hints()

    @cached_property
    def _keys(self) -> dict[str, list[tuple[str, str, str]]]:
        """Shown actions by name; of each binding its first key, action with parameters, text."""
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
        kept = name in KEPT and not self.edge()  # the edge has a key that leaves
        return KeyHint(pairs, self.words_for(name, words), str(state[first] or ""), kept)

    def _state(self, action: str) -> str | bool:
        """Return False where the action is not shown, else the reason of `why_not`."""
        _, name, parameters = parse(action)
        return False if self.check_action(name, parameters) is False else self.why_not(name, parameters)

    def named_actions(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield the actions with a text for the palette, those of the footer first: words, key,
        action, why not now.
        """
        first = [each for each in self.foot() if isinstance(each, str)]
        for name in dict.fromkeys((*first, *reversed(self._keys))):
            for key, action, words in self._keys.get(name, ()) if name not in MOVES else ():
                if words and (state := self._state(action)) is not False:
                    yield capital(words), key, action, str(state or "")

    def action_help(self) -> None:
        """Open the page of help; over a session the application handles this key."""
        if isinstance(self.app, ShowsHelp):
            self.app.show_help(self.HELP_TITLE, self.HELP_ROWS)

    def action_legend(self) -> None:
        """Open the signs; over a session the application handles this key."""
        if isinstance(self.app, ShowsHelp):
            self.app.show_legend()

    def action_press(self, key: str) -> None:
        """Do as this key does, wherever it is handled."""
        self.app.post_message(events.Key(key, None))

    def action_palette(self) -> None:
        """Open the palette, or show why there is none; over a session the application handles
        this key.
        """
        if self.NO_PALETTE:
            self.show_message(self.NO_PALETTE, "warn")
        else:
            self.app.action_command_palette()

    def action_copy_or_back(self) -> None:
        """Copy the mouse's selection to the clipboard; without a selection, go back."""
        if message := copy_selection(self):
            self.show_message(message)
        else:
            self.go_back()

    # ---- the prompt line ------------------------------------------------------------------------

    @property
    def asking(self) -> bool:
        """Whether the prompt line waits for an answer."""
        return self._typed is not None

    def ask(self, label: str, typed: Callable[[str], None], value: str = "") -> None:
        """Open the prompt line with the text `value`; enter calls `typed` with its text."""
        self._typed = typed
        self.query_one(PromptLine).open(label, value)
        self.refresh_bindings()

    def answered(self) -> None:
        """Close the prompt line."""
        self._typed = None
        self.query_one(PromptLine).close()
        self.set_focus(None)
        self.refresh_bindings()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Pass the typed text on; a refused text stays in the line to be corrected."""
        if self._typed is not None and event.input is self.query_one(PromptLine).field:
            event.stop()
            self._typed(event.value.strip())

    async def action_give_line(self) -> None:
        """Do as enter does in the prompt line."""
        await self.query_one(PromptLine).field.action_submit()

    # ---- leaving --------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Leave one thing at a time: the prompt line, the selection, then the screen."""
        if self.asking:
            self.answered()
        elif self.selections:
            self.clear_selection()
        else:
            self.go_back()

    def action_leave(self) -> None:
        """Leave the screen at once; the selection does not matter."""
        self.go_back()

    def go_back(self) -> None:
        """Return to the screen below; nothing is lost."""
        self.close()

    def close(self, result: Result | None = None) -> None:
        """Return to the screen below with this result, or end the program and print it."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(result)
        else:
            self.app.exit(result.text if isinstance(result, Farewell) else result or "")

    def close_covered(self) -> None:
        """Close because of the curtain. Under another window the screen is emptied, and closes
        when that window does.
        """
        if self.app.screen is self:
            self.close()
            return
        self._covered = True
        for each in self.children:
            each.visible = False

    def on_screen_resume(self) -> None:
        """Close where the curtain was drawn in the window above."""
        if self._covered:
            self.close()

    # ---- work -----------------------------------------------------------------------------------

    def work(
        self,
        task: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Fault], None] | None = None,
        *,
        group: str = "work",
        exclusive: bool = False,
    ) -> None:
        """Run a task in a thread; then call `done` with its result, or `failed` with the fault.

        Both are called on the event loop. Without `failed` the fault is shown as a message.

        In an `exclusive` group only the newest task gets an answer.
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
        """Show why a task failed."""
        self.show_message(str(fault), "bad")


class ListScreen(BaseScreen[Result]):
    """A screen with a list; keys and clicks move its highlight."""

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
        """The id of the highlighted row; empty where there is none."""
        return self.rows.highlighted

    def highlight(self, key: str) -> None:
        """Highlight this row."""
        self.rows.highlighted = key
        self.refresh_bindings()

    def fill(self, table: Table, *, stay: bool = False) -> None:
        """Show this table. The same row stays highlighted.

        Where that row is missing, the first is highlighted, or with `stay` the row in its place.
        """
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
        """Highlight the clicked row; a row of another list is ignored."""
        if self.rows.table is not None and message.entry_id in self.rows.table.ids:
            self.highlight(message.entry_id)
