"""The owners part as a table: entries without a name come first, in the order of the highlight."""

from session_tui.model import glyphs
from session_tui.model.analysis import ours, ownerless
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.tui.tables import action_items, assumptions, markers
from session_tui.tui.tables.stakeholders import called, covered_by
from session_tui.tui.tables.table import Cell, Column, Table, View, shortener

COLUMNS = (
    Column("", 3),
    Column("Who does it, who tests it, who has them?", share=1),
    Column("", 12, least=64),
    Column("Name", 11),
    Column("Due", 8, least=50),
    Column("Said yes", 8, least=100),
)
EMPTY = ("There is nothing to give a name to yet.", "A plain text here becomes a new action item.")


def table(view: View) -> Table:
    """Actions, assumptions and stakeholders without a name, then all that have one."""
    session = view.session
    rows = order(session, covered_up=view.curtain)
    known = {entry.id: entry for entry in rows}
    short = shortener((*ours(session, view.people), *(person.name for person in session.stakeholders)))

    def cells(entry_id: str) -> tuple[Cell, ...]:
        entry = known[entry_id]
        match entry:
            case ActionItem():
                who = action_items.owner_cell(entry.owner, short)
                words, kind, due = entry.text, "action", action_items.due_cell(entry, view)
            case Assumption():
                who = action_items.owner_cell(entry.tested_by, short)
                words, kind, due = entry.text, "assumption", assumptions.due_cell(entry, view)
            case Stakeholder():
                who = covered_by(view, entry, short)
                words, kind, due = called(entry), "stakeholder", Cell("")
        yes = Cell(f"{glyphs.DONE} yes", "good") if isinstance(entry, ActionItem) and entry.accepted_at else Cell("")
        return (Cell(entry.id, "muted"), Cell(words), Cell(kind, "muted"), who, due, yes)

    return Table(markers.columns(view, COLUMNS, "Due"), tuple(known), cells, EMPTY, finding(session))


def order(session: Session, *, covered_up: bool = False) -> tuple[ActionItem | Assumption | Stakeholder, ...]:
    """The rows in order: the ownerless entries as the highlight goes through them, then the
    others.
    """
    bare = ownerless(session, covered_up=covered_up)
    without = {entry.id for entry in bare}
    actions = [action for action in session.action_items if action.status == "open" and action.id not in without]
    tests = [one for one in session.assumptions if one.status == "untested" and one.id not in without]
    people = [person for person in session.stakeholders if person.id not in without]
    return (*bare, *actions, *tests, *people)


def finding(session: Session) -> str:
    """The number of entries without a name, and how to add one: a stakeholder has no date."""
    if bare := ownerless(session):
        takes = "@ben" if isinstance(bare[0], Stakeholder) else "@ben due:fri"
        return f"{len(bare)} without a name. The highlighted row takes  {takes}"
    return "Everything has a name." if session.action_items or session.assumptions or session.stakeholders else ""
