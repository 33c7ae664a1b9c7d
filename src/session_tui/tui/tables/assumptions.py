"""Assumptions as a table: what must be true for us to win, its importance, and our evidence."""

from session_tui.model import dates, formats, glyphs
from session_tui.model.analysis import by_risk, ours, riskiest, standing_on
from session_tui.model.session import Assumption, Session
from session_tui.tui.tables import markers
from session_tui.tui.tables.table import Cell, Column, Table, View, dots, shortener

COLUMNS = (
    Column("", 3),
    Column("Assumption", share=3),
    Column("Imp.", 5),
    Column("Evidence", 11),
    Column("Tests", 8, least=50),
    Column("Due", 8, least=60),
    Column("What came of it", share=2, least=130),
)
EMPTY = (
    "What must be true for us to win? Type it, then how much hangs on it (!)",
    "and how well we know it (%):",
    "The budget is approved for this fiscal year !5 %2 @ben due:fri",
    "%1 a guess   %2 somebody told us   %3 the customer said so",
    "%4 the customer showed us   %5 proven",
)
RISKIEST = 3  # rows of `worst`
RISKS = (Column("Riskiest assumptions", share=1), Column("Evidence", 11), Column("Tests it", 8))
SHORT_EVIDENCE = {1: "1 a guess", 2: "2 told us", 3: "3 said so", 4: "4 showed us", 5: "5 proven"}
STATES = {"untested": "", "validated": f"{glyphs.DONE} true", "invalidated": f"{glyphs.NOT} wrong"}


def table(view: View) -> Table:
    """A row for each assumption; the riskiest has a mark."""
    session = view.session
    known = {assumption.id: assumption for assumption in session.assumptions}
    short = shortener(ours(session, view.people))
    worst = None if view.curtain else riskiest(session)

    def cells(entry_id: str) -> tuple[Cell, ...]:
        one = known[entry_id]
        settled = one.status != "untested"
        tone = {"untested": "", "validated": "muted", "invalidated": "bad"}[one.status]
        mark = f" {glyphs.WARNING}" if worst and one.id == worst.id else ""
        state = STATES[one.status]
        return (
            Cell(one.id, "muted"),
            Cell(one.text + mark + markers.same(view, one), tone),
            Cell(dots(one.importance), tone),
            Cell(state or SHORT_EVIDENCE[one.evidence] + markers.sign(view, one, "evidence"), tone),
            Cell(short(one.tested_by), tone) if one.tested_by else Cell("" if settled else "nobody", "warn"),
            due_cell(one, view) if not settled else Cell(""),
            Cell(one.result, "muted"),
        )

    return Table(markers.columns(view, COLUMNS, "Evidence"), tuple(known), cells, EMPTY, finding(session))


def worst(session: Session) -> Table:
    """The riskiest untested assumptions, and who tests them."""
    known = {each.id: each for each in by_risk(session)[:RISKIEST]}

    def cells(entry_id: str) -> tuple[Cell, ...]:
        one = known[entry_id]
        tests = Cell(one.tested_by.split()[0]) if one.tested_by else Cell("nobody", "warn")
        return Cell(one.text), Cell(SHORT_EVIDENCE[one.evidence]), tests

    return Table(RISKS, tuple(known), cells, ())


def due_cell(one: Assumption, view: View) -> Cell:
    """The due date, as a warning if it is past."""
    return Cell(dates.short(one.due, view.today), "warn" if one.due < view.today else "") if one.due else Cell("")


def finding(session: Session) -> str:
    """The riskiest assumption, and the actions that depend on it."""
    worst = riskiest(session)
    if worst is None:
        return "Every assumption is tested." if session.assumptions else ""
    on_it = standing_on(session, worst.id)
    words = f"{glyphs.WARNING} Riskiest now: {worst.id}."
    if on_it:
        verb = formats.plural(len(on_it), "stands", "stand")
        words += f" If it is wrong: {', '.join(action.id for action in on_it)} {verb} on it."
    elif not worst.tested_by:
        words += " Nobody tests it, and no action serves it."
    return words
