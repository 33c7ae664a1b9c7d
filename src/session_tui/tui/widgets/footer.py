"""The keys of a screen and what they do: every entry is clicked as well as pressed, and none is cut.

Textual's own Footer has a widget for each key, and makes all of them again whenever the focus moves (in 8.2.8 those
that it made before stay in memory); the live screen is measured, so this is one line that is drawn.
"""

from textual import events
from textual.geometry import Size
from textual.reactive import reactive

from session_tui.tui.key_hints import HintRow, KeyHint, action_at, lay_out
from session_tui.tui.text import Text
from session_tui.tui.widgets.status_line import StatusLine


class Footer(StatusLine):
    """Entries keep their places. What cannot be done now is dim; pressed or clicked, the screen says why not."""

    ALLOW_SELECT = False

    hints: reactive[tuple[KeyHint, ...]] = reactive(())

    def __init__(self, lines: int = 1) -> None:
        """In a window over a screen there may be more `lines`; there it begins at the window's edge."""
        super().__init__(id="foot")
        self.lines = lines
        self.lead = " " if lines == 1 else ""

    def on_mount(self) -> None:
        """The screen knows what to show, once all of it is there."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        if not self.hints:
            self.screen.refresh_bindings()

    def watch_hints(self) -> None:
        """Other entries may take another number of lines."""
        if self.lines > 1:
            self.refresh(layout=True)

    def render(self) -> Text:
        """The entries that fit at the width of this moment: the first paint has them."""
        text = Text(self.lead, no_wrap=True, overflow="ellipsis", end="")
        for number, row in enumerate(self._rows(self.size.width)):
            if number:
                text.append("\n")
            for piece in row:
                text.append(piece.text, self.tone(piece.tone))
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return max(1, len(self._rows(width)))

    def on_click(self, event: events.Click) -> None:
        """The same as the key."""
        event.stop()
        rows = self._rows(self.size.width)
        if event.y < len(rows) and (action := action_at(rows[event.y], event.x - len(self.lead))):
            self.screen.call_next(self.app.run_action, action, self.screen)

    def _rows(self, width: int) -> list[HintRow]:
        return lay_out(self.hints, width - 2 * len(self.lead), self.lines)
