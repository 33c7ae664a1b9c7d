"""The rail: the parts of the session with their spent, remaining and overrun time."""

from rich.cells import cell_len, set_cell_size
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from session_tui.model import glyphs
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Part
from session_tui.model.timebox import PartTime, Timebox, clock_text
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned

WIDE = 140  # columns


class Rail(Toned):
    """One line for each part. The bars share the available width, all at one scale."""

    parts: reactive[tuple[Part, ...]] = reactive(())
    times: reactive[Timebox | None] = reactive(None)
    airy: reactive[bool] = reactive(False, layout=True)  # an empty line between two parts

    class PartClicked(Message):
        """A part was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def on_click(self, event: Click) -> None:
        """Post `PartClicked` for the clicked line."""
        index, between = divmod(event.y, 2) if self.airy else (event.y, 0)
        if not between and index < len(self.parts):
            self.post_message(self.PartClicked(index))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each part, whatever the width.

        Without this the framework would draw the rail to count its lines, and to draw it needs a
        size, for which the whole screen would be laid out a second time.
        """
        return max(1, len(self.parts) * 2 - 1 if self.airy else len(self.parts))

    def render(self) -> Text:
        """All parts; sign, weight and colour distinguish the running one."""
        text = Text(no_wrap=True, overflow="crop")
        box = self.times
        if box is None:
            return text
        widest = max((cell_len(safe_text(part.title)) for part in self.parts), default=0)
        title_width = min(widest, max(8, self.size.width - 24))
        room = self.size.width - title_width - 36
        longest = max((max(each.planned, each.allotted) for each in box.parts), default=0) / 60
        # The minutes of one cell: as many cells for a minute as the width allows, at most four, in
        # a wide rail ten.
        per_cell = max(0.1 if self.size.width >= WIDE else 0.25, longest / room) if room > 0 else 0
        for index, (part, each) in enumerate(zip(self.parts, box.parts, strict=True)):
            if index:
                text.append("\n\n" if self.airy else "\n")
            running = index == box.running and box.state != "ended"
            text.append_text(self._line(part, each, running, title_width, per_cell))
        return text

    def _line(self, part: Part, each: PartTime, running: bool, title_width: int, per_cell: float) -> Text:
        sign = glyphs.RUNNING if running else glyphs.DONE if each.held else glyphs.PASSED if each.done else " "
        head = f" {sign} {set_cell_size(safe_text(part.title), title_width)}  "
        if running or each.done:
            goal = each.allotted if running else each.planned
            figures = f"{clock_text(each.spent):>5} of {clock_text(goal):>5}"
        else:
            figures = f"{clock_text(each.left):>14}"
        line = Text(head + figures + "  ", style=self.tone("strong" if running else "muted"), no_wrap=True)
        if not per_cell:
            return line
        goal = each.allotted if running else each.planned if each.done else each.left
        cells = max(1, round(goal / 60 / per_cell))
        over = each.spent > goal + 0.5 and (running or each.done)
        full = cells if over else min(cells, int(each.spent / 60 / per_cell)) if running or each.done else 0
        line.append(glyphs.FULL * full, self.tone("accent" if running else "muted"))
        line.append(glyphs.EMPTY * (cells - full), self.tone("muted"))
        if over:
            line.append(f"  {clock_text(each.spent - goal)} over", self.tone("warn"))
        return line
