"""The last check before the terminal: each drawn line of every widget, ours or the framework's,
passes this filter.

The text of our widgets is safe before (`tui/text.py`), because it has to be measured. This filter
catches a piece that was forgotten there.
"""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from session_tui.tui.text import same_width


class TerminalFilter(LineFilter):
    """Removes control characters, overrides of the reading order and links from drawn lines; their
    width stays.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The filtered segments. Nearly always the given list itself: a frame has thousands of
        segments.
        """
        for text, style, control in segments:
            if control or not text.isprintable() or (style is not None and style.link):
                return [_shown(segment) for segment in segments]
        return segments


def _shown(segment: Segment) -> Segment:
    text, style, _ = segment
    # Control codes belong to the driver: no widget draws them. A link's address could come from a
    # file.
    return Segment(same_width(text), style.update_link(None) if style is not None and style.link else style)
