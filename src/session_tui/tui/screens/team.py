"""What the screens about our own people share: a list, a line to type in that is there when it is asked for, keys."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from session_tui.context import AppContext
from session_tui.library.shelves import shelves
from session_tui.model.fault import Fault
from session_tui.store.places import Places
from session_tui.tui.librarian import Librarian
from session_tui.tui.parts.sessions import UNREAD
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.line import Line
from session_tui.tui.widgets.rows import Rows


class TeamScreen(Screen[str]):
    """Answers come from a thread of its own that has the index; nothing waits on the screen."""

    CSS_PATH = "team.tcss"
    AUTO_FOCUS = ""
    TITLE = ""
    KEYS: tuple[tuple[str, str], ...] = ()
    ASKED = (("⏎", "take it"), ("esc", "leave it"))  # while the line is typed into
    BINDINGS = [
        ("up,k", "move(-1)", "up"),
        ("down,j", "move(1)", "down"),
        ("pageup", "move(-10)", "page up"),
        ("pagedown", "move(10)", "page down"),
        ("home,g", "edge(-1)", "first"),
        ("end,G", "edge(1)", "last"),
        ("escape,q,ctrl+q,ctrl+c", "back", "back"),
    ]

    def __init__(self, desk: AppContext, places: Places, folder: Path) -> None:
        """`folder` is where briefs go."""
        super().__init__()
        self.desk, self.places, self.folder = desk, places, folder
        self._typed: Callable[[str], None] | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom: where this is, the list, what was said, the line, keys."""
        yield Line(id="title")
        yield from self.middle()
        yield Line(id="said")
        with Horizontal(id="asking"):
            yield Line(id="sign")
            yield Field(id="answer", select_on_focus=False)
        yield Line(id="foot")

    def middle(self) -> ComposeResult:
        """What fills the screen."""
        yield Rows()

    def on_mount(self) -> None:
        """Read in the library's own thread."""
        self.query_one("#asking").display = False
        self.librarian = Librarian(shelves(self.places), self._come_back, self._failed)
        self.read()

    @property
    def keys_wait(self) -> bool:
        """An answer of the index is awaited."""
        return self.is_mounted and self.librarian.keys_wait

    def on_unmount(self) -> None:
        """The thread ends with the screen."""
        self.librarian.close()

    def on_resize(self) -> None:
        """As many keys as there is room for; the first are those that matter most."""
        self._tell_keys()

    def _tell_keys(self) -> None:
        told: list[tuple[str, str]] = []
        room = self.size.width - 2
        for key, does in self.KEYS if self._typed is None else self.ASKED:
            room -= len(key) + len(does) + 4
            if room >= -3:
                told += [(key, "key"), (f" {does}   ", "muted")]
        self.query_one("#foot", Line).say(*told)

    def read(self) -> None:
        """Ask for what there is to show."""
        raise NotImplementedError

    def light(self, key: str) -> None:
        """This row is the highlighted one."""
        self.rows.highlighted = key

    @property
    def rows(self) -> Rows:
        """The list that keys walk through."""
        return self.query(Rows).first()

    def tell(self, words: str, tone: str = "muted") -> None:
        """A sentence above the keys."""
        self.query_one("#said", Line).say((words, tone))

    # ---- the line --------------------------------------------------------------------------------------------------

    def ask(self, label: str, typed: Callable[[str], None]) -> None:
        """Ask for a line; enter gives it to `typed`, escape leaves all as it is."""
        self._typed = typed
        self.query_one("#sign", Line).say((label, "key"))
        self.query_one("#asking").display = True
        line = self.query_one(Field)
        line.value = ""
        line.focus()
        self._tell_keys()

    def answered(self) -> None:
        """The line has done its work."""
        self._typed = None
        self.set_focus(None)
        self.query_one("#asking").display = False
        self._tell_keys()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """What was asked for is there; what is refused stays to be mended."""
        event.stop()
        if self._typed is not None:
            self._typed(event.value.strip())

    # ---- keys ------------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another row."""
        if found := self.rows.move(by):
            self.light(found)

    def action_edge(self, by: int) -> None:
        """The first row or the last."""
        ids = self.rows.table.ids if self.rows.table else ()
        if ids:
            self.light(ids[0 if by < 0 else -1])

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """A click highlights."""
        if self.rows.table and message.entry_id in self.rows.table.ids:
            self.light(message.entry_id)

    def action_back(self) -> None:
        """Out of the line first, then out of the screen."""
        if self._typed is not None:
            self.answered()
        elif len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")

    def _come_back(self, call: Callable[[], None]) -> None:
        def shown() -> None:
            if self.is_mounted:
                call()

        self.app.call_later(shown)

    def _failed(self, fault: Fault) -> None:
        table = self.rows.table
        if table is not None and not table.ids:  # nothing may say that it is still being read
            self.rows.table = replace(table, empty=UNREAD)
        self.tell(str(fault), "bad")
