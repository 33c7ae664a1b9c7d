"""What changed in a plan since it was read."""

from collections.abc import Iterator

from session_tui.tui.drawings.text_layout import TextLine, wrapped
from session_tui.tui.screens.text_page import PageScreen

MOST = 2000  # lines; more than these nobody reads


class ChangedScreen(PageScreen):
    """The lines that came and went."""

    BINDINGS = [("d", "leave", "back")]

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__()
        self.changes = changes

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Their signs say which is which; weight only helps."""
        came = sum(1 for line in self.changes if line.startswith("+"))
        counts = f"   + {came:,} came   - {len(self.changes) - came:,} went"
        rest = f"… and {len(self.changes) - MOST:,} lines more" if len(self.changes) > MOST else ""
        told = ((line, "bold" if line.startswith("+") else "") for line in (*self.changes[:MOST], rest))
        for pieces in ((("What changed since you read it", "bold"), (counts, "")), (), *((each,) for each in told)):
            yield from map(TextLine, wrapped(pieces, width))
