"""Private pages over a session: the changes of the map, and the account's enemies of teamwork."""

from collections.abc import Iterator
from datetime import date

from session_tui.model import glyphs
from session_tui.model.session import Session
from session_tui.model.stakeholder_map.changes import changes
from session_tui.model.stakeholder_map.description import describe_changes
from session_tui.model.team.enemies import HabitsReport
from session_tui.tui.screens.team import enemies_text
from session_tui.tui.screens.text_page import PrivatePage


class ChangedMapScreen(PrivatePage):
    """The people who joined, left or moved on the map since the last session, with reasons."""

    def __init__(self, before: Session, after: Session, today: date) -> None:
        super().__init__()
        self.before, self.after, self.today = before, after, today

    def lines(self) -> Iterator[str]:
        """Yield a heading, then a line for each person who changed."""
        for number, line in enumerate(describe_changes(changes(self.before, self.after), self.before, self.today)):
            yield line if number == 0 else f"  • {line}"


class EnemiesHereScreen(PrivatePage):
    """The enemies of teamwork in one account, as our people reported them."""

    def __init__(self, account: str, report: HabitsReport) -> None:
        super().__init__()
        self.account, self.report = account, report

    def lines(self) -> Iterator[str]:
        """Yield a heading, then a line for each reported habit, frequent habits first."""
        report = self.report
        yield f"Enemies of teamwork: {self.account}, {report.round}, {enemies_text.people(report.many)} answered"
        if question := enemies_text.worth_asking(report):
            yield f"{glyphs.WARNING} {question}"
        seen = [each for each in report.habits if each.seen_by and not each.lives]
        for title, habits in (("OFTEN OR RULING", report.living), ("SEEN", seen)):
            if habits:
                yield ""
                yield title
            for each in habits:
                bar, habit, _, often = enemies_text.row(each)
                yield f"  {bar}  {habit:<32}{often}"
        if unseen := [each.words for each in report.habits if not each.seen_by]:
            yield ""
            yield "NOT SEEN"
            yield f"  {', '.join(unseen)}"
