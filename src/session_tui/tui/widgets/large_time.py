"""A time in large digits, in the largest size that its room allows."""

from textual.geometry import Size
from textual.reactive import reactive

from session_tui.tui.drawings import large_digits
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned


class LargeTime(Toned):
    """As wide and high as its digits, within `room`; one line of plain text where none fit."""

    value: reactive[str] = reactive("", layout=True)
    room: reactive[tuple[int, int]] = reactive((0, 0), layout=True)  # columns and lines at most
    look: reactive[str] = reactive("accent")  # the tone

    def _fitting(self) -> large_digits.DigitSize | None:
        return large_digits.largest(self.value, *self.room)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The columns of the digits."""
        size = self._fitting()
        return large_digits.size_of(self.value, size)[0] if size else len(self.value)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of the digits."""
        size = self._fitting()
        return large_digits.size_of(self.value, size)[1] if size else 1

    def render(self) -> Text:
        """The digits."""
        size = self._fitting()
        lines = large_digits.drawn(self.value, size) if size else (self.value,)
        return Text("\n".join(lines), style=self.tone(self.look), no_wrap=True, overflow="crop")
