"""Action items as a table: the action, its owner, its date, and the entries that it serves."""

from collections.abc import Callable

from session_tui.model import dates, glyphs
from session_tui.model.analysis import ours
from session_tui.model.session import ActionItem, Session
from session_tui.tui.tables import markers
from session_tui.tui.tables.table import Cell, Column, Table, View, shortener

COLUMNS = (
    Column("", 3),
    Column("Action item", share=3),
    Column("Owner", 8),
    Column("Due", 8, least=50),
    Column("Serves", 9, least=64),
    Column("State", 9, least=76),
    Column("What came of it", share=2, least=130),
)
EMPTY = (
    "What will be done? Type it, then its owner (@), its date (due:)",
    "and what it serves (for:):",
    "Get 30 minutes with the CFO @ben due:fri for:ruth",
)


def table(view: View) -> Table:
    """A row for each action item."""
    session = view.session
    known = {action.id: action for action in session.action_items}
    short = shortener((*ours(session, view.people), *(person.name for person in session.stakeholders)))

    served = {person.id: short(person.name) for person in session.stakeholders if person.name != "?"}

    def cells(entry_id: str) -> tuple[Cell, ...]:
        action = known[entry_id]
        tone = "" if action.status == "open" else "muted"
        return (
            Cell(action.id, "muted"),
            Cell(action.text + markers.same(view, action), tone),
            owner_cell(action.owner, short, tone),
            due_cell(action, view),
            Cell(", ".join(served.get(each, each) for each in action.about), "muted"),
            Cell(state(action), tone or ("good" if action.accepted_at else "")),
            Cell(action.result, "muted"),
        )

    return Table(markers.columns(view, COLUMNS, "Due"), tuple(known), cells, EMPTY, finding(session))


def state(action: ActionItem) -> str:
    """The state in words; empty for an open action that its owner has not accepted."""
    if action.status == "open":
        return f"{glyphs.DONE} yes" if action.accepted_at else ""
    return f"{glyphs.DONE} done" if action.status == "done" else f"{glyphs.NOT} dropped"


def owner_cell(owner: str, short: Callable[[str], str], tone: str = "") -> Cell:
    """The owner, or a warning that there is none."""
    return Cell(short(owner), tone) if owner else Cell("nobody", "warn")


def due_cell(action: ActionItem, view: View) -> Cell:
    """The date, as a warning if the action is open and late."""
    if action.due is None:
        return Cell("no date" if action.status == "open" else "", "muted")
    late = action.status == "open" and action.due < view.today
    return Cell(dates.short(action.due, view.today) + markers.slipped(view, action), "warn" if late else "")


def finding(session: Session) -> str:
    """The open actions without an owner and those without a date."""
    still = [action for action in session.action_items if action.status == "open"]
    bare = [action.id for action in still if not action.owner]
    undated = [action.id for action in still if action.due is None]
    sentences = []
    if bare:
        sentences.append(f"Nobody owns {_listed(bare)}.")
    if undated:
        sentences.append(f"No date: {_listed(undated)}.")
    return " ".join(sentences) or (f"{len(still)} open, each with its owner and date." if still else "")


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
