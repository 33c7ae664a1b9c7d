"""The choice of a theme: the highlighted one is shown on the whole screen at once."""

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.context import AppContext
from session_tui.model import glyphs
from session_tui.model.colours import READABLE
from session_tui.store import themes as files
from session_tui.store.errors import from_os_error
from session_tui.store.themes import OwnTheme
from session_tui.tui.screens.dialog import ListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.themes import ANSI, COLOURS, WORDS, least_contrast, own_theme

COLUMNS = (Column("Theme", 20), Column("", share=1), Column("Contrast", 9))


class _Row(Struct, frozen=True):
    """A theme of the list; `contrast` is the least of its texts, 0 where it is not known."""

    words: str
    contrast: float = 0
    own: OwnTheme | None = None


class ThemeScreen(ListDialog[str]):
    """Enter keeps the highlighted theme, escape the one before. Returns a message."""

    FOOT = ("move", "choose", "back")
    BINDINGS = [("enter", "choose", "keep it"), escape("as it was")]
    others = 18

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self._rows: dict[str, _Row] = {}
        self._before = ""

    def compose(self) -> ComposeResult:
        """Compose the list, and what the configuration says."""
        with Vertical():
            yield words("Which colours?", "title")
            yield words(self._wins() or "The highlighted theme is shown at once; ⏎ keeps it on this machine.")
            yield words(f"Contrast is that of its weakest text: {READABLE} is enough to be read.")
            yield from self.the_list()
            yield from self.bottom()

    def on_mount(self) -> None:
        """Show the themes, that in force highlighted; those of one's own are read in a thread."""
        self._before = self.app.theme
        self._rows = {name: _Row(WORDS[name], self._contrast(name)) for name in WORDS}
        self.rows.highlighted = self._before
        self.work(lambda: files.own_themes(self.context.places), self._read)

    def _read(self, found: tuple[OwnTheme, ...]) -> None:
        for own in found:
            if own.fault is not None:
                self._rows[own.name] = _Row(str(own.fault), own=own)
            elif own.name not in WORDS:
                self.app.register_theme(own_theme(own.name, own.file))
                colours = COLOURS[own.file.base or files.DEFAULT] | own.file.colours
                self._rows[own.name] = _Row("your own", least_contrast(colours)[0], own)
        self.show_list()

    def _contrast(self, name: str) -> float:
        return least_contrast(COLOURS[name])[0] if name in COLOURS else 0

    def _wins(self) -> str:
        """The sentence that the configuration sets a theme."""
        places = self.context.places
        if not places.configuration.theme or places.config is None:
            return ""
        name = places.config.path.name
        return f"theme in {name} wins at each start: what is kept here counts once that key is gone."

    # ---- the list -------------------------------------------------------------------------------

    def table(self) -> Table:
        """Return a row for each theme."""
        return Table(COLUMNS, tuple(self._rows), self._cells, ())

    def highlight(self, key: str) -> None:
        """Highlight a theme, and show the screen in it."""
        super().highlight(key)
        if self.app.is_running and key in self._rows and not self.why_not("choose", ()) and not self._later(key):
            self.app.theme = key

    def detail(self, key: str) -> tuple[str, ...]:
        """Return why a theme cannot be used, or which of its texts are hard to read."""
        row = self._rows.get(key)
        if row is None:
            return ()
        if row.own is not None and row.own.fault is not None:
            return (f"{row.own.fault.where}: {row.own.fault.what}.", row.own.fault.do)
        if 0 < row.contrast < READABLE:
            own = row.own.file if row.own else None
            _, text, on = least_contrast(COLOURS[(own and own.base) or files.DEFAULT] | (own.colours if own else {}))
            return (f"{text} on {on} is hard to read: {row.contrast:.1f}, and {READABLE} is the least.",)
        if self._later(key):
            return ("It counts from the next start on.",)
        return ("It is in force." if key == self._before else "",)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        row = self._rows[key]
        if row.own is not None and row.own.fault is not None:
            return Cell(key), Cell(f"{glyphs.WARNING} {row.words}", "warn"), Cell("")
        sign = f" {glyphs.WARNING}" if 0 < row.contrast < READABLE else ""
        return Cell(key), Cell(row.words, "muted"), Cell(f"{row.contrast:.1f}{sign}" if row.contrast else "")

    def _later(self, key: str) -> bool:
        """Whether it counts from the next start on: the terminal's own colours are requested at
        the start.
        """
        return ANSI.name in (key, self._before) and key != self._before

    # ---- keys -----------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why the highlighted theme cannot be kept."""
        row = self._rows.get(self.highlighted)
        faulty = row is not None and row.own is not None and row.own.fault is not None
        return "This theme has a fault; the line above says which." if action == "choose" and faulty else ""

    def action_choose(self) -> None:
        """Keep the highlighted theme."""
        name = self.highlighted

        def kept(fault: str) -> None:
            if fault:
                self.show_message(f"Not kept: {fault}", "bad")
            else:
                self._before = self.app.theme
                self.dismiss(f"{name} counts from the next start on." if self._later(name) else f"{name} is kept.")

        self.work(lambda: self._keep(name), kept)

    def _keep(self, name: str) -> str:
        try:
            files.choose(self.context.places, name)
        except OSError as error:
            return str(from_os_error(error, self.context.places.state.path))
        return ""

    def go_back(self) -> None:
        """Show the theme from before, and close."""
        if self.app.theme != self._before:
            self.app.theme = self._before
        self.close()
