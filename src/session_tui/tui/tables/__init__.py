"""The table of each part, a function of the session: columns, rows, and the text of an empty part.

The live screen is the same for all kinds of parts. `markers` has the signs of change at a row.
"""

from msgspec.structs import replace

from session_tui.model.vocabulary import PartKind
from session_tui.tui.tables import action_items, assumptions, coverage, notes, owners, stakeholders
from session_tui.tui.tables.table import Table, View

_TABLES = {
    "stakeholder_map": stakeholders.table,
    "assumptions": assumptions.table,
    "action_items": action_items.table,
    "owners": owners.table,
    "notes": notes.table,
}


def table(kind: PartKind, view: View) -> Table:
    """The table of a part of this kind."""
    made = coverage.table(view) if kind == "stakeholder_map" and view.look == "coverage" else _TABLES[kind](view)
    return replace(made, finding="") if view.curtain else made  # a finding judges what is covered
