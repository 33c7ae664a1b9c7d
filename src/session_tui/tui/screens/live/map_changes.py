"""What changed on the map since last time: who came, went and moved, and the notes that say why."""

from collections.abc import Iterator
from datetime import date

from session_tui.model.session import Session
from session_tui.model.stakeholder_map.changes import changes
from session_tui.model.stakeholder_map.description import describe_changes
from session_tui.tui.screens.text_page import PrivatePage


class ChangedMapScreen(PrivatePage):
    """A page of words; the chart itself carries the marks."""

    def __init__(self, before: Session, after: Session, today: date) -> None:
        super().__init__()
        self.before, self.after, self.today = before, after, today

    def lines(self) -> Iterator[str]:
        """A heading, then a line for everybody who is not as last time."""
        for number, line in enumerate(describe_changes(changes(self.before, self.after), self.before, self.today)):
            yield line if number == 0 else f"  • {line}"
