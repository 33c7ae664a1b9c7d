"""The assumptions about an account and their results, and how reliable the team's evidence was."""

from textual.app import ComposeResult

from session_tui.index.index import Index
from session_tui.model import dates, glyphs
from session_tui.model.reports.assumption_history import AssumptionHistory, Trust, beliefs, trust
from session_tui.model.vocabulary import BELIEF_SIGNS, BELIEF_WORDS, EVIDENCE_WORDS
from session_tui.tui.drawings import sparklines
from session_tui.tui.screens.library.tab import AccountTab
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.status_line import FoldedLine, StatusLine
from session_tui.tui.widgets.table_view import TableView

COLUMNS = (
    Column("Assumption", share=3),
    Column("Raised", 10, least=100),
    Column("Evidence", 10),
    Column("Now", 18),
    Column("Tested by", 14, least=70),
)
EMPTY = ("No assumption on this account yet.", "What must be true to win is asked in a session's second part.")
HEADING = f"Over all accounts, by evidence: what turned out true {glyphs.DONE}, wrong {glyphs.NOT}, is untested ?"
_TONES = {"untested": "", "validated": "good", "invalidated": "bad"}


class BeliefsScreen(AccountTab):
    """A row for each assumption, once over all sessions; the latest raised first."""

    TAB = "Beliefs"

    def middle(self) -> ComposeResult:
        """Compose the list, the highlighted row's history, and the results by evidence 1 to 5."""
        yield TableView(id="middle")
        yield FoldedLine(id="whole")
        yield FoldedLine(id="detail")
        yield StatusLine(id="told")
        for number in range(6):
            yield StatusLine(id=f"trust{number}", classes="chart")

    def read(self, index: Index) -> tuple[tuple[AssumptionHistory, ...], tuple[Trust, ...]]:
        """Return the assumptions and the results by evidence; in the index thread."""
        return beliefs(index.sessions(self.account)), trust(index.sessions())

    def show(self, found: tuple[tuple[AssumptionHistory, ...], tuple[Trust, ...]]) -> None:
        """Draw the list, and the results by evidence."""
        beliefs, by_evidence = found
        self.found = {f"{each.first_raised_in}:{each.id}": each for each in beliefs}
        self.fill(Table(COLUMNS, tuple(self.matching(self.found, _words)), self._cells, EMPTY))
        right = sum(each.status == "validated" for each in beliefs)
        wrong = sum(each.status == "invalidated" for each in beliefs)
        self.about(f"{len(beliefs)} in all: {right} true, {wrong} wrong")
        self._trust = by_evidence
        self._draw()

    _trust: tuple[Trust, ...] = ()

    def on_resize(self) -> None:
        """Draw the bars at the new width."""
        self._draw()

    def _draw(self) -> None:
        if not self._trust:
            return
        self.query_one("#trust0", StatusLine).say((HEADING, "muted"))
        long = 20 if self.size.width >= 100 else 10
        for each in self._trust:
            filled = round((each.share or 0) * long)
            bar = glyphs.PART * filled + glyphs.REST * (long - filled) if each.share is not None else " " * long
            self.query_one(f"#trust{each.evidence}", StatusLine).say(
                (f"{each.evidence} {EVIDENCE_WORDS[each.evidence]:<23}", ""),
                (bar, "key" if each.enough else "muted"),
                (f"{each.true:>4} {glyphs.DONE}{each.wrong:>4} {glyphs.NOT}{each.untested:>4} ?  ", "muted"),
                (sparklines.share(each), "strong" if each.enough else "muted"),
            )

    def highlight(self, key: str) -> None:
        """Highlight this assumption; its history stands below the list."""
        super().highlight(key)
        each = self.found.get(key)
        self.query_one("#whole", StatusLine).say((self.rows.cut_text(), "strong"))
        went, result = self._through_time(each) if each else ("", "")
        self.query_one("#detail", StatusLine).say((went, "muted"))
        self.query_one("#told", StatusLine).say((result, "muted"))

    def _through_time(self, each: AssumptionHistory) -> tuple[str, str]:
        """Return the changes of its evidence, and who tests it or what its test showed."""
        today = self.home.context.today
        went: list[tuple[int, str]] = []
        for seen in each.seen:
            if not went or went[-1][0] != seen.evidence:
                went.append((seen.evidence, dates.short(seen.day, today) if seen.day else seen.session_id))
        evidence = " → ".join(f"{much} on {day}" for much, day in went)
        if each.status == "untested":
            result = f"{each.tested_by} tests it" if each.tested_by else "nobody tests it yet"
            result += f", due {dates.words(each.due, today)}" if each.due else ""
        else:
            when = f" {dates.words(each.settled, today)}" if each.settled else ""
            result = f"{BELIEF_WORDS[each.status]}{when}{f': {each.result}' if each.result else ''}"
        return f"evidence {evidence}", result

    def session_of(self, key: str) -> str:
        """Return the latest session with this assumption."""
        each = self.found.get(key)
        return each.seen[-1].session_id if each else ""

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each, today = self.found[key], self.home.context.today
        return (
            Cell(each.text),
            Cell(dates.short(each.raised, today) if each.raised else "", "muted"),
            Cell(sparklines.steps(each)),
            Cell(f"{BELIEF_SIGNS[each.status]} {BELIEF_WORDS[each.status]}", _TONES[each.status]),
            Cell(each.tested_by or "nobody", "" if each.tested_by else "warn"),
        )


def _words(each: AssumptionHistory) -> str:
    return f"{each.text} {each.tested_by} {each.result} {BELIEF_WORDS[each.status]}"
