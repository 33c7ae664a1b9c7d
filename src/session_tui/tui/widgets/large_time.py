"""A time in large digits, in the largest size that its room allows."""

from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from session_tui.tui.drawings import large_digits
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned


class LargeTime(Toned):
    """As wide and high as its digits, within `room`; one line of plain text where none fit."""

    value: reactive[str] = reactive("")
    room: reactive[tuple[int, int]] = reactive((0, 0), layout=True)  # columns and lines at most
    look: reactive[str] = reactive("accent")  # the tone

    class TimeClicked(Message):
        """The digits were clicked."""

    def on_click(self) -> None:
        """Post `TimeClicked`."""
        self.post_message(self.TimeClicked())

    def watch_value(self, before: str, value: str) -> None:
        """Lay out again where the digits need another room; most seconds they do not."""
        if self._extent(before) != self._extent(value):
            self.refresh(layout=True)

    def _extent(self, value: str) -> tuple[int, int]:
        size = large_digits.largest(value, *self.room)
        return large_digits.size_of(value, size) if size else (len(value), 1)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The columns of the digits."""
        return self._extent(self.value)[0]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of the digits."""
        return self._extent(self.value)[1]

    def render(self) -> Text:
        """The digits."""
        size = large_digits.largest(self.value, *self.room)
        lines = large_digits.drawn(self.value, size) if size else (self.value,)
        return Text.lines(lines, style=self.tone(self.look), no_wrap=True, overflow="crop")
