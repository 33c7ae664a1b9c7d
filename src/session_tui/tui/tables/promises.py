"""The promises of the last session as a table: owner, date, how often it was moved, and state."""

from session_tui.model import carry_forward, glyphs
from session_tui.model.analysis import ours
from session_tui.model.session import ActionItem, Parked
from session_tui.tui.tables import markers
from session_tui.tui.tables.action_items import due_cell, owner_cell
from session_tui.tui.tables.table import Cell, Column, Table, View, shortener

COLUMNS = (
    Column("", 3),
    Column("Promised", share=3),
    Column("Owner", 8),
    Column("Due", 10),
    Column("State", 8, least=48),
)
EMPTY = ("Nothing was promised last time.",)
STATES = {"open": "open", "done": f"{glyphs.DONE} done", "dropped": f"{glyphs.NOT} dropped"}


def table(view: View) -> Table:
    """The actions carried into this session by their dates, then the parked lines of the last."""
    session = view.session
    actions = carry_forward.promises(session)
    parked = carry_forward.offered(session, view.past.last) if view.past.last else ()
    # A parked line has its id from the last session; the sign distinguishes it from ids of this
    # one.
    known: dict[str, ActionItem | Parked] = {action.id: action for action in actions}
    known |= {f"~{each.id}": each for each in parked}
    short = shortener((*ours(session, view.people), *(person.name for person in session.stakeholders)))

    def cells(entry_id: str) -> tuple[Cell, ...]:
        entry = known[entry_id]
        if isinstance(entry, Parked):
            return (Cell(entry.id, "muted"), Cell(entry.text), Cell(""), Cell(""), Cell("parked", "muted"))
        tone = "" if entry.status == "open" else "muted"
        return (
            Cell(entry.id, "muted"),
            Cell(entry.text + markers.same(view, entry), tone),
            owner_cell(entry.owner, short, tone),
            due_cell(entry, view),
            Cell(STATES[entry.status], "good" if entry.status == "done" else tone),
        )

    return Table(COLUMNS, tuple(known), cells, EMPTY)
