"""The notes part as a table: notes, decisions, the parking lot and recognitions."""

from session_tui.model.session import Decision, Note, Parked, Recognition
from session_tui.model.vocabulary import PART_WORDS
from session_tui.tui.tables.table import COVERED, Cell, Column, Table, View

COLUMNS = (Column("", 3), Column("Notes, decisions, parking lot", share=1), Column("", 9), Column("Part", 15, least=90))
EMPTY = (
    "Plain text here is a note. From any part:",
    "n> a note   => a decision   ?> for another day   +> thanks",
)


def table(view: View) -> Table:
    """A row for each entry, kind by kind; notes are covered under the curtain."""
    session = view.session
    rows: tuple[Note | Decision | Parked | Recognition, ...] = (
        *session.notes,
        *session.decisions,
        *session.parking_lot,
        *session.recognitions,
    )
    known = {entry.id: entry for entry in rows}

    def cells(entry_id: str) -> tuple[Cell, ...]:
        entry = known[entry_id]
        kind = {Note: "note", Decision: "decision", Parked: "parked", Recognition: "thanks"}[type(entry)]
        part = "" if isinstance(entry, Parked) or entry.part is None else PART_WORDS[entry.part]
        covered = view.curtain and isinstance(entry, Note)
        words = COVERED if covered else Cell(entry.text)
        return (Cell(entry.id, "muted"), words, Cell(kind, "muted"), Cell(part, "muted"))

    return Table(COLUMNS, tuple(known), cells, EMPTY)
