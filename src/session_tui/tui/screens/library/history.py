"""An account: its sessions through time with their times and people, and its one-page brief."""

from collections.abc import Iterator
from datetime import date

from textual.app import ComposeResult

from session_tui.export.brief import sections
from session_tui.index.index import Index
from session_tui.model import dates, formats, glyphs, judgements
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports import account_history
from session_tui.model.reports.account_brief import brief
from session_tui.model.reports.account_history import HeldSession, HistoryReport
from session_tui.model.reports.account_history import SupportHistory as Person
from session_tui.model.session import Session
from session_tui.model.vocabulary import COVERAGE_WORDS, OUTCOME_WORDS
from session_tui.tui.drawings import sparklines
from session_tui.tui.screens.library.tab import AccountTab
from session_tui.tui.screens.text_page import PageScreen
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine
from session_tui.tui.widgets.table_view import TableView

COLUMNS = (
    Column("Held", 12),
    Column("Deal", share=3),
    Column("Outcome", 25),  # in a person's row the change of support: `supporter → non-supporter`
    Column("Minutes", 14, least=60),
    Column("", share=1, least=100),
    Column("Headline", share=4, least=140),
)
EMPTY = ("No session was held on this account yet.", "n on the first tab begins one.")
_WIDEST = 12  # sessions that a line of bars shows; the latest


class AccountScreen(AccountTab):
    """The sessions, then the people with a bar for each session; enter reads the session."""

    TAB = "History"

    def middle(self) -> ComposeResult:
        """Compose the timeline, the list of sessions and people, and the row's whole text."""
        yield StatusLine(id="timeline")
        yield StatusLine(id="days")
        yield TableView(id="middle")
        yield FoldedLine(id="whole")
        yield FoldedLine(id="detail")

    def read(self, index: Index) -> HistoryReport:
        """Return the account's sessions and people through time; in the index thread."""
        return account_history.of_account(index.sessions(self.account), self.account)

    def show(self, found: HistoryReport) -> None:
        """Draw the timeline and the list."""
        self.through_time = found
        sessions = {f"session {one.id}": one for one in reversed(found.sessions)}
        people = {f"person {number}": line for number, line in enumerate(found.people)}
        left = list(self.matching(sessions, _session_words))
        right = list(self.matching(people, _person_words))
        self.found = {**sessions, **people}
        ids = (*left, *(("people", *right) if right else ()))
        self.fill(Table(COLUMNS, ids, self._cells, EMPTY))
        self._draw()
        timed = any(one.spent_minutes for one in found.sessions)
        kept = (
            f"   time kept {sparklines.kept(found.sessions[-_WIDEST:])}  ▄ as planned, █ twice as long" if timed else ""
        )
        self.say_title(kept)
        late = sum(one.over for one in found.sessions)
        over = f", {late} over time" if late else ""
        self.about(f"{formats.count(len(found.sessions), 'session')}{over}")

    def on_resize(self) -> None:
        """Draw the timeline at the new width."""
        if self._read is not None:
            self._draw()

    def highlight(self, key: str) -> None:
        """Highlight a session or a person; the line between the lists is skipped."""
        if key == "people":
            before = isinstance(self.found.get(self.rows.highlighted), Person)
            ids = self.rows.table.ids if self.rows.table else ()
            at = ids.index(key) + (-1 if before else 1)
            key = ids[at] if 0 <= at < len(ids) else ids[ids.index(key) + 1]
        super().highlight(key)
        each = self.found.get(key)
        whole, detail = self.query_one("#whole", StatusLine), self.query_one("#detail", StatusLine)
        whole.say()
        detail.say()
        if isinstance(each, HeldSession):
            whole.say((each.headline, "strong"))
            map_is = each.map_status or judgements.NOT_JUDGED
            still = formats.count(each.open_actions, "open action")
            facts = f"{still} · {each.untested} untested · map {map_is} · {each.id}"
            detail.say((facts, "muted"))
        elif isinstance(each, Person):
            whole.say((self.rows.cut_text(), "strong"))
            detail.say((self._went(each), "muted"))

    def session_of(self, key: str) -> str:
        """Return the session, or the latest one with this person on the map."""
        each = self.found.get(key)
        if isinstance(each, Person):
            return each.now.session_id
        return each.id if isinstance(each, HeldSession) else ""

    def _went(self, person: Person) -> str:
        """Return the person's support in each session."""
        today = self.home.context.today
        went = (f"{dates.short(p.day, today) if p.day else ''} {sparklines.support_word(p)}" for p in person.points)
        return " → ".join(went)

    def _draw(self) -> None:
        room = self.size.width - 4
        line, left, right = sparklines.timeline(self.through_time.sessions, room)
        signs = "   ".join(f"{sign} {OUTCOME_WORDS[o]}" for o, sign in glyphs.OUTCOMES.items() if o)
        between = max(0, room - len(left) - len(right))
        self.query_one("#timeline", StatusLine).say((line, "key"))
        self.query_one("#days", StatusLine).say(
            (f"{left}{signs if len(signs) < between else '':^{between}}{right}", "muted")
        )

    def _cells(self, key: str) -> tuple[Cell, ...]:
        none = Cell("")
        if key == "people":
            titles = ("Support", "Person", "From → to", "Power", "Covered by", "Through the sessions")
            return tuple(Cell(title, "muted") for title in titles)
        each = self.found[key]
        if isinstance(each, Person):
            bars = sparklines.support(each, self.through_time.sessions[-_WIDEST:])
            covered = ", ".join(each.covered_by)
            return (
                Cell(bars, "key"),
                Cell(formats.person(each.name, each.title)),
                Cell(sparklines.support_words(each)),
                Cell(judgements.power_words(each.now.power), "muted"),
                Cell(covered or "nobody", "muted" if covered else "warn"),
                Cell(self._went(each), "muted"),
            )
        day = dates.short(each.day, self.home.context.today) if each.day else ""
        spent = f"{each.spent_minutes:.0f} of {each.planned_minutes} min" if each.spent_minutes else ""
        minutes = f"{sparklines.kept([each])} {spent}" if spent else ""
        deal = " · ".join(filter(None, (each.zone, each.opportunity))) or "the whole account"
        return (
            Cell(day),
            Cell(deal),
            Cell(f"{glyphs.OUTCOMES[each.outcome]} {OUTCOME_WORDS.get(each.outcome or '', '')}"),
            Cell(minutes, "warn" if each.over else "muted"),
            none,
            Cell(each.headline, "muted"),
        )


def _session_words(each: HeldSession) -> str:
    return f"{each.zone} {each.opportunity} {each.outcome} {each.headline}"


def _person_words(each: Person) -> str:
    return f"{each.name} {each.title} {' '.join(each.covered_by)} {COVERAGE_WORDS[each.now.coverage]}"


class BriefScreen(PageScreen):
    """A page about an account, to read before a session or a handover."""

    def __init__(
        self, account: str, sessions: tuple[Session, ...], deals: tuple[PipelineRow, ...], today: date
    ) -> None:
        super().__init__()
        self.found = brief(account, sessions, deals, today)
        self.account, self.today = account, today

    def lines(self) -> Iterator[str]:
        """Yield the account, then each section with its lines indented."""
        yield self.account
        if self.found is None:
            yield "  No session on this account was held yet. n begins one, p prepares it."
            return
        for title, found in sections(self.found, self.today):
            yield ""
            yield title
            for each in found:
                yield f"  • {each}"
