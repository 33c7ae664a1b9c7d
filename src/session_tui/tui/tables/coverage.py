"""Coverage as a table: their people against ours, key players without one of ours, and those of
ours with too many.
"""

from session_tui.model import glyphs
from session_tui.model.analysis import covered, is_key_player, load
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import safe_text
from session_tui.tui.tables.stakeholders import EMPTY, called, nobody_has
from session_tui.tui.tables.table import Cell, Column, Table, View, shortener

CARRIES = "carries"  # the id of the last row, which is not an entry
TOO_MANY = 5  # stakeholders that one of ours can seriously be in touch with; more is a warning
COVERED_UP = ("Who of ours has whom is covered; f6 uncovers it.",)
_HAS, _HAS_NOT = Cell(glyphs.DONE), Cell("·", "muted")
_OURS, _FIRST = 8, 46  # cells of a column for one of ours; the width from which the first one fits


def table(view: View) -> Table:
    """A row for each stakeholder, key players first; a column for each of ours, the one with most
    stakeholders first. The last row has the totals.
    """
    session = view.session
    if view.curtain:
        return Table((Column("", share=1),), (), lambda key: (), COVERED_UP)
    people = {person.id: person for person in sorted(session.stakeholders, key=lambda each: not is_key_player(each))}
    carried = load(session)
    ours = sorted(carried, key=lambda name: -carried[name])
    short = shortener(ours)
    columns = (
        Column("", 3),
        Column("Their people", share=1),
        Column("We have", 8),
        *(Column(short(name), _OURS, least=_FIRST + at * (_OURS + 2)) for at, name in enumerate(ours)),
    )

    def cells(entry_id: str) -> tuple[Cell, ...]:
        if entry_id == CARRIES:
            loads = (
                Cell(f"{carried[n]}{f' {glyphs.WARNING}' if carried[n] > TOO_MANY else ''}", _tone(carried[n]))
                for n in ours
            )
            return (Cell(""), Cell(f"{len(people)} in all", "muted"), Cell("", ""), *loads)
        person = people[entry_id]
        key = is_key_player(person)
        many = len(person.covered_by)
        theirs = {*map(name_key, person.covered_by)}
        has = Cell(f"{many} of us", "muted") if many else Cell("nobody" + (f" {glyphs.WARNING}" if key else ""), "warn")
        return (
            Cell(person.id, "muted"),
            Cell((f"{glyphs.KEY_PLAYER} " if key else "  ") + called(person), "strong" if key else ""),
            has,
            *(
                Cell(glyphs.DONE if name_key(name) in theirs else "·", "" if name_key(name) in theirs else "muted")
                for name in ours
            ),
        )

    ids = (*people, CARRIES) if people else ()
    return Table(columns, ids, cells, EMPTY, finding(view, carried))


def finding(view: View, carried: dict[str, int]) -> str:
    """Key players and zones without one of ours, and those of ours with too many."""
    session = view.session
    short = shortener((*carried, *(person.name for person in session.stakeholders)))
    sentences = []
    key = [person for person in session.stakeholders if is_key_player(person)]
    alone = nobody_has([person for person in key if not covered(person)], short)
    sentences += [alone] if alone else []
    sentences += [f"{short(name)} carries {many}." for name, many in carried.items() if many > TOO_MANY]
    unknown = 0 if view.curtain else sum(person.power is None for person in session.stakeholders)
    if unknown:
        sentences.append(f"Of {unknown} the power is not judged.")
    if view.bare_zones:
        sentences.append(f"Nobody has zone {', '.join(map(safe_text, view.bare_zones))}.")
    if sentences or not key:
        return " ".join(sentences)
    return f"{glyphs.KEY_PLAYER} key player. Every key player is somebody's."


def _tone(many: int) -> str:
    return "warn" if many > TOO_MANY else ""
