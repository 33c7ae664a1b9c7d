"""The last minute of a session as a table: actions by owner and date to read out, then entries
without a name.
"""

from msgspec.structs import replace

from session_tui.model import capture, edits, glyphs
from session_tui.model.analysis import ours, ownerless
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import ActionItem, Assumption, Stakeholder
from session_tui.tui.tables import markers
from session_tui.tui.tables.action_items import due_cell, owner_cell
from session_tui.tui.tables.stakeholders import called
from session_tui.tui.tables.table import Cell, Column, Table, View, shortener

_TYPED = lazy_pattern(r"(?P<name>[^@:!%]*?)\s*(?P<marks>(?:\S+:|[@!%]).*)?")
COLUMNS = (
    Column("", 3),
    Column("Who does what, by when", share=1),
    Column("Owner", 10),
    Column("Due", 8),
    Column("Yes", 7),
)
EMPTY = ("No action items. A session without one has decided nothing:", "esc goes back to it.")


def table(view: View) -> Table:
    """Open actions by owner and date, those without an owner last; then the other entries without
    a name.
    """
    session = view.session
    still = [action for action in session.action_items if action.status == "open"]
    actions = sorted(still, key=lambda a: (not a.owner, name_key(a.owner), a.due is None, a.due))
    others = [entry for entry in ownerless(session, covered_up=view.curtain) if not isinstance(entry, ActionItem)]
    known: dict[str, ActionItem | Assumption | Stakeholder] = {entry.id: entry for entry in (*actions, *others)}
    short = shortener((*ours(session, view.people), *(person.name for person in session.stakeholders)))

    def cells(entry_id: str) -> tuple[Cell, ...]:
        entry = known[entry_id]
        if isinstance(entry, ActionItem):
            yes = Cell(f"{glyphs.DONE} yes", "good") if entry.accepted_at else Cell("?", "muted")
            words = entry.text + markers.same(view, entry)
            return (Cell(entry.id, "muted"), Cell(words), owner_cell(entry.owner, short), due_cell(entry, view), yes)
        words = entry.text if isinstance(entry, Assumption) else called(entry)
        what = "nobody tests it" if isinstance(entry, Assumption) else "nobody has them"
        return (Cell(entry.id, "muted"), Cell(f"{words} · {what}"), Cell("nobody", "warn"), Cell(""), Cell(""))

    return Table(markers.columns(view, COLUMNS, "Due"), tuple(known), cells, EMPTY)


def owner(entry_id: str, typed: str, context: capture.Context) -> edits.Edit | capture.Refusal:
    """The edit that gives an entry an owner, from a name alone or from marks: `ben due:fri`."""
    found = _TYPED.fullmatch(typed)
    name = found["name"].strip('" ') if found else ""
    marks = (found["marks"] or "") if found else typed
    line = f'*{entry_id} @"{name}" {marks}' if name else f"*{entry_id} {typed}"
    reading = capture.read(line, replace(context, editing=""))
    if isinstance(reading, capture.Command):  # no line that begins with a star is one
        return capture.Refusal(f"“{typed}” is not a name")
    return reading
