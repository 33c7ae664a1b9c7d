"""The last wall before the terminal: every line that any widget draws, ours or the framework's, passes here.

What widgets show is clean long before (`tui/text.py`), because it has to be measured. What was
forgotten there can only be shown here.
"""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from session_tui.tui.text import same_width


class TerminalFilter(LineFilter):
    """Takes control characters, overrides of the reading order and links out of drawn lines, keeping their width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list where nothing has to change, which is nearly always; a frame has thousands of segments."""
        for text, style, control in segments:
            if control or not text.isprintable() or (style is not None and style.link):
                return [_shown(segment) for segment in segments]
        return segments


def _shown(segment: Segment) -> Segment:
    text, style, _ = segment
    # Control codes are the driver's: no widget draws them. A link would be written as an address of a file's.
    return Segment(same_width(text), style.update_link(None) if style is not None and style.link else style)
