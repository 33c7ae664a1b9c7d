"""The footer: the keys of a screen with their actions. Entries can be clicked, and none is cut.

Textual's own Footer has a widget for each key, and creates all of them again whenever the focus
moves (in 8.2.8 the earlier ones stay in memory). This footer is one drawn line, because the
reaction time of the live screen is measured.
"""

from textual import events
from textual.geometry import Size
from textual.reactive import reactive

from session_tui.tui.key_hints import HintRow, KeyHint, action_at, lay_out
from session_tui.tui.text import Text
from session_tui.tui.widgets.status_line import StatusLine


class Footer(StatusLine):
    """Entries keep their places. An action that is not possible now is dim; on its key or a click
    the screen shows the reason.
    """

    ALLOW_SELECT = False

    hints: reactive[tuple[KeyHint, ...]] = reactive(())

    def __init__(self, lines: int = 1) -> None:
        """`lines` is the most lines; more than one is for windows, which have a margin of their
        own.
        """
        super().__init__(id="foot")
        self.lines = lines
        self.lead = " " if lines == 1 else ""

    def on_mount(self) -> None:
        """Fill the footer when the screen is complete."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        if not self.hints:
            self.screen.refresh_bindings()

    def watch_hints(self) -> None:
        """Lay out again: the new entries may need another number of lines."""
        if self.lines > 1:
            self.refresh(layout=True)

    def render(self) -> Text:
        """The entries that fit into the current width, so that the first paint has them."""
        text = Text(self.lead, no_wrap=True, overflow="ellipsis", end="")
        for number, row in enumerate(self._rows(self.size.width)):
            if number:
                text.append("\n")
            for piece in row:
                text.append(piece.text, self.tone(piece.tone))
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines that the entries need."""
        return max(1, len(self._rows(width)))

    def on_click(self, event: events.Click) -> None:
        """Run the action of the clicked entry, as its key does."""
        event.stop()
        event.prevent_default()  # of the status line
        rows = self._rows(self.size.width)
        if event.y < len(rows) and (action := action_at(rows[event.y], event.x - len(self.lead))):
            self.screen.call_next(self.app.run_action, action, self.screen)

    def _rows(self, width: int) -> list[HintRow]:
        return lay_out(self.hints, width - 2 * len(self.lead), self.lines)
