"""The enemies of teamwork in this account, as our people see them: private until the facilitator opens it."""

from collections.abc import Iterator

from session_tui.model.team.enemies import HabitsReport
from session_tui.tui.screens.team import enemies_text as parts
from session_tui.tui.screens.text_page import PrivatePage


class EnemiesHereScreen(PrivatePage):
    """A page: what is often there or rules first, then what was seen."""

    def __init__(self, account: str, told: HabitsReport) -> None:
        super().__init__()
        self.account, self.told = account, told

    def lines(self) -> Iterator[str]:
        """A heading, then a line a habit that anybody saw."""
        told = self.told
        yield f"Enemies of teamwork: {self.account}, {told.round}, {parts.people(told.many)} answered"
        if question := parts.worth_asking(told):
            yield f"▲ {question}"
        seen = [each for each in told.habits if each.seen_by and not each.lives]
        for title, habits in (("OFTEN OR RULING", told.living), ("SEEN", seen)):
            if habits:
                yield ""
                yield title
            for each in habits:
                bar, habit, _, often = parts.row(each)
                yield f"  {bar}  {habit:<32}{often}"
        if unseen := [each.words for each in told.habits if not each.seen_by]:
            yield ""
            yield "NOT SEEN"
            yield f"  {', '.join(unseen)}"
